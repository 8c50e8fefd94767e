//! Sets up a [`Sandbox`].

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use opentop_model::diagnostic::SourceFile;
use opentop_model::model::Model;
use opentop_runtime::DateTime;

use crate::error::StartError;
use crate::event::{Event, Reporter};
use crate::faults::fault::Fault;
use crate::faults::plan::FaultPlan;
use crate::faults::random::RandomFaults;
use crate::gateway::answers::Fixture;
use crate::gateway::state::{Clock, Settings, State};
use crate::json::Json;
use crate::ledger::Ledger;
use crate::limits::CallLimit;
use crate::messages::{self, Messages};
use crate::oauth::{self, TokenLifetimes};
use crate::sandbox::Sandbox;
use crate::specs::{self, Specs};
use crate::tmc::TmcServer;

/// The application that a sandbox knows unless told otherwise.
const DEFAULT_APP: (&str, &str) = ("12345678", "helloworld");

/// The access token that a sandbox knows unless told otherwise.
const DEFAULT_SESSION: &str = "test-session";

/// Sets up a [`Sandbox`]. Everything has a default; see each method.
///
/// ```
/// use opentop_sandbox::{CallLimit, Fault, Sandbox};
///
/// let sandbox = Sandbox::builder()
///     .app("87654321", "worldhello")
///     .limit(CallLimit::per_second(100))
///     .push_faults(vec![Fault::HalfBody])         // of the first call; the others go well
///     .start_blocking()?;
/// assert_eq!((sandbox.received().len(), sandbox.fired_faults().len()), (0, 0));
/// # Ok::<(), opentop_sandbox::StartError>(())
/// ```
#[must_use = "a builder does nothing until `start`, `start_blocking` or `build_state`"]
pub struct SandboxBuilder {
    built_in: bool,
    specs: Vec<Specs>,
    reporter: Reporter,
    apps: Vec<(String, String)>,
    sessions: Vec<String>,
    lifetimes: TokenLifetimes,
    limits: Vec<CallLimit>,
    address: IpAddr,
    port: u16,
    allow_remote: bool,
    clock: Clock,
    own: Vec<(String, Fixture)>,
    dated: Vec<(String, String)>,
    ledgers: Vec<(String, Ledger)>,
    dedupe: Option<bool>,
    refuse_replays: bool,
    cors: bool,
    faults: FaultPlan,
    messages: Option<Messages>,
    caused: Vec<(String, String)>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        SandboxBuilder {
            built_in: true,
            specs: Vec::new(),
            reporter: Reporter::default(),
            apps: Vec::new(),
            sessions: Vec::new(),
            lifetimes: TokenLifetimes::default(),
            limits: Vec::new(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            allow_remote: false,
            clock: Arc::new(DateTime::now),
            own: Vec::new(),
            dated: Vec::new(),
            ledgers: Vec::new(),
            dedupe: None,
            refuse_replays: false,
            cors: false,
            faults: FaultPlan::default(),
            messages: None,
            caused: Vec::new(),
        }
    }
}

/// Shows no secret and no token.
impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let apps: Vec<&str> = self.apps.iter().map(|(key, _)| key.as_str()).collect();
        f.debug_struct("SandboxBuilder")
            .field("apps", &apps)
            .field("address", &SocketAddr::new(self.address, self.port))
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Starts a sandbox with every default: the four built-in specifications on a free port of `127.0.0.1`.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start() -> Result<Sandbox, StartError> {
        SandboxBuilder::default().start().await
    }

    /// [`start`](Self::start) without async.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start_blocking() -> Result<Sandbox, StartError> {
        SandboxBuilder::default().start_blocking()
    }

    /// Sets up a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }
}

impl SandboxBuilder {
    /// Adds the specifications in this folder. May be given several times. Of a method that several sources describe, the last
    /// source counts, and a notice says so (see [`on_event`](Self::on_event)).
    pub fn spec_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.specs.push(Specs::Folder(folder.into()));
        self
    }

    /// Adds these specifications. See [`spec_dir`](Self::spec_dir).
    pub fn sources(mut self, sources: Vec<SourceFile>) -> Self {
        self.specs.push(Specs::Sources(sources));
        self
    }

    /// Adds the methods of this model. See [`spec_dir`](Self::spec_dir).
    pub fn model(mut self, model: Model) -> Self {
        self.specs.push(Specs::Model(Box::new(model)));
        self
    }

    /// Whether the built-in specifications are served. The default is `true`.
    pub fn built_in(mut self, serve: bool) -> Self {
        self.built_in = serve;
        self
    }

    /// Receives every [`Event`]: one for each call, and notices. The default writes notices to standard error and ignores calls.
    ///
    /// ```
    /// use opentop_sandbox::Sandbox;
    ///
    /// let builder = Sandbox::builder().on_event(|event| println!("{event}"));
    /// # let _ = builder;
    /// ```
    pub fn on_event(mut self, receive: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.reporter = Reporter::new(receive);
        self
    }

    /// Knows an application. May be given several times. The default is one: `12345678` with the secret `helloworld`.
    pub fn app(mut self, key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.apps.push((key.into(), secret.into()));
        self
    }

    /// Knows an access token. May be given several times. The default is one: `test-session`.
    pub fn session(mut self, token: impl Into<String>) -> Self {
        self.sessions.push(token.into());
        self
    }

    /// Limits the rate of calls. May be given several times: all of them hold. The default is none.
    pub fn limit(mut self, limit: CallLimit) -> Self {
        self.limits.push(limit);
        self
    }

    /// How long the tokens of the [OAuth host](Sandbox::authorize_url) last. The default is those of a merchant's application.
    pub fn token_lifetimes(mut self, lifetimes: TokenLifetimes) -> Self {
        self.lifetimes = lifetimes;
        self
    }

    /// Listens on this port. The default is 0: a free one, told by [`Sandbox::url`].
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Listens on this address. The default is `127.0.0.1`. Anything but a loopback address needs [`allow_remote`](Self::allow_remote).
    pub fn bind(mut self, address: impl Into<IpAddr>) -> Self {
        self.address = address.into();
        self
    }

    /// Lets [`bind`](Self::bind) take an address that other machines can reach. The default is `false`.
    pub fn allow_remote(mut self, allow: bool) -> Self {
        self.allow_remote = allow;
        self
    }

    /// Takes the time from here, for the window of timestamps. The default is the machine's clock.
    ///
    /// ```
    /// use opentop_runtime::DateTime; // `opentop::DateTime` is the same
    /// use opentop_sandbox::Sandbox;
    ///
    /// let noon = DateTime::new(2016, 1, 1, 12, 0, 0).expect("a time of day");
    /// let sandbox = Sandbox::builder().clock(move || noon).start_blocking()?;
    /// # Ok::<(), opentop_sandbox::StartError>(())
    /// ```
    pub fn clock(mut self, clock: impl Fn() -> DateTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Answers `method` with records of your own, in the reduced form of the platform (lists are arrays).
    ///
    /// For a method that pages they are its items: a call gets the page it asks for, and the response tells the end. For any
    /// other method each is a whole response: given one after another, the last one again and again.
    ///
    /// They are read by the specification's types; write amounts and large numbers as text (`"12.30"`), which keeps them exact.
    /// Members that the specification does not list are answered as they are. The last call for a method counts.
    ///
    /// ```no_run
    /// use opentop_sandbox::Sandbox;
    /// use serde_json::json;
    ///
    /// # fn example() -> Result<(), opentop_sandbox::StartError> {
    /// let gifts = (1..=45).map(|id| json!({"gift_id": id, "price": "12.30"})).collect();
    /// let sandbox = Sandbox::builder().spec_dir("top").with_records("alibaba.example.gift.list", gifts).start_blocking()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_records(mut self, method: impl Into<String>, records: Vec<serde_json::Value>) -> Self {
        let records = records.iter().map(Json::from_value).collect();
        self.own.push((method.into(), Fixture::Records(records)));
        self
    }

    /// [`with_records`](Self::with_records) from JSON text: an array of records, or a single one. Numbers stay exact.
    pub fn with_json_records(mut self, method: impl Into<String>, json: impl Into<String>) -> Self {
        self.own.push((method.into(), Fixture::Text(json.into())));
        self
    }

    /// Answers only those items of [`with_records`](Self::with_records) whose `field` lies in the span that a call asks for: between
    /// the two parameters of the request's `max_span` rule, both ends included.
    ///
    /// Without this the field is chosen among the dates that every record has, by its description, and a notice names it. If no
    /// field is a date of every record, a call gets all of them.
    pub fn dated_by(mut self, method: impl Into<String>, field: impl Into<String>) -> Self {
        self.dated.push((method.into(), field.into()));
        self
    }

    /// Answers every call of `method` with this whole response, in the reduced form; with or without the envelope.
    pub fn answer(mut self, method: impl Into<String>, response: serde_json::Value) -> Self {
        self.own.push((method.into(), Fixture::Answer(Json::from_value(&response))));
        self
    }

    /// Lets `method`, which changes data, take amounts from accounts. The last ledger for a method counts.
    ///
    /// ```no_run
    /// use opentop_sandbox::{Ledger, Sandbox};
    ///
    /// # fn example() -> Result<(), opentop_sandbox::StartError> {
    /// let ledger = Ledger::new("card_id", "value", 10_000);
    /// let sandbox = Sandbox::builder().spec_dir("top").ledger("alibaba.example.gift.redeem", ledger).start_blocking()?;
    /// // After a call with `card_id` 42 and `value` 2000:
    /// assert_eq!(sandbox.balance("alibaba.example.gift.redeem", "42"), Some(8_000.into()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn ledger(mut self, method: impl Into<String>, ledger: Ledger) -> Self {
        self.ledgers.push((method.into(), ledger));
        self
    }

    /// Whether a method with an idempotency key recognises a repeated one: the same parameters get the same answer and nothing
    /// is executed, other parameters are an error (`isv.idempotency-conflict`). Keys are remembered while the sandbox runs, the
    /// latest 100,000 of each method.
    ///
    /// The default: methods with a [`ledger`](Self::ledger) do, others do not. Whether the platform itself does is not documented:
    /// try both.
    pub fn dedupe(mut self, dedupe: bool) -> Self {
        self.dedupe = Some(dedupe);
        self
    }

    /// Refuses a request that came before, byte for byte, within the window of timestamps (code 25, `isv.repeated-request`). The
    /// default is `false`: two reads within one second are the same request.
    pub fn refuse_replays(mut self, refuse: bool) -> Self {
        self.refuse_replays = refuse;
        self
    }

    /// Lets the next calls go wrong, one fault each. May be given several times.
    pub fn push_faults(self, faults: Vec<Fault>) -> Self {
        self.faults.script(faults);
        self
    }

    /// Lets the next calls of `method` go wrong. See [`Sandbox::push_faults_for`].
    pub fn push_faults_for(self, method: &str, faults: Vec<Fault>) -> Self {
        self.faults.script_for(method, faults);
        self
    }

    /// Serves the messages of this server by calls too, as the platform does for those that hold no connection: they get and confirm
    /// messages of the same queues. Group and application are those of the call.
    pub fn messages(mut self, server: &TmcServer) -> Self {
        self.messages = Some(Messages { hub: server.hub(), caused: Vec::new() });
        self
    }

    /// Lets every call of `method` that was carried out cause a message of `topic`, in the group `default` of the server of
    /// [`messages`](Self::messages). Its content are the call's parameters, its `dataid` the call's idempotency key.
    pub fn message_on(mut self, method: impl Into<String>, topic: impl Into<String>) -> Self {
        self.caused.push((method.into(), topic.into()));
        self
    }

    /// Answers pages from this machine: requests whose `Origin` is a loopback address get the headers of CORS. The default is
    /// `false`.
    pub fn cors(mut self, allow: bool) -> Self {
        self.cors = allow;
        self
    }

    /// Lets calls go wrong by chance: a share of `rate` (0 to 1) of those for which [`push_faults`](Self::push_faults) says nothing.
    pub fn random_faults(self, faults: RandomFaults, rate: f64) -> Self {
        self.faults.random(faults, rate);
        self
    }

    /// Starts the sandbox. It is ready for calls when this returns.
    ///
    /// The server has a thread and an I/O loop of its own, so that it also serves tests that block.
    ///
    /// # Errors
    /// See [`StartError`].
    #[allow(clippy::unused_async, reason = "callers await it, so that starting may wait for something one day")]
    pub async fn start(self) -> Result<Sandbox, StartError> {
        self.start_blocking()
    }

    /// [`start`](Self::start) without async.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start_blocking(mut self) -> Result<Sandbox, StartError> {
        if !self.address.is_loopback() && !self.allow_remote {
            return Err(StartError::NotLoopback { address: self.address });
        }
        let address = SocketAddr::new(self.address, self.port);
        self.defaults();
        let app = self.apps[0].clone();
        let session = self.sessions[0].clone();
        Sandbox::serve(Arc::new(self.build_state()?), address, app, session)
    }

    /// The gateway without sockets, for [`gateway::answer`](crate::gateway::answer).
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn build_state(mut self) -> Result<State, StartError> {
        self.defaults();
        let mut specs = vec![Specs::Platform(oauth::calls::specs())];
        if self.messages.is_some() {
            specs.push(Specs::Platform(messages::specs()));
        }
        if self.built_in {
            specs.push(Specs::BuiltIn);
        }
        specs.append(&mut self.specs);
        let (model, notices) = specs::merged(specs)?;
        notices.into_iter().for_each(|notice| self.reporter.notice(notice));
        State::new(Settings {
            model,
            apps: self.apps,
            sessions: self.sessions,
            lifetimes: self.lifetimes,
            limits: self.limits,
            clock: self.clock,
            own: self.own,
            dated: self.dated,
            ledgers: self.ledgers,
            dedupe: self.dedupe,
            refuse_replays: self.refuse_replays,
            cors: self.cors,
            faults: self.faults,
            messages: self.messages.map(|messages| Messages { caused: self.caused, ..messages }),
            reporter: self.reporter,
        })
    }

    fn defaults(&mut self) {
        if self.apps.is_empty() {
            self.apps.push((DEFAULT_APP.0.to_owned(), DEFAULT_APP.1.to_owned()));
        }
        if self.sessions.is_empty() {
            self.sessions.push(DEFAULT_SESSION.to_owned());
        }
    }
}
