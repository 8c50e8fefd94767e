//! A consumer and the sandbox's server: what is handled, what is confirmed, and what goes wrong between them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentop_runtime::tmc::{Consumer, ConsumerBuilder, Message, TmcError};
use opentop_sandbox::tmc::{PushedMessage, TmcFault, TmcOptions, TmcServer};

const TOPIC: &str = "taobao_trade_TradeBuyerPay";

fn options() -> TmcOptions {
    TmcOptions::default().redeliver_after(Duration::from_millis(300)).retry_after(Duration::from_millis(100))
}

fn consumer(server: &TmcServer) -> ConsumerBuilder {
    Consumer::builder().url(server.url()).app_key("12345678").app_secret("helloworld")
}

fn message(content: &str) -> PushedMessage {
    PushedMessage::new(TOPIC, content)
}

/// Waits until `done`, for 10 seconds.
async fn until(what: &str, done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

type Seen = Arc<Mutex<Vec<String>>>;

/// Keeps the contents; fails those that are `"fail"` the first time, and panics at `"panic"` the first time.
fn handler(
    seen: &Seen,
) -> impl Fn(Message) -> std::pin::Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + use<> {
    let seen = Arc::clone(seen);
    move |message: Message| {
        let seen = Arc::clone(&seen);
        Box::pin(async move {
            let content = message.content().to_owned();
            let is_first = {
                let mut seen = seen.lock().unwrap();
                seen.push(content.clone());
                seen.iter().filter(|other| **other == content).count() == 1
            };
            assert!(!(is_first && content == "\"panic\""), "as asked for");
            if is_first && content == "\"fail\"" { Err("处".repeat(200)) } else { Ok(()) }
        })
    }
}

#[tokio::test]
async fn messages_are_handled_and_confirmed_and_failures_come_again() {
    let server = options().start().unwrap();
    let seen = Seen::default();
    server.push("default", message("1"));
    let mut running = consumer(&server).build().unwrap().start(handler(&seen));
    running.connected().await.unwrap();
    for content in ["\"fail\"", "\"panic\"", "{\"中\":2}"] {
        server.push("default", message(content));
    }
    until("all confirmed", || server.counts().confirmed == 4).await;
    running.stop().await.unwrap();
    let counts = server.counts();
    assert_eq!((counts.failed, counts.confirmed_again, counts.open), (2, 0, 0));
    let reasons: Vec<String> = server.failures().into_iter().map(|(_, reason)| reason).collect();
    assert!(reasons.contains(&"处".repeat(128)) && reasons.contains(&"the handler panicked".to_owned()), "{reasons:?}");
    assert_eq!(seen.lock().unwrap().len(), 6);
}

#[tokio::test]
async fn each_group_has_a_connection_and_gets_its_own_messages() {
    let server = options().start().unwrap();
    let seen = Seen::default();
    let mut running = consumer(&server).group("vip").group("default").build().unwrap().start(handler(&seen));
    running.connected().await.unwrap();
    server.push("vip", message("\"vip\""));
    server.push("other", message("\"other\""));
    until("one confirmed", || server.counts().confirmed == 1).await;
    assert_eq!((server.counts().connections, server.counts().open), (2, 1));
    running.stop().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["\"vip\""]);
}

#[tokio::test]
async fn what_the_server_does_wrong_loses_no_message_and_confirms_none_unhandled() {
    for fault in [
        TmcFault::Drop,
        TmcFault::AckWithoutToken,
        TmcFault::Refuse(15, "busy".to_owned()),
        TmcFault::ForeignToken,
        TmcFault::Close(1000),
        TmcFault::Garbage,
        TmcFault::Duplicate,
        TmcFault::Gzip,
        TmcFault::NumericDataId,
        TmcFault::UnknownKind,
    ] {
        let server = options().start().unwrap();
        let seen = Seen::default();
        server.push_faults([fault.clone()]);
        server.push("default", message("{\"中\":1}"));
        let running = consumer(&server).build().unwrap().start(handler(&seen));
        until(&format!("{fault:?}"), || server.counts().confirmed == 1).await;
        running.stop().await.unwrap();
        let handled = seen.lock().unwrap().clone();
        assert!(!handled.is_empty() && handled.iter().all(|content| content == "{\"中\":1}"), "{fault:?}: {handled:?}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_ends_by_our_deadline() {
    for fault in [TmcFault::NoAck, TmcFault::AckWithoutFlag] {
        let server = options().start().unwrap();
        server.push_faults([fault]);
        let consumer = consumer(&server).connect_timeout(Duration::from_millis(200)).build().unwrap();
        let error = consumer.publisher().await.unwrap_err();
        assert!(matches!(error, TmcError::Timeout { .. }), "{error}");
    }
    // A socket that accepts and says nothing: the websocket crates would wait for ever.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", silent.local_addr().unwrap());
    let consumer =
        Consumer::builder().url(url).app_key("1").app_secret("2").connect_timeout(Duration::from_millis(200));
    let begun = Instant::now();
    assert!(consumer.build().unwrap().publisher().await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_wrong_secret_ends_the_consumer_after_a_few_refusals() {
    let server = options().start().unwrap();
    let consumer = consumer(&server).app_secret("another").max_refusals(2).build().unwrap();
    let mut running = consumer.start(|_| async { Ok::<(), String>(()) });
    let error = running.wait().await.unwrap_err();
    assert!(error.to_string().contains("sign error") && error.to_string().contains("secret"), "{error}");
    assert!(!format!("{error:?}").contains("another"));
}

#[tokio::test]
async fn a_token_is_asked_for_before_each_connection() {
    let server = options().auth_token("AUTH").start().unwrap();
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let consumer = consumer(&server).auth_token(move |group| {
        count.fetch_add(1, Ordering::Relaxed);
        async move { if group == "default" { Ok("AUTH".to_owned()) } else { Err("no".to_owned()) } }
    });
    let mut running = consumer.build().unwrap().start(|_| async { Ok::<(), String>(()) });
    running.connected().await.unwrap();
    server.restart();
    until("connected again", || server.counts().connections == 2).await;
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    running.stop().await.unwrap();
}

#[tokio::test]
async fn stopping_waits_for_handlers_and_confirms_what_they_did() {
    let server = options().redeliver_after(Duration::from_secs(60)).start().unwrap();
    server.push("default", message("1"));
    let running = consumer(&server).build().unwrap().start(|_| async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok::<(), String>(())
    });
    until("received", || running.stats().received == 1).await;
    running.stop().await.unwrap();
    assert_eq!(server.counts().confirmed, 1);
}

#[tokio::test]
async fn at_most_so_many_handlers_run_and_one_message_never_twice_at_once() {
    let server = options().start().unwrap();
    for number in 0..20 {
        server.push("default", message(&number.to_string()));
    }
    let (now, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (running_now, seen_most) = (Arc::clone(&now), Arc::clone(&most));
    let running = consumer(&server).concurrency(3).build().unwrap().start(move |_| {
        let (now, most) = (Arc::clone(&running_now), Arc::clone(&seen_most));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok::<(), String>(())
        }
    });
    until("all confirmed", || server.counts().confirmed == 20).await;
    running.stop().await.unwrap();
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_published_message_is_acknowledged_and_delivered_however_large() {
    let server = options().start().unwrap();
    let consumer = consumer(&server).build().unwrap();
    let seen = Seen::default();
    let running = consumer.start(handler(&seen));
    let mut publisher = consumer.publisher().await.unwrap();
    let content = format!("\"{}\"", "x".repeat(70_000));
    publisher.publish(TOPIC, &content, None).await.unwrap();
    publisher.close().await;
    until("confirmed", || server.counts().confirmed == 1).await;
    running.stop().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [content]);
}

#[test]
fn wrong_settings_are_refused_with_the_cure() {
    let build = |builder: ConsumerBuilder| builder.build().map(drop).unwrap_err().to_string();
    assert!(build(Consumer::builder()).contains("app_secret"));
    assert!(build(Consumer::builder().app_secret("x")).contains("app_key"));
    let whole = || Consumer::builder().app_secret("x").app_key("1");
    assert!(build(whole().url("wss://x/")).contains("ws"));
    assert!(build(whole().concurrency(0)).contains("concurrency"));
    assert!(build(whole().group("")).contains("group"));
    assert!(!format!("{:?}", whole().app_secret("canary")).contains("canary"));
}
