//! A call's good end: the typed model, the gateway's id of the call, and the body it came in.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;

use crate::call::parse_response::ResponseMeta;
use crate::wire::decode::DecodeError;

/// What the gateway answered. Dereferences to the model.
#[derive(Clone)]
pub struct Reply<T> {
    model: T,
    answer: ResponseMeta,
}

impl<T> Reply<T> {
    pub(crate) fn new(model: T, answer: ResponseMeta) -> Self {
        Self { model, answer }
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

    /// The model alone.
    pub fn into_inner(self) -> T {
        self.model
    }

    /// The same answer around something else, e.g. a part of the model.
    pub fn map<U>(self, part: impl FnOnce(T) -> U) -> Reply<U> {
        Reply { model: part(self.model), answer: self.answer }
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
