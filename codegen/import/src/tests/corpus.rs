//! The vendor's real descriptions, where they are at hand; they are no part of the repository.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::support::{difference, file, flat, read, rendered};
use crate::tree::{Map, Tree};
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

/// Every field of a spec by its path from the request or the response, types that contain themselves once.
fn by_path<'a>(spec: &'a Map, fields: &'a Map, path: &str, depth: usize, out: &mut Vec<(String, &'a Map)>) {
    for (key, field) in &fields.0 {
        let Tree::Map(field) = field else { continue };
        let path = format!("{path}/{}", field.text("wire").unwrap_or(key));
        out.push((path.clone(), field));
        let base = field.text("type").unwrap_or_default().trim_end_matches(" []");
        let object = spec.map("types").and_then(|types| types.map(base)).and_then(|object| object.map("fields"));
        if let Some(object) = object.filter(|_| depth < 8) {
            by_path(spec, object, &path, depth + 1, out);
        }
    }
}

fn paths(spec: &Map) -> Vec<(String, &Map)> {
    let mut out = Vec::new();
    for side in ["request", "response"] {
        by_path(spec, spec.map(side).and_then(|object| object.map("fields")).unwrap(), side, 0, &mut out);
    }
    out
}

/// The description with a new object before the others of a side, of a type name that is there, with other fields.
fn with_new_object(text: &str, side: &str, ty: &str, field: &str) -> Option<String> {
    let at = text.find(&format!("\"{side}\""))?;
    let open = at + text[at..].find('[')? + 1;
    let comma = if text[open..].trim_start().starts_with(']') { "" } else { "," };
    let new = format!(
        r#"{{"name":"aa_new","type":"{ty}","description":"new","subParams":[{{"name":"{field}","type":"Date","description":"x"}},{{"name":"aa_other","type":"String","description":"y"}}]}}{comma}"#
    );
    Some(format!("{}{new}{}", &text[..open], &text[open..]))
}

/// A person corrects a field; the vendor adds an object of the same type name before it. The correction stays where it
/// was made.
#[test]
fn corrections_stay_on_their_objects_when_descriptions_change() {
    let Some(corpus) = shared("corpus") else { return };
    let inputs = files(&corpus);
    let imported = import(&inputs, &Context::default());
    let (mut tried, mut moved) = (0, Vec::new());
    for (nth, ready) in imported.files.iter().enumerate() {
        let spec = read(&ready.text);
        // A field of an object, chosen by the number of the method.
        let types: Vec<&(String, Tree)> = spec.map("types").map(|types| types.0.iter().collect()).unwrap_or_default();
        if types.is_empty() || tried > 520 {
            continue;
        }
        let (name, object) = types[nth % types.len()];
        let Tree::Map(object) = object else { continue };
        let fields = object.map("fields").unwrap();
        let (key, _) = &fields.0[nth % fields.0.len()];
        for side in ["requestParams", "responseParams"] {
            let input = &inputs[ready.input];
            let Some(changed) = with_new_object(&input.text, side, name, key) else { continue };
            let mut corrected = spec.clone();
            let Some(Tree::Map(all)) = corrected.get_mut("types") else { continue };
            let Some(Tree::Map(object)) = all.get_mut(name) else { continue };
            let Some(Tree::Map(own)) = object.get_mut("fields") else { continue };
            let Some(Tree::Map(field)) = own.get_mut(key) else { continue };
            field.push("sensitive", "true");
            let before: Vec<String> = marked(&corrected);
            let text = crate::writer::write(&corrected, &crate::comments::Comments::default());
            let folder = inputs.iter().find(|other| {
                other.path.ends_with("category.json") && other.path.split('/').next() == input.path.split('/').next()
            });
            let again: Vec<SourceFile> = [file(&input.path, &changed)].into_iter().chain(folder.cloned()).collect();
            let context = Context {
                existing: vec![file(&ready.path, &text), file(&crate::vendor_path(&ready.path), &ready.vendor)],
                ..Context::default()
            };
            let after = import(&again, &context);
            let Some(now) = after.files.first() else { continue };
            tried += 1;
            let found = marked(&read(&now.text));
            if found != before {
                moved.push(format!("{} {name}.{key} {side}: {before:?} became {found:?}", ready.path));
            }
        }
    }
    println!("{tried} corrections, {} moved", moved.len());
    assert!(
        tried >= 500 && moved.is_empty(),
        "{tried} tried, {} moved\n{}",
        moved.len(),
        moved[..moved.len().min(10)].join("\n")
    );
}

/// The paths of the fields that carry the correction.
fn marked(spec: &Map) -> Vec<String> {
    let mut found: Vec<String> = paths(spec)
        .into_iter()
        .filter(|(_, field)| field.text("sensitive") == Some("true"))
        .map(|(path, _)| path)
        .collect();
    found.sort();
    found
}

#[test]
fn suggested_paging_of_every_kind_loads_once_it_is_accepted() {
    let Some(corpus) = shared("corpus") else { return };
    let imported = import(&files(&corpus), &Context::default());
    let mut specs: Vec<SourceFile> = imported.categories.iter().map(|(path, text)| file(path, text)).collect();
    let mut kinds = std::collections::BTreeMap::new();
    for ready in &imported.files {
        let spec = file(&ready.path, &ready.text);
        let Some(accepted) = crate::accept(&spec, |_, key| key == "paging") else { continue };
        let paging = read(&accepted.text).map("paging").cloned().unwrap();
        for kind in ["page", "offset", "cursor", "order"].iter().filter(|key| paging.get(key).is_some()) {
            *kinds.entry(*kind).or_insert(0) += 1;
        }
        specs.push(file(&ready.path, &accepted.text));
    }
    println!("{} lists: {kinds:?}", specs.len() - imported.categories.len());
    let loaded = opentop_model::load(&specs);
    let errors: Vec<_> =
        loaded.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect();
    assert!(errors.is_empty(), "{}", rendered(&errors, &specs));
    assert!(["page", "offset", "cursor"].iter().all(|kind| kinds.contains_key(kind)), "{kinds:?}");
}
