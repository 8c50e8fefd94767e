//! The builders, models and documentation of the committed specs, as a reader sees them.

use opentop_codegen::{Options, generate};
use opentop_model::load;

use crate::support::repository::specs;

#[test]
fn the_output_of_the_committed_specs_is_this() {
    let sources = specs();
    let loaded = load(&sources);
    assert_eq!(loaded.diagnostics, []);
    let generated = generate(&loaded.model, &sources, &Options { verify: true, ..Options::default() });
    assert_eq!(generated.diagnostics, []);
    let of_one: Vec<_> = generated.files.0.iter().filter(|(path, _)| generated.methods.contains_key(*path)).collect();
    assert_eq!(of_one.len(), 5 + 5, "a module and a page for each method and message");
    for (path, text) in of_one {
        // The hash in the first line follows from the rest.
        let body = text.split_once('\n').unwrap().1;
        insta::assert_snapshot!(path.replace(['/', '.'], "_"), body);
    }
}
