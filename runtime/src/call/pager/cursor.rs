//! Where in a list a reader stands, as text.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use crate::call::pager::keys::ItemKey;
use crate::call::pager::place::Place;
use crate::wire::escape::Escaped;
use crate::wire::value::DateTime;

const MARK: &str = "opentop-cursor/3";

/// Where in a list a reader stands: window, page, how many items of it were delivered, what the answers said of the whole, and the keys
/// of the items that came (16 bytes an item of the list, by windows of two windows; none where items have no keys). Text by `Display`,
/// and back by [`str::parse`]; with the feature `serde`, a string.
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
    /// Items before the page that the walk began with.
    pub(super) base: i64,
    /// Items of the window before this page, by the gateway's count.
    pub(super) counted: i64,
    /// Items of this page that were delivered and have no key.
    pub(super) skip: usize,
    /// The whole, by the last answer, and how many items left since the first.
    pub(super) total: Option<i64>,
    pub(super) left: i64,
    /// What was noticed in this round.
    pub(super) fell: bool,
    pub(super) strayed: bool,
    pub(super) unkeyed: bool,
    /// Whether the list is to be read from its beginning.
    pub(super) again: bool,
    /// Items that came before this page. Not in the text: the keys tell it.
    pub(super) seen: usize,
}

impl Standing {
    /// At the beginning of a window.
    pub(super) fn at(place: Place, again: bool) -> Self {
        let (base, counted, skip, total, left, seen) = (0, 0, 0, None, 0, 0);
        let (fell, strayed, unkeyed) = (false, false, false);
        Self { place, base, counted, skip, total, left, fell, strayed, unkeyed, again, seen }
    }
}

impl Cursor {
    /// How many keys of items it holds.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.previous.len() + self.current.len()
    }
}

/// The letters of what was noticed, in their order.
const FLAGS: [char; 4] = ['f', 's', 'u', 'a'];

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, request, window, standing, .. } = self;
        let Standing { base, counted, skip, left, .. } = standing;
        let window = window.map(|start| start.exact_text()).unwrap_or_default();
        let total = standing.total.map(|total| total.to_string()).unwrap_or_default();
        let noticed = [standing.fell, standing.strayed, standing.unkeyed, standing.again];
        let flags: String = FLAGS.into_iter().zip(noticed).filter_map(|(flag, is)| is.then_some(flag)).collect();
        let place = place_text(&standing.place);
        write!(f, "{MARK};{method};{request:016x};{window};{place};{base};{counted};{skip};{total};{left};{flags};")?;
        write!(f, "{};{}", hex(&self.previous), hex(&self.current))
    }
}

/// `n3`, `o40`, `c3` or `c3:` with the bytes of the gateway's cursor.
fn place_text(place: &Place) -> String {
    match place {
        Place::Number(number) => format!("n{number}"),
        Place::Offset(offset) => format!("o{offset}"),
        Place::Cursor(None, number) => format!("c{number}"),
        Place::Cursor(Some(text), number) => text.bytes().fold(format!("c{number}:"), |mut out, byte| {
            write!(out, "{byte:02x}").expect("invariant: writing to a String cannot fail");
            out
        }),
    }
}

fn place_of(text: &str) -> Option<Place> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
    let mut letters = text.chars();
    let (kind, rest) = (letters.next()?, letters.as_str());
    Some(match kind {
        'n' => Place::Number(number(rest)?),
        'o' => Place::Offset(number(rest)?),
        'c' => match rest.split_once(':') {
            None => Place::Cursor(None, number(rest)?),
            Some((at, hex)) => {
                let (pairs, odd) = hex.as_bytes().as_chunks::<2>();
                let byte = |pair: &[u8; 2]| {
                    let digits = std::str::from_utf8(pair).ok().filter(|_| pair.iter().all(u8::is_ascii_hexdigit))?;
                    u8::from_str_radix(digits, 16).ok()
                };
                let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
                let text = String::from_utf8(bytes.filter(|_| odd.is_empty())?).ok()?;
                Place::Cursor(Some(text), number(at)?)
            }
        },
        _ => return None,
    })
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
        let [MARK, method, request, window, place, base, counted, skip, total, left, flags, previous, current] =
            parts.as_slice()
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
        let total = if total.is_empty() { None } else { Some(number(total)?) };
        if flags.chars().any(|flag| !FLAGS.contains(&flag)) {
            return Err(invalid());
        }
        let [fell, strayed, unkeyed, again] = FLAGS.map(|flag| flags.contains(flag));
        let standing = Standing {
            place: place_of(place).ok_or_else(invalid)?,
            base: number(base)?,
            counted: number(counted)?,
            skip: usize::try_from(number(skip)?).map_err(|_| invalid())?,
            total,
            left: number(left)?,
            fell,
            strayed,
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
