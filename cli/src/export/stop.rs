//! Why an export ends early.

use opentop_runtime::Error;

use crate::outcome::Outcome;

/// Why an export ends early. Each has an exit code of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The command was not called as it has to be.
    Usage(String),
    /// The request breaks its spec, or something failed on the way.
    Broken(String),
    /// The gateway or the business refused.
    Rejected(String),
}

impl Stop {
    pub(crate) fn words(&self) -> &str {
        match self {
            Stop::Usage(words) | Stop::Broken(words) | Stop::Rejected(words) => words,
        }
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Stop::Usage(_) => Outcome::Usage,
            Stop::Broken(_) => Outcome::ProblemsFound,
            Stop::Rejected(_) => Outcome::Rejected,
        }
    }

    /// With another line behind its words.
    pub(crate) fn and(self, line: &str) -> Stop {
        match self {
            Stop::Usage(words) => Stop::Usage(format!("{words}\n{line}")),
            Stop::Broken(words) => Stop::Broken(format!("{words}\n{line}")),
            Stop::Rejected(words) => Stop::Rejected(format!("{words}\n{line}")),
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Gateway { .. } | Error::Business { .. } => Stop::Rejected(error.to_string()),
            _ => Stop::Broken(error.to_string()),
        }
    }
}
