//! Workers are killed, PostgreSQL and Redis are killed, paused, stalled and cut off after any byte, in the order of a seed.
//!
//! Nothing is debited twice, no outcome is lost, nothing hangs: each run is a few deductions, a fault at its own moment, and a deadline by which
//! they must have ended.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use opentop_fleet::queue::{Counts, Queue};
use opentop_fleet::settings::Settings;
use opentop_fleet::worker::METHOD;
use opentop_sandbox::{Fault, Ledger, Sandbox};
use opentop_stores::Postgres;
use opentop_stores::deadpool_postgres::{Manager, Pool};
use opentop_stores::tokio_postgres::NoTls;
use tokio::time::sleep;

use crate::proxy::Proxy;
use crate::servers::Server;

const WORKERS: u32 = 4;
const OPENING: i64 = 1_000_000_000;

/// After the last fault: the lease of an entry is the call's timeout and a minute.
const SETTLES: Duration = Duration::from_secs(150);

struct Stage {
    postgres: Server,
    redis: Server,
    to_postgres: Proxy,
    to_redis: Proxy,
    settings: Settings,
    workers: Vec<Child>,
}

impl Stage {
    fn start_worker(&self, number: usize) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fleet"));
        self.settings.tell(command.args(["worker", &format!("worker-{number}")]));
        command.stderr(Stdio::null()).spawn().unwrap()
    }

    /// One fault, and its end.
    async fn fault(&mut self, random: &mut fastrand::Rng, sandbox: &Sandbox) -> String {
        let time = Duration::from_millis(random.u64(50..1_500));
        let bytes = i64::from(random.u32(0..4_000));
        match random.u32(0..10) {
            0..=2 => {
                let number = random.usize(0..self.workers.len());
                self.workers[number].kill().unwrap();
                self.workers[number].wait().unwrap();
                self.workers[number] = self.start_worker(number);
                format!("worker-{number} killed")
            }
            3 => {
                self.postgres.kill();
                sleep(time).await;
                self.postgres.start();
                format!("PostgreSQL killed for {time:?}")
            }
            4 => {
                self.redis.kill();
                sleep(time).await;
                self.redis.start();
                format!("Redis killed for {time:?}")
            }
            5 => {
                self.postgres.pause();
                sleep(time).await;
                self.postgres.resume();
                format!("PostgreSQL paused for {time:?}")
            }
            6 => {
                self.redis.pause();
                sleep(time).await;
                self.redis.resume();
                format!("Redis paused for {time:?}")
            }
            7 => {
                self.to_postgres.cut_after(bytes);
                sleep(time).await;
                self.to_postgres.heal();
                format!("PostgreSQL cut off after {bytes} bytes for {time:?}")
            }
            8 => {
                self.to_redis.cut_after(bytes);
                sleep(time).await;
                self.to_redis.heal();
                format!("Redis cut off after {bytes} bytes for {time:?}")
            }
            _ => {
                sandbox.push_faults(vec![Fault::Reset { executed: true }, Fault::Reset { executed: false }]);
                self.to_postgres.stall(time / 4);
                sleep(time).await;
                self.to_postgres.heal();
                format!("answers of the gateway lost, PostgreSQL slower by {:?} for {time:?}", time / 4)
            }
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for worker in &mut self.workers {
            let _ = worker.kill();
            let _ = worker.wait();
        }
    }
}

async fn counts(queue: &Queue) -> Counts {
    let begun = Instant::now();
    loop {
        match queue.counts().await {
            Ok(counts) => return counts,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(20), "{error}"),
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// What each run puts in.
const EACH: i64 = 20;

/// Deductions, and a fault while they are under way.
struct Run {
    what: String,
    /// When the fault was over.
    over: Instant,
    /// How long after it the last of its deductions ended.
    settled: Option<Duration>,
}

/// Ends the runs whose deductions have ended, all below the oldest that is open. Each has its own deadline.
fn settle(runs: &mut [Run], oldest_open: Option<i64>, seed: u64) {
    for (number, run) in runs.iter_mut().enumerate().filter(|(_, run)| run.settled.is_none()) {
        let last = i64::try_from(number + 1).unwrap() * EACH;
        let waited = run.over.elapsed();
        if oldest_open.is_none_or(|open| open > last) {
            run.settled = Some(waited);
        }
        let what = &run.what;
        assert!(
            run.settled.is_some() || waited < SETTLES,
            "seed {seed}, run {}: does not end after {what}",
            number + 1
        );
    }
}

/// The place of the oldest deduction that has not ended, from 1.
async fn oldest_open(postgres: &str) -> Option<i64> {
    let begun = Instant::now();
    loop {
        match ask_oldest(postgres).await {
            Ok(oldest) => return oldest,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(20), "{error}"),
        }
        sleep(Duration::from_millis(50)).await;
    }
}

async fn ask_oldest(postgres: &str) -> Result<Option<i64>, opentop_stores::tokio_postgres::Error> {
    let (client, connection) = opentop_stores::tokio_postgres::connect(postgres, NoTls).await?;
    let carrying = tokio::spawn(connection);
    // A sequence leaves gaps behind a crash: the place in the order counts, and not the number.
    let statement = "select min(place) from (select state, row_number() over (order by id) place from deductions) placed \
        where state not in ('done', 'failed')";
    let oldest = client.query_one(statement, &[]).await.map(|row| row.get(0));
    carrying.abort();
    oldest
}

/// 12 runs of a fixed seed, or `OPENTOP_CHAOS` of the seed `OPENTOP_CHAOS_SEED`: about a second each, and two minutes at the end.
///
/// `OPENTOP_CHAOS=500 cargo test -p opentop-fleet --features servers --test main chaos -- --nocapture`
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_twice_and_nothing_is_lost_under_chaos() {
    let (Some(redis), Some(postgres)) = (Server::redis("everysec"), Server::postgres()) else { return };
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (count, seed) = (number("OPENTOP_CHAOS", 12), number("OPENTOP_CHAOS_SEED", 14));
    let mut random = fastrand::Rng::with_seed(seed);
    let ledger = Ledger::new("param_dedut_open_req.card_id", "param_dedut_open_req.value", OPENING);
    let sandbox = Sandbox::builder().ledger(METHOD, ledger).start_blocking().unwrap();
    let (to_postgres, to_redis) = (Proxy::start(postgres.port), Proxy::start(redis.port));
    let settings = Settings {
        postgres: format!("host=127.0.0.1 port={} user=postgres dbname=postgres", to_postgres.port),
        redis: format!("redis://127.0.0.1:{}", to_redis.port),
        endpoint: sandbox.endpoint(),
        app_key: sandbox.app_key().to_owned(),
        app_secret: sandbox.app_secret().to_owned(),
        rate: 200,
        workers: WORKERS,
        timeout: Duration::from_secs(2),
    };
    // The observer's own way to PostgreSQL is never cut.
    let own = format!("host=127.0.0.1 port={} user=postgres dbname=postgres", postgres.port);
    let queue = Queue::new(&own, Duration::from_secs(5), settings.lease()).unwrap();
    let pool = Pool::builder(Manager::new(own.parse().unwrap(), NoTls)).max_size(2).build().unwrap();
    let journal = Postgres::new(pool);
    while let Err(error) = journal.migrate().await {
        eprintln!("{error}");
        sleep(Duration::from_millis(100)).await;
    }
    queue.migrate().await.unwrap();
    let mut stage = Stage { postgres, redis, to_postgres, to_redis, settings, workers: Vec::new() };
    stage.workers = (0..WORKERS as usize).map(|number| stage.start_worker(number)).collect();

    let begun = Instant::now();
    let mut runs = Vec::new();
    for run in 1..=count {
        while let Err(error) = queue.fill(EACH).await {
            eprintln!("{error}");
        }
        sleep(Duration::from_millis(random.u64(0..200))).await;
        let what = stage.fault(&mut random, &sandbox).await;
        println!("{run}: {what}");
        runs.push(Run { what, over: Instant::now(), settled: None });
        settle(&mut runs, oldest_open(&own).await, seed);
    }
    while runs.iter().any(|run| run.settled.is_none()) {
        sleep(Duration::from_millis(100)).await;
        settle(&mut runs, oldest_open(&own).await, seed);
    }
    let (ended, put_in) = (counts(&queue).await, EACH * i64::try_from(count).unwrap());
    let slowest = runs.iter().max_by_key(|run| run.settled).unwrap();
    println!(
        "seed {seed}: {count} runs, {ended:?}, {:.1} s; the slowest settled {:.1?} after \"{}\"",
        begun.elapsed().as_secs_f64(),
        slowest.settled.unwrap(),
        slowest.what
    );
    assert_eq!((ended.done, ended.failed), (put_in, 0), "seed {seed}");
    let executions = sandbox.executions(METHOD);
    let twice: Vec<_> = executions.iter().filter(|(_, times)| *times != 1).collect();
    assert!(twice.is_empty(), "seed {seed}: {twice:?}");
    assert_eq!(i64::try_from(executions.len()).unwrap(), put_in, "seed {seed}");
    let taken: i64 = (0..10)
        .filter_map(|card| sandbox.balance(METHOD, &format!("card-{card}")))
        .map(|left| OPENING - i64::try_from(left).unwrap())
        .sum();
    assert_eq!(taken, put_in, "seed {seed}: the cards paid for each once");
    // What PostgreSQL stored late, and was never sent, goes too.
    let ending = Instant::now();
    while !opentop::AsyncJournal::list(&journal).await.unwrap().is_empty() {
        assert!(ending.elapsed() < SETTLES, "seed {seed}: entries stay in the journal");
        sleep(Duration::from_millis(200)).await;
    }
}
