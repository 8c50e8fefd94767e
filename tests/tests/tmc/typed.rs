//! The content of a message as the type that its specification describes.

use std::sync::{Arc, Mutex};

use opentop_runtime::DateTime;
use opentop_runtime::MessageContent;
use opentop_runtime::tmc::{Consumer, Message};
use opentop_sandbox::tmc::{PushedMessage, TmcOptions};

use crate::called::api::box_::example_box_moved as moved;

const TOPIC: &str = <moved::Content as MessageContent>::TOPIC;

#[test]
fn every_field_is_read_and_what_is_new_is_left_out() {
    let json = r#"{"box_id":"7","weight":"12.30","moved_at":"2016-01-01 12:00:00","tags":["a","b"],"state":"shipped",
        "lines":[{"sku":"A-1","quantity":3},{"sku":"A-2"}],"new":{"field":1}}"#;
    let content = Message::new(TOPIC, json).typed::<moved::Content>().unwrap().unwrap();
    assert_eq!((content.box_id, content.weight.unwrap().to_string()), (Some(7), "12.30".to_owned()));
    assert_eq!(content.moved_at, Some("2016-01-01 12:00:00".parse::<DateTime>().unwrap()));
    assert_eq!((content.tags, content.state), (vec!["a".to_owned(), "b".to_owned()], Some(moved::State::Shipped)));
    // The specification's own `Content` has another name in Rust: `Content` is the message's.
    let lines: Vec<&moved::MovedLine> = content.lines.iter().collect();
    assert_eq!((lines[0].sku.as_deref(), lines[0].quantity, lines[1].quantity), (Some("A-1"), Some(3), None));
}

#[test]
fn another_topic_is_none_and_what_does_not_fit_an_error() {
    assert!(Message::new("example_box_Opened", "{}").typed::<moved::Content>().unwrap().is_none());
    let content = Message::new(TOPIC, "{}").typed::<moved::Content>().unwrap().unwrap();
    assert_eq!(content.box_id, None);
    let error = Message::new(TOPIC, r#"{"box_id":"seven"}"#).typed::<moved::Content>().unwrap_err().to_string();
    assert!(error.contains("box_id"), "{error}");
    assert!(Message::new(TOPIC, "no JSON").typed::<moved::Content>().is_err());
}

#[tokio::test]
async fn a_handler_reads_the_types_of_its_topics() {
    let server = TmcOptions::default().start().unwrap();
    let boxes: Arc<Mutex<Vec<Option<i64>>>> = Arc::default();
    let seen = Arc::clone(&boxes);
    let consumer = Consumer::builder().url(server.url()).app_key("12345678").app_secret("helloworld").build().unwrap();
    let running = consumer.start(move |message: Message| {
        let seen = Arc::clone(&seen);
        async move {
            if let Some(content) = message.typed::<moved::Content>().map_err(|error| error.to_string())? {
                seen.lock().unwrap().push(content.box_id);
            }
            Ok::<(), String>(())
        }
    });
    for (topic, content) in [(TOPIC, r#"{"box_id":7}"#), ("another", "not read"), (TOPIC, r#"{"box_id":"seven"}"#)] {
        server.push("default", PushedMessage::new(topic, content));
    }
    let begun = std::time::Instant::now();
    while server.counts().confirmed < 2 || server.counts().failed < 1 {
        assert!(begun.elapsed().as_secs() < 10, "{:?}", server.counts());
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    running.stop().await.unwrap();
    assert_eq!(*boxes.lock().unwrap(), [Some(7)]);
    let failures = server.failures();
    assert!(failures[0].1.contains("box_id"), "{failures:?}");
}
