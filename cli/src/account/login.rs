//! The user who has logged in for a profile, and the token that is kept.

use std::sync::Arc;

use opentop_runtime::tokens::{FileTokenStore, OAuth, OAuthHost, Tokens, UserTokens};
use opentop_runtime::{AccessToken, Async, Client, TokenFuture, TokenSource};

use super::credentials::{self, Credentials};
use super::endpoint::endpoint;

/// Where a call's access token comes from.
#[derive(Clone)]
pub(crate) enum Session {
    /// It was given.
    Given(AccessToken),
    /// A user has logged in: the profile keeps it, and it is refreshed ahead of its end.
    Kept(Arc<UserTokens<Async>>),
}

impl TokenSource for Session {
    fn token(&self) -> TokenFuture<'_> {
        match self {
            Session::Given(token) => Box::pin(std::future::ready(Ok(token.clone()))),
            Session::Kept(tokens) => tokens.token(),
        }
    }
}

/// A profile that a user logs in for.
pub(crate) struct Login {
    name: String,
    credentials: Credentials,
}

impl Login {
    /// The profile of this name, or the one of OPENTOP_PROFILE.
    pub(crate) fn of(profile: Option<&str>) -> Result<Self, String> {
        let name = credentials::profile_name(profile)?
            .ok_or("there is no profile to keep the token in: name one with --profile, or set OPENTOP_PROFILE")?;
        let file = credentials::profile(&name)?;
        let credentials = Credentials::read(Some(&file), None)?;
        if credentials.session.is_some() {
            return Err(format!(
                "{} holds a session=…, which calls would use instead of the new token: delete that line",
                file.display()
            ));
        }
        Ok(Login { name, credentials })
    }

    /// The token that is kept for this profile, if a user has logged in.
    pub(super) fn stored(name: &str, credentials: &Credentials) -> Result<Option<Session>, String> {
        let folder = credentials::tokens()?;
        if !folder.is_dir() {
            return Ok(None);
        }
        let store = FileTokenStore::open(folder).map_err(|error| error.to_string())?;
        let is_known = opentop_runtime::tokens::TokenStore::load(&store, name).map_err(|error| error.to_string())?;
        if is_known.is_none() {
            return Ok(None);
        }
        // The callback plays no part in a refresh.
        let tokens = Tokens::new(oauth(credentials, "")?, store);
        Ok(Some(Session::Kept(Arc::new(tokens.of(name)))))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The callback that the profile names.
    pub(crate) fn callback(&self) -> Option<&str> {
        self.credentials.callback.as_deref()
    }

    pub(crate) fn oauth(&self, callback: &str) -> Result<OAuth<Async>, String> {
        oauth(&self.credentials, callback)
    }

    /// Where the token is kept.
    pub(crate) fn tokens(&self, oauth: OAuth<Async>) -> Result<Tokens<Async>, String> {
        let store = FileTokenStore::open(credentials::tokens()?).map_err(|error| error.to_string())?;
        Ok(Tokens::new(oauth, store))
    }
}

fn oauth(credentials: &Credentials, callback: &str) -> Result<OAuth<Async>, String> {
    let host = host(credentials.oauth.as_deref(), credentials.endpoint.as_deref())?;
    let client = Client::builder()
        .endpoint(endpoint(credentials.endpoint.as_deref())?)
        .app_key(&credentials.app_key)
        .app_secret(&credentials.app_secret)
        .build();
    Ok(OAuth::new(&client.map_err(|error| error.to_string())?, host, callback))
}

/// The OAuth host of this name, or the one that belongs to the endpoint.
fn host(name: Option<&str>, endpoint: Option<&str>) -> Result<OAuthHost, String> {
    let custom = |origin: &str| {
        let origin = origin.trim_end_matches('/');
        OAuthHost::custom(&format!("{origin}/authorize"), &format!("{origin}/token"))
            .map_err(|error| format!("oauth={origin}: {error}"))
    };
    match (name, endpoint) {
        (Some("production"), _) | (None, None | Some("production" | "overseas")) => Ok(OAuthHost::production()),
        (Some("mobile"), _) => Ok(OAuthHost::mobile()),
        (Some("sandbox"), _) | (None, Some("sandbox")) => Ok(OAuthHost::sandbox()),
        (Some(origin), _) => custom(origin),
        // Without TLS it can only be this machine, where `opentop sandbox` is both.
        (None, Some(url)) if url.starts_with("http://") => {
            let end = url["http://".len()..].find('/').map_or(url.len(), |at| at + "http://".len());
            custom(&url[..end])
        }
        (None, Some(url)) => Err(format!(
            "nobody knows which OAuth host belongs to {url}: add oauth=production, mobile, sandbox or its URL to the profile"
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_oauth_host_is_named_or_belongs_to_the_endpoint() {
        let own = OAuthHost::custom("http://127.0.0.1:1/authorize", "http://127.0.0.1:1/token").unwrap();
        for (name, endpoint, expected) in [
            (None, None, OAuthHost::production()),
            (None, Some("overseas"), OAuthHost::production()),
            (None, Some("sandbox"), OAuthHost::sandbox()),
            (Some("mobile"), Some("sandbox"), OAuthHost::mobile()),
            (None, Some("http://127.0.0.1:1"), own.clone()),
            (None, Some("http://127.0.0.1:1/router/rest"), own.clone()),
            (Some("http://127.0.0.1:1/"), Some("production"), own),
        ] {
            assert_eq!(host(name, endpoint), Ok(expected), "{name:?} {endpoint:?}");
        }
        // A secret goes to neither.
        assert!(host(None, Some("https://gateway.example/top")).unwrap_err().contains("add oauth="));
        assert!(host(Some("http://oauth.example"), None).unwrap_err().contains("oauth=http://oauth.example"));
    }
}
