//! What the OAuth host has given out.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use opentop_runtime::DateTime;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::page;
use crate::call::Refusal;

/// How long a code works, in seconds.
pub(super) const CODE_LIFE: i64 = 600;

/// How many codes, and how many users, are remembered. The oldest are forgotten.
const MOST: usize = 100_000;

/// How long the tokens of the sandbox's OAuth host last, in seconds. 0: not available, as the platform says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLifetimes {
    /// The token as a whole.
    pub expires_in: u32,
    /// Refreshing it.
    pub re_expires_in: u32,
    /// Calls that read.
    pub r1: u32,
    /// Calls that read sensitive data. The sandbox does not know which these are: it only tells the number.
    pub r2: u32,
    /// Calls that change data.
    pub w1: u32,
    /// Calls that change sensitive data. The sandbox only tells the number.
    pub w2: u32,
}

/// Those of a merchant's application: 336 days, three days for R2, thirty minutes for W2.
impl Default for TokenLifetimes {
    fn default() -> Self {
        let year = 29_080_846;
        TokenLifetimes { expires_in: year, re_expires_in: year, r1: year, r2: 259_200, w1: year, w2: 1_800 }
    }
}

/// What the host has given out.
pub(crate) struct OAuthDesk {
    pub(super) secrets: BTreeMap<String, String>,
    lifetimes: TokenLifetimes,
    issued: Mutex<Issued>,
}

#[derive(Default)]
struct Issued {
    count: u64,
    codes: BTreeMap<String, Code>,
    /// By access token.
    grants: BTreeMap<String, Grant>,
}

struct Code {
    app_key: String,
    user: String,
    redirect_uri: String,
    until: DateTime,
}

struct Grant {
    app_key: String,
    user: String,
    refresh_token: String,
    made: DateTime,
}

impl OAuthDesk {
    pub(crate) fn new(apps: &[(String, String)], lifetimes: TokenLifetimes) -> Self {
        OAuthDesk { secrets: apps.iter().cloned().collect(), lifetimes, issued: Mutex::default() }
    }

    fn issued(&self) -> MutexGuard<'_, Issued> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a token that was given out serves a call. `None` if it was not given out here.
    pub(crate) fn check(&self, token: &str, app_key: &str, writes: bool, now: DateTime) -> Option<Result<(), Refusal>> {
        let issued = self.issued();
        let grant = issued.grants.get(token)?;
        let age = now.seconds_since(grant.made);
        let refused = |code: i64, msg: &str, sub_code: &str, sub_msg: &str| {
            Some(Err(Refusal {
                code,
                msg: msg.to_owned(),
                sub_code: Some(sub_code.to_owned()),
                sub_msg: Some(sub_msg.to_owned()),
            }))
        };
        if grant.app_key != app_key {
            return refused(
                27,
                "Invalid session",
                "sessionkey-not-generated-by-server",
                "the token is another application's",
            );
        }
        if age >= i64::from(self.lifetimes.expires_in) {
            return refused(
                27,
                "Invalid session",
                "session-expired",
                "the token has expired: refresh it, or authorise again",
            );
        }
        let level = if writes { self.lifetimes.w1 } else { self.lifetimes.r1 };
        if age >= i64::from(level) {
            return refused(
                53,
                "Invalid session",
                "invalid-sessionkey",
                "the time of this level is over: refresh the token",
            );
        }
        Some(Ok(()))
    }
}

type Made = Result<String, (&'static str, String)>;

impl OAuthDesk {
    pub(super) fn new_code(&self, app_key: &str, user: &str, redirect_uri: &str, now: DateTime) -> String {
        let mut issued = self.issued();
        issued.count += 1;
        // In the order of their making, so that the oldest is the first.
        let code = format!("{:012}{}", issued.count, &digest(&[app_key, user, &issued.count.to_string()])[..12]);
        let until = now.checked_add(std::time::Duration::from_secs(CODE_LIFE.unsigned_abs())).unwrap_or(now);
        let made = Code { app_key: app_key.into(), user: user.into(), redirect_uri: redirect_uri.into(), until };
        issued.codes.insert(code.clone(), made);
        if issued.codes.len() > MOST {
            issued.codes.pop_first();
        }
        code
    }

    /// Turns a code into a token. A call of the gateway gives no `redirect_uri`.
    pub(super) fn exchange(&self, app_key: &str, code: &str, redirect_uri: Option<&str>, now: DateTime) -> Made {
        let mut issued = self.issued();
        let invalid = || ("invalid_client", format!("authorize code {code} invalidate,please authorize again."));
        if issued.codes.get(code).is_none_or(|known| known.app_key != app_key) {
            return Err(invalid());
        }
        let known = issued.codes.remove(code).ok_or_else(invalid)?;
        if now >= known.until {
            return Err(("invalid_client", "authorize code expire".to_owned()));
        }
        if redirect_uri.is_some_and(|uri| uri != known.redirect_uri) {
            return Err(("invalid_client", "application callback can not match the redirect_uri".to_owned()));
        }
        Ok(self.grant(&mut issued, app_key, &known.user, now))
    }

    pub(super) fn refresh(&self, app_key: &str, refresh_token: &str, now: DateTime) -> Made {
        let mut issued = self.issued();
        let dead = || ("invalid_grant", "the refresh token is invalid or was replaced: authorize again".to_owned());
        let mine = |grant: &&Grant| grant.app_key == app_key && grant.refresh_token == refresh_token;
        let grant = issued.grants.values().find(mine).ok_or_else(dead)?;
        if now.seconds_since(grant.made) >= i64::from(self.lifetimes.re_expires_in) {
            return Err(("invalid_grant", "the refresh token has expired: authorize again".to_owned()));
        }
        let user = grant.user.clone();
        Ok(self.grant(&mut issued, app_key, &user, now))
    }

    /// A token for this user that begins now. The refresh token before it is dead.
    fn grant(&self, issued: &mut Issued, app_key: &str, user: &str, now: DateTime) -> String {
        issued.count += 1;
        let access_token = format!("6{}{user}", &digest(&[app_key, user])[..40]);
        let refresh_token = format!("6{}{user}", &digest(&[app_key, user, &issued.count.to_string()])[..40]);
        let grant =
            Grant { app_key: app_key.into(), user: user.into(), refresh_token: refresh_token.clone(), made: now };
        if issued.grants.len() >= MOST && !issued.grants.contains_key(&access_token) {
            issued.grants.pop_first();
        }
        issued.grants.insert(access_token.clone(), grant);
        let TokenLifetimes { expires_in, re_expires_in, r1, r2, w1, w2 } = self.lifetimes;
        json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": expires_in,
            "refresh_token": refresh_token,
            "re_expires_in": re_expires_in,
            "r1_expires_in": r1,
            "r2_expires_in": r2,
            "w1_expires_in": w1,
            "w2_expires_in": w2,
            "taobao_user_id": user,
            "taobao_user_nick": page::percent(&format!("商家{user}")),
        })
        .to_string()
    }
}

fn digest(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\0").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
