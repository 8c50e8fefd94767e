//! Refusals: those of other gateways, and those with rough edges.

use opentop_runtime::Error;

use crate::model::{End, read, read_as, write, write_as, write_without_flag};

#[test]
fn a_foreign_body_is_never_an_empty_success() {
    for (body, shown) in [
        (
            r#"{"code":27,"msg":"Invalid session","request_id":"r1"}"#,
            "gateway error 27: Invalid session, request_id r1",
        ),
        (r#"{"errorMessage":"oops","request_id":"r1"}"#, "gateway error 0: oops, request_id r1"),
        (
            r#"{"other_get_response":{"a":1},"request_id":"r1"}"#,
            r#"the answer is not this method's: "{"other_get_response":{"a":1},"request_id":"r1"}""#,
        ),
    ] {
        let Err(error) = read(body) else { panic!("{body}") };
        assert_eq!(error.to_string(), shown);
        assert_eq!(write(body), End::Unknown, "{body}");
        assert_eq!(write_without_flag(body), End::Unknown, "{body}");
    }
    assert!(read(r#"{"code":27,"msg":"Invalid session","request_id":"r1"}"#).err().unwrap().is_session());
    assert_eq!(read(r#"{"request_id":"r1"}"#).unwrap().request_id(), Some("r1"));
    assert!(read(r#"{"alibaba_example_gift_find_response":{"new":1,"request_id":"r1"}}"#).is_ok());
    assert!(read(r#"{"code":0,"total":1}"#).is_ok());
}

/// Bodies that all say: code 27, session expired, request r1.
fn rough() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let json = |sub_msg: &str| {
        format!(
            r#"{{"error_response":{{"code":27,"msg":"Invalid session","sub_code":"session-expired","sub_msg":"{sub_msg}","request_id":"r1"}}}}"#
        )
    };
    let xml = |sub_msg: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\" ?><error_response><code>27</code><msg>Invalid session</msg>\
             <sub_code>session-expired</sub_code><sub_msg>{sub_msg}</sub_msg><request_id>r1</request_id></error_response><!--top01.s.et2-->"
        )
    };
    let utf8 = "text/javascript;charset=UTF-8";
    // 参数誠, whose last byte is a backslash.
    let gbk: Vec<u8> = json("@")
        .bytes()
        .flat_map(|byte| if byte == b'@' { b"\xb2\xce\xca\xfd\xd5\\".to_vec() } else { vec![byte] })
        .collect();
    let mixed: Vec<u8> =
        json("非@").bytes().flat_map(|byte| if byte == b'@' { b"\xb2\xce".to_vec() } else { vec![byte] }).collect();
    vec![
        ("plain", utf8, json("").into()),
        ("a raw tab", utf8, json("a\tb").into()),
        ("a raw line break", utf8, json("a\r\nb").into()),
        ("half a character", utf8, json("\\ud83d").into()),
        ("an escape of no language", utf8, json("a\\x").into()),
        ("a byte order mark", utf8, format!("\u{feff}{}", json("")).into()),
        ("a comment behind", utf8, format!("{}<!--top01.s.et2-->\n", json("")).into()),
        ("GBK by its header", "text/javascript;charset=GBK", gbk.clone()),
        ("GBK without a header", "", gbk.clone()),
        ("GBK under a wrong header", utf8, gbk),
        ("GBK inside of UTF-8", utf8, mixed),
        ("XML", "text/xml;charset=UTF-8", xml("").into()),
        ("XML with entities", "text/xml", xml("&nbsp;&#55357;&#56832;&#55357;").into()),
        ("XML with control characters", "text/xml", xml("a\u{1}b").into()),
    ]
}

#[test]
fn refusals_survive_rough_edges() {
    for (name, content_type, body) in rough() {
        let (result, sent) = read_as(content_type, &body);
        let Err(error) = result else { panic!("{name}") };
        let Some(refusal) = error.gateway() else { panic!("{name}: {error}") };
        assert!(refusal.code == 27, "{name}: {error}");
        assert_eq!(refusal.sub_code.as_deref(), Some("session-expired"), "{name}");
        assert_eq!((error.request_id(), error.is_session(), sent), (Some("r1"), true, 1), "{name}");
        assert_eq!(write_as(content_type, &body), End::Failed, "{name}");
    }
}

#[test]
fn what_stands_beside_a_rough_refusal_keeps_a_write_unknown() {
    let refusal = "{\"code\":27,\"sub_code\":\"session-expired\",\"sub_msg\":\"a\tb\"}";
    for body in [
        format!("{{\"error_response\":{refusal},\"success\":true}}"),
        format!("{{\"success\":true,\"error_response\":{refusal}}}"),
        format!("{{\"error_response\":{refusal},\"error_response\":{refusal}}}"),
        "<error_response><code>27</code></error_response><x/>".to_owned(),
        "<error_response><code>27</code><code>7</code></error_response>".to_owned(),
    ] {
        assert_eq!(write(&body), End::Unknown, "{body}");
    }
}

/// Half a refusal may be half of anything.
#[test]
fn a_refusal_that_is_cut_is_none() {
    for (name, content_type, body) in rough() {
        let whole = body.windows(17).rposition(|part| part == b"</error_response>").map_or(body.len(), |at| at + 17);
        let end = if body.starts_with(b"<") { whole } else { body.iter().rposition(|byte| *byte == b'}').unwrap() + 1 };
        for length in (0..end).step_by(7).chain([end - 1]) {
            let (result, _) = read_as(content_type, &body[..length]);
            assert!(result.is_err_and(|error| error.gateway().is_none()), "{name} cut after {length}");
        }
    }
}

#[cfg(feature = "xml")]
#[test]
fn json_where_xml_was_asked_for_is_read_as_well() {
    use opentop_runtime::__private::v1::send_read;
    use opentop_runtime::{Format, blocking, transport::MockTransport};

    for (name, _, body) in rough() {
        let fake = MockTransport::new().reply(body);
        let builder = blocking::Client::builder().app_key("1").app_secret("s").format(Format::Xml);
        let result = send_read(crate::model::Find::default(), &builder.transport(fake).build().unwrap());
        assert!(result.is_err_and(|error| error.is_session() && error.request_id() == Some("r1")), "{name}");
    }
}

#[test]
fn codes_may_be_words() {
    let word = |code: &str, message: &str| {
        format!(r#"{{"error_response":{{"type":"ISV","code":"{code}","msg":"{message}","request_id":"r1"}}}}"#)
    };
    let session = read(&word("IllegalAccessToken", "The specified access token is invalid or expired")).err().unwrap();
    assert!(session.is_session() && !session.is_retryable());
    assert!(session.to_string().contains("error IllegalAccessToken:"), "{session}");
    let limited = word("ApiCallLimit", "Api access frequency exceeds the limit. this ban will last 1 seconds");
    let (result, sent) = read_as("", limited.as_bytes());
    assert_eq!((result.err().unwrap().ban_seconds(), sent), (Some(1), 3));
    for code in ["IllegalAccessToken", "ApiCallLimit", "IncompleteSignature"] {
        assert_eq!(write(&word(code, "")), End::Failed, "{code}");
        // The same at the root, as these gateways send it.
        let flat = format!(r#"{{"type":"ISV","code":"{code}","message":"m","request_id":"r1"}}"#);
        assert_eq!(write_without_flag(&flat), End::Failed, "{code}");
        assert!(matches!(read(&flat), Err(Error::Gateway { .. })), "{code}");
    }
    assert_eq!(write(&word("ServiceTimeout", "")), End::Unknown);
    assert_eq!(write(&word("SomethingNew", "")), End::Unknown);
}

#[test]
fn seconds_are_honoured_under_every_code_of_a_limit() {
    for (code, cause) in
        [(4, ""), (5, ""), (6, ""), (7, ""), (8, ""), (15, "isp.call-limited"), (50, "isp.call-limited")]
    {
        let body = format!(
            r#"{{"error_response":{{"code":{code},"msg":"limited","sub_code":"{cause}","sub_msg":"This ban will last for 2 more seconds"}}}}"#
        );
        let fake = opentop_runtime::transport::MockTransport::new().reply(body).reply(r#"{"total":1}"#);
        let result =
            opentop_runtime::__private::v1::send_read(crate::model::Find::default(), &crate::model::client(&fake));
        assert!(result.is_ok(), "{code}");
        assert_eq!(fake.backoffs(), [std::time::Duration::from_secs(3)], "{code} {cause}");
    }
}
