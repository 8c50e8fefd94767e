//! Where tokens are kept: one text for each user, changed by compare-and-swap.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use crate::client::{Io, unblock};
use crate::wire::escape::Escaped;

/// What a store's methods return.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, TokenStoreError>> + Send + 'a>>;

/// Keeps one text for each user of an application. For one that does not block, see [`AsyncTokenStore`].
///
/// A blocking client calls it in its own thread, an async one through [`Transport::unblock`](crate::transport::Transport::unblock).
/// The text holds the tokens in the clear, unless [`Tokens::encrypted`](super::Tokens::encrypted) is set.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use opentop_runtime::tokens::{TokenStore, TokenStoreError};
///
/// /// A table of two columns: `user_key` and `body`.
/// struct InMemory(Mutex<HashMap<String, String>>);
///
/// impl TokenStore for InMemory {
///     // select body from tokens where user_key = $1
///     fn load(&self, user: &str) -> Result<Option<String>, TokenStoreError> {
///         Ok(self.0.lock().map_err(|_| TokenStoreError::new("poisoned"))?.get(user).cloned())
///     }
///     // old is some text: update tokens set body = $3 where user_key = $1 and body = $2
///     // old is none:      insert into tokens (user_key, body) values ($1, $3) on conflict do nothing
///     // Either way: whether one row was changed.
///     fn replace(&self, user: &str, old: Option<&str>, new: &str) -> Result<bool, TokenStoreError> {
///         let mut rows = self.0.lock().map_err(|_| TokenStoreError::new("poisoned"))?;
///         let same = rows.get(user).map(String::as_str) == old;
///         if same {
///             rows.insert(user.to_owned(), new.to_owned());
///         }
///         Ok(same)
///     }
/// }
/// ```
pub trait TokenStore: Send + Sync {
    /// The text of a user, if there is one.
    ///
    /// # Errors
    ///
    /// If that cannot be found out.
    fn load(&self, user: &str) -> Result<Option<String>, TokenStoreError>;

    /// Stores `new` if the text is still `old` (`None`: if there is none): an atomic compare-and-swap. Returns whether it stored it. What
    /// is stored survives a crash.
    ///
    /// # Errors
    ///
    /// If it cannot be stored, or nobody knows whether it was.
    fn replace(&self, user: &str, old: Option<&str>, new: &str) -> Result<bool, TokenStoreError>;
}

/// The same as a [`TokenStore`], for an async client.
pub trait AsyncTokenStore: Send + Sync {
    /// As [`TokenStore::load`].
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<String>>;

    /// As [`TokenStore::replace`].
    fn replace<'a>(&'a self, user: &'a str, old: Option<&'a str>, new: &'a str) -> StoreFuture<'a, bool>;
}

impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    fn load(&self, user: &str) -> Result<Option<String>, TokenStoreError> {
        (**self).load(user)
    }

    fn replace(&self, user: &str, old: Option<&str>, new: &str) -> Result<bool, TokenStoreError> {
        (**self).replace(user, old, new)
    }
}

impl<S: AsyncTokenStore + ?Sized> AsyncTokenStore for Arc<S> {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<String>> {
        (**self).load(user)
    }

    fn replace<'a>(&'a self, user: &'a str, old: Option<&'a str>, new: &'a str) -> StoreFuture<'a, bool> {
        (**self).replace(user, old, new)
    }
}

/// A store that cannot do its work.
///
/// ```
/// use opentop_runtime::tokens::TokenStoreError;
///
/// let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
/// let error = TokenStoreError::new("the table `tokens` cannot be written").with_source(full);
/// assert!(error.to_string().contains("the table `tokens` cannot be written"));
/// ```
#[derive(Debug)]
pub struct TokenStoreError {
    problem: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TokenStoreError {
    /// A problem in words. They are shown: they must hold nothing secret.
    pub fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), source: None }
    }

    /// Adds the cause. It is shown in error reports: it must hold nothing secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for TokenStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store of tokens: {}", Escaped(&self.problem))
    }
}

impl StdError for TokenStoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Keeps tokens in memory. They are gone when the process ends: users must then consent again. Clones share their tokens.
#[derive(Clone, Default)]
pub struct MemoryTokenStore(Arc<Mutex<HashMap<String, String>>>);

impl TokenStore for MemoryTokenStore {
    fn load(&self, user: &str) -> Result<Option<String>, TokenStoreError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(user).cloned())
    }

    fn replace(&self, user: &str, old: Option<&str>, new: &str) -> Result<bool, TokenStoreError> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = texts.get(user).map(String::as_str) == old;
        if is_old {
            texts.insert(user.to_owned(), new.to_owned());
        }
        Ok(is_old)
    }
}

/// Shows how many users it knows.
impl fmt::Debug for MemoryTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let users = self.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("MemoryTokenStore").field("users", &users).finish_non_exhaustive()
    }
}

/// A blocking store behind the interface of an async one. Each step runs to its end, even if its future is dropped.
pub(super) struct Offloaded {
    pub(super) store: Arc<dyn TokenStore>,
    pub(super) io: Arc<dyn Io>,
}

impl Offloaded {
    fn run<T: Send + 'static>(
        &self,
        step: impl FnOnce(&dyn TokenStore) -> Result<T, TokenStoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            let done = unblock(&*self.io, move || step(&*store)).await;
            done.unwrap_or_else(|| Err(TokenStoreError::new("it panicked")))
        })
    }
}

impl AsyncTokenStore for Offloaded {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<String>> {
        let user = user.to_owned();
        self.run(move |store| store.load(&user))
    }

    fn replace<'a>(&'a self, user: &'a str, old: Option<&'a str>, new: &'a str) -> StoreFuture<'a, bool> {
        let (user, old, new) = (user.to_owned(), old.map(str::to_owned), new.to_owned());
        self.run(move |store| store.replace(&user, old.as_deref(), &new))
    }
}
