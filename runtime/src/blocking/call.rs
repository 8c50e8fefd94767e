//! The typed calls of the blocking client: the methods of [`Call`](super::Call) that end when the answer is there.

use std::sync::Arc;

use super::{Items, Pages, Transport, core};
use crate::client::{Call, Given, NoSession, Pending, WithSession, WriteError, untyped};
use crate::gateway::{Facts, Parameters};
use crate::paging::PagedRequest;
use crate::request::{Effect, ReadRequest, SessionlessRequest, WriteRequest};
use crate::{Error, Json, Reply};

/// The typed calls of a blocking client; `$sessionless` asks that the method does without a session.
macro_rules! calls {
    ($state:ty, $($sessionless:tt)*) => {
        impl Call<$state, dyn Transport> {
            /// Calls a method that only reads. Troubles that waiting can cure are met by [retries](crate::retry).
            ///
            /// # Errors
            ///
            /// See [`Error`].
            pub fn read<R: ReadRequest $($sessionless)*>(&self, request: R) -> Result<Reply<R::Response>, Error> {
                let mut model = R::Response::default();
                let given = Given::Request(&request);
                let answer = core::read(&self.shared, &self.options, Facts::from(R::API), given, &mut model)?;
                Ok(Reply::new(model, answer))
            }

            /// Calls a method that changes data. It goes out once, unless the caller asserts that the
            /// [server dedupes](crate::retry::ServerDedupes).
            ///
            /// # Errors
            ///
            /// [`WriteError::Failed`] where it was not done, [`WriteError::Unknown`] where nobody knows.
            pub fn write<R: WriteRequest $($sessionless)*>(
                &self,
                request: R,
            ) -> Result<Reply<R::Response>, WriteError> {
                let mut model = R::Response::default();
                let given = Given::Request(&request);
                let answer = core::write(&self.shared, &self.options, Facts::from(R::API), given, &mut model)?;
                Ok(Reply::new(model, answer))
            }

            /// Repeats a write whose outcome is unknown, in the name of the same user. See [`Pending::resume`].
            ///
            /// # Errors
            ///
            /// See [`Pending::resume`].
            pub fn resume<R: WriteRequest $($sessionless)*>(
                &self,
                pending: Pending,
            ) -> Result<Reply<R::Response>, WriteError> {
                let mut model = R::Response::default();
                let answer = core::resume(&self.shared, &self.options, Facts::from(R::API), pending, &mut model)?;
                Ok(Reply::new(model, answer))
            }

            /// The pages of a list, one call each.
            pub fn pages<R: PagedRequest $($sessionless)*>(&self, request: R) -> Pages<R> {
                Pages::new(Arc::clone(&self.shared), self.options.clone(), request, false)
            }

            /// The items of a list, page after page.
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

impl<S> Call<S, dyn Transport> {
    /// Calls a method without a specification. See [`crate::Client::call_untyped`].
    ///
    /// # Errors
    ///
    /// See [`crate::Client::call_untyped`].
    pub fn call_untyped(
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
                core::read(&self.shared, &self.options, facts, given, &mut model).map_err(WriteError::Failed)?
            }
            Effect::Write => core::write(&self.shared, &self.options, facts, given, &mut model)?,
        };
        Ok(untyped::reply(&envelope, answer))
    }

    /// Repeats an untyped write whose outcome is unknown. See [`Pending::resume`].
    ///
    /// # Errors
    ///
    /// See [`Pending::resume`].
    pub fn resume_untyped(&self, pending: Pending) -> Result<Reply<Json>, WriteError> {
        let method = pending.method().to_owned();
        let envelope = untyped::envelope(&method).map_err(WriteError::Failed)?;
        let facts = Facts::untyped(&method, &envelope, Effect::Write);
        let answer = core::resume(&self.shared, &self.options, facts, pending, &mut untyped::Anything)?;
        Ok(untyped::reply(&envelope, answer))
    }
}
