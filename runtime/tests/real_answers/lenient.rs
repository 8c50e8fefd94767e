//! Lenient calls: what fits is returned, what does not is listed.

use opentop_runtime::__private::v1::{send_read, send_write};
use opentop_runtime::transport::MockTransport;
use opentop_runtime::{RetryPolicy, blocking};

use crate::model::{Find, Redeem, client, scoped};

const PAGE: &str = r#"{"things":[{"id":1},{"id":"2.5"},{"id":3}],"total":3,"note":"\ud83d"}"#;

fn issues<T>(reply: &opentop_runtime::Reply<T>) -> Vec<String> {
    reply.skipped().iter().flat_map(|skipped| skipped.issues()).map(|issue| issue.path.clone()).collect()
}

#[test]
fn one_spoiled_field_does_not_spoil_the_page() {
    let fake = MockTransport::new().reply(PAGE).reply(PAGE).reply(PAGE);
    assert!(send_read(Find::default(), &client(&fake)).is_err());
    let builder = blocking::Client::builder().app_key("1").app_secret("s").transport(fake.clone()).lenient(true);
    let lenient = builder.build().unwrap();
    let by_client = send_read(Find::default(), &lenient).unwrap();
    let by_call = send_read(Find::default(), &client(&fake).options().lenient(true)).unwrap();
    for reply in [by_client, by_call] {
        let ids: Vec<_> = reply.things.iter().map(|thing| thing.id).collect();
        assert_eq!((ids, reply.total), (vec![Some(1), None, Some(3)], Some(3)));
        assert_eq!(issues(&reply), ["things[1].id", "note"]);
    }
    let fake = MockTransport::new().reply(PAGE).reply(r#"{"total":1}"#);
    let strict =
        blocking::Client::builder().app_key("1").app_secret("s").transport(fake).lenient(true).build().unwrap();
    assert!(send_read(Find::default(), &strict.options().lenient(false)).is_err());
    assert!(send_read(Find::default(), &strict).unwrap().skipped().is_none());
}

#[test]
fn text_that_is_nearly_json_is_read_and_listed() {
    let body = "{\"note\":\"a\tb\",\"total\":1,\"request_id\":\"r1\"}";
    let fake = MockTransport::new().reply(body).reply(&b"{\"note\":\"\xff\",\"total\":1}"[..]).reply("{\"total\":1");
    let lenient = client(&fake).options().lenient(true);
    let reply = send_read(Find::default(), &lenient).unwrap();
    assert_eq!((reply.note.as_deref(), reply.total, reply.request_id()), (Some("a\tb"), Some(1), Some("r1")));
    assert_eq!(reply.skipped().unwrap().issues().len(), 1);
    assert_eq!(
        (reply.raw_bytes().as_ref(), reply.raw()),
        (body.as_bytes(), "{\"note\":\"a\\u0009b\",\"total\":1,\"request_id\":\"r1\"}")
    );
    let reply = send_read(Find::default(), &lenient).unwrap();
    assert_eq!((reply.note.as_deref(), reply.total), (Some("\u{fffd}"), Some(1)));
    assert!(reply.skipped().unwrap().to_string().contains("not UTF-8 at byte 9"));
    assert!(send_read(Find::default(), &lenient.retries(RetryPolicy::none())).is_err());
}

#[test]
fn a_write_is_done_by_its_flag_alone() {
    for (body, done) in [
        (r#"{"success":true,"out_no":"x"}"#, true),
        (r#"{"success":"perhaps","out_no":1}"#, false),
        (r#"{"success":true,"success":true}"#, false),
    ] {
        let fake = MockTransport::new().reply(body);
        let result = send_write(Redeem::default(), &scoped(&fake).lenient(true));
        assert_eq!(result.is_ok(), done, "{body}");
        if let Ok(reply) = result {
            assert_eq!(issues(&reply), ["out_no"]);
        }
    }
}

#[test]
fn a_users_own_sub_codes_are_retried() {
    let refused = r#"{"error_response":{"code":15,"msg":"no","sub_code":"isv.trade-locked:7"}}"#;
    let sent = |policy: RetryPolicy| {
        let fake = MockTransport::new().reply(refused).reply(r#"{"total":1}"#);
        let result = send_read(Find::default(), &client(&fake).options().retries(policy));
        (result.is_ok(), fake.sent().len())
    };
    assert_eq!(sent(RetryPolicy::default()), (false, 1));
    assert_eq!(sent(RetryPolicy::default().retry_sub_codes(&["6001", "isv.trade-locked"])), (true, 2));
    assert_eq!(sent(RetryPolicy::none().retry_sub_codes(&["isv.trade-locked"])), (false, 1));
    let fake = MockTransport::new().reply(refused).reply(r#"{"success":true}"#);
    let policy = RetryPolicy::default().retry_sub_codes(&["isv.trade-locked"]);
    assert!(send_write(Redeem::default(), &client(&fake).options().retries(policy)).is_err());
    assert_eq!(fake.sent().len(), 1);
}

#[cfg(feature = "gbk")]
#[test]
fn an_answer_in_gbk_is_read_where_the_header_says_so() {
    let body = b"{\"note\":\"\xb2\xce\xca\xfd\",\"total\":1}";
    let (result, _) = crate::model::read_as("text/javascript; charset=gbk", body);
    let reply = result.unwrap();
    assert_eq!((reply.note.as_deref(), reply.raw()), (Some("参数"), "{\"note\":\"参数\",\"total\":1}"));
    // Without it, it is a guess.
    assert!(crate::model::read_as("", body).0.is_err());
}
