//! One process: takes deductions, sends them, books what became of them.
//!
//! A deduction that was taken before may have been sent. So its next worker looks into the journal first: an entry there is resumed, which
//! sends nothing if the answer is known. Without an entry nothing was sent, because the journal stores a write before its first byte.
//!
//! A write whose outcome is unknown is resumed, which sends it again under the same key. That is right where the gateway is known to do a
//! key once, as the sandbox does. Where it is not, ask with a method that reads instead (see the example `deduct_once`).

use std::sync::Arc;
use std::time::Duration;

use opentop::api::alsc::crm_recharge_dedut_update as deduct;
use opentop::limit::{Limiter, Outage, Rate};
use opentop::{AsyncJournal, Client, Endpoint, Error, Reply, Request, RetryPolicy, WriteError};
use opentop_stores::{Postgres, RedisSlots};
use tokio::time::sleep;

use crate::AnyError;
use crate::journal::FleetJournal;
use crate::queue::{Deduction, Queue};
use crate::settings::Settings;

/// How many deductions a process works on at once.
const AT_ONCE: usize = 4;

/// How long a process without work waits.
const IDLE: Duration = Duration::from_millis(200);

/// One process.
pub struct Worker {
    name: String,
    client: Client,
    journal: FleetJournal,
    queue: Queue,
}

impl Worker {
    /// Connects. Waits for Redis, which must be there once at the beginning.
    ///
    /// # Errors
    ///
    /// If a setting is wrong.
    pub async fn start(settings: &Settings, name: &str) -> Result<Self, AnyError> {
        let queue = Queue::new(&settings.postgres, settings.step(), settings.lease())?;
        let journal = FleetJournal(Postgres::new(queue.pool()).limit(settings.step()));
        let slots = loop {
            match RedisSlots::connect(&settings.redis, Outage::Share(settings.workers)).await {
                Ok(slots) => break slots,
                Err(error) => eprintln!("{name}: {error}"),
            }
            sleep(IDLE).await;
        };
        let client = Client::builder()
            .endpoint(Endpoint::custom(&settings.endpoint)?)
            .app_key(&settings.app_key)
            .app_secret(settings.app_secret.as_str())
            .timeout(settings.timeout)
            .retries(RetryPolicy::none())
            .limiter(Limiter::shared_async([Rate::per_second(settings.rate)], slots))
            .async_journal(journal.clone())
            .build()?;
        Ok(Worker { name: name.to_owned(), client, journal, queue })
    }

    /// Works until the process is stopped. It may be stopped at any point: what it leaves is found in the queue and in the journal.
    pub async fn run(self) {
        let worker = Arc::new(self);
        let tasks: Vec<_> = (0..AT_ONCE).map(|_| tokio::spawn(Arc::clone(&worker).drain())).collect();
        for task in tasks {
            if let Err(error) = task.await {
                eprintln!("{}: {error}", worker.name);
            }
        }
    }

    async fn drain(self: Arc<Self>) {
        loop {
            let worked = match self.queue.take(&self.name).await {
                Ok(Some(deduction)) => self.work(&deduction).await.map(|()| true),
                Ok(None) => self.sweep().await.map(|()| false),
                Err(error) => Err(error),
            };
            if !worked.unwrap_or_else(|error| {
                eprintln!("{}: {error}", self.name);
                false
            }) {
                sleep(IDLE).await;
            }
        }
    }

    async fn work(&self, deduction: &Deduction) -> Result<(), AnyError> {
        match self.send(deduction).await? {
            Ok(reply) => self.queue.done(deduction, reply.write_id()).await,
            Err(WriteError::Unknown(pending)) => self.queue.later(deduction, "unknown", pending.cause()).await,
            Err(WriteError::Failed(error)) if is_final(&error) => {
                self.queue.failed(deduction, &error.to_string()).await
            }
            Err(WriteError::Failed(error)) => self.queue.later(deduction, "waiting", &error.to_string()).await,
        }
    }

    /// Sends a deduction, or goes on with what the journal has of it.
    async fn send(
        &self,
        deduction: &Deduction,
    ) -> Result<Result<Reply<deduct::CheckedResponse>, WriteError<deduct::Request>>, AnyError> {
        if deduction.attempts > 1 {
            let entries = self.journal.list().await?;
            if let Some(entry) = entries.into_iter().find(|entry| entry.key() == Some(&deduction.key)) {
                return Ok(entry.typed::<deduct::Request>()?.resume(&self.client).await);
            }
        }
        let request = deduct::Request::builder()
            .request_id(deduction.key.as_str())
            .card_id(&deduction.card)
            .operator_id("1")
            .outer_order_id(&deduction.key)
            .value(deduction.amount)
            .biz_channel(deduct::BizChannel::CS)
            .brand_id("1")
            .shop_id("1");
        Ok(request.send(&self.client).await)
    }

    /// Removes entries of deductions that have ended: saved late by a PostgreSQL that was out of time, and so never sent.
    async fn sweep(&self) -> Result<(), AnyError> {
        let pending = self.journal.pending().await?;
        let keys: Vec<&str> = pending.iter().filter_map(|entry| entry.key()).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let ended = self.queue.ended(&keys).await?;
        for entry in pending.iter().filter(|entry| entry.key().is_some_and(|key| ended.iter().any(|one| one == key))) {
            self.journal.remove(entry.id()).await?;
        }
        Ok(())
    }
}

/// Whether the same deduction would be refused again.
fn is_final(error: &Error) -> bool {
    match error {
        Error::Invalid(_) | Error::Business { .. } => true,
        Error::Gateway { .. } => !error.is_retryable(),
        _ => false,
    }
}

/// The method that the workers call.
pub const METHOD: &str = deduct::Request::INFO.name();
