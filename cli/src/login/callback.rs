//! Where the browser comes back to from the page of consent.

use std::future::IntoFuture as _;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use opentop_runtime::tokens::{AuthorizationCode, AuthorizeLink, OAuthError};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// The callback of programs without an address: the platform shows the code.
pub(super) const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Where the browser comes back to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Callback {
    /// This machine.
    Local { address: SocketAddr, path: String },
    /// Another one.
    Elsewhere,
    /// Nowhere: the platform shows the code.
    Shown,
}

impl Callback {
    pub(super) fn of(url: &str) -> Result<Self, String> {
        if url == OUT_OF_BAND {
            return Ok(Callback::Shown);
        }
        let uri: Uri = url.parse().map_err(|error| format!("the callback {url} is no URL: {error}"))?;
        let address = match uri.host() {
            Some("127.0.0.1" | "localhost") => Ipv4Addr::LOCALHOST.into(),
            Some("[::1]") => Ipv6Addr::LOCALHOST.into(),
            Some(_) if uri.scheme_str().is_some() => return Ok(Callback::Elsewhere),
            _ => {
                return Err(format!(
                    "the callback {url} is no whole URL: expected https://… or http://127.0.0.1:PORT/…"
                ));
            }
        };
        if uri.scheme_str() != Some("http") {
            return Err(format!(
                "the callback {url} is on this machine: expected http://, for which no certificate is needed"
            ));
        }
        let address = SocketAddr::new(address, uri.port_u16().unwrap_or(80));
        Ok(Callback::Local { address, path: uri.path().to_owned() })
    }

    pub(super) fn path(&self) -> &str {
        match self {
            Callback::Local { path, .. } => path,
            Callback::Elsewhere | Callback::Shown => "",
        }
    }

    /// Listens where the browser will come; `None` where that is not this machine.
    pub(super) fn listen(&self) -> Result<Option<TcpListener>, String> {
        let Callback::Local { address, .. } = self else { return Ok(None) };
        let listener = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok(listener)
        });
        listener.map(Some).map_err(|error| format!("cannot listen on {address} for the browser: {error}"))
    }
}

pub(super) type Came = Result<AuthorizationCode, OAuthError>;

/// What the browser's requests are answered with.
struct Waiting {
    path: String,
    link: AuthorizeLink,
    came: mpsc::Sender<Came>,
}

/// Waits for the answer to this link. `None` if it does not come in time. Answers to other links, and what else comes, change nothing.
pub(super) async fn wait(
    listener: TcpListener,
    path: &str,
    link: &AuthorizeLink,
    patience: Duration,
) -> Result<Option<Came>, String> {
    let broken = |error: std::io::Error| format!("cannot listen for the browser: {error}");
    let listener = tokio::net::TcpListener::from_std(listener).map_err(broken)?;
    let (came, mut come) = mpsc::channel(1);
    let waiting = Arc::new(Waiting { path: path.to_owned(), link: link.clone(), came });
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = axum::serve(listener, Router::new().fallback(answer).with_state(waiting));
    let serving = tokio::spawn(serving.with_graceful_shutdown(async { drop(stopped.await) }).into_future());
    let came = timeout(patience, come.recv()).await.ok().flatten();
    // The browser still gets its page. A connection that it opened and does not use is not waited for.
    drop(stop);
    let _ = timeout(Duration::from_secs(1), serving).await;
    Ok(came)
}

/// The page for a request. What answers the link is handed on.
async fn answer(State(waiting): State<Arc<Waiting>>, method: Method, uri: Uri) -> Response {
    if uri.path() != waiting.path {
        return (StatusCode::NOT_FOUND, "there is no such page\n").into_response();
    }
    if method != Method::GET {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")], "only GET\n").into_response();
    }
    let came = waiting.link.code(&uri.to_string());
    let (status, words) = match &came {
        Ok(_) => (StatusCode::OK, "The code has arrived. Go back to the terminal.\n".to_owned()),
        Err(OAuthError::Denied { .. }) => {
            (StatusCode::OK, "You did not consent. Go back to the terminal.\n".to_owned())
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")),
    };
    if status == StatusCode::OK {
        // Only the first one counts.
        let _ = waiting.came.try_send(came);
    }
    // The address holds the code: it is neither kept nor told to another site.
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, words).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_callback_is_here_elsewhere_or_nowhere() {
        let local =
            |address: &str, path: &str| Callback::Local { address: address.parse().unwrap(), path: path.into() };
        for (url, expected) in [
            ("http://127.0.0.1:8765/callback", local("127.0.0.1:8765", "/callback")),
            ("http://localhost:8765", local("127.0.0.1:8765", "/")),
            ("http://[::1]:8765/a?shop=1", local("[::1]:8765", "/a")),
            ("https://shop.example/callback", Callback::Elsewhere),
            (OUT_OF_BAND, Callback::Shown),
        ] {
            assert_eq!(Callback::of(url), Ok(expected), "{url}");
        }
        for url in ["", "shop.example", "/callback", "https://127.0.0.1:1/x", "http://a b"] {
            assert!(Callback::of(url).unwrap_err().contains("the callback"), "{url}");
        }
    }
}
