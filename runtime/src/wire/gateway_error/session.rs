//! What is wrong with a session, and so what cures it: a refreshed token, or a new authorisation.

use super::code::GatewayCode;

/// What is wrong with the session of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionProblem {
    /// There was none (code 26). Ask the user to authorise.
    Missing,
    /// It is unknown, withdrawn, or another application's (code 27). Ask the user to authorise again: the refresh token of a withdrawn
    /// grant does not work either.
    Invalid,
    /// It has expired (code 27, `session-expired`). Refresh it, if the application can.
    Expired,
    /// The time for calls of this security level is over, while others still work (code 53). Refresh it, if the application can.
    LevelOver,
    /// The user has not granted what this call needs (code 42). Ask the user to authorise more.
    MissingRights,
}

impl SessionProblem {
    /// By the code and the bare `sub_code` of a refusal. The cause says more than the code: proxies send it under codes of their own.
    pub(super) fn of(code: &GatewayCode, cause: &str) -> Option<Self> {
        match cause {
            "session-expired" => Some(Self::Expired),
            "session-is-blank" => Some(Self::Missing),
            "invalid-sessionkey" if *code == 53 => Some(Self::LevelOver),
            "invalid-sessionkey" if *code == 26 => Some(Self::Missing),
            "invalid-sessionkey" | "session-not-exist" | "sessionkey-not-generated-by-server" => Some(Self::Invalid),
            _ => Self::of_code(code),
        }
    }

    fn of_code(code: &GatewayCode) -> Option<Self> {
        match code {
            GatewayCode::Number(26) => Some(Self::Missing),
            GatewayCode::Number(27) => Some(Self::Invalid),
            GatewayCode::Number(42) => Some(Self::MissingRights),
            GatewayCode::Number(53) => Some(Self::LevelOver),
            GatewayCode::Number(_) => None,
            GatewayCode::Word(word) => match word.as_str() {
                "MissingAccessToken" => Some(Self::Missing),
                "IllegalAccessToken" | "InvalidAccessToken" => Some(Self::Invalid),
                "AccessTokenExpired" => Some(Self::Expired),
                _ => None,
            },
        }
    }

    /// Whether a refreshed token can cure it, without the user.
    ///
    /// ```
    /// use opentop_runtime::error::SessionProblem;
    ///
    /// assert!(SessionProblem::LevelOver.can_refresh());   // `Tokens::refresh` gets a new token
    /// assert!(!SessionProblem::Missing.can_refresh());
    /// ```
    pub fn can_refresh(self) -> bool {
        matches!(self, Self::Expired | Self::LevelOver)
    }
}
