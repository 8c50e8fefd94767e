//! A local gateway of the Taobao Open Platform, served from the specification files alone.
//!
//! It is for tests, and for trying things out without a network: it checks a call as the platform does (method, version,
//! application, time, signature, session, then every parameter against the specification) with the platform's codes, and
//! answers with the specification's sample, its examples, or records of your own, in every form the platform has: JSON wrapped
//! or reduced, or XML. A new YAML file is served after a restart, without recompiling.
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
//! A method that changes data can be given a [`Ledger`]: its calls take amounts from accounts, a repeated idempotency key is
//! recognised or not ([`SandboxBuilder::dedupe`]), and [`Sandbox::executions`] tells what was really done. A [`Fault`] breaks a call at any
//! byte, before or after it was executed: by script ([`Sandbox::push_faults`]) or by chance ([`Sandbox::random_faults`]).
//!
//! It listens on a loopback address, on a thread of its own, and stops when it is dropped. [`gateway::answer`] is the whole
//! gateway without sockets.

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
mod node;
mod parameters;
mod paths;
mod sandbox;
mod server;
mod specs;
#[cfg(test)]
mod testing;
mod typed;
mod write_log;

pub use builder::SandboxBuilder;
pub use error::StartError;
pub use event::{CallEvent, Event};
pub use faults::fault::{Fault, HangUp};
pub use faults::random::RandomFaults;
pub use faults::text::UnknownFault;
pub use flows::Flows;
pub use gateway::{Received, ReceivedFile};
pub use ledger::Ledger;
pub use opentop_model::diagnostic::SourceFile;
pub use opentop_model::model::Model;
pub use sandbox::Sandbox;
