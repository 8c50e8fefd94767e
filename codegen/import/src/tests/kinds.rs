//! One fixture for every kind of real page that once went wrong, each with a snapshot of its spec and its warnings; and
//! the neutral fragments beside the repository, where they are at hand.

use std::path::{Path, PathBuf};

use super::support::{context, file, flat, rendered, spec_of};
use crate::{Context, Imported, import, sources};
use opentop_model::diagnostic::Code;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/import/kinds")
}

fn all(folder: &Path) -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

pub(super) fn as_example(name: &str, text: &str) -> (Imported, String) {
    let inputs = [file(name, text)];
    let context = Context { category: Some("example".to_owned()), ..context() };
    let imported = import(&inputs, &context);
    let findings: Vec<_> = imported.diagnostics().cloned().collect();
    let shown = rendered(&findings, &sources(&inputs, &context));
    (imported, shown)
}

#[test]
fn every_kind_of_page_imports_as_a_person_would_write_it() {
    for (name, text) in all(&fixtures()) {
        let (imported, findings) = as_example(&name, &text);
        let spec = imported.files.first().map_or("refused\n", |ready| ready.text.as_str());

        insta::assert_snapshot!(format!("kind_{}", name.replace('.', "_")), format!("{spec}---\n{findings}"));
    }
}

/// Prints what `IMPORT_SHOW`, a folder of pages, imports to.
#[test]
#[ignore = "a tool: IMPORT_SHOW=folder"]
fn show() {
    let Ok(folder) = std::env::var("IMPORT_SHOW") else { return };
    for (name, text) in all(Path::new(&folder)) {
        let (imported, findings) = as_example(&name, &text);
        let spec = imported.files.first().map_or("refused\n", |ready| ready.text.as_str());
        println!("=== {name}\n{}---\n{findings}", spec);
    }
}

/// Name, structure, codes; no structure where the page is refused.
type Expected = (&'static str, &'static [&'static str], &'static [Code]);

const FRAGMENTS: [Expected; 11] = [
    (
        "f01_md_headings.md",
        &[
            "request/gift_id Number",
            "response/result object",
            "response/result/box object",
            "response/result/box/size Number",
            "response/result/code String",
        ],
        &[],
    ),
    (
        "f02_dump_rule.txt",
        &["request/gift_id Number", "request/box String", "response/result object", "response/result/code String"],
        &[Code::UnclearRow, Code::FieldsFromSample],
    ),
    ("f08_cut_request.txt", &["request/query object", "request/query/gift_id Number"], &[Code::IncompletePage]),
    (
        "f09_java_cut.txt",
        &["request/gift_id Number", "request/note String", "request/when Date", "response/ok Boolean"],
        &[Code::UnclearRow, Code::IncompletePage],
    ),
    ("f10_json_param.txt", &["request/gift_id Number", "request/extra Json", "response/ok Boolean"], &[]),
    ("f12_sign_heading.txt", &["request/giftId Number", "response/code String"], &[Code::OtherDialect]),
    ("f13_errors.txt", &["request/gift_id Number", "response/ok Boolean"], &[Code::UnclearRow]),
    (
        "f15_object_example.txt",
        &["request/gift_id Number", "response/result object", "response/result/ok Boolean"],
        &[],
    ),
    (
        "f18_boolean_text.txt",
        &["request/gift_id Number", "response/code Boolean", "response/count Number"],
        &[Code::UnclearRow, Code::UnclearRow, Code::IncompletePage],
    ),
    (
        "f20_question.txt",
        &["request/gift_id Number", "response/result object", "response/result/ok Boolean"],
        &[Code::UnreadableSample, Code::IncompletePage],
    ),
    (
        "f22_cut_xml.txt",
        &["request/gift_id Number", "response/result object", "response/result/ok Boolean"],
        &[Code::IncompletePage],
    ),
];

/// What a person would write for the words of some fragments.
const WORDS: [(&str, &[&str]); 6] = [
    ("f02_dump_rule.txt", &["example: b, description: 盒子", "example: 12, description: 礼品编号"]),
    ("f09_java_cut.txt", &["example: abc, description: 备注", "example: '2020-01-01 00:00:00', description: 时间"]),
    ("f10_json_param.txt", &["example: '{\"a\":1}', description: 扩展"]),
    ("f12_sign_heading.txt", &["dialect: { name: qimen,", "example: 12, description: 礼品编号"]),
    ("f13_errors.txt", &["GIFT_NOT_FOUND, message: 没有礼品", "message: 操作 gift 权限不够, solution: 换账号"]),
    ("f15_object_example.txt", &["example: '{}', description: 结果"]),
];

#[test]
fn the_fragments_import_as_a_person_would_write_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fragments");
    if !folder.exists() {
        eprintln!("SKIPPED: no fragments beside the repository ({} is not there)", folder.display());
        return;
    }
    for (name, fields, codes) in FRAGMENTS {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let (imported, findings) = as_example(name, &text);
        let mut found: Vec<Code> = imported.diagnostics().map(|finding| finding.code).collect();
        let mut codes = codes.to_vec();
        found.sort();
        codes.sort();
        assert_eq!(found, codes, "{name}\n{findings}");
        let structure: Vec<String> = imported
            .files
            .iter()
            .flat_map(|_| flat(&spec_of(&imported)))
            .map(|field| format!("{} {}", field.path, field.ty))
            .collect();
        assert_eq!(structure, fields, "{name}\n{findings}");
        let snapshot = format!("{}---\n{findings}", imported.files[0].text);
        insta::assert_snapshot!(format!("fragment_{}", name.replace('.', "_")), snapshot);
        for words in WORDS.iter().filter(|(of, _)| *of == name).flat_map(|(_, words)| *words) {
            assert!(imported.files[0].text.contains(words), "{name}: {words} is not in\n{}", imported.files[0].text);
        }
    }
}
