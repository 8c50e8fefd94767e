//! Calls of methods whose specification is read while the program runs.

use std::future::Future;
use std::pin::Pin;

use crate::call::error::Error;
use crate::call::method::{Effect, MethodInfo};
use crate::call::pager::Pager;
use crate::call::pager::cursor::Cursor;
use crate::call::parameters::Parameters;
use crate::call::parse_response::ResponseMeta;
use crate::client::core::{self, Payload};
use crate::client::mode::Async;
use crate::client::pending::WriteError;
use crate::client::scope::Scope;
use crate::client::scoped::ScopedClient;
use crate::wire::table::{self, Table};
use crate::wire::value::DateTime;

/// Sends `parameters` and reads the answer into `model`, which is good only if this returns `Ok`.
pub fn call_table<'a, S>(
    client: &'a ScopedClient<S, Async>,
    info: &'a MethodInfo,
    parameters: &'a Parameters,
    model: &'a mut dyn Table,
) -> Pin<Box<dyn Future<Output = Result<ResponseMeta, WriteError<()>>> + 'a>> {
    Box::pin(async move {
        let payload = Payload::Untyped(parameters);
        match info.effect {
            Effect::Read => core::read(&client.scope, info, payload, model).await.map_err(WriteError::Failed),
            Effect::Write => match core::write(&client.scope, info, payload, model).await {
                Ok(done) => Ok(done.meta),
                Err(failure) => Err(WriteError::new(failure, ())),
            },
        }
    })
}

/// The pages of a list, one call each: [`Pages`](crate::client::Pages) without generated types.
#[must_use = "nothing is asked before the first page is taken"]
pub struct TablePages {
    scope: Scope,
    info: &'static MethodInfo,
    pager: Pager,
}

/// One page of a list. Its items stand in the model.
#[derive(Debug)]
#[non_exhaustive]
pub struct TablePage {
    /// Of every item in the model, whether it is new.
    pub keep: Vec<bool>,
    /// From when to when this window reaches, both ends included. `None` without windows.
    pub window: Option<(DateTime, DateTime)>,
    /// How many items there are in all (in this window), if the answer says so.
    pub total_items: Option<i64>,
}

impl TablePages {
    /// The pages of `request`, by windows where its rules bound its span.
    ///
    /// # Errors
    /// Where the method does not page, or the request cannot be split.
    pub fn new<S>(
        client: &ScopedClient<S, Async>,
        info: &'static MethodInfo,
        request: &dyn Table,
        max_pages: u32,
    ) -> Result<Self, Error> {
        let mut pager = Pager::new(info, request, true)?;
        pager.set_max_pages(max_pages);
        Ok(Self { scope: client.scope.clone(), info, pager })
    }

    /// Continues at a cursor of the same list.
    ///
    /// # Errors
    /// If the cursor is of another request.
    pub fn resume_at(&mut self, cursor: &Cursor) -> Result<(), Error> {
        Ok(self.pager.go_to(cursor)?)
    }

    /// Where the next page begins. `None` when all is read.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.pager.cursor()
    }

    /// Asks for the next page: writes its place into `request`, and the answer into `model`, which should be empty. `None` after the last.
    ///
    /// # Errors
    /// See [`Error`]. The list is over then; [`cursor`](Self::cursor) tells where to continue.
    pub async fn next(&mut self, request: &mut dyn Table, model: &mut dyn Table) -> Result<Option<TablePage>, Error> {
        while self.pager.write_page_params(request)? {
            core::read(&self.scope, self.info, Payload::Typed(request), model).await?;
            let page = self.pager.accept(model, 0)?;
            if !page.hidden {
                return Ok(Some(TablePage { keep: page.keep, window: page.window, total_items: page.total_items }));
            }
            table::clear(model);
        }
        Ok(None)
    }
}
