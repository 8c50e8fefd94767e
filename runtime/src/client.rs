//! The client: typed calls over a transport, async and blocking.

mod batch;
mod builder;
mod caller;
mod calls;
mod core;
mod dynamic;
mod entry;
mod handle;
mod io;
mod mode;
mod offload;
mod paging;
mod pending;
mod queued;
mod reply;
mod resume;
mod rounds;
mod scope;
mod scoped;
mod session;
#[cfg(test)]
mod tests;
mod trace;
mod turn;
mod untyped;

pub use batch::{Batch, BatchOutput, Replies, Ticket};
pub use builder::ClientBuilder;
pub use caller::{Caller, ReadOutput, WriteOutput, by_time_window, pages, send_read, send_write};
pub use calls::Calls;
pub use dynamic::{TablePage, TablePages, call_table};
pub use handle::{Client, GenericClient};
pub use mode::{Async, Blocking, CallFuture, Mode};
pub use paging::{Items, Page, Pages};
pub use pending::{Pending, WriteError};
pub use reply::Reply;
pub use scoped::{NoSession, ScopedClient, WithSession};
pub use session::{BlockingTokenSource, IntoSession, TokenFuture, TokenSource};
pub use untyped::{Untyped, UntypedOutput};

#[cfg(feature = "tokens")]
pub(crate) use self::core::{Payload, read};
#[cfg(feature = "tokens")]
pub(crate) use io::{Io, unblock};
#[cfg(feature = "tokens")]
pub(crate) use scope::{Scope, Shared};
