//! The runtime of the Taobao Open Platform SDK: signing, transport, envelope, decoding, errors.
//!
//! Users depend on the generated crate `opentop`, which re-exports this one and adds a typed request for every method.
//!
//! ```no_run
//! # async fn example<Get, Redeem>(get: Get, redeem: Redeem, token: &str) -> Result<(), Box<dyn std::error::Error>>
//! # where Get: opentop_runtime::ReadRequest, Redeem: opentop_runtime::WriteRequest + opentop_runtime::SessionlessRequest {
//! use opentop_runtime::{Client, Endpoint, WriteError};
//!
//! let client = Client::builder().endpoint(Endpoint::sandbox()).app_key("12345678").app_secret("helloworld").build()?;
//!
//! // A read, in the name of a user.
//! let gift = client.session(token).read(get).await?;
//! println!("{:?}: {}", gift.request_id(), gift.raw());
//!
//! // A write says what became of it.
//! match client.write(redeem).await {
//!     Ok(_) => println!("done"),
//!     Err(WriteError::Failed(error)) => println!("not done: {error}"),
//!     Err(WriteError::Unknown(pending)) => std::fs::write("pending.json", pending.to_json())?,
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # How it is built
//!
//! - [`Client`] and [`Call`] are loops of a few lines over [`gateway`], a core without I/O: a request becomes a signed
//!   `http::Request`, an `http::Response` becomes a model or an [`Error`].
//! - [`blocking::Client`] is the same without a runtime: the same core, the same decisions, another loop.
//! - A [`transport`] carries the bytes: reqwest or ureq over rustls with the features of their names,
//!   [`Fake`](transport::Fake) in tests, or one of your own.
//! - [`outcome`] is the one table that says what became of a write; [`retry`] the one that says what is sent again: reads where
//!   waiting helps, and no write once a byte of it may have left.
//! - [`journal`] keeps a write from before the wire until it has ended for certain.
//! - [`paging`] walks lists by page, by item and by window of time.
//! - Models are [`table`]s: what decodes, encodes, checks and shows them is written once, here.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `reqwest` | the default transport: reqwest, rustls with ring, the platform's certificates |
//! | `ureq` | the blocking client's default transport: ureq, rustls with ring, the platform's certificates |
//! | `xml` | answers in XML ([`Format::Xml`](gateway::Format)) |
//! | `serde` | `Serialize` and `Deserialize` for models |

pub mod blocking;
pub mod client;
pub mod decode;
pub mod encode;
pub mod error;
mod escape;
pub mod gateway;
mod idempotency;
pub mod journal;
mod json_text;
pub mod outcome;
pub mod paging;
mod reply;
pub mod request;
pub mod retry;
mod scalar;
mod secret;
#[cfg(feature = "serde")]
mod serde_support;
pub mod sign;
pub mod table;
pub mod transport;
pub mod validate;
pub mod value;

mod macros;
#[cfg(test)]
mod sample_tables;
#[cfg(test)]
mod testing;

pub use client::{Call, Client, ClientBuilder, InvalidPending, NoSession, Pending, WithSession, WriteError};
pub use decode::{DecodeError, DecodeIssue, Decoded, from_json};
pub use error::{ConfigError, Error, GatewayError};
pub use gateway::{Endpoint, EndpointError, Format};
pub use idempotency::{IdempotencyKey, InvalidIdempotencyKey};
pub use journal::{FileJournal, Journal, JournalError};
pub use outcome::Fate;
pub use paging::{Cursor, InvalidCursor, Items, Page, PagedRequest, Pages, PagingError};
pub use reply::Reply;
pub use request::{
    Api, Effect, Given, Outcome, Paging, PagingEnd, ReadRequest, Request, SessionUse, SessionlessRequest, Set,
    WriteRequest,
};
pub use retry::{RetryBudget, RetryPolicy, ServerDedupes};
pub use secret::{AppSecret, Session};
pub use sign::SignMethod;
pub use transport::{Transport, TransportError};
pub use validate::{Violation, ViolationKind};
pub use value::{DateTime, DateTimeError, Decimal, File, Json, Scalar, UnknownValue};

/// What the exported macros need from here. No part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use serde;

    #[cfg(feature = "serde")]
    pub use crate::serde_support::{deserialize_scalar_enum, deserialize_table, serialize_scalar, serialize_table};
}
