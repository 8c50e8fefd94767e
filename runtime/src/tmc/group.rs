//! One group: connections one after another, until the consumer is stopped.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::backoff::Backoff;
use super::config::Settings;
use super::connect::Link;
use super::error::TmcError;
use super::handler::Handler;
use super::running::Shared;
use super::session::{End, Times, serve};
use super::work::Work;

/// A connection that lasted as long, or over which a message was answered, was a good one: the next wait is short again.
const GOOD: Duration = Duration::from_secs(10);

/// Serves a group.
pub(super) async fn run(settings: Settings, group: String, handler: Handler, shared: Shared) -> Result<(), TmcError> {
    let mut work = Work::new(handler, settings.concurrency, Arc::clone(&shared.counters));
    let times = Times { pull_every: settings.pull_every, stop_within: settings.stop_timeout };
    let (mut backoff, mut refusals, mut stop) = (Backoff::default(), 0, shared.stop.clone());
    loop {
        let opened = tokio::select! {
            biased;
            () = stop.stopped() => break,
            opened = Link::open(&settings, &group) => opened,
        };
        let error = match opened {
            Ok(link) => {
                tracing::debug!(group, "connected");
                refusals = 0;
                let (connected, since) = (shared.connected(), Instant::now());
                let answered = work.told;
                let end = serve(link, &mut work, &mut stop, times, &shared.counters).await;
                drop(connected);
                if since.elapsed() >= GOOD || work.told > answered {
                    backoff.reset();
                }
                match end {
                    End::Stopped => return Ok(()),
                    End::Lost(error) => error,
                }
            }
            Err(error) if error.is_refusal() => {
                refusals += 1;
                if refusals >= settings.max_refusals {
                    return Err(error);
                }
                error
            }
            Err(error) => error,
        };
        let wait = backoff.next();
        tracing::warn!(group, %error, ?wait, "no connection; trying again");
        tokio::select! {
            biased;
            () = stop.stopped() => break,
            () = sleep(wait) => {}
        }
    }
    // Without a connection nothing can be confirmed. Handlers may still end what they began.
    work.finish(settings.stop_timeout).await;
    Ok(())
}
