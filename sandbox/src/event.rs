//! What a sandbox reports while it runs: one event a call, and notices.

use std::fmt;
use std::sync::Arc;

use crate::faults::fault::Fault;

/// Something that a sandbox reports. [`SandboxBuilder::on_event`](crate::SandboxBuilder::on_event) takes them.
///
/// `Display` writes one line. It shows no parameter's value, no secret and no token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Something the user of the sandbox should know: a specification that replaces another, a limit that was reached.
    Notice(String),
    /// A call was answered, or not answered because of a fault.
    Call(CallEvent),
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallEvent {
    /// The method, if the request names one.
    pub method: Option<String>,
    /// The gateway's verdict: `ok`, perhaps with a remark, or the code and message of the refusal.
    pub verdict: String,
    /// The fault that was injected; [`Fault::None`] if none was.
    pub fault: Fault,
    /// The id of the call, which the answer carries.
    pub request_id: String,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Notice(text) => f.write_str(text),
            Event::Call(call) => {
                let method = call.method.as_deref().map_or("(no method)".to_owned(), printable);
                write!(f, "{} {method}: {}", call.request_id, printable(&call.verdict))?;
                if call.fault == Fault::None { Ok(()) } else { write!(f, " [fault: {}]", call.fault) }
            }
        }
    }
}

/// `text` on one line, bounded: a caller can put anything into a name.
fn printable(text: &str) -> String {
    text.chars().take(200).map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

/// Receives the events of a sandbox. The default writes notices to standard error and ignores calls.
#[derive(Clone)]
pub(crate) struct Reporter(Arc<dyn Fn(&Event) + Send + Sync>);

impl Reporter {
    pub(crate) fn new(receive: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Reporter(Arc::new(receive))
    }

    pub(crate) fn notice(&self, text: impl Into<String>) {
        self.report(&Event::Notice(text.into()));
    }

    pub(crate) fn report(&self, event: &Event) {
        (self.0)(event);
    }
}

impl Default for Reporter {
    fn default() -> Self {
        Reporter::new(|event| {
            if let Event::Notice(text) = event {
                eprintln!("opentop-sandbox: {text}");
            }
        })
    }
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reporter")
    }
}
