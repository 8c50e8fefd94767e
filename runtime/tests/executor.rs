//! Async calls never block the executor: not on a journal, not on a file, not on a wait. And they need no threads of their own.
//!
//! Each test runs on one thread. The blocking work goes on only when another task of that thread has run meanwhile.

#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use opentop_runtime::error::JournalError;
use opentop_runtime::transport::{
    MockTransport, ReqwestTransport, ResponseFuture, SendStage, Transport, TransportError, TransportErrorKind,
    TransportLimits, TransportOptions, UnitFuture,
};
use opentop_runtime::{Client, Effect, Endpoint, File, Journal, Parameters, RetryPolicy, StoredWrite};

const METHOD: &str = "taobao.example.gift.count";
const ANSWER: &str = r#"{"example_gift_count_response": {"request_id": "r1"}}"#;

/// Counts how often another task of the executor has run.
#[derive(Clone, Default)]
struct Ticks(Arc<AtomicU64>);

impl Ticks {
    fn start() -> Self {
        let ticks = Self::default();
        let counted = ticks.clone();
        tokio::spawn(async move {
            loop {
                counted.0.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        ticks
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Blocks this thread until the other task has run a few times more. On the executor's thread that would never be.
    fn wait(&self) {
        let (from, started) = (self.now(), Instant::now());
        while self.now() < from + 3 {
            assert!(started.elapsed() < Duration::from_secs(10), "the executor was blocked");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A journal that goes on when the executor has.
struct SlowJournal(Ticks, Arc<AtomicUsize>);

impl SlowJournal {
    fn work(&self) {
        self.0.wait();
        self.1.fetch_add(1, Ordering::SeqCst);
    }
}

impl Journal for SlowJournal {
    fn save(&self, _: &StoredWrite) -> Result<(), JournalError> {
        self.work();
        Ok(())
    }
    fn replace(&self, _: &StoredWrite, _: &StoredWrite) -> Result<bool, JournalError> {
        self.work();
        Ok(true)
    }
    fn remove(&self, _: &str) -> Result<(), JournalError> {
        self.work();
        Ok(())
    }
    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        Ok(Vec::new())
    }
}

/// A gateway that answers every call after a moment.
fn gateway() -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut chunk = [0; 4096];
            let mut seen = Vec::new();
            // The signature comes last: 64 digits in a form, a part of its own in an upload.
            while !(String::from_utf8_lossy(&seen).contains("&sign=") || seen.ends_with(b"--\r\n")) {
                match stream.read(&mut chunk) {
                    Ok(0) | Err(_) => break,
                    Ok(length) => seen.extend_from_slice(&chunk[..length]),
                }
            }
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", ANSWER.len());
            drop(stream.write_all(format!("{head}{ANSWER}").as_bytes()));
        }
    });
    Endpoint::custom(&format!("http://127.0.0.1:{port}/router/rest")).unwrap()
}

fn over_reqwest() -> (Endpoint, ReqwestTransport) {
    let endpoint = gateway();
    let transport = ReqwestTransport::new(&endpoint, &TransportOptions::new()).unwrap();
    (endpoint, transport)
}

fn client(transport: impl Transport + 'static, endpoint: Endpoint, journal: Option<SlowJournal>) -> Client {
    let builder = Client::builder().app_key("1").app_secret("s").endpoint(endpoint).transport(transport);
    let builder = builder.retries(RetryPolicy::default().initial_backoff(Duration::from_millis(50)));
    match journal {
        Some(journal) => builder.journal(journal).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

/// Makes the file that a call uploads just before the blocking work begins: whoever reads it elsewhere finds none.
struct FileMaker<T>(T, PathBuf, Ticks);

impl<T: Transport> Transport for FileMaker<T> {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        self.0.send(request, limits)
    }
    fn unblock(&self, work: Box<dyn FnOnce() + Send>) -> UnitFuture<'_> {
        let (path, ticks) = (self.1.clone(), self.2.clone());
        self.0.unblock(Box::new(move || {
            std::fs::write(path, b"content").unwrap();
            ticks.wait();
            work();
        }))
    }
}

#[tokio::test]
async fn a_journal_blocks_no_executor() {
    let (endpoint, reqwest) = over_reqwest();
    let mock = MockTransport::new().reply(ANSWER);
    for transport in [Arc::new(mock) as Arc<dyn Transport>, Arc::new(reqwest)] {
        let (ticks, calls) = (Ticks::start(), Arc::new(AtomicUsize::new(0)));
        let client = client(transport, endpoint.clone(), Some(SlowJournal(ticks, Arc::clone(&calls))));
        let parameters = Parameters::from_pairs([("gift_id", "42")]).unwrap();
        client.call_untyped(METHOD, Effect::Write, parameters).await.unwrap();
        assert!(calls.load(Ordering::SeqCst) >= 2, "saved and removed");
    }
}

#[tokio::test]
async fn a_file_is_read_off_the_executor() {
    let path = std::env::temp_dir().join(format!("opentop-upload-{}", std::process::id()));
    let (endpoint, reqwest) = over_reqwest();
    let mock = MockTransport::new().reply(ANSWER);
    for transport in [Arc::new(mock) as Arc<dyn Transport>, Arc::new(reqwest)] {
        drop(std::fs::remove_file(&path));
        let client = client(FileMaker(transport, path.clone(), Ticks::start()), endpoint.clone(), None);
        let mut parameters = Parameters::from_pairs([("gift_id", "42")]).unwrap();
        parameters.add_file("image", File::from_path(&path)).unwrap();
        client.call_untyped(METHOD, Effect::Read, parameters).await.unwrap();
    }
    std::fs::remove_file(&path).unwrap();
}

/// Fails and is called again after the wait that the trait provides.
struct Failing(Arc<AtomicUsize>);

impl Transport for Failing {
    fn send(&self, _: http::Request<Bytes>, _: TransportLimits) -> ResponseFuture<'_> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Err(TransportError::new(SendStage::NotSent, TransportErrorKind::Connect)) })
    }
}

#[tokio::test]
async fn waits_between_attempts_block_no_executor_and_hold_no_thread() {
    let (ticks, sent) = (Ticks::start(), Arc::new(AtomicUsize::new(0)));
    let client = client(Failing(Arc::clone(&sent)), gateway(), None);
    let parameters = || Parameters::from_pairs([("gift_id", "42")]).unwrap();
    // Starts what a process starts once.
    drop(client.call_untyped(METHOD, Effect::Read, parameters()).await);
    let before = (threads(), ticks.now(), sent.load(Ordering::SeqCst));
    let client = Client::builder().app_key("1").app_secret("s").transport(Failing(Arc::clone(&sent)));
    let policy = RetryPolicy::default().initial_backoff(Duration::from_millis(200));
    let budget = opentop_runtime::RetryBudget::unlimited();
    let client = client.retries(policy).retry_budget(budget).build().unwrap();
    let calls: Vec<_> =
        (0..100).map(|_| tokio::spawn(client.call_untyped(METHOD, Effect::Read, parameters()))).collect();
    let (started, mut most) = (Instant::now(), 0);
    for call in calls {
        most = most.max(threads());
        assert!(call.await.unwrap().is_err());
    }
    assert_eq!(sent.load(Ordering::SeqCst) - before.2, 300, "three attempts each");
    // One after the other the waits would take about 30 seconds.
    assert!(ticks.now() > before.1 && started.elapsed() < Duration::from_secs(10), "the executor was blocked");
    assert!(most <= before.0 + 20, "{} threads, then {most}", before.0);
}

/// How many threads this process has. Tests that run beside this one have a few, too.
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}
