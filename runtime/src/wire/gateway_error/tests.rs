#![allow(clippy::unwrap_used)]
use super::{GatewayCode, GatewayError, LimitScope, SessionProblem};

fn refusal(code: i64, sub_code: &str, sub_msg: &str) -> GatewayError {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    GatewayError {
        code: code.into(),
        msg: "Remote service error".into(),
        sub_code: some(sub_code),
        sub_msg: some(sub_msg),
        ..GatewayError::default()
    }
}

fn word(code: &str, class: &str, msg: &str) -> GatewayError {
    GatewayError { code: code.into(), class: Some(class.into()), msg: msg.into(), ..GatewayError::default() }
}

#[test]
fn display_shows_code_sub_code_sub_msg_and_request_id() {
    let error =
        GatewayError { request_id: Some("16kcd9".into()), ..refusal(50, "isv.invalid-parameter", "非法参数") };
    assert_eq!(
        error.to_string(),
        "gateway error 50: Remote service error (isv.invalid-parameter: 非法参数), request_id 16kcd9"
    );
    assert_eq!(refusal(15, "", "oops").to_string(), "gateway error 15: Remote service error (oops)");
    assert_eq!(refusal(15, "2", "").to_string(), "gateway error 15: Remote service error (2)");
}

#[test]
fn display_cannot_forge_a_log_line() {
    let error = refusal(50, "isv.x\r", "a\n2026-01-01 ERROR \u{1b}[31mpaid");
    assert_eq!(
        error.to_string(),
        "gateway error 50: Remote service error (isv.x\\r: a\\n2026-01-01 ERROR \\u{1b}[31mpaid)"
    );
}

#[test]
fn session_errors_are_told_by_code_or_cause() {
    for (code, cause, is) in [
        (26, "", true),
        (27, "invalid-sessionkey", true),
        (50, "isv.session-expired", true),
        (25, "", false),
        (50, "isv.session-x", false),
        // The vendor's own classification has 53 (the level of the session is over), and so has a cause under any code.
        (53, "", true),
        (15, "invalid-sessionkey", true),
        (15, "isv.invalid-sessionkey:detail", true),
        (42, "", false),
        (12, "", false),
    ] {
        assert_eq!(refusal(code, cause, "").is_session(), is, "{code} {cause}");
    }
}

#[test]
fn retryable_is_what_waiting_can_cure() {
    for (code, cause, is) in [
        (7, "accesscontrol.limited-by-app-access-count", true),
        (6, "", true),
        (10, "", true),
        (15, "isp.remote-service-timeout", true),
        (15, "isp.top-parse-error", false),
        (15, "isv.invalid-parameter", false),
        (7, "isv.permission", false),
        (15, "", false),
        (25, "", false),
        (50, "6001", false),
    ] {
        assert_eq!(refusal(code, cause, "").is_retryable(), is, "{code} {cause}");
    }
}

#[test]
fn ban_seconds_reads_the_platforms_sentence() {
    for (text, seconds) in [
        ("This ban will last for 1 more seconds", Some(1)),
        ("This ban will last for 31062 more seconds", Some(31_062)),
        ("This ban will last for 1 more second.", Some(1)),
        ("Api access frequency exceeds the limit. this ban will last 1 seconds", Some(1)),
        ("ban will last seconds", None),
        ("This ban will last for many more seconds", None),
        ("This ban will last for 99999999999999999999 more seconds", None),
        ("This ban will last for 12", None),
        ("", None),
    ] {
        assert_eq!(refusal(7, "accesscontrol.x", text).ban_seconds(), seconds, "{text}");
    }
}

#[test]
fn a_code_is_a_number_or_a_word_and_compares_with_both() {
    let number = GatewayCode::from(" 27 ");
    assert!(number == 27 && number == "27" && number != "IllegalAccessToken" && number.word().is_none());
    let word = GatewayCode::from("IllegalAccessToken");
    assert!(word == "IllegalAccessToken" && word != 0 && word.number().is_none());
    assert_eq!(GatewayCode::from("1.5"), GatewayCode::Word("1.5".into()));
    assert_eq!(GatewayCode::from("a\nb").to_string(), "a\\nb");
    assert_eq!(GatewayCode::default(), 0);
}

#[test]
fn words_are_known_to_the_helpers() {
    let session = word("IllegalAccessToken", "ISV", "The specified access token is invalid or expired");
    assert!(session.is_session() && !session.is_retryable() && !session.is_signature());
    let limited = word("ApiCallLimit", "ISV", "Api access frequency exceeds the limit. this ban will last 1 seconds");
    assert!(limited.is_rate_limited() && limited.is_retryable() && limited.ban_seconds() == Some(1));
    let signature = word("IncompleteSignature", "ISV", "The request signature does not conform to platform standards");
    assert!(signature.is_signature() && !signature.is_retryable() && !signature.is_session());
    assert!(word("ServiceTimeout", "ISP", "").is_retryable());
    assert!(!word("SomethingNew", "SYSTEM", "").is_retryable());
    assert_eq!(
        session.to_string(),
        "gateway error IllegalAccessToken: The specified access token is invalid or expired"
    );
}

#[test]
fn a_limit_says_which_calls_and_for_how_long() {
    let ban = "This ban will last for 2 more seconds";
    for (code, cause, scope) in [
        (7, "accesscontrol.limited-by-app-access-count", Some(LimitScope::App)),
        (7, "accesscontrol.limited-by-api-access-count", Some(LimitScope::Method)),
        (7, "accesscontrol.limited-by-app-api-access-count", Some(LimitScope::AppAndMethod)),
        (7, "accesscontrol.limited-by-dynamic-access-count", Some(LimitScope::Load)),
        (15, "accesscontrol.new", Some(LimitScope::Unspecified)),
        (7, "", Some(LimitScope::Unspecified)),
        (4, "", Some(LimitScope::User)),
        (5, "", Some(LimitScope::Session)),
        (6, "", Some(LimitScope::Partner)),
        (8, "", Some(LimitScope::App)),
        (15, "isp.call-limited", Some(LimitScope::Service)),
        (50, "isp.call-limited", Some(LimitScope::Service)),
        (15, "isp.system-busy", Some(LimitScope::Service)),
        (15, "isp.remote-service-error", None),
        (9, "", None),
    ] {
        let limit = refusal(code, cause, ban).rate_limit();
        assert_eq!(limit.map(|limit| limit.scope), scope, "{code} {cause}");
        assert!(limit.is_none_or(|limit| limit.seconds == Some(2)), "{code} {cause}");
    }
    let scope = |code| word(code, "ISV", "").rate_limit().map(|limit| limit.scope);
    assert_eq!((scope("ApiCallLimit"), scope("AppCallLimit")), (Some(LimitScope::Method), Some(LimitScope::App)));
}

#[test]
fn a_session_problem_says_what_cures_it() {
    for (code, cause, problem) in [
        (26, "", Some(SessionProblem::Missing)),
        (27, "", Some(SessionProblem::Invalid)),
        (27, "invalid-sessionkey", Some(SessionProblem::Invalid)),
        (27, "session-not-exist", Some(SessionProblem::Invalid)),
        (27, "session-expired", Some(SessionProblem::Expired)),
        (53, "invalid-sessionkey", Some(SessionProblem::LevelOver)),
        (42, "", Some(SessionProblem::MissingRights)),
        (15, "invalid-sessionkey", Some(SessionProblem::Invalid)),
        (11, "", None),
        (12, "", None),
    ] {
        assert_eq!(refusal(code, cause, "").session_problem(), problem, "{code} {cause}");
    }
    assert!(SessionProblem::Expired.can_refresh() && !SessionProblem::Invalid.can_refresh());
}
