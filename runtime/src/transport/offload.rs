//! Runs blocking work off the executor's threads, in any async runtime: one thread of the process does it all, in order.

use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;

type Work = Box<dyn FnOnce() + Send>;

/// Queues `work` at once. The future ends when it is done.
pub(super) fn run(work: Work) -> impl Future<Output = ()> + Send {
    let done = Arc::new(Mutex::new(State::default()));
    let end = Signal(Arc::clone(&done));
    let work: Work = Box::new(move || {
        let _end = end;
        work();
    });
    match worker() {
        Some(queue) => {
            if let Err(back) = queue.send(work) {
                back.0();
            }
        }
        // A process that can start no thread has worse troubles than a blocked executor.
        None => work(),
    }
    Done(done)
}

/// The worker's queue. `None` if its thread cannot be started.
fn worker() -> Option<&'static Sender<Work>> {
    static QUEUE: OnceLock<Option<Sender<Work>>> = OnceLock::new();
    let start = || {
        let (queue, works) = channel::<Work>();
        let serve = move || {
            for work in works {
                // One job that panics must not end the others.
                drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)));
            }
        };
        thread::Builder::new().name("opentop-blocking".to_owned()).spawn(serve).ok().map(|_| queue)
    };
    QUEUE.get_or_init(start).as_ref()
}

#[derive(Default)]
struct State {
    over: bool,
    waker: Option<Waker>,
}

/// Tells the end when it is dropped, after a panic too.
struct Signal(Arc<Mutex<State>>);

impl Drop for Signal {
    fn drop(&mut self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.over = true;
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }
}

struct Done(Arc<Mutex<State>>);

impl Future for Done {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.over {
            return Poll::Ready(());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn work_is_done_on_another_thread_and_survives_a_panic_before_it() {
        run(Box::new(|| panic!("one job"))).await;
        let caller = thread::current().id();
        let count = Arc::new(AtomicU32::new(0));
        for _ in 0..100 {
            let count = Arc::clone(&count);
            run(Box::new(move || {
                assert_ne!(thread::current().id(), caller);
                count.fetch_add(1, Ordering::SeqCst);
            }))
            .await;
        }
        assert_eq!(count.load(Ordering::SeqCst), 100);
    }

    #[tokio::test]
    async fn work_whose_future_is_dropped_is_done_all_the_same() {
        let (told, heard) = channel();
        drop(run(Box::new(move || told.send(()).expect("the test listens"))));
        heard.recv_timeout(std::time::Duration::from_secs(10)).expect("the work was done");
    }
}
