//! The vocabulary of changes: what changed, and what that means.
//!
//! Defines [`Kind`] with its identifier for machines and its words for people, and [`Class`]. Which class a kind has is
//! decided where it is found; the table in [`super`] says how.

use std::fmt;

/// What a change means for users of the generated crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Code may stop compiling, calls may be refused, or the same code may mean something else.
    Breaking,
    /// Everything works as before, and there is more.
    Additive,
    /// Descriptions, examples, titles.
    Words,
}

impl Class {
    /// All of them, the gravest first.
    pub const ALL: [Class; 3] = [Class::Breaking, Class::Additive, Class::Words];

    /// `breaking`, `additive` or `words`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Class::Breaking => "breaking",
            Class::Additive => "additive",
            Class::Words => "words",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

macro_rules! kinds {
    ($($name:ident $id:literal $words:literal,)*) => {
        /// What changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Kind {
            $(#[doc = concat!("`", $id, "`: ", $words, ".")] $name,)*
        }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),*];

            /// The stable identifier, for machines.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Kind::$name => $id),* }
            }

            /// The same in words.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Kind::$name => $words),* }
            }
        }
    };
}

kinds! {
    MethodAdded "method_added" "method added",
    MethodRemoved "method_removed" "method removed",
    CategoryMoved "category_moved" "moved to another category",
    CategoryTitleChanged "category_title_changed" "category's title changed",
    TitleChanged "title_changed" "title changed",
    DescriptionChanged "description_changed" "description changed",
    Deprecated "deprecated" "deprecated",
    Undeprecated "undeprecated" "no longer deprecated",
    DeprecationReworded "deprecation_reworded" "reason of the deprecation changed",
    ModuleRenamed "module_renamed" "Rust module renamed",
    FlattenChanged "flatten_changed" "another parameter lends its fields to the builder",
    SessionChanged "session_changed" "session changed",
    EffectChanged "effect_changed" "effect changed",
    IdempotencyKeyChanged "idempotency_key_changed" "idempotency key changed",
    OutcomeChanged "outcome_changed" "outcome changed",
    PagingChanged "paging_changed" "paging changed",
    TypeAdded "type_added" "type added",
    TypeRemoved "type_removed" "type removed",
    TypeMoved "type_moved" "sides that use the type changed",
    TypeRecursionChanged "type_recursion_changed" "whether the type contains itself changed",
    FieldAdded "field_added" "added",
    FieldRemoved "field_removed" "removed",
    FieldRenamed "field_renamed" "renamed",
    TypeChanged "type_changed" "type changed",
    VendorTypeChanged "vendor_type_changed" "type on the page changed",
    BecameRequired "became_required" "became required",
    BecameOptional "became_optional" "became optional",
    LimitTightened "limit_tightened" "limit tightened",
    LimitLoosened "limit_loosened" "limit loosened",
    WireNameChanged "wire_name_changed" "wire name changed",
    ElementNameChanged "element_name_changed" "wire name of the elements changed",
    ValuesListed "values_listed" "values are listed now",
    ValuesUnlisted "values_unlisted" "values are no longer listed",
    EnumRenamed "enum_renamed" "enum renamed",
    ValueAdded "value_added" "listed value added",
    ValueRemoved "value_removed" "listed value removed",
    ValueRenamed "value_renamed" "listed value renamed",
    UnitChanged "unit_changed" "unit changed",
    SensitiveChanged "sensitive_changed" "whether it is redacted changed",
    DefaultChanged "default_changed" "server's default changed",
    ExampleChanged "example_changed" "example changed",
    PageRequiredChanged "page_required_changed" "requiredness on the page changed",
    RuleAdded "rule_added" "rule added",
    RuleRemoved "rule_removed" "rule removed",
    RuleChanged "rule_changed" "rule changed",
    SamplesChanged "samples_changed" "sample changed",
    ErrorAdded "error_added" "error added",
    ErrorRemoved "error_removed" "error removed",
    ErrorChanged "error_changed" "error's text changed",
    ErrorExecutedChanged "error_executed_changed" "what an error says of a write changed",
    RustNameChanged "rust_name_changed" "Rust name changed",
    CorrectionsChanged "corrections_changed" "corrections changed",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}
