//! The words of the pages, in Chinese and in English: both are there, and the style shows one.

use std::fmt;

use super::view::text::Html;
pub(crate) use crate::report::many;

/// A label. Both are words of ours, without markup.
pub(crate) fn t(chinese: impl fmt::Display, english: impl fmt::Display) -> Html {
    Html::of_ours(format!("<span lang=\"zh\">{chinese}</span><span lang=\"en\">{english}</span>"))
}
