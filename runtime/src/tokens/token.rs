//! A user's token, with absolute times.

use std::fmt;

use crate::wire::secret::{AccessToken, RefreshToken};
use crate::wire::value::DateTime;

/// How sensitive a call is. Each level of a token has a time of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Reads.
    R1,
    /// Reads of sensitive data. Three days were seen.
    R2,
    /// Writes.
    W1,
    /// Writes of sensitive data. Thirty minutes were seen.
    W2,
}

impl Level {
    pub(super) const ALL: [Self; 4] = [Self::R1, Self::R2, Self::W1, Self::W2];

    /// Its place in a list of four.
    pub(super) const fn index(self) -> usize {
        match self {
            Self::R1 => 0,
            Self::R2 => 1,
            Self::W1 => 2,
            Self::W2 => 3,
        }
    }

    /// The name on the wire.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::R1 => "r1",
            Self::R2 => "r2",
            Self::W1 => "w1",
            Self::W2 => "w2",
        }
    }
}

/// A user's token: access token, refresh token, times and the user's names. `Debug` shows neither of the two secrets.
///
/// ```
/// use opentop_runtime::DateTime;
/// use opentop_runtime::tokens::{Level, Token};
///
/// fn show(token: &Token, now: DateTime) {
///     println!("{:?} of user {:?}, valid until {}", token.nick(), token.user_id(), token.expires());
///     match token.until(Level::W2) {
///         Some(end) if now < end => println!("writes of sensitive data work until {end}"),
///         _ if token.can_refresh(now) => println!("refresh it before writes of sensitive data"),
///         _ => println!("no writes of sensitive data"),
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Token {
    pub(super) access: AccessToken,
    pub(super) refresh: Option<RefreshToken>,
    pub(super) obtained: DateTime,
    pub(super) expires: DateTime,
    /// Until when it can be refreshed.
    pub(super) refreshable_until: Option<DateTime>,
    /// Until when calls of each level work. `None` where the level is not available.
    pub(super) levels: [Option<DateTime>; 4],
    pub(super) user: User,
}

/// Whose token it is, as far as the platform says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct User {
    pub(super) id: Option<String>,
    pub(super) nick: Option<String>,
    pub(super) sub_id: Option<String>,
    pub(super) sub_nick: Option<String>,
    pub(super) open_uid: Option<String>,
}

impl Token {
    /// The access token, for [`Client::session`](crate::Client::session).
    pub fn access_token(&self) -> &AccessToken {
        &self.access
    }

    /// When it was asked for.
    pub fn obtained(&self) -> DateTime {
        self.obtained
    }

    /// When the whole token ends. Calls of some [levels](Self::until) end earlier.
    pub fn expires(&self) -> DateTime {
        self.expires
    }

    /// Until when calls of this level work. `None`: such calls do not work with this token.
    pub fn until(&self, level: Level) -> Option<DateTime> {
        self.levels[level.index()]
    }

    /// Whether it can be refreshed at this time. Only applications that are sold by subscription have such tokens.
    pub fn can_refresh(&self, now: DateTime) -> bool {
        self.refresh.is_some() && self.refreshable_until.is_some_and(|until| now < until)
    }

    /// The user's id. Logins of buyers have none: see [`open_uid`](Self::open_uid).
    pub fn user_id(&self) -> Option<&str> {
        self.user.id.as_deref()
    }

    /// The user's name, decoded.
    pub fn nick(&self) -> Option<&str> {
        self.user.nick.as_deref()
    }

    /// The id of the sub account that consented.
    pub fn sub_user_id(&self) -> Option<&str> {
        self.user.sub_id.as_deref()
    }

    /// The name of the sub account that consented, such as `shop:anna`.
    pub fn sub_nick(&self) -> Option<&str> {
        self.user.sub_nick.as_deref()
    }

    /// The user's id for this application alone.
    pub fn open_uid(&self) -> Option<&str> {
        self.user.open_uid.as_deref()
    }

    /// When calls of this level end; of any, if none is named. A level that is not available ends with the token: refreshing cannot help.
    pub(super) fn end(&self, level: Option<Level>) -> DateTime {
        level.and_then(|level| self.until(level)).map_or(self.expires, |until| until.min(self.expires))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("access", &self.access)
            .field("refresh", &self.refresh)
            .field("expires", &self.expires)
            .field("refreshable_until", &self.refreshable_until)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
