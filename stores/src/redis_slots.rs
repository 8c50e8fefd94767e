//! Permits and bans in Redis.

use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use ::redis::{Client, Script, cmd};
use futures_util::StreamExt;
use opentop_runtime::error::LimiterError;
use opentop_runtime::limit::{AsyncSlotSource, Claim, Lease, Outage, SlotFuture};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::limit::LIMIT;
use crate::redis::connection::Connection;

static LEND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/lend.lua")));
static BAN: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/ban.lua")));
static BANS: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/bans.lua")));

/// How long a subscription that broke waits before it is made again.
const AGAIN: Duration = Duration::from_millis(500);

/// How long permits may be used without asking again. The script lends them to nobody for as long again.
const LASTS: Duration = Duration::from_secs(2);

/// The permits and bans of an application, for all processes that connect to the same Redis. Cheap to clone.
///
/// Each process holds as many permits as it needs and renews their lease about once a second. Those of a process that dies are free four
/// seconds after it last asked. In the first three seconds after its start the server lends none, because it may have lost what was lent.
/// Each process hears of a ban as soon as one was told of it. No settings are asked for.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use opentop_runtime::limit::{Limiter, Outage, Rate};
/// use opentop_stores::RedisSlots;
///
/// // Eight processes. Without Redis, each makes an eighth of the rate.
/// let slots = RedisSlots::connect("redis://localhost", Outage::Share(8)).await?;
/// let limiter = Limiter::shared_async([Rate::per_second(100)], slots);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisSlots(Arc<Shared>);

struct Shared {
    connection: Connection,
    prefix: String,
    outage: Outage,
    limit: Duration,
    heard: Arc<Mutex<Vec<(String, Duration)>>>,
    listening: AbortHandle,
    /// Where claims are told without waiting.
    runtime: Handle,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl RedisSlots {
    /// Connects to this address, such as `redis://host:6379`. It must be called inside a tokio runtime, which then listens for bans.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached.
    pub async fn connect(address: &str, outage: Outage) -> Result<Self, LimiterError> {
        // The address may hold a password, which the client's own message would show.
        let client = Client::open(address)
            .map_err(|_| LimiterError::new("expected an address such as redis://host:6379, got another"))?;
        Self::new(client, outage).await
    }

    /// With a client of yours, set up for TLS for example.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached.
    pub async fn new(client: Client, outage: Outage) -> Result<Self, LimiterError> {
        let connection = Connection::new(client.clone()).map_err(LimiterError::new)?;
        let _: String = connection.ask(LIMIT, &cmd("PING")).await.map_err(LimiterError::new)?;
        let prefix = "opentop".to_owned();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listening = tokio::spawn(listen(client, connection.clone(), prefix.clone(), Arc::clone(&heard)));
        Ok(Self(Arc::new(Shared {
            connection,
            prefix,
            outage,
            limit: Duration::from_millis(500),
            heard,
            listening: listening.abort_handle(),
            runtime: Handle::current(),
        })))
    }
}

impl AsyncSlotSource for RedisSlots {
    fn lend<'a>(&'a self, key: &'a str, calls: u32, claim: &'a Claim) -> SlotFuture<'a, Lease> {
        Box::pin(self.0.lend(key.to_owned(), calls, claim.clone()))
    }

    fn tell_claim(&self, key: &str, calls: u32, claim: &Claim) {
        let (shared, key, claim) = (Arc::clone(&self.0), key.to_owned(), claim.clone());
        // What is not told is free with the end of the lease.
        self.0.runtime.spawn(async move { drop(shared.lend(key, calls, claim).await) });
    }

    fn tell_ban<'a>(&'a self, key: &'a str, lasts: Duration) -> SlotFuture<'a, ()> {
        Box::pin(async move {
            let Shared { connection, prefix, limit, .. } = &*self.0;
            let mut script = BAN.key(format!("{prefix}:bans"));
            let millis = u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX).min(86_400_000);
            script.arg(key).arg(millis).arg(format!("{prefix}:bans"));
            let told: Result<i64, String> = connection.invoke(*limit, &script).await;
            told.map(drop).map_err(LimiterError::new)
        })
    }

    fn told_bans(&self) -> Vec<(String, Duration)> {
        std::mem::take(&mut *self.0.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn outage(&self) -> Outage {
        self.0.outage
    }
}

impl Shared {
    async fn lend(&self, key: String, calls: u32, claim: Claim) -> Result<Lease, LimiterError> {
        let mut script = LEND.key(format!("{}:lane:{key}", self.prefix));
        script.arg(&claim.holder).arg(claim.number).arg(calls).arg(claim.holds).arg(claim.wants);
        for (after, many) in &claim.back {
            script.arg(u64::try_from(after.as_millis()).unwrap_or(u64::MAX)).arg(many);
        }
        let lent: Result<(u32, u32, u64), String> = self.connection.invoke(self.limit, &script).await;
        let (granted, most, again) = lent.map_err(LimiterError::new)?;
        Ok(Lease { granted, most, lasts: LASTS, again: Duration::from_millis(again) })
    }
}

/// Listens for bans as long as the source lives. After each break, those that came meanwhile are read.
async fn listen(client: Client, connection: Connection, prefix: String, heard: Arc<Mutex<Vec<(String, Duration)>>>) {
    let hear = |key: String, millis: u64| {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push((key, Duration::from_millis(millis)));
    };
    loop {
        if let Ok(mut channel) = client.get_async_pubsub().await
            && channel.subscribe(format!("{prefix}:bans")).await.is_ok()
        {
            let script = BANS.key(format!("{prefix}:bans"));
            let held: Result<Vec<(String, u64)>, _> = connection.invoke(LIMIT, &script).await;
            held.unwrap_or_default().into_iter().for_each(|(key, millis)| hear(key, millis));
            let mut messages = channel.on_message();
            while let Some(message) = messages.next().await {
                let text: String = message.get_payload().unwrap_or_default();
                if let Some((millis, key)) = text.split_once(' ')
                    && let Ok(millis) = millis.parse()
                {
                    hear(key.to_owned(), millis);
                }
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Shows neither the address nor the user.
impl fmt::Debug for RedisSlots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSlots").field("outage", &self.0.outage).finish_non_exhaustive()
    }
}
