//! Finds the names that a misspelt one may have meant, the likeliest first.
//!
//! First come names with the fewest letters to add, leave out, change or swap; then names that contain what was typed; then
//! those that share the most of its words.

use std::cmp::Reverse;

/// How many names are worth reading.
const SHOWN: usize = 5;

/// The names that `typed` was probably meant to be, the likeliest first; at most five.
pub(crate) fn likely<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let names: Vec<&str> = names.into_iter().collect();
    let wanted = typed.trim().to_lowercase();
    if wanted.is_empty() || wanted.len() > 512 {
        return Vec::new();
    }
    let near = near(&wanted, &names);
    if !near.is_empty() {
        return near;
    }
    let mut holding: Vec<&str> = names.iter().copied().filter(|name| name.to_lowercase().contains(&wanted)).collect();
    if holding.is_empty() {
        return sharing(&wanted, &names);
    }
    holding.sort_by_key(|name| (name.len(), *name));
    holding.truncate(SHOWN);
    holding
}

/// `; did you mean a, b or c?`, or nothing.
pub(crate) fn question<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    match likely(typed, names).as_slice() {
        [] => String::new(),
        [one] => format!("; did you mean {one}?"),
        [first @ .., last] => format!("; did you mean {} or {last}?", first.join(", ")),
    }
}

/// The names that are few letters away. How far at least is told by how often each letter occurs, so that few names are compared in full.
fn near<'a>(wanted: &str, names: &[&'a str]) -> Vec<&'a str> {
    let letters = Letters::of(wanted);
    let allowed = (wanted.chars().count() / 4).clamp(1, 6);
    let mut candidates: Vec<(usize, &str)> = names
        .iter()
        .map(|name| (letters.apart(&Letters::of(name)), *name))
        .filter(|(least, _)| *least <= allowed)
        .collect();
    candidates.sort_by_key(|(least, _)| *least);
    let mut found: Vec<(usize, Reverse<usize>, &str)> = Vec::new();
    let mut best = allowed;
    for (least, name) in candidates {
        // One more than the best is still worth a line; neither this name nor one behind it can be so near.
        if least > best + 1 {
            break;
        }
        let lower = name.to_lowercase();
        let distance = strsim::osa_distance(wanted, &lower);
        if distance <= allowed {
            best = best.min(distance);
            found.push((distance, Reverse(shared(wanted, &lower)), name));
        }
    }
    found.retain(|(distance, _, _)| *distance <= best + 1);
    found.sort_unstable();
    found.into_iter().take(SHOWN).map(|(_, _, name)| name).collect()
}

/// How long what two texts begin and end with is: a slip of one finger leaves both.
fn shared(one: &str, other: &str) -> usize {
    let before = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let behind = one.bytes().rev().zip(other.bytes().rev()).take_while(|(a, b)| a == b).count();
    before + behind
}

/// How often each letter occurs.
struct Letters([u8; 40]);

impl Letters {
    fn of(text: &str) -> Letters {
        let mut counts = [0_u8; 40];
        for letter in text.bytes() {
            let slot = match letter.to_ascii_lowercase() {
                letter @ b'a'..=b'z' => letter - b'a',
                digit @ b'0'..=b'9' => digit - b'0' + 26,
                b'.' => 36,
                b'_' => 37,
                b'-' => 38,
                _ => 39,
            };
            let count = &mut counts[usize::from(slot)];
            *count = count.saturating_add(1);
        }
        Letters(counts)
    }

    /// No fewer changes than these make one text of the other.
    fn apart(&self, other: &Letters) -> usize {
        let (mut more, mut less) = (0, 0);
        for (mine, theirs) in self.0.iter().zip(&other.0).take(39) {
            more += usize::from(mine.saturating_sub(*theirs));
            less += usize::from(theirs.saturating_sub(*mine));
        }
        more.max(less)
    }
}

/// The names that share the most words with what was typed, two at least.
fn sharing<'a>(wanted: &str, names: &[&'a str]) -> Vec<&'a str> {
    let separators = ['.', '_', '-', ' '];
    let words: Vec<&str> = wanted.split(separators).filter(|word| !word.is_empty()).collect();
    let mut found: Vec<(Reverse<usize>, usize, &str)> = names
        .iter()
        .map(|name| (name.split(separators).filter(|word| words.contains(word)).count(), *name))
        .filter(|(count, _)| *count > 1)
        .map(|(count, name)| (Reverse(count), name.len(), name))
        .collect();
    found.sort_unstable();
    found.into_iter().take(SHOWN).map(|(_, _, name)| name).collect()
}

#[cfg(test)]
mod tests;
