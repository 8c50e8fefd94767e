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
    /// White space alone, at the top of a request: the vendor's clients neither send nor sign it.
    BlankText,
    /// A comma in an element of a list that is sent comma-joined: it cannot be escaped.
    Comma,
    /// A text is too long.
    MaxLength {
        /// The most UTF-16 code units.
        limit: u32,
        /// How many it has.
        length: usize,
    },
    /// A file is too large.
    MaxBytes {
        /// The most bytes.
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
        let got = [self.kind.got(), self.given.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        if !got.is_empty() {
            write!(f, " (got {got})")?;
        }
        write!(f, "; {}", self.kind.cure())
    }
}

impl std::error::Error for Violation {}

impl ViolationKind {
    /// What the request has instead, as far as the kind itself tells.
    fn got(&self) -> Option<String> {
        match self {
            Self::MaxLength { length, .. } | Self::MaxBytes { length, .. } => Some(length.to_string()),
            Self::MaxItems { count, .. } => Some(count.to_string()),
            Self::ExactlyOneOf { present, .. } if present.is_empty() => Some("none".to_owned()),
            Self::AtMostOneOf { present, .. } | Self::ExactlyOneOf { present, .. } => Some(Names(present).to_string()),
            Self::MaxSpan { seconds, .. } => Some(Span(*seconds).to_string()),
            _ => None,
        }
    }

    fn cure(&self) -> &'static str {
        match self {
            Self::Required => "set it",
            Self::EmptyText | Self::BlankText => "leave it out",
            Self::Comma => "give the parts as elements of their own",
            Self::MaxLength { .. } => "shorten it",
            Self::MaxBytes { .. } => "send a smaller file",
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
            Self::Required => f.write_str("required and not set"),
            Self::EmptyText => f.write_str("empty text cannot be sent"),
            Self::BlankText => f.write_str("white space alone cannot be sent"),
            Self::Comma => f.write_str("an element of a comma-joined list cannot hold a comma"),
            Self::MaxLength { limit, .. } => write!(f, "must be at most {limit} characters long"),
            Self::MaxBytes { limit, .. } => write!(f, "must be at most {limit} bytes"),
            Self::MaxItems { limit, .. } => write!(f, "must have at most {limit} elements"),
            Self::Min { limit } => write!(f, "must be at least {limit}"),
            Self::Max { limit } => write!(f, "must be at most {limit}"),
            Self::AtLeastOneOf { fields } => write!(f, "at least one of {} must be set", Names(fields)),
            Self::AtMostOneOf { fields, .. } => write!(f, "at most one of {} may be set", Names(fields)),
            Self::ExactlyOneOf { fields, .. } => write!(f, "exactly one of {} must be set", Names(fields)),
            Self::SpanOrder { start, end } => write!(f, "`{start}` must not be after `{end}`"),
            Self::MaxSpan { start, end, limit, .. } => {
                write!(f, "from `{start}` to `{end}` must be at most {}", Span(*limit))
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
