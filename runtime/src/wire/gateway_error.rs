//! The gateway's refusal, and what its codes say.

use std::fmt;

use crate::wire::escape::Escaped;

/// The gateway's refusal: its `error_response`, every code open.
///
/// `Display` shows all of it on one line; control characters in the gateway's text are escaped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GatewayError {
    /// The platform's code, e.g. 25 (invalid signature) or 50 (business error: see `sub_code`).
    pub code: i64,
    /// The platform's message.
    pub msg: String,
    /// The cause in detail: `isv.…` is the caller's, `isp.…` the service's.
    pub sub_code: Option<String>,
    /// The cause in words.
    pub sub_msg: Option<String>,
    /// The gateway's id of this call: name it when you ask the vendor.
    pub request_id: Option<String>,
}

/// What the platform's tables name as refusals of a session beside the codes 26 and 27.
const SESSION_CAUSES: [&str; 5] = [
    "invalid-sessionkey",
    "session-expired",
    "session-not-exist",
    "session-is-blank",
    "sessionkey-not-generated-by-server",
];

/// Causes on the service's side that the platform's table marks as not to be repeated: the input is at fault after all.
const LASTING: [&str; 3] = ["isp.null-pointer-exception", "isp.top-parse-error", "isp.top-mapping-parse-error"];

impl GatewayError {
    /// Whether the session is missing, wrong or expired (codes 26 and 27, and their causes): ask the user to authorise again.
    pub fn is_session(&self) -> bool {
        matches!(self.code, 26 | 27) || {
            let cause = self.cause();
            let cause = cause.strip_prefix("isv.").unwrap_or(cause);
            SESSION_CAUSES.contains(&cause)
        }
    }

    /// Whether the platform limits the rate of calls (code 7 and its forerunners 4, 5, 6 and 8, `accesscontrol.…`).
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.code, 4..=8) || self.cause().starts_with("accesscontrol.") || self.cause() == "isp.call-limited"
    }

    /// Whether the same call may succeed later without change: limited rates, and troubles of the service.
    pub fn is_retryable(&self) -> bool {
        !self.is_final() && (self.is_rate_limited() || self.code == 10 || self.cause().starts_with("isp."))
    }

    /// Whether nothing but another call can help: it was refused, the service chokes on it, or the user must authorise again.
    pub(crate) fn is_final(&self) -> bool {
        self.is_refusal() || LASTING.contains(&self.cause()) || self.is_session()
    }

    /// Whether it was refused for what it is: the caller's fault, or one of the platform's own checks but for rates.
    fn is_refusal(&self) -> bool {
        self.cause().starts_with("isv.") || matches!(self.code, 9 | 11..=13 | 21..=34 | 40..=44 | 47 | 53)
    }

    /// How many seconds the platform will refuse further calls: "This ban will last for N more seconds".
    pub fn ban_seconds(&self) -> Option<u64> {
        [self.sub_msg.as_deref(), Some(self.msg.as_str())].into_iter().flatten().find_map(|text| {
            let (_, rest) = text.split_once("ban will last for ")?;
            let (number, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
            rest.starts_with(" more second").then(|| number.parse().ok())?
        })
    }

    /// The `sub_code`, or nothing.
    pub(crate) fn cause(&self) -> &str {
        self.sub_code.as_deref().unwrap_or_default()
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gateway error {}: {}", self.code, Escaped(&self.msg))?;
        match (&self.sub_code, &self.sub_msg) {
            (Some(code), Some(message)) => write!(f, " ({}: {})", Escaped(code), Escaped(message))?,
            (Some(text), None) | (None, Some(text)) => write!(f, " ({})", Escaped(text))?,
            (None, None) => {}
        }
        self.request_id.as_ref().map_or(Ok(()), |id| write!(f, ", request_id {}", Escaped(id)))
    }
}

impl std::error::Error for GatewayError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: i64, sub_code: &str, sub_msg: &str) -> GatewayError {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        GatewayError {
            code,
            msg: "Remote service error".into(),
            sub_code: some(sub_code),
            sub_msg: some(sub_msg),
            request_id: None,
        }
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
            ("This ban will last for many more seconds", None),
            ("This ban will last for 99999999999999999999 more seconds", None),
            ("This ban will last for 12", None),
            ("", None),
        ] {
            assert_eq!(refusal(7, "accesscontrol.x", text).ban_seconds(), seconds, "{text}");
        }
    }
}
