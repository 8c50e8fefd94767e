//! What is known of an object type before there is one: the names of its fields, and what must hold of them.

/// Everything static about an object type. Generated code names the members it has and takes the others from [`EMPTY`](Self::EMPTY),
/// so releases can add some. A literal costs the compiler less than a call of [`new`](Self::new).
#[derive(Debug)]
pub struct TypeInfo {
    /// The Rust name of the type, as `Debug` shows it.
    pub name: &'static str,
    /// Wire names, in the order of the specification; the position is the field's index.
    pub fields: &'static [&'static str],
    /// What is known of single fields, sorted by field index. Fields without notes do not appear.
    pub constraints: &'static [(u16, Constraint)],
    /// Rules over several fields of this object.
    pub rules: &'static [Rule],
    /// Wire names of the elements of lists, sorted by field index. Only XML that we write has them.
    pub elements: &'static [(u16, &'static str)],
    /// Nothing. It keeps generated code from naming every member.
    #[doc(hidden)]
    pub more: (),
}

impl TypeInfo {
    /// A type without fields.
    pub const EMPTY: Self = Self::new("", &[], &[], &[]);

    /// A type of this name, with these fields, constraints and rules.
    #[must_use]
    pub const fn new(
        name: &'static str,
        fields: &'static [&'static str],
        constraints: &'static [(u16, Constraint)],
        rules: &'static [Rule],
    ) -> Self {
        Self { name, fields, constraints, rules, elements: &[], more: () }
    }

    /// With the names that the elements of lists have in XML.
    #[must_use]
    pub const fn elements(mut self, elements: &'static [(u16, &'static str)]) -> Self {
        self.elements = elements;
        self
    }

    /// The wire name of the elements of list `index`, where it is known.
    #[must_use]
    pub fn element_of(&self, index: usize) -> Option<&'static str> {
        self.elements.iter().find(|(of, _)| usize::from(*of) == index).map(|(_, name)| *name)
    }

    /// What is known of field `index`.
    pub fn constraints_of(&self, index: usize) -> impl Iterator<Item = Constraint> {
        self.constraints.iter().filter(move |(of, _)| usize::from(*of) == index).map(|(_, note)| *note)
    }

    /// Whether `Debug` and errors must not show field `index`.
    #[must_use]
    pub fn is_sensitive(&self, index: usize) -> bool {
        self.constraints_of(index).any(|note| note == Constraint::Sensitive)
    }
}

/// Something that is known of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// Must be present (and not empty) in a request.
    Required,
    /// Never shown by `Debug`.
    Sensitive,
    /// The longest text, in UTF-16 code units, as the vendor's own SDKs count. Of a list of text at the top level: of its comma-joined form.
    MaxLength(u32),
    /// The most elements.
    MaxItems(u32),
    /// Not below this number (exact decimal text).
    Min(&'static str),
    /// Not above this number (exact decimal text).
    Max(&'static str),
}

/// A rule over several fields of one object, by field index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// At least one of these is present and not empty.
    AtLeastOneOf(&'static [u16]),
    /// At most one of these is present.
    AtMostOneOf(&'static [u16]),
    /// Exactly one of these is present.
    ExactlyOneOf(&'static [u16]),
    /// Two dates: `start` is not after `end`, and they are at most `seconds` apart.
    MaxSpan {
        /// Index of the earlier date.
        start: u16,
        /// Index of the later date.
        end: u16,
        /// The longest span, in seconds.
        seconds: u64,
    },
}

/// The way from a table's root to a field: an index at every level.
pub type FieldPath = &'static [u16];
