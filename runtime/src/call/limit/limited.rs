//! Why a call was not made.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::rate::Rate;
use super::source::LimiterError;

/// Why a call was not made: its turn would have come too late.
///
/// ```
/// use std::time::Duration;
/// use opentop_runtime::{Effect, Error, Limiter, Parameters, Rate, blocking::Client, transport::MockTransport};
///
/// let mock = MockTransport::new().otherwise(|_| Ok(http::Response::new(r#"{"time_get_response": {}}"#.into())));
/// let limiter = Limiter::new([Rate::per_second(1)]);
/// let client = Client::builder().app_key("12345678").app_secret("helloworld").limiter(limiter).transport(mock);
/// let client = client.timeout(Duration::from_millis(100)).build()?;
/// let ask = || client.call_untyped("taobao.time.get", Effect::Read, Parameters::default());
///
/// ask()?;
/// let error = ask().expect_err("the second call of this second");
/// let Some(Error::Limited(limited)) = error.error() else { unreachable!() };
/// assert!(limited.wait() > Some(Duration::from_millis(100)) && limited.rate() == Some(&Rate::per_second(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Limited {
    wait: Option<Duration>,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Rate(Rate),
    Source(LimiterError),
}

impl Limited {
    pub(crate) fn late(wait: Duration, rate: Rate) -> Self {
        Self { wait: Some(wait), cause: Cause::Rate(rate) }
    }

    pub(crate) fn without_source(error: LimiterError) -> Self {
        Self { wait: None, cause: Cause::Source(error) }
    }

    /// How long the call would have had to wait. `None` if the [`SlotSource`](crate::limit::SlotSource) did not answer.
    pub fn wait(&self) -> Option<Duration> {
        self.wait
    }

    /// The rate that it would have exceeded. `None` if the [`SlotSource`](crate::limit::SlotSource) did not answer.
    pub fn rate(&self) -> Option<&Rate> {
        match &self.cause {
            Cause::Rate(rate) => Some(rate),
            Cause::Source(_) => None,
        }
    }
}

impl fmt::Display for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wait = Duration::from_millis(u64::try_from(self.wait.unwrap_or_default().as_millis()).unwrap_or(u64::MAX));
        match &self.cause {
            Cause::Rate(rate) => {
                write!(f, "not sent: with {rate}, its turn comes in {wait:?}, which is longer than it can wait")
            }
            Cause::Source(error) => write!(f, "not sent: {error}"),
        }
    }
}

impl StdError for Limited {}
