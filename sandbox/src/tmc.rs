//! A server of the message channel (TMC), for tests of consumers.
//!
//! It checks who connects, sends what [`push`](TmcServer::push) gives it, and sends again what was not confirmed. [`TmcFault`]s let it
//! misbehave. A connection gets messages from its first pull request on.

mod connection;
mod fault;
mod options;
mod queue;
mod upgrade;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

pub use fault::TmcFault;
pub use options::TmcOptions;
pub use queue::{PushedMessage, TmcCounts};

use queue::Hub;

/// The queues, for a gateway beside the server.
pub(crate) mod hub {
    pub(crate) use super::queue::{Hub, PushedMessage};
}

impl TmcOptions {
    /// Starts the server, in a thread of its own.
    ///
    /// # Errors
    /// If the port cannot be bound or the thread not be started.
    pub fn start(self) -> io::Result<TmcServer> {
        let listener = TcpListener::bind(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.port))?;
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let hub = Arc::new(Hub::new(self));
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&hub);
        let serve = move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    () = accept(listener, served) => {}
                }
            });
        };
        let thread = thread::Builder::new().name("opentop-tmc".to_owned()).spawn(serve)?;
        Ok(TmcServer { address, hub, stop: Some(stop), thread: Some(thread) })
    }
}

async fn accept(listener: TcpListener, hub: Arc<Hub>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(upgrade::serve(stream, Arc::clone(&hub)))),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// A running server of messages. It stops when it is dropped.
///
/// ```
/// use opentop_sandbox::tmc::{PushedMessage, TmcOptions};
///
/// let server = TmcOptions::default().app("87654321", "worldhello").start()?;
/// // A consumer with `server.url()`, `12345678` and `helloworld` gets this, and confirms it.
/// server.push("default", PushedMessage::new("taobao_example_gift_Redeemed", r#"{"gift_id": 7}"#));
/// assert_eq!((server.counts().pushed, server.counts().confirmed), (1, 0));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct TmcServer {
    address: SocketAddr,
    hub: Arc<Hub>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Shows no secret.
impl fmt::Debug for TmcServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TmcServer").field("url", &self.url()).field("counts", &self.counts()).finish_non_exhaustive()
    }
}

impl TmcServer {
    /// Where to connect: `ws://127.0.0.1:49152/`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }

    /// The key of the first application it knows.
    #[must_use]
    pub fn app_key(&self) -> &str {
        &self.hub.options.apps[0].0
    }

    /// The queues.
    pub(crate) fn hub(&self) -> Arc<Hub> {
        Arc::clone(&self.hub)
    }

    /// Puts a message into a queue of the first application, and gives its id.
    pub fn push(&self, group: &str, message: PushedMessage) -> i64 {
        self.hub.push(self.app_key(), group, message)
    }

    /// Lets the next connections and messages go wrong, one fault each.
    pub fn push_faults(&self, faults: impl IntoIterator<Item = TmcFault>) {
        self.hub.faults.push(faults);
    }

    /// Ends all connections at once, as a restart of the server does. What was sent and not confirmed is sent again.
    pub fn restart(&self) {
        self.hub.restart();
    }

    /// What was sent and answered so far.
    #[must_use]
    pub fn counts(&self) -> TmcCounts {
        self.hub.counts()
    }

    /// The latest 1,000 failures that consumers told, by id and reason.
    #[must_use]
    pub fn failures(&self) -> Vec<(i64, String)> {
        self.hub.failures()
    }
}

impl Drop for TmcServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
