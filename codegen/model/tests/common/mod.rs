//! A small, sound spec that tests bend in one place each, and how findings are shown in snapshots.
#![allow(dead_code, clippy::panic)]

use opentop_model::diagnostic::{RenderOptions, SourceFile, render_human};
use opentop_model::{Loaded, load};

/// A method with most of what the format has.
pub(crate) const REDEEM: &str = include_str!("../../../emit/src/explain/sample.yaml");

/// Its file.
pub(crate) const PATH: &str = "example/alibaba.example.gift.redeem.yaml";

pub(crate) fn source(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

pub(crate) fn category() -> SourceFile {
    source("example/category.yaml", "title: 示例API\n")
}

/// Loads the category and one method of this text.
pub(crate) fn load_method(text: &str) -> (Loaded, Vec<SourceFile>) {
    let sources = vec![category(), source(PATH, text)];
    (load(&sources), sources)
}

/// The sound spec with one piece replaced; the piece must be there.
pub(crate) fn bent(from: &str, to: &str) -> String {
    assert!(REDEEM.contains(from), "the sound spec has no {from:?}");
    REDEEM.replacen(from, to, 1)
}

/// What a person sees of the sound spec with one piece replaced.
pub(crate) fn shown(from: &str, to: &str) -> String {
    shown_text(&bent(from, to))
}

/// What a person sees of a method of this text.
pub(crate) fn shown_text(text: &str) -> String {
    let (loaded, sources) = load_method(text);
    shown_findings(&loaded, &sources)
}

pub(crate) fn shown_findings(loaded: &Loaded, sources: &[SourceFile]) -> String {
    let options = RenderOptions { prefix: "spec/".to_owned(), color: false };
    render_human(&loaded.diagnostics, sources, &options)
}
