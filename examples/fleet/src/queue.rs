//! The queue: a table of deductions. Each change is one statement or one transaction, and is done again without harm.

use std::future::Future;
use std::time::Duration;

use opentop_stores::Postgres;
use opentop_stores::deadpool_postgres::{Manager, Object, Pool};
use opentop_stores::tokio_postgres::types::ToSql;
use opentop_stores::tokio_postgres::{Error, NoTls, Row};

use crate::AnyError;

/// A deduction that a worker has taken.
#[derive(Debug, Clone)]
pub struct Deduction {
    /// Its row.
    pub id: i64,
    /// Its idempotency key.
    pub key: String,
    /// The card.
    pub card: String,
    /// In fen.
    pub amount: i64,
    /// How often it was taken, this time included.
    pub attempts: i32,
    taken_by: String,
}

/// How many deductions there are of each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nothing is under way for them.
    pub waiting: i64,
    /// A worker has them.
    pub taken: i64,
    /// They were sent, and nobody knows whether they were done.
    pub unknown: i64,
    /// They were done.
    pub done: i64,
    /// They were refused for good.
    pub failed: i64,
    /// Done within the last second.
    pub last_second: i64,
}

/// The table of deductions.
#[derive(Clone)]
pub struct Queue {
    pool: Pool,
    step: Duration,
    lease: Duration,
}

impl Queue {
    /// With a pool of connections to this database.
    ///
    /// # Errors
    ///
    /// If the address cannot be read.
    pub fn new(postgres: &str, step: Duration, lease: Duration) -> Result<Self, AnyError> {
        let pool = Pool::builder(Manager::new(postgres.parse()?, NoTls)).max_size(8).build()?;
        Ok(Queue { pool, step, lease })
    }

    /// The pool, for the journal.
    #[must_use]
    pub fn pool(&self) -> Pool {
        self.pool.clone()
    }

    /// Makes the table.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached, or refuses.
    pub async fn migrate(&self) -> Result<(), AnyError> {
        self.with(async |connection| connection.batch_execute(include_str!("schema.sql")).await).await
    }

    /// Puts in this many deductions of 1 fen, over ten cards.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached, or refuses.
    pub async fn fill(&self, count: i64) -> Result<(), AnyError> {
        let statement = "insert into deductions (key, card, amount) \
            select gen_random_uuid()::text, 'card-' || n % 10, 1 from generate_series(1, $1::bigint) n";
        self.query(statement, &[&count]).await.map(drop)
    }

    /// Takes the next deduction.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached. It may have been taken all the same, and comes again when its time is over.
    pub async fn take(&self, worker: &str) -> Result<Option<Deduction>, AnyError> {
        let statement = "update deductions set state = 'taken', attempts = attempts + 1, taken_by = $1, \
                taken_until = now() + $2::bigint * interval '1 millisecond' \
            where id = (select id from deductions \
                where state in ('waiting', 'unknown') and not_before <= now() or state = 'taken' and taken_until < now() \
                order by id limit 1 for update skip locked) \
            returning id, key, card, amount, attempts";
        let lease = i64::try_from(self.lease.as_millis())?;
        let rows = self.query(statement, &[&worker, &lease]).await?;
        Ok(rows.first().map(|row| Deduction {
            id: row.get(0),
            key: row.get(1),
            card: row.get(2),
            amount: row.get(3),
            attempts: row.get(4),
            taken_by: worker.to_owned(),
        }))
    }

    /// Books a deduction that was done, and ends its entry in the journal: both or neither.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached. It may have been booked all the same; else it comes again, and the journal has its answer.
    pub async fn done(&self, deduction: &Deduction, write: Option<&str>) -> Result<(), AnyError> {
        self.with(async |connection| {
            let transaction = connection.transaction().await?;
            let statement =
                "update deductions set state = 'done', ended = now(), remark = null where id = $1 and state <> 'done'";
            transaction.execute(statement, &[&deduction.id]).await?;
            if let Some(write) = write {
                Postgres::acknowledge_in(&*transaction, write).await?;
            }
            transaction.commit().await
        })
        .await
    }

    /// Ends a deduction that was refused for good.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached. It comes again, and is refused again.
    pub async fn failed(&self, deduction: &Deduction, why: &str) -> Result<(), AnyError> {
        let statement = "update deductions set state = 'failed', ended = now(), remark = $2 \
            where id = $1 and state = 'taken' and taken_by = $3 and attempts = $4";
        let values: [&(dyn ToSql + Sync); 4] = [&deduction.id, &why, &deduction.taken_by, &deduction.attempts];
        self.query(statement, &values).await.map(drop)
    }

    /// Puts a deduction back: `waiting` if nothing was sent, `unknown` if nobody knows.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached. It comes again when its time is over.
    pub async fn later(&self, deduction: &Deduction, state: &str, why: &str) -> Result<(), AnyError> {
        let statement = "update deductions set state = $2, remark = $3, not_before = now() + interval '1 second' \
            where id = $1 and state = 'taken' and taken_by = $4 and attempts = $5";
        let values: [&(dyn ToSql + Sync); 5] = [&deduction.id, &state, &why, &deduction.taken_by, &deduction.attempts];
        self.query(statement, &values).await.map(drop)
    }

    /// Frees what a worker had taken that is dead.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached.
    pub async fn free(&self, worker: &str) -> Result<(), AnyError> {
        let statement = "update deductions set state = 'waiting' where state = 'taken' and taken_by = $1";
        self.query(statement, &[&worker]).await.map(drop)
    }

    /// Which of these keys have ended.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached.
    pub async fn ended(&self, keys: &[&str]) -> Result<Vec<String>, AnyError> {
        let rows = self
            .query("select key from deductions where key = any($1) and state in ('done', 'failed')", &[&keys])
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// How many there are.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached.
    pub async fn counts(&self) -> Result<Counts, AnyError> {
        let statement = "select count(*) filter (where state = 'waiting'), count(*) filter (where state = 'taken'), \
            count(*) filter (where state = 'unknown'), count(*) filter (where state = 'done'), \
            count(*) filter (where state = 'failed'), \
            count(*) filter (where state = 'done' and ended > now() - interval '1 second') from deductions";
        let rows = self.query(statement, &[]).await?;
        let at = |index: usize| rows.first().map_or(0, |row| row.get(index));
        Ok(Counts { waiting: at(0), taken: at(1), unknown: at(2), done: at(3), failed: at(4), last_second: at(5) })
    }

    async fn query(&self, statement: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, AnyError> {
        self.with(async |connection| connection.query(statement, values).await).await
    }

    /// Works with a connection, within the time of a step. After a failure the connection is closed: its statement may still be under way.
    async fn with<T>(&self, work: impl AsyncFnOnce(&mut Object) -> Result<T, Error>) -> Result<T, AnyError> {
        let mut lent = Lent(None);
        let done = self.in_time(async {
            let connection = lent.0.insert(self.pool.get().await?);
            Ok::<_, AnyError>(work(connection).await?)
        });
        let done = done.await?;
        drop(lent.0.take());
        Ok(done)
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, AnyError>>) -> Result<T, AnyError> {
        tokio::time::timeout(self.step, work).await.map_err(|_| "PostgreSQL does not answer")?
    }
}

/// A connection that is closed unless it is taken out.
struct Lent(Option<Object>);

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}
