//! `fleet [DEDUCTIONS]`: starts the workers and shows what they do. `fleet worker NAME` is one of them.
//!
//! Without settings it starts a PostgreSQL, a Redis and a sandbox of its own, and ends when all deductions have ended.

#[allow(clippy::unwrap_used, clippy::panic, dead_code)]
#[path = "../../../stores/tests/support/servers.rs"]
mod servers;

use std::process::{Child, Command, ExitCode};
use std::time::Duration;

use opentop::limit::Outage;
use opentop_fleet::AnyError;
use opentop_fleet::dashboard::Dashboard;
use opentop_fleet::queue::{Counts, Queue};
use opentop_fleet::settings::Settings;
use opentop_fleet::worker::{METHOD, Worker};
use opentop_sandbox::{CallLimit, Ledger, Sandbox};
use opentop_stores::{Postgres, RedisSlots};
use servers::Server;
use tokio::time::{Instant, sleep};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["worker", name] => work(name).await,
        [] => fleet(2_000).await,
        [count] => match count.parse() {
            Ok(count) => fleet(count).await,
            Err(_) => Err("expected `fleet` or `fleet DEDUCTIONS`".into()),
        },
        _ => Err("expected `fleet` or `fleet DEDUCTIONS`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn work(name: &str) -> Result<(), AnyError> {
    Worker::start(&Settings::from_env()?, name).await?.run().await;
    Ok(())
}

/// What the demonstration starts. It ends with this.
struct Demo {
    _postgres: Server,
    _redis: Server,
    sandbox: Sandbox,
}

impl Demo {
    async fn start() -> Result<(Self, Settings), AnyError> {
        let missing =
            "PostgreSQL and Redis are not installed: set FLEET_POSTGRES and FLEET_REDIS, and OPENTOP_… for a gateway";
        let (Some(redis), Some(postgres)) = (Server::redis("everysec"), Server::postgres()) else {
            return Err(missing.into());
        };
        let ledger = Ledger::new("param_dedut_open_req.card_id", "param_dedut_open_req.value", 1_000_000);
        let sandbox = Sandbox::builder().limit(CallLimit::per_second(100)).ledger(METHOD, ledger).start().await?;
        let settings = Settings {
            postgres: format!("host=127.0.0.1 port={} user=postgres dbname=postgres", postgres.port),
            redis: format!("redis://127.0.0.1:{}", redis.port),
            endpoint: sandbox.endpoint(),
            app_key: sandbox.app_key().to_owned(),
            app_secret: sandbox.app_secret().to_owned(),
            rate: 100,
            workers: 8,
            timeout: Duration::from_secs(10),
        };
        Ok((Demo { _postgres: postgres, _redis: redis, sandbox }, settings))
    }
}

/// A worker's process. It ends with this.
struct Process {
    name: String,
    child: Child,
}

impl Process {
    fn start(settings: &Settings, number: u32) -> Result<Self, AnyError> {
        let name = format!("worker-{number}");
        let mut command = Command::new(std::env::current_exe()?);
        settings.tell(command.args(["worker", &name]));
        Ok(Process { child: command.spawn()?, name })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn fleet(count: i64) -> Result<(), AnyError> {
    let (demo, settings) = match Settings::from_env() {
        Ok(settings) => (None, settings),
        Err(_) if std::env::var_os("FLEET_POSTGRES").is_none() => {
            let (demo, settings) = Demo::start().await?;
            (Some(demo), settings)
        }
        Err(error) => return Err(error),
    };
    let queue = Queue::new(&settings.postgres, settings.step(), settings.lease())?;
    prepare(&queue).await?;
    if demo.is_some() {
        queue.fill(count).await?;
    }
    let mut processes =
        (1..=settings.workers).map(|number| Process::start(&settings, number)).collect::<Result<Vec<_>, _>>()?;
    let mut dashboard = Dashboard::new(RedisSlots::connect(&settings.redis, Outage::Fail).await?);
    let begun = Instant::now();
    let ended = loop {
        tokio::select! {
            () = sleep(Duration::from_secs(1)) => {}
            _ = tokio::signal::ctrl_c() => break queue.counts().await?,
        }
        for (process, number) in processes.iter_mut().zip(1..) {
            if process.child.try_wait()?.is_some() {
                eprintln!("{} is dead and is started again", process.name);
                queue.free(&process.name).await?;
                *process = Process::start(&settings, number)?;
            }
        }
        match queue.counts().await {
            Ok(counts) => {
                println!("{}", dashboard.line(&counts));
                if demo.is_some() && counts.waiting + counts.taken + counts.unknown == 0 {
                    break counts;
                }
            }
            Err(error) => println!("{error}"),
        }
    };
    drop(processes);
    let Counts { done, failed, .. } = ended;
    println!("{done} done, {failed} failed in {:.1} s", begun.elapsed().as_secs_f64());
    if let Some(demo) = demo {
        let executions = demo.sandbox.executions(METHOD);
        let twice = executions.iter().filter(|(_, times)| *times > 1).count();
        println!("the sandbox executed {}, {twice} of them twice", executions.len());
    }
    Ok(())
}

/// Makes the tables. A PostgreSQL that has just been started takes connections a little before it is ready.
async fn prepare(queue: &Queue) -> Result<(), AnyError> {
    let journal = Postgres::new(queue.pool());
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let made = match journal.migrate().await {
            Ok(()) => queue.migrate().await,
            Err(error) => Err(error.into()),
        };
        match made {
            Err(error) if Instant::now() > end => return Err(error),
            Err(_) => sleep(Duration::from_millis(100)).await,
            Ok(()) => return Ok(()),
        }
    }
}
