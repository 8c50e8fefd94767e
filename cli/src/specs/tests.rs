#![allow(clippy::unwrap_used)]
use super::*;

const SPEC: &str = "api: a.b.get\ncategory: one\ntitle: x\nsession: none\neffect: read\n\
        request: { fields: {} }\nresponse: { fields: { n: { type: Number, description: x } } }\n";

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

#[test]
fn one_method_is_read_from_its_own_files_alone() {
    let dir = folder_with(&[
        ("one/category.yaml", "title: x\n"),
        ("one/a.b.get.yaml", SPEC),
        ("one/broken.get.yaml", "api: ["),
        ("two/also.broken.yaml", "- "),
    ]);
    let specs = Specs::Folder(dir.path().to_path_buf());
    assert!(matches!(specs.method("a.b.get").unwrap(), Found::Api(api) if api.method == "a.b.get"));
    assert!(matches!(specs.method("broken.get").unwrap(), Found::Broken));
    for nowhere in ["a.b", "../one/a.b.get", "category", "", ".", "a.b.get.yaml"] {
        assert!(matches!(specs.method(nowhere).unwrap(), Found::Nowhere | Found::Broken), "{nowhere}");
    }
    assert_eq!(specs.names().unwrap(), ["a.b.get", "also.broken", "broken.get"]);
}

#[test]
fn overrides_beside_a_method_apply() {
    let dir = folder_with(&[
        ("one/category.yaml", "title: x\n"),
        ("one/a.b.get.yaml", SPEC),
        ("one/a.b.get.override.yaml", "corrects: a.b.get\nbecause: measured\nset:\n  effect: write\n"),
    ]);
    let found = Specs::Folder(dir.path().to_path_buf()).method("a.b.get").unwrap();
    assert!(matches!(found, Found::Api(api) if api.effect == opentop_model::model::Effect::Write));
}

#[test]
fn a_method_of_another_protocol_is_found_and_the_gateway_does_not_serve_it() {
    let with =
        |name: &str| SPEC.replace("title: x", &format!("dialect: {{ name: {name}, because: 验签示例. }}\ntitle: x"));
    for (name, said) in [
        ("qimen", "`a.b.get` cannot be called through the gateway: it speaks qimen (验签示例); call it from"),
        ("spi", "`a.b.get` is a call that the platform makes to an application (验签示例): `opentop spi send`"),
    ] {
        let dir = folder_with(&[("one/category.yaml", "title: x\n"), ("one/a.b.get.yaml", &with(name))]);
        let specs = Specs::Folder(dir.path().to_path_buf());
        let why = match specs.method("a.b.get").unwrap() {
            Found::Api(api) => not_served(&api).unwrap(),
            _ => unreachable!("the folder holds {name}"),
        };
        assert!(why.starts_with(said), "{why}");
    }
}

#[test]
fn the_built_in_methods_are_found_by_name() {
    let names = Specs::BuiltIn.names().unwrap();
    assert_eq!(names.len(), 4);
    for name in names {
        assert!(matches!(Specs::BuiltIn.method(&name).unwrap(), Found::Api(api) if api.method == name));
    }
}

#[test]
fn folders_above_are_looked_at_up_to_the_repositorys_root() {
    let dir = folder_with(&[("top/one/category.yaml", "title: x\n"), ("inner/.git/x", ""), ("inner/a/b/x", "")]);
    let look = |from: &str| {
        above(&dir.path().join(from), |up| {
            let at = dir.path().join(from).join(up).join("top");
            holds_specs(&at).then_some(at)
        })
        .unwrap()
    };
    assert!(look("").is_some());
    assert!(look("inner/a/b").is_none(), "beyond the repository's root");
    assert!(look("inner").is_none());
    fs::create_dir_all(dir.path().join("inner/top/one")).unwrap();
    fs::write(dir.path().join("inner/top/one/category.yaml"), "title: x\n").unwrap();
    assert!(look("inner/a/b").is_some());
}
