//! What the vendor said last time, kept in the file under `vendor:`.
//!
//! In: a spec as the importer made it. Out: one line of JSON of it, with the samples as digests; and back, as the base
//! of a merge.

use super::tree::{Map, Tree};

/// `vendor:` for a file.
pub(super) fn vendor(said: &Map, source: &str) -> Tree {
    let mut vendor = Map::default();
    vendor.push("source", source);
    vendor.push("said", line(said));
    Tree::Map(vendor)
}

/// The spec as one line.
pub(super) fn line(said: &Map) -> String {
    let mut said = said.clone();
    if let Some(Tree::Map(samples)) = said.get_mut("samples") {
        for (_, text) in &mut samples.0 {
            if let Tree::Text(text) = text {
                *text = digest(text);
            }
        }
    }
    Tree::Map(said).to_json()
}

/// What a file remembers; none where it remembers nothing that can be read.
pub(super) fn of(file: &Map) -> Option<(Map, String)> {
    let line = file.map("vendor")?.text("said")?;
    match Tree::from_json(line)? {
        Tree::Map(map) => Some((map, line.to_owned())),
        Tree::Text(_) | Tree::List(_) => None,
    }
}

/// What another kind of source does not carry (samples, examples, whether a session is needed) was not removed by the vendor: it stays as
/// remembered. Fields and types are in every source, so one that is missing is gone.
pub(super) fn carry_over(base: &Map, said: &mut Map) {
    let unknown = said.map("suggested").is_some_and(|review| review.get("session").is_some());
    let known = base.map("suggested").is_none_or(|review| review.get("session").is_none());
    if let (true, true, Some(Tree::Text(session)), Some(was)) =
        (unknown, known, said.get_mut("session"), base.text("session"))
    {
        was.clone_into(session);
        if let Some(Tree::Map(review)) = said.get_mut("suggested") {
            review.remove("session");
        }
    }
    fill(base, said, false);
}

fn fill(base: &Map, said: &mut Map, structure: bool) {
    for (at, (key, was)) in base.0.iter().enumerate() {
        match (said.get_mut(key), was) {
            (Some(Tree::Map(now)), Tree::Map(was)) => fill(was, now, matches!(key.as_str(), "fields" | "types")),
            (Some(_), _) => {}
            (None, _)
                if structure
                    || matches!(key.as_str(), "required" | "vendor_required" | "suggested" | "wire" | "types") => {}
            (None, _) => {
                // Where it stood: behind the nearest key before it that is still there.
                let before =
                    base.0[..at].iter().rev().find_map(|(key, _)| said.0.iter().position(|(name, _)| name == key));
                said.0.insert(before.map_or(0, |at| at + 1), (key.clone(), was.clone()));
            }
        }
    }
}

/// Puts texts in the place of digests: the file's or the vendor's, whichever has the digest, so that merging sees who
/// changed it.
pub(super) fn restore_samples(base: &mut Map, mine: &Map, theirs: &Map) {
    let Some(Tree::Map(samples)) = base.get_mut("samples") else { return };
    for (key, was) in &mut samples.0 {
        let Tree::Text(was) = was else { continue };
        let found = [mine, theirs]
            .into_iter()
            .filter_map(|spec| spec.map("samples")?.text(key))
            .find(|text| digest(text) == *was);
        if let Some(found) = found {
            *was = found.to_owned();
        }
    }
}

/// FNV-1a, 64 bits: enough to tell whether a text is the same as before.
fn digest(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
