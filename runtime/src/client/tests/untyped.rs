//! Methods without a specification: the same rules, and JSON comes back.

use super::*;
use crate::call::method::Effect;
use crate::call::parameters::Parameters;
use crate::call::retry::Idempotency;
use crate::client::reply::Reply;
use crate::client::untyped::Untyped;

const METHOD: &str = "taobao.example.gift.count";

async fn call(fake: &MockTransport, effect: Effect) -> Result<Reply<crate::wire::value::Json>, WriteError<Untyped>> {
    let parameters = Parameters::from_pairs([("gift_id", "42"), ("query", r#"{"a":1}"#)]).unwrap();
    client(fake).session(TOKEN).call_untyped(METHOD, effect, parameters).await
}

#[tokio::test]
async fn parameters_go_as_they_are_and_the_envelopes_inside_comes_back() {
    let fake = MockTransport::new().reply(r#"{"example_gift_count_response": {"count": 1.10, "request_id": "r1"}}"#);
    let reply = call(&fake, Effect::Read).await.unwrap();
    assert_eq!((reply.as_str(), reply.request_id()), (r#"{"count": 1.10, "request_id": "r1"}"#, Some("r1")));
    let sent = &fake.sent()[0];
    assert_eq!((sent.parameter("method").as_deref(), sent.parameter("simplify")), (Some(METHOD), None));
    assert_eq!(sent.parameter("query").as_deref(), Some(r#"{"a":1}"#));
}

#[tokio::test]
async fn a_write_without_its_envelope_is_unknown_and_can_be_resumed() {
    for body in [
        r#"{"login": "please"}"#,
        r#"{"other_response": {"count": 1}}"#,
        "{}",
        "<html>",
        "[]",
        r#"{"request_id": "x"}"#,
        r#"{"request_id": "x", "code": "Throttling", "message": "busy"}"#,
        r#"{"example_gift_count_response": {"ok": true}, "example_gift_count_response": {"ok": false}}"#,
    ] {
        let fake = MockTransport::new().reply(body);
        let Err(WriteError::Unknown(pending)) = call(&fake, Effect::Write).await else { panic!("{body}") };
        assert_eq!((fake.sent().len(), pending.method()), (1, METHOD));
        let again = MockTransport::new().reply(r#"{"example_gift_count_response": {}}"#);
        // It has no key that we know of: that takes the caller's word.
        let Err(WriteError::Unknown(pending)) = pending.resume(&client(&again).session(TOKEN)).await else { panic!() };
        assert!(pending.cause().contains("no idempotency key") && again.sent().is_empty(), "{pending}");
        let client = client(&again);
        let call = client.session(TOKEN).retry_writes(Idempotency::GuaranteedByServer);
        let resumed = pending.resume(&call).await;
        assert_eq!(resumed.unwrap().as_str(), "{}");
        assert_eq!(again.sent()[0].parameter("gift_id").as_deref(), Some("42"));
    }
}

#[tokio::test]
async fn refusals_are_told_as_those_of_typed_calls() {
    let refused = r#"{"error_response": {"code": 41, "sub_code": "isv.x", "msg": "no"}}"#;
    for effect in [Effect::Read, Effect::Write] {
        let result = call(&MockTransport::new().reply(refused), effect).await;
        assert!(matches!(result, Err(WriteError::Failed(Error::Gateway { .. }))), "{effect:?}");
    }
}

#[tokio::test]
async fn what_is_no_method_is_not_sent() {
    for method in ["", "gift", "a..b", "a.b c", "a.b\n", "a.礼物", "a/b.c"] {
        let fake = MockTransport::new();
        let result = client(&fake).call_untyped(method, Effect::Read, Parameters::default()).await;
        let named = matches!(result, Err(WriteError::Failed(Error::Config(ConfigError::MethodName { .. }))));
        assert!(named && fake.sent().is_empty(), "{method}");
    }
}
