//! Keeps tokens fresh, for async and blocking clients alike: reads them from the store, and decides who refreshes one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::error::OAuthError;
use super::flight::{Flights, NoToken};
use super::oauth::Inner as OAuthInner;
use super::record::Record;
use super::seal::TokenKey;
use super::store::{AsyncTokenStore, TokenStoreError};
use super::token::{Level, Token};
use crate::call::error::TokenError;
use crate::call::idempotency::IdempotencyKey;
use crate::wire::value::DateTime;

/// How much longer than a refresh may take its lease lasts. Clocks of machines may differ by half of it.
const GRACE: Duration = Duration::from_secs(60);

/// How long a refresh that failed is not tried again.
const PAUSE: Duration = Duration::from_secs(10);

/// The first wait for a refresh of another process, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// How often a new token is offered to a store that fails, or whose record keeps changing.
const ATTEMPTS: usize = 10;

/// How long a token that was just made is not made anew on request.
const JUST_NOW: Duration = Duration::from_secs(60);

/// What keeps the tokens, async and blocking alike.
#[derive(Clone)]
pub(super) struct Keeper {
    oauth: Arc<OAuthInner>,
    store: Arc<dyn AsyncTokenStore>,
    pub(super) key: Option<TokenKey>,
    pub(super) level: Option<Level>,
    pub(super) ahead: Option<Duration>,
    pub(super) reread: Duration,
    flights: Arc<Flights>,
    /// New tokens that their store did not take, with the generation they replace. They are not used until it does.
    unsaved: Arc<Mutex<Vec<(String, u64, Token)>>>,
}

pub(super) fn shown(none: NoToken) -> TokenError {
    let error = TokenError::new(none.problem);
    if none.needs_authorization { error.asking_for_authorization() } else { error }
}

fn ask_the_user(problem: impl Into<String>) -> NoToken {
    NoToken { problem: problem.into(), needs_authorization: true }
}

impl From<TokenStoreError> for NoToken {
    fn from(error: TokenStoreError) -> Self {
        Self { problem: error.to_string(), needs_authorization: false }
    }
}

impl Keeper {
    pub(super) fn new(oauth: Arc<OAuthInner>, store: Arc<dyn AsyncTokenStore>) -> Self {
        Self {
            oauth,
            store,
            key: None,
            level: None,
            ahead: None,
            reread: Duration::from_secs(10),
            flights: Arc::default(),
            unsaved: Arc::default(),
        }
    }

    pub(super) async fn token(&self, user: &str) -> Result<Token, TokenError> {
        let now = self.oauth.now();
        if let Some((token, read)) = self.flights.cached(user) {
            let is_recent = read.checked_add(self.reread).is_none_or(|until| now < until);
            if is_recent && !self.is_due(&token, now) {
                return Ok(token);
            }
        }
        self.join(user, user, false).await
    }

    pub(super) async fn refreshed(&self, user: &str) -> Result<Token, TokenError> {
        let token = self.join(&format!("{user}\0refresh"), user, true).await;
        self.flights.forget(user);
        token
    }

    async fn join(&self, flight: &str, user: &str, force: bool) -> Result<Token, TokenError> {
        let new = || -> super::flight::Flight {
            let (keeper, user) = (self.clone(), user.to_owned());
            Box::pin(async move { keeper.fresh(&user, force).await })
        };
        let io = &*self.oauth.shared.io;
        self.flights.join(io, flight, || self.oauth.now(), new).await.map_err(shown)
    }

    /// Whether it is time to refresh this token.
    fn is_due(&self, token: &Token, now: DateTime) -> bool {
        let end = token.end(self.level);
        let seconds = u64::try_from(end.seconds_since(token.obtained)).unwrap_or(0);
        let time = Duration::from_secs(seconds);
        let ahead = self.ahead.map_or((time / 10).min(Duration::from_secs(86_400)), |ahead| ahead.min(time / 2));
        end.checked_sub(ahead).is_none_or(|due| now >= due)
    }

    /// The token of a user, refreshed if it is time.
    async fn fresh(&self, user: &str, force: bool) -> Result<Token, NoToken> {
        self.save_unsaved(user).await?;
        let (began, timeout) = (self.oauth.now(), self.oauth.shared.setup.config.limits.timeout);
        let mut wait = WAITS.0;
        loop {
            let Some((text, record)) = self.load(user).await? else {
                return Err(ask_the_user("this user has not authorised: ask for it"));
            };
            let (now, token) = (self.oauth.now(), record.token.clone());
            let is_new = token.obtained.checked_add(JUST_NOW).is_none_or(|until| now < until);
            let is_asked = force && !is_new && now.seconds_since(began) < 1 + timeout.as_secs().cast_signed();
            if !is_asked && !self.is_due(&token, now) {
                return Ok(token);
            }
            if record.ended || !token.can_refresh(now) {
                let ended = "it has ended and cannot be refreshed: ask the user to authorise again";
                return usable(token, now).ok_or_else(|| ask_the_user(ended));
            }
            if record.leased_until.is_some_and(|until| now < until) {
                // Somebody else refreshes it, or has just failed to.
                if !is_asked && now < token.end(self.level) {
                    return Ok(token);
                }
                if now.seconds_since(began) >= timeout.as_secs().cast_signed() {
                    let problem = "it has ended, and its refresh by another process takes long: try again".to_owned();
                    return usable(token, now).ok_or(NoToken { problem, needs_authorization: false });
                }
                self.oauth.shared.io.sleep(wait).await;
                wait = (wait * 2).min(WAITS.1);
                continue;
            }
            let leased = Record {
                leased_until: now.checked_add(timeout + GRACE),
                owner: IdempotencyKey::generate().to_string(),
                ..record
            };
            let leased_text = self.text(user, &leased);
            if self.store.replace(user, Some(&text), &leased_text).await? {
                return self.refresh(user, leased, &leased_text, force).await;
            }
        }
    }

    /// Refreshes what this process holds the lease of.
    async fn refresh(&self, user: &str, leased: Record, text: &str, force: bool) -> Result<Token, NoToken> {
        let error = match self.oauth.refresh(&leased.token).await {
            Ok(token) => return self.save(user, leased.generation, token).await,
            Err(error) => error,
        };
        if let Some((_, stored)) = self.load(user).await?
            && stored.generation > leased.generation
        {
            // The lease was over: somebody else has refreshed it, which is why this refresh was refused.
            return Ok(stored.token);
        }
        let now = self.oauth.now();
        let ended = Record { leased_until: now.checked_add(PAUSE), ended: error.needs_authorization(), ..leased };
        if let Err(error) = self.store.replace(user, Some(text), &self.text(user, &ended)).await {
            tracing::warn!(%error, "the lease of a failed refresh stays until it is over");
        }
        match usable(ended.token, now) {
            Some(token) if !force => {
                tracing::warn!(%error, "a token could not be refreshed and is still used");
                Ok(token)
            }
            _ => Err(refused(&error)),
        }
    }

    /// Stores a new token in place of the one of this generation, and returns it. One that is newer still is returned instead.
    async fn save(&self, user: &str, generation: u64, token: Token) -> Result<Token, NoToken> {
        let mut wait = WAITS.0;
        let mut problem = "its record keeps changing".to_owned();
        for _ in 0..ATTEMPTS {
            match self.try_save(user, generation, &token).await {
                Ok(Some(stored)) => return Ok(stored),
                Ok(None) => {}
                Err(error) => problem = error.problem,
            }
            self.oauth.shared.io.sleep(wait).await;
            wait = (wait * 2).min(WAITS.1);
        }
        // It is the only one that works now: kept until the store takes it, and used only then.
        self.unsaved().push((user.to_owned(), generation, token));
        let problem = format!("a new token could not be stored and is kept in memory until it can: {problem}");
        Err(NoToken { problem, needs_authorization: false })
    }

    async fn try_save(&self, user: &str, generation: u64, token: &Token) -> Result<Option<Token>, NoToken> {
        let stored = self.load(user).await?;
        if let Some((_, stored)) = &stored
            && stored.generation > generation
        {
            return Ok(Some(stored.token.clone()));
        }
        let record = Record::new(self.app_key(), generation + 1, token.clone());
        let old = stored.as_ref().map(|(text, _)| text.as_str());
        let is_stored = self.store.replace(user, old, &self.text(user, &record)).await?;
        Ok(is_stored.then_some(record.token))
    }

    /// Stores what an earlier refresh could not.
    async fn save_unsaved(&self, user: &str) -> Result<(), NoToken> {
        let found = {
            let mut unsaved = self.unsaved();
            let at = unsaved.iter().position(|(whose, ..)| whose == user);
            at.map(|at| unsaved.swap_remove(at))
        };
        match found {
            Some((_, generation, token)) => self.save(user, generation, token).await.map(drop),
            None => Ok(()),
        }
    }

    pub(super) async fn put(&self, user: &str, token: Token) -> Result<(), NoToken> {
        for _ in 0..ATTEMPTS {
            // What cannot be read is replaced: the user has just consented.
            let old = self.store.load(user).await?;
            let generation = match &old {
                Some(text) => self.record(user, text).map_or(0, |record| record.generation),
                None => 0,
            };
            let text = self.text(user, &Record::new(self.app_key(), generation + 1, token.clone()));
            if self.store.replace(user, old.as_deref(), &text).await? {
                self.unsaved().retain(|(whose, ..)| whose != user);
                self.flights.forget(user);
                return Ok(());
            }
        }
        Err(NoToken { problem: "its record keeps changing: try again".to_owned(), needs_authorization: false })
    }

    async fn load(&self, user: &str) -> Result<Option<(String, Record)>, NoToken> {
        let Some(text) = self.store.load(user).await? else { return Ok(None) };
        let record = self.record(user, &text)?;
        Ok(Some((text, record)))
    }

    fn record(&self, user: &str, text: &str) -> Result<Record, NoToken> {
        let unreadable = |problem: &str| NoToken {
            problem: format!("what is stored for this user cannot be read: {problem}"),
            needs_authorization: false,
        };
        let opened = match &self.key {
            Some(key) => key.open(&self.whose(user), text).map_err(unreadable)?,
            None => text.to_owned(),
        };
        let record = Record::from_text(&opened).map_err(|problem| unreadable(&problem))?;
        if record.app_key != self.app_key() {
            let (expected, got) = (self.app_key(), &record.app_key);
            return Err(unreadable(&format!("expected a token of application {expected}, got one of {got}")));
        }
        Ok(record)
    }

    fn text(&self, user: &str, record: &Record) -> String {
        let text = record.to_text();
        self.key.as_ref().map_or_else(|| text.clone(), |key| key.seal(&self.whose(user), &text))
    }

    fn whose(&self, user: &str) -> String {
        format!("{}\0{user}", self.app_key())
    }

    fn app_key(&self) -> &str {
        &self.oauth.shared.setup.config.app_key
    }

    fn unsaved(&self) -> std::sync::MutexGuard<'_, Vec<(String, u64, Token)>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A token that is not at its end.
fn usable(token: Token, now: DateTime) -> Option<Token> {
    (now < token.expires).then_some(token)
}

fn refused(error: &OAuthError) -> NoToken {
    NoToken { problem: error.to_string(), needs_authorization: error.needs_authorization() }
}
