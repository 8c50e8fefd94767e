//! Many messages through a proxy that cuts connections at any byte, with restarts on both sides and failing handlers.
//!
//! `OPENTOP_TMC_MESSAGES=1000000 cargo test --release -p opentop-tests --test main tmc::soak -- --nocapture` runs the full count.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use opentop_runtime::tmc::{Consumer, Message, Running};
use opentop_sandbox::tmc::{PushedMessage, TmcOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SEED: u64 = 0x0007_ac5e;

fn count() -> usize {
    std::env::var("OPENTOP_TMC_MESSAGES").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000)
}

/// A generator that needs no crate: xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Carries bytes both ways, and cuts each connection after a random number of them.
async fn proxy(to: SocketAddr, budget: u64, cuts: Arc<AtomicU64>, calm: Arc<AtomicBool>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut random = Random(SEED);
        while let Ok((client, _)) = listener.accept().await {
            let Ok(server) = TcpStream::connect(to).await else { continue };
            // Every eighth one dies in the handshake or soon after.
            let most = if random.below(8) == 0 { 600 } else { budget };
            let left = if calm.load(Ordering::Relaxed) { u64::MAX } else { random.below(most) };
            let left = Arc::new(AtomicU64::new(left));
            let (client_read, client_write) = client.into_split();
            let (server_read, server_write) = server.into_split();
            let cuts = Arc::clone(&cuts);
            tokio::spawn(async move {
                tokio::select! {
                    () = carry(client_read, server_write, &left) => {}
                    () = carry(server_read, client_write, &left) => {}
                }
                cuts.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    address
}

async fn carry(mut from: tokio::net::tcp::OwnedReadHalf, mut to: tokio::net::tcp::OwnedWriteHalf, left: &AtomicU64) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let before =
            left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(read as u64)));
        let may = usize::try_from(before.unwrap_or(0)).unwrap_or(usize::MAX).min(read);
        if to.write_all(&buffer[..may]).await.is_err() || may < read {
            return;
        }
    }
}

/// Stops a consumer. One that does not stop is a failure, not a test that hangs.
async fn stop(running: Running) {
    tokio::time::timeout(Duration::from_secs(60), running.stop()).await.expect("it does not stop").unwrap();
}

/// The process's memory now, in KiB. `None` where the system does not tell.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_is_handled_and_confirmed_whatever_breaks() {
    let count = count();
    let options = TmcOptions::default().redeliver_after(Duration::from_millis(500));
    let server = options.retry_after(Duration::from_millis(50)).start().unwrap();
    let (cuts, calm) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let to = server.url().trim_start_matches("ws://").trim_end_matches('/').parse().unwrap();
    // About ten cuts of a small run, and more than a hundred of a large one.
    let address = proxy(to, (count as u64 * 600 / 4).min(8 << 20), Arc::clone(&cuts), Arc::clone(&calm)).await;
    // How often each message was handled, and how often that succeeded.
    let (handled, done): (Arc<[AtomicU8]>, Arc<[AtomicU8]>) =
        ((0..count).map(|_| AtomicU8::new(0)).collect(), (0..count).map(|_| AtomicU8::new(0)).collect());
    // Whether the server has counted a failure: one that is told into a cut never arrives.
    let told = Arc::new(AtomicBool::new(false));
    let begin = || {
        let (handled, done, told) = (Arc::clone(&handled), Arc::clone(&done), Arc::clone(&told));
        let builder = Consumer::builder().url(format!("ws://{address}/")).app_key("12345678").app_secret("helloworld");
        builder.concurrency(64).build().unwrap().start(move |message: Message| {
            let number: usize = message.content().parse().unwrap();
            let times = handled[number].fetch_add(1, Ordering::Relaxed);
            // One in 64 fails the first time, and again until the server knows of a failure.
            let fails = number % 64 == 7 && (times == 0 || !told.load(Ordering::Relaxed));
            let result = if fails { Err("not yet") } else { Ok(()) };
            if result.is_ok() {
                done[number].fetch_add(1, Ordering::Relaxed);
            }
            async move { result }
        })
    };
    let before = memory();
    let begun = Instant::now();
    let (mut running, mut pushed, mut restarts, mut largest) = (begin(), 0, 0, 0);
    let mut shown = Instant::now();
    loop {
        let counts = server.counts();
        while pushed < count && (pushed as u64) < counts.confirmed + 5_000 {
            server.push("default", PushedMessage::new("soak", pushed.to_string()));
            pushed += 1;
        }
        largest = largest.max(memory().unwrap_or(0));
        told.store(counts.failed > 0, Ordering::Relaxed);
        if counts.confirmed == count as u64 {
            break;
        }
        // A restart on one side after each eighth, in turns; the last sixteenth runs in peace.
        if counts.confirmed * 8 / count as u64 > restarts {
            restarts += 1;
            if restarts % 2 == 0 {
                server.restart();
            } else {
                let old = std::mem::replace(&mut running, begin());
                if restarts % 4 == 1 { stop(old).await } else { drop(old) }
            }
        }
        calm.store(counts.confirmed * 16 / count as u64 >= 15, Ordering::Relaxed);
        if shown.elapsed() > Duration::from_secs(10) {
            shown = Instant::now();
            eprintln!("{:?} {counts:?} {} KiB", begun.elapsed(), memory().unwrap_or(0));
        }
        assert!(begun.elapsed() < Duration::from_secs(300 + count as u64 / 500), "it does not end: {counts:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    stop(running).await;
    let counts = server.counts();
    eprintln!(
        "{count} messages in {:?}: {counts:?}, {} cuts, {restarts} restarts, memory {before:?} KiB before, at most {largest} KiB, {:?} KiB now",
        begun.elapsed(),
        cuts.load(Ordering::Relaxed),
        memory()
    );
    let lost = done.iter().filter(|done| done.load(Ordering::Relaxed) == 0).count();
    assert_eq!((lost, counts.open), (0, 0), "confirmed without being handled, or lost");
    if let Some(before) = before {
        assert!(largest < before + (64 << 10), "memory grew from {before} to {largest} KiB");
    }
    assert!(counts.failed > 0 && cuts.load(Ordering::Relaxed) > 0, "{counts:?}");
}
