//! The latest calls that the gateway admitted, for tests to look at. The log is bounded.

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;

/// How many calls are kept, and how many bytes of text and files with them.
const MAX_CALLS: usize = 10_000;
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// A call that passed every check.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The method's own text parameters, as received. The system's (key, signature, session …) are not among them. Empty for
    /// the calls that give tokens: their parameters are secrets.
    pub parameters: Vec<(String, String)>,
    /// Files, in the order received.
    pub files: Vec<ReceivedFile>,
    /// Whether a session came with it.
    pub with_session: bool,
    /// The id that the answer carried.
    pub request_id: String,
}

/// A file that came with a call.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceivedFile {
    /// The parameter.
    pub parameter: String,
    /// The file's name, as received: a client's escapes (`%22`) stay as they are.
    pub file_name: String,
    /// The part's `Content-Type`, if it has one.
    pub media_type: Option<String>,
    /// The content, byte for byte.
    pub content: Bytes,
}

/// Shows the number of bytes and not the content.
impl fmt::Debug for ReceivedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedFile")
            .field("parameter", &self.parameter)
            .field("file_name", &self.file_name)
            .field("media_type", &self.media_type)
            .field("bytes", &self.content.len())
            .finish()
    }
}

/// The latest calls, oldest first.
#[derive(Debug, Default)]
pub(super) struct CallLog {
    calls: VecDeque<Received>,
    bytes: usize,
}

impl CallLog {
    pub(super) fn record(&mut self, call: Received) {
        self.bytes += call.bytes();
        self.calls.push_back(call);
        while self.calls.len() > MAX_CALLS || (self.bytes > MAX_BYTES && self.calls.len() > 1) {
            self.bytes -= self.calls.pop_front().map_or(0, |oldest| oldest.bytes());
        }
    }

    pub(super) fn calls(&self) -> Vec<Received> {
        self.calls.iter().cloned().collect()
    }
}

impl Received {
    /// The value of the text parameter `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }

    fn bytes(&self) -> usize {
        let text: usize = self.parameters.iter().map(|(name, value)| name.len() + value.len()).sum();
        text + self.files.iter().map(|file| file.content.len()).sum::<usize>()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn call(request_id: usize, bytes: usize) -> Received {
        let file = ReceivedFile {
            parameter: String::new(),
            file_name: String::new(),
            media_type: None,
            content: vec![0; bytes].into(),
        };
        let (method, parameters) = (String::new(), Vec::new());
        Received { method, parameters, files: vec![file], with_session: false, request_id: request_id.to_string() }
    }

    fn kept(calls: usize, bytes: usize) -> Vec<String> {
        let mut log = CallLog::default();
        (0..calls).for_each(|number| log.record(call(number, bytes)));
        log.calls().into_iter().map(|call| call.request_id).collect()
    }

    #[test]
    fn the_latest_calls_are_kept_within_a_bound_of_bytes() {
        assert_eq!(kept(10_002, 0).first().map(String::as_str), Some("2"));
        assert_eq!(kept(5, 10 << 20), ["2", "3", "4"]);
        assert_eq!(kept(2, 65 << 20), ["1"], "one is kept whatever its size");
    }
}
