//! A request's body that records whether it was asked for.
//!
//! hyper asks for the body right after it has put the head into its buffer, before it writes either. So a body that was never asked
//! for was not sent, and neither was its head, whatever a deadline interrupted: name resolution, connecting or TLS.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::SendStage;

const WAITING: u8 = 0;
const TAKEN: u8 = 1;
const WITHDRAWN: u8 = 2;

/// A body, and the handle that tells whether it was asked for.
pub(super) fn watched(bytes: Bytes) -> (WatchedBody, Watch) {
    // Nobody asks for an empty body.
    let state = if bytes.is_empty() { TAKEN } else { WAITING };
    let watch = Watch(Arc::new(AtomicU8::new(state)));
    (WatchedBody { bytes: Some(bytes), watch: watch.clone() }, watch)
}

/// Tells whether a body was asked for.
#[derive(Debug, Clone)]
pub(super) struct Watch(Arc<AtomicU8>);

impl Watch {
    /// Where the request stands. A body that was not asked for yet is withdrawn: whoever asks for it now, another thread at this very
    /// moment, gets an error in its place.
    pub(super) fn withdraw(&self) -> SendStage {
        match self.0.compare_exchange(WAITING, WITHDRAWN, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) | Err(WITHDRAWN) => SendStage::NotSent,
            Err(_) => SendStage::MaybeSent,
        }
    }

    /// Whether the body may be had.
    fn take(&self) -> bool {
        self.0.compare_exchange(WAITING, TAKEN, Ordering::AcqRel, Ordering::Acquire) != Err(WITHDRAWN)
    }
}

/// See [`watched`].
pub(super) struct WatchedBody {
    bytes: Option<Bytes>,
    watch: Watch,
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = Withdrawn;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Withdrawn>>> {
        let this = self.get_mut();
        let frame = match this.bytes.take() {
            Some(bytes) if this.watch.take() => Some(Ok(Frame::data(bytes))),
            Some(_) => Some(Err(Withdrawn)),
            None => None,
        };
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

/// The call was over before its body was asked for.
#[derive(Debug)]
pub(super) struct Withdrawn;

impl fmt::Display for Withdrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call was given up before it was sent")
    }
}

impl std::error::Error for Withdrawn {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn ask(body: &mut WatchedBody) -> Option<Result<Bytes, Withdrawn>> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        match Pin::new(body).poll_frame(&mut context) {
            Poll::Ready(frame) => frame.map(|frame| frame.map(|frame| frame.into_data().unwrap_or_default())),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_body_that_was_asked_for_may_have_been_sent() {
        let (mut body, watch) = watched(Bytes::from_static(b"a=1"));
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(3), false));
        assert_eq!(ask(&mut body).unwrap().unwrap(), "a=1");
        assert_eq!(
            (watch.withdraw(), body.is_end_stream(), ask(&mut body).is_none()),
            (SendStage::MaybeSent, true, true)
        );
    }

    #[test]
    fn one_that_was_withdrawn_cannot_be_had_any_more() {
        let (mut body, watch) = watched(Bytes::from_static(b"a=1"));
        assert_eq!((watch.withdraw(), watch.withdraw()), (SendStage::NotSent, SendStage::NotSent));
        assert!(ask(&mut body).unwrap().is_err());
    }

    #[test]
    fn an_empty_one_is_never_asked_for_and_may_have_been_sent() {
        let (body, watch) = watched(Bytes::new());
        assert_eq!((watch.withdraw(), body.is_end_stream()), (SendStage::MaybeSent, true));
    }
}
