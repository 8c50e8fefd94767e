//! One call with options of its own: a session, a deadline, extra parameters.
//!
//! In: the client's word. Out: the typed methods, two lines each over [`core`](super::core). Whether there is a session is part
//! of the type, so that a method that needs one does not compile without.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use super::{Client, Pending, WriteError, core};
use crate::request::{ReadRequest, SessionlessRequest, WriteRequest};
use crate::{Error, Reply, Session};

/// The state of a [`Call`] without a session.
#[derive(Debug, Clone, Copy)]
pub struct NoSession;

/// The state of a [`Call`] with a session.
#[derive(Debug, Clone, Copy)]
pub struct WithSession;

/// A call with options of its own. It can be kept and used for several calls.
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
#[derive(Clone)]
#[must_use = "nothing is sent before `.read(…)` or `.write(…)`"]
pub struct Call<'c, S> {
    client: &'c Client,
    options: CallOptions,
    state: PhantomData<fn() -> S>,
}

/// What a single call has beyond its client and request.
#[derive(Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) session: Option<Session>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) extra: Vec<(String, String)>,
}

impl<'c> Call<'c, NoSession> {
    pub(crate) fn new(client: &'c Client) -> Self {
        Self { client, options: CallOptions::default(), state: PhantomData }
    }

    /// Calls a method that only reads.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn read<R: ReadRequest + SessionlessRequest>(&self, request: R) -> Result<Reply<R::Response>, Error> {
        read(self.client, &self.options, request).await
    }

    /// Calls a method that changes data, at most once.
    ///
    /// # Errors
    ///
    /// [`WriteError::Failed`] where it was not done, [`WriteError::Unknown`] where nobody knows.
    pub async fn write<R: WriteRequest + SessionlessRequest>(
        &self,
        request: R,
    ) -> Result<Reply<R::Response>, WriteError> {
        write(self.client, &self.options, request).await
    }

    /// Repeats a write whose outcome is unknown. See [`Pending::resume`].
    ///
    /// # Errors
    ///
    /// See [`Pending::resume`].
    pub async fn resume<R: WriteRequest + SessionlessRequest>(
        &self,
        pending: Pending,
    ) -> Result<Reply<R::Response>, WriteError> {
        resume::<R>(self.client, &self.options, pending).await
    }
}

impl Call<'_, WithSession> {
    /// Calls a method that only reads.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn read<R: ReadRequest>(&self, request: R) -> Result<Reply<R::Response>, Error> {
        read(self.client, &self.options, request).await
    }

    /// Calls a method that changes data, at most once.
    ///
    /// # Errors
    ///
    /// [`WriteError::Failed`] where it was not done, [`WriteError::Unknown`] where nobody knows.
    pub async fn write<R: WriteRequest>(&self, request: R) -> Result<Reply<R::Response>, WriteError> {
        write(self.client, &self.options, request).await
    }

    /// Repeats a write whose outcome is unknown, in the name of the same user. See [`Pending::resume`].
    ///
    /// # Errors
    ///
    /// See [`Pending::resume`].
    pub async fn resume<R: WriteRequest>(&self, pending: Pending) -> Result<Reply<R::Response>, WriteError> {
        resume::<R>(self.client, &self.options, pending).await
    }
}

impl<'c, S> Call<'c, S> {
    /// In the name of a user: `session` is the access token.
    pub fn session(self, session: impl Into<Session>) -> Call<'c, WithSession> {
        let options = CallOptions { session: Some(session.into()), ..self.options };
        Call { client: self.client, options, state: PhantomData }
    }

    /// With another deadline than the client's, from connecting to the last byte of the answer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// With a parameter that requests do not know, e.g. `target_app_key`. It cannot replace one of the request's or the
    /// gateway's own: such a call fails, with nothing sent.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.extra.push((name.into(), value.into()));
        self
    }
}

impl<S> fmt::Debug for Call<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CallOptions { session, timeout, extra } = &self.options;
        let extra: Vec<_> = extra.iter().map(|(name, _)| name).collect();
        f.debug_struct("Call")
            .field("client", self.client)
            .field("session", session)
            .field("timeout", timeout)
            .field("extra", &extra)
            .finish()
    }
}

async fn read<R: ReadRequest>(client: &Client, options: &CallOptions, request: R) -> Result<Reply<R::Response>, Error> {
    let mut model = R::Response::default();
    let answer = core::read(client, options, R::API, &request, &mut model).await?;
    Ok(Reply::new(model, answer))
}

async fn write<R: WriteRequest>(
    client: &Client,
    options: &CallOptions,
    request: R,
) -> Result<Reply<R::Response>, WriteError> {
    let mut model = R::Response::default();
    let answer = core::write(client, options, R::API, &request, &mut model).await?;
    Ok(Reply::new(model, answer))
}

async fn resume<R: WriteRequest>(
    client: &Client,
    options: &CallOptions,
    pending: Pending,
) -> Result<Reply<R::Response>, WriteError> {
    let mut model = R::Response::default();
    let answer = core::resume(client, options, R::API, pending, &mut model).await?;
    Ok(Reply::new(model, answer))
}
