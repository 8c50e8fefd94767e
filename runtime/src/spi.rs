//! Calls that the platform makes to you (SPI), and calls of Qimen's platform: whether they are genuine, and what to answer.
//!
//! [`Verifier::verify`] takes a request as it came (method, headers, query, body bytes) and does no I/O, so it fits every web framework.
//!
//! ```
//! use opentop_runtime::spi::{Incoming, Reject, Verifier};
//!
//! let verifier = Verifier::new("helloworld");
//! let call = verifier.verify(&Incoming {
//!     method: "POST",
//!     headers: &[],
//!     query: "method=qimen.example&timestamp=2016-01-01+12%3A00%3A00&sign=0",
//!     content_type: Some("application/json;charset=utf-8"),
//!     body: b"{}",
//! });
//! assert!(matches!(call, Err(Reject::Stale | Reject::BadSign)));
//! ```
//!
//! # What is proven
//!
//! - The query, a form's fields, the text parts of a multipart body, the headers that `top-sign-list` names, and a JSON, XML or text body
//!   are covered by the signature. **Files of a multipart body are not**: check them by a length and a digest in a signed field.
//! - The signature is always MD5 with the secret at both ends. `sign_method` is signed and never obeyed.
//! - Names and values are signed without separators: `a=bc` and `ab=c` have one signature. Refuse parameters that you do not know.
//! - The time must be within the window, past or future. A call within it can be repeated by whoever saw it:
//!   [`refuse_repeats`](Verifier::refuse_repeats) remembers signatures for as long.
//!
//! # What to answer
//!
//! Answer with status 200, a refusal too: [`failure_json`] and [`failure_xml`].

mod body;
mod repeats;
mod text;
mod verifier;

pub use body::Body;
pub use verifier::{Incoming, Reject, Verified, Verifier};

/// The refusal of a call whose signature is wrong, in JSON.
#[must_use]
pub fn failure_json() -> &'static str {
    r#"{"flag":"failure","sub_code":"sign-check-failure","sub_message":"Illegal request"}"#
}

/// The refusal of a call whose signature is wrong, in XML. Classic Qimen reads `code` and `message`.
#[must_use]
pub fn failure_xml() -> &'static str {
    "<response><flag>failure</flag><code>sign-check-failure</code><message>Illegal request</message>\
     <sub_code>sign-check-failure</sub_code><sub_message>Illegal request</sub_message></response>"
}
