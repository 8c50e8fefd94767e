//! The values of an example request, with the setters and types they have in Rust.

use opentop_model::rust_names::{FieldIdent, TypeName, VariantName, WireName};

/// An object of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleObject {
    /// Its type.
    pub name: TypeName,
    /// What is set.
    pub fields: Vec<ExampleField>,
}

/// A field that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleField {
    /// By this setter.
    pub setter: FieldIdent,
    /// Its name on the wire.
    pub wire: WireName,
    /// The value.
    pub value: ExampleValue,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleValue {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// `yyyy-MM-dd HH:mm:ss`.
    Date(String),
    /// Exact decimal text, as it is written back.
    Decimal(String),
    /// JSON text.
    Json(String),
    /// A file of that name.
    File(String),
    /// A listed value: enum, variant, value, whether that is a number.
    Listed(TypeName, VariantName, String, bool),
    /// A value that its enum does not list.
    Unlisted(TypeName, String, bool),
    /// An object.
    Object(ExampleObject),
    /// A list.
    List(Vec<ExampleValue>),
}
