//! Whom a command calls as, and where: the options that `call` and `export` share.

pub(crate) mod credentials;

use std::path::PathBuf;
use std::time::Duration;

use opentop_model::model;
use opentop_runtime::{AccessToken, Client, ClientBuilder, Config, Endpoint};

use credentials::Credentials;

#[derive(clap::Args, Clone)]
#[group(id = "account")]
pub(crate) struct Args {
    /// Credentials from a file that only its owner can read (mode 0600): lines app_key=…, app_secret=…, session=….
    /// Default: the environment variables OPENTOP_APP_KEY, OPENTOP_APP_SECRET and OPENTOP_SESSION.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The credentials of a profile: a file of that name in ~/.config/opentop/profiles, of mode 0600, with the lines of --credentials
    /// and perhaps endpoint=…. Default: the environment variable OPENTOP_PROFILE, where it is set.
    #[arg(long, value_name = "NAME", conflicts_with = "credentials")]
    profile: Option<String>,
    /// The environment variable that holds the session (access token); it is sent even where the method needs none.
    #[arg(long, value_name = "VARIABLE")]
    session_from_env: Option<String>,
    /// Where calls go: production, sandbox, overseas, or a URL. Default: what the file of credentials says, or without one
    /// OPENTOP_ENDPOINT; else production.
    #[arg(long, value_name = "URL|NAME")]
    endpoint: Option<String>,
    /// How many seconds a call may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// Who calls, and where.
pub(crate) struct Account {
    pub(crate) config: Config,
    /// Sent with every call.
    pub(crate) session: Option<AccessToken>,
}

impl Account {
    /// The account that the options and the environment name, for calls of `api`.
    pub(crate) fn of(args: &Args, api: &model::Api) -> Result<Account, String> {
        let credentials = args.credentials()?;
        let with_session = match api.session {
            model::Session::Required if credentials.session.is_none() => {
                return Err(
                    "this method needs a session: set OPENTOP_SESSION, or name a variable with --session-from-env"
                        .to_owned(),
                );
            }
            model::Session::Required | model::Session::Optional => true,
            model::Session::None => args.session_from_env.is_some(),
        };
        let mut config = Config::new(credentials.app_key, credentials.app_secret);
        config.endpoint = endpoint(args.endpoint.as_deref().or(credentials.endpoint.as_deref()))?;
        config.limits.timeout = Duration::from_secs(args.timeout);
        Ok(Account { config, session: credentials.session.filter(|_| with_session) })
    }

    /// A client of this account.
    pub(crate) fn client(&self) -> ClientBuilder {
        Client::builder()
            .endpoint(self.config.endpoint.clone())
            .app_key(&self.config.app_key)
            .app_secret(&self.config.secret)
            .timeout(self.config.limits.timeout)
            .read_timeout(self.config.limits.timeout)
    }
}

impl Args {
    /// Who calls, whatever is called.
    pub(crate) fn credentials(&self) -> Result<Credentials, String> {
        Credentials::read(self.file()?.as_deref(), self.session_from_env.as_deref())
    }

    /// The options as they were given, for a command line that calls as the same account.
    pub(crate) fn words(&self) -> Vec<String> {
        let credentials = self.credentials.as_ref().map(|path| path.display().to_string());
        let given = [
            ("--credentials", &credentials),
            ("--profile", &self.profile),
            ("--session-from-env", &self.session_from_env),
            ("--endpoint", &self.endpoint),
        ];
        let pairs = given.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value.clone()?]));
        pairs.flatten().collect()
    }

    /// The file of credentials, where one is named: on the command line, or by OPENTOP_PROFILE.
    fn file(&self) -> Result<Option<PathBuf>, String> {
        if let Some(file) = &self.credentials {
            return Ok(Some(file.clone()));
        }
        if let Some(name) = &self.profile {
            return credentials::profile(name).map(Some);
        }
        let name = std::env::var("OPENTOP_PROFILE").ok().filter(|name| !name.is_empty());
        name.map(|name| credentials::profile(&name).map_err(|cause| format!("OPENTOP_PROFILE: {cause}"))).transpose()
    }
}

fn endpoint(name: Option<&str>) -> Result<Endpoint, String> {
    match name {
        None | Some("" | "production") => Ok(Endpoint::production()),
        Some("sandbox") => Ok(Endpoint::sandbox()),
        Some("overseas") => Ok(Endpoint::overseas()),
        Some(url) => {
            // A host alone means the gateway's usual path on it: what `opentop sandbox` prints can be given as it is.
            let is_bare = url.split_once("://").is_some_and(|(_, host)| !host.trim_end_matches('/').contains('/'));
            let whole = if is_bare { format!("{}/router/rest", url.trim_end_matches('/')) } else { url.to_owned() };
            Endpoint::custom(&whole).map_err(|error| format!("--endpoint {url}: {error}"))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn endpoints_are_names_or_urls() {
        for name in [None, Some("production"), Some("sandbox"), Some("overseas"), Some("http://127.0.0.1:8787")] {
            assert!(endpoint(name).is_ok(), "{name:?}");
        }
        for (url, whole) in [
            ("http://127.0.0.1:8787", "http://127.0.0.1:8787/router/rest"),
            ("http://127.0.0.1:8787/", "http://127.0.0.1:8787/router/rest"),
            ("https://example.com/gate", "https://example.com/gate"),
        ] {
            assert_eq!(endpoint(Some(url)).unwrap().uri().to_string(), whole);
        }
        for name in ["http://example.com", "ftp://x", "nonsense"] {
            assert!(endpoint(Some(name)).unwrap_err().contains(name));
        }
    }
}
