//! Opens a websocket.
//!
//! The handshake is written here because tungstenite's own refuses `Connection: keep-alive, Upgrade` in an answer, which proxies send.
//! The deadline is the caller's: tungstenite has none.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::error::TmcError;
use super::url::Url;

/// The longest head of an answer.
const MAX_HEAD: usize = 16 << 10;
/// The most headers of an answer.
const MAX_HEADERS: usize = 100;

pub(super) async fn open(url: &Url, max_frame: usize) -> Result<WebSocketStream<TcpStream>, TmcError> {
    let mut stream = TcpStream::connect((url.host.as_str(), url.port)).await?;
    stream.set_nodelay(true)?;
    let key = generate_key();
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n",
        url.target, url.authority
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::with_capacity(1024);
    let head = loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        if let Some(length) = accepted(&answer, &key)? {
            break length;
        }
        if answer.len() > MAX_HEAD {
            return Err(TmcError::protocol("the head of its answer is larger than 16 KiB"));
        }
    };
    let early = answer.split_off(head);
    let config = WebSocketConfig::default().max_message_size(Some(max_frame)).max_frame_size(Some(max_frame));
    Ok(WebSocketStream::from_partially_read(stream, early, Role::Client, Some(config)).await)
}

/// The length of the head once it is complete.
fn accepted(answer: &[u8], key: &str) -> Result<Option<usize>, TmcError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let parsed =
        response.parse(answer).map_err(|error| TmcError::protocol(format!("its answer is no HTTP: {error}")))?;
    let httparse::Status::Complete(length) = parsed else { return Ok(None) };
    let code = response.code.unwrap_or_default();
    if code != 101 {
        return Err(TmcError::protocol(format!("expected status 101 to the handshake, got {code}")));
    }
    let has = |name: &str, wanted: &str| {
        let of_name = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        let mut words =
            of_name.filter_map(|header| std::str::from_utf8(header.value).ok()).flat_map(|text| text.split(','));
        words.any(|word| word.trim().eq_ignore_ascii_case(wanted))
    };
    if !has("upgrade", "websocket") || !has("connection", "upgrade") {
        return Err(TmcError::protocol("its handshake does not upgrade to a websocket"));
    }
    let accept = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("sec-websocket-accept"));
    if accept.is_none_or(|header| header.value.trim_ascii() != derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(TmcError::protocol("its handshake answers another key"));
    }
    Ok(Some(length))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The key and its answer of RFC 6455.
    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
    const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    fn answer(connection: &str) -> String {
        format!(
            "HTTP/1.1 101 OK\r\nupgrade: WebSocket\r\nconnection: {connection}\r\nSec-WebSocket-Accept: {ACCEPT}\r\n\r\n"
        )
    }

    #[test]
    fn a_connection_header_may_hold_several_words() {
        for connection in ["Upgrade", "upgrade", "keep-alive, Upgrade", "Upgrade,keep-alive"] {
            let answer = answer(connection);
            assert_eq!(accepted(format!("{answer}early").as_bytes(), KEY).unwrap(), Some(answer.len()), "{connection}");
        }
    }

    #[test]
    fn a_head_is_read_in_pieces_and_what_is_no_upgrade_is_refused() {
        let whole = answer("Upgrade");
        for cut in 0..whole.len() {
            assert_eq!(accepted(&whole.as_bytes()[..cut], KEY).unwrap(), None, "{cut}");
        }
        for wrong in [
            whole.replace("101", "403"),
            whole.replace("WebSocket\r", "h2c\r"),
            answer("keep-alive"),
            whole.replace(ACCEPT, "x"),
            "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
        ] {
            assert!(matches!(accepted(wrong.as_bytes(), KEY), Err(TmcError::Protocol(_))), "{wrong}");
        }
    }
}
