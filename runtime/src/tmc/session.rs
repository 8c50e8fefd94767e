//! One connection from its acceptance to its end: messages in, answers out.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::connect::Link;
use super::error::TmcError;
use super::message;
use super::running::{Counters, Stop};
use super::work::Work;
use crate::wire::link::{DATA, Frame, KIND, PULL, SEND, SEND_ACK, Value};

/// Why a connection ended.
pub(super) enum End {
    /// The consumer was stopped, and everything that was handled is told.
    Stopped,
    /// It broke.
    Lost(TmcError),
}

/// Serves a connection.
pub(super) async fn serve(mut link: Link, work: &mut Work, stop: &mut Stop, times: Times, counters: &Counters) -> End {
    if let Err(error) = messages(&mut link, work, stop, times.pull_every, counters).await {
        return End::Lost(error);
    }
    work.finish(times.stop_within).await;
    match tell(&mut link, work, counters).await {
        Ok(()) => {
            let flushed = link.flush().await;
            link.close().await;
            flushed.map_or_else(End::Lost, |()| End::Stopped)
        }
        Err(error) => End::Lost(error),
    }
}

/// How often messages are asked for, and how long handlers may go on once the consumer is stopped.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) pull_every: Duration,
    pub(super) stop_within: Duration,
}

/// Handles messages until the consumer is stopped.
async fn messages(
    link: &mut Link,
    work: &mut Work,
    stop: &mut Stop,
    pull_every: Duration,
    counters: &Counters,
) -> Result<(), TmcError> {
    let mut pull = interval(pull_every);
    pull.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let has_room = work.has_room();
        tokio::select! {
            biased;
            () = stop.stopped() => return Ok(()),
            _ = pull.tick() => {
                let frame = Frame::new(SEND).token(link.token()).encode(&[(KIND, Value::Byte(PULL))]);
                link.feed(frame).await?;
            }
            () = work.ended() => work.take_ended(),
            bytes = link.next(), if has_room => {
                if let Some(answer) = take(&bytes?, link.token(), work)? {
                    link.feed(answer).await?;
                }
            }
            () = std::future::ready(()), if link.dirty => link.flush().await?,
        }
        tell(link, work, counters).await?;
    }
}

/// Tells the server what was handled, without flushing.
async fn tell(link: &mut Link, work: &mut Work, counters: &Counters) -> Result<(), TmcError> {
    while let Some(answer) = work.answers.front() {
        let frame = answer.frame(link.token());
        link.feed(frame).await?;
        work.answers.pop_front();
        work.told += 1;
        Counters::add(&counters.answered);
    }
    Ok(())
}

/// Takes a frame, and gives the answer that the server wants at once.
fn take(bytes: &[u8], token: &str, work: &mut Work) -> Result<Option<Vec<u8>>, TmcError> {
    let frame = match Frame::decode(bytes) {
        Ok(frame) => frame,
        Err(error) => {
            // Frames are independent. A message that is lost here comes again.
            tracing::warn!(%error, bytes = bytes.len(), "a frame cannot be read");
            return Ok(None);
        }
    };
    if frame.trailing > 0 {
        tracing::warn!(bytes = frame.trailing, "a frame has bytes behind its end");
    }
    match frame.kind {
        SEND if frame.token != token => {
            // Nothing of another connection is handled. A new connection settles which token counts.
            Err(TmcError::protocol("it sent a message with the token of another connection"))
        }
        SEND => Ok(data(&frame, work)),
        SEND_ACK if frame.is_refusal() => {
            tracing::warn!(code = frame.status, phrase = frame.phrase, "the server reports an error");
            Ok(None)
        }
        kind => {
            tracing::debug!(kind, "a frame means nothing to a consumer");
            Ok(None)
        }
    }
}

fn data(frame: &Frame<'_>, work: &mut Work) -> Option<Vec<u8>> {
    let (kind, id) = (frame.get(KIND).number(), frame.get("id").number());
    match (kind, id) {
        (Some(kind), Some(id)) if kind == i64::from(DATA) => {
            let (message, read) = message::from_frame(frame, id);
            work.begin(message, read);
        }
        // Not confirmed: nobody has handled it.
        _ => tracing::warn!(kind, id, "a frame of an unknown kind or without an id is left alone"),
    }
    (frame.flag > 0).then(|| Frame::new(SEND_ACK).token(frame.token).flag(frame.flag).encode(&[]))
}
