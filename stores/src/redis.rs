//! Journals and tokens in Redis.

pub(crate) mod connection;

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use ::redis::{Client, Cmd, FromRedisValue, Script, cmd};
use opentop_runtime::journal::{JournalError, JournalFuture};
use opentop_runtime::tokens::{AsyncTokenStore, StoreFuture, TokenStoreError};
use opentop_runtime::{AsyncJournal, StoredWrite};

use crate::limit::LIMIT;
use crate::writes::read;
use connection::Connection;

/// Puts a text in the place of another; also if it was replaced before, so that a repeated call changes nothing.
static SWAP: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/swap.lua")));

/// A journal and a store of tokens in Redis. Cheap to clone: clones share one connection.
///
/// # What is safe
///
/// By default Redis writes to its disk once a second: a power cut loses the writes of the last second, and with them the journal's entries
/// of debits that were sent. So [`connect`](Self::connect) takes only a server with `appendonly yes` and `appendfsync always`. A failover
/// to a replica loses what had not been copied yet, whatever the settings. Prefer PostgreSQL for journals of money.
#[derive(Clone)]
pub struct Redis {
    connection: Connection,
    prefix: String,
    limit: Duration,
}

impl Redis {
    /// Connects to this address, such as `redis://host:6379`, without TLS. For TLS, see [`new`](Self::new).
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, or is not set up to keep what it has acknowledged. See [`connect_volatile`](Self::connect_volatile).
    pub async fn connect(address: &str) -> Result<Self, JournalError> {
        let redis = Self::connect_volatile(address).await?;
        redis.check_durable().await?;
        Ok(redis)
    }

    /// Checks that the server is set up to keep what it has acknowledged.
    ///
    /// # Errors
    ///
    /// If it is not, or its settings cannot be read.
    pub async fn check_durable(&self) -> Result<(), JournalError> {
        for (name, expected) in [("appendonly", "yes"), ("appendfsync", "always")] {
            let got: Result<(String, String), String> = self.ask(cmd("CONFIG").arg("GET").arg(name)).await;
            match got {
                Ok((_, value)) if value == expected => {}
                Ok((_, value)) => {
                    return Err(JournalError::new(format!(
                        "expected a Redis with `{name} {expected}`, got `{name} {value}`: a power cut would lose entries of writes \
                         that were sent. Change it, or take it as it is with `connect_volatile`"
                    )));
                }
                Err(problem) => {
                    return Err(JournalError::new(format!(
                        "{problem}. Expected to read the setting `{name}`: allow CONFIG GET, or use `connect_volatile`"
                    )));
                }
            }
        }
        Ok(())
    }

    /// Connects to a server that may lose what it has acknowledged: good for tokens, and for journals where a lost entry is nobody's
    /// money.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached.
    pub async fn connect_volatile(address: &str) -> Result<Self, JournalError> {
        // The address may hold a password, which the client's own message would show.
        let client = Client::open(address)
            .map_err(|_| JournalError::new("expected an address such as redis://host:6379, got another"))?;
        let redis = Self::new(client)?;
        let _: String = redis.ask(&cmd("PING")).await.map_err(JournalError::new)?;
        Ok(redis)
    }

    /// With a client of yours, set up for TLS for example. It connects with the first operation, and the server's settings are not
    /// [checked](Self::check_durable).
    ///
    /// # Errors
    ///
    /// Outside of a tokio runtime.
    pub fn new(client: Client) -> Result<Self, JournalError> {
        let connection = Connection::new(client).map_err(JournalError::new)?;
        Ok(Self { connection, prefix: "opentop".to_owned(), limit: LIMIT })
    }

    /// What all keys begin with. Default: `opentop`. Applications that share a server need not share it.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The time that one operation may take. Default: 5 seconds.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, String> {
        self.connection.ask(self.limit, command).await
    }

    async fn swap(&self, map: &str, field: &str, old: Option<&str>, new: &str) -> Result<bool, String> {
        let mut script = SWAP.key(self.key(map));
        script.arg(field).arg(new);
        if let Some(old) = old {
            script.arg(old);
        }
        self.connection.invoke(self.limit, &script).await
    }
}

/// The hash that holds the journal, and the one that holds the tokens.
const WRITES: &str = "writes";
const TOKENS: &str = "tokens";

impl AsyncJournal for Redis {
    fn save<'a>(&'a self, write: &'a StoredWrite) -> JournalFuture<'a, ()> {
        Box::pin(async move {
            let mut command = cmd("HSET");
            let command = command.arg(self.key(WRITES)).arg(write.id()).arg(write.to_json());
            self.ask(command).await.map_err(JournalError::new)
        })
    }

    fn replace<'a>(&'a self, old: &'a StoredWrite, new: &'a StoredWrite) -> JournalFuture<'a, bool> {
        Box::pin(async move {
            let (id, old, new) = (old.id(), old.to_json(), new.to_json());
            self.swap(WRITES, id, Some(&old), &new).await.map_err(JournalError::new)
        })
    }

    fn remove<'a>(&'a self, id: &'a str) -> JournalFuture<'a, ()> {
        Box::pin(async move {
            let mut command = cmd("HDEL");
            self.ask(command.arg(self.key(WRITES)).arg(id)).await.map_err(JournalError::new)
        })
    }

    fn list(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        Box::pin(async move {
            let texts: Vec<String> = self.ask(cmd("HVALS").arg(self.key(WRITES))).await.map_err(JournalError::new)?;
            read(texts.iter().map(String::as_str))
        })
    }
}

impl AsyncTokenStore for Redis {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move {
            let mut command = cmd("HGET");
            self.ask(command.arg(self.key(TOKENS)).arg(user)).await.map_err(TokenStoreError::new)
        })
    }

    fn replace<'a>(&'a self, user: &'a str, old: Option<&'a str>, new: &'a str) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.swap(TOKENS, user, old, new).await.map_err(TokenStoreError::new) })
    }
}

/// Shows neither the address nor the user.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("prefix", &self.prefix).field("limit", &self.limit).finish_non_exhaustive()
    }
}
