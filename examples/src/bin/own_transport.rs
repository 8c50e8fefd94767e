//! A transport of your own: it passes requests on, counts them, and logs how long each took. It never logs a body, which holds the
//! session and the signature.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use opentop::api::alsc::crm_recharge_accountflows_get as flows;
use opentop::transport::{ReqwestTransport, ResponseFuture, Transport, TransportLimits, TransportOptions, UnitFuture};
use opentop::{Client, Endpoint};
use opentop_sandbox::Sandbox;

struct Measured<T> {
    inner: T,
    calls: Arc<AtomicU64>,
}

impl<T: Transport> Transport for Measured<T> {
    fn send(&self, request: http::Request<bytes::Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        Box::pin(async move {
            let start = Instant::now();
            self.calls.fetch_add(1, Ordering::Relaxed);
            let response = self.inner.send(request, limits).await;
            let status = response.as_ref().map(|response| response.status().as_u16()).ok();
            println!("status {status:?} after {:?}", start.elapsed());
            response
        })
    }

    // Waiting and blocking work stay those of the inner transport.
    fn sleep(&self, wait: Duration) -> UnitFuture<'_> {
        self.inner.sleep(wait)
    }

    fn unblock(&self, work: Box<dyn FnOnce() + Send>) -> UnitFuture<'_> {
        self.inner.unblock(work)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let endpoint = Endpoint::custom(&sandbox.endpoint())?;
    let calls = Arc::new(AtomicU64::new(0));
    let inner = ReqwestTransport::new(&endpoint, &TransportOptions::new())?;
    let client = Client::builder()
        .endpoint(endpoint)
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .transport(Measured { inner, calls: Arc::clone(&calls) })
        .build()?;

    flows::Request::builder().brand_id("1").shop_id("2").page_no(1).send(&client).await?;
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    Ok(())
}

#[test]
fn it_runs() {
    main().expect("the example runs");
}
