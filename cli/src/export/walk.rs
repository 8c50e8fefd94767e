//! Reads every page and window of a list into the spool.

use opentop_runtime::__private::engine::TablePages;
use opentop_runtime::__private::engine::table::{FieldRef, Table, at};

use super::cell;
use super::columns::Column;
use super::progress::Progress;
use super::rows::Sender;
use super::spool::Spool;
use super::stop::Stop;
use crate::call::record::Record;

/// What is read, and how.
pub(crate) struct Walk<'a> {
    pub(crate) pages: TablePages,
    pub(crate) request: Record,
    /// An empty response.
    pub(crate) response: Record,
    /// From a response to its items.
    pub(crate) items: &'static [u16],
    pub(crate) columns: &'a [Column],
}

impl Walk<'_> {
    /// Reads to the end, and hands the rows on. Where that fails, or the user stops it, the spool holds all pages that came.
    pub(crate) async fn run(&mut self, spool: &mut Spool, rows: &Sender, progress: &Progress) -> Result<(), Stop> {
        let read = self.read(spool, rows, progress).await;
        let marked = match (&read, self.pages.cursor()) {
            (Ok(()), _) => spool.end(),
            (Err(_), Some(cursor)) => spool.mark(&cursor),
            (Err(_), None) => Ok(()),
        };
        let path = spool.path().display();
        read.and(marked.map_err(|error| Stop::Broken(format!("cannot write {path}: {error}"))))
    }

    async fn read(&mut self, spool: &mut Spool, rows: &Sender, progress: &Progress) -> Result<(), Stop> {
        let mut scratch = String::new();
        let mut size = 0;
        loop {
            let mut response = self.response.anew();
            let next = self.pages.next(&mut self.request, &mut response);
            let page = tokio::select! {
                page = next => page?,
                _ = tokio::signal::ctrl_c() => return Err(Stop::Broken("stopped".to_owned())),
            };
            let Some(page) = page else { return Ok(()) };
            // Pages are of a size.
            let mut lines = Vec::with_capacity(size + size / 8);
            let count = write_rows(&response, self.items, &page.keep, self.columns, &mut scratch, &mut lines);
            size = lines.len();
            let appended = spool.append(&lines, count);
            let marked = match self.pages.cursor() {
                Some(cursor) if appended.is_ok() && spool.is_due() => spool.mark(&cursor),
                _ => appended,
            };
            marked.map_err(|error| Stop::Broken(format!("cannot write {}: {error}", spool.path().display())))?;
            rows.send(lines);
            progress.page(&page, spool.rows());
        }
    }
}

/// Writes the new items of a page, a line each, and says how many there are.
fn write_rows(
    response: &Record,
    items: &[u16],
    keep: &[bool],
    columns: &[Column],
    scratch: &mut String,
    out: &mut Vec<u8>,
) -> u64 {
    let Some(FieldRef::Objects(list)) = at(response, items) else { return 0 };
    let mut rows = 0;
    for (index, _) in keep.iter().enumerate().filter(|(_, keep)| **keep) {
        let Some(item) = list.get(index) else { continue };
        write_row(item, columns, scratch, out);
        rows += 1;
    }
    rows
}

fn write_row(item: &dyn Table, columns: &[Column], scratch: &mut String, out: &mut Vec<u8>) {
    for (index, column) in columns.iter().enumerate() {
        out.push(if index == 0 { b'[' } else { b',' });
        scratch.clear();
        match cell::of(item, column, scratch) {
            Some(cell) => cell::quote(cell, out),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.extend_from_slice(b"]\n");
}
