//! The vendor's real descriptions, where they are at hand; they are no part of the repository.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::support::{difference, file, flat, read, rendered};
use crate::{Context, import, sources};
use opentop_model::diagnostic::{Severity, SourceFile};

fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: no corpus beside the repository ({} is not there)", path.display());
    None
}

/// Every file of a folder and its folders, in order.
fn files(folder: &Path) -> Vec<SourceFile> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for inner in folders {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            found.push(file(&name, &std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn context(inputs: &[SourceFile]) -> Context {
    let titles = inputs.iter().filter(|input| input.path.ends_with("category.json")).map(|input| {
        let value = crate::json::strict(&input.text).unwrap();
        let word = |key: &str| value.get(key).and_then(crate::json::Value::text).unwrap();
        (word("name"), word("pkg"))
    });
    Context { categories: titles.collect(), ..Context::default() }
}

/// The corpus, and its pages as the tool beside it renders them.
fn rendered_pages() -> Option<(Vec<SourceFile>, Vec<SourceFile>)> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let (corpus, tool) = (shared("corpus")?, shared("tools/render_pages.py")?);
    let out = std::env::temp_dir().join(format!(
        "opentop-pages-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    ));
    let made = Command::new("python3").arg(tool).arg(&corpus).arg(&out).output();
    if !made.as_ref().is_ok_and(|made| made.status.success()) {
        eprintln!("SKIPPED: the pages cannot be rendered: {made:?}");
        return None;
    }
    let pages = files(&out);
    let _ = std::fs::remove_dir_all(&out);
    Some((files(&corpus), pages))
}

#[test]
fn every_description_becomes_a_spec_that_loads() {
    let Some(corpus) = shared("corpus") else { return };
    let inputs = files(&corpus);
    let imported = import(&inputs, &Context::default());
    let sources = sources(&inputs, &Context::default());
    assert!(imported.refused.is_empty(), "{}", rendered(&imported.refused, &sources));
    let mut specs: Vec<SourceFile> = imported.files.iter().map(|ready| file(&ready.path, &ready.text)).collect();
    specs.extend(imported.categories.iter().map(|(path, text)| file(path, text)));
    let loaded = opentop_model::load(&specs);
    let errors: Vec<_> =
        loaded.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect();
    println!(
        "{} imported, {} with warnings, {} refused, {} errors",
        imported.files.len(),
        imported.with_warnings(),
        imported.refused.len(),
        errors.len()
    );
    if let Ok(path) = std::env::var("IMPORT_OUT") {
        for spec in &specs {
            let path = Path::new(&path).join(&spec.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &spec.text).unwrap();
        }
        let all: Vec<_> = imported.diagnostics().cloned().collect();
        std::fs::write(Path::new(&path).join("warnings.txt"), rendered(&all, &sources)).unwrap();
    }
    assert!(errors.is_empty(), "{}", rendered(&errors, &specs));
}

#[test]
fn rendered_pages_import_to_the_structure_of_their_descriptions() {
    let Some((descriptions, pages)) = rendered_pages() else { return };
    let context = context(&descriptions);
    let (from_json, from_pages) = (import(&descriptions, &context), import(&pages, &context));
    let sources = sources(&pages, &context);
    assert!(from_pages.refused.is_empty(), "{}", rendered(&from_pages.refused, &sources));
    let (mut equal, mut told, mut silent) = (0, 0, Vec::new());
    for spec in &from_json.files {
        let page = from_pages.files.iter().find(|page| page.path == spec.path).unwrap();
        let difference = difference(&flat(&read(&spec.text)), &flat(&read(&page.text)));
        if difference.is_empty() {
            equal += 1;
        } else if page.warnings.is_empty() {
            silent.push(format!("{}\n{}", spec.path, difference.join("\n")));
        } else {
            told += 1;
            println!(
                "{}: {} differences, {} warnings\n{}\n{}",
                spec.path,
                difference.len(),
                page.warnings.len(),
                difference.join("\n"),
                rendered(&page.warnings, &sources)
            );
        }
    }
    println!(
        "{equal} equal, {told} differ and say so, {} differ silently; {} pages with warnings",
        silent.len(),
        from_pages.with_warnings()
    );
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    assert!(equal + told >= from_json.files.len());
}

/// Pages whose samples lack leaves, as real ones do: what cannot be known is told, never guessed silently.
#[test]
fn rendered_pages_with_gaps_in_their_samples_differ_only_where_they_say_so() {
    let Some((descriptions, pages)) = rendered_pages() else { return };
    let context = context(&descriptions);
    let from_json = import(&descriptions, &context);
    let mut seed = 7_u64;
    let mut chance = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 60 == 0
    };
    let leaf = |line: &str| {
        line.trim_start().starts_with('<') && line.contains("</") && !line.trim_start().starts_with("</")
            || line.trim_start().starts_with("obj")
                && line.contains(".set")
                && !line.contains("(obj")
                && !line.contains("(list")
    };
    let gapped: Vec<SourceFile> = pages
        .iter()
        .map(|page| {
            file(&page.path, &page.text.lines().filter(|line| !(leaf(line) && chance())).collect::<Vec<_>>().join("\n"))
        })
        .collect();
    let from_pages = import(&gapped, &context);
    assert!(from_pages.refused.is_empty());
    let (mut equal, mut told, mut silent) = (0, 0, Vec::new());
    for spec in &from_json.files {
        let page = from_pages.files.iter().find(|page| page.path == spec.path).unwrap();
        let difference = difference(&flat(&read(&spec.text)), &flat(&read(&page.text)));
        match (difference.is_empty(), page.warnings.is_empty()) {
            (true, _) => equal += 1,
            (false, false) => told += 1,
            (false, true) => silent.push(format!("{}\n{}", spec.path, difference.join("\n"))),
        }
    }
    println!(
        "with gaps: {equal} equal, {told} differ and say so, {} differ silently; {} with warnings",
        silent.len(),
        from_pages.with_warnings()
    );
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
