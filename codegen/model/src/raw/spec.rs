//! What a file says, before anything is checked: every value with where it stands.

use crate::diagnostic::Place;
use crate::yaml::Node;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) at: Place,
}

/// `category.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Category {
    pub(crate) title: String,
    pub(crate) vendor_titles: Vec<String>,
}

/// `<method>.override.yaml`.
#[derive(Debug, Clone)]
pub(crate) struct Override {
    pub(crate) corrects: At<String>,
    pub(crate) because: String,
    /// Paths, and what is to stand there.
    pub(crate) set: Vec<(At<String>, Node)>,
    pub(crate) remove: Vec<At<String>>,
}

/// A method's file.
#[derive(Debug, Clone)]
pub(crate) struct Method {
    pub(crate) api: Option<At<String>>,
    pub(crate) category: Option<At<String>>,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) session: Option<crate::model::Session>,
    pub(crate) effect: Option<crate::model::Effect>,
    /// What stands under `suggested`, where that is an effect.
    pub(crate) suggested_effect: Option<crate::model::Effect>,
    /// The same of `session`.
    pub(crate) suggested_session: Option<crate::model::Session>,
    pub(crate) deprecated: Option<String>,
    pub(crate) module: Option<At<String>>,
    /// Where `flatten: true` stands.
    pub(crate) flatten: Option<Place>,
    pub(crate) idempotency_key: Option<At<String>>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) paging: Option<Paging>,
    pub(crate) dialect: Option<crate::model::Dialect>,
    pub(crate) request: Object,
    pub(crate) response: Object,
    pub(crate) types: Vec<NamedType>,
    pub(crate) samples: crate::model::Samples,
    pub(crate) errors: Vec<crate::model::ErrorRow>,
}

/// `outcome:`, paths as written.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) ok: Option<At<String>>,
    pub(crate) code: Option<At<String>>,
    pub(crate) message: Option<At<String>>,
}

/// `paging:`, paths as written.
#[derive(Debug, Clone)]
pub(crate) struct Paging {
    pub(crate) begin: Option<(Begin, At<String>)>,
    /// The number of the first page, or the offset of the first item.
    pub(crate) first: Option<At<u32>>,
    pub(crate) size: Option<At<String>>,
    pub(crate) next_cursor: Option<At<String>>,
    pub(crate) last_cursor: Option<String>,
    pub(crate) end: Option<(End, At<String>)>,
    pub(crate) items: Option<At<String>>,
    pub(crate) item_key: Option<At<String>>,
    pub(crate) order: Option<crate::model::PageOrder>,
}

/// Which of the three ways says where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    Page,
    Offset,
    Cursor,
}

/// Which of the three ways tells that there are no more pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    HasNext,
    TotalItems,
    TotalPages,
}

/// Fields and rules.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    pub(crate) rules: Vec<Rule>,
    /// Whether its fields could be read; where they could not, nothing is said of references into it.
    pub(crate) broken: bool,
}

/// An entry of `types:`.
#[derive(Debug, Clone)]
pub(crate) struct NamedType {
    pub(crate) name: At<String>,
    pub(crate) rust_name: Option<At<String>>,
    pub(crate) description: String,
    pub(crate) object: Object,
}

/// A field.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) key: At<String>,
    pub(crate) ty: Option<At<String>>,
    pub(crate) truer: Option<At<String>>,
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) vendor_required: Option<bool>,
    pub(crate) example: Option<At<String>>,
    pub(crate) example_used: Option<ExampleUsed>,
    pub(crate) max_length: Option<At<u32>>,
    pub(crate) max_items: Option<At<u32>>,
    pub(crate) min: Option<At<String>>,
    pub(crate) max: Option<At<String>>,
    pub(crate) default: Option<At<String>>,
    pub(crate) unit: Option<String>,
    pub(crate) values: Option<At<Vec<ListedValue>>>,
    pub(crate) enum_name: Option<At<String>>,
    pub(crate) sensitive: bool,
    pub(crate) deprecated: Option<String>,
    pub(crate) wire: Option<At<String>>,
    pub(crate) rust_name: Option<At<String>>,
    pub(crate) element: Option<At<String>>,
}

/// `example_used:`.
#[derive(Debug, Clone)]
pub(crate) struct ExampleUsed {
    pub(crate) value: At<String>,
    pub(crate) because: String,
}

/// An entry of `values:`.
#[derive(Debug, Clone)]
pub(crate) struct ListedValue {
    pub(crate) value: At<String>,
    pub(crate) name: Option<String>,
    pub(crate) description: String,
}

/// An entry of `rules:`.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) at: Place,
    pub(crate) kind: RuleKind,
}

/// What a rule says.
#[derive(Debug, Clone)]
pub(crate) enum RuleKind {
    /// Over any number of fields.
    Choice(Choice, Vec<At<String>>),
    /// Two dates, and the most seconds between them.
    MaxSpan { start: At<String>, end: At<String>, seconds: u64 },
}

/// How many of the fields may be there: at least, at most or exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    AtLeast,
    AtMost,
    Exactly,
}
