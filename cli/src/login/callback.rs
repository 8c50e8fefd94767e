//! Where the browser comes back to from the page of consent.

use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use opentop_runtime::tokens::{AuthorizationCode, AuthorizeLink, OAuthError};

use crate::local_http::{MAX_OPEN, PATIENCE, head, message, request_line};

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
        let uri: http::Uri = url.parse().map_err(|error| format!("the callback {url} is no URL: {error}"))?;
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

type Came = Result<AuthorizationCode, OAuthError>;

/// Waits for the answer to this link. `None` if it does not come in time. Answers to other links, and what else comes, change nothing.
pub(super) fn wait(
    listener: &TcpListener,
    path: &str,
    link: &AuthorizeLink,
    patience: Duration,
) -> Result<Option<AuthorizationCode>, OAuthError> {
    let end = Instant::now() + patience;
    let (send, come) = mpsc::channel();
    let mut open: Vec<thread::JoinHandle<()>> = Vec::new();
    while Instant::now() < end {
        match listener.accept() {
            Ok((stream, _)) => {
                open.retain(|thread| !thread.is_finished());
                let (send, path, link) = (send.clone(), path.to_owned(), link.clone());
                // A browser may open connections that it does not use.
                let answer = move || answer(stream, &path, &link, &send);
                open.extend((open.len() < MAX_OPEN).then(|| thread::Builder::new().spawn(answer).ok()).flatten());
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // Out of sockets, mostly: the ones that are open end soon.
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
        match come.recv_timeout(Duration::from_millis(20)) {
            Ok(came) => return Came::map(came, Some),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
    Ok(None)
}

/// Answers one request. A peer that goes away midway has no answer to miss.
fn answer(mut stream: TcpStream, path: &str, link: &AuthorizeLink, send: &Sender<Came>) {
    let _ = stream.set_nonblocking(false);
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let Some(head) = head(&mut stream) else { return };
    let (page, came) = respond(&head, path, link);
    let _ = stream.write_all(&page).and_then(|()| stream.flush());
    if let Some(came) = came {
        let _ = send.send(came);
    }
}

/// The page for a request, and the answer to the link if it holds it.
fn respond(head: &[u8], path: &str, link: &AuthorizeLink) -> (Vec<u8>, Option<Came>) {
    let plain = |status: &str, text: &str| message(status, "text/plain", text, false, "");
    let (verb, target) = request_line(head);
    if target.split('?').next() != Some(path) {
        return (plain("404 Not Found", "there is no such page\n"), None);
    }
    if verb != "GET" {
        return (message("405 Method Not Allowed", "text/plain", "only GET\n", false, "Allow: GET\r\n"), None);
    }
    match link.code(target) {
        Ok(code) => (plain("200 OK", "The code has arrived. Go back to the terminal.\n"), Some(Ok(code))),
        Err(error @ OAuthError::Denied { .. }) => {
            (plain("200 OK", "You did not consent. Go back to the terminal.\n"), Some(Err(error)))
        }
        Err(error) => (plain("400 Bad Request", &format!("{error}\n")), None),
    }
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
