//! Stores of tokens that are killed, paused, stalled and cut off after any byte while four processes ask for one user's token: no refresh
//! token is sent twice, no token is lost, nothing hangs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use opentop::tokens::{AsyncTokenStore, OAuth, OAuthHost, StoreFuture, Tokens};
use opentop::transport::{ReqwestTransport, ResponseFuture, Transport, TransportLimits, TransportOptions};
use opentop::{Async, Client, DateTime, Endpoint};
use opentop_sandbox::{Sandbox, TokenLifetimes};
use opentop_stores::deadpool_postgres::{Manager, Pool};
use opentop_stores::tokio_postgres::NoTls;
use opentop_stores::{Postgres, Redis};

use crate::support::proxy::Proxy;
use crate::support::servers::Server;
use crate::support::stores::{consent, postgres};

const PROCESSES: usize = 4;
const LIFE: u32 = 3_600;
const STEP: Duration = Duration::from_millis(300);

/// The most that a process waits for a token: a few attempts to store it, each as long as a step, with pauses in between.
const DEADLINE: Duration = Duration::from_secs(15);

/// Either of the stores.
#[derive(Clone)]
enum Store {
    Postgres(Postgres),
    Redis(Redis),
}

impl AsyncTokenStore for Store {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<String>> {
        match self {
            Store::Postgres(store) => store.load(user),
            Store::Redis(store) => store.load(user),
        }
    }

    fn replace<'a>(&'a self, user: &'a str, old: Option<&'a str>, new: &'a str) -> StoreFuture<'a, bool> {
        match self {
            Store::Postgres(store) => AsyncTokenStore::replace(store, user, old, new),
            Store::Redis(store) => AsyncTokenStore::replace(store, user, old, new),
        }
    }
}

/// Counts how often each refresh token is sent.
struct Counting {
    inner: ReqwestTransport,
    sent: Arc<Mutex<HashMap<String, u32>>>,
}

impl Transport for Counting {
    fn send(&self, request: http::Request<Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        for (name, value) in form_urlencoded::parse(request.body()) {
            if name == "refresh_token" {
                *self.sent.lock().unwrap().entry(value.into_owned()).or_default() += 1;
            }
        }
        self.inner.send(request, limits)
    }
}

async fn fault(random: &mut fastrand::Rng, server: &mut Server, proxy: &Proxy) -> String {
    let time = Duration::from_millis(random.u64(20..900));
    let bytes = i64::from(random.u32(0..3_000));
    let what = match random.u32(0..8) {
        0 => {
            server.kill();
            tokio::time::sleep(time).await;
            server.start();
            "killed".to_owned()
        }
        1 => {
            server.pause();
            tokio::time::sleep(time).await;
            server.resume();
            "paused".to_owned()
        }
        2 => {
            proxy.stall(time / 2);
            tokio::time::sleep(time).await;
            "slow".to_owned()
        }
        _ => {
            proxy.cut_after(bytes);
            tokio::time::sleep(time).await;
            format!("cut off after {bytes} bytes")
        }
    };
    proxy.heal();
    format!("{what} for {time:?}")
}

/// 12 runs of a fixed seed, or `OPENTOP_CHAOS` of the seed `OPENTOP_CHAOS_SEED`.
#[tokio::test(flavor = "multi_thread")]
async fn no_token_is_refreshed_twice_and_none_is_lost() {
    let (Some(redis), Some(own)) = (Server::redis("always"), Server::postgres()) else { return };
    let number = |name: &str, usual: usize| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (runs, seed) = (number("OPENTOP_CHAOS", 12), number("OPENTOP_CHAOS_SEED", 14));
    let mut random = fastrand::Rng::with_seed(seed as u64);
    // Client and sandbox share a clock, so that a lease need not be waited for.
    let clock = Arc::new(AtomicI64::new(DateTime::now().unix_millis()));
    let time = |clock: &Arc<AtomicI64>| {
        let clock = Arc::clone(clock);
        move || DateTime::from_unix_millis(clock.load(Ordering::SeqCst)).unwrap()
    };
    let lifetimes = TokenLifetimes { expires_in: LIFE, ..TokenLifetimes::default() };
    let sandbox = Sandbox::builder().clock(time(&clock)).token_lifetimes(lifetimes).start_blocking().unwrap();
    let sent = Arc::new(Mutex::new(HashMap::new()));
    let endpoint = Endpoint::custom(&sandbox.endpoint()).unwrap();
    let inner = ReqwestTransport::new(&endpoint, &TransportOptions::new()).unwrap();
    let client = Client::builder().endpoint(endpoint).app_key(sandbox.app_key()).app_secret(sandbox.app_secret());
    let client = client.clock(time(&clock)).timeout(Duration::from_secs(5));
    let client = client.transport(Counting { inner, sent: Arc::clone(&sent) }).build().unwrap();
    let host = OAuthHost::custom(&sandbox.authorize_url(), &sandbox.token_url()).unwrap();
    let oauth = OAuth::new(&client, host, "http://127.0.0.1:9/callback");

    postgres(&own).await;
    let proxies = [Proxy::start(own.port), Proxy::start(redis.port)];
    let mut servers = [own, redis];
    let mut fleets: [Vec<Tokens<Async>>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..PROCESSES {
        let address = format!("host=127.0.0.1 port={} user=postgres dbname=postgres", proxies[0].port);
        let pool = Pool::builder(Manager::new(address.parse().unwrap(), NoTls)).max_size(4).build().unwrap();
        let kept = Store::Postgres(Postgres::new(pool).limit(STEP));
        fleets[0].push(Tokens::with_async_store(oauth.clone(), kept));
        let redis = Redis::connect(&format!("redis://127.0.0.1:{}", proxies[1].port)).await.unwrap();
        fleets[1].push(Tokens::with_async_store(oauth.clone(), Store::Redis(redis.limit(STEP))));
    }
    for run in 0..runs {
        let link = oauth.link();
        let callback = consent(&format!("{}&user={run}", link.url())).await;
        let token = oauth.exchange(link.code(&callback).unwrap()).await.unwrap();
        fleets[run % 2][0].put(&format!("user-{run}"), &token).await.unwrap();
    }
    clock.fetch_add(i64::from(LIFE) * 1_000 + 1, Ordering::SeqCst);

    let mut longest = Duration::ZERO;
    for run in 0..runs {
        let (fleet, user) = (&fleets[run % 2], format!("user-{run}"));
        let asking: Vec<_> = fleet
            .iter()
            .map(|tokens| {
                let (tokens, user) = (tokens.clone(), user.clone());
                let pause = Duration::from_millis(random.u64(0..30));
                tokio::spawn(async move {
                    tokio::time::sleep(pause).await;
                    let begun = Instant::now();
                    let _ = tokio::time::timeout(DEADLINE, tokens.token(&user)).await.expect("it hangs");
                    begun.elapsed()
                })
            })
            .collect();
        let what = fault(&mut random, &mut servers[run % 2], &proxies[run % 2]).await;
        println!("{run}: {} {what}", if run % 2 == 0 { "PostgreSQL" } else { "Redis" });
        for asked in asking {
            longest = longest.max(asked.await.unwrap());
        }
    }

    // Leases of steps whose answers were lost are over.
    clock.fetch_add(120_000, Ordering::SeqCst);
    for run in 0..runs {
        let user = format!("user-{run}");
        for tokens in &fleets[run % 2] {
            let begun = Instant::now();
            while let Err(error) = tokens.token(&user).await {
                assert!(!error.needs_authorization(), "seed {seed}: the token of {user} is lost: {error}");
                assert!(begun.elapsed() < DEADLINE * 2, "seed {seed}: {user}: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    let sent = sent.lock().unwrap();
    let twice = sent.values().filter(|times| **times > 1).count();
    println!("seed {seed}: {runs} runs, {} refreshes, {twice} sent twice, the longest wait {longest:?}", sent.len());
    assert_eq!((sent.len(), twice), (runs, 0), "seed {seed}");
}
