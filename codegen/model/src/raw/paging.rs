//! Reads `paging:`. Which keys may stand together is checked here; where paths lead, later.

use super::keys;
use super::reader::{Map, Reader};
use super::spec::{At, Begin, End, Paging};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::PageOrder;
use crate::text::listed;

pub(super) fn read_paging(reader: &mut Reader<'_>, map: Map<'_>) -> Option<Paging> {
    let entry = map.entry("paging")?;
    let (at, map) = (entry.key_at, reader.open(&entry.value, entry.key_at, &keys::PAGING)?);
    let begins = given(reader, map, &keys::BEGINS);
    let ends = given(reader, map, &keys::ENDS);
    let begin = begins.first().map(|(way, ..)| *way);
    if begins.len() != 1 && !(begins.is_empty() && map.foreign) {
        one_of(reader, at, &keys::BEGINS, &begins);
    }
    if begin == Some(Begin::Cursor) {
        by_cursor(reader, at, map, &ends);
    } else {
        for key in ["next_cursor", "last_cursor"] {
            if let Some(entry) = map.entry(key) {
                let help = format!("remove `{key}`, or name the request's cursor: `cursor: …`");
                reader.invalid(entry.key_at, format!("expected `{key}` beside `cursor`, got no `cursor`"), help);
            }
        }
        if ends.len() != 1 && !(ends.is_empty() && map.foreign) {
            one_of(reader, at, &keys::ENDS, &ends);
        }
    }
    let order = reader.word(map, "order", &keys::ORDERS);
    if let Some(entry) = map.entry("order").filter(|_| order == Some(PageOrder::LastFirst)) {
        let is_counted = matches!(ends.as_slice(), [(End::TotalItems, ..)]);
        if begin == Some(Begin::Cursor) {
            let message = "expected `page` or `offset` beside `order: last_first`, got `cursor`".to_owned();
            reader.invalid(entry.key_at, message, "remove `order`: a cursor leads on from the first page".to_owned());
        } else if !is_counted && !map.foreign {
            let message =
                "expected `total_items` beside `order: last_first`: it tells which page is the last".to_owned();
            reader.invalid(entry.key_at, message, "name the number of all items: `total_items: …`".to_owned());
        }
        if map.entry("item_key").is_none() && !map.foreign {
            let message = "expected `item_key` beside `order: last_first`: items that moved come twice".to_owned();
            reader.invalid(entry.key_at, message, "name the field that identifies an item: `item_key: …`".to_owned());
        }
    }
    Some(Paging {
        begin: begins.into_iter().next().and_then(|(way, path, _)| path.map(|path| (way, path))),
        first: reader.integer(map, "first"),
        size: reader.text(map, "size"),
        next_cursor: reader.text(map, "next_cursor"),
        last_cursor: reader.text(map, "last_cursor").map(|text| text.value),
        end: ends.into_iter().next().and_then(|(way, path, _)| path.map(|path| (way, path))),
        items: reader.text(map, "items"),
        item_key: reader.text(map, "item_key"),
        order,
    })
}

/// The ways that are there, each with its path and its key.
type Given<T> = Vec<(T, Option<At<String>>, &'static str)>;

fn given<T: Copy>(reader: &mut Reader<'_>, map: Map<'_>, ways: &[(&'static str, T)]) -> Given<T> {
    let there = ways.iter().filter(|(key, _)| map.entry(key).is_some());
    there.map(|(key, way)| (*way, reader.text(map, key), *key)).collect()
}

fn one_of<T>(reader: &mut Reader<'_>, at: Place, ways: &[(&str, T)], given: &Given<T>) {
    let words = listed(ways.iter().map(|(key, _)| *key));
    let got = if given.is_empty() { "none".to_owned() } else { listed(given.iter().map(|(.., key)| *key)) };
    let code = if given.is_empty() { Code::MissingKey } else { Code::InvalidValue };
    let message = format!("expected one of {words} in `paging`, got {got}");
    reader.out.push(Diagnostic::error(code, at, message).label("here").help(format!("give exactly one of {words}")));
}

/// A list by cursor ends where there is no next one; a Boolean may say so too.
fn by_cursor(reader: &mut Reader<'_>, at: Place, map: Map<'_>, ends: &Given<End>) {
    if map.entry("next_cursor").is_none() && !map.foreign {
        let message = "expected `next_cursor` beside `cursor` in `paging`, got none";
        let help = "name the response's cursor of the next page: `next_cursor: …`";
        reader.out.push(Diagnostic::error(Code::MissingKey, at, message).label("here").help(help));
    }
    let mut refuse = |key: &str, help: &str| {
        if let Some(entry) = map.entry(key) {
            reader.invalid(entry.key_at, format!("expected no `{key}` beside `cursor`"), help.to_owned());
        }
    };
    refuse("first", "remove it: a list by cursor begins with the cursor that the request holds, or with none");
    for (end, _, key) in ends {
        if *end != End::HasNext {
            refuse(key, "remove it: the list ends where there is no next cursor; only `has_next` may stand beside it");
        }
    }
}
