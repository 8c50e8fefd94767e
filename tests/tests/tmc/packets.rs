//! Frames in WebSocket messages of every legal shape, by a server of the WebSocket crate alone.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use opentop_runtime::__private::v1::link::{CONFIRM, CONNECT_ACK, DATA, Frame, KIND, SEND, Value};
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
