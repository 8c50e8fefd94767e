//! A wait that needs no runtime: a thread of its own sleeps and wakes the task.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Ends after `wait`, or never where the clock does not reach that far. The thread starts with the first poll.
pub(super) fn sleep(wait: Duration) -> impl Future<Output = ()> + Send {
    Sleep { wait, waker: None, until: None }
}

struct Sleep {
    wait: Duration,
    /// When it ends, once it has begun; `None` inside: never.
    until: Option<Option<Instant>>,
    /// Shared with the thread: whom to wake.
    waker: Option<Arc<Mutex<Waker>>>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let wait = self.wait;
        let Some(until) = *self.until.get_or_insert_with(|| Instant::now().checked_add(wait)) else {
            return Poll::Pending;
        };
        if Instant::now() >= until {
            return Poll::Ready(());
        }
        if let Some(waker) = &self.waker {
            waker.lock().unwrap_or_else(PoisonError::into_inner).clone_from(context.waker());
            return Poll::Pending;
        }
        let waker = Arc::new(Mutex::new(context.waker().clone()));
        self.waker = Some(Arc::clone(&waker));
        let started = std::thread::Builder::new().name("opentop-wait".to_owned()).spawn(move || {
            std::thread::sleep(until.saturating_duration_since(Instant::now()));
            waker.lock().unwrap_or_else(PoisonError::into_inner).wake_by_ref();
        });
        // Where no thread can be had, waiting less is better than never waking.
        if started.is_ok() { Poll::Pending } else { Poll::Ready(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_after_its_wait_and_never_where_the_clock_ends_first() {
        let mut context = Context::from_waker(Waker::noop());
        let mut over = Box::pin(sleep(Duration::ZERO));
        assert!(over.as_mut().poll(&mut context).is_ready());
        let mut never = Box::pin(sleep(Duration::MAX));
        assert!((0..3).all(|_| never.as_mut().poll(&mut context).is_pending()));
    }
}
