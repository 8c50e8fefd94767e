//! The generated text of the four methods, as a reader sees it: requests, responses, documentation and wire form.

use opentop_codegen::{Options, generate};
use opentop_model::load;

use crate::support::repository::specs;

#[test]
fn the_output_of_the_four_methods_is_this() {
    let sources = specs();
    let loaded = load(&sources);
    assert_eq!(loaded.diagnostics, []);
    let generated = generate(&loaded.model, &sources, &Options::default());
    assert_eq!(generated.diagnostics, []);
    let mut shown = 0;
    for (path, text) in &generated.files.0 {
        let of_one = generated.methods.contains_key(path);
        if of_one || path.starts_with("tests/wire/") {
            // The hash in the first line follows from the rest.
            let body = text.split_once('\n').unwrap().1;
            insta::assert_snapshot!(path.replace(['/', '.'], "_"), body);
            shown += 1;
        }
    }
    assert_eq!(shown, 4 + 4 + 3, "a module and a page for each method, the wire form for each category");
}
