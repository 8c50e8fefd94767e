//! Where calls go, and as whom: the sandbox in this process, or the gateway with credentials of this process.

use opentop_model::model::{self, Api, Effect};
use opentop_runtime::{AccessToken, AppSecret, Config, Endpoint};
use opentop_sandbox::SandboxBuilder;
use opentop_sandbox::gateway;

use crate::account::{self, Account, Session};
use crate::shell;

/// The sandbox's application and session are no secrets: they open nothing but this sandbox.
const APP: (&str, &str) = ("12345678", "helloworld");
const SESSION: &str = "test-session";

/// Whether a call changes data, or may: nobody has confirmed that it only reads.
pub(super) fn may_write(api: &Api) -> bool {
    api.effect == Effect::Write || api.suggested_effect.is_some()
}

/// Somebody to call.
pub(super) trait Target: Sync {
    /// Who calls `api`, and where.
    fn account(&self, api: &Api) -> Result<Account, String>;

    /// Whether credentials of it may be shown: those of the sandbox may.
    fn is_open(&self) -> bool;

    /// What stands before the words of `opentop call`, and behind them.
    fn around(&self, api: &Api) -> (String, String);
}

/// The sandbox in this process.
pub(super) struct Sandbox {
    url: String,
}

impl Sandbox {
    pub(super) fn at(port: u16) -> Sandbox {
        Sandbox { url: format!("http://127.0.0.1:{port}") }
    }

    pub(super) fn known_to(&self, builder: SandboxBuilder) -> SandboxBuilder {
        builder.app(APP.0, APP.1).session(SESSION)
    }

    pub(super) fn endpoint(&self, _: &Api) -> String {
        format!("{}{}", self.url, gateway::PATH)
    }
}

impl Target for Sandbox {
    fn account(&self, api: &Api) -> Result<Account, String> {
        let mut config = Config::new(APP.0.to_owned(), AppSecret::from(APP.1.to_owned()));
        config.endpoint = Endpoint::custom(&self.endpoint(api)).map_err(|error| error.to_string())?;
        Ok(Account {
            config,
            session: (api.session != model::Session::None)
                .then(|| Session::Given(AccessToken::from(SESSION.to_owned()))),
        })
    }

    fn is_open(&self) -> bool {
        true
    }

    fn around(&self, api: &Api) -> (String, String) {
        let session =
            if api.session == model::Session::None { String::new() } else { format!("OPENTOP_SESSION={SESSION} ") };
        (
            format!("OPENTOP_APP_KEY={} OPENTOP_APP_SECRET={} {session}", APP.0, APP.1),
            format!(" --endpoint {}", self.url),
        )
    }
}

/// The gateway, by the options of `docs`.
pub(crate) struct Live {
    pub(crate) account: account::Args,
    pub(crate) allow_writes: bool,
}

impl Live {
    /// Where calls go; what is wrong with the account, where something is.
    pub(super) fn endpoint(&self, api: &Api) -> String {
        match self.account(api) {
            Ok(account) => account.config.endpoint.uri().to_string(),
            Err(words) => words,
        }
    }
}

impl Target for Live {
    fn account(&self, api: &Api) -> Result<Account, String> {
        Account::of(&self.account, api)
    }

    fn is_open(&self) -> bool {
        false
    }

    fn around(&self, _: &Api) -> (String, String) {
        let options = self.account.words().into_iter().map(|word| format!(" {}", shell::word(&word)));
        (String::new(), options.collect())
    }
}
