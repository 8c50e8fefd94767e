//! The client without a runtime: the same requests, promises and errors, and calls that return when the answer is there.
//!
//! ```
//! use opentop_runtime::blocking;
//!
//! # fn example() -> Result<(), opentop_runtime::Error> {
//! let client = blocking::Client::builder().app_key("12345678").app_secret("helloworld").build()?;
//! // let reply = request.send(&client)?;
//! # Ok(())
//! # }
//! ```

use crate::client;

pub use crate::client::BlockingTokenSource as TokenSource;
pub use crate::transport::BlockingTransport as Transport;
#[cfg(feature = "ureq-no-provider")]
pub use crate::transport::UreqTransport;

/// Calls the platform in the name of one application, and waits for the answer. Share it between threads.
pub type Client = client::GenericClient<client::Blocking>;

/// Builds a blocking [`Client`].
pub type ClientBuilder = client::ClientBuilder<client::Blocking>;

/// A blocking client with options of its own for some calls.
pub type ScopedClient<S> = client::ScopedClient<S, client::Blocking>;

/// The pages of a list, as an iterator.
pub type Pages<R> = client::Pages<R, client::Blocking>;

/// The items of a list, as an iterator.
pub type Items<R> = client::Items<R, client::Blocking>;

#[cfg(test)]
mod tests;
