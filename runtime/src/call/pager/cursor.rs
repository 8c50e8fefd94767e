//! Where in a list a reader stands, as text.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use crate::call::pager::keys::ItemKey;
use crate::wire::escape::Escaped;
use crate::wire::value::DateTime;

const MARK: &str = "opentop-cursor/2";

/// Where in a list a reader stands: window, page, how many items of it were delivered, and the keys by which windows that meet are
/// kept apart (16 bytes an item of two windows, none without windows). Text by `Display`, and back by [`str::parse`].
///
/// Of the request it holds a digest, and nothing secret. It fits the request it came from, and is refused by any other: another
/// method, another span, another filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(super) method: String,
    /// The digest of the request.
    pub(super) request: ItemKey,
    pub(super) window: Option<DateTime>,
    pub(super) page: i64,
    /// Items of the window before that page, by the gateway's count.
    pub(super) counted: i64,
    /// Items of that page that were delivered.
    pub(super) skip: usize,
    pub(super) previous: Vec<ItemKey>,
    pub(super) current: Vec<ItemKey>,
}

impl Cursor {
    /// How many keys of items it holds.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.previous.len() + self.current.len()
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let window = self.window.map(|start| start.exact_text()).unwrap_or_default();
        let Self { method, request, page, counted, skip, .. } = self;
        write!(
            f,
            "{MARK};{method};{request:016x};{window};{page};{counted};{skip};{};{}",
            hex(&self.previous),
            hex(&self.current)
        )
    }
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
        let [MARK, method, request, window, page, counted, skip, previous, current] = parts.as_slice() else {
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
        Ok(Self {
            method: (*method).to_owned(),
            request,
            window,
            page: number(page)?,
            counted: number(counted)?,
            skip: usize::try_from(number(skip)?).map_err(|_| invalid())?,
            previous: unhex(previous).ok_or_else(invalid)?,
            current: unhex(current).ok_or_else(invalid)?,
        })
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
