//! The journal of all processes, and which of them are dead.

use opentop::journal::{JournalError, JournalFuture, Owner};
use opentop::{AsyncJournal, StoredWrite};
use opentop_stores::Postgres;

/// The journal in PostgreSQL. What a dead process of this machine left is free at once, that of another machine once its lease is over.
#[derive(Clone)]
pub struct FleetJournal(pub Postgres);

impl AsyncJournal for FleetJournal {
    fn save<'a>(&'a self, write: &'a StoredWrite) -> JournalFuture<'a, ()> {
        self.0.save(write)
    }

    fn replace<'a>(&'a self, old: &'a StoredWrite, new: &'a StoredWrite) -> JournalFuture<'a, bool> {
        AsyncJournal::replace(&self.0, old, new)
    }

    fn remove<'a>(&'a self, id: &'a str) -> JournalFuture<'a, ()> {
        self.0.remove(id)
    }

    fn list(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        self.0.list()
    }

    fn is_dead<'a>(&'a self, owner: &'a Owner) -> JournalFuture<'a, bool> {
        let is_here = owner.host() == Owner::this_process().host();
        Box::pin(std::future::ready(Ok::<_, JournalError>(is_here && is_gone(owner.process()))))
    }
}

/// Whether no process of this machine has this id. Give processes that run in containers host names of their own.
fn is_gone(process: u32) -> bool {
    cfg!(target_os = "linux") && !std::path::Path::new(&format!("/proc/{process}")).exists()
}
