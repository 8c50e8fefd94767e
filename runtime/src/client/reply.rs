//! A successful response: the typed model, the gateway's request ID, and the raw body.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;

use crate::call::error::Error;
use crate::call::parse_response::ResponseMeta;
use crate::client::calls::Calls;
use crate::client::core::Done;
use crate::client::entry::acknowledge;
use crate::client::mode::Mode;
use crate::wire::decode::DecodeError;

/// What the gateway answered. Dereferences to the model.
///
/// ```
/// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::MockTransport};
/// # let mock = MockTransport::new().reply(r#"{"example_gift_get_response": {"gift_name": "tea", "request_id": "k1"}}"#);
/// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock).build()?;
/// # let parameters = Parameters::default();
/// // The model of an untyped call is JSON; that of a typed call is a struct, so `reply.gift_name` reads a field.
/// let reply = client.call_untyped("taobao.example.gift.get", Effect::Read, parameters)?;
///
/// assert_eq!(reply.parse::<serde_json::Value>()?["gift_name"], "tea");
/// assert_eq!(reply.request_id(), Some("k1"));
/// assert!(reply.raw().starts_with(r#"{"example_gift_get_response""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Reply<T> {
    model: T,
    answer: ResponseMeta,
    /// The journal's entry of the write.
    write_id: Option<String>,
}

impl<T> Reply<T> {
    pub(crate) fn new(model: T, answer: ResponseMeta) -> Self {
        Self { model, answer, write_id: None }
    }

    /// The reply to a write.
    pub(crate) fn of_write(model: T, done: Done) -> Self {
        Self { model, answer: done.meta, write_id: done.entry }
    }

    /// The name of the write's entry in the client's journal. `None` for reads, and without a journal.
    ///
    /// Deleting that entry in the transaction that books the outcome [acknowledges](Self::acknowledge) the reply.
    pub fn write_id(&self) -> Option<&str> {
        self.write_id.as_deref()
    }

    /// Removes the write's entry from the journal: you have dealt with the outcome, and a restart need not find it again. Without a
    /// journal, and for reads, there is nothing to do.
    ///
    /// Dropping the reply does not acknowledge it. See [`journal`](crate::journal) for the instants that are safe.
    ///
    /// ```
    /// # use opentop_runtime::{Client, Effect, Parameters};
    /// # async fn example(client: Client, parameters: Parameters) -> Result<(), Box<dyn std::error::Error>> {
    /// # async fn book<T>(_: &T) {}
    /// let reply = client.call_untyped("alibaba.example.gift.redeem", Effect::Write, parameters).await?;
    /// book(&reply).await;                             // in your database, durably
    /// reply.acknowledge(&client).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the journal cannot remove the entry. The write was done all the same: acknowledge again.
    pub fn acknowledge<C: Calls>(&self, client: &C) -> <C::Mode as Mode>::Out<Result<(), Error>> {
        let (scope, id) = (client.scope(), self.write_id.clone());
        C::Mode::run(async move {
            match id {
                Some(id) => acknowledge(scope.shared.journal(), &id).await,
                None => Ok(()),
            }
        })
    }

    /// The gateway's id of this call, where it gave one: name it when you ask the vendor.
    pub fn request_id(&self) -> Option<&str> {
        self.answer.request_id()
    }

    /// What did not fit the specification and was left out, with paths. Only [lenient](crate::ClientBuilder::lenient) calls leave
    /// anything out.
    ///
    /// ```
    /// # fn example<T>(reply: opentop_runtime::Reply<T>) {
    /// for issue in reply.skipped().iter().flat_map(|skipped| skipped.issues()) {
    ///     eprintln!("left out {}: {}", issue.path, issue.problem);
    /// }
    /// # }
    /// ```
    pub fn skipped(&self) -> Option<&DecodeError> {
        self.answer.skipped()
    }

    /// The whole body as text: as it came, unless it had to be converted or repaired to be read.
    pub fn raw(&self) -> &str {
        self.answer.raw()
    }

    /// The whole body, as it came, shared.
    pub fn raw_bytes(&self) -> &Bytes {
        self.answer.raw_bytes()
    }

    /// The model alone. To acknowledge a write later, keep its [`write_id`](Self::write_id).
    ///
    /// ```
    /// # fn example(reply: opentop_runtime::Reply<opentop_runtime::Json>) {
    /// let id = reply.write_id().map(str::to_owned);
    /// let model = reply.into_inner();
    /// # let _ = (id, model);
    /// # }
    /// ```
    pub fn into_inner(self) -> T {
        self.model
    }

    /// The same answer around something else, e.g. a part of the model.
    ///
    /// ```
    /// # use opentop_runtime::{Effect, Parameters, blocking::Client, transport::MockTransport};
    /// # let mock = MockTransport::new().reply(r#"{"example_gift_get_response": {"gift_name": "tea", "request_id": "k1"}}"#);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock).build()?;
    /// let reply = client.call_untyped("taobao.example.gift.get", Effect::Read, Parameters::default())?;
    /// let length = reply.map(|gift| gift.as_str().len());
    /// assert_eq!((*length, length.request_id()), (40, Some("k1")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map<U>(self, part: impl FnOnce(T) -> U) -> Reply<U> {
        Reply { model: part(self.model), answer: self.answer, write_id: self.write_id }
    }
}

impl<T> Deref for Reply<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.model
    }
}

impl<T> DerefMut for Reply<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.model
    }
}

/// Shows the model, which redacts what the specification calls sensitive, and not the raw body, which cannot.
impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("model", &self.model)
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}
