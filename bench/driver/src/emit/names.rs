//! Rust names for the emitted comparison crates: legal identifiers, unique in their scope.
//!
//! The rules are simple and independent of the generator's: nobody depends on these crates.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Hands out names of one scope, each once.
#[derive(Default)]
pub(crate) struct Scope(BTreeSet<String>);

impl Scope {
    /// A scope in which some names are taken.
    pub(crate) fn with(taken: &[&str]) -> Self {
        Self(taken.iter().map(|name| (*name).to_owned()).collect())
    }

    /// `wanted`, or `wanted` with the first free number behind.
    pub(crate) fn unique(&mut self, wanted: String) -> String {
        if self.0.insert(wanted.clone()) {
            return wanted;
        }
        let free = (2..).map(|number| format!("{wanted}_{number}")).find(|name| !self.0.contains(name));
        let free = free.expect("invariant: the numbers do not end");
        self.0.insert(free.clone());
        free
    }
}

/// The name of a field or module, without what would make it raw.
pub(crate) fn snake(vendor: &str) -> String {
    legal(&ascii(vendor).to_snake_case(), "n_")
}

/// The name of a type or variant.
pub(crate) fn camel(vendor: &str) -> String {
    legal(&ascii(vendor).to_upper_camel_case(), "N")
}

/// An identifier as Rust source writes it.
pub(crate) fn written(name: &str) -> String {
    match name {
        "self" | "super" | "crate" | "Self" => format!("{name}_"),
        _ if syn::parse_str::<syn::Ident>(name).is_err() => format!("r#{name}"),
        _ => name.to_owned(),
    }
}

fn ascii(vendor: &str) -> String {
    vendor.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

fn legal(name: &str, prefix: &str) -> String {
    match name.chars().next() {
        None => format!("{prefix}empty"),
        Some(first) if first.is_ascii_digit() => format!("{prefix}{name}"),
        Some(_) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legal_and_unique() {
        let mut scope = Scope::default();
        for (vendor, field) in [("itemId", "item_id"), ("item_id", "item_id_2"), ("1st", "n_1st"), ("型", "n_empty")] {
            assert_eq!(scope.unique(snake(vendor)), field, "{vendor}");
        }
        assert_eq!(camel("ItemDTO"), "ItemDto");
        assert_eq!(written("type"), "r#type");
        assert_eq!(written("self"), "self_");
        assert_eq!(written("page"), "page");
    }
}
