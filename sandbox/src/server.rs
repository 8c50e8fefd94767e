//! Carries the gateway over HTTP: sockets in, [`gateway::answer`] in the middle, sockets out. Nothing is decided here.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::gateway::{self, HttpRequest, HttpResponse, MAX_BODY, State};

/// A server with an I/O loop of its own.
pub(crate) struct Server {
    runtime: Runtime,
    listener: tokio::net::TcpListener,
    state: Arc<State>,
}

impl Server {
    pub(crate) fn new(listener: TcpListener, state: Arc<State>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        listener.set_nonblocking(true)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        Ok(Server { runtime, listener, state })
    }

    /// Serves until `stopped` is sent or dropped. Then whatever is open is closed, answered or not: a sandbox that is
    /// dropped must not wait for its clients.
    pub(crate) fn run_until(self, stopped: oneshot::Receiver<()>) {
        let Server { runtime, listener, state } = self;
        let app = Router::new().fallback(move |request: Request| {
            let state = Arc::clone(&state);
            async move { carry(&state, request).await }
        });
        runtime.block_on(async {
            tokio::select! {
                _ = stopped => {}
                _ = std::future::IntoFuture::into_future(axum::serve(listener, app)) => {}
            }
        });
    }
}

async fn carry(state: &State, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return response(HttpResponse::plain(413, format!("the body is cut, or has more than {MAX_BODY} bytes\n")));
    };
    let content_type = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    response(gateway::answer(
        state,
        &HttpRequest {
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            content_type: content_type.map(str::to_owned),
            body,
        },
    ))
}

fn response(answer: HttpResponse) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    response
}
