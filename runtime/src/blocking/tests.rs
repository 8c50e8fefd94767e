//! The blocking client gives the async one's promises: the same answers, errors, attempts and bytes.

#![allow(clippy::unwrap_used, clippy::panic)]
use std::fmt;
use std::time::Duration;

use super::*;
use crate::call::method::Effect;
use crate::call::parameters::Parameters;
use crate::call::stored_write::StoredWrite;
use crate::client::WriteError;
use crate::testing::{Find, Plain, Redeem, noon, redeem};
use crate::transport::{MockTransport, SendStage, TransportError, TransportErrorKind};
use crate::wire::value::{DateTime, File};

fn blocking(fake: &MockTransport) -> Client {
    Client::builder().app_key("1").app_secret("canary").transport(fake.clone()).clock(noon).build().unwrap()
}

fn asynchronous(fake: &MockTransport) -> crate::Client {
    crate::Client::builder().app_key("1").app_secret("canary").transport(fake.clone()).clock(noon).build().unwrap()
}

fn scripts() -> Vec<MockTransport> {
    let cut = || TransportError::new(SendStage::MaybeSent, TransportErrorKind::Broken);
    let refused = || TransportError::new(SendStage::NotSent, TransportErrorKind::Connect);
    let bodies = [
        r#"{"success": true, "left": 3, "request_id": "r1"}"#,
        r#"{"alibaba_example_gift_redeem_response": {"success": "true", "left": "3"}}"#,
        r#"{"success": false, "code": 1, "message": "sold out"}"#,
        r#"{"error_response": {"code": 25, "msg": "Invalid signature"}}"#,
        r#"{"error_response": {"code": 15, "msg": "x", "sub_code": "isp.http-read-timeout"}}"#,
        r#"{"error_response": {"code": 7, "msg": "x", "sub_msg": "This ban will last for 3 more seconds"}}"#,
        r#"{"left": 1.5}"#,
        "<html>",
        "",
    ];
    let after = |fake: MockTransport| fake.reply(bodies[0]).reply(bodies[0]);
    let mut scripts: Vec<MockTransport> = bodies.iter().map(|body| after(MockTransport::new().reply(*body))).collect();
    scripts.extend([
        after(MockTransport::new().fail(cut())),
        after(MockTransport::new().fail(refused())),
        MockTransport::new(),
    ]);
    scripts
}

fn shown<T: fmt::Debug, E: fmt::Display + fmt::Debug>(result: &Result<T, E>) -> String {
    match result {
        Ok(reply) => format!("{reply:?}"),
        Err(error) => format!("{error}"),
    }
}

fn bytes(fake: &MockTransport) -> Vec<bytes::Bytes> {
    fake.sent().iter().map(|sent| sent.request().body().clone()).collect()
}

#[tokio::test]
async fn reads_and_writes_end_as_the_async_ones_and_send_the_same_bytes() {
    for (one, other) in scripts().iter().zip(scripts()) {
        let result = Find { name: Some("tea".into()) }.send(&asynchronous(one).session("token")).await;
        let same = Find { name: Some("tea".into()) }.send(&blocking(&other).session("token"));
        assert_eq!((shown(&result), bytes(one)), (shown(&same), bytes(&other)));
    }
    for (one, other) in scripts().iter().zip(scripts()) {
        let result = redeem().send(&asynchronous(one).session("token")).await;
        let same = redeem().send(&blocking(&other).session("token"));
        assert_eq!((shown(&result), bytes(one)), (shown(&same), bytes(&other)));
    }
}

#[test]
fn an_unknown_write_resumes() {
    let cut = TransportError::new(SendStage::MaybeSent, TransportErrorKind::Broken);
    let fake = MockTransport::new().fail(cut).reply(r#"{"success": true}"#);
    let client = blocking(&fake);
    let Err(WriteError::Unknown(pending)) = redeem().send(&client) else { panic!() };
    let restored = StoredWrite::from_json(&pending.stored().to_json()).unwrap().typed::<Redeem>().unwrap();
    assert!(restored.resume(&client).is_ok());
}

#[test]
fn options_untyped_calls_files_and_dry_runs_are_there_too() {
    let fake = MockTransport::new().reply(r#"{"a_b_response": {"n": 1}}"#).reply(r#"{"success": true}"#);
    let client = blocking(&fake);
    let reply = client.call_untyped("a.b", Effect::Read, Parameters::from_pairs([("x", "1")]).unwrap()).unwrap();
    assert_eq!(reply.as_str(), r#"{"n": 1}"#);
    let request = Redeem { photo: Some(File::new("a.png", &b"x"[..])), ..redeem() };
    request.send(&client.options().timeout(Duration::from_secs(3)).target_app_key("42")).unwrap();
    let body = fake.sent()[1].request().body().clone();
    assert!(String::from_utf8_lossy(&body).contains("name=\"target_app_key\""));
    assert_eq!(fake.sent()[1].limits().timeout, Duration::from_secs(3));
    let shown = client.session("canary-token").dry_run(&Plain::default()).unwrap().to_string();
    assert!(shown.contains("session=[session]") && !shown.contains("canary"), "{shown}");
}

#[test]
fn a_call_without_session_has_all_options() {
    let fake = MockTransport::new().fail(TransportError::new(SendStage::MaybeSent, TransportErrorKind::Broken));
    let once = blocking(&fake).options().retries(crate::call::retry::RetryPolicy::none()).target_app_key("42");
    assert!(Find::default().send(&once).is_err());
    assert_eq!((fake.sent().len(), fake.sent()[0].parameter("target_app_key").as_deref()), (1, Some("42")));
    let parameters = Parameters::from_pairs([("x", "1")]).unwrap();
    assert!(once.dry_run_untyped("a.b", Effect::Read, parameters).unwrap().base_string.contains("methoda.b"));
}

#[test]
fn clients_are_shared_between_threads_and_show_no_secret() {
    fn shared<T: Send + Sync + Clone + fmt::Debug>(value: &T) -> String {
        format!("{value:?}")
    }
    let client = blocking(&MockTransport::new());
    assert!(!shared(&client).contains("canary") && !shared(&client.session("canary")).contains("canary"));
    let _: DateTime = noon();
}
