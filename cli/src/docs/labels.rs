//! The words of the pages, in Chinese and in English: both are there, and the style shows one.

use std::fmt;

use super::view::text::Html;

/// `category` or `categories`: the word as it is, or what a reader of English expects of several.
pub(crate) fn many(count: usize, word: &str) -> String {
    match word.strip_suffix('y').filter(|_| count != 1) {
        Some(stem) => format!("{stem}ies"),
        None => crate::report::many(count, word),
    }
}

/// A label. Both are words of ours, without markup.
pub(crate) fn t(chinese: impl fmt::Display, english: impl fmt::Display) -> Html {
    Html::either(chinese, english)
}
