//! Journals, tokens and limits of the Taobao Open Platform SDK on PostgreSQL and Redis: for applications on many machines.
//!
//! In one process, `FileJournal`, `MemoryTokenStore` and `FileTokenStore` of the SDK need nothing else. Where several machines call in the
//! name of one application, its journal and its users' tokens must be shared.
//!
//! | | PostgreSQL (feature `postgres`) | Redis (feature `redis`) |
//! |---|---|---|
//! | journal of writes | an entry is safe once its commit has returned | an entry is safe only with `appendfsync always`, which [`Redis`] asks for |
//! | joins your transaction | `Postgres::acknowledge_in` | no |
//! | users' tokens | yes | yes |
//! | limits and bans | no | [`RedisSlots`] |
//!
//! ```no_run
//! # #[cfg(feature = "postgres")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use opentop_runtime::Client;
//! use opentop_stores::Postgres;
//! use opentop_stores::deadpool_postgres::{Manager, Pool};
//! use opentop_stores::tokio_postgres::NoTls;
//!
//! let manager = Manager::new("host=db dbname=shop user=shop".parse()?, NoTls);
//! let postgres = Postgres::new(Pool::builder(manager).build()?);
//! postgres.migrate().await?;
//! let client = Client::builder().app_key("12345678").app_secret("…").async_journal(postgres.clone()).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! Blocking clients take the same stores through [`Blocking`].
//!
//! # When a server is gone
//!
//! Every operation ends within its [limit](Postgres::limit), 5 seconds by default. A write that cannot be stored is not sent. An operation
//! that is out of time may have been done or not; all of them can be repeated without harm.

mod blocking;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod limit;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "redis")]
mod redis_slots;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod writes;

pub use crate::blocking::Blocking;
#[cfg(feature = "postgres")]
pub use crate::postgres::Postgres;
#[cfg(feature = "redis")]
pub use crate::redis::Redis;
#[cfg(feature = "redis")]
pub use crate::redis_slots::RedisSlots;
#[cfg(feature = "redis")]
pub use ::redis as redis_client;
#[cfg(feature = "postgres")]
pub use deadpool_postgres;
#[cfg(feature = "postgres")]
pub use tokio_postgres;
