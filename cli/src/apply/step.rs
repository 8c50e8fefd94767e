//! One change of one file.

use std::borrow::Cow;

/// One change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// Put this text there.
    Write {
        /// From the output folder, with `/`.
        path: Cow<'a, str>,
        /// The whole new text.
        text: Cow<'a, str>,
    },
    /// Take the file away.
    Delete {
        /// From the output folder, with `/`.
        path: Cow<'a, str>,
    },
}
