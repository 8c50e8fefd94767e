//! Journals and tokens in PostgreSQL.

use std::fmt;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use opentop_runtime::journal::{JournalError, JournalFuture};
use opentop_runtime::tokens::{AsyncTokenStore, StoreFuture, TokenStoreError};
use opentop_runtime::{AsyncJournal, StoredWrite};
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row};

use crate::limit::{LIMIT, within};
use crate::writes::read;

/// A journal and a store of tokens in PostgreSQL: two small tables, `opentop_writes` and `opentop_tokens`. Cheap to clone.
///
/// Each operation is one statement on a connection of its own, which commits when it returns: never a part of a transaction of yours. The
/// exception is [`acknowledge_in`](Self::acknowledge_in).
#[derive(Clone)]
pub struct Postgres {
    pool: Pool,
    limit: Duration,
}

impl Postgres {
    /// With a pool of yours, which decides on TLS and the number of connections. Its tables are found by the `search_path`.
    pub fn new(pool: Pool) -> Self {
        Self { pool, limit: LIMIT }
    }

    /// The time that one operation may take. Default: 5 seconds.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The statements that make the tables where they are missing: for a migration tool of yours.
    pub const SCHEMA: &'static str = include_str!("postgres/schema.sql");

    /// Makes the tables where they are missing.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached, or refuses.
    pub async fn migrate(&self) -> Result<(), JournalError> {
        let work = async {
            let connection = self.pool.get().await.map_err(shown)?;
            // Two sessions that create one table at once fail: one after the other.
            let statements = format!("begin; select pg_advisory_xact_lock(7166573); {} commit;", Self::SCHEMA);
            let done = connection.batch_execute(&statements).await.map_err(|error| shown(&error));
            if done.is_err() {
                // It may hold the open transaction.
                drop(Object::take(connection));
            }
            done
        };
        within(self.limit, "PostgreSQL", work).await.map_err(JournalError::new)
    }

    /// Ends the entry of a write inside a transaction of yours, so that its outcome and your own rows commit together. Returns whether
    /// there was an entry.
    ///
    /// ```no_run
    /// # use opentop_stores::{Postgres, tokio_postgres};
    /// # async fn example<T>(reply: opentop_runtime::Reply<T>, mut connection: tokio_postgres::Client) -> Result<(), tokio_postgres::Error> {
    /// let transaction = connection.transaction().await?;
    /// transaction.execute("insert into debits (write_id) values ($1)", &[&reply.write_id()]).await?;
    /// if let Some(id) = reply.write_id() {
    ///     Postgres::acknowledge_in(&transaction, id).await?;
    /// }
    /// transaction.commit().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the database refuses. The transaction is then aborted: do not ignore it.
    pub async fn acknowledge_in(
        transaction: &impl GenericClient,
        write_id: &str,
    ) -> Result<bool, tokio_postgres::Error> {
        let deleted = transaction.execute("delete from opentop_writes where id = $1", &[&write_id]).await?;
        Ok(deleted == 1)
    }

    async fn query(&self, statement: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, String> {
        let work = async {
            let mut lent = Lent(Some(self.pool.get().await.map_err(shown)?));
            let connection = lent.0.as_ref().expect("invariant: it is given back below");
            let statement = connection.prepare_cached(statement).await.map_err(|error| shown(&error))?;
            let rows = connection.query(&statement, values).await.map_err(|error| shown(&error))?;
            lent.give_back();
            Ok::<_, String>(rows)
        };
        within(self.limit, "PostgreSQL", work).await
    }

    async fn changes_one(&self, statement: &str, values: &[&(dyn ToSql + Sync)]) -> Result<bool, String> {
        Ok(!self.query(statement, values).await?.is_empty())
    }
}

/// A connection that is closed unless it is given back: after an error or out of time, its statement may still be under way.
struct Lent(Option<Object>);

impl Lent {
    fn give_back(&mut self) {
        self.0 = None;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

/// What went wrong, with the cause that tells: the driver's own text says only `db error`.
fn shown(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl AsyncJournal for Postgres {
    fn save<'a>(&'a self, write: &'a StoredWrite) -> JournalFuture<'a, ()> {
        Box::pin(async move {
            let statement = "insert into opentop_writes (id, body) values ($1, $2) \
                             on conflict (id) do update set body = excluded.body";
            let done = self.query(statement, &[&write.id(), &write.to_json()]).await;
            done.map(drop).map_err(JournalError::new)
        })
    }

    fn replace<'a>(&'a self, old: &'a StoredWrite, new: &'a StoredWrite) -> JournalFuture<'a, bool> {
        Box::pin(async move {
            let statement = "update opentop_writes set body = $3 where id = $1 and body in ($2, $3) returning id";
            let done = self.changes_one(statement, &[&old.id(), &old.to_json(), &new.to_json()]).await;
            done.map_err(JournalError::new)
        })
    }

    fn remove<'a>(&'a self, id: &'a str) -> JournalFuture<'a, ()> {
        Box::pin(async move {
            let done = self.query("delete from opentop_writes where id = $1", &[&id]).await;
            done.map(drop).map_err(JournalError::new)
        })
    }

    fn list(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        Box::pin(async move {
            let rows = self.query("select body from opentop_writes", &[]).await.map_err(JournalError::new)?;
            read(rows.iter().map(|row| row.get::<_, &str>(0)))
        })
    }
}

impl AsyncTokenStore for Postgres {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move {
            let statement = "select body from opentop_tokens where user_key = $1";
            let rows = self.query(statement, &[&user]).await.map_err(TokenStoreError::new)?;
            Ok(rows.first().map(|row| row.get(0)))
        })
    }

    fn replace<'a>(&'a self, user: &'a str, old: Option<&'a str>, new: &'a str) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let done = match old {
                Some(old) => {
                    let statement = "update opentop_tokens set body = $3 where user_key = $1 and body in ($2, $3) returning user_key";
                    self.changes_one(statement, &[&user, &old, &new]).await
                }
                None => {
                    let statement = "insert into opentop_tokens (user_key, body) values ($1, $2) \
                        on conflict (user_key) do update set body = excluded.body where opentop_tokens.body = $2 \
                        returning user_key";
                    self.changes_one(statement, &[&user, &new]).await
                }
            };
            done.map_err(TokenStoreError::new)
        })
    }
}

/// Shows neither the address nor the user.
impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("limit", &self.limit).finish_non_exhaustive()
    }
}
