//! What the checks of one method share: its named types, and its objects once their fields were checked.

use super::types::Named;
use crate::model::{Object, Scalar, Type, TypeId};

/// The types a method names.
pub(super) struct Scope<'a> {
    pub(super) named: Named<'a>,
    /// Types without fields: JSON stands for them.
    pub(super) empty: Vec<bool>,
}

impl Scope<'_> {
    /// The type itself, or JSON where nothing is known of its fields.
    pub(super) fn filled(&self, ty: Type) -> Type {
        match ty {
            Type::Object(id) if self.empty[id.0] => Type::Scalar(Scalar::Json),
            Type::Objects(id) if self.empty[id.0] => Type::Scalars(Scalar::Json),
            other => other,
        }
    }
}

/// An object whose fields were checked.
pub(super) struct CheckedObject {
    pub(super) object: Object,
    /// By field: whether its type is known.
    pub(super) known: Vec<bool>,
    /// Whether fields may be missing because the file was wrong there.
    pub(super) broken: bool,
}

/// A method's objects.
pub(super) struct Checked {
    pub(super) request: CheckedObject,
    pub(super) response: CheckedObject,
    pub(super) types: Vec<CheckedObject>,
}

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response,
}

impl Side {
    pub(super) fn name(self) -> &'static str {
        match self {
            Side::Request => "request",
            Side::Response => "response",
        }
    }

    pub(super) fn other(self) -> Side {
        match self {
            Side::Request => Side::Response,
            Side::Response => Side::Request,
        }
    }
}

impl Checked {
    pub(super) fn side(&self, side: Side) -> &CheckedObject {
        match side {
            Side::Request => &self.request,
            Side::Response => &self.response,
        }
    }

    pub(super) fn named(&self, id: TypeId) -> &CheckedObject {
        &self.types[id.0]
    }

    pub(super) fn types(&self) -> &[CheckedObject] {
        &self.types
    }
}
