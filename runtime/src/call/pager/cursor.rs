//! Where in a list a reader stands, as text.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use crate::call::pager::keys::ItemKey;
use crate::call::pager::place::Place;
use crate::wire::escape::Escaped;
use crate::wire::value::DateTime;

const MARK: &str = "opentop-cursor/3";

/// Where in a list a reader stands: window, page, how many items of it were delivered, what the answers said of the whole, and the keys
/// of the items that came. A key takes 16 bytes. By windows, those of two windows are kept; without keys, none. Text by `Display`, and
/// back by [`str::parse`]; with the feature `serde`, a string.
///
/// Of the request it holds a digest; of a list by cursor, the gateway's own cursor. It holds nothing secret. It fits the request it came
/// from, and is refused by any other: another method, another span, another filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(super) method: String,
    /// The digest of the request.
    pub(super) request: ItemKey,
    pub(super) window: Option<DateTime>,
    pub(super) standing: Standing,
    pub(super) previous: Vec<ItemKey>,
    pub(super) current: Vec<ItemKey>,
}

/// How a walk stands before a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) place: Place,
    /// How many items a page has, where that is known.
    pub(super) size: Option<i64>,
    /// Pages and items of this round before this page.
    pub(super) pages: u32,
    pub(super) slots: i64,
    /// Items of this page that were delivered.
    pub(super) skip: usize,
    /// The whole, by the last answer, and how many items left since the first.
    pub(super) total: Option<i64>,
    pub(super) left: i64,
    /// Rounds that were begun.
    pub(super) rounds: u32,
    pub(super) unkeyed: bool,
    /// Whether another round is to be begun: what this one noticed is not kept.
    pub(super) again: bool,
    /// Keys that came before this page. Not in the text: the keys tell it.
    pub(super) seen: usize,
}

impl Standing {
    /// At the beginning of a window.
    pub(super) fn at(place: Place) -> Self {
        let (size, pages, slots, skip, total, left, rounds, seen) = (None, 0, 0, 0, None, 0, 1, 0);
        Self { place, size, pages, slots, skip, total, left, rounds, unkeyed: false, again: false, seen }
    }
}

impl Cursor {
    /// How many keys of items it holds.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.previous.len() + self.current.len()
    }
}

/// The letters of `unkeyed` and `again`.
const FLAGS: [char; 2] = ['u', 'a'];

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, request, window, standing, .. } = self;
        let Standing { pages, slots, skip, left, rounds, .. } = standing;
        let window = window.map(|start| start.exact_text()).unwrap_or_default();
        let [size, total] = [standing.size, standing.total].map(|number| number.map(|number| number.to_string()));
        let [size, total] = [size.unwrap_or_default(), total.unwrap_or_default()];
        let flags = FLAGS.into_iter().zip([standing.unkeyed, standing.again]);
        let flags: String = flags.filter_map(|(flag, is)| is.then_some(flag)).collect();
        let place = place_text(&standing.place);
        write!(
            f,
            "{MARK};{method};{request:016x};{window};{place};{size};{pages};{slots};{skip};{total};{left};{rounds};{flags};"
        )?;
        write!(f, "{};{}", hex(&self.previous), hex(&self.current))
    }
}

/// `n3`, `o40`, `c` or `c:` with the bytes of the gateway's cursor.
fn place_text(place: &Place) -> String {
    match place {
        Place::Number(number) => format!("n{number}"),
        Place::Offset(offset) => format!("o{offset}"),
        Place::Cursor(None) => "c".to_owned(),
        Place::Cursor(Some(text)) => text.bytes().fold("c:".to_owned(), |mut out, byte| {
            write!(out, "{byte:02x}").expect("invariant: writing to a String cannot fail");
            out
        }),
    }
}

fn place_of(text: &str) -> Option<Place> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
    if text == "c" {
        return Some(Place::Cursor(None));
    }
    if let Some(hex) = text.strip_prefix("c:") {
        let (pairs, odd) = hex.as_bytes().as_chunks::<2>();
        let byte = |pair: &[u8; 2]| {
            let digits = std::str::from_utf8(pair).ok().filter(|_| pair.iter().all(u8::is_ascii_hexdigit))?;
            u8::from_str_radix(digits, 16).ok()
        };
        let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
        let text = String::from_utf8(bytes.filter(|_| odd.is_empty())?).ok()?;
        return Some(Place::Cursor(Some(text)));
    }
    let by_number = text.strip_prefix('n').and_then(number).map(Place::Number);
    by_number.or_else(|| text.strip_prefix('o').and_then(number).map(Place::Offset))
}

fn hex(keys: &[ItemKey]) -> String {
    keys.iter().fold(String::with_capacity(keys.len() * 16), |mut text, key| {
        write!(text, "{key:016x}").expect("invariant: writing to a String cannot fail");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<ItemKey>> {
    let (keys, rest) = text.as_bytes().as_chunks::<16>();
    let key = |digits: &[u8; 16]| {
        let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u64::from_str_radix(digits, 16).ok()
    };
    if rest.is_empty() { keys.iter().map(key).collect() } else { None }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let invalid = || InvalidCursor(text.chars().take(60).collect());
        let parts: Vec<&str> = text.trim().split(';').collect();
        let [
            MARK,
            method,
            request,
            window,
            place,
            size,
            pages,
            slots,
            skip,
            total,
            left,
            rounds,
            flags,
            previous,
            current,
        ] = parts.as_slice()
        else {
            return Err(invalid());
        };
        let request = match unhex(request).as_deref() {
            Some([request]) => *request,
            _ => return Err(invalid()),
        };
        let window = match *window {
            "" => None,
            start => Some(DateTime::parse_lenient(start).map_err(|_| invalid())?),
        };
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0).ok_or_else(invalid);
        let maybe = |text: &str| if text.is_empty() { Ok(None) } else { number(text).map(Some) };
        if flags.chars().any(|flag| !FLAGS.contains(&flag)) {
            return Err(invalid());
        }
        let [unkeyed, again] = FLAGS.map(|flag| flags.contains(flag));
        let standing = Standing {
            place: place_of(place).ok_or_else(invalid)?,
            size: maybe(size)?,
            pages: pages.parse().map_err(|_| invalid())?,
            slots: number(slots)?,
            skip: skip.parse().map_err(|_| invalid())?,
            total: maybe(total)?,
            left: number(left)?,
            rounds: rounds.parse().map_err(|_| invalid())?,
            unkeyed,
            again,
            seen: 0,
        };
        let [previous, current] = [previous, current].map(|keys| unhex(keys).ok_or_else(invalid));
        Ok(Self { method: (*method).to_owned(), request, window, standing, previous: previous?, current: current? })
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidCursor(String);

impl fmt::Display for InvalidCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a cursor: `{}`; give the text that `cursor()` made", Escaped(&self.0))
    }
}

impl std::error::Error for InvalidCursor {}
