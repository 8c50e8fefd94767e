//! The four pages of the repository, against the specs that people made of them.

use std::path::{Path, PathBuf};

use super::support::{context, file, read, rendered};
use crate::tree::{Map, Tree};
use crate::{Context, import, sources};

/// The repository's files below a folder, by path.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// Every single value by its way.
fn lines(tree: &Tree, path: &str, out: &mut Vec<String>) {
    match tree {
        Tree::Text(text) => out.push(format!("{path} = {text:?}")),
        Tree::List(items) => {
            for (at, item) in items.iter().enumerate() {
                lines(item, &format!("{path}[{at}]"), out);
            }
        }
        Tree::Map(map) => {
            for (key, value) in &map.0 {
                lines(value, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, out);
            }
        }
    }
}

/// What a person added (`+`), took away (`-`).
fn persons_work(imported: &Map, committed: &Map) -> String {
    let flat = |spec: &Map| {
        let mut spec = spec.clone();
        spec.remove("vendor");
        let mut out = Vec::new();
        lines(&Tree::Map(spec), "", &mut out);
        out
    };
    let (imported, committed) = (flat(imported), flat(committed));
    let minus = imported.iter().filter(|line| !committed.contains(line)).map(|line| format!("- {line}"));
    let plus = committed.iter().filter(|line| !imported.contains(line)).map(|line| format!("+ {line}"));
    minus.chain(plus).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_four_pages_import_to_the_committed_specs_but_for_what_a_person_added() {
    let specs: Vec<Map> =
        files("spec", ".yaml").iter().map(|(_, text)| read(text)).filter(|spec| spec.text("api").is_some()).collect();
    let pages = files("tests/fixtures/pages", ".txt");
    assert_eq!(pages.len(), 4);
    for (path, page) in &pages {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let spec = specs.iter().find(|spec| page.contains(&format!("{} (", spec.text("api").unwrap()))).unwrap();
        let context = Context { category: spec.text("category").map(str::to_owned), ..context() };
        let inputs = [file(&format!("{name}.txt"), page)];
        let imported = import(&inputs, &context);
        let sources = sources(&inputs, &context);
        assert!(imported.refused.is_empty(), "{}", rendered(&imported.refused, &sources));
        assert!(imported.files[0].warnings.is_empty(), "{}", rendered(&imported.files[0].warnings, &sources));
        insta::assert_snapshot!(name, persons_work(&read(&imported.files[0].text), spec));
    }
}
