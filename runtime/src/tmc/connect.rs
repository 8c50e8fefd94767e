//! Makes a connection and introduces the application.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message as Packet, Utf8Bytes};

use super::config::Settings;
use super::error::TmcError;
use super::handshake;
use crate::wire::link::{CONNECT, CONNECT_ACK, Frame, Value};
use crate::wire::sign::{SignMethod, sign};

const SDK: &str = concat!("opentop-rust/", env!("CARGO_PKG_VERSION"));

/// How long the server may take nothing of what is written to it.
const WRITE_STALL: Duration = Duration::from_secs(30);
/// How long the server may take to answer a close frame.
const CLOSE_WAIT: Duration = Duration::from_secs(1);

/// Numbers the frames that want an answer, in all connections of the process.
static FLAGS: AtomicI32 = AtomicI32::new(1);

pub(super) fn next_flag() -> i32 {
    // A flag below 1 would not be written.
    FLAGS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |flag| Some(flag.checked_add(1).unwrap_or(1))).unwrap_or(1)
}

/// A connection that the server has accepted.
pub(super) struct Link {
    socket: WebSocketStream<TcpStream>,
    token: String,
    /// Whether something is written and not flushed.
    pub(super) dirty: bool,
}

impl Link {
    /// Connects, within the time that `settings` give.
    pub(super) async fn open(settings: &Settings, group: &str) -> Result<Self, TmcError> {
        let limit = settings.connect_timeout;
        let late = |_| TmcError::Timeout { waiting_for: "connection", limit };
        timeout(limit, open(settings, group)).await.map_err(late)?
    }

    /// The token that every frame bears.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The next frame's bytes. Pings are answered by the websocket itself.
    ///
    /// Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Result<Bytes, TmcError> {
        next(&mut self.socket).await
    }

    /// Writes a frame, flushed later.
    pub(super) async fn feed(&mut self, frame: Vec<u8>) -> Result<(), TmcError> {
        self.dirty = true;
        let late = |_| TmcError::Timeout { waiting_for: "room to write", limit: WRITE_STALL };
        Ok(timeout(WRITE_STALL, self.socket.feed(Packet::binary(frame))).await.map_err(late)??)
    }

    pub(super) async fn flush(&mut self) -> Result<(), TmcError> {
        self.dirty = false;
        let late = |_| TmcError::Timeout { waiting_for: "room to write", limit: WRITE_STALL };
        Ok(timeout(WRITE_STALL, self.socket.flush()).await.map_err(late)??)
    }

    /// Says goodbye, and waits a moment for the answer: what was written before arrives.
    pub(super) async fn close(mut self) {
        let frame = CloseFrame { code: CloseCode::Normal, reason: Utf8Bytes::from_static("client closed") };
        let goodbye = async {
            self.socket.close(Some(frame)).await?;
            while next(&mut self.socket).await.is_ok() {}
            Ok::<(), TmcError>(())
        };
        if let Ok(Err(error)) = timeout(CLOSE_WAIT, goodbye).await {
            tracing::debug!(%error, "the connection broke while it was closed");
        }
    }
}

async fn next(socket: &mut WebSocketStream<TcpStream>) -> Result<Bytes, TmcError> {
    loop {
        return match socket.next().await {
            Some(Ok(Packet::Binary(bytes))) => Ok(bytes),
            Some(Ok(Packet::Text(text))) => Ok(text.into()),
            Some(Ok(Packet::Close(frame))) => {
                // The answer waits to be written.
                drop(timeout(CLOSE_WAIT, socket.flush()).await);
                Err(TmcError::Closed {
                    code: frame.as_ref().map(|frame| frame.code.into()),
                    reason: frame.map(|frame| frame.reason.to_string()).unwrap_or_default(),
                })
            }
            Some(Ok(_)) => continue,
            Some(Err(error)) => Err(error.into()),
            None => Err(TmcError::Closed { code: None, reason: String::new() }),
        };
    }
}

async fn open(settings: &Settings, group: &str) -> Result<Link, TmcError> {
    let auth = match &settings.auth_tokens {
        Some(tokens) => Some(tokens(group.to_owned()).await.map_err(TmcError::AuthToken)?),
        None => None,
    };
    let mut socket = handshake::open(&settings.url, settings.max_frame).await?;
    let address =
        socket.get_ref().local_addr().map_or(Ipv4Addr::UNSPECIFIED.into(), |address| address.ip()).to_string();
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis().to_string();
    let mut signed = [("app_key", &*settings.app_key), ("group_name", group), ("timestamp", &*millis)];
    let signature = sign(SignMethod::Md5, &settings.secret, &mut signed, None);
    let mut fields = vec![
        ("app_key", Value::Text(&settings.app_key)),
        ("group_name", Value::Text(group)),
        ("minor_group", Value::Text(&settings.minor_group)),
        ("filter_exp", Value::Text(&settings.filter)),
        ("timestamp", Value::Text(&millis)),
        ("sign", Value::Text(&signature)),
        ("sdk", Value::Text(SDK)),
        ("intranet_ip", Value::Text(&address)),
        ("token", auth.as_deref().map_or(Value::Void, Value::Text)),
    ];
    if let Some(out_id) = &settings.out_id {
        fields.push(("out_id", Value::Text(out_id)));
    }
    let flag = next_flag();
    socket.send(Packet::binary(Frame::new(CONNECT).flag(flag).encode(&fields))).await?;
    loop {
        let bytes = next(&mut socket).await?;
        let frame = Frame::decode(&bytes)?;
        if frame.kind != CONNECT_ACK {
            continue;
        }
        if frame.is_refusal() {
            return Err(TmcError::Refused { code: frame.status, phrase: frame.phrase.to_owned() });
        }
        if frame.flag != flag {
            continue;
        }
        if frame.token.is_empty() {
            return Err(TmcError::protocol("it accepted the connection without a token"));
        }
        return Ok(Link { token: frame.token.to_owned(), socket, dirty: false });
    }
}
