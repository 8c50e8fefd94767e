//! What a journal is for: a write that was sent is never forgotten before it has ended.

#![allow(clippy::unwrap_used, clippy::panic)]

mod claims;
mod folders;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::*;
use crate::call::error::Error;
use crate::client::Client;
use crate::client::WriteError;
use crate::testing::{Redeem, noon, redeem};
use crate::transport::{
    MockTransport, ResponseFuture, SendStage, Transport, TransportError, TransportErrorKind, TransportLimits,
    UnitFuture,
};

/// A folder of its own, removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("opentop-journal-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(name))
    }

    fn journal(&self) -> FileJournal {
        FileJournal::open(&self.0).unwrap()
    }

    /// What lies in it beside the locks of journals that are open.
    fn names(&self) -> Vec<String> {
        let names = std::fs::read_dir(&self.0).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.ends_with(".owner")).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A table of two columns that forgets everything with its process.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<BTreeMap<String, String>>>);

impl Journal for Memory {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        self.0.lock().unwrap().insert(write.id().to_owned(), write.to_json());
        Ok(())
    }
    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError> {
        let mut rows = self.0.lock().unwrap();
        let found = rows.get_mut(old.id()).filter(|body| **body == old.to_json());
        Ok(found.map(|body| *body = new.to_json()).is_some())
    }
    fn remove(&self, id: &str) -> Result<(), JournalError> {
        self.0.lock().unwrap().remove(id);
        Ok(())
    }
    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        Ok(self.0.lock().unwrap().values().map(|body| StoredWrite::from_json(body).unwrap()).collect())
    }
}

fn client(transport: impl Transport + 'static, journal: impl Journal + 'static) -> Client {
    let builder = Client::builder().app_key("1").app_secret("canary-secret").clock(noon).journal(journal);
    builder.transport(transport).build().unwrap()
}

fn cut() -> TransportError {
    TransportError::new(SendStage::MaybeSent, TransportErrorKind::Broken).with_source("reset")
}

#[tokio::test]
async fn a_write_is_on_the_disk_before_the_wire_and_gone_when_it_failed_or_is_acknowledged() {
    /// Looks into the journal when the request leaves.
    struct Watching(MockTransport, FileJournal, Arc<AtomicU32>);
    impl Transport for Watching {
        fn send(&self, request: http::Request<bytes::Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
            let stored = self.1.list().unwrap();
            assert!(stored.len() == 1 && stored[0].key() == Some("key-1") && !stored[0].is_done());
            // It is under way: nobody takes it for what a crash left.
            assert!(self.1.pending().unwrap().is_empty());
            self.2.fetch_add(1, Ordering::Relaxed);
            Transport::send(&self.0, request, limits)
        }
    }
    let folder = Folder::new();
    let (journal, seen) = (folder.journal(), Arc::new(AtomicU32::new(0)));
    let refused = r#"{"error_response": {"code": 41, "sub_code": "isv.x", "msg": "no"}}"#;
    let fake = MockTransport::new().reply(r#"{"success": true}"#).reply(refused);
    let client = client(Watching(fake, journal.clone(), Arc::clone(&seen)), journal.clone());
    let reply = redeem().send(&client).await.unwrap();
    assert_eq!(journal.list().unwrap()[0].id(), reply.write_id().unwrap());
    reply.acknowledge(&client).await.unwrap();
    reply.acknowledge(&client).await.unwrap();
    assert!(matches!(redeem().send(&client).await, Err(WriteError::Failed(_))));
    assert_eq!((seen.load(Ordering::Relaxed), folder.names().len()), (2, 0));
    drop((client, journal));
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0);
}

#[tokio::test]
async fn an_unknown_write_stays_with_its_cause_and_ends_when_it_is_resumed() {
    let folder = Folder::new();
    let first = client(MockTransport::new().fail(cut()), folder.journal());
    let Err(WriteError::Unknown(pending)) = redeem().send(&first.session("canary-token")).await else { panic!() };
    // After a restart.
    let mut stored = folder.journal().pending().unwrap();
    let [stored_one] = stored.as_slice() else { panic!("{stored:?}") };
    assert_eq!((stored_one.id(), stored_one.key()), (pending.id(), Some("key-1")));
    assert!(stored_one.cause().contains("reset"));
    let fake = MockTransport::new().fail(cut()).reply(r#"{"success": true}"#);
    let second = client(fake.clone(), folder.journal());
    let again = stored.remove(0).typed::<Redeem>().unwrap().resume(&second.session("canary-token")).await;
    let Err(WriteError::Unknown(again)) = again else { panic!() };
    assert_eq!(folder.journal().pending().unwrap().len(), 1);
    let reply = again.resume(&second.session("canary-token")).await.unwrap();
    reply.acknowledge(&second).await.unwrap();
    assert!(folder.journal().list().unwrap().is_empty());
    assert_eq!(fake.sent()[1].parameter("request_id").as_deref(), Some("key-1"));
}

#[tokio::test]
async fn a_write_that_cannot_be_stored_is_not_sent() {
    struct Full;
    impl Journal for Full {
        fn save(&self, _: &StoredWrite) -> Result<(), JournalError> {
            Err(JournalError::new("no space left\non the disk"))
        }
        fn replace(&self, _: &StoredWrite, _: &StoredWrite) -> Result<bool, JournalError> {
            Ok(false)
        }
        fn remove(&self, _: &str) -> Result<(), JournalError> {
            Ok(())
        }
        fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
            Ok(Vec::new())
        }
    }
    let fake = MockTransport::new();
    let error = redeem().send(&client(fake.clone(), Full)).await.err().unwrap();
    assert!(matches!(&error, WriteError::Failed(Error::Config(_))) && fake.sent().is_empty());
    assert!(error.to_string().contains("no space left\\non the disk"), "{error}");
}

/// Stores, and says that it could not.
struct Doubtful(FileJournal);

impl Journal for Doubtful {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        self.0.save(write)?;
        Err(JournalError::new("the answer of the disk was lost"))
    }
    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError> {
        self.0.replace(old, new)
    }
    fn remove(&self, id: &str) -> Result<(), JournalError> {
        self.0.remove(id)
    }
    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        self.0.list()
    }
}

#[tokio::test]
async fn a_write_that_failed_for_its_journal_is_not_found_in_it() {
    let folder = Folder::new();
    let fake = MockTransport::new();
    let ended = redeem().send(&client(fake.clone(), Doubtful(folder.journal()))).await;
    assert!(matches!(ended, Err(WriteError::Failed(_))) && fake.sent().is_empty());
    assert!(folder.journal().list().unwrap().is_empty());
}

#[tokio::test]
async fn an_entry_that_may_be_lost_goes_and_one_that_was_sent_stays() {
    let folder = Folder::new();
    let journal = folder.journal();
    let fake = MockTransport::new().fail(cut());
    let Err(WriteError::Unknown(pending)) = redeem().send(&client(fake, journal.clone())).await else { panic!() };
    let broken = |_: &std::path::Path| Err(std::io::Error::other("no sync"));
    assert!(journal.save_with(pending.stored(), broken).is_err());
    assert_eq!(journal.pending().unwrap().len(), 1);
    journal.remove(pending.id()).unwrap();
    assert!(journal.save_with(pending.stored(), broken).is_err());
    assert!(folder.names().is_empty());
}

#[cfg(unix)]
#[test]
fn a_folder_is_made_with_all_above_it_and_refused_where_others_may_write() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let deep = folder.0.join("a").join("..").join("b").join("c");
    FileJournal::open(&deep).unwrap();
    FileJournal::open(&deep).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&deep), mode(&folder.0.join("b")), mode(&folder.0)), (0o700, 0o700, 0o700));
    for (mode, fine) in [(0o777, false), (0o1777, false), (0o720, false), (0o702, false), (0o755, true)] {
        std::fs::set_permissions(&deep, std::fs::Permissions::from_mode(mode)).unwrap();
        let opened = FileJournal::open(&deep);
        assert_eq!(opened.is_ok(), fine, "{mode:o}");
        assert!(opened.err().is_none_or(|error| error.to_string().contains("chmod go-w")));
    }
    std::fs::write(folder.0.join("file"), "").unwrap();
    assert!(FileJournal::open(folder.0.join("file")).is_err());
    assert!(FileJournal::open(folder.0.join("file").join("below")).is_err());
}

#[tokio::test]
async fn an_invalid_write_leaves_no_entry() {
    let folder = Folder::new();
    let client = client(MockTransport::new(), folder.journal());
    assert!(Redeem { gift: Some("x".repeat(21)), ..redeem() }.send(&client).await.is_err());
    assert!(redeem().send(&client.session("")).await.is_err());
    assert!(folder.journal().list().unwrap().is_empty());
}

/// Is pending a number of times before it sends, answers or waits.
struct Slow {
    fake: MockTransport,
    polls: u32,
}

impl Slow {
    async fn wait(&self) {
        for _ in 0..self.polls {
            let mut polled = false;
            std::future::poll_fn(
                |_| if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending },
            )
            .await;
        }
    }
}

impl Transport for Slow {
    fn send(&self, request: http::Request<bytes::Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        Box::pin(async move {
            self.wait().await;
            let answer = Transport::send(&self.fake, request, limits).await;
            self.wait().await;
            answer
        })
    }

    fn sleep(&self, _: std::time::Duration) -> UnitFuture<'_> {
        Box::pin(self.wait())
    }

    fn unblock(&self, work: Box<dyn FnOnce() + Send>) -> UnitFuture<'_> {
        Box::pin(async move {
            self.wait().await;
            work();
            self.wait().await;
        })
    }
}

/// Dropped at every point where it waits, a write that was sent is in the journal, with its answer or without.
#[test]
fn a_write_that_is_dropped_anywhere_is_in_the_journal() {
    let (mut dropped, mut answered, mut done, mut unsent) = (0, 0, 0, 0);
    for polls in 0..60 {
        let folder = Folder::new();
        let not_sent = TransportError::new(SendStage::NotSent, TransportErrorKind::Connect);
        let fake = MockTransport::new().fail(not_sent).reply(r#"{"success": true}"#);
        let client = client(Slow { fake: fake.clone(), polls: 3 }, folder.journal());
        let mut call = Box::pin(redeem().send(&client));
        let mut context = Context::from_waker(Waker::noop());
        let ended = (0..polls).any(|_| call.as_mut().poll(&mut context).is_ready());
        drop(call);
        let stored = folder.journal().list().unwrap();
        match (ended, fake.sent().len()) {
            (true, _) => {
                assert!(stored[0].is_done());
                done += 1;
            }
            (false, 0) => unsent += 1,
            (false, _) => {
                assert_eq!(stored.len(), 1, "after {polls} polls");
                if stored[0].is_done() { answered += 1 } else { dropped += 1 }
            }
        }
    }
    assert!(done > 5 && dropped > 10 && answered > 0 && unsent > 3, "{done} {dropped} {answered} {unsent}");
}

#[test]
fn entries_are_readable_by_their_owner_alone_and_hold_no_secret() {
    let folder = Folder::new();
    let client = client(MockTransport::new().fail(cut()), folder.journal());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(runtime.block_on(redeem().send(&client.session("canary-token"))).is_err());
    let files: Vec<_> = std::fs::read_dir(&folder.0).unwrap().map(|file| file.unwrap()).collect();
    assert_eq!(files.len(), 2);
    assert!(files.iter().all(|file| !std::fs::read_to_string(file.path()).unwrap().contains("canary")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert!(files.iter().all(|file| file.metadata().unwrap().permissions().mode() & 0o777 == 0o600));
        assert_eq!(std::fs::metadata(&folder.0).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn a_broken_entry_is_told_and_an_unfinished_one_was_never_sent() {
    let folder = Folder::new();
    let journal = folder.journal();
    std::fs::write(folder.0.join("0123.tmp"), "{\"opentop").unwrap();
    assert!(journal.pending().unwrap().is_empty());
    std::fs::write(folder.0.join("0123.json"), "{\"opentop").unwrap();
    let error = journal.pending().unwrap_err().to_string();
    assert!(error.contains("0123.json") && error.contains("not a stored write"), "{error}");
}
