//! Structs, their fields and builders, and enums.

use opentop_model::rust_names::{FieldIdent, TypeName, VariantName, WireName};

use crate::plan::said::Said;

/// Which way an object travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// To the gateway: private fields and a builder.
    Request,
    /// From it: public fields.
    Response,
}

/// Where in a method's module a type stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// At the root.
    Root,
    /// In `pub mod response`: the response's twin of a type that requests use too.
    ResponseModule,
}

/// A type of the method's own, by name and scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TypeRef {
    /// Its name.
    pub name: TypeName,
    /// Where it stands.
    pub scope: Scope,
}

/// A struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StructPlan {
    /// Its name.
    pub name: TypeName,
    /// Where it stands.
    pub scope: Scope,
    /// Which way it travels.
    pub side: Side,
    /// Its documentation: lines of Markdown.
    pub docs: Vec<String>,
    /// Its fields, in the order of the spec.
    pub fields: Vec<FieldPlan>,
    /// Rules over them.
    pub rules: Vec<RulePlan>,
    /// The same in sentences of Markdown.
    pub rule_texts: Vec<Said>,
    /// Its builder, on the request's side. A request whose only parameter is flattened has none of its own.
    pub builder: Option<BuilderPlan>,
}

/// A builder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuilderPlan {
    /// Its name.
    pub name: TypeName,
    /// Its setters, in order.
    pub setters: Vec<SetterPlan>,
    /// Whether it builds the request as well, of which this object is the only parameter.
    pub of_request: bool,
}

/// A builder's setter of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetterPlan {
    /// Its name.
    pub name: FieldIdent,
    /// Its twin that takes an `Option`.
    pub maybe: Option<FieldIdent>,
    /// Whether the builder asks for it.
    pub required: bool,
    /// The flattened parameter that the field stands in.
    pub inside: Option<FieldIdent>,
    /// The field: its index in what is built, or in the flattened object.
    pub index: usize,
    /// The field's identifier.
    pub field: FieldIdent,
    /// The field's name on the wire.
    pub wire: WireName,
    /// The field's type.
    pub ty: RustType,
    /// Its documentation: lines of Markdown.
    pub docs: Vec<String>,
    /// Why not to use it.
    pub deprecated: Option<String>,
}

/// A rule, by field index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulePlan {
    /// One or more.
    AtLeastOneOf(Vec<u16>),
    /// One or none.
    AtMostOneOf(Vec<u16>),
    /// One.
    ExactlyOneOf(Vec<u16>),
    /// Two dates: the first is not after the second, and they are at most this many seconds apart.
    MaxSpan(u16, u16, u64),
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPlan {
    /// Its identifier.
    pub ident: FieldIdent,
    /// The getter, on the request's side.
    pub getter: FieldIdent,
    /// On the wire.
    pub wire: WireName,
    /// Of a list in XML that is written: what its elements are called.
    pub element: Option<WireName>,
    /// Its documentation: lines of Markdown.
    pub docs: Vec<String>,
    /// Its type.
    pub ty: RustType,
    /// What is known of it, for the table.
    pub constraints: Vec<ConstraintPlan>,
    /// Must be set.
    pub required: bool,
    /// Why not to use it.
    pub deprecated: Option<String>,
    /// For the reference: type as the page writes it, example, bounds, description.
    pub reference: ReferenceRow,
}

/// What the Markdown reference says of a field, every text ready for a table cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReferenceRow {
    /// The type.
    pub ty: Said,
    /// The example.
    pub example: Said,
    /// Bounds, default and unit.
    pub bounds: Vec<Said>,
    /// Rules over several fields.
    pub rules: Vec<Said>,
    /// The listed values, each with what it means.
    pub values: Vec<String>,
    /// Why it should no longer be used.
    pub deprecated: Option<String>,
    /// The description, in paragraphs.
    pub description: Vec<String>,
}

/// Something that is known of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintPlan {
    /// Must be present.
    Required,
    /// Never shown.
    Sensitive,
    /// UTF-16 code units.
    MaxLength(u32),
    /// Elements.
    MaxItems(u32),
    /// Exact decimal text.
    Min(String),
    /// Exact decimal text.
    Max(String),
}

/// What a field is in Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RustType {
    /// One scalar.
    One(Kind),
    /// A list of scalars.
    Many(Kind),
    /// An open enum.
    Enum(TypeRef),
    /// A list of them.
    Enums(TypeRef),
    /// An object; boxed where the type contains itself.
    Object(TypeRef, bool),
    /// A list of objects.
    Objects(TypeRef),
}

/// A scalar's Rust type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `String`.
    Text,
    /// `i64`.
    Int,
    /// `bool`.
    Bool,
    /// The runtime's `DateTime`.
    Date,
    /// The runtime's `Decimal`.
    Decimal,
    /// The runtime's `Json`.
    Json,
    /// The runtime's `File`.
    File,
}

/// An open enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumPlan {
    /// Its name.
    pub name: TypeName,
    /// Its documentation.
    pub docs: Vec<String>,
    /// Whether the wire carries a number.
    pub numeric: bool,
    /// Its variants, in the order of the spec.
    pub variants: Vec<VariantPlan>,
}

/// A listed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantPlan {
    /// Its name.
    pub name: VariantName,
    /// On the wire.
    pub value: String,
    /// Its documentation.
    pub docs: Vec<String>,
}

impl BuilderPlan {
    /// The setters it asks for, in order.
    pub fn required(&self) -> impl Iterator<Item = &SetterPlan> {
        self.setters.iter().filter(|setter| setter.required)
    }

    /// The setter of field `index` of what is built, or of the flattened object.
    #[must_use]
    pub fn setter(&self, inside: bool, index: usize) -> Option<&SetterPlan> {
        self.setters.iter().find(|setter| setter.inside.is_some() == inside && setter.index == index)
    }
}

impl RustType {
    /// Whether it is a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self, RustType::Many(_) | RustType::Enums(_) | RustType::Objects(_))
    }

    /// The object type it leads to.
    #[must_use]
    pub fn object(&self) -> Option<&TypeRef> {
        match self {
            RustType::Object(name, _) | RustType::Objects(name) => Some(name),
            _ => None,
        }
    }
}
