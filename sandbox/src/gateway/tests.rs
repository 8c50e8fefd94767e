#![allow(clippy::unwrap_used, clippy::panic)]

use bytes::Bytes;
use opentop_runtime::DateTime;
use serde_json::{Value, json};

use super::{HttpRequest, MAX_BODY, answer};
use crate::testing::{
    self, BILLS, Client, LIST, NOW, QUERY, REDEEM, bills_call, builder, list_call, model, state, verdict,
};

#[test]
fn every_refusal_has_the_platforms_code_in_the_platforms_order() {
    let state = state();
    let good = || bills_call().signed();
    let table: [(Client, &str); 18] = [
        (good(), "ok"),
        (good().without("method"), "21 -"),
        (good().with("method", ""), "21 -"),
        (good().with("method", "taobao.example.bill.get"), "22 -"),
        (good().without("v"), "32 -"),
        (good().with("v", "1.0"), "33 -"),
        (good().without("app_key"), "28 -"),
        (good().with("app_key", "1"), "29 isv.appkey-not-exists"),
        (good().without("timestamp"), "30 -"),
        (good().with("timestamp", "2024-03-01T12:00:00"), "31 -"),
        (good().without("sign"), "24 -"),
        (good().with("sign", "66987CB115214E59E6EC978214934FB8"), "25 -"),
        (good().with("sign_method", "sha1"), "25 -"),
        (bills_call().without("session").signed(), "26 -"),
        (bills_call().with("session", "expired").signed(), "27 invalid-sessionkey"),
        (bills_call().without("account_id").signed(), "40 Missing required arguments:account_id"),
        (bills_call().with("account_id", "x").signed(), "41 Invalid arguments:account_id"),
        (Client::new("no.such.method").without("app_key").without("v"), "22 -"),
    ];
    for (client, expected) in table {
        assert_eq!(verdict(&client.send(&state).body), expected, "{:?}", client.0);
    }
}

#[test]
fn an_unknown_format_is_refused_in_xml_and_a_missing_one_means_xml() {
    let state = state();
    let body = list_call(QUERY).with("format", "yaml").call(&state);
    assert!(body.contains("<error_response><code>23</code><msg>Invalid format</msg>"), "{body}");
    assert!(list_call(QUERY).without("format").call(&state).contains("<alibaba_example_gift_list_response>"));
}

#[test]
fn a_timestamp_may_be_ten_minutes_off_either_way_and_no_second_more() {
    let state = state();
    let at = |stamp: &str| verdict(&list_call(QUERY).with("timestamp", stamp).call(&state));
    for good in ["2024-03-01 11:50:00", "2024-03-01 12:10:00", NOW] {
        assert_eq!(at(good), "ok", "{good}");
    }
    for bad in ["2024-03-01 11:49:59", "2024-03-01 12:10:01", "2024-03-01 04:00:00", "2024-02-30 12:00:00", "0", "now"]
    {
        assert_eq!(at(bad), "31 -", "{bad}");
    }
    let millis = NOW.parse::<DateTime>().unwrap().unix_millis();
    assert_eq!(at(&(millis + 600_000).to_string()), "ok");
    assert_eq!(at(&(millis + 600_001).to_string()), "31 -");
    assert_eq!(at(&(millis / 1000 + 600).to_string()), "ok", "seconds are read too");
    assert_eq!(at(&(millis / 1000 + 601).to_string()), "31 -");
}

#[test]
fn all_three_sign_methods_are_verified() {
    let state = state();
    for method in ["md5", "hmac", "hmac-sha256"] {
        let call = list_call(QUERY).with("sign_method", method);
        assert_eq!(verdict(&call.clone().call(&state)), "ok", "{method}");
        let tampered = call.signed().with("query", &QUERY.replace('1', "2"));
        assert_eq!(verdict(&tampered.send(&state).body), "25 -", "{method}");
    }
}

#[test]
fn a_signature_of_another_secret_is_refused_and_the_right_one_is_not_told() {
    let state = builder().app("key", "another").build_state().unwrap();
    let call = list_call(QUERY).with("app_key", "key").signed();
    let right = {
        let mut pairs: Vec<(&str, &str)> = call.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        opentop_runtime::__private::v1::sign::sign(
            opentop_runtime::__private::v1::sign::SignMethod::HmacSha256,
            &"another".into(),
            &mut pairs,
            None,
        )
    };
    let body = call.clone().send(&state).body;
    assert_eq!(verdict(&body), "25 -");
    assert!(!body.contains(&right) && !body.contains("another"));
    assert_eq!(verdict(&call.with("sign", &right).send(&state).body), "ok");
    assert!(!format!("{state:?}").contains("another"));
}

#[test]
fn moving_a_letter_between_name_and_value_keeps_the_signature_and_is_refused_all_the_same() {
    let state = state();
    // `code` + `xcard` signs as `codex` + `card` does.
    let call = Client::new(REDEEM).and("code", "xcard").signed();
    assert_eq!(verdict(&call.send(&state).body), "ok");
    let shifted = call.without("code").and("codex", "card").send(&state).body;
    assert_eq!(verdict(&shifted), "41 Invalid arguments:codex");
    let call = bills_call().and("foo", "bar").signed();
    assert_eq!(verdict(&call.send(&state).body), "41 Invalid arguments:foo");
    let shifted = call.without("foo").and("foob", "ar").send(&state).body;
    assert_eq!(verdict(&shifted), "41 Invalid arguments:foob", "the signature fits, the call does not");
}

#[test]
fn a_session_is_asked_for_only_where_needed_and_must_be_known_wherever_given() {
    let state = state();
    assert_eq!(verdict(&list_call(QUERY).call(&state)), "ok");
    assert_eq!(verdict(&list_call(QUERY).and("session", "test-session").call(&state)), "ok");
    assert_eq!(verdict(&list_call(QUERY).and("session", "x").call(&state)), "27 invalid-sessionkey");
    assert_eq!(verdict(&Client::new(REDEEM).and("code", "c").call(&state)), "ok");
    let two = builder().session("one").session("two").build_state().unwrap();
    assert_eq!(verdict(&bills_call().with("session", "two").call(&two)), "ok");
    assert_eq!(verdict(&bills_call().call(&two)), "27 invalid-sessionkey");
}

#[test]
fn unknown_and_repeated_parameters_are_refused() {
    let state = state();
    assert_eq!(verdict(&bills_call().and("kind", "1").call(&state)), "41 Invalid arguments:kind");
    assert_eq!(
        verdict(&bills_call().and("page_no", "1").and("page_no", "1").call(&state)),
        "41 Invalid arguments:page_no"
    );
    assert_eq!(verdict(&bills_call().and("v", "2.0").call(&state)), "41 Invalid arguments:v");
    assert_eq!(verdict(&bills_call().and("partner_id", "p").and("target_app_key", "1").call(&state)), "ok");
}

#[test]
fn several_violations_are_told_at_once() {
    let body = list_call(r#"{"page_no":0,"filters":[{"name":"abcd"}]}"#).call(&state());
    let value: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(value["error_response"]["msg"], "Invalid arguments:query.page_no");
    assert_eq!(
        value["error_response"]["sub_msg"],
        "query.page_no: must be at least 1 (got 0); query.filters[0].name: must be at most 3 characters (UTF-16 code units) (got 4); \
         query.brand_id, query.out_brand_id: expected at least one of them"
    );
}

#[test]
fn refusals_come_in_both_formats_and_keep_their_envelope_when_reduced() {
    let state = state();
    let json = Client::new(REDEEM).and("simplify", "true").call(&state);
    let expected = r#"{"error_response":{"code":41,"msg":"Invalid arguments:code","sub_msg":"code, card: expected exactly one of them","request_id":"sandbox0000000001"}}"#;
    assert_eq!(json, expected);
    let xml = Client::new(REDEEM).with("format", "xml").and("a<b>&\"", "1").call(&state);
    let expected = "<?xml version=\"1.0\" encoding=\"utf-8\" ?><error_response><code>41</code><msg>Invalid arguments:a&lt;b&gt;&amp;&quot;</msg>\
        <sub_msg>a&lt;b&gt;&amp;&quot;: unknown parameter of this method; code, card: expected exactly one of them</sub_msg><request_id>sandbox0000000002</request_id></error_response>";
    assert_eq!(xml, expected);
}

#[test]
fn parameters_are_read_from_query_and_body_together() {
    let state = state();
    let call = list_call(QUERY).signed();
    let (system, own): (Vec<_>, Vec<_>) = call.0.into_iter().partition(|(name, _)| name != "query");
    let mut request = HttpRequest::form(Client(own).form());
    request.query = Client(system).form();
    assert_eq!(verdict(&answer(&state, &request).body), "ok");
    let get = HttpRequest {
        method: "GET".into(),
        query: list_call(QUERY).signed().form(),
        body: Bytes::new(),
        ..request.clone()
    };
    assert_eq!(verdict(&answer(&state, &get).body), "ok");
    let untyped = HttpRequest { content_type: None, ..request.clone() };
    assert_eq!(verdict(&answer(&state, &untyped).body), "ok");
}

#[test]
fn what_cannot_be_read_is_refused_with_a_reason() {
    let state = state();
    let code = |request: &HttpRequest| {
        let body = answer(&state, request).body;
        body.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    let good = HttpRequest::form(list_call(QUERY).signed().form());
    assert_eq!(code(&HttpRequest { method: "PUT".into(), ..good.clone() }), "9");
    assert_eq!(code(&HttpRequest { content_type: Some("application/json".into()), ..good.clone() }), "41");
    assert_eq!(
        code(&HttpRequest { content_type: Some("multipart/form-data; boundary=b".into()), ..good.clone() }),
        "41"
    );
    assert_eq!(code(&HttpRequest { body: Bytes::from_static(b"q=%ff"), ..good.clone() }), "47");
    assert_eq!(answer(&state, &HttpRequest { path: "/".into(), ..good.clone() }).status, 404);
    assert_eq!(answer(&state, &HttpRequest { body: vec![b'a'; MAX_BODY + 1].into(), ..good }).status, 413);
}

#[test]
fn files_come_as_parts_and_are_not_signed() {
    let state = state();
    let mut body = String::new();
    for (name, value) in Client::new(REDEEM).and("code", "c").signed().0 {
        body.push_str(&format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    let with = |part: &str| HttpRequest {
        content_type: Some("multipart/form-data;charset=utf-8;boundary=b".into()),
        ..HttpRequest::form(format!(
            "{body}--b\r\nContent-Disposition: form-data; {part}\r\n\r\n\u{1}\u{2}\r\n--b--\r\n"
        ))
    };
    assert_eq!(verdict(&answer(&state, &with("name=\"photo\"; filename=\"p.png\"")).body), "ok");
    let file = state.received().remove(0).files.remove(0);
    assert_eq!((file.parameter.as_str(), file.file_name.as_str(), file.media_type), ("photo", "p.png", None));
    assert_eq!(&file.content[..], b"\x01\x02");
    assert_eq!(verdict(&answer(&state, &with("name=\"code\"; filename=\"p\"")).body), "41 Invalid arguments:code");
    let text = Client::new(REDEEM).and("code", "c").and("photo", "text").call(&state);
    assert_eq!(verdict(&text), "41 Invalid arguments:photo");
}

#[test]
fn admitted_calls_are_noted_with_their_own_parameters_and_no_secrets() {
    let state = state();
    drop(bills_call().call(&state));
    drop(bills_call().with("account_id", "x").call(&state));
    let received = state.received();
    assert_eq!(received.len(), 1, "refused calls are not noted");
    assert_eq!((received[0].method.as_str(), received[0].with_session), (BILLS, true));
    assert_eq!(received[0].parameter("account_id"), Some("1"));
    assert_eq!(received[0].parameters.len(), 2);
    assert_eq!(received[0].request_id, "sandbox0000000001");
    assert!(!format!("{received:?}").contains("test-session"));
}

#[test]
fn request_ids_are_unique() {
    let state = state();
    let ids: std::collections::BTreeSet<String> = (0..100)
        .map(|_| {
            let body: Value = serde_json::from_str(&list_call(QUERY).and("simplify", "1").call(&state)).unwrap();
            body["request_id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 100);
    assert!(ids.iter().all(|id| id.len() >= 12));
}

#[test]
fn records_for_an_unknown_method_or_of_a_wrong_type_do_not_start() {
    let message = |builder: crate::SandboxBuilder| builder.build_state().unwrap_err().to_string();
    assert!(message(builder().with_records("no.such", vec![])).contains("`no.such`"));
    let wrong = message(builder().with_records(LIST, vec![json!({"gift_id": 1.5, "price": "x"})]));
    assert_eq!(
        wrong,
        format!(
            "the records for `{LIST}` do not fit its specification: gift_id: expected Number, got 1.5; price: expected BigDecimal, got \"x\""
        )
    );
    assert!(message(builder().answer(REDEEM, json!([]))).contains("expected a response (an object)"));
    assert!(
        message(builder().model(model()).with_records(BILLS, vec![json!(1)])).contains("expected an item (an object)")
    );
}

/// A small generator of repeatable noise.
fn noise(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    }
}

#[test]
fn whatever_comes_is_answered() {
    const PIECES: [&str; 16] = [
        "",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "null",
        "-1",
        "1e9",
        "9223372036854775808",
        "😀",
        "\u{0}",
        "query",
        "2013-01-14 09:56:48",
    ];
    let state = state();
    let mut next = noise(20_240_301);
    for round in 0..4_000 {
        let mut call = match round % 3 {
            0 => list_call(
                r#"{"page_no":1,"brand_id":"b","filters":[{"name":"a","value":1}],"tags":["x"],"from":"2024-01-01 00:00:00"}"#,
            ),
            1 => bills_call()
                .and("kinds", "1,2")
                .and("start_time", "2013-01-14 09:56:48")
                .and("end_time", "2013-01-14 10:00:00"),
            _ => Client::new(REDEEM).and("code", "c").and("extra", r#"{"a":{"b":[1]}}"#),
        };
        for _ in 0..=next(3) {
            let index = next(call.0.len());
            let letters: Vec<char> = call.0[index].1.chars().collect();
            let (at, piece) = (next(letters.len() + 1), PIECES[next(PIECES.len())]);
            let skipped = next(3);
            call.0[index].1 = letters[..at]
                .iter()
                .copied()
                .chain(piece.chars())
                .chain(letters[at..].iter().copied().skip(skipped))
                .collect();
        }
        let call = if call.0.iter().any(|(name, value)| name == "sign_method" && value == "hmac-sha256") {
            call.signed()
        } else {
            call
        };
        let mut body = call.form().into_bytes();
        if round % 2 == 0 {
            let at = next(body.len());
            body[at] = u8::try_from(next(256)).unwrap();
        }
        let answer = answer(&state, &HttpRequest::form(body));
        let is_json = serde_json::from_str::<Value>(&answer.body).is_ok();
        assert!(answer.status == 200 && (is_json || answer.body.starts_with("<?xml")), "{}", answer.body);
    }
}

#[test]
fn a_request_is_accepted_once_where_replays_are_refused() {
    let state = testing::builder().refuse_replays(true).build_state().unwrap();
    for number in 0..10_000 {
        let call = list_call(QUERY).and("partner_id", &format!("p{number}")).signed();
        assert_eq!(verdict(&call.send(&state).body), "ok");
        assert_eq!(verdict(&call.send(&state).body), "25 isv.repeated-request");
    }
    // Parameters in another order are the same request; another time is another one.
    let mut call = list_call(QUERY).and("partner_id", "p0").signed();
    call.0.reverse();
    assert_eq!(verdict(&call.send(&state).body), "25 isv.repeated-request");
    let later = list_call(QUERY).and("partner_id", "p0").with("timestamp", "2024-03-01 12:00:01");
    assert_eq!(verdict(&later.call(&state)), "ok");
}

#[test]
fn a_replay_is_refused_as_long_as_its_time_is_accepted_and_by_its_time_after_that() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};
    let start: opentop_runtime::DateTime = testing::NOW.parse().unwrap();
    let seconds = Arc::new(AtomicI64::new(0));
    let clock = {
        let seconds = Arc::clone(&seconds);
        move || {
            let millis = start.unix_millis() + seconds.load(Ordering::Relaxed) * 1_000;
            opentop_runtime::DateTime::from_unix_millis(millis).unwrap()
        }
    };
    let state = testing::builder().clock(clock).refuse_replays(true).build_state().unwrap();
    let call = list_call(QUERY).signed();
    for (now, expected) in
        [(-600, "ok"), (-599, "25 isv.repeated-request"), (600, "25 isv.repeated-request"), (601, "31 -")]
    {
        seconds.store(now, Ordering::Relaxed);
        assert_eq!(verdict(&call.send(&state).body), expected, "{now}");
    }
}

#[test]
fn replays_are_accepted_unless_told_otherwise() {
    let (state, call) = (state(), list_call(QUERY).signed());
    assert_eq!([call.send(&state), call.send(&state)].map(|answer| verdict(&answer.body)), ["ok", "ok"]);
}

/// The parameters as sent, with a signature over those that `is_signed` takes; of an empty one, over its name.
fn signed_over(call: Client, is_signed: impl Fn(&str) -> bool) -> Client {
    let text = |name: &str| call.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone()).unwrap();
    let part = call.0.iter().filter(|(name, value)| name != "sign" && is_signed(value));
    let mut pairs: Vec<(&str, &str)> = part.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let method = text("sign_method").parse().unwrap();
    let sign = opentop_runtime::__private::v1::sign::sign_with_empty(method, &"helloworld".into(), &mut pairs, None);
    call.and("sign", &sign)
}

#[test]
fn empty_parameters_may_be_signed_or_not_and_white_space_alone_is_left_out() {
    let state = state();
    let call = |extra: &str| bills_call().and("start_time", extra).and("exact", "");
    for method in ["md5", "hmac", "hmac-sha256"] {
        let empty = call("").with("sign_method", method);
        assert_eq!(verdict(&signed_over(empty.clone(), |_| true).send(&state).body), "ok", "names are signed");
        assert_eq!(verdict(&signed_over(empty, |value| !value.is_empty()).send(&state).body), "ok");
        let white = call(" \t").with("sign_method", method);
        assert_eq!(verdict(&signed_over(white.clone(), |value| !value.trim().is_empty()).send(&state).body), "ok");
        assert_eq!(
            verdict(&signed_over(white.clone(), |value| value.is_empty() || value != " \t").send(&state).body),
            "ok"
        );
        let refused = signed_over(white, |_| true).send(&state).body;
        assert_eq!(verdict(&refused), "25 -");
        assert!(refused.contains("`start_time` holds only white space"), "{refused}");
    }
}

#[test]
fn a_parameter_of_white_space_alone_is_absent() {
    let state = state();
    let body = signed_over(bills_call().with("account_id", "  "), |value| !value.trim().is_empty()).send(&state).body;
    assert_eq!(verdict(&body), "40 Missing required arguments:account_id");
}

#[test]
fn frequent_mistakes_of_other_clients_get_a_message_that_helps() {
    let state = state();
    for (call, expected) in [
        (bills_call().and("exact", "True"), "exact: expected `true` or `false`, got `True`; write it in lower case"),
        (
            bills_call().and("simplify", "True"),
            "simplify: expected `true` or `false`, got `True`; write it in lower case",
        ),
        (bills_call().and("kinds", "[1,2]"), "kinds: expected values joined by commas (`1,2`), got a JSON array"),
        (bills_call().and("kinds", "1,x"), "kinds[1]: expected a whole number (64 bits), got `x`"),
    ] {
        let body = call.call(&state);
        assert!(body.contains(&format!(r#""sub_msg":"{expected}""#)), "{body}");
    }
    let get = HttpRequest { method: "GET".into(), ..HttpRequest::form(list_call(QUERY).signed().form()) };
    let body = answer(&state, &get).body;
    assert!(body.contains("<code>21</code>") && body.contains("the body of a GET is not read"), "{body}");
}
