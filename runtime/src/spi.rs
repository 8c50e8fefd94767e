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

mod answer;
#[cfg(feature = "spi-axum")]
mod axum;
mod body;
mod reject;
mod repeats;
mod text;
#[cfg(feature = "spi-tower")]
mod tower;
mod typed;
mod verifier;

pub use answer::{Answer, AnswerFormat, failure_json, failure_xml};
#[cfg(feature = "spi-axum")]
pub use axum::Refused;
pub use body::Body;
pub use reject::Reject;
#[cfg(feature = "spi-tower")]
pub use tower::{VerifyLayer, VerifyService};
pub use typed::{Call, InvalidCall};
pub use verifier::{Incoming, Verified, Verifier};
