//! What became of a write that did not end in its call: the answer that a journal kept, or the write once more.

use crate::call::error::ConfigError;
use crate::call::method::{Effect, MethodInfo, WriteRequest};
use crate::call::stored_write::{InvalidStoredWrite, StoredWrite};
use crate::client::caller::{Caller, WriteOutput};
use crate::client::calls::Calls;
use crate::client::core;
use crate::client::mode::Mode;
use crate::client::pending::{Pending, WriteError};
use crate::client::reply::Reply;
use crate::client::untyped::{self, Untyped, UntypedOutput};

impl<R: WriteRequest> Pending<R> {
    /// Sends the same business parameters again, with a new timestamp and signature. If the write [is done](Pending::is_done), nothing
    /// is sent: the answer that the journal kept comes back.
    ///
    /// A client with a journal claims the entry first: of several processes that try, one sends. Nothing is sent either if the write
    /// is of another app or gateway than the client, if somebody else holds its entry or has changed it, or if it is no longer there.
    ///
    /// **Do this only if the server recognises the key and does the write once**, however often it comes. Otherwise it may be done
    /// twice. That a parameter is called an idempotency key does not prove it. A write without a key is not sent, unless
    /// `.retry_writes(Idempotency::GuaranteedByServer)` of the client says that the server tells it by something else.
    ///
    /// A write that was made in the name of a user is resumed in the name of the same one: `pending.resume(&client.session(token))`.
    ///
    /// ```
    /// use opentop_runtime::{Client, Error, Pending, WriteError, WriteRequest};
    ///
    /// /// The specification says that the server does a write with the same key once.
    /// async fn again<R: WriteRequest>(pending: Pending<R>, client: &Client, token: &str) -> Result<Option<R::Checked>, Error> {
    ///     match pending.resume(&client.session(token)).await {
    ///         Ok(reply) => {
    ///             reply.acknowledge(client).await?;           // once it is booked
    ///             Ok(Some(reply.into_inner()))
    ///         }
    ///         Err(WriteError::Unknown(pending)) => {
    ///             eprintln!("still unknown, try again later: {}", pending.cause());
    ///             Ok(None)
    ///         }
    ///         Err(WriteError::Failed(error)) => Err(error),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Always [`WriteError::Unknown`]: that a second attempt was refused, or could not be sent, says nothing of the first. The new
    /// cause is in [`error`](Self::error). An [`Error::Business`](crate::Error::Business) there is what a server that recognises the
    /// key would answer to a write that it had refused the first time too.
    pub fn resume<C: Caller<R>>(self, client: &C) -> WriteOutput<C, R> {
        let scope = client.scope();
        let (stored, request) = self.into_parts();
        client.write(async move {
            let mut model = R::Response::default();
            match core::resume(&scope, R::INFO, (stored, Some(&request)), &mut model).await {
                Ok(done) => Ok(Reply::of_write(R::checked(model), done)),
                Err(failure) => Err(WriteError::new(failure, request)),
            }
        })
    }
}

impl Pending<Untyped> {
    /// Sends the same parameters again. See [`Pending::resume`] of a typed write.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, WriteError, blocking::Client, transport::*};
    /// # let lost = TransportError::new(SendStage::MaybeSent, TransportErrorKind::Timeout);
    /// # let mock = MockTransport::new().fail(lost).reply(r#"{"example_gift_redeem_response": {"gift_name": "tea"}}"#);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock).build()?;
    /// use opentop_runtime::Idempotency;
    ///
    /// let parameters = Parameters::from_pairs([("trace_no", "42")])?;
    /// let result = client.call_untyped("taobao.example.gift.redeem", Effect::Write, parameters);
    /// let Err(WriteError::Unknown(pending)) = result else { unreachable!("the answer was lost") };
    ///
    /// // The server is known to redeem a `trace_no` once.
    /// let reply = pending.resume(&client.options().retry_writes(Idempotency::GuaranteedByServer))?;
    /// assert!(reply.as_str().contains("tea"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Always [`WriteError::Unknown`].
    pub fn resume<C: Calls>(self, client: &C) -> UntypedOutput<C> {
        let scope = client.scope();
        let (stored, request) = self.into_parts();
        C::Mode::run(async move { untyped::resume(&scope, stored, request).await })
    }
}

impl StoredWrite {
    /// The pending write of request type `R`, to be resumed.
    ///
    /// ```
    /// use opentop_runtime::{InvalidStoredWrite, Pending, StoredWrite, WriteRequest};
    ///
    /// /// What became of a write of this type, by the method that reads it.
    /// fn look_up<R: WriteRequest>(write: StoredWrite, ask: impl Fn(&R) -> bool) -> Result<bool, InvalidStoredWrite> {
    ///     let pending: Pending<R> = write.typed()?;
    ///     Ok(pending.is_done() || ask(pending.request()))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the write is of another method, or its parameters do not fit the request type (an SDK that was generated from another
    /// specification wrote them). [`untyped`](Self::untyped) takes any.
    pub fn typed<R: WriteRequest>(self) -> Result<Pending<R>, InvalidStoredWrite> {
        self.check_method(R::INFO)?;
        let mut request = R::default();
        self.parameters().read_into(&mut request).map_err(|error| InvalidStoredWrite::new(error.to_string()))?;
        Ok(Pending::new(self, request, None))
    }

    /// The pending write as one of a method without a specification.
    ///
    /// ```
    /// # use opentop_runtime::{Client, StoredWrite};
    /// # async fn example(write: StoredWrite, client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// // The write is done: its answer comes from the journal, and nothing is sent.
    /// if write.is_done() {
    ///     println!("{}", write.untyped()?.resume(&client).await?.as_str());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the stored name is not that of a method.
    pub fn untyped(self) -> Result<Pending<Untyped>, InvalidStoredWrite> {
        let request = Untyped::new(self.method(), Effect::Write, self.parameters().clone())
            .map_err(|error| InvalidStoredWrite::new(error.to_string()))?;
        Ok(Pending::new(self, request, None))
    }

    fn check_method(&self, info: &MethodInfo) -> Result<(), InvalidStoredWrite> {
        if self.method() == info.name {
            return Ok(());
        }
        let (expected, pending) = (info.name.clone().into_owned(), self.method().to_owned());
        Err(InvalidStoredWrite::new(ConfigError::OtherMethod { expected, pending }.to_string()))
    }
}
