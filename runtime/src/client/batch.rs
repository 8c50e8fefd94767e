//! Several reads in one HTTP request.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use crate::call::error::{ConfigError, Error};
use crate::call::method::{MethodInfo, ReadRequest};
use crate::call::parse_response::{Reading, parse_response};
use crate::client::caller::Caller;
use crate::client::calls::Calls;
use crate::client::mode::Mode;
use crate::client::queued::{AnyRead, Outcome, Queued};
use crate::client::reply::Reply;
use crate::client::rounds::send;
use crate::wire::table::Table;

/// What sending a batch returns: the result, or a future of it with an async client.
pub type BatchOutput<C> = <<C as Calls>::Mode as Mode>::Out<Result<Replies, Error>>;

/// Several reads that are sent in one HTTP request (`/router/batch`). Each is answered on its own: one that fails does not affect the
/// others.
///
/// ```
/// use opentop_runtime::{Batch, Client, Error, NoSessionRequest, ReadRequest};
///
/// async fn both<A: ReadRequest + NoSessionRequest, B: ReadRequest>(client: &Client, a: A, b: B, token: &str) -> Result<(), Error> {
///     let mut batch = Batch::new();
///     let a = batch.add(a, client);
///     let b = batch.add(b, &client.session(token));
///     let mut replies = batch.send(client).await?;
///     let a = replies.take(a)?; // Reply<A::Checked>
///     match replies.take(b) {
///         Ok(b) => println!("{:?}", b.request_id()),
///         Err(error) => eprintln!("only b failed: {error}"),
///     }
///     Ok(())
/// }
/// ```
///
/// - **Writes are sent on their own.** A batch whose answer is lost would leave all its writes unknown at once, and its calls have no
///   order, since the platform runs them side by side. A write is therefore no `ReadRequest`, and does not compile here.
/// - Sessions may be mixed: each call is made in the name of the client that it was added with, with that client's extra parameters. The
///   deadline, the retry policy and leniency are those of the client that the batch is sent with.
/// - A call whose request is invalid, or whose token cannot be had, fails alone, and the others are sent.
/// - Calls that waiting can help are sent again, without the others, by the retry policy. A call that a ban stops is not sent.
/// - A batch has 1 to 1,000 calls, and no files. The platform counts each call against the limits of the application.
/// - Sessions and parameters are in the body; the signature is in the URL.
#[derive(Default)]
#[must_use = "nothing is sent before `.send(&client)`"]
pub struct Batch {
    calls: Vec<Queued>,
    number: BatchNumber,
}

/// Tells the tickets of batches apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct BatchNumber(u64);

impl Default for BatchNumber {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A call of a batch, to take its reply with.
#[must_use = "a reply is taken with its ticket"]
pub struct Ticket<R> {
    index: usize,
    batch: BatchNumber,
    request: PhantomData<fn() -> R>,
}

/// The replies to a batch.
pub struct Replies {
    outcomes: Vec<Option<Outcome>>,
    batch: BatchNumber,
}

struct Read<R>(R);

impl<R: ReadRequest> AnyRead for Read<R> {
    fn info(&self) -> &'static MethodInfo {
        R::INFO
    }

    fn request(&self) -> &dyn Table {
        &self.0
    }

    fn read(&self, reading: &Reading<'_>, response: http::Response<Bytes>) -> Outcome {
        let mut model = R::Response::default();
        let meta = parse_response(R::INFO, reading, response, &mut model)?;
        Ok(Box::new(Reply::new(R::checked(model), meta)))
    }
}

impl Batch {
    /// A batch without calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a call that is made with `client`: with its session and extra parameters.
    pub fn add<R: ReadRequest, C: Caller<R>>(&mut self, request: R, client: &C) -> Ticket<R> {
        let index = self.calls.len();
        self.calls.push(Queued { scope: client.scope(), call: Box::new(Read(request)) });
        Ticket { index, batch: self.number, request: PhantomData }
    }

    /// How many calls there are.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there is no call.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Sends the calls and waits for their answers.
    ///
    /// # Errors
    ///
    /// If the batch as a whole fails, and so no call has an answer: it has no calls, or more than 1,000; a call was added with another client
    /// than `client`, or a clone of it; the network failed; the gateway refused the whole batch; or there are more or fewer answers than
    /// calls. What went wrong with one call is the error of [`Replies::take`].
    pub fn send<C: Calls>(self, client: &C) -> BatchOutput<C> {
        let scope = client.scope();
        C::Mode::run(async move {
            if let Some(other) = self.calls.iter().position(|call| !Arc::ptr_eq(&call.scope.shared, &scope.shared)) {
                return Err(ConfigError::OtherClient { call: other + 1 }.into());
            }
            let outcomes = send(&scope, &self.calls).await?;
            Ok(Replies { outcomes: outcomes.into_iter().map(Some).collect(), batch: self.number })
        })
    }
}

impl Replies {
    /// Takes the reply to a call.
    ///
    /// ```
    /// # use opentop_runtime::{Error, Reply, ReadRequest, Replies, Ticket};
    /// fn first_that_worked<R: ReadRequest>(replies: &mut Replies, tickets: Vec<Ticket<R>>) -> Option<Reply<R::Checked>> {
    ///     tickets.into_iter().find_map(|ticket| replies.take(ticket).ok())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// How that call failed, as if it had been sent on its own. [`ConfigError::OtherBatch`] if the ticket is of another batch.
    pub fn take<R: ReadRequest>(&mut self, ticket: Ticket<R>) -> Result<Reply<R::Checked>, Error> {
        let outcome = self.outcomes.get_mut(ticket.index).filter(|_| ticket.batch == self.batch);
        let reply = outcome.and_then(Option::take).ok_or(ConfigError::OtherBatch)??;
        reply.downcast().map(|reply| *reply).map_err(|_| ConfigError::OtherBatch.into())
    }
}

/// Shows the methods.
impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Batch")
            .field(&self.calls.iter().map(|queued| queued.call.info().name()).collect::<Vec<_>>())
            .finish()
    }
}

impl<R> fmt::Debug for Ticket<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ticket").field(&self.index).finish()
    }
}

/// Shows how many replies are left, and how many of them are errors.
impl fmt::Debug for Replies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = || self.outcomes.iter().flatten();
        let failed = left().filter(|outcome| outcome.is_err()).count();
        f.debug_struct("Replies").field("left", &left().count()).field("failed", &failed).finish()
    }
}
