//! A row of a table.

use opentop_model::diagnostic::Place;

use crate::described::Limits;

/// What a page shows of a row's depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Level {
    /// A parameter of the method, or a field of the answer.
    #[default]
    Top,
    /// Inside an object.
    Nested,
    /// Either.
    Unknown,
}

/// A row of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) at: Place,
    pub(crate) level: Level,
    /// Whether the layout tells objects with fields from others by their mark, and this one has fields.
    pub(crate) holds_fields: Option<bool>,
    pub(crate) name: String,
    pub(crate) ty: String,
    /// None in the response.
    pub(crate) required: Option<bool>,
    pub(crate) example: String,
    /// Whether the last cells are empty, so that the description may stand under the example.
    pub(crate) slid: bool,
    /// Example and description on one line; only a sample tells where one ends.
    pub(crate) undivided: Option<String>,
    pub(crate) description: String,
    /// Whether the description is the only cell behind the type or the requirement, so that it may be an example as well.
    pub(crate) lone: bool,
    pub(crate) limits: Limits,
}
