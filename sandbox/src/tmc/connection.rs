//! One connection of a consumer or a publisher.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fastwebsockets::{Frame as Packet, OpCode, Payload, Role, WebSocketError, WebSocketRead, WebSocketWrite};
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use opentop_runtime::__private::v1::link::{
    CONFIRM, CONNECT, CONNECT_ACK, DATA, FAILED, Frame, KIND, PULL, SEND, SEND_ACK, Value,
};
use opentop_runtime::__private::v1::sign::{SignMethod, verify};
use tokio::io::{BufWriter, ReadHalf, WriteHalf};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::fault::TmcFault;
use super::queue::{Hub, PushedMessage, Stored};

type Io = TokioIo<Upgraded>;
type Reader = WebSocketRead<ReadHalf<Io>>;
type Writer = WebSocketWrite<BufWriter<WriteHalf<Io>>>;

/// The largest frame that is read.
const MAX_FRAME: usize = 16 << 20;

pub(super) async fn serve(io: Io, hub: &Arc<Hub>) {
    let (read, write) = tokio::io::split(io);
    let (mut reader, writer) = fastwebsockets::after_handshake_split(read, BufWriter::new(write), Role::Server);
    // Both are decided here: the platform is believed to answer no pings.
    reader.set_auto_pong(false);
    reader.set_auto_close(false);
    reader.set_max_message_size(MAX_FRAME);
    tokio::select! {
        () = hub.ends.notified() => {}
        ended = introduced(reader, writer, hub) => drop(ended),
    }
}

/// The next frame. Dropping the future loses the connection.
async fn next(reader: &mut Reader) -> Result<Packet<'_>, WebSocketError> {
    reader.read_frame(&mut |_| async { Ok::<(), WebSocketError>(()) }).await
}

async fn send(writer: &mut Writer, bytes: Vec<u8>) -> Result<(), WebSocketError> {
    writer.write_frame(Packet::binary(Payload::Owned(bytes))).await
}

async fn introduced(mut reader: Reader, mut writer: Writer, hub: &Arc<Hub>) -> Result<(), WebSocketError> {
    // A ping may come first.
    let (key, flag) = loop {
        let packet = next(&mut reader).await?;
        match packet.opcode {
            OpCode::Binary | OpCode::Text => {
                let Ok(frame) = Frame::decode(&packet.payload) else { return Ok(()) };
                if frame.kind != CONNECT {
                    continue;
                }
                match identify(&frame, hub) {
                    Ok(key) => break (key, frame.flag),
                    Err((code, phrase)) => {
                        let refusal = Frame::new(CONNECT_ACK).flag(frame.flag).refusal(code, phrase);
                        send(&mut writer, refusal.encode(&[])).await?;
                        return writer.flush().await;
                    }
                }
            }
            OpCode::Close => return Ok(()),
            _ => {}
        }
    };
    let token = format!("{:032x}", fastrand::u128(..));
    let ack = Frame::new(CONNECT_ACK).flag(flag).token(&token);
    let ack = match hub.faults.of_connection() {
        None => ack.encode(&[]),
        Some(TmcFault::Refuse(code, phrase)) => Frame::new(CONNECT_ACK).flag(flag).refusal(code, &phrase).encode(&[]),
        Some(TmcFault::AckWithoutToken) => ack.token("").encode(&[]),
        Some(TmcFault::AckWithoutFlag) => ack.flag(0).encode(&[]),
        Some(TmcFault::NoAck) => {
            while next(&mut reader).await?.opcode != OpCode::Close {}
            return Ok(());
        }
        Some(_) => return Ok(()),
    };
    send(&mut writer, ack).await?;
    writer.flush().await?;
    hub.count(|counts| counts.connections += 1);
    let pulled = AtomicBool::new(false);
    let (answers, answered) = mpsc::channel(64);
    tokio::select! {
        ended = read(reader, hub, (&key, &token), &pulled, answers) => ended,
        ended = write(writer, hub, (&key, &token), &pulled, answered) => ended,
    }
}

/// Checks who connects.
fn identify(frame: &Frame<'_>, hub: &Hub) -> Result<(String, String), (i32, &'static str)> {
    let text = |name| frame.get(name).text().unwrap_or_default();
    let (app, group) = (text("app_key"), text("group_name"));
    let known = hub.options.apps.iter().find(|(key, _)| key == app).ok_or((101, "unknown app key"))?;
    let mut signed = [("app_key", app), ("group_name", group), ("timestamp", text("timestamp"))];
    if group.is_empty() || !verify(SignMethod::Md5, &known.1, &mut signed, None, text("sign")) {
        return Err((102, "sign error"));
    }
    if hub.options.auth_token.as_ref().is_some_and(|token| text("token") != token) {
        return Err((103, "token error"));
    }
    Ok((app.to_owned(), group.to_owned()))
}

async fn read(
    mut reader: Reader,
    hub: &Hub,
    (key, token): (&(String, String), &str),
    pulled: &AtomicBool,
    answers: mpsc::Sender<Packet<'static>>,
) -> Result<(), WebSocketError> {
    loop {
        let packet = next(&mut reader).await?;
        let answer = match packet.opcode {
            OpCode::Close => {
                // The writer sends it behind whatever it has, and ends.
                drop(answers.send(Packet::close(1000, b"")).await);
                std::future::pending().await
            }
            OpCode::Ping if hub.options.answer_pings => Some(Packet::pong(Payload::Owned(packet.payload.to_vec()))),
            OpCode::Binary | OpCode::Text => {
                let Ok(frame) = Frame::decode(&packet.payload) else { return Ok(()) };
                take(&frame, hub, key, token, pulled)
            }
            _ => None,
        };
        if let Some(answer) = answer {
            drop(answers.send(answer).await);
        }
    }
}

/// Takes a frame of the client, and gives the answer.
fn take(
    frame: &Frame<'_>,
    hub: &Hub,
    key: &(String, String),
    token: &str,
    pulled: &AtomicBool,
) -> Option<Packet<'static>> {
    if frame.kind != SEND || frame.token != token {
        return None;
    }
    let id = frame.get("id").number().unwrap_or_default();
    let text = |name| frame.get(name).text().unwrap_or_default().to_owned();
    match frame.get(KIND) {
        Value::Byte(PULL) => {
            pulled.store(true, Ordering::Relaxed);
            hub.count(|counts| counts.pulls += 1);
            hub.news.notify_waiters();
        }
        Value::Byte(CONFIRM) => hub.confirm(key, id),
        Value::Byte(FAILED) => hub.fail(key, id, text("msg")),
        Value::Byte(DATA) => drop(hub.push(&key.0, &key.1, PushedMessage::new(text("topic"), text("content")))),
        _ => {}
    }
    let ack = Frame::new(SEND_ACK).token(token).flag(frame.flag);
    (frame.flag > 0).then(|| Packet::binary(Payload::Owned(ack.encode(&[]))))
}

async fn write(
    mut writer: Writer,
    hub: &Hub,
    (key, token): (&(String, String), &str),
    pulled: &AtomicBool,
    mut answers: mpsc::Receiver<Packet<'static>>,
) -> Result<(), WebSocketError> {
    loop {
        while let Ok(answer) = answers.try_recv() {
            let closes = answer.opcode == OpCode::Close;
            writer.write_frame(answer).await?;
            if closes {
                return writer.flush().await;
            }
        }
        // Before the queue is looked at: what is pushed meanwhile must not be missed.
        let mut news = std::pin::pin!(hub.news.notified());
        news.as_mut().enable();
        let wait = match pulled.load(Ordering::Relaxed) {
            true => match hub.next(key) {
                Ok(stored) => {
                    let fault = hub.faults.of_message();
                    if let Some(TmcFault::Close(code)) = fault {
                        writer.write_frame(Packet::close(code, b"as asked for")).await?;
                        return writer.flush().await;
                    }
                    deliver(&mut writer, &stored, token, fault).await?;
                    continue;
                }
                Err(wait) => wait,
            },
            false => std::time::Duration::from_secs(60),
        };
        writer.flush().await?;
        tokio::select! {
            biased;
            Some(answer) = answers.recv() => {
                let closes = answer.opcode == OpCode::Close;
                writer.write_frame(answer).await?;
                if closes {
                    return writer.flush().await;
                }
            }
            () = news => {}
            () = sleep(wait) => {}
        }
    }
}

async fn deliver(
    writer: &mut Writer,
    stored: &Stored,
    token: &str,
    fault: Option<TmcFault>,
) -> Result<(), WebSocketError> {
    if fault == Some(TmcFault::Garbage) {
        send(writer, vec![2, 2, 9, 0, 0, 0]).await?;
    }
    let bytes = encoded(stored, token, fault.as_ref());
    if fault == Some(TmcFault::Duplicate) {
        send(writer, bytes.clone()).await?;
    }
    send(writer, bytes).await
}

fn encoded(stored: &Stored, token: &str, fault: Option<&TmcFault>) -> Vec<u8> {
    let Stored { id, message, published } = stored;
    let packed;
    let content = match fault {
        Some(TmcFault::Gzip) => {
            packed = gzip(message.content.as_bytes());
            Value::Bytes(&packed)
        }
        _ => Value::Text(&message.content),
    };
    let own = id.to_string();
    let data_id = match fault {
        Some(TmcFault::NumericDataId) => Value::Int64(*id),
        _ => Value::Text(message.data_id.as_deref().unwrap_or(&own)),
    };
    let kind = if fault == Some(&TmcFault::UnknownKind) { 99 } else { DATA };
    let mut fields = vec![
        (KIND, Value::Byte(kind)),
        ("id", Value::Int64(*id)),
        ("topic", Value::Text(&message.topic)),
        ("content", content),
        ("dataid", data_id),
        ("time", Value::Date(*published)),
        ("outtime", Value::Date(opentop_runtime::DateTime::now().unix_millis())),
    ];
    if let Some(nick) = &message.user_nick {
        fields.push(("nick", Value::Text(nick)));
    }
    let foreign = fault == Some(&TmcFault::ForeignToken);
    Frame::new(SEND).token(if foreign { "of another connection" } else { token }).encode(&fields)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(content).and_then(|()| encoder.finish());
    packed.expect("invariant: a vector takes every byte")
}
