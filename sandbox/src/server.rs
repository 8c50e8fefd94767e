//! Carries the gateway over HTTP/1.1. hyper speaks HTTP; a stream below it applies faults to the bytes.

mod connection;
mod cors;
mod exchange;
pub(crate) mod in_flight;
mod stream;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::gateway::state::State;
use in_flight::InFlight;

/// A server with an I/O loop of its own.
pub(crate) struct Server {
    runtime: Runtime,
    listener: tokio::net::TcpListener,
    state: Arc<State>,
    in_flight: Arc<InFlight>,
}

impl Server {
    pub(crate) fn new(listener: TcpListener, state: Arc<State>, in_flight: Arc<InFlight>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        listener.set_nonblocking(true)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        Ok(Server { runtime, listener, state, in_flight })
    }

    /// Serves until `stopped` is sent or dropped. Then whatever is open is closed, answered or not: a sandbox that is
    /// dropped must not wait for its clients.
    pub(crate) fn run_until(self, stopped: oneshot::Receiver<()>) {
        let Server { runtime, listener, state, in_flight } = self;
        runtime.block_on(async {
            tokio::select! {
                _ = stopped => {}
                () = accept(&listener, &state, &in_flight) => {}
            }
        });
    }
}

async fn accept(listener: &tokio::net::TcpListener, state: &Arc<State>, in_flight: &Arc<InFlight>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection::serve(stream, Arc::clone(state), Arc::clone(in_flight)));
            }
            // Out of file descriptors, or a connection that went away while it waited: the next one may do.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
        }
    }
}
