//! `opentop login`: a user consents in the browser, and the profile keeps the token. `call` and `export` use it and refresh it.
//!
//! With a callback on this machine (`http://127.0.0.1:PORT/…`) the command waits for the browser there. With any other it asks for the
//! address that the browser came to, and without one for the code that the platform shows.

mod callback;

use std::io::Write as _;
use std::time::Duration;

use opentop_runtime::DateTime;
use opentop_runtime::tokens::{AuthorizationCode, AuthorizeLink, OAuth, OAuthError, Token};

use crate::account::Login;
use crate::outcome::Outcome;
use callback::{Callback, OUT_OF_BAND};

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The profile that keeps the token. Its file holds app_key=… and app_secret=…. Default: the environment variable OPENTOP_PROFILE.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The callback that is registered for the application, as in the profile's callback=…. Default: none, so that the platform shows the
    /// code.
    #[arg(long, value_name = "URL")]
    callback: Option<String>,
    /// How many seconds to wait for the browser.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    wait: u64,
}

const AFTER_HELP: &str = "The profile may say oauth=production, mobile, sandbox, or the URL of another OAuth host. Default: the one that \
    belongs to its endpoint=….\n\n\
    The token is kept in the folder opentop/tokens beside the profiles, in a file of mode 0600. It is never shown.\n\n\
    Exit codes: 0 done, 1 failed, 2 bad usage, 3 the user or the platform refused.";

/// Why there is no token.
enum Stop {
    Usage(String),
    Broken(String),
    Refused(String),
}

impl From<OAuthError> for Stop {
    fn from(error: OAuthError) -> Self {
        match error {
            OAuthError::Denied { .. } | OAuthError::Refused { .. } => Stop::Refused(error.to_string()),
            _ => Stop::Broken(error.to_string()),
        }
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    Ok(match login(args) {
        Ok(words) => {
            println!("{words}");
            Outcome::Done
        }
        Err(Stop::Usage(words)) => {
            eprintln!("error: {words}");
            Outcome::Usage
        }
        Err(Stop::Broken(words)) => {
            eprintln!("error: {words}");
            Outcome::ProblemsFound
        }
        Err(Stop::Refused(words)) => {
            eprintln!("rejected: {words}");
            Outcome::Rejected
        }
    })
}

/// Logs in, and says who and for how long.
fn login(args: &Args) -> Result<String, Stop> {
    let login = Login::of(args.profile.as_deref()).map_err(Stop::Usage)?;
    let redirect = args.callback.as_deref().or(login.callback()).unwrap_or(OUT_OF_BAND);
    let callback = Callback::of(redirect).map_err(Stop::Usage)?;
    let oauth = login.oauth(redirect).map_err(Stop::Usage)?;
    // Opened before anybody consents: a token that cannot be kept is not asked for.
    let tokens = login.tokens(oauth.clone()).map_err(Stop::Broken)?;
    let link = oauth.link();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Stop::Broken(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(async {
        let code = code(&callback, redirect, &link, Duration::from_secs(args.wait)).await?;
        let token = OAuth::exchange(&oauth, code).await?;
        let kept = tokens.put(login.name(), &token).await;
        kept.map_err(|error| Stop::Broken(format!("{error}; the token is lost: log in again")))?;
        Ok(told(login.name(), &token))
    })
}

async fn code(
    callback: &Callback,
    redirect: &str,
    link: &AuthorizeLink,
    patience: Duration,
) -> Result<AuthorizationCode, Stop> {
    let listener = callback.listen().map_err(Stop::Broken)?;
    println!("Open this link in a browser and consent:\n\n  {}\n", link.url());
    match listener {
        Some(listener) => {
            println!("Waiting for the browser to come back to {redirect} …");
            let came = callback::wait(listener, callback.path(), link, patience).await.map_err(Stop::Broken)?;
            let nobody = || Stop::Broken(format!("nobody came back within {} seconds", patience.as_secs()));
            Ok(came.ok_or_else(nobody)??)
        }
        None => pasted(callback, redirect, link),
    }
}

/// What the user pastes: the code alone where the platform showed it, else the address with the state in it.
fn pasted(callback: &Callback, redirect: &str, link: &AuthorizeLink) -> Result<AuthorizationCode, Stop> {
    let shows_code = matches!(callback, Callback::Shown);
    let what = if shows_code { "the code that the page shows" } else { "the address that the browser came to" };
    // A prompt on standard error: standard output may be a file.
    let _ = write!(std::io::stderr(), "Paste {what} (it is not shown): ");
    let term = console::Term::stderr();
    let line = match term.is_term() {
        true => term.read_secure_line(),
        false => {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).map(|_| line)
        }
    };
    let line = line.map_err(|error| Stop::Broken(format!("cannot read what you paste: {error}")))?;
    match line.trim() {
        "" => Err(Stop::Usage(format!("expected {what}, got nothing"))),
        text if text.contains('=') => Ok(link.code(text)?),
        text if shows_code => Ok(AuthorizationCode::from(text)),
        _ => Err(Stop::Usage(format!("expected the whole address, which begins with {redirect}"))),
    }
}

/// Who has logged in, and for how long. No token.
fn told(profile: &str, token: &Token) -> String {
    let shown = |text: &str| text.chars().filter(|letter| !letter.is_control()).collect::<String>();
    let who = match (token.nick(), token.user_id()) {
        (Some(nick), Some(id)) => format!("{} (user {})", shown(nick), shown(id)),
        (Some(one), None) | (None, Some(one)) => shown(one),
        (None, None) => "a user without a name".to_owned(),
    };
    let refresh = match token.can_refresh(DateTime::now()) {
        true => "it is refreshed ahead of that",
        false => "it cannot be refreshed: log in again then",
    };
    format!("profile {profile}: logged in as {who} until {} (GMT+8); {refresh}", token.expires())
}
