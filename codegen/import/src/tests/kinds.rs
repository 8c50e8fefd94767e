//! One fixture for every kind of real page that once went wrong, each with a snapshot of its spec and its warnings; and
//! the neutral fragments beside the repository, where they are at hand.

use std::path::{Path, PathBuf};

use super::support::{context, file, flat, read, rendered, spec_of};
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

const FRAGMENTS: [Expected; 0] = [];

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
        let found: Vec<Code> = imported.diagnostics().map(|finding| finding.code).collect();
        assert_eq!(found, codes, "{name}\n{findings}");
        let structure: Vec<String> = imported
            .files
            .iter()
            .flat_map(|_| flat(&spec_of(&imported)))
            .map(|field| format!("{} {}", field.path, field.ty))
            .collect();
        assert_eq!(structure, fields, "{name}\n{findings}");
        let _ = read;
    }
}
