//! What a request breaks, in data and in words.

use std::fmt;

use crate::wire::value::DateTime;

/// One thing in a request that breaks its specification.
///
/// Its `Display` says where, which rule, what was given (unless that is sensitive) and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where, by wire names: `req.items[2].name`. For a rule over several fields: the object they stand in; empty is the request.
    pub path: String,
    /// Which rule.
    pub kind: ViolationKind,
    /// What was given, where it may be shown and says something.
    pub given: Option<String>,
}

/// The rule that is broken, with its data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// A required field is absent.
    Required,
    /// An empty text, or one in a list: the platform cannot carry it.
    EmptyText,
    /// A comma in an element of a list that is sent comma-joined: it cannot be escaped.
    Comma,
    /// A text is too long.
    MaxLength {
        /// The most UTF-16 code units (of a file: bytes).
        limit: u32,
        /// How many it has.
        length: usize,
    },
    /// A list has too many elements.
    MaxItems {
        /// The most elements.
        limit: u32,
        /// How many it has.
        count: usize,
    },
    /// A number is too small.
    Min {
        /// The smallest allowed.
        limit: &'static str,
    },
    /// A number is too large.
    Max {
        /// The largest allowed.
        limit: &'static str,
    },
    /// None of several fields is given, where at least one is needed.
    AtLeastOneOf {
        /// Their wire names.
        fields: Vec<&'static str>,
    },
    /// Several fields are given, where at most one may be.
    AtMostOneOf {
        /// The wire names of all it may be.
        fields: Vec<&'static str>,
        /// The wire names of those that are given.
        present: Vec<&'static str>,
    },
    /// None or several fields are given, where exactly one is needed.
    ExactlyOneOf {
        /// The wire names of all it may be.
        fields: Vec<&'static str>,
        /// The wire names of those that are given.
        present: Vec<&'static str>,
    },
    /// A span of time begins after its end.
    SpanOrder {
        /// Wire name of the earlier date.
        start: &'static str,
        /// Wire name of the later date.
        end: &'static str,
    },
    /// A span of time is too long.
    MaxSpan {
        /// Wire name of the earlier date.
        start: &'static str,
        /// Wire name of the later date.
        end: &'static str,
        /// The longest, in seconds.
        limit: u64,
        /// How long it is, in seconds.
        seconds: u64,
    },
}

impl Violation {
    pub(super) fn new(path: &str, kind: ViolationKind) -> Self {
        Self { path: path.to_owned(), kind, given: None }
    }

    pub(super) fn given(mut self, given: impl fmt::Display, sensitive: bool) -> Self {
        self.given = (!sensitive).then(|| crate::wire::scalar::excerpt(&given.to_string()));
        self
    }

    pub(super) fn given_span(self, (start, end): (DateTime, DateTime), sensitive: bool) -> Self {
        self.given(format_args!("{start} to {end}"), sensitive)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the request" } else { &self.path };
        write!(f, "{path}: {}", self.kind)?;
        if let Some(given) = &self.given {
            write!(f, ", given is {given}")?;
        }
        write!(f, "; {}", self.kind.cure())
    }
}

impl std::error::Error for Violation {}

impl ViolationKind {
    fn cure(&self) -> &'static str {
        match self {
            Self::Required => "set it",
            Self::EmptyText => "leave it out",
            Self::Comma => "give the parts as elements of their own",
            Self::MaxLength { .. } => "shorten it",
            Self::MaxItems { .. } => "send fewer, in several calls",
            Self::Min { .. } | Self::Max { .. } => "give a value inside the limits",
            Self::AtLeastOneOf { .. } => "set one of them",
            Self::AtMostOneOf { .. } | Self::ExactlyOneOf { .. } => "keep one of them",
            Self::SpanOrder { .. } => "swap the two",
            Self::MaxSpan { .. } => "ask for shorter spans, in several calls",
        }
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("it is required"),
            Self::EmptyText => f.write_str("empty text cannot be sent"),
            Self::Comma => f.write_str("an element of a comma-joined list cannot hold a comma"),
            Self::MaxLength { limit, length } => write!(f, "at most {limit} characters long, it has {length}"),
            Self::MaxItems { limit, count } => write!(f, "at most {limit} elements, it has {count}"),
            Self::Min { limit } => write!(f, "not below {limit}"),
            Self::Max { limit } => write!(f, "not above {limit}"),
            Self::AtLeastOneOf { fields } => write!(f, "at least one of {} is needed", Names(fields)),
            Self::AtMostOneOf { fields, present } => {
                write!(f, "at most one of {} may be given, given are {}", Names(fields), Names(present))
            }
            Self::ExactlyOneOf { fields, present } if present.is_empty() => {
                write!(f, "exactly one of {} is needed, none is given", Names(fields))
            }
            Self::ExactlyOneOf { fields, present } => {
                write!(f, "exactly one of {} is needed, given are {}", Names(fields), Names(present))
            }
            Self::SpanOrder { start, end } => write!(f, "`{start}` must not be after `{end}`"),
            Self::MaxSpan { start, end, limit, seconds } => {
                write!(f, "from `{start}` to `{end}` at most {}, it is {}", Span(*limit), Span(*seconds))
            }
        }
    }
}

struct Names<'a>(&'a [&'static str]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            write!(f, "{}`{name}`", if index > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

/// Seconds in the largest unit that tells them exactly.
struct Span(u64);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
        let whole = units.into_iter().find(|(unit, _)| self.0 > 0 && self.0.is_multiple_of(*unit));
        let (unit, name) = whole.unwrap_or((1, "second"));
        let count = self.0 / unit;
        write!(f, "{count} {name}{}", if count == 1 { "" } else { "s" })
    }
}
