//! One test per row of the table, through a client over a scripted transport.

#![allow(clippy::unwrap_used, clippy::panic)]
use std::time::Duration;

use http::StatusCode;

use super::WriteOutcome;
use crate::call::error::Error;
use crate::call::method::WriteRequest;
use crate::client::Client;
use crate::client::{WriteError, send_write};
use crate::testing::{Known, Plain, Redeem, noon, redeem};
use crate::transport::{MockTransport, SendStage, TransportError, TransportErrorKind};

fn client(fake: &MockTransport) -> Client {
    Client::builder().app_key("1").app_secret("s").transport(fake.clone()).clock(noon).build().unwrap()
}

/// How one write over this script ended: its fate (`None`: done) and how often it was sent.
async fn ends_as<R: WriteRequest>(request: R, fake: MockTransport) -> (Option<WriteOutcome>, usize) {
    let fate = match send_write(request, &client(&fake).session("token")).await {
        Ok(_) => None,
        Err(WriteError::Failed(_)) => Some(WriteOutcome::Failed),
        Err(WriteError::Unknown(_)) => Some(WriteOutcome::Unknown),
    };
    (fate, fake.sent().len())
}

async fn assert_replies(rows: &[(u16, &str)], fate: Option<WriteOutcome>) {
    for (status, body) in rows {
        let fake = MockTransport::new().reply_with(StatusCode::from_u16(*status).unwrap(), body.as_bytes().to_vec());
        assert_eq!(ends_as(redeem(), fake).await, (fate, 1), "{status} {body}");
    }
}

fn refusal(code: i64, sub_code: &str) -> String {
    format!(r#"{{"error_response": {{"code": {code}, "msg": "no", "sub_code": "{sub_code}", "sub_msg": "because"}}}}"#)
}

async fn assert_refusals(rows: impl IntoIterator<Item = (i64, &str)>, fate: WriteOutcome) {
    for (code, sub_code) in rows {
        for status in [200, 400] {
            assert_replies(&[(status, &refusal(code, sub_code))], Some(fate)).await;
        }
    }
}

#[tokio::test]
async fn invalid_and_misconfigured_calls_failed_without_being_sent() {
    let invalid = Redeem { gift: Some("x".repeat(21)), ..redeem() };
    assert_eq!(ends_as(invalid, MockTransport::new()).await, (Some(WriteOutcome::Failed), 0));
    let fake = MockTransport::new();
    let result = redeem().send(&client(&fake).options().param("method", "x")).await;
    assert!(matches!(result, Err(WriteError::Failed(Error::Config(_)))));
    assert!(fake.sent().is_empty());
}

#[tokio::test]
async fn not_sent_failed() {
    use TransportErrorKind::*;
    for kind in [Dns, Connect, Tls, Timeout, Other] {
        let fake = MockTransport::new().fail(TransportError::new(SendStage::NotSent, kind));
        assert_eq!(ends_as(redeem(), fake).await.0, Some(WriteOutcome::Failed), "{kind:?}");
    }
}

#[tokio::test]
async fn maybe_sent_is_unknown_and_never_repeated() {
    use TransportErrorKind::*;
    for kind in [Broken, TooLarge, Tls, Timeout, Other] {
        let fake =
            MockTransport::new().fail(TransportError::new(SendStage::MaybeSent, kind)).reply(r#"{"success": true}"#);
        assert_eq!(ends_as(redeem(), fake).await, (Some(WriteOutcome::Unknown), 1), "{kind:?}");
    }
    let fake = MockTransport::new().fail(TransportError::timeout(SendStage::MaybeSent, Duration::from_secs(1)));
    assert_eq!(ends_as(redeem(), fake).await.0, Some(WriteOutcome::Unknown));
}

#[tokio::test]
async fn server_errors_are_unknown_whatever_the_body() {
    let refused = refusal(50, "isv.invalid-parameter");
    assert_replies(
        &[(500, r#"{"success": true}"#), (502, "<html>"), (503, ""), (500, &refused)],
        Some(WriteOutcome::Unknown),
    )
    .await;
}

#[tokio::test]
async fn redirects_are_unknown_whatever_the_body() {
    assert_replies(&[(302, ""), (307, &refusal(25, "")), (304, r#"{"success": true}"#)], Some(WriteOutcome::Unknown))
        .await;
}

#[tokio::test]
async fn client_errors_without_an_error_response_are_unknown() {
    assert_replies(
        &[(400, ""), (403, "<html>"), (404, r#"{"success": true}"#), (429, "slow down")],
        Some(WriteOutcome::Unknown),
    )
    .await;
}

#[tokio::test]
async fn a_contradiction_is_unknown() {
    let refused = r#"{"error_response": {"code": 50, "msg": "no", "sub_code": "isv.x"}"#;
    let rows = [
        format!(r#"{refused}, "success": true}}"#),
        format!(r#"{refused}, "success": false}}"#),
        format!(r#"{refused}, "alibaba_example_gift_redeem_response": {{"success": true}}}}"#),
        format!(r#"{refused}, "error_response": {{"code": 50, "sub_code": "isp.x"}}}}"#),
        r#"{"error_response": {"code": 50, "sub_code": "isv.x", "sub_code": "isp.x"}}"#.to_owned(),
    ];
    for row in &rows {
        assert_replies(&[(200, row)], Some(WriteOutcome::Unknown)).await;
    }
}

#[tokio::test]
async fn an_answer_that_says_something_twice_is_unknown() {
    let rows = [
        r#"{"success": true, "success": false}"#,
        r#"{"success": false, "success": true}"#,
        r#"{"success": true, "success": true}"#,
        r#"{"success": true, "left": 1, "left": 2}"#,
        r#"{"alibaba_example_gift_redeem_response": {"success": true}, "success": false}"#,
        r#"{"success": false, "alibaba_example_gift_redeem_response": {"success": true}}"#,
        r#"{"alibaba_example_gift_redeem_response": {"success": true}, "alibaba_example_gift_redeem_response": {}}"#,
        // The escape makes the thorough reader take it.
        r#"{"success": true, "message": "\ud800", "succes\u0073": false}"#,
    ];
    assert_replies(&rows.map(|body| (200, body)), Some(WriteOutcome::Unknown)).await;
    let plain = r#"{"left": 1, "left": 2}"#;
    assert_eq!(ends_as(Plain::default(), MockTransport::new().reply(plain)).await.0, Some(WriteOutcome::Unknown));
}

#[cfg(feature = "xml")]
#[tokio::test]
async fn so_is_one_in_xml() {
    let answer =
        |inner: &str| format!("<alibaba_example_gift_redeem_response>{inner}</alibaba_example_gift_redeem_response>");
    for body in [
        answer("<success>true</success><success>false</success>"),
        "<error_response><sub_code>isv.x</sub_code><sub_code>isp.x</sub_code></error_response>".to_owned(),
    ] {
        let fake = MockTransport::new().reply(body.clone());
        let builder = Client::builder().app_key("1").app_secret("s").transport(fake).format(crate::Format::Xml);
        let result = redeem().send(&builder.build().unwrap()).await;
        assert!(matches!(result, Err(WriteError::Unknown(_))), "{body}");
    }
}

#[tokio::test]
async fn missing_and_invalid_parameters_failed() {
    let causes = [15, 40, 41, 50, 10, 670].map(|code| (code, "isv.invalid-parameter:gift"));
    assert_refusals(causes, WriteOutcome::Failed).await;
    // The platform's own checks refuse for reasons that the table does not have, too.
    assert_refusals([11, 41].map(|code| (code, "isv.gift-not-wanted")), WriteOutcome::Failed).await;
}

#[tokio::test]
async fn other_isv_is_unknown() {
    let others = ["isv.gift-service-error-limit", "isv.gift-not-exist", "isv.gift:x-service-error", "isv."];
    for code in [15, 50, 10, 670] {
        assert_refusals(others.map(|cause| (code, cause)), WriteOutcome::Unknown).await;
    }
}

#[tokio::test]
async fn isv_that_names_an_error_of_a_service_is_unknown() {
    let causes = [
        "isv.trade-service-error:LOCK_FAILED",
        "isv.item-service-error",
        "isv.service-error",
        "isv.item-service-error:isv.x",
    ];
    for code in [15, 41, 50] {
        assert_refusals(causes.map(|cause| (code, cause)), WriteOutcome::Unknown).await;
    }
}

#[tokio::test]
async fn isp_is_unknown_under_every_code() {
    let causes = [15, 50, 10, 7, 25, 41].map(|code| (code, "isp.http-read-timeout"));
    assert_refusals(causes, WriteOutcome::Unknown).await;
}

#[tokio::test]
async fn limited_rates_failed() {
    assert_refusals(
        [(7, ""), (7, "accesscontrol.limited-by-app-access-count"), (15, "accesscontrol.x")],
        WriteOutcome::Failed,
    )
    .await;
}

#[tokio::test]
async fn what_the_platform_checks_first_failed() {
    let before = [4..=9, 11..=13, 21..=34, 40..=44, 47..=47, 53..=53].into_iter().flatten();
    assert_refusals(before.map(|code| (code, "")), WriteOutcome::Failed).await;
    assert_refusals([(27, "invalid-sessionkey"), (25, "invalid-signature")], WriteOutcome::Failed).await;
}

#[tokio::test]
async fn every_other_code_is_unknown() {
    let others =
        [i64::MIN, -1, 0, 1, 2, 3, 10, 14, 15, 16, 20, 35, 39, 45, 46, 48, 49, 50, 51, 52, 54, 99, 100, 520, i64::MAX];
    assert_refusals(others.map(|code| (code, "")), WriteOutcome::Unknown).await;
    assert_refusals([(15, "2"), (50, "6001"), (50, "ISV-but-not-quite")], WriteOutcome::Unknown).await;
}

/// How a write ends whose specification says what its errors mean.
async fn known_ends_as(status: u16, body: String) -> Option<WriteOutcome> {
    let fake = MockTransport::new().reply_with(StatusCode::from_u16(status).unwrap(), body.into_bytes());
    let (fate, sent) = ends_as(Known::default(), fake).await;
    assert_eq!(sent, 1, "a write is sent once");
    fate
}

#[tokio::test]
async fn what_the_specification_says_of_an_error_counts_before_the_table() {
    use WriteOutcome::{Failed, Unknown};
    for (code, sub_code, fate) in [
        (15, "isv.gift-gone", Failed),
        (15, "isv.gift-gone:7", Failed),
        (15, "isv.gift-service-error:GONE", Failed),
        (15, "isv.gift-service-error:OTHER", Unknown),
        (15, "isv.gift-service-error", Unknown),
        (15, "isv.invalid-parameter", Unknown),
        (15, "isv.invalid-parameter:gift", Unknown),
        (15, "isp.gift-broken", Failed),
        // Not said, so the table counts.
        (15, "isv.missing-parameter", Failed),
        (15, "isp.http-read-timeout", Unknown),
        (15, "isv.gift-gone-again", Unknown),
        (15, "gift-gone", Unknown),
        // Of codes, `no` counts without a cause alone, and `maybe` always.
        (15, "", Failed),
        (15, "isv.other", Unknown),
        (100, "", Failed),
        (41, "", Unknown),
        (41, "isv.other", Unknown),
        (40, "isv.other", Failed),
    ] {
        for status in [200, 400] {
            assert_eq!(known_ends_as(status, refusal(code, sub_code)).await, Some(fate), "{status} {code} {sub_code}");
        }
    }
}

#[tokio::test]
async fn no_specification_makes_a_doubtful_answer_certain() {
    let gone = r#""code": 15, "msg": "no", "sub_code": "isv.gift-gone""#;
    let success = r#""alibaba_example_gift_redeem_response": {"success": true}"#;
    for (status, body) in [
        (500, refusal(15, "isv.gift-gone")),
        (302, refusal(15, "isv.gift-gone")),
        (200, format!(r#"{{"error_response": {{{gone}}}, {success}}}"#)),
        (200, format!(r#"{{"error_response": {{{gone}}}, "error_response": {{{gone}}}}}"#)),
        (
            200,
            format!(r#"{{"alibaba_example_gift_redeem_response": {{"success": true, "error_response": {{{gone}}}}}}}"#),
        ),
    ] {
        assert_eq!(known_ends_as(status, body.clone()).await, Some(WriteOutcome::Unknown), "{status} {body}");
    }
}

#[tokio::test]
async fn a_business_code_that_may_have_been_executed_is_unknown() {
    for (code, fate) in [(7, WriteOutcome::Unknown), (8, WriteOutcome::Failed)] {
        let body = format!(r#"{{"success": false, "code": {code}}}"#);
        assert_eq!(known_ends_as(200, body).await, Some(fate), "{code}");
    }
    assert_eq!(known_ends_as(200, r#"{"success": true, "code": 7}"#.to_owned()).await, None, "done is done");
}

#[tokio::test]
async fn the_flag_true_is_done() {
    assert_replies(
        &[(200, r#"{"success": true}"#), (200, r#"{"alibaba_example_gift_redeem_response": {"success": "true"}}"#)],
        None,
    )
    .await;
}

#[tokio::test]
async fn the_flag_false_failed() {
    assert_replies(
        &[(200, r#"{"success": false, "code": 1}"#), (200, r#"{"success": "false"}"#)],
        Some(WriteOutcome::Failed),
    )
    .await;
}

#[tokio::test]
async fn the_flag_absent_is_unknown() {
    let rows = [
        (200, r#"{"left": 3}"#),
        (200, r#"{"success": null}"#),
        (200, r#"{"success": ""}"#),
        (200, r#"{"request_id": "r"}"#),
    ];
    assert_replies(&rows, Some(WriteOutcome::Unknown)).await;
}

#[tokio::test]
async fn without_a_flag_in_the_specification_the_envelope_says_done() {
    for (body, fate) in [
        (r#"{"alibaba_example_gift_redeem_response": {"request_id": "r"}}"#, None),
        (r#"{"left": 1}"#, None),
        (r#"{}"#, Some(WriteOutcome::Unknown)),
        (r#"{"other": 1}"#, Some(WriteOutcome::Unknown)),
        (r#"{"request_id": "r"}"#, None),
        (r#"{"request_id": "r", "code": "Throttling", "what": "busy"}"#, Some(WriteOutcome::Unknown)),
    ] {
        assert_eq!(ends_as(Plain::default(), MockTransport::new().reply(body)).await, (fate, 1), "{body}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_unknown() {
    let rows = [
        "",
        " ",
        "<html>",
        "null",
        "[]",
        "{",
        r#"{"success": true"#,
        r#"{"success": true, "left": 1.5}"#,
        "{}",
        "{\"other\": 1}",
    ];
    assert_replies(&rows.map(|body| (200, body)), Some(WriteOutcome::Unknown)).await;
    let fake = MockTransport::new().reply(&b"{\"success\": true, \"message\": \"\xd6\xd0\"}"[..]);
    assert_eq!(ends_as(redeem(), fake).await, (Some(WriteOutcome::Unknown), 1));
}
