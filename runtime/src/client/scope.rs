//! What a call is made with: the client's set-up and transport, and the options of the call.

use std::sync::Arc;

use crate::call::error::Error;
use crate::call::journal::AsyncJournal;
use crate::call::options::CallOptions;
use crate::call::setup::{AnyJournal, Setup};
use crate::client::io::Io;
use crate::client::offload::Offloaded;
use crate::client::session::SessionSource;

/// A client: its set-up, its transport and its journal.
pub(crate) struct Shared {
    pub(crate) setup: Setup,
    pub(crate) io: Arc<dyn Io>,
    journal: Option<Arc<dyn AsyncJournal>>,
}

impl Shared {
    pub(crate) fn new(setup: Setup, io: Arc<dyn Io>) -> Self {
        let journal = setup.journal.clone().map(|journal| match journal {
            AnyJournal::Blocking(journal) => Arc::new(Offloaded { journal, io: Arc::clone(&io) }),
            AnyJournal::Async(journal) => journal,
        });
        Self { setup, io, journal }
    }

    /// The journal, as an async one.
    pub(crate) fn journal(&self) -> Option<&dyn AsyncJournal> {
        self.journal.as_deref()
    }
}

/// What a call is made with. Cheap to clone.
#[derive(Clone)]
pub struct Scope {
    pub(crate) shared: Arc<Shared>,
    pub(crate) options: CallOptions,
    pub(crate) session: Option<SessionSource>,
}

impl Scope {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, options: CallOptions::default(), session: None }
    }

    /// The options of a call that is made now, with its access token.
    pub(crate) async fn options(&self) -> Result<CallOptions, Error> {
        let session = match &self.session {
            Some(source) => Some(source.token().await?),
            None => None,
        };
        Ok(CallOptions { session, ..self.options.clone() })
    }
}
