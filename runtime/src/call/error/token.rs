//! Why there is no access token.

use std::error::Error as StdError;
use std::fmt;

use crate::wire::escape::Escaped;

/// No access token can be had.
///
/// ```
/// use opentop_runtime::error::TokenError;
///
/// // What a `TokenSource` of yours answers for a user who has withdrawn the consent.
/// let error = TokenError::new("shop 42 has withdrawn its consent").asking_for_authorization();
/// assert!(error.needs_authorization());
/// ```
#[derive(Debug)]
pub struct TokenError {
    problem: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    needs_authorization: bool,
}

impl TokenError {
    /// A problem in words. They are shown: they must hold nothing secret.
    pub fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), source: None, needs_authorization: false }
    }

    /// Adds the cause. It is shown in error reports: it must hold nothing secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Says that the user must authorise again.
    #[must_use]
    pub fn asking_for_authorization(mut self) -> Self {
        self.needs_authorization = true;
        self
    }

    /// Whether the user must authorise again. If not, the same call may succeed later: a store or the network failed.
    pub fn needs_authorization(&self) -> bool {
        self.needs_authorization
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no access token: {}", Escaped(&self.problem))
    }
}

impl StdError for TokenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
