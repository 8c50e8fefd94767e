//! Names of getters and setters: those of the fields, kept apart from what the generated types have by themselves and from what the
//! language means by some names.

use std::collections::BTreeSet;

use opentop_model::rust_names::FieldIdent;

/// The request's own methods and those of objects, and names that clippy takes for a trait's method or asks a companion of. Sorted.
const GETTER_WORDS: &[&str] = &[
    "as_mut",
    "as_ref",
    "borrow",
    "borrow_mut",
    "builder",
    "by_time_window",
    "clone",
    "deref",
    "deref_mut",
    "is_empty",
    "items",
    "iter",
    "len",
    "new",
    "next",
    "pages",
    "send",
];

/// The builder's own methods, and the operators, which a method of two arguments would be taken for. Sorted.
const SETTER_WORDS: &[&str] = &[
    "add",
    "bitand",
    "bitor",
    "bitxor",
    "build",
    "by_time_window",
    "clone",
    "div",
    "from_object",
    "items",
    "mul",
    "pages",
    "rem",
    "send",
    "shl",
    "shr",
    "sub",
];

/// The names of getters, in order.
pub(super) fn getters(idents: &[FieldIdent]) -> Vec<FieldIdent> {
    free_of(GETTER_WORDS, idents, &mut idents.iter().cloned().collect())
}

/// The names of setters, and of the twins that take an `Option`, for those fields that have one. A twin whose name another field has is left
/// out: it would change with the fields around it.
pub(super) fn setters(idents: &[FieldIdent], twins: &[bool]) -> Vec<(FieldIdent, Option<FieldIdent>)> {
    let names = free_of(SETTER_WORDS, idents, &mut idents.iter().cloned().collect());
    let mut taken: BTreeSet<FieldIdent> = names.iter().cloned().collect();
    let mut twin = |ident: &FieldIdent| Some(ident.prefixed("maybe_")).filter(|name| taken.insert(name.clone()));
    let twins: Vec<_> = idents.iter().zip(twins).map(|(ident, has)| has.then(|| twin(ident)).flatten()).collect();
    names.into_iter().zip(twins).collect()
}

/// The names, with `_` behind those that are one of `words`.
fn free_of(words: &[&str], idents: &[FieldIdent], taken: &mut BTreeSet<FieldIdent>) -> Vec<FieldIdent> {
    let freed = |ident: &FieldIdent| {
        let mut name = ident.clone();
        if words.binary_search(&name.bare()).is_ok() {
            while !taken.insert(name.clone()) {
                name = name.suffixed();
            }
        }
        name
    };
    idents.iter().map(freed).collect()
}

#[cfg(test)]
mod tests {
    use super::{GETTER_WORDS, SETTER_WORDS};

    #[test]
    fn words_are_sorted_so_that_they_are_found() {
        assert!(GETTER_WORDS.is_sorted() && SETTER_WORDS.is_sorted());
    }
}
