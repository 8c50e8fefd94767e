//! What a refusal proves about a write, and answers that may be two.

use crate::model::{End, write, write_without_flag};

fn refusal(code: i64, cause: &str) -> String {
    format!(r#"{{"error_response":{{"code":{code},"msg":"no","sub_code":"{cause}","request_id":"r1"}}}}"#)
}

#[test]
fn refusals_of_the_service_prove_nothing() {
    for cause in [
        "isv.remote-service:CONVERT_ERROR",
        "isv.biz-error:BIZ_ERROR",
        "isv.remote-service-timeout",
        "isv.timeout",
        "isv.system-error",
        "isv.unknown-error",
        "isv.service-unavailable",
        "isv.trade-not-exist",
        "isv.anything-new",
        "isp.call-limited",
    ] {
        for code in [15, 50] {
            assert_eq!(write(&refusal(code, cause)), End::Unknown, "{code} {cause}");
        }
    }
    // Not even under a code of the platform's own checks.
    assert_eq!(write(&refusal(41, "isv.remote-service-timeout")), End::Unknown);
}

#[test]
fn refusals_of_the_platform_prove_that_nothing_was_done() {
    for (code, cause) in [
        (25, ""),
        (22, ""),
        (40, "isv.missing-parameter:gift"),
        (15, "isv.missing-parameter:gift"),
        (50, "isv.invalid-parameter:gift"),
        (11, "isv.permission-api-package-empty"),
        (12, "isv.invalid-permission"),
        (29, "isv.appkey-not-exists"),
        (7, "accesscontrol.limited-by-api-access-count"),
        (15, "accesscontrol.limited-by-app-access-count"),
        (27, "session-expired"),
        (15, "invalid-sessionkey"),
    ] {
        assert_eq!(write(&refusal(code, cause)), End::Failed, "{code} {cause}");
    }
}

#[test]
fn an_answer_that_may_be_two_is_unknown() {
    for body in [
        // A refusal that cannot be read as text, beside a result.
        r#"{"error_response":"\ud800","success":true}"#,
        r#"{"error_response":{"code":50,"msg":"\ud800"},"success":true}"#,
        r#"{"alibaba_example_gift_redeem_response":{"error_response":{"code":50},"success":true}}"#,
        r#"{"alibaba_example_gift_redeem_response":{"success":true,"error_response":{"code":25}}}"#,
        r#"{"alibaba_example_gift_redeem_response":{"success":true},"alibaba_example_gift_find_response":{"success":false}}"#,
        r#"{"alibaba_example_gift_find_response":{"success":false},"alibaba_example_gift_redeem_response":{"success":true}}"#,
        r#"{"success":true,"alibaba_example_gift_find_response":{}}"#,
        r#"{"success":true,"request_id":"a","request_id":"b"}"#,
        r#"{"request_id":"a","alibaba_example_gift_redeem_response":{"success":true,"request_id":"b"}}"#,
        // The escape leads to the thorough reader.
        r#"{"success":true,"message":"\u4e2d","request_id":"a","request_i\u0064":"a"}"#,
    ] {
        assert_eq!(write(body), End::Unknown, "{body}");
    }
    for body in [
        r#"{"alibaba_example_gift_send_response":{"things":{"thing":[{"id":1}],"thing":[{"id":2}]}}}"#,
        r#"{"alibaba_example_gift_send_response":{"names":{"string":["a"],"string":["b"]}}}"#,
        r#"{"alibaba_example_gift_send_response":{},"alibaba_example_gift_find_response":{}}"#,
    ] {
        assert_eq!(write_without_flag(body), End::Unknown, "{body}");
    }
    for body in [
        r#"{"success":true,"request_id":"a","new":{"error_response":{"code":1}}}"#,
        r#"{"alibaba_example_gift_redeem_response":{"success":true,"request_id":"a"},"request_id":"a"}"#,
    ] {
        assert_eq!(write(body), End::Done, "{body}");
    }
}
