//! Turns and bans in Redis.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use ::redis::aio::ConnectionManager;
use ::redis::{Client, Script};
use futures_util::StreamExt;
use opentop_runtime::IdempotencyKey;
use opentop_runtime::error::LimiterError;
use opentop_runtime::limit::{AsyncSlotSource, Outage, SlotFuture};
use tokio::task::AbortHandle;

use crate::limit::{LIMIT, within};
use crate::redis::manager_config;

static TAKE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/take.lua")));
static BAN: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/ban.lua")));
static BANS: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/bans.lua")));

/// How long a subscription that broke waits before it is made again.
const AGAIN: Duration = Duration::from_millis(500);

/// The turns and bans of an application, for all processes that connect to the same Redis. Cheap to clone.
///
/// Turns are taken several at a time, and counted by the server's clock. Each process hears of a ban as soon as one was told of it. What is
/// lost with the server is a second of turns at most, and bans that others must run into again: no settings are asked for.
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
    connection: ConnectionManager,
    prefix: String,
    outage: Outage,
    limit: Duration,
    heard: Arc<Mutex<Vec<(String, Duration)>>>,
    listening: AbortHandle,
    /// Makes the requests of this process unlike each other, and unlike all others'.
    process: String,
    requests: AtomicU64,
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
        let connecting = ConnectionManager::new_with_config(client.clone(), manager_config());
        let connection = within(LIMIT, "Redis", connecting).await.map_err(LimiterError::new)?;
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
            process: IdempotencyKey::generate().to_string(),
            requests: AtomicU64::new(0),
        })))
    }
}

impl AsyncSlotSource for RedisSlots {
    fn take<'a>(&'a self, key: &'a str, spacing: Duration, count: u32) -> SlotFuture<'a, Vec<Duration>> {
        Box::pin(async move {
            let Shared { connection, prefix, process, requests, limit, .. } = &*self.0;
            let request = format!("{prefix}:taken:{process}:{}", requests.fetch_add(1, Ordering::Relaxed));
            let mut script = TAKE.key(format!("{prefix}:lane:{key}"));
            script.key(request).arg(micros(spacing)).arg(count);
            let mut connection = connection.clone();
            let first: i64 =
                within(*limit, "Redis", script.invoke_async(&mut connection)).await.map_err(LimiterError::new)?;
            let first = Duration::from_micros(u64::try_from(first).unwrap_or(0));
            Ok((0..count).map(|turn| first + spacing * turn).collect())
        })
    }

    fn tell_ban<'a>(&'a self, key: &'a str, lasts: Duration) -> SlotFuture<'a, ()> {
        Box::pin(async move {
            let Shared { connection, prefix, limit, .. } = &*self.0;
            let mut script = BAN.key(format!("{prefix}:bans"));
            let millis = u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX).min(86_400_000);
            script.arg(key).arg(millis).arg(format!("{prefix}:bans"));
            let mut connection = connection.clone();
            let told: Result<i64, String> = within(*limit, "Redis", script.invoke_async(&mut connection)).await;
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

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Listens for bans as long as the source lives. After each break, those that came meanwhile are read.
async fn listen(
    client: Client,
    mut connection: ConnectionManager,
    prefix: String,
    heard: Arc<Mutex<Vec<(String, Duration)>>>,
) {
    let hear = |key: String, millis: u64| {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push((key, Duration::from_millis(millis)));
    };
    loop {
        if let Ok(mut channel) = client.get_async_pubsub().await
            && channel.subscribe(format!("{prefix}:bans")).await.is_ok()
        {
            let script = BANS.key(format!("{prefix}:bans"));
            let held: Result<Vec<(String, u64)>, _> = script.invoke_async(&mut connection).await;
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
