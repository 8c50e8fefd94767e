//! `opentop docs --serve`: the site over HTTP, the sandbox's gateway at its usual path, and what the pages' "try it" asks for.
//!
//! Everything is served from memory, on this machine alone. No path of a request ever meets the file system, and a reader never sees half
//! a site. [`connections`] bounds what is open, [`files`] answers for the site, [`guard`] decides who may ask, [`trial`] makes calls.

mod connections;
mod files;
mod guard;
pub(crate) mod trial;

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use opentop_sandbox::gateway;

use super::site::Site;
use files::Files;
use guard::Guard;
use trial::Trial;

/// The pages need their own style, scripts and answers, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// What "try it" may send: the largest body of the gateway, its files in base64.
const MAX_ASKED: usize = gateway::MAX_BODY / 3 * 4 + 1024 * 1024;

struct Server {
    files: Files,
    guard: Guard,
    trial: Arc<Trial>,
}

/// Answers until it is interrupted. A call that is under way then is waited for.
pub(crate) fn serve(listener: TcpListener, site: Site, trial: Trial) -> Result<()> {
    listener.set_nonblocking(true).context("cannot listen")?;
    let port = listener.local_addr().context("cannot tell the address")?.port();
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).context("cannot listen")?;
        let stop = async { drop(tokio::signal::ctrl_c().await) };
        connections::serve(listener, router(port, site, trial), connections::LIMITS, stop).await;
        Ok(())
    })
}

fn router(port: u16, site: Site, trial: Trial) -> Router {
    let guard = Guard::new(port, trial.token());
    let server = Arc::new(Server { files: Files::of(site), guard, trial: Arc::new(trial) });
    Router::new()
        .route(
            "/_try/{action}",
            post(trial::asked).layer(DefaultBodyLimit::max(MAX_ASKED)).with_state(Arc::clone(&server.trial)),
        )
        .route(gateway::PATH, any(call).layer(DefaultBodyLimit::max(gateway::MAX_BODY)))
        .fallback(page)
        .layer(middleware::from_fn_with_state(Arc::clone(&server), guarded))
        .with_state(server)
}

/// Lets through who may ask. Every answer gets the headers that keep a browser from doing more with it than the pages need.
async fn guarded(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let mut response = match server.guard.refusal(&head) {
        Some(refusal) => refusal.into_response(),
        None => next.run(Request::from_parts(head, body)).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A file of the site.
async fn page(
    State(server): State<Arc<Server>>,
    method: Method,
    path: Option<Path<String>>,
    request: Request,
) -> Response {
    let _ = path;
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")], "only GET and HEAD\n").into_response();
    }
    server.files.answer(request.uri().path(), request.headers())
}

/// A call of the sandbox, as every client makes it.
async fn call(State(server): State<Arc<Server>>, head: Parts, body: Bytes) -> Response {
    let text = |headers: &HeaderMap, name: &str| {
        headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let answer = gateway::answer(
        server.trial.gateway(),
        &gateway::HttpRequest {
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            content_type: text(&head.headers, "content-type"),
            separator: text(&head.headers, "top-api-separator"),
            body,
        },
    );
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, answer.content_type)], Body::from(answer.body)).into_response()
}

#[cfg(test)]
mod tests;
