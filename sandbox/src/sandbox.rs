//! A running sandbox.

use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use opentop_runtime::Decimal;
use tokio::sync::oneshot;

use crate::error::StartError;
use crate::faults::fault::Fault;
use crate::faults::random::RandomFaults;
use crate::gateway::log::Received;
use crate::gateway::state::State;
use crate::http::PATH;
use crate::oauth::{AUTHORIZE, TOKEN};
use crate::server::Server;
use crate::server::in_flight::InFlight;

/// A local gateway that is running. It stops when it is dropped.
///
/// ```no_run
/// # async fn example() -> Result<(), opentop_sandbox::StartError> {
/// use opentop_sandbox::Sandbox;
///
/// let sandbox = Sandbox::start().await?;
/// println!("calls go to {}", sandbox.endpoint());
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    state: Arc<State>,
    address: SocketAddr,
    app: (String, String),
    session: String,
    in_flight: Arc<InFlight>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Shows no secret and no token.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.url()).field("state", &self.state).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Where it listens: `http://127.0.0.1:49152`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where calls go: [`url`](Self::url) and the gateway's path.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("{}{PATH}", self.url())
    }

    /// Where users consent: the OAuth host's page.
    #[must_use]
    pub fn authorize_url(&self) -> String {
        format!("{}{AUTHORIZE}", self.url())
    }

    /// Where codes and refresh tokens become tokens. Calls with these tokens are accepted until they expire.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("{}{TOKEN}", self.url())
    }

    /// The address and port it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The key of the first application it knows.
    #[must_use]
    pub fn app_key(&self) -> &str {
        &self.app.0
    }

    /// The secret of that application.
    #[must_use]
    pub fn app_secret(&self) -> &str {
        &self.app.1
    }

    /// The first access token it knows.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
    }

    /// The calls it admitted, oldest first; the latest 10,000, and at most 32 MiB of text and files with them.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state.received()
    }

    /// How often each idempotency key of a method that changes data was executed. See [`State::executions`].
    #[must_use]
    pub fn executions(&self, method: &str) -> Vec<(String, u64)> {
        self.state.executions(method)
    }

    /// What an account of the method's [`Ledger`](crate::Ledger) has now. See [`State::balance`].
    #[must_use]
    pub fn balance(&self, method: &str, account: &str) -> Option<Decimal> {
        self.state.balance(method, account)
    }

    /// Lets the next calls go wrong, one fault each, after those that are still to come.
    pub fn push_faults(&self, faults: Vec<Fault>) {
        self.state.faults().script(faults);
    }

    /// Lets the next calls of `method` go wrong, one fault each. They fire when nothing else does. A
    /// [`CutRequest`](Fault::CutRequest) among them is decided once the request has been read.
    pub fn push_faults_for(&self, method: &str, faults: Vec<Fault>) {
        self.state.faults().script_for(method, faults);
    }

    /// Lets calls go wrong by chance: a share of `rate` (0 to 1) of those for which [`push_faults`](Self::push_faults) says nothing. Print the
    /// seed: it brings the same faults back.
    pub fn random_faults(&self, faults: RandomFaults, rate: f64) {
        self.state.faults().random(faults, rate);
    }

    /// Forgets the faults that were still to come, scripted and by chance.
    pub fn clear_faults(&self) {
        self.state.faults().clear();
    }

    /// The faults that came, oldest first; the latest 10,000.
    #[must_use]
    pub fn fired_faults(&self) -> Vec<Fault> {
        self.state.faults().fired()
    }

    /// Waits until no call is in flight, those included that a client gave up and the sandbox still executes. `false` where that
    /// takes longer than `limit`.
    #[must_use]
    pub fn settle(&self, limit: Duration) -> bool {
        let begun = Instant::now();
        while self.in_flight.count() > 0 {
            if begun.elapsed() > limit {
                return false;
            }
            thread::sleep(Duration::from_millis(1));
        }
        true
    }

    /// The gateway behind the socket.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Stops it: connections are closed, the port is free when this returns. Dropping it does the same. What it received and
    /// executed can still be asked of what this gives back.
    pub fn stop(self) -> Arc<State> {
        Arc::clone(&self.state)
    }

    pub(crate) fn serve(
        state: Arc<State>,
        address: SocketAddr,
        app: (String, String),
        session: String,
    ) -> Result<Sandbox, StartError> {
        let fail = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(fail)?;
        let bound = listener.local_addr().map_err(fail)?;
        let (stop, stopped) = oneshot::channel();
        let in_flight = Arc::new(InFlight::default());
        let server = Server::new(listener, Arc::clone(&state), Arc::clone(&in_flight)).map_err(fail)?;
        let run = move || server.run_until(stopped);
        let thread = thread::Builder::new().name("opentop-sandbox".to_owned()).spawn(run).map_err(fail)?;
        Ok(Sandbox { state, address: bound, app, session, in_flight, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The loop ends at once; a panic in it was reported by its own thread already.
            drop(thread.join());
        }
    }
}
