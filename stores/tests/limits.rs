//! One rate for many processes, and bans that all of them hear of.

use std::sync::Arc;
use std::time::{Duration, Instant};

use opentop::limit::{AsyncSlotSource, Limiter, Outage, Rate};
use opentop::{Client, Error};
use opentop_sandbox::{CallLimit, Sandbox};
use opentop_stores::RedisSlots;

use crate::support::servers::Server;
use crate::support::stores::{client, flows};

async fn slots(server: &Server, outage: Outage) -> RedisSlots {
    RedisSlots::connect(&format!("redis://127.0.0.1:{}", server.port), outage).await.unwrap()
}

/// Clients as eight processes have them: nothing in common but Redis.
async fn fleet(server: &Server, sandbox: &Sandbox, rate: u32) -> Vec<Client> {
    let mut fleet = Vec::new();
    for _ in 0..8 {
        let limiter = Limiter::shared_async([Rate::per_second(rate)], slots(server, Outage::Fail).await);
        fleet.push(client(sandbox).limiter(limiter).timeout(Duration::from_secs(5)).build().unwrap());
    }
    fleet
}

/// How many scripts the server has run: each is one round trip.
async fn scripts_run(server: &Server) -> u32 {
    let client = opentop_stores::redis_client::Client::open(format!("redis://127.0.0.1:{}", server.port)).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let stats: String =
        opentop_stores::redis_client::cmd("INFO").arg("commandstats").query_async(&mut connection).await.unwrap();
    let calls = |line: &str| line.split_once(":calls=")?.1.split(',').next()?.parse::<u32>().ok();
    stats.lines().filter(|line| line.starts_with("cmdstat_eval")).filter_map(calls).sum()
}

/// Four seconds, at four fifths of the budget: the machines of a test may be late. With `OPENTOP_LIMIT_SECONDS`, that many seconds at
/// the whole budget, on a quiet machine.
#[tokio::test(flavor = "multi_thread")]
async fn eight_share_one_budget_without_a_refusal() {
    let Some(server) = Server::redis("everysec") else { return };
    let (seconds, rate) = match std::env::var("OPENTOP_LIMIT_SECONDS") {
        Ok(seconds) => (seconds.parse().unwrap(), 100),
        Err(_) => (4, 80),
    };
    let sandbox = Sandbox::builder().limit(CallLimit::per_second(100)).start_blocking().unwrap();
    let fleet = fleet(&server, &sandbox, rate).await;
    let end = Instant::now() + Duration::from_secs(seconds);
    let tasks: Vec<_> = fleet
        .iter()
        .flat_map(|client| (0..4).map(move |_| client.clone()))
        .map(|client| {
            tokio::spawn(async move {
                let mut calls = 0;
                while Instant::now() < end {
                    flows().send(&client.options().retries(opentop::RetryPolicy::none())).await.unwrap();
                    calls += 1;
                }
                calls
            })
        })
        .collect();
    let mut calls = 0;
    for task in tasks {
        calls += task.await.unwrap();
    }
    let used = f64::from(calls) / (seconds * u64::from(rate)) as f64;
    let trips = f64::from(scripts_run(&server).await) / f64::from(calls);
    println!(
        "{calls} calls in {seconds} s: {used:.3} of the budget, none refused, {trips:.3} round trips to Redis a call"
    );
    // A busy machine lets turns go by.
    assert!(used >= if rate == 100 { 0.95 } else { 0.5 }, "{used}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_that_one_is_told_stops_all() {
    let Some(server) = Server::redis("everysec") else { return };
    let sandbox = Sandbox::start().await.unwrap();
    let fleet = fleet(&server, &sandbox, 1_000).await;
    for client in &fleet {
        flows().send(client).await.unwrap();
    }
    sandbox.push_faults(vec!["ban=60".parse().unwrap()]);
    let told = flows().send(&fleet[0]).await.unwrap_err();
    assert_eq!(told.ban_seconds(), Some(60), "{told}");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let sent = sandbox.received().len();
    for client in &fleet {
        let error = flows().send(client).await.unwrap_err();
        assert!(matches!(&error, Error::Banned { left, .. } if *left > Duration::from_secs(55)), "{error}");
    }
    assert_eq!(sandbox.received().len(), sent, "nothing was sent");
    // Who comes later learns of it too.
    let late = Limiter::shared_async([], slots(&server, Outage::Fail).await);
    let late = client(&sandbox).limiter(late).build().unwrap();
    let begun = Instant::now();
    while flows().send(&late).await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(1), "it has not heard of the ban");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_calls_fail_in_time_or_go_on_with_their_share() {
    let Some(mut server) = Server::redis("everysec") else { return };
    let sandbox = Sandbox::start().await.unwrap();
    let with = |slots| {
        let limiter = Limiter::shared_async([Rate::per_second(80)], slots);
        client(&sandbox).limiter(limiter).timeout(Duration::from_secs(2)).build().unwrap()
    };
    let (failing, sharing) = (with(slots(&server, Outage::Fail).await), with(slots(&server, Outage::Share(8)).await));
    flows().send(&failing).await.unwrap();
    flows().send(&sharing).await.unwrap();
    server.pause();
    let begun = Instant::now();
    let error = flows().send(&failing).await.unwrap_err();
    assert!(matches!(&error, Error::Limited(limited) if limited.wait().is_none()), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let begun = Instant::now();
    for _ in 0..5 {
        flows().send(&sharing).await.unwrap();
    }
    // An eighth of 80 a second: a tenth of a second each, and the time that Redis was waited for.
    assert!((400..2_500).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    server.resume();
    server.kill();
    assert!(matches!(flows().send(&failing).await, Err(Error::Limited(_))));
    server.start();
    let begun = Instant::now();
    while flows().send(&failing).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not come back");
    }
}

/// Every turn is given once, also where requests come again.
#[tokio::test]
async fn turns_are_given_once() {
    let Some(server) = Server::redis("everysec") else { return };
    let spacing = Duration::from_millis(10);
    let sources: Vec<_> = [slots(&server, Outage::Fail).await, slots(&server, Outage::Fail).await].map(Arc::new).into();
    let begun = Instant::now();
    let mut turns = Vec::new();
    for n in 0..20 {
        let asked = begun.elapsed();
        let taken = sources[n % 2].take("k", spacing, 5).await.unwrap();
        assert_eq!(taken.len(), 5);
        turns.extend(taken.into_iter().map(|turn| asked + turn));
    }
    // By the server's clock they lie exactly apart; the way to it takes some time.
    for pair in turns.windows(2) {
        let apart = pair[1].saturating_sub(pair[0]);
        assert!(apart > spacing / 2 && apart < spacing * 3, "{apart:?}");
    }
    assert!(turns.last().unwrap().as_millis() >= 990, "100 turns take a second");
}
