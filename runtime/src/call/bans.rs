//! The calls that the platform refuses for a while, as its answers said: one `scope -> until` for all calls of a client.
//!
//! A ban of an application stops all calls, one of a method stops that method, and one of a user or session stops the calls made with its
//! token. Until it is over, a call that it stops is not sent: each one would be refused, and counts against the application.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::call::error::Error;
use crate::call::method::MethodInfo;
use crate::call::retry;
use crate::wire::gateway_error::LimitScope;
use crate::wire::secret::AccessToken;

/// The longest ban that is believed: quotas end with the day.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The bans that a client knows of. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Bans {
    known: Arc<Mutex<HashMap<Key, Ban>>>,
    /// Tokens are kept as numbers that say nothing outside this client.
    tokens: RandomState,
}

/// A ban that is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ban {
    /// Which calls it stops.
    pub(crate) scope: LimitScope,
    /// When it is over.
    pub(crate) until: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    App,
    Method(Box<str>),
    Token(u64),
}

impl Bans {
    /// Learns from the error of a call. Without seconds there is nothing to learn.
    pub(crate) fn learn(&self, error: &Error, info: &MethodInfo, session: Option<&AccessToken>, now: Instant) {
        let (Some(limit), Some(length)) = (error.rate_limit(), retry::ban(error)) else { return };
        let key = match (limit.scope, session) {
            (LimitScope::App | LimitScope::Partner, _) => Key::App,
            (LimitScope::User | LimitScope::Session, Some(token)) => self.token(token),
            // What the platform does not say more of stops no other method.
            _ => Key::Method(info.name().into()),
        };
        let ban = Ban { scope: limit.scope, until: now + length.min(LONGEST) };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, ban| ban.until > now);
        let longer = |held: &&Ban| held.until >= ban.until;
        if known.get(&key).filter(longer).is_none() {
            known.insert(key, ban);
        }
    }

    /// Of the bans that stop this call, the one that is over last.
    pub(crate) fn stopping(&self, info: &MethodInfo, session: Option<&AccessToken>, now: Instant) -> Option<Ban> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            return None;
        }
        let keys = [Some(Key::App), Some(Key::Method(info.name().into())), session.map(|token| self.token(token))];
        let bans = keys.iter().flatten().filter_map(|key| known.get(key)).filter(|ban| ban.until > now);
        bans.max_by_key(|ban| ban.until).copied()
    }

    fn token(&self, token: &AccessToken) -> Key {
        Key::Token(self.tokens.hash_one(token.expose()))
    }
}

impl fmt::Debug for Bans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bans")
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;
    use crate::call::method::Effect;
    use crate::wire::gateway_error::GatewayError;

    const N: Duration = Duration::from_secs(31);

    fn refusal(code: i64, sub_code: &str, seconds: Option<u64>) -> Error {
        let error = Box::new(GatewayError {
            code: code.into(),
            sub_code: Some(sub_code.to_owned()),
            sub_msg: seconds.map(|seconds| format!("This ban will last for {seconds} more seconds")),
            ..GatewayError::default()
        });
        Error::Gateway { error, status: StatusCode::OK, ambiguous: false, raw: Bytes::new() }
    }

    /// Which of four calls a refusal of the first stops: the same again, another method, another user, both different.
    fn stopped(error: &Error) -> [bool; 4] {
        let (bans, now) = (Bans::default(), Instant::now());
        let methods = ["taobao.a.get", "taobao.b.get"].map(|name| MethodInfo::untyped(name, Effect::Read));
        let [Some(method), Some(other)] = methods else { return [false; 4] };
        let (user, somebody) = (AccessToken::from("user"), AccessToken::from("somebody"));
        bans.learn(error, &method, Some(&user), now);
        let calls = [(&method, &user), (&other, &user), (&method, &somebody), (&other, &somebody)];
        calls.map(|(info, token)| {
            let at = |now| bans.stopping(info, Some(token), now);
            assert_eq!(at(now + N), None, "30 seconds, which are cut, are over after 31");
            at(now + N - Duration::from_millis(1)).is_some()
        })
    }

    #[test]
    fn a_ban_stops_the_calls_of_its_scope() {
        let count = |code, kind: &str| {
            stopped(&refusal(code, &format!("accesscontrol.limited-by-{kind}-access-count"), Some(30)))
        };
        assert_eq!(count(7, "app"), [true; 4]);
        assert_eq!(count(7, "api"), [true, false, true, false]);
        assert_eq!(count(7, "app-api"), [true, false, true, false]);
        assert_eq!(stopped(&refusal(15, "isp.call-limited", Some(30))), [true, false, true, false]);
        assert_eq!(stopped(&refusal(7, "", Some(30))), [true, false, true, false]);
        assert_eq!(stopped(&refusal(4, "", Some(30))), [true, true, false, false]);
        assert_eq!(stopped(&refusal(5, "", Some(30))), [true, true, false, false]);
        assert_eq!(stopped(&refusal(6, "", Some(30))), [true; 4]);
        assert_eq!(stopped(&refusal(8, "", Some(30))), [true; 4]);
    }

    #[test]
    fn nothing_is_learnt_without_seconds_or_from_other_refusals() {
        assert_eq!(stopped(&refusal(15, "isp.call-limited", None)), [false; 4]);
        assert_eq!(stopped(&refusal(15, "isv.trade-locked", Some(30))), [false; 4]);
    }

    #[test]
    fn a_shorter_ban_does_not_end_a_longer_one() {
        let (bans, now) = (Bans::default(), Instant::now());
        let Some(info) = MethodInfo::untyped("taobao.a.get", Effect::Read) else { return };
        for seconds in [9, 1] {
            bans.learn(&refusal(7, "", Some(seconds)), &info, None, now);
        }
        let until = bans.stopping(&info, None, now).map(|ban| ban.until);
        assert_eq!(until, Some(now + Duration::from_secs(10)));
        assert!(!format!("{bans:?}").contains("until"));
    }

    #[test]
    fn a_ban_of_more_than_a_day_is_not_believed() {
        let (bans, now) = (Bans::default(), Instant::now());
        let Some(info) = MethodInfo::untyped("taobao.a.get", Effect::Read) else { return };
        bans.learn(&refusal(7, "", Some(u64::MAX)), &info, None, now);
        assert_eq!(bans.stopping(&info, None, now + LONGEST), None);
    }
}
