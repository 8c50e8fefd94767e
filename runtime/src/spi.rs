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
//! # In a server
//!
//! With the feature `spi-axum`, [`Verified`] is an extractor: a handler that takes one is run for genuine calls only. [`Call`]`<Request>`
//! reads the call as the type that was generated from a specification with `dialect: { name: spi }` or `qimen`, and answers with its
//! response, in the form and charset of the call. The state of the router is the [`Verifier`], or gives it by `FromRef`.
//!
//! ```
//! # mod notify {
//! #     use opentop_runtime::__private::v1 as rt;
//! #     #[derive(Default)]
//! #     pub struct Request { pub order: Option<String> }
//! #     #[derive(Default)]
//! #     pub struct Response { pub code: Option<String> }
//! #     impl rt::IncomingRequest for Request {
//! #         type Response = Response;
//! #         const METHOD: &'static str = "example.order.notify";
//! #     }
//! #     macro_rules! table { ($type:ident, $field:ident) => { impl rt::Table for $type {
//! #         fn info(&self) -> &'static rt::TypeInfo {
//! #             static INFO: rt::TypeInfo = rt::TypeInfo::new(stringify!($type), &[stringify!($field)], &[], &[]);
//! #             &INFO
//! #         }
//! #         fn field_mut(&mut self, _: usize) -> rt::FieldMut<'_> { rt::FieldMut::Text(&mut self.$field) }
//! #         fn field(&self, _: usize) -> rt::FieldRef<'_> { rt::FieldRef::Text(&self.$field) }
//! #     } } }
//! #     table!(Request, order);
//! #     table!(Response, code);
//! # }
//! use opentop_runtime::spi::{Answer, Call, Verifier};
//!
//! async fn notify(call: Call<notify::Request>) -> Answer {
//!     let mut answer = notify::Response::default();
//!     answer.code = Some("0".to_owned());
//!     call.answer(&answer)
//! }
//! let verifier = Verifier::new("helloworld").refuse_repeats(100_000);
//! // let app = axum::Router::new().route("/spi", axum::routing::any(notify)).with_state(verifier);
//! # #[cfg(feature = "spi-axum")]
//! # fn is_an_extractor<T: axum_core::extract::FromRequest<Verifier>>(_: impl Fn(T) -> Answer) {}
//! # #[cfg(feature = "spi-axum")]
//! # is_an_extractor(|call: Call<notify::Request>| call.answer(&notify::Response::default()));
//! # let _ = (notify, verifier);
//! ```
//!
//! `VerifyLayer` (feature `spi-tower`) does the same for any service of tower. Elsewhere, call [`Verifier::verify`] and [`Verified::read`].
//!
//! # What arrives when
//!
//! The platform calls the address that you registered for a scene, when the scene's event happens: a box is opened, a member signs up, an
//! order is to be delivered. What the query holds: `method`, `app_key` (the caller's), `timestamp` (GMT+8), `sign` and more; the body is a
//! form, JSON, XML, text or multipart, in UTF-8 or GBK, as the scene's page says.
//!
//! - **A call can come more than once.** The caller repeats it when your answer got lost. Make the handler idempotent: answer from your
//!   own record where the business id was seen before.
//! - **Calls come in no order**, and at the same time.
//! - Answer soon: the caller has a time-out, and takes silence for a failure though you may have done it.
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
//! Answer with status 200, a refusal too: [`failure_json`] and [`failure_xml`], or what the scene's page shows under 验签示例
//! ([`Verifier::refusals`]). A successful answer in JSON should have no `flag`: the vendor's client takes one for a failure. Classic Qimen
//! wants `flag` `success` or `failure` in its XML.
//!
//! `opentop spi send` makes such calls at your server, wrongly signed, late or twice where you ask for it.

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
