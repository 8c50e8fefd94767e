//! What a gateway knows: methods with their answers, applications, sessions, the time, and what it has received.
//!
//! [`State`] is built from [`Settings`]. Only its counters and logs change afterwards; threads share it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use opentop_model::model::{Api, Model};
use opentop_runtime::{AppSecret, DateTime, Decimal};

use super::answers::{Fixture, Methods};
use super::log::{CallLog, Received};
use super::replay::Replays;
use crate::call::Entry;
use crate::error::StartError;
use crate::event::Reporter;
use crate::faults::plan::FaultPlan;
use crate::flows::FlowBook;
use crate::ledger::Ledger;
use crate::limits::{CallLimit, Limits};
use crate::messages::Messages;
use crate::oauth::{OAuthDesk, TokenLifetimes};
use crate::write_log::WriteLog;

/// The time, as the gateway sees it.
pub(crate) type Clock = Arc<dyn Fn() -> DateTime + Send + Sync>;

/// Everything a [`State`] is made of.
pub(crate) struct Settings {
    pub(crate) model: Model,
    pub(crate) apps: Vec<(String, String)>,
    pub(crate) sessions: Vec<String>,
    pub(crate) lifetimes: TokenLifetimes,
    pub(crate) limits: Vec<CallLimit>,
    pub(crate) clock: Clock,
    pub(crate) own: Vec<(String, Fixture)>,
    pub(crate) dated: Vec<(String, String)>,
    pub(crate) ledgers: Vec<(String, Ledger)>,
    pub(crate) dedupe: Option<bool>,
    pub(crate) refuse_replays: bool,
    pub(crate) cors: bool,
    pub(crate) faults: FaultPlan,
    pub(crate) messages: Option<Messages>,
    pub(crate) reporter: Reporter,
}

/// A gateway without sockets: what [`answer`](super::answer) works on. Made by [`SandboxBuilder::build_state`](crate::SandboxBuilder::build_state).
///
/// ```
/// use opentop_sandbox::{SandboxBuilder, gateway};
///
/// let state = SandboxBuilder::default().build_state()?;
/// let refused = gateway::answer(&state, &gateway::HttpRequest::form("method=alibaba.example.gift.get&format=json"));
/// assert!(refused.body.contains("error_response"));
/// assert!(state.received().is_empty());           // only calls that were admitted
/// assert!(state.api("alibaba.example.gift.get").is_none());
/// # Ok::<(), opentop_sandbox::StartError>(())
/// ```
pub struct State {
    entries: BTreeMap<String, Entry>,
    /// The log of each method that changes data.
    writes: BTreeMap<String, WriteLog>,
    apps: BTreeMap<String, AppSecret>,
    sessions: BTreeSet<String>,
    oauth: OAuthDesk,
    limits: Limits,
    clock: Clock,
    calls: AtomicU64,
    log: Mutex<CallLog>,
    warnings: Vec<String>,
    replays: Option<Replays>,
    cors: bool,
    faults: FaultPlan,
    messages: Option<Messages>,
    reporter: Reporter,
}

/// Shows no secret and no token.
impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("methods", &self.entries.len())
            .field("apps", &self.apps.len())
            .finish_non_exhaustive()
    }
}

impl State {
    pub(crate) fn new(settings: Settings) -> Result<Self, StartError> {
        let Settings { model, own, dated, ledgers, dedupe, .. } = settings;
        let ledgers: BTreeMap<String, Ledger> = ledgers.into_iter().collect();
        let mut methods = Methods::new(model, own, dated);
        for method in ledgers.keys() {
            methods.known(method)?;
        }
        let (mut writes, mut books) = (BTreeMap::new(), Vec::new());
        for api in methods.apis() {
            let ledger = ledgers.get(&api.method);
            let flows = ledger.and_then(|ledger| ledger.flows.as_ref());
            let book =
                flows.map(|flows| methods.known(&flows.method).and_then(|list| FlowBook::open(api, list, flows)));
            let book = book.transpose()?.map(Arc::new);
            if let Some(log) = WriteLog::open(api, ledger, dedupe, book.clone())? {
                writes.insert(api.method.clone(), log);
            }
            if let (Some(flows), Some(book)) = (flows, book) {
                books.push((flows.method.clone(), book));
            }
        }
        books.into_iter().for_each(|(method, book)| methods.show(method, book));
        for (method, _) in settings.messages.iter().flat_map(|messages| &messages.caused) {
            methods.known(method)?;
        }
        let (entries, warnings, notices) = methods.entries()?;
        notices.into_iter().for_each(|notice| settings.reporter.notice(notice));
        Ok(State {
            entries,
            writes,
            limits: Limits::new(settings.limits),
            oauth: OAuthDesk::new(&settings.apps, settings.lifetimes),
            apps: settings.apps.into_iter().map(|(key, secret)| (key, AppSecret::from(secret))).collect(),
            sessions: settings.sessions.into_iter().collect(),
            clock: settings.clock,
            calls: AtomicU64::new(0),
            log: Mutex::default(),
            warnings,
            replays: settings.refuse_replays.then(Replays::default),
            cors: settings.cors,
            faults: settings.faults,
            messages: settings.messages,
            reporter: settings.reporter,
        })
    }

    /// The methods that are served, sorted. Those that give tokens (`taobao.top.auth.token.create` and `taobao.top.auth.token.refresh`)
    /// are always among them.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        let methods = self.entries.iter().filter(|(_, entry)| !entry.api.is_message());
        methods.map(|(name, _)| name.as_str())
    }

    /// The method of this name, if it is served.
    #[must_use]
    pub fn api(&self, method: &str) -> Option<&Api> {
        self.entries.get(method).map(|entry| &entry.api)
    }

    /// The latest admitted calls, oldest first; at most 10,000, and at most 32 MiB of text and files with them.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).calls()
    }

    /// What the samples of the specifications hold that does not fit their types, one sentence each. Such fields are left out.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// How often each idempotency key of a method that changes data was executed, by key; calls without a key are counted under
    /// the empty one. Empty for a method that only reads, and for an unknown one.
    #[must_use]
    pub fn executions(&self, method: &str) -> Vec<(String, u64)> {
        self.writes(method).map(WriteLog::executions).unwrap_or_default()
    }

    /// What an account of the method's [`Ledger`] has now; `None` where the method has no ledger.
    #[must_use]
    pub fn balance(&self, method: &str, account: &str) -> Option<Decimal> {
        self.writes(method)?.balance(account)
    }

    /// Whether pages from this machine may call.
    pub(crate) fn cors(&self) -> bool {
        self.cors
    }

    pub(crate) fn reporter(&self) -> &Reporter {
        &self.reporter
    }

    /// The faults to come, and those that came.
    pub(crate) fn faults(&self) -> &FaultPlan {
        &self.faults
    }

    /// What the method's writes left behind; `None` for a method that only reads.
    pub(super) fn writes(&self, method: &str) -> Option<&WriteLog> {
        self.writes.get(method)
    }

    /// The server of messages beside the gateway.
    pub(super) fn messages(&self) -> Option<&Messages> {
        self.messages.as_ref()
    }

    pub(super) fn replays(&self) -> Option<&Replays> {
        self.replays.as_ref()
    }

    pub(super) fn entry(&self, method: &str) -> Option<&Entry> {
        self.entries.get(method)
    }

    pub(super) fn secret_of(&self, app_key: &str) -> Option<&AppSecret> {
        self.apps.get(app_key)
    }

    pub(super) fn knows_session(&self, token: &str) -> bool {
        self.sessions.contains(token)
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn oauth(&self) -> &OAuthDesk {
        &self.oauth
    }

    pub(crate) fn now(&self) -> DateTime {
        (self.clock)()
    }

    /// A new id: unique among the calls of this gateway.
    pub(super) fn next_request_id(&self) -> String {
        format!("sandbox{:010}", self.calls.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(super) fn record(&self, received: Received) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).record(received);
    }
}
