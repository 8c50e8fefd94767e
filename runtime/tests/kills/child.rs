//! The process that is killed: it deals with what the one before it left, then writes until it dies.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentop_runtime::error::{ConfigError, Error, JournalError};
use opentop_runtime::{
    Client, Effect, Endpoint, FileJournal, Idempotency, Journal, Parameters, StoredWrite, WriteError, blocking,
    journal::Owner,
};

use crate::server::{Random, STATUS, WRITE};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Blocking,
    /// Four tasks.
    Async,
}

/// What a process is to do.
pub(crate) struct Orders {
    pub(crate) kind: Kind,
    pub(crate) journal: PathBuf,
    pub(crate) log: PathBuf,
    pub(crate) port: u16,
    pub(crate) app: String,
    /// Tells this process from all others.
    pub(crate) nonce: String,
    /// The planted defect.
    pub(crate) forgetful: bool,
    /// Only deals with what is left, until nothing is.
    pub(crate) drain: bool,
}

impl Orders {
    /// The environment variable that holds them.
    pub(crate) const NAME: &'static str = "OPENTOP_KILLS_ORDERS";

    pub(crate) fn to_text(&self) -> String {
        let Self { kind, journal, log, port, app, nonce, forgetful, drain } = self;
        let (journal, log) = (journal.display(), log.display());
        format!("{kind:?}\n{journal}\n{log}\n{port}\n{app}\n{nonce}\n{forgetful}\n{drain}")
    }

    pub(crate) fn given() -> Option<Self> {
        let text = std::env::var(Self::NAME).ok()?;
        let [kind, journal, log, port, app, nonce, forgetful, drain] =
            text.lines().collect::<Vec<_>>().try_into().unwrap();
        Some(Self {
            kind: if kind == "Async" { Kind::Async } else { Kind::Blocking },
            journal: journal.into(),
            log: log.into(),
            port: port.parse().unwrap(),
            app: app.to_owned(),
            nonce: nonce.to_owned(),
            forgetful: forgetful == "true",
            drain: drain == "true",
        })
    }
}

/// The key that a write carries.
pub(crate) fn key_of(write: &StoredWrite) -> String {
    let parameter = write.parameters().iter().find(|(name, _)| *name == "key");
    // Only files show otherwise than texts.
    match parameter {
        Some((_, opentop_runtime::__private::engine::encode::Parameter::Text(key))) => key.clone(),
        other => panic!("a write without its key: {other:?}"),
    }
}

/// What the caller knows for good, a line each.
#[derive(Clone)]
struct Log(Arc<Mutex<File>>);

impl Log {
    /// Durable when it returns: from here on the caller has the outcome.
    fn add(&self, word: &str, key: &str) {
        let mut file = self.0.lock().unwrap();
        file.write_all(format!("{word} {key}\n").as_bytes()).unwrap();
        file.sync_data().unwrap();
    }
}

/// Removes an entry when its write is done.
struct Forgetful(FileJournal);

impl Journal for Forgetful {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        self.0.save(write)
    }

    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError> {
        if new.is_done() {
            return self.0.remove(new.id()).map(|()| true);
        }
        self.0.replace(old, new)
    }

    fn remove(&self, id: &str) -> Result<(), JournalError> {
        self.0.remove(id)
    }

    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        self.0.list()
    }

    fn owner(&self) -> &Owner {
        self.0.owner()
    }

    fn is_dead(&self, owner: &Owner) -> Result<bool, JournalError> {
        self.0.is_dead(owner)
    }
}

pub(crate) fn run(orders: &Orders) {
    let log = Log(Arc::new(Mutex::new(OpenOptions::new().create(true).append(true).open(&orders.log).unwrap())));
    let journal = FileJournal::open(&orders.journal).unwrap();
    let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{}/router/rest", orders.port)).unwrap();
    // The same process deals with the past, one by one, whatever kind of client writes.
    let recovering = blocking::Client::builder().endpoint(endpoint.clone()).app_key(&orders.app).app_secret("s");
    let recovering = recovering.journal(journal.clone()).build().unwrap();
    let used: Arc<dyn Journal> =
        if orders.forgetful { Arc::new(Forgetful(journal.clone())) } else { Arc::new(journal.clone()) };
    let writing = Writing::new(orders, endpoint, used);
    println!("\nready");
    loop {
        recover(orders, &recovering, &journal, &log);
        let left = journal.list().unwrap().iter().filter(|write| write.app_key() == orders.app).count();
        if !orders.drain || left == 0 {
            break;
        }
    }
    if !orders.drain {
        writing.until_killed(orders, &log);
    }
}

/// The client that writes, ready to go.
enum Writing {
    Blocking(blocking::Client),
    Async(Client),
}

impl Writing {
    fn new(orders: &Orders, endpoint: Endpoint, journal: Arc<dyn Journal>) -> Self {
        match orders.kind {
            Kind::Blocking => {
                let builder = blocking::Client::builder().endpoint(endpoint).app_key(&orders.app).app_secret("s");
                Self::Blocking(builder.journal(journal).build().unwrap())
            }
            Kind::Async => {
                let builder = Client::builder().endpoint(endpoint).app_key(&orders.app).app_secret("s");
                Self::Async(builder.journal(journal).build().unwrap())
            }
        }
    }

    fn until_killed(self, orders: &Orders, log: &Log) {
        let stem = format!("{}-{}", orders.app, orders.nonce);
        match self {
            Self::Blocking(client) => write_blocking(&client, log, &stem, Random(orders.nonce.parse().unwrap())),
            Self::Async(client) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let task = |task: u64| {
                        tokio::spawn(write_async(client.clone(), log.clone(), format!("{stem}-{task}"), Random(task)))
                    };
                    for task in (0..4).map(task).collect::<Vec<_>>() {
                        task.await.unwrap();
                    }
                });
            }
        }
    }
}

fn parameters(key: &str) -> Parameters {
    Parameters::from_pairs([("key", key)]).unwrap()
}

fn write_blocking(client: &blocking::Client, log: &Log, stem: &str, mut random: Random) {
    for number in 0.. {
        let key = format!("{stem}-{number}");
        match client.call_untyped(WRITE, Effect::Write, parameters(&key)) {
            Ok(reply) => {
                // Something is to be done before the caller has the outcome for good.
                std::thread::sleep(Duration::from_micros(random.below(2_000)));
                log.add("called", &key);
                reply.acknowledge(client).unwrap();
                log.add("acknowledged", &key);
            }
            Err(error) => look(log, &key, &error),
        }
    }
}

async fn write_async(client: Client, log: Log, stem: String, mut random: Random) {
    for number in 0.. {
        let key = format!("{stem}-{number}");
        match client.call_untyped(WRITE, Effect::Write, parameters(&key)).await {
            Ok(reply) => {
                tokio::time::sleep(Duration::from_micros(random.below(2_000))).await;
                log.add("called", &key);
                reply.acknowledge(&client).await.unwrap();
                log.add("acknowledged", &key);
            }
            Err(error) => look(&log, &key, &error),
        }
    }
}

/// The gateway refuses some calls, and cuts some off. Nothing else is expected.
fn look<R>(log: &Log, key: &str, error: &WriteError<R>) {
    let expected = match error {
        WriteError::Failed(error) => matches!(error, Error::Gateway { .. }),
        WriteError::Unknown(pending) => matches!(pending.error(), Some(Error::Transport(_))),
    };
    if !expected {
        log.add("wrong", &format!("{key} {error}"));
    }
}

/// Deals with what nobody alive holds, as a caller would that can ask the server.
fn recover(orders: &Orders, client: &blocking::Client, journal: &FileJournal, log: &Log) {
    for write in journal.pending().unwrap() {
        let (key, id, done) = (key_of(&write), write.id().to_owned(), write.is_done());
        let foreign = write.app_key() != orders.app;
        let call = client.options().retry_writes(Idempotency::GuaranteedByServer);
        if !done && !foreign && was_executed(client, &key) {
            log.add("server", &key);
            journal.remove(&id).unwrap();
            continue;
        }
        match write.untyped().unwrap().resume(&call) {
            Ok(_) if foreign => log.add("wrong", &format!("{key} was resumed by {}", orders.app)),
            Ok(reply) => {
                log.add(if done { "answer" } else { "resumed" }, &key);
                reply.acknowledge(client).unwrap();
            }
            Err(WriteError::Unknown(pending)) => match pending.error() {
                Some(Error::Config(ConfigError::OtherApp { .. })) if foreign => log.add("refused", &key),
                // Another process was faster.
                Some(Error::Config(
                    ConfigError::WriteHeld { .. } | ConfigError::WriteChanged | ConfigError::WriteEnded,
                )) => {}
                Some(Error::Transport(_) | Error::Gateway { .. }) => {}
                other => log.add("wrong", &format!("{key} {other:?}")),
            },
            Err(error) => log.add("wrong", &format!("{key} {error}")),
        }
    }
}

fn was_executed(client: &blocking::Client, key: &str) -> bool {
    let reply = client.call_untyped(STATUS, Effect::Read, parameters(key)).unwrap();
    reply.as_str().contains("true")
}
