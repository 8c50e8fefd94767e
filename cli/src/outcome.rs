//! How a command ends that does not fail outright.

/// How a command ends: each has an exit code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: problems were found, and shown.
    ProblemsFound,
    /// Exit code 2: the command was not called as it has to be; that was said.
    Usage,
    /// Exit code 3: the gateway rejected the call.
    Rejected,
    /// Exit code 4: nobody knows whether a write was done.
    Unknown,
}

impl Outcome {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::ProblemsFound => 1,
            Outcome::Usage => 2,
            Outcome::Rejected => 3,
            Outcome::Unknown => 4,
        }
    }
}
