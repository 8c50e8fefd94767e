//! How a command ends that does not fail outright.

/// How a command ends.
pub(crate) enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: problems were found, and shown.
    ProblemsFound,
}
