//! Accepts connections up to a bound, and closes those that send nothing.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// What connections may cost.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// So many are open at once; the next one waits until one of them ends.
    pub(super) open: usize,
    /// One that has sent no whole head for this long is closed.
    pub(super) idle: Duration,
}

/// A browser opens six to a host.
pub(super) const LIMITS: Limits = Limits { open: 256, idle: Duration::from_secs(30) };

/// Answers until `stop`. A request that is being answered then is answered.
pub(super) async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.open));
    let closing = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.idle);
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream) = tokio::select! {
            (place, accepted) = next => match accepted {
                Ok((stream, _)) => (place, stream),
                Err(_) => {
                    // One that was closed again at once; or no more files can be opened, until some are closed.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = closing.watch(connection);
        tokio::spawn(async move {
            // Whatever ends it ends it alone.
            let _ = connection.await;
            drop(place);
        });
    }
    closing.shutdown().await;
}
