//! What a gateway knows: the methods with their answers, applications, sessions, the time, and what it has received.
//!
//! In: [`Settings`]. Out: [`State`], immutable but for its counters and its log, and safe to share between threads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use opentop_model::model::{Api, Model};
use opentop_runtime::{AppSecret, DateTime, Decimal};

use super::log::{Log, Received};
use super::replay::Replays;
use crate::answer::{self, Dated, Members};
use crate::error::StartError;
use crate::faults::Plan;
use crate::ledger::{Book, Ledger};

/// The time, as the gateway sees it.
pub(crate) type Clock = Arc<dyn Fn() -> DateTime + Send + Sync>;

/// Everything a [`State`] is made of.
pub(crate) struct Settings {
    pub(crate) model: Model,
    pub(crate) apps: Vec<(String, String)>,
    pub(crate) sessions: Vec<String>,
    pub(crate) clock: Clock,
    pub(crate) own: Vec<(String, Own)>,
    pub(crate) dated: Vec<(String, String)>,
    pub(crate) ledgers: Vec<(String, Ledger)>,
    pub(crate) dedupe: Option<bool>,
    pub(crate) refuse_replays: bool,
    pub(crate) faults: Plan,
}

/// Answers that a test brought along.
#[derive(Debug, Clone)]
pub(crate) enum Own {
    /// Items of a method that pages, or whole responses of one that does not.
    Records(Vec<serde_json::Value>),
    /// The one whole response.
    Answer(serde_json::Value),
}

/// A method and its answers.
pub(crate) struct Entry {
    pub(crate) api: Api,
    /// The answer where nobody brought one: from the sample or the examples.
    pub(crate) template: Members,
    pub(crate) answers: Answers,
    /// What its writes left behind; `None` where it only reads.
    pub(crate) book: Option<Book>,
}

/// Where a method's answer comes from.
pub(crate) enum Answers {
    /// [`Entry::template`].
    Template,
    /// These items, a page at a time; only those of the span that a call asks for, where they are dated.
    Items(Vec<Members>, Option<Dated>),
    /// These responses, one after another; the last one again and again.
    Responses(Vec<Members>, AtomicUsize),
}

impl Answers {
    /// The same, where only items of the span asked for are answered.
    fn dated(self, api: &Api, field: &str) -> Result<Self, StartError> {
        let wrong = |issue: String| StartError::Records { method: api.method.clone(), issues: vec![issue] };
        match self {
            Answers::Items(items, _) => {
                let dated = Dated::new(api, &items, field).map_err(wrong)?;
                Ok(Answers::Items(items, Some(dated)))
            }
            _ => Err(wrong("items are dated, and there are none".to_owned())),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.api.method).finish()
    }
}

/// A gateway without sockets: what [`answer`](super::answer) works on. Made by [`Builder::build_state`](crate::Builder::build_state).
pub struct State {
    entries: BTreeMap<String, Entry>,
    apps: BTreeMap<String, AppSecret>,
    sessions: BTreeSet<String>,
    clock: Clock,
    calls: AtomicU64,
    log: Mutex<Log>,
    warnings: Vec<String>,
    replays: Option<Replays>,
    faults: Plan,
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
        let mut own: BTreeMap<String, Own> = BTreeMap::new();
        for (method, records) in settings.own {
            own.insert(method, records);
        }
        let mut dated: BTreeMap<String, String> = settings.dated.into_iter().collect();
        let mut ledgers: BTreeMap<String, Ledger> = settings.ledgers.into_iter().collect();
        let mut warnings = Vec::new();
        let mut entries = BTreeMap::new();
        for api in settings.model.apis {
            let (template, notes) = answer::template(&api);
            warnings.extend(notes.into_iter().map(|note| format!("{}: {note}", api.method)));
            let answers = own.remove(&api.method).map_or(Ok(Answers::Template), |own| answers(&api, &own))?;
            let answers = match dated.remove(&api.method) {
                Some(field) => answers.dated(&api, &field)?,
                None => answers,
            };
            let book = Book::open(&api, ledgers.remove(&api.method).as_ref(), settings.dedupe)?;
            entries.insert(api.method.clone(), Entry { api, template, answers, book });
        }
        if let Some(method) = own.into_keys().chain(ledgers.into_keys()).chain(dated.into_keys()).next() {
            return Err(StartError::UnknownMethod { method });
        }
        Ok(State {
            entries,
            apps: settings.apps.into_iter().map(|(key, secret)| (key, AppSecret::from(secret))).collect(),
            sessions: settings.sessions.into_iter().collect(),
            clock: settings.clock,
            calls: AtomicU64::new(0),
            log: Mutex::default(),
            warnings,
            replays: settings.refuse_replays.then(Replays::default),
            faults: settings.faults,
        })
    }

    /// The methods that are served, sorted.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The latest admitted calls, oldest first; at most 10,000, and at most 64 MiB of files with them.
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
        self.book(method).map(Book::executions).unwrap_or_default()
    }

    /// What an account of the method's [`Ledger`] has now; `None` where the method has no ledger.
    #[must_use]
    pub fn balance(&self, method: &str, account: &str) -> Option<Decimal> {
        self.book(method)?.balance(account)
    }

    /// The faults to come, and those that came.
    pub(crate) fn faults(&self) -> &Plan {
        &self.faults
    }

    fn book(&self, method: &str) -> Option<&Book> {
        self.entries.get(method)?.book.as_ref()
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

    pub(super) fn now(&self) -> DateTime {
        (self.clock)()
    }

    /// A new id: unique among the calls of this gateway.
    pub(super) fn next_request_id(&self) -> String {
        format!("sandbox{:010}", self.calls.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(super) fn note(&self, received: Received) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).note(received);
    }
}

fn answers(api: &Api, own: &Own) -> Result<Answers, StartError> {
    let responses = |values: &[serde_json::Value]| {
        let read = values.iter().map(|value| answer::own_response(api, value)).collect::<Result<Vec<_>, _>>()?;
        Ok(if read.is_empty() { Answers::Template } else { Answers::Responses(read, AtomicUsize::new(0)) })
    };
    match own {
        Own::Answer(value) => responses(std::slice::from_ref(value)),
        Own::Records(values) if api.paging.is_none() => responses(values),
        Own::Records(values) => {
            let items = values.iter().map(|value| answer::own_item(api, value)).collect::<Result<_, _>>()?;
            Ok(Answers::Items(items, None))
        }
    }
}
