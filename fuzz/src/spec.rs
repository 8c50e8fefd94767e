//! Specs: YAML to a model, and on to the generated crate.
//!
//! Input: a method's YAML; where a line `%%%` stands in it, what follows is its override, and behind a second one its category. What must
//! hold: it ends in a model or in findings that point into the text; what is sound generates, the same every time.

use opentop_codegen::{Options, generate};
use opentop_model::diagnostic::{RenderOptions, SourceFile, render_human, render_json};
use opentop_model::{Loaded, diff::diff, lint::lint};

/// What reads a folder of specs.
pub type Load<'a> = &'a dyn Fn(&[SourceFile]) -> Loaded;

/// Judges one input.
pub fn run(data: &[u8]) {
    check(data, &opentop_model::load);
}

/// The same of any code under test.
pub fn check(data: &[u8], load: Load<'_>) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let sources = sources(text);
    let loaded = load(&sources);
    findings_point_into_the_text(&loaded, &sources);
    if loaded.has_errors() {
        assert!(loaded.model.apis.is_empty());
        return;
    }
    assert_eq!(loaded.model.apis.len(), 1);
    assert_eq!(load(&sources), loaded);
    assert!(diff(&loaded.model, &loaded.model).is_empty());
    let _ = lint(&sources);
    let generated = generate(&loaded.model, &sources, &Options::default());
    if generated.has_errors() {
        let internal = generated.diagnostics.iter().find(|finding| finding.message.contains("items"));
        assert!(internal.is_none(), "{internal:?}");
        return;
    }
    assert_eq!(generate(&loaded.model, &sources, &Options::default()), generated);
    assert_eq!(generated.methods.len(), 2);
}

fn sources(text: &str) -> Vec<SourceFile> {
    const METHOD: &str = "example/alibaba.example.gift.redeem";
    let source = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let mut parts = text.split("\n%%%\n");
    let spec = source(&format!("{METHOD}.yaml"), parts.next().unwrap_or_default());
    let correction = parts.next().filter(|text| !text.is_empty());
    let category = parts.next().unwrap_or("title: 示例API\n");
    let mut sources = vec![spec, source("example/category.yaml", category)];
    sources.extend(correction.map(|text| source(&format!("{METHOD}.override.yaml"), text)));
    sources
}

/// Every place is inside its text, between characters, and can be shown.
pub fn findings_point_into_the_text(loaded: &Loaded, sources: &[SourceFile]) {
    for finding in &loaded.diagnostics {
        for place in std::iter::once(&finding.place).chain(finding.also.iter().map(|(place, _)| place)) {
            let text = &sources[place.file].text;
            assert!(text.get(place.start..place.end).is_some(), "{finding:?}");
        }
    }
    let shown = render_human(&loaded.diagnostics, sources, &RenderOptions::default());
    assert_eq!(shown.is_empty(), loaded.diagnostics.is_empty());
    let shown = render_json(&loaded.diagnostics, sources, &RenderOptions::default());
    assert_eq!(shown.lines().count(), loaded.diagnostics.len());
    assert!(shown.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}
