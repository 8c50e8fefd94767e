//! Names of crates.

use opentop_model::rust_names::is_keyword;

/// Names that cargo or rustc keep for themselves, and the runtime's.
const TAKEN: [&str; 6] = ["alloc", "core", "proc_macro", "std", "test", "opentop_runtime"];

/// Why a name cannot be a crate's.
pub(crate) fn problem(name: &str) -> Option<&'static str> {
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if !begins || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)) {
        return Some("expected letters, digits, `-` and `_`, no digit first");
    }
    let library = name.replace('-', "_");
    (TAKEN.contains(&&*library) || is_keyword(&library))
        .then_some("it is taken by Rust or by the runtime; choose another")
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn names_that_cargo_refuses_are_refused() {
        for name in ["", "1shop", "my shop", "shöp", "fn", "test", "proc-macro", "opentop-runtime"] {
            assert!(problem(name).is_some(), "{name}");
        }
        for name in ["shop-2", "_shop", "Shop"] {
            assert_eq!(problem(name), None, "{name}");
        }
    }
}
