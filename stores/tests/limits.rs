//! One rate for many processes, and bans that all of them hear of.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentop::limit::{AsyncSlotSource, Claim, Limiter, Outage, Rate};
use opentop::{Client, Endpoint, Error};
use opentop_sandbox::{CallLimit, Event, Sandbox, SandboxBuilder};
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

/// The calls at once of one process.
const WORKERS: usize = 4;

/// One of the eight processes: this test program, started once more with what it needs in the environment. By itself it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_process_of_the_fleet() {
    let Ok(given) = std::env::var(MEMBER) else { return };
    let [port, endpoint, key, secret, millis] = given.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let slots = RedisSlots::connect(&format!("redis://127.0.0.1:{port}"), Outage::Fail).await.unwrap();
    let client = Client::builder().endpoint(Endpoint::custom(endpoint).unwrap()).app_key(key).app_secret(secret);
    let limiter = Limiter::shared_async([Rate::per_second(BUDGET)], slots);
    let client = client.limiter(limiter).timeout(Duration::from_secs(10)).build().unwrap();
    let end = Instant::now() + Duration::from_millis(millis.parse().unwrap());
    let work = |client: Client| async move {
        let mut calls = 0;
        while Instant::now() < end {
            match flows().send(&client.options().retries(opentop::RetryPolicy::none())).await {
                Ok(_) => calls += 1,
                Err(error @ Error::Gateway { .. }) => {
                    println!("refused {error}");
                    break;
                }
                Err(Error::Banned { .. }) => break,
                Err(error) => panic!("{error}"),
            }
        }
        calls
    };
    let tasks: Vec<_> = (0..WORKERS).map(|_| tokio::spawn(work(client.clone()))).collect();
    let mut calls = 0;
    for task in tasks {
        calls += task.await.unwrap();
    }
    println!("made {calls}");
}

/// What a process of the fleet is told.
const MEMBER: &str = "OPENTOP_FLEET_MEMBER";

/// Calls a second.
const BUDGET: u32 = 100;

/// Eight processes that make calls for this time.
fn processes(server: &Server, sandbox: &Sandbox, time: Duration) -> Vec<std::process::Child> {
    let (port, millis) = (server.port, time.as_millis());
    let given = format!("{port} {} {} {} {millis}", sandbox.endpoint(), sandbox.app_key(), sandbox.app_secret());
    let start = |_| {
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "limits::a_process_of_the_fleet", "--nocapture"])
            .env(MEMBER, &given)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    (0..8).map(start).collect()
}

/// How many calls a process made, and what it was refused.
fn ended(process: std::process::Child) -> (u32, Vec<String>) {
    let output = process.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    // The test's own line may stand before it.
    let made = text.lines().find_map(|line| line.split_once("made ")).unwrap().1.parse().unwrap();
    let refused = text.lines().filter_map(|line| line.split_once("refused ")).map(|(_, why)| why.to_owned()).collect();
    (made, refused)
}

/// The calls of a sandbox: when each was answered, and whether it was refused.
type Calls = Arc<Mutex<Vec<(Instant, bool)>>>;

fn noting(sandbox: SandboxBuilder) -> (Sandbox, Calls) {
    let calls = Calls::default();
    let noted = Arc::clone(&calls);
    let sandbox = sandbox.on_event(move |event| {
        if let Event::Call(call) = event {
            noted.lock().unwrap().push((Instant::now(), call.verdict != "ok"));
        }
    });
    (sandbox.start_blocking().unwrap(), calls)
}

/// Eight processes, for 4 seconds or `OPENTOP_LIMIT_SECONDS`.
#[tokio::test(flavor = "multi_thread")]
async fn eight_processes_share_one_budget_without_a_refusal() {
    let Some(server) = Server::redis("everysec") else { return };
    known(&slots(&server, Outage::Fail).await).await;
    let seconds = std::env::var("OPENTOP_LIMIT_SECONDS").map_or(4, |seconds| seconds.parse().unwrap());
    // It refuses a call that is the hundred-and-first of any second.
    let (sandbox, noted) = noting(Sandbox::builder().limit(CallLimit::per_second(BUDGET)));
    let scripts = scripts_run(&server).await;
    // The processes begin one after another: what counts begins with the last.
    let fleet = processes(&server, &sandbox, Duration::from_secs(seconds + 3));
    let ended: Vec<_> = tokio::task::spawn_blocking(|| fleet.into_iter().map(ended).collect()).await.unwrap();
    let calls: u32 = ended.iter().map(|(calls, _)| calls).sum();
    let refused: Vec<_> = ended.into_iter().flat_map(|(_, refused)| refused).collect();
    let noted = std::mem::take(&mut *noted.lock().unwrap());
    let (first, last) = (noted[0].0 + Duration::from_secs(2), noted[noted.len() - 1].0 - Duration::from_millis(500));
    let counted = noted.iter().filter(|(at, _)| (first..last).contains(at)).count();
    let used = counted as f64 / (last - first).as_secs_f64() / f64::from(BUDGET);
    let trips = f64::from(scripts_run(&server).await - scripts) / f64::from(calls);
    println!(
        "8 processes, {calls} calls: {used:.3} of the budget, {} refused, {trips:.3} round trips to Redis a call",
        refused.len()
    );
    assert!(refused.is_empty(), "{refused:?}");
    // A busy machine lets turns go by.
    assert!(used >= if seconds >= 30 { 0.95 } else { 0.5 }, "{used}");
}

/// A ban that one process is told of stops the other seven.
#[tokio::test(flavor = "multi_thread")]
async fn a_ban_stops_eight_processes() {
    let Some(server) = Server::redis("everysec") else { return };
    known(&slots(&server, Outage::Fail).await).await;
    let (sandbox, noted) = noting(Sandbox::builder());
    let fleet = processes(&server, &sandbox, Duration::from_secs(20));
    // Until all of them have begun.
    let begun = Instant::now();
    while sandbox.received().len() < 300 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{} calls", sandbox.received().len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sandbox.push_faults(vec!["ban=60".parse().unwrap()]);
    let ended: Vec<_> = tokio::task::spawn_blocking(|| fleet.into_iter().map(ended).collect()).await.unwrap();
    let refused: Vec<_> = ended.into_iter().flat_map(|(_, refused)| refused).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    let noted = noted.lock().unwrap();
    let told = noted.iter().find(|(_, refused)| *refused).unwrap().0;
    let after: Vec<_> = noted.iter().filter(|(at, _)| *at > told).map(|(at, _)| *at - told).collect();
    println!("8 processes: {} calls after the ban was told, the last {:?} after", after.len(), after.iter().max());
    assert!(after.iter().all(|after| *after < Duration::from_millis(100)), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_that_one_is_told_stops_all() {
    let Some(server) = Server::redis("everysec") else { return };
    let sandbox = Sandbox::start().await.unwrap();
    let fleet = fleet(&server, &sandbox, 1_000).await;
    known(&slots(&server, Outage::Fail).await).await;
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
        client(&sandbox).limiter(limiter).timeout(Duration::from_secs(3)).build().unwrap()
    };
    let (failing, sharing) = (with(slots(&server, Outage::Fail).await), with(slots(&server, Outage::Share(8)).await));
    known(&slots(&server, Outage::Fail).await).await;
    flows().send(&failing).await.unwrap();
    flows().send(&sharing).await.unwrap();
    server.pause();
    let begun = Instant::now();
    // For two seconds it has what it was lent.
    let error = loop {
        match flows().send(&failing).await {
            Ok(_) => assert!(begun.elapsed() < Duration::from_secs(3), "its lease does not end"),
            Err(error) => break error,
        }
    };
    assert!(matches!(&error, Error::Limited(limited) if limited.wait().is_none()), "{error}");
    let begun = Instant::now();
    for _ in 0..12 {
        flows().send(&sharing).await.unwrap();
    }
    // An eighth of 80 a second: ten a second, and the time that Redis was waited for.
    assert!((1_000..3_500).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    server.resume();
    server.kill();
    assert!(matches!(flows().send(&failing).await, Err(Error::Limited(_))));
    server.start();
    let begun = Instant::now();
    while flows().send(&failing).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not come back");
    }
}

fn claim(holder: &str, number: u64, holds: u32, wants: u32) -> Claim {
    Claim { holder: holder.to_owned(), number, holds, wants, back: Vec::new() }
}

/// Waits until the server has been up for long enough to know that nobody holds anything.
async fn known(slots: &RedisSlots) {
    for number in 1.. {
        if slots.lend("warm", 1, &claim("warm", number, 0, 1)).await.unwrap().granted == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What is lent is never more than there is, whoever asks in whatever order, again, or late.
#[tokio::test]
async fn permits_are_lent_once() {
    let Some(server) = Server::redis("everysec") else { return };
    let slots = slots(&server, Outage::Fail).await;
    let refused = slots.lend("k", 10, &claim("a", 1, 0, 4)).await.unwrap();
    assert_eq!(refused.granted, 0, "what was lent before the server started is not known yet");
    known(&slots).await;
    let lend = |claim: Claim| {
        let slots = slots.clone();
        async move {
            let lease = slots.lend("k", 10, &claim).await.unwrap();
            (lease.granted, lease.most)
        }
    };
    assert_eq!(lend(claim("a", 2, 0, 4)).await, (4, 10));
    assert_eq!(lend(claim("a", 2, 0, 4)).await, (4, 10), "it comes again");
    assert_eq!(lend(claim("a", 1, 0, 9)).await, (0, 10), "it comes late");
    assert_eq!(lend(claim("a", 3, 4, 20)).await, (6, 10), "nobody else wants any");
    let (granted, _) = lend(claim("b", 1, 0, 20)).await;
    assert_eq!(granted, 0);
    assert_eq!(lend(claim("a", 4, 10, 20)).await, (0, 5), "half is for the other");
    let gives = Claim { back: vec![(Duration::from_millis(300), 2)], ..claim("a", 5, 5, 5) };
    assert_eq!(lend(gives).await, (0, 10));
    assert_eq!(lend(claim("b", 2, 0, 20)).await.0, 3, "two of those that were given back rest still");
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(lend(claim("b", 3, 3, 20)).await.0, 2);
    // `a` dies: its own come back four seconds after it was last heard.
    let begun = Instant::now();
    let mut held = 5;
    for number in 4.. {
        held += lend(claim("b", number, held, 20)).await.0;
        if held == 10 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "they do not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(begun.elapsed() > Duration::from_secs(3), "{:?}", begun.elapsed());
}
