//! Detects replays: the same signed request, sent twice within the window of timestamps.
//!
//! The signature is no fingerprint, because names and values are joined without separators. So the whole call is remembered.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::event::Reporter;
use crate::parameters::Parameters;

/// Calls remembered at most. Beyond that the oldest are forgotten before their window ends.
const MAX_CALLS: usize = 300_000;

/// Calls that were admitted within the window.
#[derive(Debug, Default)]
pub(crate) struct Replays(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    calls: HashSet<[u8; 16]>,
    /// With the time at which each leaves the window, in the order they came.
    order: VecDeque<(i64, [u8; 16])>,
    has_forgotten: bool,
}

impl Replays {
    /// Remembers the call until `until`; `false` if it is known already.
    pub(super) fn is_new(
        &self,
        parameters: &Parameters,
        body: Option<&[u8]>,
        now: i64,
        until: i64,
        reporter: &Reporter,
    ) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while seen.order.front().is_some_and(|(end, _)| *end < now) || seen.order.len() >= MAX_CALLS {
            let Some((end, call)) = seen.order.pop_front() else { break };
            seen.calls.remove(&call);
            if end >= now && !std::mem::replace(&mut seen.has_forgotten, true) {
                reporter
                    .notice(format!("more than {MAX_CALLS} calls in the window of replays; the oldest are forgotten"));
            }
        }
        let call = fingerprint(parameters, body);
        if !seen.calls.insert(call) {
            return false;
        }
        seen.order.push_back((until, call));
        true
    }
}

/// A fingerprint of the call: every part behind its length. Order does not matter, and the signature takes no part.
fn fingerprint(parameters: &Parameters, body: Option<&[u8]>) -> [u8; 16] {
    let text = parameters.text.iter().filter(|(name, _)| name != "sign");
    let text = text.map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let files = parameters.files.iter().map(|file| (file.name.as_bytes(), &file.content[..]));
    let mut parts: Vec<_> = text.chain(files).collect();
    parts.sort_unstable();
    let mut hash = Sha256::new_with_prefix(body.unwrap_or_default());
    for part in parts.into_iter().flat_map(|(name, value)| [name, value]) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}
