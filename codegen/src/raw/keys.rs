//! Every key of the spec format, by the place where it may stand.
//!
//! In: nothing. Out: one [`Keys`] per kind of mapping. `suggested` holds what a tool only suspects; it may stand anywhere and does nothing.

/// The keys of one kind of mapping.
#[derive(Debug)]
pub(super) struct Keys {
    /// What the mapping describes, for messages.
    pub(super) what: &'static str,
    /// Keys that must be there.
    pub(super) required: &'static [&'static str],
    /// Keys that may be there.
    pub(super) optional: &'static [&'static str],
}

impl Keys {
    pub(super) fn all(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        self.all().any(|known| known == key)
    }
}

pub(super) static CATEGORY: Keys =
    Keys { what: "a category", required: &["title"], optional: &["vendor_titles", "suggested"] };

pub(super) static METHOD: Keys = Keys {
    what: "a method",
    required: &["api", "category", "title", "session", "effect", "request", "response"],
    optional: &[
        "description",
        "deprecated",
        "idempotency_key",
        "outcome",
        "paging",
        "types",
        "samples",
        "errors",
        "suggested",
        "vendor",
    ],
};

pub(super) static OUTCOME: Keys = Keys { what: "`outcome`", required: &["ok"], optional: &["code", "message"] };

pub(super) static PAGING: Keys = Keys {
    what: "`paging`",
    required: &["page", "items"],
    optional: &["size", "has_next", "total_items", "total_pages", "item_key"],
};

pub(super) static OBJECT: Keys =
    Keys { what: "the request or the response", required: &["fields"], optional: &["rules", "suggested"] };

pub(super) static TYPE: Keys =
    Keys { what: "a type", required: &[], optional: &["fields", "rules", "description", "suggested"] };

pub(super) static FIELD: Keys = Keys {
    what: "a field",
    required: &["type"],
    optional: &[
        "description",
        "required",
        "vendor_required",
        "example",
        "example_used",
        "max_length",
        "max_items",
        "min",
        "max",
        "default",
        "as",
        "unit",
        "values",
        "enum",
        "sensitive",
        "deprecated",
        "wire",
        "element",
        "suggested",
    ],
};

pub(super) static EXAMPLE_USED: Keys = Keys { what: "`example_used`", required: &["value", "because"], optional: &[] };

pub(super) static LISTED_VALUE: Keys =
    Keys { what: "a listed value", required: &["value"], optional: &["name", "description"] };

pub(super) static RULE: Keys = Keys {
    what: "a rule",
    required: &[],
    optional: &["at_least_one_of", "at_most_one_of", "exactly_one_of", "max_span"],
};

pub(super) static MAX_SPAN: Keys =
    Keys { what: "`max_span`", required: &["start", "end"], optional: &["days", "hours", "seconds"] };

pub(super) static SAMPLES: Keys =
    Keys { what: "`samples`", required: &[], optional: &["response_xml", "response_json", "error_xml", "error_json"] };

pub(super) static ERROR: Keys = Keys { what: "an error", required: &["code"], optional: &["message", "solution"] };

/// The places a misplaced key may have been meant for.
pub(super) static PLACES: &[&Keys] = &[&METHOD, &OBJECT, &TYPE, &FIELD, &PAGING, &OUTCOME, &RULE, &SAMPLES];
