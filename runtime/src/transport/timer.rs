//! A wait that needs no runtime: a thread of its own sleeps and wakes the task.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Ends after `wait`. The thread starts with the first poll.
pub(super) fn sleep(wait: Duration) -> impl Future<Output = ()> + Send {
    Sleep { wait, waker: None, until: None }
}

struct Sleep {
    wait: Duration,
    until: Option<Instant>,
    /// Shared with the thread: whom to wake.
    waker: Option<Arc<Mutex<Waker>>>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let wait = self.wait;
        let until = *self.until.get_or_insert_with(|| Instant::now() + wait);
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
