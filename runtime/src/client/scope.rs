//! What a call is made with: the client's set-up and transport, and the options of the call.

use std::sync::{Arc, Mutex, PoisonError};

use crate::call::error::Error;
use crate::call::options::CallOptions;
use crate::call::setup::Setup;
use crate::client::io::Io;
use crate::client::session::SessionSource;

/// A client: its set-up and its transport.
pub(crate) struct Shared {
    pub(crate) setup: Setup,
    pub(crate) io: Arc<dyn Io>,
}

impl Shared {
    /// Runs work that blocks, off the executor if there is one.
    pub(crate) async fn unblock<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let result = Arc::new(Mutex::new(None));
        let into = Arc::clone(&result);
        let work = Box::new(move || {
            let value = work();
            *into.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        });
        self.io.unblock(work).await;
        result.lock().unwrap_or_else(PoisonError::into_inner).take()
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
