//! Small crates in memory, and what is found in them.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use crate::graph::Graph;
use crate::report::findings;
use crate::tree::Crate;

fn found(files: &[(&str, &str)]) -> Vec<String> {
    let read = |path: &Path| files.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned());
    let krate = Crate::read(Path::new("src/lib.rs"), &read).unwrap();
    findings("x", &krate, &Graph::of(&krate))
}

#[test]
fn two_files_that_use_each_other_are_a_circle() {
    let found = found(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "use crate::b::B;\npub struct A(B);"),
        ("src/b.rs", "pub struct B;\nfn f() -> Option<super::a::A> { None }"),
    ]);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("src/a.rs:1 uses `crate::b::B` of src/b.rs"), "{found:?}");
    assert!(found[0].contains("src/b.rs:2 uses `super::a::A` of src/a.rs"), "{found:?}");
}

#[test]
fn a_circle_is_seen_through_reexports_and_globs() {
    let files = [
        ("src/lib.rs", "mod a; mod b; mod c; pub mod all { pub use super::a::*; pub use crate::b::B as Other; }"),
        ("src/a.rs", "use crate::c::*;\npub struct A(C);"),
        ("src/b.rs", "use crate::all::A;\npub struct B(A);"),
        ("src/c.rs", "pub struct C(Box<crate::all::Other>);"),
    ];
    let found = found(&files);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("3 files") && found[0].contains("`C` of src/c.rs"), "{found:?}");
}

#[test]
fn a_parent_that_only_declares_and_reexports_is_in_no_circle() {
    let found = found(&[
        ("src/lib.rs", "mod a;"),
        ("src/a.rs", "mod x; mod y; pub use x::X; pub(crate) use self::y::Y;"),
        ("src/a/x.rs", "use super::Y; pub struct X(Y);"),
        ("src/a/y.rs", "pub struct Y;"),
    ]);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_child_that_uses_what_its_parent_defines_is_in_a_circle_if_the_parent_uses_the_child() {
    let child = ("src/a/x.rs", "use super::Base; pub struct X(Base);");
    let defines = "mod x; pub struct Base;";
    assert!(found(&[("src/lib.rs", "mod a;"), ("src/a.rs", defines), child]).is_empty());
    let uses = "mod x; pub use x::X; pub struct Base; pub fn make() -> Option<X> { None }";
    assert_eq!(found(&[("src/lib.rs", "mod a;"), ("src/a.rs", uses), child]).len(), 1);
}

#[test]
fn an_import_through_the_root_is_found_and_its_cure_named() {
    let found = found(&[
        ("src/lib.rs", "pub mod a; mod b; pub use a::A; pub struct Own; pub use std::fmt::Debug;"),
        ("src/a.rs", "pub struct A;"),
        ("src/b.rs", "use crate::{A, Own, Debug};\nfn f(_: super::A) {}"),
    ]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("src/b.rs:1 imports `crate::A`") && found[0].contains("name src/a.rs"), "{found:?}");
    assert!(found[1].contains("src/b.rs:2 imports `super::A`"), "{found:?}");
}

#[test]
fn code_for_tests_does_not_count() {
    let found = found(&[
        ("src/lib.rs", "mod a; #[cfg(test)] mod t;"),
        (
            "src/a.rs",
            "pub struct A; #[cfg(all(test, unix))] mod tests { use crate::t::T; } #[cfg(test)] use crate::t::T;",
        ),
        ("src/t.rs", "pub struct T(crate::a::A);"),
    ]);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn macros_are_looked_into() {
    let found = found(&[
        ("src/lib.rs", "#[macro_use] mod m; mod a;"),
        ("src/m.rs", "macro_rules! wrap { ($x:expr) => { $crate::a::f($x) } }"),
        ("src/a.rs", "pub fn f(_: u8) {}\npub fn g() { println!(\"{}\", vec![wrap!(1)].len()); }"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("src/a.rs:2 uses `wrap` of src/m.rs"), "{found:?}");
}

#[test]
fn what_an_exported_macro_expands_to_belongs_to_its_caller() {
    let found = found(&[
        ("src/lib.rs", "#[macro_use] mod m; mod a; pub use a::f;"),
        ("src/m.rs", "#[macro_export]\nmacro_rules! wrap { ($x:expr) => { $crate::f($x) } }"),
        ("src/a.rs", "pub fn f(_: u8) {}\npub fn g() { wrap!(1); }"),
    ]);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn modules_are_found_where_rustc_looks_for_them() {
    let found = found(&[
        ("src/lib.rs", "mod inline { mod deep; #[path = \"../odd.rs\"] mod other; } mod folder;"),
        ("src/inline/deep.rs", "use super::other::O; pub struct D(O);"),
        ("src/odd.rs", "pub struct O;"),
        ("src/folder/mod.rs", "mod below; pub struct F;"),
        ("src/folder/below.rs", "fn f(_: super::F) {}"),
    ]);
    assert_eq!(found, Vec::<String>::new());
}
