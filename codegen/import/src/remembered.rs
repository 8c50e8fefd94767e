//! What the vendor said last time, in `<method>.vendor.json` beside the spec: the base of the next merge. Samples stand
//! there as digests.

use super::tree::{Map, Tree};

/// The file beside a spec: the source, and the spec as the importer made it, a line a value.
pub(super) fn file(said: &Map, source: &str) -> String {
    let mut vendor = Map::default();
    vendor.push("source", source);
    vendor.push("said", digested(said));
    let mut out = Tree::Map(vendor).to_lines();
    out.push('\n');
    out
}

/// The spec with its samples as digests.
pub(super) fn digested(said: &Map) -> Map {
    let mut said = said.clone();
    if let Some(Tree::Map(samples)) = said.get_mut("samples") {
        for (_, text) in &mut samples.0 {
            if let Tree::Text(text) = text {
                *text = digest(text);
            }
        }
    }
    said
}

/// What the vendor said last time, and what that came from.
pub(super) struct Remembered {
    pub(super) said: Map,
    pub(super) source: Option<String>,
}

/// What the file beside a spec remembers, else what the spec itself does, as it was before there were such files. None
/// where neither can be read.
pub(super) fn of(spec: &Map, beside: Option<&str>) -> Option<Remembered> {
    let map = |tree: Tree| match tree {
        Tree::Map(map) => Some(map),
        Tree::Text(_) | Tree::List(_) => None,
    };
    if let Some(vendor) = beside.and_then(Tree::from_json).and_then(map) {
        let said = vendor.map("said")?.clone();
        return Some(Remembered { said, source: vendor.text("source").map(str::to_owned) });
    }
    let vendor = spec.map("vendor")?;
    let said = Tree::from_json(vendor.text("said")?).and_then(map)?;
    Some(Remembered { said, source: vendor.text("source").map(str::to_owned) })
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
