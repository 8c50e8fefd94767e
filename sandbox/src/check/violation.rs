//! A violation: one thing that is wrong with a call.

use std::fmt;

/// Something that is wrong with one parameter, or with several together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, in wire names: `redeem_req.items[2].name`. Of a rule over several fields: the object that holds them, which is
    /// empty for the request itself.
    pub path: String,
    /// What kind of mistake it is.
    pub kind: ViolationKind,
    /// The wire names of the fields that a broken rule is about; else empty.
    pub fields: Vec<String>,
    pub(super) problem: String,
}

/// The kinds of mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ViolationKind {
    /// The specification does not list it.
    Unknown,
    /// It was given more than once.
    Repeated,
    /// It is required and absent.
    Required,
    /// It does not read as its type.
    Type,
    /// The text is too long.
    MaxLength,
    /// The list is too long.
    MaxItems,
    /// The number is too small.
    Min,
    /// The number is too large.
    Max,
    /// None of several fields is given, where at least one is needed.
    AtLeastOneOf,
    /// Several fields are given, where at most one may be.
    AtMostOneOf,
    /// None or several fields are given, where exactly one is needed.
    ExactlyOneOf,
    /// A span of time begins after its end.
    SpanOrder,
    /// A span of time is too long.
    MaxSpan,
}

impl Violation {
    pub(super) fn new(path: &str, kind: ViolationKind, problem: impl Into<String>) -> Self {
        Violation { path: path.to_owned(), kind, fields: Vec::new(), problem: problem.into() }
    }

    pub(crate) fn repeated(path: &str) -> Self {
        Violation::new(path, ViolationKind::Repeated, "must be given only once")
    }

    /// The first field concerned, by its path: what a refusal names.
    #[must_use]
    pub fn place(&self) -> String {
        match self.fields.first() {
            Some(first) => join(&self.path, first),
            None => self.path.clone(),
        }
    }

    /// What is wrong, without where: `must have at most 10 elements (got 11)`.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Whether something is absent that must be there; everything else is there and wrong.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.kind == ViolationKind::Required
    }
}

/// `redeem_req.gift_ids: must have at most 10 elements (got 11)`
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.fields.is_empty() {
            return write!(f, "{}: {}", self.path, self.problem);
        }
        for (at, field) in self.fields.iter().enumerate() {
            let between = if at == 0 { "" } else { ", " };
            write!(f, "{between}{}", join(&self.path, field))?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// `name` behind `path`.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
