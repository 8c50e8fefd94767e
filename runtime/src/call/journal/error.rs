//! Why a journal cannot do its work.

use std::error::Error as StdError;
use std::fmt;

use crate::wire::escape::Escaped;

/// Why a journal cannot do its work.
///
/// ```
/// use opentop_runtime::error::JournalError;
///
/// // In a journal of yours: an error in words, or that of the database driver.
/// let error = JournalError::new("the table `writes` is missing: run the migrations");
/// assert!(error.to_string().contains("run the migrations"));
/// assert_eq!(JournalError::from_source("connection lost").to_string(), "connection lost");
/// ```
#[derive(Debug)]
pub struct JournalError {
    problem: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl JournalError {
    /// A problem in words. They are shown: they must hold nothing secret.
    pub fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), source: None }
    }

    /// Another error as the cause.
    pub fn from_source(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        Self { problem: source.to_string(), source: Some(source) }
    }

    /// Another error as the cause, and the file or folder it is about.
    pub(super) fn at(place: &std::path::Path, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        Self { problem: format!("{}: {source}", place.display()), source: Some(source) }
    }
}

impl From<std::io::Error> for JournalError {
    fn from(error: std::io::Error) -> Self {
        Self::from_source(error)
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(&self.problem).fmt(f)
    }
}

impl StdError for JournalError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().and_then(StdError::source)
    }
}
