//! A local gateway of the Taobao Open Platform for tests and for trying things out. It needs no network and no account.
//!
//! [`Sandbox::start`] serves four built-in methods on a free port of `127.0.0.1`; [`SandboxBuilder::spec_dir`] adds your own
//! specifications. A call is checked as the platform does it, with the platform's codes: method, version, application, time,
//! signature, session, then every parameter. The answer is the specification's sample, or records of your own, in every form
//! of the platform: JSON wrapped or reduced, or XML.
//!
//! ```no_run
//! # async fn example() -> Result<(), opentop_sandbox::StartError> {
//! use opentop_sandbox::Sandbox;
//! use serde_json::json;
//!
//! let sandbox = Sandbox::builder()
//!     .spec_dir("spec")
//!     .with_records("alibaba.example.gift.list", vec![json!({ "gift_id": 1, "price": "12.30" })])
//!     .start()
//!     .await?;
//! // A client with `sandbox.endpoint()`, `sandbox.app_key()`, `sandbox.app_secret()` and `sandbox.session()` calls it here.
//! assert_eq!(sandbox.received().len(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! # Lists
//! A list ends: the items of a sample are page 1 of 1, and totals agree. If the request has a `max_span` rule, a call gets the
//! records in its span; the items of a sample recur every year, at the time of the documented example.
//!
//! # Writes
//! A [`Ledger`] lets a method take amounts from accounts, [`Flows`] show them in the list of another method. A repeated
//! idempotency key is recognised or not ([`SandboxBuilder::dedupe`]). [`Sandbox::executions`] tells what was really done.
//!
//! # Tokens
//! The sandbox is an OAuth host too: [`Sandbox::authorize_url`] shows a page of consent, [`Sandbox::token_url`] turns codes and
//! refresh tokens into tokens. They expire, and each refresh kills the refresh token before it
//! ([`SandboxBuilder::token_lifetimes`], [`SandboxBuilder::clock`]).
//!
//! # Limits
//! A [`CallLimit`] is a number of calls a second or a day, for an application, a method or both. Whoever exceeds it is banned, as
//! the platform tells it ([`SandboxBuilder::limit`]).
//!
//! # Faults
//! A [`Fault`] breaks a call at any byte, before or after it was executed: by script ([`Sandbox::push_faults`],
//! [`Sandbox::push_faults_for`]) or by chance ([`Sandbox::random_faults`]).
//!
//! # What the platform does not document
//! Empty parameters may be signed or left out of the signature: clients differ, and both are accepted. A value of white space
//! alone is absent and not signed. A timestamp may be the seconds or milliseconds since 1970.
//!
//! # Bounds
//! Everything that grows with the calls is bounded, and a notice ([`SandboxBuilder::on_event`]) says when a bound is reached:
//! 100,000 idempotency keys and 100,000 accounts for each method, 20,000 flows, 300,000 calls in the window of replays. The
//! latest 10,000 calls are kept for [`Sandbox::received`], with at most 32 MiB.
//!
//! The server has a thread of its own and stops when the [`Sandbox`] is dropped. [`gateway::answer`] is the gateway without
//! sockets.

mod answer;
mod builder;
mod call;
pub mod check;
mod dated;
mod error;
mod event;
mod faults;
mod flows;
pub mod gateway;
mod http;
mod json;
mod ledger;
mod limits;
mod messages;
mod node;
mod oauth;
mod parameters;
mod paths;
mod sandbox;
mod server;
mod specs;
mod spi;
#[cfg(test)]
mod testing;
pub mod tmc;
mod typed;
mod write_log;
mod xml;

pub use answer::{Forms, sample_answer, sample_refusal};
pub use builder::SandboxBuilder;
pub use error::StartError;
pub use event::{CallEvent, Event};
pub use faults::fault::{Fault, HangUp};
pub use faults::random::RandomFaults;
pub use faults::text::UnknownFault;
pub use flows::Flows;
pub use gateway::{Received, ReceivedFile};
pub use ledger::Ledger;
pub use limits::{CallLimit, InvalidCallLimit};
pub use oauth::TokenLifetimes;
pub use opentop_model::diagnostic::SourceFile;
pub use opentop_model::model::Model;
pub use sandbox::Sandbox;
pub use specs::built_in as built_in_specs;
pub use spi::SpiCall;
