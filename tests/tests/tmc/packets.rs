//! Frames in WebSocket messages of every legal shape, by a server of the WebSocket crate alone.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use opentop_runtime::__private::v1::link::{CONFIRM, CONNECT_ACK, DATA, Frame, KIND, PULL, SEND, SEND_ACK, Value};
use opentop_runtime::tmc::{Consumer, Message};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Packet;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as Piece;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

const TOKEN: &str = "b3e4a6c2";

fn data(id: i64) -> Vec<u8> {
    let content = format!("{{\"id\":{id},\"nick\":\"测试\"}}");
    Frame::new(SEND).token(TOKEN).encode(&[
        (KIND, Value::Byte(DATA)),
        ("id", Value::Int64(id)),
        ("topic", Value::Text("t")),
        ("content", Value::Text(&content)),
    ])
}

async fn send(socket: &mut WebSocketStream<TcpStream>, packet: Packet) {
    socket.send(packet).await.unwrap();
}

/// The ids that are confirmed, until there are `count` of them.
async fn confirmed(socket: &mut WebSocketStream<TcpStream>, count: usize) -> Vec<i64> {
    let mut ids = Vec::new();
    while ids.len() < count {
        let packet = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.expect("a confirmation");
        let Packet::Binary(bytes) = packet.unwrap().unwrap() else { continue };
        let frame = Frame::decode(&bytes).unwrap();
        if frame.get(KIND).number() == Some(i64::from(CONFIRM)) {
            ids.extend(frame.get("id").number());
        }
    }
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn messages_come_in_pieces_beside_pings_and_several_in_a_packet() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let handled = Arc::clone(&seen);
    let consumer = Consumer::builder().url(url).app_key("1").app_secret("s").build().unwrap();
    let running = consumer.start(move |message: Message| {
        handled.lock().unwrap().push(message.content().to_owned());
        async { Ok::<(), String>(()) }
    });
    let (stream, _) = listener.accept().await.unwrap();
    let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
    let Packet::Binary(connect) = socket.next().await.unwrap().unwrap() else { panic!("a binary packet") };
    let flag = Frame::decode(&connect).unwrap().flag;
    send(&mut socket, Packet::binary(Frame::new(CONNECT_ACK).flag(flag).token(TOKEN).encode(&[]))).await;

    // In three pieces, a ping and an unasked pong between them.
    let whole = data(1);
    let (first, rest) = whole.split_at(5);
    let (second, third) = rest.split_at(rest.len() / 2);
    let piece = |bytes: &[u8], kind, last| Packet::Frame(Piece::message(bytes.to_vec(), OpCode::Data(kind), last));
    send(&mut socket, piece(first, Data::Binary, false)).await;
    send(&mut socket, Packet::Ping("p".into())).await;
    send(&mut socket, piece(second, Data::Continue, false)).await;
    send(&mut socket, Packet::Pong("unasked".into())).await;
    send(&mut socket, piece(third, Data::Continue, true)).await;
    assert_eq!(confirmed(&mut socket, 1).await, [1]);

    // As text.
    send(&mut socket, Packet::text(String::from_utf8(data(2)).unwrap())).await;
    // Two in one packet: the second is no message, so nobody confirms it and it comes again.
    send(&mut socket, Packet::binary([data(3), data(4)].concat())).await;
    // Several packets at once.
    for id in 5..8 {
        socket.feed(Packet::binary(data(id))).await.unwrap();
    }
    socket.flush().await.unwrap();
    assert_eq!(confirmed(&mut socket, 5).await, [2, 3, 5, 6, 7]);
    send(&mut socket, Packet::binary(data(4))).await;
    assert_eq!(confirmed(&mut socket, 1).await, [4]);

    drop(running);
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    let expected: Vec<String> = (1..8).map(|id| format!("{{\"id\":{id},\"nick\":\"测试\"}}")).collect();
    assert_eq!(seen, expected);
}

/// Takes a connection and accepts its CONNECT.
async fn accepted(listener: &TcpListener) -> WebSocketStream<TcpStream> {
    let (stream, _) = listener.accept().await.unwrap();
    let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
    let Packet::Binary(connect) = socket.next().await.unwrap().unwrap() else { panic!("a binary packet") };
    let flag = Frame::decode(&connect).unwrap().flag;
    send(&mut socket, Packet::binary(Frame::new(CONNECT_ACK).flag(flag).token(TOKEN).encode(&[]))).await;
    socket
}

/// The next frame.
async fn next(socket: &mut WebSocketStream<TcpStream>) -> Vec<u8> {
    let packet = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.expect("a frame");
    let Packet::Binary(bytes) = packet.unwrap().unwrap() else { panic!("a binary packet") };
    bytes.to_vec()
}

/// The vendor's client pulls first after 15 seconds and not at once after a reconnection, answers no flagged message, and answers a close
/// with an unmasked frame, which a strict server refuses.
#[tokio::test]
async fn every_connection_pulls_at_once_flags_are_answered_and_a_close_is_answered_as_the_standard_says() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let consumer = Consumer::builder().url(url).app_key("1").app_secret("s").build().unwrap();
    let running = consumer.start(|_: Message| async { Ok::<(), String>(()) });
    for _ in 0..2 {
        let mut socket = accepted(&listener).await;
        let bytes = next(&mut socket).await;
        let pull = Frame::decode(&bytes).unwrap();
        assert_eq!((pull.kind, pull.token, pull.get(KIND).number()), (SEND, TOKEN, Some(i64::from(PULL))));
        // A message of its own, whose sender waits.
        let frame = Frame::new(SEND).token(TOKEN).flag(77).encode(&[
            (KIND, Value::Byte(DATA)),
            ("id", Value::Int64(1)),
            ("topic", Value::Text("t")),
            ("content", Value::Text("{}")),
        ]);
        send(&mut socket, Packet::binary(frame)).await;
        let (mut acknowledged, mut confirmed) = (false, false);
        while !(acknowledged && confirmed) {
            let bytes = next(&mut socket).await;
            let frame = Frame::decode(&bytes).unwrap();
            acknowledged |= frame.kind == SEND_ACK && frame.flag == 77 && !frame.is_refusal();
            confirmed |= frame.get(KIND).number() == Some(i64::from(CONFIRM));
        }
        send(&mut socket, Packet::Close(None)).await;
        // The crate of this server refuses a frame without a mask.
        let answer = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.expect("an answer");
        assert!(matches!(answer, Some(Ok(Packet::Close(_)))), "{answer:?}");
    }
    drop(running);
}

/// The vendor's first connection that fails is never tried again; others open two connections after an error. Ours opens one.
#[tokio::test]
async fn a_first_connection_that_fails_is_tried_again_and_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let consumer = Consumer::builder().url(url).app_key("1").app_secret("s").build().unwrap();
    let running = consumer.start(|_: Message| async { Ok::<(), String>(()) });
    drop(listener.accept().await.unwrap());
    let mut socket = accepted(&listener).await;
    next(&mut socket).await;
    let second = tokio::time::timeout(Duration::from_millis(500), listener.accept()).await;
    assert!(second.is_err(), "a second connection beside the first");
    drop(running);
}
