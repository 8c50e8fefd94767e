//! The handshake of a websocket, over hyper: a wrong one gets an answer, and a frame that came with it is kept.

use std::convert::Infallible;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use sha1::{Digest, Sha1};
use tokio::net::TcpStream;

use super::connection;
use super::queue::Hub;

/// Of RFC 6455.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

pub(super) async fn serve(stream: TcpStream, hub: Arc<Hub>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let response = respond(request, &hub);
        async move { Ok::<_, Infallible>(response) }
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades();
    // A client that breaks off is no concern of the server's.
    drop(served.await);
}

fn respond(mut request: Request<Incoming>, hub: &Arc<Hub>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY) else {
        *response.status_mut() = StatusCode::BAD_REQUEST;
        *response.body_mut() = Full::from("expected a websocket's handshake\n");
        return response;
    };
    let digest = Sha1::new().chain_update(key.as_bytes()).chain_update(GUID).finalize();
    let accept = HeaderValue::try_from(STANDARD.encode(digest)).expect("invariant: base64 is ASCII");
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    let hub = Arc::clone(hub);
    tokio::spawn(async move {
        if let Ok(upgraded) = hyper::upgrade::on(&mut request).await {
            connection::serve(TokioIo::new(upgraded), &hub).await;
        }
    });
    response
}
