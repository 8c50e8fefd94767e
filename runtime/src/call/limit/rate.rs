//! A declared rate.

use std::fmt;

use crate::wire::escape::Escaped;

/// How many calls may be made in a second or a day.
///
/// ```
/// use opentop_runtime::{Limiter, Rate};
///
/// // 50 calls a second in all, of which 5 are of one method, and 10,000 a day of each user.
/// let limiter = Limiter::new([
///     Rate::per_second(50),
///     Rate::per_second(5).of_method("taobao.item.get"),
///     Rate::per_day(10_000).of_each_session(),
/// ]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rate {
    pub(crate) calls: u32,
    pub(crate) per: Per,
    pub(crate) scope: RateScope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Per {
    Second,
    Day,
}

/// Which calls a rate counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum RateScope {
    App,
    Method(String),
    EachSession,
    MethodAndEachSession(String),
}

impl Rate {
    /// At most this many calls in any second, one at least.
    #[must_use]
    pub fn per_second(calls: u32) -> Self {
        Self { calls: calls.max(1), per: Per::Second, scope: RateScope::App }
    }

    /// At most this many calls a day, one at least. A day begins at midnight in GMT+8. A process counts its own calls only.
    #[must_use]
    pub fn per_day(calls: u32) -> Self {
        Self { per: Per::Day, ..Self::per_second(calls) }
    }

    /// Counts the calls of this method only. The default: all calls.
    #[must_use]
    pub fn of_method(self, method: impl Into<String>) -> Self {
        let scope = match self.scope {
            RateScope::App | RateScope::Method(_) => RateScope::Method(method.into()),
            _ => RateScope::MethodAndEachSession(method.into()),
        };
        Self { scope, ..self }
    }

    /// Counts the calls of each session by itself. Calls without a session are not counted.
    #[must_use]
    pub fn of_each_session(self) -> Self {
        let scope = match self.scope {
            RateScope::Method(method) | RateScope::MethodAndEachSession(method) => {
                RateScope::MethodAndEachSession(method)
            }
            _ => RateScope::EachSession,
        };
        Self { scope, ..self }
    }
}

/// What a rate counts, for an error.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.per {
            Per::Second => "second",
            Per::Day => "day",
        };
        write!(f, "{} calls a {unit}", self.calls)?;
        match &self.scope {
            RateScope::App => Ok(()),
            RateScope::Method(method) => write!(f, " of {}", Escaped(method)),
            RateScope::EachSession => f.write_str(" of each session"),
            RateScope::MethodAndEachSession(method) => write!(f, " of {} of each session", Escaped(method)),
        }
    }
}
