//! Who may ask.
//!
//! The server listens on this machine alone, but every page that the user has open can send requests there. A name that leads here is no
//! proof either: whoever owns a domain can let it resolve to this machine. So the `Host` has to be a loopback name with the right port,
//! the `Origin` this server itself, and who makes a call holds the token of this start, which only a page of this origin can read.

use axum::Json;
use axum::http::request::Parts;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use opentop_sandbox::gateway;
use subtle::ConstantTimeEq;

/// Carries the token of this start.
pub(super) const TOKEN: HeaderName = HeaderName::from_static("x-opentop-token");

/// What "try it" asks starts with.
const TRIAL: &str = "/_try/";

/// The one question that is answered without the token: it tells it.
const FIRST: &str = "/_try/method";

pub(super) struct Guard {
    /// The names of this server, as `Host` gives them.
    hosts: Vec<String>,
    port: u16,
    token: String,
}

/// Why a request is not answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    words: String,
}

impl Guard {
    pub(super) fn new(port: u16, token: &str) -> Guard {
        let names = ["127.0.0.1", "localhost", "[::1]"];
        let mut hosts: Vec<String> = names.map(|name| format!("{name}:{port}")).into();
        if port == 80 {
            hosts.extend(names.map(str::to_owned));
        }
        Guard { hosts, port, token: token.to_owned() }
    }

    /// Why a request with this head is refused; `None` where it is not.
    pub(super) fn refusal(&self, head: &Parts) -> Option<Refusal> {
        self.host(head).and_then(|host| self.rest(head, &host)).err()
    }

    fn host(&self, head: &Parts) -> Result<String, Refusal> {
        let mut hosts = head.headers.get_all(header::HOST).iter();
        let (host, second) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next());
        let host = host.map(str::to_ascii_lowercase).filter(|host| second.is_none() && self.hosts.contains(host));
        // A request may name the host in its target too.
        let is_same =
            |host: &String| head.uri.authority().is_none_or(|named| named.as_str().eq_ignore_ascii_case(host));
        host.filter(is_same).ok_or_else(|| {
            let port = self.port;
            refused(
                StatusCode::MISDIRECTED_REQUEST,
                format!("this server is http://127.0.0.1:{port}/ and http://localhost:{port}/: open one of these"),
            )
        })
    }

    fn rest(&self, head: &Parts, host: &str) -> Result<(), Refusal> {
        let path = head.uri.path();
        let is_trial = path.starts_with(TRIAL);
        if !is_trial && path != gateway::PATH {
            return Ok(());
        }
        let text = |name: HeaderName| head.headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let own = format!("http://{host}");
        match text(header::ORIGIN) {
            Some(origin) if origin != own => return Err(foreign()),
            None if is_trial => return Err(foreign()),
            _ => {}
        }
        match text(HeaderName::from_static("sec-fetch-site")) {
            None | Some("same-origin") => {}
            Some("none") if !is_trial => {}
            Some(_) => return Err(foreign()),
        }
        if !is_trial {
            return Ok(());
        }
        if head.method != Method::POST {
            return Err(refused(StatusCode::METHOD_NOT_ALLOWED, "only POST".to_owned()));
        }
        let kind = text(header::CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "only application/json".to_owned()));
        }
        let token = text(TOKEN).unwrap_or_default();
        if path != FIRST && !bool::from(token.as_bytes().ct_eq(self.token.as_bytes())) {
            return Err(refused(
                StatusCode::FORBIDDEN,
                "this page was opened before the server was started again: reload it".to_owned(),
            ));
        }
        Ok(())
    }
}

fn foreign() -> Refusal {
    refused(StatusCode::FORBIDDEN, "only a page of this server may ask this".to_owned())
}

fn refused(status: StatusCode, words: String) -> Refusal {
    Refusal { status, words }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(serde_json::json!({ "error": self.words }))).into_response()
    }
}
