//! Whom a command calls as, and where: the options that commands share.

pub(crate) mod credentials;
mod endpoint;
mod login;
mod source;

use std::time::Duration;

use opentop_model::model;
use opentop_runtime::{Client, ClientBuilder, Config};

use endpoint::endpoint;
pub(crate) use login::{Login, Session};
pub(crate) use source::Source;

#[derive(clap::Args, Clone)]
#[group(id = "account")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
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
    pub(crate) session: Option<Session>,
}

impl Account {
    /// The account that the options and the environment name, for calls of `api`.
    pub(crate) fn of(args: &Args, api: &model::Api) -> Result<Account, String> {
        let (profile, mut credentials) = args.source.read(args.session_from_env.as_deref())?;
        let session = match (credentials.session.take(), &profile) {
            (Some(token), _) => Some(Session::Given(token)),
            (None, Some(name)) => Login::stored(name, &credentials)?,
            (None, None) => None,
        };
        let with_session = match api.session {
            model::Session::Required if session.is_none() => {
                return Err(
                    "this method needs a session: set OPENTOP_SESSION, name a variable with --session-from-env, or log in with \
                     `opentop login --profile NAME`"
                        .to_owned(),
                );
            }
            model::Session::Required | model::Session::Optional => true,
            model::Session::None => args.session_from_env.is_some(),
        };
        let mut config = Config::new(credentials.app_key, credentials.app_secret);
        config.endpoint = endpoint(args.endpoint.as_deref().or(credentials.endpoint.as_deref()))?;
        config.limits.timeout = Duration::from_secs(args.timeout);
        Ok(Account { config, session: session.filter(|_| with_session) })
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
    /// The credentials of whatever is called: an account that cannot be had shows before anything is called.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.source.read(self.session_from_env.as_deref()).map(drop)
    }

    /// The options as they were given, for a command line that calls as the same account.
    pub(crate) fn words(&self) -> Vec<String> {
        let given = [("--session-from-env", &self.session_from_env), ("--endpoint", &self.endpoint)];
        let pairs = given.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value.clone()?]));
        self.source.words().into_iter().chain(pairs.flatten()).collect()
    }
}
