//! A method, and how it pages, tells its outcome and lists its errors.

use opentop_model::diagnostic::Place;
use opentop_model::model::{Effect, Executed, Protocol, Session};
use opentop_model::rust_names::{FieldIdent, ModuleName, WireName};

use super::object::{EnumPlan, RustType, StructPlan, TypeRef};
use crate::plan::said::Said;
use crate::plan::values::ExampleObject;

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
