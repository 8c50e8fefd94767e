//! A folder that several journals share, and what crashes leave there.

use std::sync::atomic::AtomicBool;
use std::thread;

use super::*;

/// A write as a client stores it.
fn write() -> StoredWrite {
    let memory = Memory::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(runtime.block_on(redeem().send(&client(MockTransport::new().fail(cut()), memory.clone()))).is_err());
    memory.list().unwrap().remove(0)
}

fn held_by(journal: &FileJournal, write: StoredWrite) -> StoredWrite {
    write.held(crate::call::stored_write::Lease::new(journal.owner(), SystemTime::now(), std::time::Duration::ZERO))
}

#[test]
fn listing_survives_entries_that_end_meanwhile() {
    let folder = Folder::new();
    let (journal, over, write) = (folder.journal(), Arc::new(AtomicBool::new(false)), write());
    let ending = {
        let (journal, over) = (folder.journal(), Arc::clone(&over));
        thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                journal.save(&write).unwrap();
                journal.remove(write.id()).unwrap();
            }
        })
    };
    for _ in 0..3_000 {
        journal.list().unwrap();
    }
    journal.pending().unwrap();
    over.store(true, Ordering::Relaxed);
    ending.join().unwrap();
}

#[test]
fn of_many_who_replace_the_same_entry_one_does() {
    let folder = Folder::new();
    let mut write = write();
    folder.journal().save(&write).unwrap();
    for round in 0..20 {
        let rivals: Vec<_> = (0..4)
            .map(|rival| {
                let (journal, old) = (folder.journal(), write.clone());
                thread::spawn(move || {
                    let new = old.clone().released(format!("{round}, {rival}"));
                    journal.replace(&old, &new).unwrap().then_some(new)
                })
            })
            .collect();
        let [winner] = rivals
            .into_iter()
            .filter_map(|rival| rival.join().unwrap())
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or_else(|winners| panic!("{winners:?}"));
        assert_eq!(folder.journal().list().unwrap()[0].to_json(), winner.to_json());
        write = winner;
    }
    folder.journal().remove(write.id()).unwrap();
    assert!(!folder.journal().replace(&write, &write).unwrap() && folder.names().is_empty());
}

#[test]
fn what_a_living_owner_holds_is_not_pending_and_what_a_dead_one_held_is() {
    let folder = Folder::new();
    let (living, other) = (folder.journal(), folder.journal());
    let write = held_by(&living, write());
    living.save(&write).unwrap();
    for _ in 0..3 {
        assert!(living.pending().unwrap().is_empty() && other.pending().unwrap().is_empty());
    }
    drop(living);
    assert_eq!(other.pending().unwrap().len(), 1);
    // Its lock stays for as long as the entry names it, since without a lock nothing is known of an owner.
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 3);
    other.remove(write.id()).unwrap();
    drop(other);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0);
}

#[test]
fn an_owner_of_another_machine_is_dead_when_its_lease_is_over() {
    let folder = Folder::new();
    let journal = folder.journal();
    let text = held_by(&journal, write()).to_json();
    let host = serde_json::to_string(journal.owner().host()).unwrap();
    let elsewhere = StoredWrite::from_json(&text.replace(&host, "\"elsewhere\"")).unwrap();
    drop(journal);
    folder.journal().save(&elsewhere).unwrap();
    assert!(folder.journal().pending().unwrap().is_empty());
}

#[test]
fn the_unfinished_files_of_the_dead_are_swept_and_those_of_the_living_stay() {
    let folder = Folder::new();
    let living = folder.journal();
    let token = living.owner().token().to_owned();
    let name = |token: &str| folder.0.join(format!("{:032x}.{token}.tmp", 7));
    let dead = "0123456789abcdef0123456789abcdef";
    for file in [name(&token), name(dead), folder.0.join("notes.tmp"), folder.0.join(format!("{dead}.owner"))] {
        std::fs::write(file, "{").unwrap();
    }
    living.pending().unwrap();
    let mut names = folder.names();
    names.sort();
    assert_eq!(names, [name(&token).file_name().unwrap().to_str().unwrap(), "notes.tmp"]);
    assert!(!folder.0.join(format!("{dead}.owner")).exists());
    drop(living);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn an_entry_has_the_name_of_its_write_and_nothing_else_is_removed() {
    let folder = Folder::new();
    let (journal, write) = (folder.journal(), write());
    journal.save(&write).unwrap();
    for id in ["", "..", "../../etc/passwd", "notes"] {
        assert!(journal.remove(id).unwrap_err().to_string().contains("expected the id of a write"), "{id}");
    }
    let other = folder.0.join(format!("{:032x}.json", 1));
    std::fs::rename(folder.0.join(&folder.names()[0]), &other).unwrap();
    let error = journal.list().unwrap_err().to_string();
    assert!(error.contains(write.id()) && error.contains("give it back its name"), "{error}");
}

#[test]
fn a_text_of_the_first_layout_is_refused_with_a_reason() {
    let error = StoredWrite::from_json(r#"{"opentop_pending":1}"#).unwrap_err().to_string();
    assert_eq!(
        error,
        "not a stored write: its layout is 1, this SDK reads layout 2: end the write with the SDK that stored it"
    );
}
