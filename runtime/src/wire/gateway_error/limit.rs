//! Limited rates: which calls are refused, and for how long.
//!
//! The platform bans an application, a method, or both; its `sub_code` says which. The seconds are in the message.

use std::fmt;

use super::code::GatewayCode;

/// A limit that the call ran into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Which calls are limited.
    pub scope: LimitScope,
    /// For how many whole seconds, where the platform says so. The seconds are cut: wait a little longer.
    pub seconds: Option<u64>,
}

/// Which calls a limit refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitScope {
    /// All calls of this application: its quota of the day.
    App,
    /// This method, of all applications: slowing down alone may not help.
    Method,
    /// This method, of this application.
    AppAndMethod,
    /// All calls for this user (code 4).
    User,
    /// All calls with this session (code 5).
    Session,
    /// All calls of this partner (code 6).
    Partner,
    /// Some calls, while the platform sheds load.
    Load,
    /// This method: the service behind it is limited.
    Service,
    /// The platform does not say.
    Unspecified,
}

/// In words: "all calls of this application".
impl fmt::Display for LimitScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "all calls of this application",
            Self::Method => "this method for all applications",
            Self::AppAndMethod => "this method for this application",
            Self::User => "all calls for this user",
            Self::Session => "all calls with this session",
            Self::Partner => "all calls of this partner",
            Self::Load | Self::Service | Self::Unspecified => "this method",
        })
    }
}

impl RateLimit {
    /// By the code, the `sub_code` and the seconds of a refusal.
    pub(super) fn of(code: &GatewayCode, cause: &str, seconds: Option<u64>) -> Option<Self> {
        let scope = match cause {
            "accesscontrol.limited-by-app-access-count" => LimitScope::App,
            "accesscontrol.limited-by-api-access-count" => LimitScope::Method,
            "accesscontrol.limited-by-app-api-access-count" => LimitScope::AppAndMethod,
            "accesscontrol.limited-by-dynamic-access-count" => LimitScope::Load,
            "isp.call-limited" | "isp.system-busy" => LimitScope::Service,
            cause if !code.is_rate() && !cause.starts_with("accesscontrol.") => return None,
            _ if *code == 4 => LimitScope::User,
            _ if *code == 5 => LimitScope::Session,
            _ if *code == 6 => LimitScope::Partner,
            _ if *code == 8 || *code == "AppCallLimit" => LimitScope::App,
            _ if *code == "ApiCallLimit" => LimitScope::Method,
            _ if *code == "SellerCallLimit" => LimitScope::User,
            _ => LimitScope::Unspecified,
        };
        Some(Self { scope, seconds })
    }
}

/// N of "This ban will last for N more seconds", or of "This ban will last N seconds".
pub(super) fn seconds(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("ban will last ")?;
    let rest = rest.strip_prefix("for ").unwrap_or(rest);
    let (number, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
    let unit = rest.strip_prefix(" more").unwrap_or(rest);
    unit.starts_with(" second").then(|| number.parse().ok())?
}
