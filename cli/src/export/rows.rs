//! Rows on their way from the spool to the file: one thread reads pages, another writes the file meanwhile.
//!
//! Rows travel as the spool has them, as lines of text, so that rows of an earlier run and new ones are the same thing.

use std::borrow::Cow;
use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::stop::Stop;

/// Pages that wait for the writer. Where it is slower, reading waits: memory stays flat.
const WAITING: usize = 2;

/// What the reader of pages hands on.
#[derive(Debug)]
pub(crate) struct Sender(SyncSender<Vec<u8>>);

/// What the writer of the file gets.
#[derive(Debug)]
pub(crate) struct Rows(Receiver<Vec<u8>>);

/// A cell: text, or nothing.
#[derive(Debug)]
pub(crate) struct Cell<'a>(Option<Cow<'a, str>>);

/// Both ends.
pub(crate) fn channel() -> (Sender, Rows) {
    let (sender, receiver) = sync_channel(WAITING);
    (Sender(sender), Rows(receiver))
}

impl Sender {
    /// Hands whole lines of the spool on. A writer that has failed says so at its end: the rows are kept in the spool all the same.
    pub(crate) fn send(&self, lines: Vec<u8>) {
        let _ = self.0.send(lines);
    }
}

impl Rows {
    /// Calls `each` with the cells of every row.
    pub(crate) fn for_each(&self, mut each: impl FnMut(&[Cell<'_>]) -> Result<(), Stop>) -> Result<(), Stop> {
        let mut number = 0_u64;
        for lines in &self.0 {
            for line in lines.split_inclusive(|byte| *byte == b'\n') {
                number += 1;
                if line.starts_with(b"#") {
                    continue;
                }
                let cells: Vec<Cell<'_>> = serde_json::from_slice(line).map_err(|error| {
                    Stop::Broken(format!(
                        "the spool is damaged in line {number} ({error}): delete it, and export again"
                    ))
                })?;
                each(&cells)?;
            }
        }
        Ok(())
    }
}

impl Cell<'_> {
    pub(crate) fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(CellVisitor).map(Cell)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or null")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(CellVisitor)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<Vec<Vec<Option<String>>>, Stop> {
        let (sender, rows) = channel();
        let lines: Vec<Vec<u8>> = lines.iter().map(|lines| lines.as_bytes().to_vec()).collect();
        let sending = std::thread::spawn(move || lines.into_iter().for_each(|lines| sender.send(lines)));
        let mut read = Vec::new();
        let ended = rows.for_each(|cells| {
            read.push(cells.iter().map(|cell| cell.text().map(str::to_owned)).collect());
            Ok(())
        });
        drop(rows);
        assert!(sending.join().is_ok(), "a writer that has failed stops no reader");
        ended.map(|()| read)
    }

    #[test]
    fn cells_are_texts_with_and_without_escapes_or_nothing() {
        let all = ["#head\n[\"a\",null]\n", "#cursor x\n[\"\\\"\\n\\u4e70\",\"买\"]\n", "", "[]\n"];
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(read(&all), Ok(vec![vec![text("a"), None], vec![text("\"\n买"), text("买")], vec![]]));
    }

    #[test]
    fn a_damaged_line_is_named() {
        for damaged in ["[\"a\"", "[1]", "{}", "\n", "[\"a\"] x"] {
            let lines = [format!("#head\n{damaged}\n"), "[]\n".to_owned(), "[]\n".to_owned(), "[]\n".to_owned()];
            let said = read(&lines.each_ref().map(String::as_str)).expect_err(damaged);
            assert!(said.words().contains("damaged in line 2 ("), "{said:?}");
        }
    }
}
