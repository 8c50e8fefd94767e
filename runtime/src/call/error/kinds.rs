//! Questions to an [`Error`], so that callers need not match.

use bytes::Bytes;
use http::StatusCode;

use super::{DecodeProblem, Error};
use crate::call::exchange::{TransportError, TransportErrorKind};
use crate::wire::gateway_error::{GatewayError, RateLimit};
use crate::wire::validate::Violation;

impl Error {
    /// The gateway's refusal, where it is one.
    pub fn gateway(&self) -> Option<&GatewayError> {
        match self {
            Self::Gateway { error, .. } => Some(error),
            _ => None,
        }
    }

    /// What is wrong with the request; empty where the error is another.
    ///
    /// ```
    /// # use opentop_runtime::Error;
    /// fn report(error: &Error) {
    ///     for violation in error.violations() {
    ///         eprintln!("{violation}");                   // `fee: must be at most 300 characters (got 312)`
    ///     }
    /// }
    /// ```
    pub fn violations(&self) -> &[Violation] {
        match self {
            Self::Invalid(violations) => violations,
            _ => &[],
        }
    }

    /// The body as it came, where there was one.
    pub fn raw(&self) -> Option<&Bytes> {
        match self {
            Self::Status { raw, .. }
            | Self::Gateway { raw, .. }
            | Self::Business { raw, .. }
            | Self::Unconfirmed { raw, .. }
            | Self::Decode { raw, .. } => Some(raw),
            Self::Invalid(_)
            | Self::Config(_)
            | Self::Token(_)
            | Self::Banned { .. }
            | Self::Transport(_)
            | Self::Timeout { .. }
            | Self::Limited(_)
            | Self::Paging(_) => None,
        }
    }

    /// The gateway's id of this call, where it gave one: name it when you ask the vendor.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Gateway { error, .. } => error.request_id.as_deref(),
            Self::Business { request_id, .. } | Self::Unconfirmed { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }

    /// Whether the session is missing, wrong or expired: ask the user to authorise again.
    ///
    /// ```
    /// use opentop_runtime::Error;
    ///
    /// fn report(shop: &str, error: &Error) {
    ///     match error.is_session() {
    ///         true => println!("ask {shop} to authorise again"),
    ///         false => println!("{shop}: {error}"),
    ///     }
    /// }
    /// ```
    pub fn is_session(&self) -> bool {
        self.gateway().is_some_and(GatewayError::is_session)
    }

    /// Whether the same call may succeed later without change.
    ///
    /// It does **not** say that repeating is safe: for a write, ask [`WriteError`](crate::WriteError) what became of it first.
    ///
    /// ```
    /// use opentop_runtime::Error;
    ///
    /// /// When a queue should try a read again.
    /// fn again_in(error: &Error) -> Option<std::time::Duration> {
    ///     let seconds = error.ban_seconds().map_or(60, |ban| ban + 1);
    ///     error.is_retryable().then(|| std::time::Duration::from_secs(seconds))
    /// }
    /// ```
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Gateway { error, status, .. } => {
                let is_of_the_server =
                    status.is_server_error() || (error.flat && *status == StatusCode::TOO_MANY_REQUESTS);
                error.is_retryable() || (is_of_the_server && !error.is_final())
            }
            Self::Transport(error) => matches!(
                error.kind(),
                TransportErrorKind::Dns
                    | TransportErrorKind::Connect
                    | TransportErrorKind::Timeout
                    | TransportErrorKind::Broken
            ),
            Self::Timeout { .. } | Self::Banned { .. } | Self::Limited(_) => true,
            Self::Status { status, .. } => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            // No answer at all: a proxy's page, half a body. Fields that do not fit will not fit the next time either.
            Self::Decode { problem: DecodeProblem::Fields(error), .. } => error.position().is_some(),
            Self::Decode { problem: DecodeProblem::DuplicateFields | DecodeProblem::ForeignEnvelope, .. } => false,
            Self::Decode { .. } => true,
            Self::Invalid(_)
            | Self::Config(_)
            | Self::Token(_)
            | Self::Business { .. }
            | Self::Unconfirmed { .. }
            | Self::Paging(_) => false,
        }
    }

    /// Which calls the platform limits and for how long, where the rate of calls is the reason.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, blocking::Client, error::LimitScope, transport::MockTransport};
    /// # let banned = r#"{"error_response": {"code": 7, "msg": "App Call Limited", "sub_code": "accesscontrol.limited-by-app-access-count",
    /// #     "sub_msg": "This ban will last for 3600 more seconds"}}"#;
    /// # let mock = MockTransport::new().reply(banned);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock.clone()).build()?;
    /// let ask = || client.call_untyped("taobao.time.get", Effect::Read, Parameters::default()).expect_err("called too often");
    ///
    /// let limit = ask().error().and_then(|error| error.rate_limit()).expect("a limit");
    /// assert_eq!((limit.scope, limit.seconds), (LimitScope::App, Some(3600)));
    /// // While the ban lasts, the client sends nothing.
    /// assert!(ask().error().is_some_and(|error| error.ban_seconds().is_some()));
    /// assert_eq!(mock.sent().len(), 1);
    /// # Ok::<(), opentop_runtime::Error>(())
    /// ```
    pub fn rate_limit(&self) -> Option<RateLimit> {
        match self {
            Self::Banned { scope, .. } => Some(RateLimit { scope: *scope, seconds: self.ban_seconds() }),
            _ => self.gateway().and_then(GatewayError::rate_limit),
        }
    }

    /// How many seconds the platform will refuse further calls, where it says so.
    pub fn ban_seconds(&self) -> Option<u64> {
        match self {
            Self::Banned { left, .. } => Some(left.as_secs()),
            _ => self.gateway().and_then(GatewayError::ban_seconds),
        }
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        match error.kind() {
            TransportErrorKind::Timeout => Self::Timeout { stage: error.stage(), limit: error.limit() },
            _ => Self::Transport(error),
        }
    }
}
