//! How an answer is shown.

use clap::ValueEnum;

/// How an answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Fields and their values, one a line; the items of a list as rows.
    Table,
    /// The fields that the spec knows, as JSON.
    Json,
    /// The body, as it came.
    Raw,
}
