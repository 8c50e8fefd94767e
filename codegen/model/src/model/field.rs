//! Fields: what they hold, and what is known about their values.

use std::fmt;

use crate::diagnostic::Place;

/// A way from the request's or response's root to a field: an index into `fields` at every level. Crosses no list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub Vec<usize>);

/// Index into [`Api::types`](super::Api::types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Where the spec names it.
    pub at: Place,
    /// The key in the spec, by which rules and paths name it.
    pub key: String,
    /// The name on the wire.
    pub wire: String,
    /// Its name in Rust, where the spec gives one.
    pub rust_name: Option<String>,
    /// Of a list: the name of its elements on the wire, where the spec gives one; else see [`element_name`].
    pub element: Option<String>,
    /// What it holds (`as:` where the spec gives one).
    pub ty: Type,
    /// The vendor's type, as the page writes it.
    pub vendor_type: String,
    /// Enforced before sending.
    pub required: bool,
    /// What the page says, where it differs.
    pub vendor_required: Option<bool>,
    /// What the page says of it.
    pub description: String,
    /// The vendor's example.
    pub example: Option<String>,
    /// The example to use instead, and why.
    pub example_used: Option<ExampleUsed>,
    /// Bounds.
    pub limits: Limits,
    /// What the server assumes when it is not sent.
    pub default: Option<String>,
    /// What is counted.
    pub unit: Option<String>,
    /// Listed values; empty: any value.
    pub values: Vec<ListedValue>,
    /// The enum's name, where the spec gives one.
    pub enum_name: Option<String>,
    /// Redacted by `Debug`.
    pub sensitive: bool,
    /// Why it should not be used.
    pub deprecated: Option<String>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// One scalar.
    Scalar(Scalar),
    /// One object.
    Object(TypeId),
    /// A list of scalars. `Field List` is a list of `String`.
    Scalars(Scalar),
    /// A list of objects.
    Objects(TypeId),
}

/// The platform's scalar types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `yyyy-MM-dd HH:mm:ss`, GMT+8.
    Date,
    /// An exact decimal.
    Price,
    /// An exact decimal.
    BigDecimal,
    /// JSON text.
    Json,
    /// JSON text of an object.
    Map,
    /// `byte[]`: a file at the top level of a request, text elsewhere.
    Bytes,
}

/// An example that replaces the vendor's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleUsed {
    /// The value.
    pub value: String,
    /// Why the vendor's own does not do.
    pub because: String,
}

/// Bounds of a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// UTF-16 code units of text; of a comma-joined list, of the joined text; bytes of a `byte[]`.
    pub max_length: Option<u32>,
    /// Elements.
    pub max_items: Option<u32>,
    /// Exact decimal text, inclusive.
    pub min: Option<String>,
    /// Exact decimal text, inclusive.
    pub max: Option<String>,
}

/// A listed value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedValue {
    /// Where the spec lists it.
    pub at: Place,
    /// On the wire.
    pub value: String,
    /// The name to give it.
    pub name: Option<String>,
    /// What it means.
    pub description: String,
}

impl Field {
    /// The example to build requests and answers from: `example_used`, else the vendor's; `null`, `{}`, `[]` and blank are none.
    #[must_use]
    pub fn usable_example(&self) -> Option<&str> {
        let text = self.example_used.as_ref().map(|used| used.value.as_str()).or(self.example.as_deref())?;
        (!matches!(text.trim(), "" | "null" | "{}" | "[]" | "\"\"")).then_some(text)
    }
}

impl Type {
    /// Whether it is a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self, Type::Scalars(_) | Type::Objects(_))
    }

    /// The type of the object, or of the objects in the list.
    #[must_use]
    pub fn object(&self) -> Option<TypeId> {
        match self {
            Type::Object(id) | Type::Objects(id) => Some(*id),
            Type::Scalar(_) | Type::Scalars(_) => None,
        }
    }
}

impl Scalar {
    /// The platform's word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scalar::String => "String",
            Scalar::Number => "Number",
            Scalar::Boolean => "Boolean",
            Scalar::Date => "Date",
            Scalar::Price => "Price",
            Scalar::BigDecimal => "BigDecimal",
            Scalar::Json => "Json",
            Scalar::Map => "Map",
            Scalar::Bytes => "byte[]",
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The wire name of a list's element: an underscore before every capital letter, lower-cased, no acronym rule
/// (`ItemDTO` → `item_d_t_o`); `string`, `number`, … for scalars. This is the vendor's rule, and it is measured on its SDKs.
#[must_use]
pub fn element_name(type_name: &str) -> String {
    let mut out = String::with_capacity(type_name.len() + 8);
    for (at, letter) in type_name.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// A type's name as Qimen names an element: the first letter in lower case.
pub(super) fn camel_case(type_name: &str) -> String {
    let mut letters = type_name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
