//! The message channel (TMC), on which the platform sends changes of orders, refunds and items.
//!
//! A [`Consumer`] holds one connection for each group, hands every message to your handler and confirms it once the handler returned `Ok`.
//! It runs on tokio.
//!
//! ```no_run
//! use opentop_runtime::tmc::{Consumer, Message};
//!
//! async fn handle(message: Message) -> Result<(), String> {
//!     println!("{} {}", message.topic(), message.content());
//!     Ok(())
//! }
//!
//! # async fn example() -> Result<(), opentop_runtime::tmc::TmcError> {
//! let running = Consumer::builder().app_key("12345678").app_secret("helloworld").build()?.start(handle);
//! # let shutdown = async {};
//! shutdown.await;
//! running.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What to expect
//!
//! - **A message comes at least once.** It comes again if the handler failed (after about 6 minutes), if it was not confirmed within about
//!   a minute, and whenever a connection broke before the confirmation arrived. Make the handler idempotent; [`Dedupe`] helps within one
//!   process.
//! - **Messages arrive in any order.** The message of a payment may arrive before that of the order's creation. Treat a message as a hint
//!   that something changed, and ask the platform for the current state.
//! - **Handlers run at the same time**, at most [`concurrency`](ConsumerBuilder::concurrency) of them. While all are busy, nothing more is
//!   read from the connection.
//! - **The platform keeps a message for 24 hours.** A message that can never be handled comes back every few minutes for a
//!   day, unless you confirm it: return `Ok` and put it aside.
//! - **A user's messages arrive only after the user was permitted** on the platform, and stop when the authorisation expires.
//! - Several consumers of one application and group share its messages.
//!
//! # Contents
//!
//! [`Message::typed`] reads the content into the type that was generated from the specification of its topic, and gives `None` for a
//! message of another topic. Any topic is read by [`Message::parse`] into a type of yours, or into `serde_json::Value`.
//!
//! ```
//! use opentop_runtime::MessageContent;
//! use opentop_runtime::tmc::Message;
//!
//! /// A handler of one topic: `handle(&message, |paid: trade_buyer_pay::Content| …)`.
//! fn handle<C: MessageContent>(message: &Message, then: impl FnOnce(C)) -> Result<(), Box<dyn std::error::Error>> {
//!     match message.typed::<C>()? {
//!         Some(content) => then(content),
//!         None => println!("{}: {}", message.topic(), message.parse::<serde_json::Value>()?),
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Connections
//!
//! A lost connection is replaced after a random wait of at most a second, then after longer waits up to a minute. A missing pong means
//! nothing: the platform is not known to answer pings. Asking for messages every 15 seconds keeps the connection alive.
//!
//! If no connection can be held, [`HttpConsumer`] fetches the same messages by calls, for the same kind of handler.

mod backoff;
mod config;
mod connect;
mod consumer;
mod dedupe;
mod error;
mod group;
mod handler;
mod handshake;
mod http;
mod message;
mod publish;
mod running;
mod session;
mod url;
mod work;

pub use config::AuthTokenFuture;
pub use consumer::{Consumer, ConsumerBuilder};
pub use dedupe::Dedupe;
pub use error::TmcError;
pub use http::HttpConsumer;
pub use message::Message;
pub use publish::Publisher;
pub use running::{Running, Stats};
