//! What was received: the calls that the gateway admitted, for tests to look at.

use std::fmt;

/// A call that passed every check.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The method's own text parameters, as received. The system's (key, signature, session …) are not among them.
    pub parameters: Vec<(String, String)>,
    /// Files: parameter, file name, number of bytes.
    pub files: Vec<(String, String, usize)>,
    /// Whether a session came with it.
    pub with_session: bool,
    /// The id that the answer carried.
    pub request_id: String,
}

impl Received {
    /// The value of the text parameter `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }
}

/// Shows names and no values: values may be a customer's data.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.parameters.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("parameters", &names)
            .field("files", &self.files)
            .field("with_session", &self.with_session)
            .field("request_id", &self.request_id)
            .finish()
    }
}
