//! The request that a method's examples make, and whether it obeys the method's own limits and rules.
//!
//! Tests, documentation and the demo of generated code send this request, so [`load`](crate::load) refuses a spec whose examples break
//! the spec's own rules. The rules are evaluated here independently of the client's runtime and of the sandbox.

mod build;
mod check;

use crate::model::{Field, Scalar, Type, TypeId};
use crate::scalar::reads_as;

pub use build::{plain, request};
pub use check::{broken_limits, violations};

/// A value made of examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Example {
    /// The text of a scalar; it reads as its type.
    Scalar(Scalar, String),
    /// A list of scalars.
    Scalars(Scalar, Vec<String>),
    /// An object: a value, or none, for every field of its type.
    Object(TypeId, Vec<Option<Example>>),
    /// A list of objects.
    Objects(TypeId, Vec<Vec<Option<Example>>>),
}

/// Which object a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// The request itself.
    Request,
    /// A named type.
    Type(TypeId),
}

/// What a value breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Broken {
    /// A limit of the field of this index, or its being required.
    Field(usize),
    /// The rule of this index.
    Rule(usize),
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The object whose field or rule it is.
    pub owner: Owner,
    /// The field or the rule.
    pub broken: Broken,
    /// Where, by wire names: `param.list[0].name`.
    pub path: String,
    /// What is wrong, in one sentence.
    pub message: String,
}

/// The parts of a comma-joined list, as the platform writes lists of scalars. Brackets around the list and quotes around its parts, which
/// some pages show, are no part of it.
pub fn list_items(text: &str) -> impl Iterator<Item = &str> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.split(',').map(|item| item.trim().trim_matches('"')).filter(|item| !item.is_empty())
}

/// Whether a scalar's example reads as its type and is of use; for findings about examples.
pub(crate) fn unreadable(field: &Field) -> Option<&'static str> {
    let text = field.usable_example()?;
    match field.ty {
        Type::Scalar(scalar) => reads_as(scalar, text).err(),
        Type::Scalars(scalar) => list_items(text).find_map(|item| reads_as(scalar, item).err()),
        Type::Object(_) | Type::Objects(_) => None,
    }
}
