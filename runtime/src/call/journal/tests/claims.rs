//! Who may resume a write, and what that sends.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::call::endpoint::Endpoint;
use crate::call::error::ConfigError;
use crate::call::stored_write::Lease;
use crate::testing::{Find, Redeemed};

const DONE: &str = r#"{"success": true, "left": 7, "request_id": "r1"}"#;

fn config_error<T>(result: Result<T, WriteError<Redeem>>) -> ConfigError {
    match result.err() {
        Some(WriteError::Unknown(mut pending)) => match pending.take_error() {
            Some(Error::Config(error)) => error,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// An entry without an answer that nobody holds.
async fn unknown(journal: FileJournal) -> StoredWrite {
    let Err(WriteError::Unknown(pending)) = redeem().send(&client(MockTransport::new().fail(cut()), journal)).await
    else {
        panic!()
    };
    pending.stored().clone()
}

async fn resume(write: StoredWrite, client: &Client) -> Result<crate::client::Reply<Redeemed>, WriteError<Redeem>> {
    write.typed::<Redeem>().unwrap().resume(client).await
}

#[tokio::test]
async fn an_answer_is_stored_before_the_call_returns_and_comes_back_without_a_request() {
    let folder = Folder::new();
    let first = client(MockTransport::new().reply(DONE), folder.journal());
    let reply = redeem().send(&first.session("canary-token")).await.unwrap();
    let journal = folder.journal();
    // Its caller is alive, and has not acknowledged it.
    assert!(journal.pending().unwrap().is_empty() && journal.list().unwrap()[0].is_done());
    let (raw, id) = (reply.raw().to_owned(), reply.write_id().unwrap().to_owned());
    // Dropping the reply acknowledges nothing. Closing the journal ends its owner.
    drop((reply, first));
    let [write] = journal.pending().unwrap().try_into().unwrap();
    assert_eq!(write.to_string(), "alibaba.example.gift.redeem: done, and not yet acknowledged (key key-1)");
    assert_eq!((write.answer(), write.needs_session()), (Some(DONE), true));
    let fake = MockTransport::new();
    let second = client(fake.clone(), journal.clone());
    let again = resume(write, &second).await.unwrap();
    assert_eq!((again.left, again.request_id(), again.raw()), (Some(7), Some("r1"), raw.as_str()));
    assert_eq!(again.write_id(), Some(id.as_str()));
    again.acknowledge(&second).await.unwrap();
    assert!(fake.sent().is_empty() && journal.list().unwrap().is_empty());
}

#[cfg(feature = "xml")]
#[tokio::test]
async fn an_answer_is_read_again_in_the_format_it_came_in() {
    let body = "<alibaba_example_gift_redeem_response><success>true</success><left>3</left></alibaba_example_gift_redeem_response>";
    let folder = Folder::new();
    let builder = Client::builder().app_key("1").app_secret("s").format(crate::call::config::Format::Xml);
    let xml = builder.journal(folder.journal()).transport(MockTransport::new().reply(body)).build().unwrap();
    drop(redeem().send(&xml).await.unwrap());
    drop(xml);
    let journal = folder.journal();
    let json = client(MockTransport::new(), journal.clone());
    let reply = resume(journal.pending().unwrap().remove(0), &json).await.unwrap();
    assert_eq!((reply.left, reply.raw()), (Some(3), body));
}

/// An answer in GBK is kept as the text it was read as.
#[cfg(feature = "gbk")]
#[tokio::test]
async fn an_answer_in_another_charset_comes_back_too() {
    let body = [&br#"{"success": true, "left": 7, "message": ""#[..], b"\xb2\xe8", br#""}"#].concat();
    let response = http::Response::builder().header("content-type", "application/json;charset=GBK");
    let folder = Folder::new();
    let first = client(MockTransport::new().respond(response.body(body.into()).unwrap()), folder.journal());
    let reply = redeem().send(&first).await.unwrap();
    assert_eq!(reply.message.as_deref(), Some("\u{8336}"));
    let message = reply.message.clone();
    drop((reply, first));
    let journal = folder.journal();
    let second = client(MockTransport::new(), journal.clone());
    let again = resume(journal.pending().unwrap().remove(0), &second).await.unwrap();
    assert_eq!((&again.message, again.left), (&message, Some(7)));
}

#[tokio::test]
async fn a_blocking_client_keeps_its_answers_too() {
    let folder = Folder::new();
    let builder = crate::blocking::Client::builder().app_key("1").app_secret("s").journal(folder.journal());
    let client = builder.transport(MockTransport::new().reply(DONE)).build().unwrap();
    let reply = redeem().send(&client).unwrap();
    assert!(folder.journal().list().unwrap()[0].is_done());
    reply.acknowledge(&client).unwrap();
    assert!(folder.names().is_empty());
}

#[tokio::test]
async fn a_write_that_is_under_way_is_nobody_elses() {
    /// Resumes the same write with another client when the request leaves.
    struct Rival(MockTransport, Client, FileJournal);
    impl Transport for Rival {
        fn send(&self, request: http::Request<bytes::Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
            Box::pin(async move {
                assert!(self.2.pending().unwrap().is_empty());
                let listed = self.2.list().unwrap().remove(0);
                assert!(matches!(config_error(resume(listed, &self.1).await), ConfigError::WriteHeld { .. }));
                Transport::send(&self.0, request, limits).await
            })
        }
    }
    let folder = Folder::new();
    let (unsent, sent) = (MockTransport::new(), MockTransport::new().reply(DONE).reply(DONE));
    let rival = client(unsent.clone(), folder.journal());
    let client = client(Rival(sent.clone(), rival, folder.journal()), folder.journal());
    let reply = redeem().send(&client).await.unwrap();
    reply.acknowledge(&client).await.unwrap();
    let write = unknown(folder.journal()).await;
    assert!(resume(write, &client).await.is_ok());
    assert_eq!((unsent.sent().len(), sent.sent().len()), (0, 2));
}

#[tokio::test]
async fn of_two_that_read_the_same_entry_one_sends() {
    let folder = Folder::new();
    let write = unknown(folder.journal()).await;
    let first = MockTransport::new().fail(cut()).reply(DONE);
    let (one, second) = (client(first.clone(), folder.journal()), MockTransport::new().reply(DONE));
    let other = client(second.clone(), folder.journal());
    // The first has tried it, and lets it go with another cause.
    let Err(WriteError::Unknown(again)) = resume(write.clone(), &one.clone()).await else { panic!() };
    let stale = write.released("something else".to_owned());
    assert_eq!(config_error(resume(stale.clone(), &other).await), ConfigError::WriteChanged);
    let reply = again.resume(&one).await.unwrap();
    assert!(matches!(config_error(resume(stale.clone(), &other).await), ConfigError::WriteHeld { .. }));
    reply.acknowledge(&one).await.unwrap();
    assert_eq!(config_error(resume(stale, &other).await), ConfigError::WriteEnded);
    assert!(folder.names().is_empty());
    assert_eq!((first.sent().len(), second.sent().len()), (2, 0));
}

#[tokio::test]
async fn a_write_of_another_application_or_gateway_is_not_resumed() {
    let folder = Folder::new();
    let write = unknown(folder.journal()).await;
    let before = std::fs::read_to_string(folder.0.join(&folder.names()[0])).unwrap();
    let fake = MockTransport::new().reply(DONE);
    let builder = || Client::builder().app_secret("s").transport(fake.clone()).journal(folder.journal());
    let other_app = builder().app_key("2").build().unwrap();
    let other_gateway = builder().app_key("1").endpoint(Endpoint::sandbox()).build().unwrap();
    assert_eq!(
        config_error(resume(write.clone(), &other_app).await).to_string(),
        "the pending call was made by the app `1`, the client is of `2`: resume it with a client of `1`"
    );
    assert_eq!(
        config_error(resume(write.clone(), &other_gateway).await).to_string(),
        "the pending call was sent to https://eco.taobao.com/router/rest, the client calls \
         https://gw.api.tbsandbox.com/router/rest: resume it with a client of https://eco.taobao.com/router/rest"
    );
    assert!(fake.sent().is_empty());
    assert_eq!(std::fs::read_to_string(folder.0.join(&folder.names()[0])).unwrap(), before);
}

#[tokio::test]
async fn a_lease_that_is_over_holds_nothing() {
    let memory = Memory::default();
    let write = unknown(Folder::new().journal()).await;
    let owner = Owner::new();
    memory.save(&write.clone().held(Lease::new(&owner, UNIX_EPOCH, Duration::ZERO))).unwrap();
    let running = Lease::new(&owner, SystemTime::now(), Duration::from_secs(1));
    let [over] = memory.pending().unwrap().try_into().unwrap();
    assert_eq!((over.holder(UNIX_EPOCH), over.holder(SystemTime::now())), (Some(&owner), None));
    let client = client(MockTransport::new().reply(DONE), Arc::new(memory.clone()));
    memory.save(&write.held(running)).unwrap();
    assert!(memory.pending().unwrap().is_empty());
    assert!(matches!(config_error(resume(over, &client).await), ConfigError::WriteHeld { .. }));
    assert!(resume(memory.list().unwrap().remove(0).released(String::new()), &client).await.is_err());
}

/// Cannot store how a write ended.
struct Halting(Memory);

impl Journal for Halting {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        self.0.save(write)
    }
    fn replace(&self, _: &StoredWrite, _: &StoredWrite) -> Result<bool, JournalError> {
        Err(JournalError::new("no space left"))
    }
    fn remove(&self, id: &str) -> Result<(), JournalError> {
        self.0.remove(id)
    }
    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        self.0.list()
    }
}

#[tokio::test]
async fn a_write_whose_answer_cannot_be_stored_is_done_and_its_entry_stays() {
    let memory = Memory::default();
    let client = client(MockTransport::new().reply(DONE), Halting(memory.clone()));
    let reply = redeem().send(&client).await.unwrap();
    assert!(!memory.list().unwrap()[0].is_done());
    reply.acknowledge(&client).await.unwrap();
    assert!(memory.list().unwrap().is_empty());
    // What cannot be claimed is not sent.
    let write = unknown(Folder::new().journal()).await;
    memory.save(&write).unwrap();
    assert!(matches!(config_error(resume(write, &client).await), ConfigError::Journal(_)));
}

#[tokio::test]
async fn without_a_journal_there_is_nothing_to_acknowledge() {
    let builder = Client::builder().app_key("1").app_secret("s");
    let plain = builder.transport(MockTransport::new().reply(DONE).reply(DONE)).build().unwrap();
    let written = redeem().send(&plain).await.unwrap();
    let read = Find::default().send(&plain).await.unwrap();
    assert_eq!((written.write_id(), read.write_id()), (None, None));
    written.acknowledge(&plain).await.unwrap();
    read.acknowledge(&plain).await.unwrap();
    // A reply of a client that has one is not acknowledged by one that has none.
    let kept = redeem().send(&client(MockTransport::new().reply(DONE), Memory::default())).await.unwrap();
    let error = kept.acknowledge(&plain).await.unwrap_err();
    assert!(matches!(error, Error::Config(ConfigError::Acknowledge(_))), "{error}");
}

/// A table behind an async driver: every step waits once.
#[derive(Clone, Default)]
struct Table(Memory);

async fn wait() {
    tokio::task::yield_now().await;
}

impl AsyncJournal for Table {
    fn save<'a>(&'a self, write: &'a StoredWrite) -> JournalFuture<'a, ()> {
        Box::pin(async move {
            wait().await;
            self.0.save(write)
        })
    }
    fn replace<'a>(&'a self, old: &'a StoredWrite, new: &'a StoredWrite) -> JournalFuture<'a, bool> {
        Box::pin(async move {
            wait().await;
            self.0.replace(old, new)
        })
    }
    fn remove<'a>(&'a self, id: &'a str) -> JournalFuture<'a, ()> {
        Box::pin(async move {
            wait().await;
            self.0.remove(id)
        })
    }
    fn list(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        Box::pin(async move {
            wait().await;
            self.0.list()
        })
    }
}

#[tokio::test]
async fn an_async_journal_does_what_a_blocking_one_does() {
    let table = Table::default();
    let fake = MockTransport::new().reply(DONE).fail(cut()).reply(DONE);
    let builder = Client::builder().app_key("1").app_secret("s").transport(fake.clone());
    let client = builder.async_journal(Arc::new(table.clone())).build().unwrap();
    let reply = redeem().send(&client).await.unwrap();
    assert!(AsyncJournal::pending(&table).await.unwrap().is_empty() && table.0.list().unwrap()[0].is_done());
    reply.acknowledge(&client).await.unwrap();
    assert!(redeem().send(&client).await.is_err());
    let [write] = AsyncJournal::pending(&table).await.unwrap().try_into().unwrap();
    let reply = resume(write, &client).await.unwrap();
    reply.acknowledge(&client).await.unwrap();
    assert!(table.0.list().unwrap().is_empty() && fake.sent().len() == 3);
}
