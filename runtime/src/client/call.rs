//! One call with options of its own: a session, a deadline, extra parameters.
//!
//! In: the client's word. Out: the typed methods, two lines each over [`core`](super::core). Whether there is a session is part
//! of the type, so that a method that needs one does not compile without. The blocking client's calls are of the same type.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::options::CallOptions;
use super::setup::Shared;
use super::steps::{self, Given};
use super::{Pending, WriteError, core, untyped};
use crate::gateway::{DryRun, Facts, Parameters};
use crate::paging::{Items, PagedRequest, Pages};
use crate::request::{Effect, ReadRequest, Request, SessionlessRequest, WriteRequest};
use crate::retry::{RetryPolicy, ServerDedupes};
use crate::transport::Transport;
use crate::{Error, Json, Reply, Session};

/// The state of a [`Call`] without a session.
#[derive(Debug, Clone, Copy)]
pub struct NoSession;

/// The state of a [`Call`] with a session.
#[derive(Debug, Clone, Copy)]
pub struct WithSession;

/// A call with options of its own. It can be kept, beyond its client too, and used for several calls.
///
/// ```no_run
/// # async fn example<R: opentop_runtime::ReadRequest>(client: opentop_runtime::Client, token: &str, first: R, second: R)
/// # -> Result<(), opentop_runtime::Error> {
/// use std::time::Duration;
///
/// let shop = client.session(token).timeout(Duration::from_secs(5));
/// shop.read(first).await?;
/// shop.read(second).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before `.read(…)` or `.write(…)`"]
pub struct Call<S, T: ?Sized = dyn Transport> {
    pub(crate) shared: Arc<Shared<T>>,
    pub(crate) options: CallOptions,
    state: PhantomData<fn() -> S>,
}

impl<S, T: ?Sized> Clone for Call<S, T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), options: self.options.clone(), state: PhantomData }
    }
}

/// The typed calls of an async client; `$sessionless` asks that the method does without a session.
macro_rules! calls {
    ($state:ty, $($sessionless:tt)*) => {
        impl Call<$state> {
            /// Calls a method that only reads. Troubles that waiting can cure are met by [retries](crate::retry).
            ///
            /// # Errors
            ///
            /// See [`Error`].
            pub async fn read<R: ReadRequest $($sessionless)*>(&self, request: R) -> Result<Reply<R::Response>, Error> {
                let mut model = R::Response::default();
                let facts = Facts::from(R::API);
                let answer =
                    core::read(&self.shared, &self.options, facts, Given::Request(&request), &mut model).await?;
                Ok(Reply::new(model, answer))
            }

            /// Calls a method that changes data. It goes out once, unless the caller asserts that the
            /// [server dedupes](crate::retry::ServerDedupes).
            ///
            /// # Errors
            ///
            /// [`WriteError::Failed`] where it was not done, [`WriteError::Unknown`] where nobody knows.
            pub async fn write<R: WriteRequest $($sessionless)*>(
                &self,
                request: R,
            ) -> Result<Reply<R::Response>, WriteError> {
                let mut model = R::Response::default();
                let facts = Facts::from(R::API);
                let answer =
                    core::write(&self.shared, &self.options, facts, Given::Request(&request), &mut model).await?;
                Ok(Reply::new(model, answer))
            }

            /// Repeats a write whose outcome is unknown, in the name of the same user. See [`Pending::resume`].
            ///
            /// # Errors
            ///
            /// See [`Pending::resume`].
            pub async fn resume<R: WriteRequest $($sessionless)*>(
                &self,
                pending: Pending,
            ) -> Result<Reply<R::Response>, WriteError> {
                let mut model = R::Response::default();
                let answer =
                    core::resume(&self.shared, &self.options, Facts::from(R::API), pending, &mut model).await?;
                Ok(Reply::new(model, answer))
            }

            /// The pages of a list, one call each, as a stream.
            pub fn pages<R: PagedRequest $($sessionless)*>(&self, request: R) -> Pages<R> {
                Pages::new(Arc::clone(&self.shared), self.options.clone(), request, false)
            }

            /// The items of a list, page after page, as a stream.
            pub fn items<R: PagedRequest $($sessionless)*>(&self, request: R) -> Items<R> {
                self.pages(request).items()
            }

            /// The pages of a list over a span of time longer than the method allows: it is split into spans that fit, and what
            /// two of them share is delivered once.
            pub fn windows<R: PagedRequest $($sessionless)*>(&self, request: R) -> Pages<R> {
                Pages::new(Arc::clone(&self.shared), self.options.clone(), request, true)
            }
        }
    };
}

calls!(NoSession, + SessionlessRequest);
calls!(WithSession,);

impl<S> Call<S> {
    /// Calls a method without a specification. See [`Client::call_untyped`](super::Client::call_untyped).
    ///
    /// # Errors
    ///
    /// See [`Client::call_untyped`](super::Client::call_untyped).
    pub async fn call_untyped(
        &self,
        method: &str,
        effect: Effect,
        parameters: Parameters,
    ) -> Result<Reply<Json>, WriteError> {
        let envelope = untyped::envelope(method).map_err(WriteError::Failed)?;
        let facts = Facts::untyped(method, &envelope, effect);
        let (mut model, given) = (untyped::Anything, Given::Untyped(parameters));
        let answer = match effect {
            Effect::Read => {
                core::read(&self.shared, &self.options, facts, given, &mut model).await.map_err(WriteError::Failed)?
            }
            Effect::Write => core::write(&self.shared, &self.options, facts, given, &mut model).await?,
        };
        Ok(untyped::reply(&envelope, answer))
    }

    /// Repeats an untyped write whose outcome is unknown. See [`Pending::resume`].
    ///
    /// # Errors
    ///
    /// See [`Pending::resume`].
    pub async fn resume_untyped(&self, pending: Pending) -> Result<Reply<Json>, WriteError> {
        let method = pending.method().to_owned();
        let envelope = untyped::envelope(&method).map_err(WriteError::Failed)?;
        let facts = Facts::untyped(&method, &envelope, Effect::Write);
        let answer = core::resume(&self.shared, &self.options, facts, pending, &mut untyped::Anything).await?;
        Ok(untyped::reply(&envelope, answer))
    }
}

impl<T: ?Sized> Call<NoSession, T> {
    pub(crate) fn new(shared: Arc<Shared<T>>) -> Self {
        Self { shared, options: CallOptions::default(), state: PhantomData }
    }
}

impl<S, T: ?Sized> Call<S, T> {
    /// In the name of a user: `session` is the access token.
    pub fn session(self, session: impl Into<Session>) -> Call<WithSession, T> {
        let options = CallOptions { session: Some(session.into()), ..self.options };
        Call { shared: self.shared, options, state: PhantomData }
    }

    /// With another deadline than the client's: over all attempts, the waits between them, and the last byte of the answer. One that
    /// is longer than [`read_timeout`](crate::ClientBuilder::read_timeout) stands in for it too.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// With another retry policy than the client's.
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.options.retries = Some(policy);
        self
    }

    /// Resends a write whose outcome is unknown, with the same key and parameters, as a read is: **only where the server is known
    /// to do it once**. It takes a method whose specification names an idempotency key, and a request that has one; a stored write that is
    /// [resumed](Self::resume) may do without.
    pub fn retry_writes(mut self, dedupes: ServerDedupes) -> Self {
        self.options.retry_writes = Some(dedupes);
        self
    }

    /// With the app key of the callee, for a method that a third party provides (`target_app_key`).
    pub fn target_app_key(self, app_key: impl Into<String>) -> Self {
        self.param("target_app_key", app_key)
    }

    /// With a parameter that requests do not know. It cannot replace one of the request's or the gateway's own: such a call
    /// fails, with nothing sent.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.extra.push((name.into(), value.into()));
        self
    }

    /// What the call would send, secrets masked, for the day a signature is refused. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Where the call could not be sent either.
    pub fn dry_run<R: Request>(&self, request: &R) -> Result<DryRun, Error> {
        let facts = Facts::from(R::API);
        steps::dry_run(&self.shared.setup, &self.options, &facts, Given::Request(request), request)
    }

    /// The same of a method without a specification: nothing tells which parameters are sensitive, so all their values are shown.
    ///
    /// # Errors
    ///
    /// Where the call could not be sent either.
    pub fn dry_run_untyped(&self, method: &str, effect: Effect, parameters: Parameters) -> Result<DryRun, Error> {
        let envelope = untyped::envelope(method)?;
        let facts = Facts::untyped(method, &envelope, effect);
        let given = Given::Untyped(parameters);
        steps::dry_run(&self.shared.setup, &self.options, &facts, given, &untyped::Anything)
    }
}

impl<S, T: ?Sized> fmt::Debug for Call<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CallOptions { session, timeout, retries, retry_writes, extra } = &self.options;
        let extra: Vec<_> = extra.iter().map(|(name, _)| name).collect();
        f.debug_struct("Call")
            .field("config", &self.shared.setup.config)
            .field("session", session)
            .field("timeout", timeout)
            .field("retries", retries)
            .field("retry_writes", retry_writes)
            .field("extra", &extra)
            .finish()
    }
}
