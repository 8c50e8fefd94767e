//! Documentation pages and JSON descriptions become specs.
//!
//! Input: a page or description. What must hold: it ends in one spec or in one refusal, with places inside the text; the spec is readable
//! YAML, whose own mistakes were told; imported once more over itself it does not change.

use opentop_import::{Context, Imported, import, sources};
use opentop_model::diagnostic::{Severity, SourceFile};
use opentop_model::load;

use super::spec::findings_point_into_the_text;

/// What imports.
pub type Import<'a> = &'a dyn Fn(&[SourceFile], &Context) -> Imported;

/// Judges one input.
pub fn run(data: &[u8]) {
    check(data, &import);
}

/// The same of any code under test.
pub fn check(data: &[u8], import: Import<'_>) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let inputs = [SourceFile { path: "page.txt".to_owned(), text: text.to_owned() }];
    let mut context = Context {
        categories: vec![("示例API".to_owned(), "example".to_owned())],
        category: Some("example".to_owned()),
        existing: Vec::new(),
    };
    let imported = import(&inputs, &context);
    assert_eq!(imported.files.len() + imported.refused.len(), 1);
    places(&imported, &sources(&inputs, &context));
    let Some(first) = imported.files.first() else { return };
    let category = SourceFile { path: "example/category.yaml".to_owned(), text: "title: 示例API\n".to_owned() };
    let spec = SourceFile { path: first.path.clone(), text: first.text.clone() };
    let both = [spec.clone(), category];
    let loaded = load(&both);
    findings_point_into_the_text(&loaded, &both);
    for finding in loaded.diagnostics.iter().filter(|finding| finding.severity == Severity::Error) {
        assert!(first.warnings.iter().any(|told| told.code == finding.code), "not told: {finding:?}\n{}", first.text);
    }
    context.existing = vec![spec];
    let again = import(&inputs, &context);
    places(&again, &sources(&inputs, &context));
    let again = again.files.first().unwrap_or_else(|| panic!("refused over itself: {:?}", again.refused));
    assert_eq!(again.text, first.text, "imported over itself it changed");
}

fn places(imported: &Imported, sources: &[SourceFile]) {
    for finding in imported.diagnostics() {
        for place in std::iter::once(&finding.place).chain(finding.also.iter().map(|(place, _)| place)) {
            let text = &sources[place.file].text;
            assert!(text.get(place.start..place.end).is_some(), "{finding:?}");
        }
    }
}
