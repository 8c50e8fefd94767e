//! What the token host and the gateway answer: a token, or a refusal.

use std::time::Duration;

use serde_json::{Map, Value};

use super::error::OAuthError;
use super::token::{Level, Token, User};
use crate::wire::redact::Redactor;
use crate::wire::secret::{AccessToken, RefreshToken};
use crate::wire::value::DateTime;

/// Reads an answer, whatever its HTTP status: refusals come with 400. `asked` is when it was asked for.
pub(super) fn read(body: &[u8], asked: DateTime, redactor: &Redactor) -> Result<Token, OAuthError> {
    let strange = |what: &str| OAuthError::answer(format!("{what}: {}", redactor.excerpt(body)));
    let value: Value = serde_json::from_slice(body).map_err(|_| strange("not JSON"))?;
    let Value::Object(fields) = value else { return Err(strange("not an object")) };
    if let Some(error) = fields.get("error") {
        let shown = |value: Option<&Value>| match value {
            Some(Value::String(text)) => redactor.text(text),
            Some(value) => redactor.text(&value.to_string()),
            None => String::new(),
        };
        return Err(OAuthError::Refused {
            error: shown(Some(error)),
            description: shown(fields.get("error_description")),
        });
    }
    token(&fields, asked).map_err(strange)
}

/// Reads the fields of a token. The problem in words, without a value.
pub(super) fn token(fields: &Map<String, Value>, asked: DateTime) -> Result<Token, &'static str> {
    let access = text(fields, &["access_token"]).ok_or("no `access_token`")?;
    let expires = time(fields, "expire_time", "expires_in", asked)?.flatten().ok_or("no `expires_in`")?;
    let refreshable_until = time(fields, "refresh_token_valid_time", "re_expires_in", asked)?.flatten();
    let mut levels = [None; 4];
    for level in Level::ALL {
        let name = level.as_str();
        let (at, after) = (format!("{name}_valid"), format!("{name}_expires_in"));
        // What the answer does not speak of ends with the token.
        levels[level.index()] = time(fields, &at, &after, asked)?.unwrap_or(Some(expires));
    }
    Ok(Token {
        access: AccessToken::from(access),
        refresh: text(fields, &["refresh_token"]).map(RefreshToken::from),
        obtained: asked,
        expires,
        refreshable_until,
        levels,
        user: User {
            id: text(fields, &["taobao_user_id", "user_id"]),
            nick: text(fields, &["taobao_user_nick", "user_nick"]).map(decoded),
            sub_id: text(fields, &["sub_taobao_user_id", "taobao_sub_user_id"]),
            sub_nick: text(fields, &["sub_taobao_user_nick", "taobao_sub_user_nick"]).map(decoded),
            open_uid: text(fields, &["taobao_open_uid", "open_uid"]),
        },
    })
}

/// A time that is given as milliseconds since 1970, or else as seconds from now. `None` where the answer does not speak of it,
/// `Some(None)` where it says 0: not available.
fn time(
    fields: &Map<String, Value>,
    at: &str,
    after: &str,
    asked: DateTime,
) -> Result<Option<Option<DateTime>>, &'static str> {
    let number = |name: &str| match text(fields, &[name]) {
        None => Ok(None),
        Some(text) => text.parse::<u64>().map(Some).map_err(|_| "a time is not a whole number"),
    };
    let out_of_range = "a time lies outside the years 1 to 9999";
    if let Some(millis) = number(at)? {
        let time = i64::try_from(millis).ok().and_then(|millis| DateTime::from_unix_millis(millis).ok());
        return if millis == 0 { Ok(Some(None)) } else { time.ok_or(out_of_range).map(|time| Some(Some(time))) };
    }
    match number(after)? {
        None => Ok(None),
        Some(0) => Ok(Some(None)),
        Some(seconds) => {
            let time = asked.checked_add(Duration::from_secs(seconds)).ok_or(out_of_range)?;
            Ok(Some(Some(time)))
        }
    }
}

/// The first of these fields that is there and not empty. Numbers come as text and as numbers.
fn text(fields: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let value = |name: &&str| match fields.get(*name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    names.iter().filter_map(value).find(|text| !text.is_empty())
}

/// Names come percent-encoded inside the JSON. One that is not stays as it is.
fn decoded(nick: String) -> String {
    let pair = format!("={nick}");
    let parsed = form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned());
    match parsed {
        Some(parsed) if nick.contains('%') && !nick.contains('&') && !parsed.contains('\u{fffd}') => parsed,
        _ => nick,
    }
}
