//! Detects replays: the same signed request, sent twice within the window of timestamps.
//!
//! The signature is no fingerprint, because names and values are joined without separators. So the whole call is remembered.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::parameters::Parameters;

/// Calls that are remembered at most: about a minute of the heaviest use.
const MAX_CALLS: usize = 1_000_000;

/// Calls that were admitted within the window.
#[derive(Debug, Default)]
pub(crate) struct Replays(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    calls: BTreeSet<Vec<u8>>,
    /// With the time at which each leaves the window, in the order they came.
    order: VecDeque<(i64, Vec<u8>)>,
}

impl Replays {
    /// Remembers the call until `until`; `false` where it is known already.
    pub(super) fn is_new(&self, parameters: &Parameters, now: i64, until: i64) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while seen.order.front().is_some_and(|(end, _)| *end < now) || seen.order.len() >= MAX_CALLS {
            let Some((_, call)) = seen.order.pop_front() else { break };
            seen.calls.remove(&call);
        }
        let call = canonical(parameters);
        if !seen.calls.insert(call.clone()) {
            return false;
        }
        seen.order.push_back((until, call));
        true
    }
}

/// The call as bytes that no other call has: every part behind its length. Order does not matter, the signature takes no part.
fn canonical(parameters: &Parameters) -> Vec<u8> {
    let text = parameters.text.iter().filter(|(name, _)| name != "sign");
    let text = text.map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let files = parameters.files.iter().map(|file| (file.name.as_bytes(), &file.content[..]));
    let mut parts: Vec<_> = text.chain(files).collect();
    parts.sort_unstable();
    let mut out = Vec::new();
    for part in parts.into_iter().flat_map(|(name, value)| [name, value]) {
        out.extend_from_slice(&part.len().to_le_bytes());
        out.extend_from_slice(part);
    }
    out
}
