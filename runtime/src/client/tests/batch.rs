//! What becomes of the calls of a batch, together and each.

use std::time::Duration;

use http::StatusCode;

use super::{SECRET, TOKEN, client, cut};
use crate::blocking;
use crate::call::error::{ConfigError, Error};
use crate::call::limit::{Limiter, Rate};
use crate::call::retry::RetryPolicy;
use crate::client::{Batch, Client};
use crate::testing::{Find, noon};
use crate::transport::{MockTransport, RecordedRequest};

fn find(name: &str) -> Find {
    Find { name: Some(name.into()) }
}

fn left(number: i64) -> String {
    format!(r#"{{"alibaba_example_gift_find_response": {{"left": {number}, "request_id": "r{number}"}}}}"#)
}

fn refused(code: i64, sub_code: &str, sub_msg: &str) -> String {
    format!(
        r#"{{"error_response": {{"code": {code}, "msg": "no", "sub_code": "{sub_code}", "sub_msg": "{sub_msg}"}}}}"#
    )
}

fn joined(answers: &[String]) -> String {
    answers.join("\r\n-S-\r\n")
}

/// The names that were asked for, one list for each request.
fn asked(fake: &MockTransport) -> Vec<Vec<String>> {
    let names = |request: &RecordedRequest| {
        let body = String::from_utf8(request.request().body().to_vec()).unwrap();
        let name = |chunk: &str| {
            let pairs: Vec<(String, String)> = form_urlencoded::parse(chunk.as_bytes()).into_owned().collect();
            pairs.into_iter().find(|(name, _)| name == "name").unwrap().1
        };
        body.split("\r\n-S-\r\n").map(name).collect()
    };
    fake.sent().iter().map(names).collect()
}

#[tokio::test]
async fn each_call_has_its_own_reply_or_error() {
    let answers = joined(&[left(1), refused(15, "isv.gift-unknown", ""), left(3)]);
    let fake = MockTransport::new().reply(answers);
    let client = client(&fake);
    let mut batch = Batch::new();
    let first = batch.add(find("a"), &client);
    let invalid = batch.add(find("a name of more than twenty characters"), &client);
    let second = batch.add(find("b"), &client.session(TOKEN).param("target_app_key", "42"));
    let third = batch.add(find("c"), &client);
    let without = batch.add(find("d"), &client.session(""));
    let mut replies = batch.send(&client).await.unwrap();
    let third = replies.take(third).unwrap();
    assert_eq!((third.left, third.request_id()), (Some(3), Some("r3")));
    assert_eq!(replies.take(first).unwrap().left, Some(1));
    assert_eq!(replies.take(second).unwrap_err().gateway().unwrap().cause(), "isv.gift-unknown");
    assert!(matches!(replies.take(invalid), Err(Error::Invalid(_))));
    assert!(matches!(replies.take(without), Err(Error::Config(ConfigError::EmptySession))));
    let [sent] = fake.sent().try_into().unwrap_or_else(|_| panic!());
    let body = String::from_utf8(sent.request().body().to_vec()).unwrap();
    let chunks: Vec<&str> = body.split("\r\n-S-\r\n").collect();
    let method = "method=alibaba.example.gift.find";
    assert_eq!(
        chunks,
        [
            format!("{method}&name=a"),
            format!("{method}&name=b&target_app_key=42&session={TOKEN}"),
            format!("{method}&name=c"),
        ]
    );
    let seen = format!("{} {sent:?}", sent.request().uri());
    assert!(!seen.contains(TOKEN) && !seen.contains(SECRET) && !format!("{sent:?}").contains("sign="), "{seen}");
}

#[tokio::test]
async fn only_calls_that_waiting_helps_are_sent_again() {
    let first = joined(&[left(1), refused(15, "isp.system-busy", ""), refused(15, "isv.no", "")]);
    let fake = MockTransport::new().fail(cut()).reply(first).reply(left(2));
    let client = client(&fake);
    let mut batch = Batch::new();
    let tickets = ["a", "b", "c"].map(|name| batch.add(find(name), &client));
    let mut replies = batch.send(&client).await.unwrap();
    assert_eq!(format!("{replies:?}"), "Replies { left: 3, failed: 1 }");
    let [a, b, c] = tickets.map(|ticket| replies.take(ticket));
    assert_eq!((a.unwrap().left, b.unwrap().left, c.is_err()), (Some(1), Some(2), true));
    assert_eq!(asked(&fake), [vec!["a", "b", "c"], vec!["a", "b", "c"], vec!["b"]]);
}

#[tokio::test]
async fn a_call_that_is_answered_once_keeps_its_answer_whatever_comes_later() {
    let first = joined(&[left(1), refused(15, "isp.system-busy", "")]);
    let fake = MockTransport::new().reply(first).fail(cut()).fail(cut());
    let client = client(&fake);
    let mut batch = Batch::new();
    let (a, b) = (batch.add(find("a"), &client), batch.add(find("b"), &client));
    let mut replies = batch.send(&client).await.unwrap();
    assert_eq!(replies.take(a).unwrap().left, Some(1));
    assert_eq!(replies.take(b).unwrap_err().gateway().unwrap().cause(), "isp.system-busy");
}

/// A batch that a rate of one call a second parts, sent once or retried.
async fn parted(fake: &MockTransport, retries: RetryPolicy) -> [Result<Option<i64>, Error>; 3] {
    let limiter = Limiter::new([Rate::per_second(1)]);
    let client = Client::builder().app_key("12345678").app_secret(SECRET).limiter(limiter);
    let client = client.transport(fake.clone()).clock(noon).build().unwrap();
    let mut batch = Batch::new();
    let tickets = ["a", "b", "c"].map(|name| batch.add(find(name), &client));
    let options = client.options().retries(retries).timeout(Duration::from_secs(30));
    let mut replies = batch.send(&options).await.unwrap();
    tickets.map(|ticket| replies.take(ticket).map(|reply| reply.left))
}

#[tokio::test]
async fn calls_of_which_the_rate_sends_one_after_another_keep_their_answers_when_a_later_one_is_lost() {
    let fake = MockTransport::new().reply(left(1)).fail(cut()).fail(cut());
    let [a, b, c] = parted(&fake, RetryPolicy::none()).await;
    assert_eq!(a.unwrap(), Some(1));
    let (b, c) = (b.unwrap_err(), c.unwrap_err());
    assert!(matches!((&b, &c), (Error::Transport(_), Error::Transport(_))), "{b:?} {c:?}");
    assert!(c.to_string().contains(&b.to_string()), "{b}: {c}");
    assert_eq!(asked(&fake), [["a"], ["b"]]);
}

#[tokio::test]
async fn calls_that_are_lost_after_others_of_their_batch_were_answered_are_sent_again() {
    let fake = MockTransport::new().reply(left(1)).fail(cut()).reply(left(2)).reply(left(3));
    let outcomes = parted(&fake, RetryPolicy::default()).await.map(Result::unwrap);
    assert_eq!(outcomes, [Some(1), Some(2), Some(3)]);
    assert_eq!(asked(&fake), [["a"], ["b"], ["b"], ["c"]]);
}

#[tokio::test]
async fn a_ban_that_one_call_meets_with_stops_the_calls_of_its_scope() {
    let ban = refused(7, "accesscontrol.limited-by-app-access-count", "This ban will last for 600 more seconds");
    let fake = MockTransport::new().reply(joined(&[left(1), ban]));
    let client = client(&fake);
    let mut batch = Batch::new();
    let (a, b) = (batch.add(find("a"), &client), batch.add(find("b"), &client));
    let mut replies = batch.send(&client).await.unwrap();
    assert!(replies.take(a).is_ok() && replies.take(b).unwrap_err().gateway().is_some());
    let mut batch = Batch::new();
    let c = batch.add(find("c"), &client);
    assert!(matches!(batch.send(&client).await.unwrap().take(c), Err(Error::Banned { .. })));
    assert!(matches!(find("d").send(&client).await, Err(Error::Banned { .. })));
    assert_eq!(fake.sent().len(), 1);
}

#[tokio::test]
async fn a_call_waits_for_the_end_of_a_ban_that_fits_the_deadline() {
    let ban = refused(7, "accesscontrol.limited-by-app-api-access-count", "This ban will last for 2 more seconds");
    let fake = MockTransport::new().reply(joined(&[left(1), ban])).reply(left(2));
    let client = client(&fake);
    let mut batch = Batch::new();
    let (a, b) = (batch.add(find("a"), &client), batch.add(find("b"), &client));
    let mut replies = batch.send(&client.options().timeout(Duration::from_secs(9))).await.unwrap();
    assert_eq!((replies.take(a).unwrap().left, replies.take(b).unwrap().left), (Some(1), Some(2)));
    assert_eq!(fake.backoffs(), [Duration::from_secs(3)]);
    assert_eq!(asked(&fake)[1], ["b"]);
}

/// Sends two calls, whose one answer this is, once.
async fn whole(fake: MockTransport) -> Error {
    let client = client(&fake);
    let mut batch = Batch::new();
    let _ = batch.add(find("a"), &client.session(TOKEN));
    let _ = batch.add(find("b"), &client);
    batch.send(&client.options().retries(RetryPolicy::none())).await.unwrap_err()
}

#[tokio::test]
async fn what_fails_the_whole_batch_is_one_error_without_secrets() {
    let refused = whole(MockTransport::new().reply(refused(25, "", TOKEN))).await;
    assert!(refused.gateway().unwrap().is_signature(), "{refused}");
    assert!(!format!("{refused} {refused:?}").contains(TOKEN), "{refused}");
    let echoed = MockTransport::new().then(|request| {
        let uri = request.request().uri().to_string();
        Ok(http::Response::new(format!("{{\"x\": \"{uri} {TOKEN} {SECRET}\"}}").into()))
    });
    let record = echoed.clone();
    let error = whole(echoed).await;
    let text = format!("{error} {error:?}");
    let uri = record.sent()[0].request().uri().to_string();
    let signature = uri.split_once("sign=").unwrap().1;
    assert!(text.starts_with("expected 2 answers to the batch's 2 calls, got 1"), "{text}");
    assert!(!text.contains(TOKEN) && !text.contains(SECRET) && !text.contains(&signature[..16]), "{text}");
    let page = whole(MockTransport::new().reply_with(StatusCode::BAD_GATEWAY, "<html>")).await;
    assert!(matches!(page, Error::Status { .. }), "{page}");
}

#[tokio::test]
async fn an_answer_of_another_method_in_its_place_is_an_error_of_that_call() {
    let other = r#"{"time_get_response": {"left": 2}}"#.to_owned();
    let fake = MockTransport::new().reply(joined(&[other, left(1)]));
    let client = client(&fake);
    let mut batch = Batch::new();
    let (a, b) = (batch.add(find("a"), &client), batch.add(find("b"), &client));
    let mut replies = batch.send(&client.options().retries(RetryPolicy::none())).await.unwrap();
    assert!(matches!(replies.take(a), Err(Error::Decode { .. })));
    assert_eq!(replies.take(b).unwrap().left, Some(1));
}

#[tokio::test]
async fn what_cannot_work_is_not_sent() {
    let fake = MockTransport::new();
    let client = client(&fake);
    let error = |batch: Batch, client: Client| async move { batch.send(&client).await.unwrap_err().to_string() };
    assert_eq!(error(Batch::new(), client.clone()).await, "the batch has no calls: add one, or do not send it");
    let mut large = Batch::new();
    for _ in 0..1_001 {
        let _ = large.add(find("a"), &client);
    }
    assert_eq!((large.len(), large.is_empty()), (1_001, false));
    let text = error(large, client.clone()).await;
    assert_eq!(text, "a batch must have at most 1000 calls (got 1001): send several batches");
    let mut mixed = Batch::new();
    let _ = mixed.add(find("a"), &client);
    let _ = mixed.add(find("b"), &super::client(&fake));
    assert!(error(mixed, client.clone()).await.starts_with("call 2 of the batch was added with another client"));
    let mut late = Batch::new();
    let _ = late.add(find("a"), &client);
    let late = late.send(&client.options().timeout(Duration::ZERO)).await;
    assert!(matches!(late, Err(Error::Config(ConfigError::ZeroLimit))));
    assert!(fake.sent().is_empty());
}

#[test]
fn a_blocking_client_sends_batches_and_tickets_fit_their_batch_alone() {
    let fake = MockTransport::new().reply(left(1)).reply(joined(&[left(2), left(3)]));
    let builder = blocking::Client::builder().app_key("12345678").app_secret(SECRET).clock(noon);
    let client = builder.transport(fake.clone()).build().unwrap();
    let mut one = Batch::new();
    let first = one.add(find("a"), &client);
    let mut two = Batch::new();
    let tickets = [two.add(find("b"), &client), two.add(find("c"), &client.session(TOKEN))];
    assert_eq!(
        format!("{two:?} {first:?}"),
        r#"Batch(["alibaba.example.gift.find", "alibaba.example.gift.find"]) Ticket(0)"#
    );
    let (_, mut two) = (one.send(&client).unwrap(), two.send(&client).unwrap());
    assert!(matches!(two.take(first), Err(Error::Config(ConfigError::OtherBatch))));
    assert_eq!(tickets.map(|ticket| two.take(ticket).unwrap().left), [Some(2), Some(3)]);
}
