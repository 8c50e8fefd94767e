//! The validated catalogue: every type and reference of every method is resolved.
//!
//! It is made from `raw` specs that were read without error. `plan` decides names over it, and the sandbox serves it. A
//! [`Model`] that exists is sound: every index and path in it resolves.

mod field;
mod paging;

use crate::diagnostic::Place;
use field::camel_case;
pub use field::{ExampleUsed, Field, Limits, ListedValue, Path, Scalar, Type, TypeId, element_name};
pub use paging::{PageBy, PageOrder, Paging, PagingEnd};

/// All methods of one spec folder, sorted by category, then by method.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    /// Categories with at least one method, sorted by name.
    pub categories: Vec<Category>,
    /// Methods, sorted by category, then by method name.
    pub apis: Vec<Api>,
}

/// A vendor's category: a folder of specs, a module and a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The folder's name.
    pub name: String,
    /// The vendor's title.
    pub title: String,
    /// Other titles of it on documentation pages.
    pub vendor_titles: Vec<String>,
}

/// One method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// Where the spec names the method.
    pub at: Place,
    /// The method's full name.
    pub method: String,
    /// The name of its category.
    pub category: String,
    /// Title of the documentation page.
    pub title: String,
    /// What the page says of the method.
    pub description: String,
    /// Whether it wants a session.
    pub session: Session,
    /// Whether it changes data.
    pub effect: Effect,
    /// What a tool suggests that `effect` should be, until a person accepts or removes it: `effect` is not confirmed
    /// while this stands. The same as `effect`: nothing shows what it should be.
    pub suggested_effect: Option<Effect>,
    /// What a tool suggests that `session` should be, until a person accepts or removes it: `session` is not confirmed while this stands.
    pub suggested_session: Option<Session>,
    /// The protocol that carries it, where it is not the gateway's.
    pub dialect: Option<Dialect>,
    /// Why it should not be used, and what to use.
    pub deprecated: Option<String>,
    /// The name of its Rust module, where the spec gives one.
    pub module: Option<String>,
    /// The parameter whose fields are set on the request's own builder: the index of an object in the request.
    pub flatten: Option<usize>,
    /// The request field by which the server recognises a repeated write.
    pub idempotency_key: Option<Path>,
    /// Where the business outcome stands.
    pub outcome: Option<Outcome>,
    /// How it pages.
    pub paging: Option<Paging>,
    /// The parameters.
    pub request: Object,
    /// The response's fields.
    pub response: Object,
    /// The named types that the request or the response reaches and that have fields, in the order of the spec.
    /// [`TypeId`] indexes it.
    pub types: Vec<NamedType>,
    /// The page's samples.
    pub samples: Samples,
    /// The page's error table.
    pub errors: Vec<ErrorRow>,
    /// What overrides corrected in its spec, in the order of their files.
    pub corrections: Vec<Correction>,
}

/// What one override corrected, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Paths in the spec, as the override names them: set ones, then removed ones.
    pub paths: Vec<String>,
    /// Why, citing a source.
    pub because: String,
}

/// Another protocol than the gateway's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Which one.
    pub protocol: Protocol,
    /// Where that is seen.
    pub because: String,
}

/// The protocols beside the gateway's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Qimen: parties call each other through the platform. Bodies are XML or JSON, and signed.
    Qimen,
    /// SPI: the platform calls the application.
    Spi,
    /// TMC: a message of the platform. The method is its topic, the response its content; there is no request.
    Tmc,
}

/// Whether a method wants a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// Not needed.
    None,
    /// Accepted, not needed.
    Optional,
    /// Needed.
    Required,
}

/// Whether a method changes data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Only reads.
    Read,
    /// Changes data.
    Write,
}

/// Where a response says how the business went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// A Boolean.
    pub ok: Path,
    /// The result code.
    pub code: Option<Path>,
    /// The message.
    pub message: Option<Path>,
}

/// Fields and the rules over them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object {
    /// In the order of the spec.
    pub fields: Vec<Field>,
    /// Rules over these fields.
    pub rules: Vec<Rule>,
}

/// A type named under `types`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedType {
    /// Where the spec names it.
    pub at: Place,
    /// The vendor's name.
    pub name: String,
    /// Its name in Rust, where the spec gives one.
    pub rust_name: Option<String>,
    /// What it is.
    pub description: String,
    /// Its fields and rules.
    pub object: Object,
    /// Whether a request reaches it.
    pub in_request: bool,
    /// Whether a response reaches it.
    pub in_response: bool,
    /// Whether it contains itself, directly or through others, other than through a list.
    pub recursive: bool,
}

/// A rule over fields of one object, by index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// One or more of them.
    AtLeastOneOf(Vec<usize>),
    /// One or none.
    AtMostOneOf(Vec<usize>),
    /// One.
    ExactlyOneOf(Vec<usize>),
    /// Two dates, in order and at most so far apart.
    MaxSpan {
        /// The earlier date.
        start: usize,
        /// The later date.
        end: usize,
        /// The longest span, in seconds.
        seconds: u64,
    },
}

/// The page's samples, verbatim.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Samples {
    /// The response in XML.
    pub response_xml: Option<String>,
    /// The response in JSON.
    pub response_json: Option<String>,
    /// The page's sample of an error, in XML.
    pub error_xml: Option<String>,
    /// The page's sample of an error, in JSON.
    pub error_json: Option<String>,
}

/// A row of the page's error table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorRow {
    /// `isv.…`, `isp.…` or a number.
    pub code: String,
    /// What it means.
    pub message: String,
    /// What to do.
    pub solution: String,
    /// What it says of a write, by the word of whoever wrote the spec.
    pub executed: Option<Executed>,
}

/// What an error says of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Executed {
    /// It was not done, for certain.
    No,
    /// It may have been done.
    Maybe,
}

impl Executed {
    /// The word of the spec: `no` or `maybe`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Executed::No => "no",
            Executed::Maybe => "maybe",
        }
    }
}

impl Protocol {
    /// All of them.
    pub const ALL: [Protocol; 3] = [Protocol::Qimen, Protocol::Spi, Protocol::Tmc];

    /// The word in a spec.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Qimen => "qimen",
            Protocol::Spi => "spi",
            Protocol::Tmc => "tmc",
        }
    }
}

impl Api {
    /// Whether it is a message: received, never called.
    #[must_use]
    pub fn is_message(&self) -> bool {
        self.protocol() == Some(Protocol::Tmc)
    }

    /// The protocol that carries it, where it is not the gateway's.
    #[must_use]
    pub fn protocol(&self) -> Option<Protocol> {
        self.dialect.as_ref().map(|dialect| dialect.protocol)
    }

    /// The wire name of the elements of a list: what the spec gives, else made of the type's name. Qimen writes it in camel case.
    #[must_use]
    pub fn element_name(&self, field: &Field) -> String {
        if let Some(name) = &field.element {
            return name.clone();
        }
        match (&field.ty, self.protocol()) {
            (Type::Objects(id), Some(Protocol::Qimen | Protocol::Spi)) => camel_case(&self.named(*id).name),
            (Type::Objects(id), Some(Protocol::Tmc) | None) => element_name(&self.named(*id).name),
            (Type::Scalars(scalar), _) => element_name(scalar.name()),
            _ => String::new(),
        }
    }

    /// The type a [`TypeId`] stands for.
    #[must_use]
    pub fn named(&self, id: TypeId) -> &NamedType {
        &self.types[id.0]
    }

    /// The root of the response: the method without a leading `taobao.`, dots to underscores, `_response` behind.
    #[must_use]
    pub fn envelope(&self) -> String {
        let short = self.method.strip_prefix("taobao.").unwrap_or(&self.method);
        format!("{}_response", short.replace('.', "_"))
    }

    /// The field at the end of `path`, from `root` (the request or the response).
    #[must_use]
    pub fn field_at<'a>(&'a self, root: &'a Object, path: &Path) -> Option<&'a Field> {
        let (last, way) = path.0.split_last()?;
        let mut object = root;
        for &index in way {
            let Type::Object(id) = object.fields.get(index)?.ty else { return None };
            object = &self.named(id).object;
        }
        object.fields.get(*last)
    }
}
