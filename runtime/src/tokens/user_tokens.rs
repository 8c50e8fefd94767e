//! Tokens that are fresh whenever a call is made: read from the store, refreshed ahead of their end, once for all who share the store.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::keeper::{Keeper, shown};
use super::oauth::OAuth;
use super::seal::TokenKey;
use super::store::{AsyncTokenStore, Offloaded, TokenStore};
use super::token::{Level, Token};
use crate::call::error::TokenError;
use crate::client::{Async, Blocking, BlockingTokenSource, Mode, TokenFuture, TokenSource};
use crate::wire::secret::AccessToken;

/// Keeps users' tokens fresh in a store. Cheap to clone; share it. See [the module](crate::tokens) for an example.
///
/// ```
/// use std::time::Duration;
/// use opentop_runtime::Async;
/// use opentop_runtime::tokens::{Level, OAuth, TokenKey, TokenStore, Tokens};
///
/// fn tokens(oauth: OAuth<Async>, store: impl TokenStore + 'static, key: [u8; 32]) -> Tokens<Async> {
///     Tokens::new(oauth, store)
///         .level(Level::W1)                           // fresh enough for writes
///         .refresh_ahead(Duration::from_secs(3600))
///         .encrypted(TokenKey::new(key))
/// }
/// ```
pub struct Tokens<M: Mode> {
    keeper: Keeper,
    mode: PhantomData<fn() -> M>,
}

impl Tokens<Async> {
    /// Keeps tokens in a store that does not block.
    pub fn with_async_store(oauth: OAuth<Async>, store: impl AsyncTokenStore + 'static) -> Self {
        Self::over(&oauth, Arc::new(store))
    }
}

impl<M: Mode> Tokens<M> {
    /// Keeps tokens in this store. The client of `oauth` gives transport, time and deadline.
    pub fn new(oauth: OAuth<M>, store: impl TokenStore + 'static) -> Self {
        let io = Arc::clone(&oauth.inner().shared.io);
        Self::over(&oauth, Arc::new(Offloaded { store: Arc::new(store), io }))
    }

    fn over(oauth: &OAuth<M>, store: Arc<dyn AsyncTokenStore>) -> Self {
        let keeper = Keeper::new(Arc::clone(oauth.inner()), store);
        Self { keeper, mode: PhantomData }
    }

    /// For which calls the tokens must be fresh. Default: for any, so that a token is refreshed before it ends as a whole.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.keeper.level = Some(level);
        self
    }

    /// How long before its end a token is refreshed, but not in the first half of its time. Default: a tenth of its time, and a day at
    /// most.
    #[must_use]
    pub fn refresh_ahead(mut self, time: Duration) -> Self {
        self.keeper.ahead = Some(time);
        self
    }

    /// How long a token is used before the store is asked again: another process may have put a new one there. Default: 10 seconds.
    #[must_use]
    pub fn reread_after(mut self, time: Duration) -> Self {
        self.keeper.reread = time;
        self
    }

    /// Encrypts what goes into the store. Each text is bound to its user and application. What was stored in the clear is refused:
    /// [`put`](Self::put) it again.
    #[must_use]
    pub fn encrypted(mut self, key: TokenKey) -> Self {
        self.keeper.key = Some(key);
        self
    }

    /// Stores the token of a user who has just consented, in place of any other. `user` is a name of your own choice, such as the user's
    /// id.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub fn put(&self, user: &str, token: &Token) -> M::Out<Result<(), TokenError>> {
        let (keeper, user, token) = (self.keeper.clone(), user.to_owned(), token.clone());
        M::run(async move { keeper.put(&user, token).await.map_err(shown) })
    }

    /// The token of a user, refreshed if it is about to end.
    ///
    /// ```
    /// # use opentop_runtime::{Async, error::TokenError, tokens::Tokens};
    /// # async fn example(tokens: Tokens<Async>) -> Result<(), TokenError> {
    /// match tokens.token("shop-42").await {
    ///     Ok(token) => println!("valid until {}", token.expires()),
    ///     Err(error) if error.needs_authorization() => println!("ask the merchant to consent again"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If there is none, or the store cannot be read. [`TokenError::needs_authorization`] tells when to ask the user again. A refresh that
    /// fails is no error while the old token is valid.
    pub fn token(&self, user: &str) -> M::Out<Result<Token, TokenError>> {
        let (keeper, user) = (self.keeper.clone(), user.to_owned());
        M::run(async move { keeper.token(&user).await })
    }

    /// Refreshes the token of a user now: after a call was refused although the token should have been valid
    /// ([`SessionProblem::can_refresh`](crate::error::SessionProblem::can_refresh)). A token that is less than a minute old is not
    /// refreshed again, so that many calls that were refused at once lead to one refresh.
    ///
    /// ```
    /// # use opentop_runtime::{Async, Error, error::TokenError, tokens::Tokens};
    /// # async fn example(tokens: Tokens<Async>, error: &Error) -> Result<(), TokenError> {
    /// let problem = error.gateway().and_then(|refusal| refusal.session_problem());
    /// if problem.is_some_and(|problem| problem.can_refresh()) {
    ///     tokens.refresh("shop-42").await?;               // then make the call again
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`token`](Self::token), and if the refresh fails.
    pub fn refresh(&self, user: &str) -> M::Out<Result<Token, TokenError>> {
        let (keeper, user) = (self.keeper.clone(), user.to_owned());
        M::run(async move { keeper.refreshed(&user).await })
    }

    /// The token of this user whenever a call is made: `client.session(tokens.of("user"))`.
    #[must_use]
    pub fn of(&self, user: impl Into<String>) -> UserTokens<M> {
        UserTokens { tokens: self.clone(), user: user.into() }
    }
}

/// The token of one user, whenever a call is made. Made by [`Tokens::of`].
pub struct UserTokens<M: Mode> {
    tokens: Tokens<M>,
    user: String,
}

impl TokenSource for UserTokens<Async> {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(self.tokens.keeper.token(&self.user).await?.access) })
    }
}

impl BlockingTokenSource for UserTokens<Blocking> {
    fn token(&self) -> Result<AccessToken, TokenError> {
        Ok(self.tokens.token(&self.user)?.access)
    }
}

impl<M: Mode> Clone for Tokens<M> {
    fn clone(&self) -> Self {
        Self { keeper: self.keeper.clone(), mode: PhantomData }
    }
}

impl<M: Mode> fmt::Debug for Tokens<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("level", &self.keeper.level).finish_non_exhaustive()
    }
}

impl<M: Mode> fmt::Debug for UserTokens<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTokens").field("user", &self.user).finish_non_exhaustive()
    }
}
