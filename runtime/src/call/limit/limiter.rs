//! A limiter, as clients share it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::rate::Rate;
use super::source::{AnySource, AsyncSlotSource, SlotSource};
use super::state::State;
use crate::call::idempotency::IdempotencyKey;

/// Keeps the calls of its clients within declared rates, and holds bans. Cheap to clone; clones share rates and bans. See
/// [the module](crate::limit).
///
/// ```
/// use opentop_runtime::{Client, Limiter, Rate};
///
/// # fn example() -> Result<(), opentop_runtime::Error> {
/// let limiter = Limiter::new([Rate::per_second(50)]);
/// let client = Client::builder().app_key("12345678").app_secret("helloworld").limiter(limiter.clone()).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Limiter(Arc<Shared>);

struct Shared {
    /// The zero of the limiter's time.
    began: Instant,
    state: Mutex<State>,
    source: Option<AnySource>,
}

impl Limiter {
    /// Keeps these rates, all of them.
    pub fn new(rates: impl IntoIterator<Item = Rate>) -> Self {
        Self::with(rates, None)
    }

    /// Keeps these rates for all processes that share a source: the permits of rates by the second come from there, and bans are told there.
    ///
    /// ```
    /// use opentop_runtime::limit::SlotSource;
    /// use opentop_runtime::{Limiter, Rate};
    ///
    /// /// All processes together make 50 calls a second, 5 of them of this method.
    /// fn for_all_processes(source: impl SlotSource + 'static) -> Limiter {
    ///     Limiter::shared([Rate::per_second(50), Rate::per_second(5).of_method("taobao.trades.sold.get")], source)
    /// }
    /// ```
    pub fn shared(rates: impl IntoIterator<Item = Rate>, source: impl SlotSource + 'static) -> Self {
        Self::with(rates, Some(AnySource::Blocking(Arc::new(source))))
    }

    /// The same as [`shared`](Self::shared), for async clients only.
    ///
    /// ```
    /// use opentop_runtime::limit::AsyncSlotSource;
    /// use opentop_runtime::{Limiter, Rate};
    ///
    /// /// `source` is, for example, `opentop_stores::RedisSlots`.
    /// fn for_all_processes(source: impl AsyncSlotSource + 'static) -> Limiter {
    ///     Limiter::shared_async([Rate::per_second(50)], source)
    /// }
    /// ```
    pub fn shared_async(rates: impl IntoIterator<Item = Rate>, source: impl AsyncSlotSource + 'static) -> Self {
        Self::with(rates, Some(AnySource::Async(Arc::new(source))))
    }

    fn with(rates: impl IntoIterator<Item = Rate>, source: Option<AnySource>) -> Self {
        let holder = source.as_ref().map(|_| IdempotencyKey::generate().to_string());
        let state = State::new(rates.into_iter().collect(), holder);
        Self(Arc::new(Shared { began: Instant::now(), state: Mutex::new(state), source }))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The limiter's time.
    pub(crate) fn now(&self) -> Duration {
        self.time_of(Instant::now())
    }

    /// The limiter's time at this instant.
    pub(crate) fn time_of(&self, instant: Instant) -> Duration {
        instant.saturating_duration_since(self.0.began)
    }

    pub(crate) fn source(&self) -> Option<&AnySource> {
        self.0.source.as_ref()
    }
}

impl Default for Limiter {
    /// Declares no rate, and holds bans.
    fn default() -> Self {
        Self::new([])
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("rates", &self.state().rates()).finish_non_exhaustive()
    }
}
