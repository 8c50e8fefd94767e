//! The faults that the sandbox can inject into a call.

use std::time::Duration;

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HangUp {
    /// Orderly: what was written arrives, then the end of the stream.
    Fin,
    /// Reset: the peer's next read or write fails.
    Rst,
}

/// Something that goes wrong with one call.
///
/// `executed` says whether the call was executed before it went wrong: that is what a client cannot see.
///
/// ```
/// use std::time::Duration;
/// use opentop_sandbox::{Fault, Sandbox};
///
/// let sandbox = Sandbox::start_blocking()?;
/// // The next call goes well. That after it is executed, and its answer is lost.
/// sandbox.push_faults(vec![Fault::None, Fault::Reset { executed: true }]);
///
/// // As text, for a command line.
/// assert_eq!("delay-after=5s".parse(), Ok(Fault::DelayAfter(Duration::from_secs(5))));
/// # Ok::<(), opentop_sandbox::StartError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing: this call goes well. For scripts in which a later one does not.
    None,
    /// Waits, then executes and answers, whether or not the client is still there.
    DelayBefore(Duration),
    /// Executes, waits, then answers.
    DelayAfter(Duration),
    /// Reads at most this many bytes of the request (head and body), then hangs up. A request that is no longer than that is
    /// executed, and not answered.
    CutRequest {
        /// Bytes of the request that are read.
        after: usize,
        /// How it hangs up.
        how: HangUp,
    },
    /// Executes, writes at most this many bytes of the response (head and body), then hangs up.
    CutResponse {
        /// Bytes of the response that are written.
        after: usize,
        /// How it hangs up.
        how: HangUp,
    },
    /// Reads the whole request, then resets the connection.
    Reset {
        /// Whether the call was executed.
        executed: bool,
    },
    /// Executes, and answers with the head and half of the body it promised.
    HalfBody,
    /// Executes, and promises this many more bytes than the body has; fewer if negative.
    WrongLength(i32),
    /// Executes, and writes the response one byte at a time, with this pause before each.
    SlowBytes(Duration),
    /// An HTTP status with a short text, instead of an answer.
    Status {
        /// The status, e.g. 502.
        status: u16,
        /// Whether the call was executed.
        executed: bool,
    },
    /// A proxy's page under status 200.
    Html {
        /// Whether the call was executed.
        executed: bool,
    },
    /// The service behind the gateway broke: code 15 with this `sub_code`, e.g. `isp.http-read-timeout` or `isv.gift-service-error`.
    Isp {
        /// The `sub_code`.
        sub_code: String,
        /// Whether the call was executed.
        executed: bool,
    },
    /// The service refused: code 15 with this `sub_code`, e.g. `isv.gift-not-found`. Nothing is executed.
    Isv {
        /// The `sub_code`.
        sub_code: String,
    },
    /// Too many calls: code 7, with the seconds that the ban lasts. Nothing is executed.
    Ban {
        /// How long it lasts.
        seconds: u32,
    },
    /// The gateway's clock is this many seconds ahead; behind if negative.
    ClockSkew {
        /// How far.
        seconds: i64,
    },
    /// The access token has expired: code 27. A call without one goes well.
    ExpiredSession,
    /// Answers in the other shape: with envelope and wrapped lists where the reduced form was asked for, and the other way round.
    OtherShape,
    /// Executes, and answers success and an error in one body.
    Contradiction,
    /// Executes, and answers numbers and Booleans as text.
    NumbersAsText,
    /// Executes, and empties every list of the answer.
    EmptyLists,
    /// Executes, and answers `null` for every second field that is no object, from the first.
    Nulls,
    /// Executes, and adds fields that no specification lists to every object of the answer.
    UnknownFields,
}

impl Fault {
    /// Whether it changes nothing of what a client is told: delays and other forms of the same answer.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        matches!(
            self,
            Fault::None | Fault::OtherShape | Fault::NumbersAsText | Fault::UnknownFields | Fault::SlowBytes(_)
        )
    }
}
