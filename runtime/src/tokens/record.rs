//! What a store holds for a user: the token, whose application it is for, how often it was renewed, and who is renewing it now.

use serde_json::{Map, Value, json};

use super::token::{Level, Token, User};
use crate::wire::secret::{AccessToken, RefreshToken};
use crate::wire::value::DateTime;

/// The number of this layout. Another one is refused rather than guessed at.
const VERSION: u64 = 1;

/// What a store holds for a user.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) app_key: String,
    /// How many tokens this user has had. A new token is stored only over the one it was made from.
    pub(super) generation: u64,
    pub(super) token: Token,
    /// Until when somebody else leaves the refresh to its owner.
    pub(super) leased_until: Option<DateTime>,
    /// Makes two leases of the same time two texts.
    pub(super) owner: String,
    /// The platform said that this token cannot be refreshed any more.
    pub(super) ended: bool,
}

impl Record {
    pub(super) fn new(app_key: &str, generation: u64, token: Token) -> Self {
        Self { app_key: app_key.to_owned(), generation, token, leased_until: None, owner: String::new(), ended: false }
    }

    /// As JSON text. It holds the tokens in the clear.
    pub(super) fn to_text(&self) -> String {
        let token = &self.token;
        let millis = |time: Option<DateTime>| time.map(DateTime::unix_millis);
        let levels: Map<String, Value> =
            Level::ALL.iter().map(|level| (level.as_str().to_owned(), json!(millis(token.until(*level))))).collect();
        json!({
            "version": VERSION,
            "app_key": self.app_key,
            "generation": self.generation,
            "leased_until": millis(self.leased_until),
            "owner": self.owner,
            "ended": self.ended,
            "access_token": token.access.expose(),
            "refresh_token": token.refresh.as_ref().map(RefreshToken::expose),
            "obtained": token.obtained.unix_millis(),
            "expires": token.expires.unix_millis(),
            "refreshable_until": millis(token.refreshable_until),
            "levels": levels,
            "user_id": token.user.id,
            "nick": token.user.nick,
            "sub_user_id": token.user.sub_id,
            "sub_nick": token.user.sub_nick,
            "open_uid": token.user.open_uid,
        })
        .to_string()
    }

    /// From a text that [`to_text`](Self::to_text) wrote. The problem names a field and never shows a value.
    pub(super) fn from_text(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|_| "it is not JSON".to_owned())?;
        match value.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(other) => return Err(format!("expected version {VERSION}, got {other}: a newer release wrote it")),
            None => return Err("it is no record of a token".to_owned()),
        }
        let levels = value.get("levels").ok_or_else(|| wrong("levels"))?;
        let mut until = [None; 4];
        for level in Level::ALL {
            until[level.index()] = time(levels, level.as_str())?;
        }
        let needed = |name: &str| text_of(&value, name)?.ok_or_else(|| wrong(name));
        Ok(Self {
            app_key: needed("app_key")?,
            generation: value.get("generation").and_then(Value::as_u64).ok_or_else(|| wrong("generation"))?,
            leased_until: time(&value, "leased_until")?,
            owner: needed("owner")?,
            ended: value.get("ended").and_then(Value::as_bool).ok_or_else(|| wrong("ended"))?,
            token: Token {
                access: AccessToken::from(needed("access_token")?),
                refresh: text_of(&value, "refresh_token")?.map(RefreshToken::from),
                obtained: time(&value, "obtained")?.ok_or_else(|| wrong("obtained"))?,
                expires: time(&value, "expires")?.ok_or_else(|| wrong("expires"))?,
                refreshable_until: time(&value, "refreshable_until")?,
                levels: until,
                user: User {
                    id: text_of(&value, "user_id")?,
                    nick: text_of(&value, "nick")?,
                    sub_id: text_of(&value, "sub_user_id")?,
                    sub_nick: text_of(&value, "sub_nick")?,
                    open_uid: text_of(&value, "open_uid")?,
                },
            },
        })
    }
}

fn wrong(name: &str) -> String {
    format!("its `{name}` is missing or wrong")
}

fn text_of(fields: &Value, name: &str) -> Result<Option<String>, String> {
    match fields.get(name) {
        Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        _ => Err(wrong(name)),
    }
}

fn time(fields: &Value, name: &str) -> Result<Option<DateTime>, String> {
    match fields.get(name) {
        Some(Value::Null) => Ok(None),
        Some(value) => {
            let time = value.as_i64().and_then(|millis| DateTime::from_unix_millis(millis).ok());
            time.map(Some).ok_or_else(|| wrong(name))
        }
        None => Err(wrong(name)),
    }
}
