//! What did not fit when an answer or a document was decoded: all of it, each with its path.

use std::fmt;

/// One thing that did not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeIssue {
    /// Where, by wire names: `result.gifts[3].redeemed_at`. Empty for the document as a whole.
    pub path: String,
    /// What was expected and what was there. Values of sensitive fields are not shown.
    pub problem: String,
}

impl fmt::Display for DecodeIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.problem),
            path => write!(f, "{path}: {}", self.problem),
        }
    }
}

/// Text that does not decode: every issue that was found, up to a hundred.
///
/// ```
/// # use opentop_runtime::error::DecodeError;
/// fn explain(error: &DecodeError) {
///     for issue in error.issues() {
///         eprintln!("{}: {}", issue.path, issue.problem);
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    issues: Vec<DecodeIssue>,
    unlisted: usize,
    position: Option<(usize, usize)>,
}

impl DecodeError {
    pub(crate) fn new(issues: Vec<DecodeIssue>, unlisted: usize, position: Option<(usize, usize)>) -> Self {
        Self { issues, unlisted, position }
    }

    /// One problem of the document as a whole.
    #[cfg(feature = "spi")]
    pub(crate) fn of_document(problem: &str) -> Self {
        Self::new(vec![DecodeIssue { path: String::new(), problem: problem.to_owned() }], 0, None)
    }

    /// Puts in front that the text itself was repaired.
    pub(crate) fn with_repairs(others: Option<Self>) -> Self {
        let problem = "the text is not quite JSON: control characters, escapes or comments were replaced".to_owned();
        let mut all = others.unwrap_or_else(|| Self::new(Vec::new(), 0, None));
        all.issues.insert(0, DecodeIssue { path: String::new(), problem });
        all
    }

    /// Puts in front that characters of the body could not be read, from this byte on.
    pub(crate) fn with_unreadable(others: Option<Self>, at: usize) -> Self {
        let problem = format!("the body is not UTF-8 at byte {at}: characters were replaced");
        let mut all = others.unwrap_or_else(|| Self::new(Vec::new(), 0, None));
        all.issues.insert(0, DecodeIssue { path: String::new(), problem });
        all
    }

    /// Changes the texts of all issues.
    pub(crate) fn map_texts(mut self, change: impl Fn(&str) -> String) -> Self {
        for issue in &mut self.issues {
            issue.path = change(&issue.path);
            issue.problem = change(&issue.problem);
        }
        self
    }

    /// What did not fit, in the order of the document.
    #[must_use]
    pub fn issues(&self) -> &[DecodeIssue] {
        &self.issues
    }

    /// How many more there were than [`Self::issues`] lists.
    #[must_use]
    pub fn unlisted(&self) -> usize {
        self.unlisted
    }

    /// Line and column (from 1, in bytes) where the text stops being JSON or XML; `None` where it is well-formed.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        self.position
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, others) = match self.issues.as_slice() {
            [] => return f.write_str("the text does not decode"),
            [only] if self.unlisted == 0 => return fmt::Display::fmt(only, f),
            [first, others @ ..] => (first, others),
        };
        write!(f, "{} places do not fit:\n  {first}", self.issues.len() + self.unlisted)?;
        others.iter().try_for_each(|issue| write!(f, "\n  {issue}"))?;
        match self.unlisted {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl std::error::Error for DecodeError {}
