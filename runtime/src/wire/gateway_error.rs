//! The gateway's refusal, and what its codes say.

mod code;
mod limit;
mod session;
#[cfg(test)]
mod tests;

use std::fmt;

pub use code::GatewayCode;
pub use limit::{LimitScope, RateLimit};
pub use session::SessionProblem;

use crate::wire::escape::Escaped;

/// The gateway's refusal: its `error_response`, every code open.
///
/// `Display` shows all of it on one line; control characters in the gateway's text are escaped. The session, the signature and
/// sensitive values of the call are taken out of all texts.
///
/// ```
/// # fn example(error: &opentop_runtime::Error) {
/// if let Some(refusal) = error.gateway() {
///     if refusal.code == 15 && refusal.sub_code.as_deref() == Some("isv.gift-sold-out") {
///         println!("sold out; ask the vendor about {:?}", refusal.request_id);
///     }
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GatewayError {
    /// The platform's code: a number such as 25 (invalid signature) or 50 (business error: see `sub_code`), or a word such as
    /// `IllegalAccessToken`.
    pub code: GatewayCode,
    /// The platform's message.
    pub msg: String,
    /// The cause in detail: `isv.…` is the caller's, `isp.…` the service's.
    pub sub_code: Option<String>,
    /// The cause in words.
    pub sub_msg: Option<String>,
    /// The gateway's id of this call: name it when you ask the vendor.
    pub request_id: Option<String>,
    /// Whose error it is, where the gateway says so (`type`): `SYSTEM`, `ISV` or `ISP`.
    pub class: Option<String>,
    /// Whether it stood at the root of the body and not in an `error_response`, as sibling gateways send it.
    pub flat: bool,
}

/// Causes on the service's side that the platform's table marks as not to be repeated: the input is at fault after all.
const LASTING: [&str; 3] = ["isp.null-pointer-exception", "isp.top-parse-error", "isp.top-mapping-parse-error"];

impl GatewayError {
    /// Whether the session is missing, wrong, expired, or too old for this call (codes 26, 27 and 53, and their causes under any
    /// code): refresh the token, or ask the user to authorise again.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::MockTransport};
    /// # let expired = r#"{"error_response": {"code": 27, "msg": "Invalid session", "sub_code": "invalid-sessionkey"}}"#;
    /// # let mock = MockTransport::new().reply(expired);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock).build()?;
    /// let shop = client.session("6100e23");
    /// let error = shop.call_untyped("taobao.time.get", Effect::Read, Parameters::default()).expect_err("the token has ended");
    /// let refusal = error.error().and_then(|error| error.gateway()).expect("a refusal of the gateway");
    /// assert!(refusal.code == 27 && refusal.is_session() && !refusal.is_retryable());
    /// # Ok::<(), opentop_runtime::Error>(())
    /// ```
    pub fn is_session(&self) -> bool {
        self.session_problem().is_some_and(|problem| problem != SessionProblem::MissingRights)
    }

    /// What is wrong with the session, where that is the reason.
    pub fn session_problem(&self) -> Option<SessionProblem> {
        SessionProblem::of(&self.code, self.bare_cause())
    }

    /// Whether the signature is missing or wrong: check the secret and how the call is signed.
    pub fn is_signature(&self) -> bool {
        self.code.is_signature() || matches!(self.bare_cause(), "invalid-signature" | "missing-signature")
    }

    /// Whether the rate of calls is limited (code 7 and its forerunners 4, 5, 6 and 8, `accesscontrol.…`, `isp.call-limited`).
    pub fn is_rate_limited(&self) -> bool {
        self.rate_limit().is_some()
    }

    /// Whether the same call may succeed later without change: limited rates, and troubles of the service.
    pub fn is_retryable(&self) -> bool {
        !self.is_final()
            && (self.is_rate_limited()
                || self.code == 10
                || self.code.is_service_trouble()
                || self.cause().starts_with("isp."))
    }

    /// Whether nothing but another call can help: it was refused, the service chokes on it, or the user must authorise again.
    pub(crate) fn is_final(&self) -> bool {
        self.is_refusal() || LASTING.contains(&self.cause()) || self.is_session()
    }

    /// Whether it was refused for what it is: the caller's fault, or one of the platform's own checks but for rates.
    fn is_refusal(&self) -> bool {
        self.cause().starts_with("isv.") || self.code_is_of_a_check()
    }

    /// Whether the code is one of the platform's own checks but for rates.
    fn code_is_of_a_check(&self) -> bool {
        self.code.is_signature() || self.code.is_refused_by_a_check() || SessionProblem::of(&self.code, "").is_some()
    }

    /// Whether the code is one of the platform's own checks, rates included, which come before the service.
    pub(crate) fn code_precedes_execution(&self) -> bool {
        self.code_is_of_a_check() || self.code.is_rate()
    }

    /// Which calls are limited and for how long, where the rate of calls is the reason.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(&self.code, self.cause(), self.ban_seconds())
    }

    /// How many seconds the platform will refuse further calls: "This ban will last for N more seconds".
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, RetryPolicy, blocking::Client, transport::MockTransport};
    /// # let banned = r#"{"error_response": {"code": 7, "msg": "App Call Limited", "sub_code": "accesscontrol.limited-by-api-access-count",
    /// #     "sub_msg": "This ban will last for 3600 more seconds"}}"#;
    /// # let mock = MockTransport::new().reply(banned);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock).build()?;
    /// let error = client.call_untyped("taobao.time.get", Effect::Read, Parameters::default()).expect_err("called too often");
    /// let refusal = error.error().and_then(|error| error.gateway()).expect("a refusal of the gateway");
    /// assert!(refusal.is_rate_limited() && refusal.ban_seconds() == Some(3600));
    /// # Ok::<(), opentop_runtime::Error>(())
    /// ```
    pub fn ban_seconds(&self) -> Option<u64> {
        [self.sub_msg.as_deref(), Some(self.msg.as_str())].into_iter().flatten().find_map(limit::seconds)
    }

    /// Changes all texts.
    pub(crate) fn map_texts(self, change: impl Fn(&str) -> String) -> Self {
        let changed = |text: Option<String>| text.map(|text| change(&text));
        Self {
            code: match self.code {
                GatewayCode::Word(word) => GatewayCode::Word(change(&word)),
                number => number,
            },
            msg: change(&self.msg),
            sub_code: changed(self.sub_code),
            sub_msg: changed(self.sub_msg),
            request_id: changed(self.request_id),
            class: changed(self.class),
            flat: self.flat,
        }
    }

    /// The `sub_code`, or nothing.
    pub(crate) fn cause(&self) -> &str {
        self.sub_code.as_deref().unwrap_or_default()
    }

    /// The `sub_code` without its prefix and detail: `x` of `isv.x:y`.
    pub(crate) fn bare_cause(&self) -> &str {
        let cause = self.cause();
        let (name, _) = cause.split_once(':').unwrap_or((cause, ""));
        name.strip_prefix("isv.").unwrap_or(name)
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
