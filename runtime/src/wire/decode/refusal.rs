//! Refusals in bodies that are not what was asked for: nearly JSON, XML instead of JSON, an error without its `error_response`.
//!
//! Whoever reads a body strictly first and finds no answer in it comes here. A refusal that is found is as good as any other. What
//! else stands in the body is told with it: a refusal beside something else proves nothing.

mod flat;
mod markup;

use super::envelope::{Decoded, ERROR_ROOT};
use super::{json_leniently, repair};
use crate::wire::table::{self, Table};

pub(crate) use flat::flat;

/// Looks for a refusal in text that could not be read as an answer. `into` is empty afterwards.
pub(crate) fn find(text: &str, envelope: &str, into: &mut dyn Table) -> Option<Decoded> {
    let text = text.trim_ascii_start();
    let decoded = match text.as_bytes().first()? {
        b'<' => markup::error_response(text),
        // Nearly all that is refused comes from elsewhere: look before reading.
        b'{' if text.contains(ERROR_ROOT) => {
            let decoded = json_leniently(&repair::json(text), envelope, into, true).ok();
            decoded.filter(|decoded| decoded.error.is_some())
        }
        _ => None,
    };
    table::clear(into);
    decoded
}
