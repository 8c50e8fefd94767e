//! A process that was stopped for longer than its lease, and what it may still do.

#![allow(clippy::unwrap_used, clippy::panic)]
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use super::*;
use crate::call::config::Config;
use crate::call::journal::{JournalFuture, Owner};
use crate::call::method::{Effect, MethodInfo, SessionRequirement};
use crate::call::parameters::Parameters;
use crate::testing::noon;

const INFO: MethodInfo = MethodInfo::new("a.b", "a_b_response", Effect::Write, SessionRequirement::None);

/// One row.
#[derive(Default)]
struct Row(Mutex<Option<StoredWrite>>);

impl Row {
    fn text(&self) -> Option<String> {
        self.0.lock().unwrap().as_ref().map(StoredWrite::to_json)
    }
}

impl AsyncJournal for Row {
    fn save<'a>(&'a self, write: &'a StoredWrite) -> JournalFuture<'a, ()> {
        Box::pin(async move {
            *self.0.lock().unwrap() = Some(write.clone());
            Ok(())
        })
    }
    fn replace<'a>(&'a self, old: &'a StoredWrite, new: &'a StoredWrite) -> JournalFuture<'a, bool> {
        Box::pin(async move {
            let same = self.text() == Some(old.to_json());
            if same {
                *self.0.lock().unwrap() = Some(new.clone());
            }
            Ok(same)
        })
    }
    fn remove<'a>(&'a self, _: &'a str) -> JournalFuture<'a, ()> {
        Box::pin(async move {
            *self.0.lock().unwrap() = None;
            Ok(())
        })
    }
    fn list(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        Box::pin(async move { Ok(self.0.lock().unwrap().iter().cloned().collect()) })
    }
}

fn error() -> Error {
    ConfigError::MissingSession.into()
}

/// An entry that is held by this call, by a lease that began at some time.
async fn held_since(row: &Row, began: SystemTime) -> Entry<'_> {
    let write = StoredWrite::new(&INFO, &Config::new("1", "s"), None, false, noon(), Parameters::default());
    let write = write.held(Lease::new(row.owner(), began, Duration::ZERO));
    row.save(&write).await.unwrap();
    Entry { journal: Some(row), write, time: Duration::ZERO }
}

/// Another process claims the entry.
async fn taken(row: &Row) {
    let write = row.list().await.unwrap().remove(0);
    row.save(&write.held(Lease::new(&Owner::new(), SystemTime::now(), Duration::ZERO))).await.unwrap();
}

#[tokio::test]
async fn a_lease_that_is_over_is_renewed_unless_somebody_else_holds_the_entry() {
    let row = Row::default();
    let mut entry = held_since(&row, UNIX_EPOCH).await;
    entry.hold().await.unwrap();
    assert!(entry.write().holder(SystemTime::now()).is_some() && row.text() == Some(entry.write().to_json()));
    let mut entry = held_since(&row, UNIX_EPOCH).await;
    taken(&row).await;
    assert!(matches!(entry.hold().await, Err(ConfigError::WriteHeld { .. })));
    // A lease that runs is not asked about.
    let mut entry = held_since(&row, SystemTime::now()).await;
    row.remove("").await.unwrap();
    entry.hold().await.unwrap();
}

#[tokio::test]
async fn a_failure_is_certain_only_while_the_entry_is_held() {
    let row = Row::default();
    assert!(matches!(held_since(&row, UNIX_EPOCH).await.failed(error()).await, WriteFailure::Failed(_)));
    assert_eq!(row.text(), None);
    let entry = held_since(&row, UNIX_EPOCH).await;
    taken(&row).await;
    let before = row.text();
    assert!(matches!(entry.failed(error()).await, WriteFailure::Unknown(..)));
    assert_eq!(row.text(), before);
}

#[tokio::test]
async fn what_somebody_else_holds_is_not_overwritten() {
    let row = Row::default();
    let entry = held_since(&row, UNIX_EPOCH).await;
    taken(&row).await;
    let before = row.text();
    assert!(matches!(entry.unknown(error()).await, WriteFailure::Unknown(..)));
    assert_eq!(row.text(), before);
}
