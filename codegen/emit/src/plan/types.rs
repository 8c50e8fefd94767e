//! What the plan is made of. Every name in it is final, every text is a line of Markdown.

use std::collections::BTreeMap;

use super::said::Said;
use super::values::ExampleObject;
use opentop_model::diagnostic::Place;
use opentop_model::model::{Effect, Executed, Protocol, Session};
use opentop_model::rust_names::{Feature, FieldIdent, ModuleName, TypeName, VariantName, WireName};

/// The generated crate, decided.
///
/// `A`: its methods, in full or as far as the rest of the crate speaks of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<A = ApiPlan> {
    /// Sorted by module.
    pub categories: Vec<CategoryPlan<A>>,
}

/// One category: a module and a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryPlan<A = ApiPlan> {
    /// As the folder of specs is called.
    pub name: String,
    /// Its module under `api`.
    pub module: ModuleName,
    /// Its feature: its own, or its family's where there are more categories than a crate may have features.
    pub feature: Feature,
    /// The vendor's title, as Markdown.
    pub title: String,
    /// Its methods, sorted by method name. Empty where one method is written by itself.
    pub apis: Vec<A>,
}

/// What the module of a category says of a method.
pub trait Method {
    /// Where the spec names it.
    fn at(&self) -> Place;
    /// Its full name.
    fn method(&self) -> &WireName;
    /// Its module.
    fn module(&self) -> &ModuleName;
    /// Its title, as Markdown.
    fn title(&self) -> &str;
    /// The protocol that carries it, where that is not the gateway's.
    fn protocol(&self) -> Option<Protocol>;
}

impl Method for ApiPlan {
    fn at(&self) -> Place {
        self.at
    }

    fn method(&self) -> &WireName {
        &self.method
    }

    fn module(&self) -> &ModuleName {
        &self.module
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn protocol(&self) -> Option<Protocol> {
        self.protocol
    }
}

/// One method: a module with a request and a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiPlan {
    /// Where the spec names it.
    pub at: Place,
    /// Its full name.
    pub method: WireName,
    /// The root of its response.
    pub envelope: String,
    /// The spec, by path from the folder of specs.
    pub source: String,
    /// Its module.
    pub module: ModuleName,
    /// Words by which the request is found in the documentation, beside its own name.
    pub aliases: Vec<String>,
    /// The title, as Markdown.
    pub title: String,
    /// What the page says, as Markdown.
    pub description: Vec<String>,
    /// Documentation of the module: lines of Markdown.
    pub docs: Vec<String>,
    /// What a reader must know beside parameters: effect, session, idempotency, paging …
    pub facts: Vec<Said>,
    /// The protocol that carries it, where it is not the gateway's.
    pub protocol: Option<Protocol>,
    /// Reads or writes.
    pub effect: Effect,
    /// Whether no suggestion to change it is left.
    pub effect_confirmed: bool,
    /// Whether it wants a session.
    pub session: Session,
    /// The field by which the server recognises a repeated write.
    pub idempotency_key: Option<PathPlan>,
    /// Where the business outcome stands.
    pub outcome: Option<OutcomePlan>,
    /// The objects on the way to the flag of a write's outcome: the accessors of its checked response. Empty: there is none.
    pub checked: Vec<CheckedPlan>,
    /// How it pages.
    pub paging: Option<PagingPlan>,
    /// Whether a span of time that is too long for one request can be split.
    pub by_time_window: bool,
    /// The parameter whose fields are set on the request's own builder: its index in the request.
    pub flatten: Option<usize>,
    /// The request.
    pub request: StructPlan,
    /// The response.
    pub response: StructPlan,
    /// Object types, in the order of the spec; a type of both sides is there twice.
    pub types: Vec<StructPlan>,
    /// Open enums, in the order of their first field.
    pub enums: Vec<EnumPlan>,
    /// The page's error table.
    pub errors: Vec<ErrorPlan>,
    /// The page's sample: language and text.
    pub samples: Vec<(&'static str, String)>,
    /// The request built from the page's examples, as its builder is called.
    pub example: ExampleObject,
    /// The parameters of that request on the wire, by this crate's own encoder.
    pub wire: Vec<(String, String)>,
}

/// A row of the error table, as Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPlan {
    /// The code, in a code span.
    pub code: String,
    /// What it means.
    pub message: String,
    /// What to do.
    pub solution: String,
    /// The code as the gateway sends it, and what it says of a write; where the spec says that.
    pub executed: Option<(String, Executed)>,
}

/// The way to a field: an index at every level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPlan {
    /// Indices.
    pub indices: Vec<u16>,
    /// The fields on the way: identifier, and whether it is boxed.
    pub steps: Vec<(FieldIdent, bool)>,
    /// What stands at the end.
    pub ty: RustType,
    /// Wire names, joined by dots.
    pub text: String,
}

/// Where a response says how the business went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomePlan {
    /// The flag.
    pub ok: PathPlan,
    /// The code.
    pub code: Option<PathPlan>,
    /// The message.
    pub message: Option<PathPlan>,
}

/// An accessor of a checked response: an object that is there once the outcome was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedPlan {
    /// Its name.
    pub name: FieldIdent,
    /// The way to the object.
    pub path: PathPlan,
}

/// How a list method pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagingPlan {
    /// The request's page number, offset or cursor.
    pub page: PathPlan,
    /// Which of them it is.
    pub by: PageByPlan,
    /// The first page's number or the first item's offset, where it is not the usual one.
    pub first: Option<u32>,
    /// Page size.
    pub size: Option<PathPlan>,
    /// How the end is told. `None`: by the cursor.
    pub end: Option<(PagingEndKind, PathPlan)>,
    /// The items.
    pub items: PathPlan,
    /// The identifying field of an item: index and wire name.
    pub item_key: Option<(u16, String)>,
    /// Whether the last page is read first.
    pub last_first: bool,
}

/// What says where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageByPlan {
    /// Its number.
    Number,
    /// How many items stand before it.
    Offset,
    /// A cursor: the response's next one, and a value of it that ends the list.
    Cursor(PathPlan, Option<String>),
}

/// How a response tells that there are no more pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagingEndKind {
    /// A Boolean.
    HasNext,
    /// The number of all items.
    TotalItems,
    /// The number of all pages.
    TotalPages,
}

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

impl<A> Plan<A> {
    /// Every feature with the categories it turns on, sorted by name.
    #[must_use]
    pub fn features(&self) -> BTreeMap<&Feature, Vec<&CategoryPlan<A>>> {
        let mut features: BTreeMap<&Feature, Vec<&CategoryPlan<A>>> = BTreeMap::new();
        for category in &self.categories {
            features.entry(&category.feature).or_default().push(category);
        }
        features
    }

    /// Every method.
    pub fn apis(&self) -> impl Iterator<Item = (&CategoryPlan<A>, &A)> {
        self.categories.iter().flat_map(|category| category.apis.iter().map(move |api| (category, api)))
    }
}

impl ApiPlan {
    /// Whether the application sends it. The platform sends the others to the application.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        matches!(self.protocol, None | Some(Protocol::Qimen))
    }

    /// Whether it is a message: its response is the content, and it has no request.
    #[must_use]
    pub fn is_message(&self) -> bool {
        self.protocol == Some(Protocol::Tmc)
    }

    /// The struct a reference names, as it is on `side`.
    #[must_use]
    pub fn object(&self, reference: &TypeRef) -> Option<&StructPlan> {
        self.types.iter().find(|ty| ty.name == reference.name && ty.scope == reference.scope)
    }

    /// The object of which the request is made, where that is its only parameter and flattened.
    #[must_use]
    pub fn flattened_alone(&self) -> Option<&StructPlan> {
        self.types.iter().find(|ty| ty.builder.as_ref().is_some_and(|builder| builder.of_request))
    }

    /// Every struct: request, response, then the types.
    pub fn structs(&self) -> impl Iterator<Item = &StructPlan> {
        let request = (!self.is_message()).then_some(&self.request);
        request.into_iter().chain([&self.response]).chain(&self.types)
    }
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
