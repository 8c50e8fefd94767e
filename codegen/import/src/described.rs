//! A method as the vendor describes it: a tree of parameters, whatever page or file it came from.
//!
//! Defines [`Described`], [`Param`], and [`Findings`] on the way. Texts are the vendor's; nothing is named
//! or resolved yet.

use super::tree::Map;
use opentop_model::diagnostic::{Code, Diagnostic, Place};
use opentop_model::model::{ErrorRow, Samples, Session};

/// A method.
#[derive(Debug, Clone, Default)]
pub(super) struct Described {
    /// Where the method is named.
    pub(super) at: Place,
    pub(super) method: String,
    pub(super) title: String,
    pub(super) description: String,
    /// The category's title in the breadcrumb, and where it stands.
    pub(super) breadcrumb: Option<(String, Place)>,
    /// What the page says of its being out of use.
    pub(super) deprecated: Option<String>,
    /// What the sample code shows.
    pub(super) session: Option<Session>,
    /// What the page's tags say.
    pub(super) said_session: Option<Session>,
    pub(super) request: Vec<Param>,
    pub(super) response: Vec<Param>,
    pub(super) samples: Samples,
    /// Where the sample answer stands.
    pub(super) sample_at: Place,
    pub(super) errors: Vec<ErrorRow>,
    pub(super) source: Source,
    /// Where it is no method of the gateway.
    pub(super) dialect: Option<Dialect>,
    /// Whether it is the content of a message, which stands in `response`, and `method` is its topic.
    pub(super) is_message: bool,
    /// The lines of a page that the spec has to hold.
    pub(super) used: Vec<Used>,
}

/// A line that a reader used, as bytes of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Used {
    /// Its number among the lines.
    pub(super) line: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is sample code: then its words are Java's, and only the names that it sets are looked up.
    pub(super) code: bool,
}

/// A method that another protocol carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) name: &'static str,
    pub(super) because: &'static str,
}

/// What a description came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Source {
    #[default]
    Page,
    Json,
}

/// A parameter or field.
#[derive(Debug, Clone, Default)]
pub(super) struct Param {
    pub(super) at: Place,
    pub(super) name: String,
    /// As the vendor writes it.
    pub(super) ty: String,
    /// None on the side of the response.
    pub(super) required: Option<bool>,
    pub(super) example: String,
    pub(super) description: String,
    pub(super) limits: Limits,
    /// The name of a list's elements in the sample.
    pub(super) element: Option<String>,
    /// What the importer suspects.
    pub(super) suggested: Map,
    pub(super) children: Vec<Param>,
}

/// Limits as written; empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) default: String,
    pub(super) max_length: String,
    pub(super) max_items: String,
    pub(super) min: String,
    pub(super) max: String,
}

impl Limits {
    /// Every limit, by its key in a spec.
    pub(super) fn each(&self) -> [(&'static str, &str); 5] {
        [
            ("max_length", &self.max_length),
            ("max_items", &self.max_items),
            ("min", &self.min),
            ("max", &self.max),
            ("default", &self.default),
        ]
    }

    /// Sets the limit of a spec key.
    pub(super) fn set(&mut self, key: &str, value: String) {
        match key {
            "max_length" => self.max_length = value,
            "max_items" => self.max_items = value,
            "min" => self.min = value,
            "max" => self.max = value,
            _ => self.default = value,
        }
    }
}

/// The findings over one input.
#[derive(Debug)]
pub(super) struct Findings {
    file: usize,
    pub(super) list: Vec<Diagnostic>,
}

impl Findings {
    pub(super) fn new(file: usize) -> Findings {
        Findings { file, list: Vec::new() }
    }

    /// A stretch of the input.
    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        Place { file: self.file, start, end }
    }

    /// Which lines of the input some finding points at; lines as bytes, in order.
    pub(super) fn named_lines(&self, lines: impl Iterator<Item = (usize, usize)>) -> Vec<bool> {
        let mut places: Vec<(usize, usize)> =
            self.list.iter().map(|found| (found.place.start, found.place.end)).collect();
        places.sort_unstable();
        let mut reached = 0;
        let mut next = 0;
        lines
            .map(|(start, end)| {
                while let Some(&(from, to)) = places.get(next).filter(|(from, _)| *from <= end) {
                    if to > from {
                        reached = reached.max(to);
                    }
                    next += 1;
                }
                reached > start
            })
            .collect()
    }

    pub(super) fn warn(&mut self, code: Code, place: Place, message: impl Into<String>, label: &str, help: &str) {
        self.list.push(Diagnostic::warning(code, place, message).label(label).help(help));
    }
}

/// Why an input gives no spec.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) Box<Diagnostic>);

impl Refusal {
    pub(super) fn new(
        code: Code,
        place: Place,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) -> Refusal {
        Refusal(Box::new(Diagnostic::error(code, place, message).label(label).help(help)))
    }
}
