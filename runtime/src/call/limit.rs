//! Keeps calls within the platform's limits: rates that you declare, and bans that the platform has told.
//!
//! A client always holds bans: after "This ban will last for N more seconds", no call that the ban is for is sent until it is over. Which
//! calls those are follows from the refusal: all of the application, those of the method, or those of the session. A call that cannot wait
//! that long fails with [`Error::Banned`](crate::Error::Banned).
//!
//! Rates are declared with a [`Limiter`]. A call that would exceed one waits for its turn, within its deadline; writes go before reads.
//! If its turn comes too late, it fails at once with [`Error::Limited`](crate::Error::Limited), which says how long the wait would have
//! been. Nothing is sent then.
//!
//! ```
//! use opentop_runtime::limit::{Limiter, Rate};
//! use opentop_runtime::Client;
//!
//! # fn example() -> Result<(), opentop_runtime::Error> {
//! let limiter = Limiter::new([
//!     Rate::per_second(100),                                            // this application
//!     Rate::per_day(5_000),
//!     Rate::per_second(5).of_method("alibaba.example.gift.list"),
//!     Rate::per_second(50).of_each_session(),
//! ]);
//! let client = Client::builder().app_key("12345678").app_secret("…").limiter(limiter).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! A call counts from when it is sent until a second after it was answered, so no second has more calls at the platform than the rate,
//! whatever the delays of the network are. The price: of 100 calls a second that take 50 ms each, 95 are made. Calls are spread over
//! the second. Clients that get clones of one limiter share its rates and bans.
//!
//! # Many processes
//!
//! A rate belongs to the application and not to a process. With a [`SlotSource`], such as that of the crate `opentop-stores` on Redis,
//! processes share it: each leases as many of the rate's permits as it needs, and asks the source about once a second. Those of a
//! process that dies are free when its lease ends.

mod asking;
mod calendar;
mod lane;
mod lanes;
mod limited;
mod limiter;
mod pool;
mod rate;
#[cfg(test)]
mod simulation;
mod source;
mod state;
mod subject;
#[cfg(test)]
mod tests;

pub use limited::Limited;
pub use limiter::Limiter;
pub use rate::Rate;
pub use source::{AsyncSlotSource, Claim, Lease, LimiterError, Outage, SlotFuture, SlotSource};

pub(crate) use asking::Asking;
pub(crate) use calendar::Now;
pub(crate) use lanes::LaneId;
pub(crate) use source::AnySource;
pub(crate) use state::{Left, Limit, Question, Ticket, Turn, ban_key, scope_of};
pub(crate) use subject::Subject;
