//! How many messages a second a consumer and the sandbox's server carry together, beside the same WebSocket crate echoing frames of that
//! size. Both sides of each have a thread; they take turns in one run. What counts is messages a second of CPU, so that other programs on the
//! machine do not; by the clock is shown beside it.
//!
//! `OPENTOP_TMC_THROUGHPUT=200000 cargo test --release -p opentop-tests --test main tmc::throughput -- --nocapture` measures, and fails below
//! half of the echo. Without the variable a few messages only show that it runs.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _, stream};
use opentop_runtime::__private::v1::link::{DATA, Frame, KIND, SEND, Value};
use opentop_runtime::tmc::{Consumer, Message};
use opentop_sandbox::tmc::{PushedMessage, TmcOptions};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message as Packet;

const TOPIC: &str = "taobao_trade_TradeBuyerPay";
const CONTENT: &str = r#"{"buyer_nick":"测试","payment":"44.00","oid":192559684481084,"tid":192559684481084,"type":"guarantee_trade","seller_nick":"商家测试帐号52"}"#;

/// A frame as the sandbox sends it.
fn frame() -> Vec<u8> {
    Frame::new(SEND).token("b3e4a6c2-6f0e-4b57-9a4e-2f0c5f6c1d11").encode(&[
        (KIND, Value::Byte(DATA)),
        ("id", Value::Int64(1)),
        ("topic", Value::Text(TOPIC)),
        ("content", Value::Text(CONTENT)),
        ("dataid", Value::Text("192559684481084")),
        ("time", Value::Date(1_451_620_800_000)),
        ("outtime", Value::Date(1_451_620_801_234)),
    ])
}

/// Until every message was handled and confirmed.
async fn ours(count: u64) -> Duration {
    let server = TmcOptions::default().start().unwrap();
    for _ in 0..count {
        server.push("default", PushedMessage::new(TOPIC, CONTENT));
    }
    let consumer = Consumer::builder().url(server.url()).app_key("12345678").app_secret("helloworld").build().unwrap();
    let begun = Instant::now();
    let running = consumer.start(|message: Message| async move {
        if message.content() == CONTENT { Ok(()) } else { Err("another content") }
    });
    while server.counts().confirmed < count {
        assert!(begun.elapsed() < Duration::from_secs(600), "{:?}", server.counts());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let taken = begun.elapsed();
    running.stop().await.unwrap();
    taken
}

/// Until every frame came back.
async fn echo(count: u64, frame: Vec<u8>) -> Duration {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let (stream, _) = TcpListener::from_std(listener).unwrap().accept().await.unwrap();
            let (write, read) = tokio_tungstenite::accept_async(stream).await.unwrap().split();
            drop(read.forward(write).await);
        });
    });
    let stream = tokio::net::TcpStream::connect(&url[5..url.len() - 1]).await.unwrap();
    let (socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    let (mut write, mut read) = socket.split();
    let packet = Packet::binary(frame);
    let begun = Instant::now();
    let sent = tokio::spawn(async move {
        let mut packets = stream::iter((0..count).map(|_| Ok(packet.clone())));
        write.send_all(&mut packets).await.unwrap();
        write
    });
    for _ in 0..count {
        assert!(read.next().await.unwrap().unwrap().is_binary());
    }
    let taken = begun.elapsed();
    drop((sent.await.unwrap(), read));
    server.join().unwrap();
    taken
}

/// Seconds of CPU that this process took. `None` where the system does not tell.
fn cpu() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name, which may hold blanks: user and system time in hundredths.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

#[test]
fn a_consumer_keeps_up_with_an_echo() {
    let asked = std::env::var("OPENTOP_TMC_THROUGHPUT").ok().map(|count| count.parse::<u64>().unwrap());
    let (count, turns) = (asked.unwrap_or(500), if asked.is_some() { 5 } else { 1 });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let frame = frame();
    let mut ratios: Vec<f64> = (0..turns)
        .map(|_| {
            let begun = cpu();
            let echoed = runtime.block_on(echo(count, frame.clone()));
            let between = cpu();
            let taken = runtime.block_on(ours(count));
            let ended = cpu();
            let ratio = |echo: f64, ours: f64| echo / ours.max(0.001);
            let by_clock = ratio(echoed.as_secs_f64(), taken.as_secs_f64());
            let by_cpu = begun.zip(between).zip(ended).map(|((begun, between), ended)| (between - begun, ended - between));
            eprintln!(
                "{count} messages in {taken:.2?}, as many echoes of {} bytes in {echoed:.2?}: {by_clock:.2}; seconds of CPU, echo and messages: \
                 {by_cpu:?}: {:.2}",
                frame.len(),
                by_cpu.map_or(by_clock, |(echo, ours)| ratio(echo, ours))
            );
            by_cpu.map_or(by_clock, |(echo, ours)| ratio(echo, ours))
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let median = ratios[turns / 2];
    eprintln!("median of {turns}: {median:.2}");
    assert!(asked.is_none() || median >= 0.5, "{ratios:?}");
}
