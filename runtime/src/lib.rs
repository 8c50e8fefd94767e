//! The runtime of the Taobao Open Platform SDK: signing, transport, decoding, errors.
//!
//! Depend on the generated crate `opentop`, which re-exports this one and adds a typed request for every method. Depend on this
//! crate alone if you generate the requests yourself.
//!
//! ```
//! use opentop_runtime::{Client, Effect, Parameters};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder().app_key("12345678").app_secret(std::env::var("TOP_SECRET")?).build()?;
//! // A method without a generated type: its name and parameters, and JSON back.
//! let parameters = Parameters::from_pairs([("fields", "tid,payment")])?;
//! let reply = client.session("6100e23").call_untyped("taobao.trades.sold.get", Effect::Read, parameters).await?;
//! println!("{}", reply.as_str());
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `reqwest` | the default transport of the async [`Client`]: reqwest, rustls with ring, the platform's certificates |
//! | `ureq` | the default transport of the [`blocking::Client`]: ureq, rustls with ring, the platform's certificates |
//! | `reqwest-no-provider`, `ureq-no-provider` | the same without ring |
//! | `aws-lc-rs`, `ring` | a TLS provider for both transports |
//! | `xml` | answers in XML ([`Format::Xml`](Format)) |
//! | `serde` | `Serialize` and `Deserialize` for models |
//! | `gbk` | answers in GBK. Without it, a refusal in GBK keeps its codes and loses its words, and a sensitive value in Chinese that an error quotes in GBK is not recognised |
//! | `tmc` | the message channel, module `tmc` |
//! | `tokens` | users' access tokens: consent, exchange, a store that keeps them fresh; module `tokens` |
//! | `spi` | verifies and reads calls that the platform makes to you, module `spi` |
//! | `spi-axum`, `spi-tower` | extractors of axum for those calls, and a layer of tower |
//! | `qimen` | calls through Qimen, [`Qimen`] |
//! | `jiff-1`, `time-03`, `chrono-04` | conversions between [`DateTime`] and the types of these crates |
//!
//! TLS uses the provider that the program installed for its process (`CryptoProvider::install_default` of rustls), else aws-lc-rs if
//! that feature is on, else ring. Without any, building a client fails with
//! [`ConfigError::MissingTlsProvider`](error::ConfigError::MissingTlsProvider).
//!
//! A cold debug build on Linux compiles 44 crates without features (28 s of CPU time), 65 with `ureq` (50 s) and 120 with `reqwest`
//! (80 s).
//!
//! # How it is built
//!
//! Three layers, each using only those before it: `wire` (values, field tables, signing, encoding, decoding, validation), `call` (what
//! a method is, how a request becomes HTTP and an answer a model, retries, the outcome of writes, journals; no I/O but a journal's),
//! `client` (one client, async and blocking, over a [`transport`]).

pub mod blocking;
mod call;
mod client;
mod disk;
pub mod error;
mod macros;
pub mod paging;
#[cfg(test)]
mod sample_tables;
#[cfg(feature = "spi")]
pub mod spi;
#[cfg(test)]
mod testing;
#[cfg(feature = "tmc")]
pub mod tmc;
#[cfg(feature = "tokens")]
pub mod tokens;
pub mod transport;
mod wire;

pub use call::config::{Config, Format, Limits};
pub use call::dry_run::DryRun;
pub use call::endpoint::Endpoint;
pub use call::error::Error;
pub use call::idempotency::{IdempotencyKey, InvalidIdempotencyKey};
pub use call::journal::{self, AsyncJournal, FileJournal, Journal};
pub use call::limit::{self, Limiter, Rate};
pub use call::method::{
    Effect, Executed, IncomingRequest, IsSet, MessageContent, MethodInfo, NoSessionRequest, PageBy, PageOrder,
    PagedRequest, Paging, PagingEnd, ReadRequest, Request, SessionRequirement, Set, SuccessFlag, WriteRequest,
};
pub use call::outcome::{self, WriteOutcome};
pub use call::parameters::Parameters;
pub use call::qimen::{Qimen, QimenBody};
pub use call::retry::{self, Idempotency, RetryBudget, RetryPolicy};
pub use call::stored_write::{InvalidStoredWrite, StoredWrite};
pub use client::{
    Async, Batch, BatchOutput, Blocking, BlockingTokenSource, CallFuture, Caller, Calls, Client, ClientBuilder,
    GenericClient, IntoSession, Mode, NoSession, Pending, ReadOutput, Replies, Reply, ScopedClient, Ticket,
    TokenFuture, TokenSource, Untyped, UntypedOutput, WithSession, WriteError, WriteOutput,
};
pub use paging::Cursor;
pub use wire::decode::from_json;
pub use wire::secret::{AccessToken, AppSecret};
pub use wire::sign::SignMethod;
pub use wire::value::{DateTime, DateTimeError, Decimal, File, Json, Scalar, UnknownValue};

/// Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use serde;

    #[cfg(feature = "serde")]
    pub use crate::wire::serde_support::{
        deserialize_scalar_enum, deserialize_table, serialize_scalar, serialize_table,
    };

    /// What generated code and the sandbox use of the engine. Releases only add to it.
    pub mod v1 {
        pub use std::clone::Clone;
        pub use std::cmp::{Eq, PartialEq};
        pub use std::fmt::{Debug, Formatter, Result as FmtResult};
        pub use std::marker::PhantomData;

        pub use crate::__since as since;
        pub use crate::call::method::{
            Effect, Executed, IncomingRequest, IsSet, MessageContent, MethodInfo, NoSessionRequest, PageBy, PageOrder,
            PagedRequest, Paging, PagingEnd, ReadRequest, Request, SessionRequirement, Set, SuccessFlag, WriteRequest,
        };
        pub use crate::client::{
            Caller, Items, Pages, ReadOutput, WriteOutput, by_time_window, pages, send_read, send_write,
        };
        #[cfg(feature = "tmc-codec")]
        pub use crate::wire::link;
        pub use crate::wire::sign;
        pub use crate::wire::table::{
            Constraint, FieldMut, FieldPath, FieldRef, OpenEnum, Rule, Table, TypeInfo, copy, debug, equal, is_empty,
        };
        pub use crate::wire::value::{DateTime, Decimal, File, Json, Scalar, UnknownValue};
        pub use crate::{builder_impls, number_enum_impls, table_impls, text_enum_impls};
    }

    /// The engine, for this project's own tools, tests and benches. It changes without notice.
    pub mod engine {
        pub use crate::call::build_request::build_request;
        pub use crate::call::parse_response::{Reading, ResponseMeta, parse_response};
        pub use crate::call::without_credentials::without_credentials;
        pub use crate::client::{TablePage, TablePages, call_table};
        pub use crate::wire::{decode, encode, sign, table, validate};
    }
}
