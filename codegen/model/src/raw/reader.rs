//! Reads one mapping of the format: known keys, required keys, and each value as what its key expects.
//!
//! A value that is wrong is reported once and then counts as absent, so that one mistake makes one finding.

use super::keys::{Keys, PLACES};
use super::spec::At;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::text::{listed, nearest, shown};
use crate::yaml::{Entry, Node, Value, fullwidth};

/// The most unknown keys that are reported of one mapping: one with more is something else altogether.
const MOST_FOREIGN: usize = 50;

/// Collects the findings of one file.
pub(super) struct Reader<'a> {
    pub(super) out: &'a mut Vec<Diagnostic>,
}

/// A mapping that was opened, and the kind of mapping it is.
#[derive(Clone, Copy)]
pub(super) struct Map<'a> {
    entries: &'a [Entry],
    /// Whether it held keys that the format does not know.
    pub(super) foreign: bool,
}

impl<'a> Map<'a> {
    /// A mapping that could not be read: every key is absent.
    pub(super) const EMPTY: Map<'static> = Map { entries: &[], foreign: false };

    /// The entry of a known key. `None` if the key has no value because its content is under-indented.
    pub(super) fn entry(&self, key: &str) -> Option<&'a Entry> {
        let index = self.entries.iter().position(|entry| entry.key == key)?;
        let entry = &self.entries[index];
        (!(self.foreign && entry.value.is_nothing())).then_some(entry)
    }
}

impl Reader<'_> {
    /// Opens `node` as a mapping with `keys`; `owner` is where the mapping is named.
    pub(super) fn open<'a>(&mut self, node: &'a Node, owner: Place, keys: &Keys) -> Option<Map<'a>> {
        let entries = self.entries(node, owner, keys.what)?;
        let (meant, foreign) = self.unknown_keys(entries, keys);
        let there = |key: &&str| !entries.iter().any(|entry| entry.key == **key) && !meant.contains(key);
        let missing: Vec<&str> = keys.required().filter(there).collect();
        if !missing.is_empty() {
            self.missing(owner, keys.what, &missing);
        }
        Some(Map { entries, foreign })
    }

    /// The entries of a mapping whose keys are free, such as `fields`.
    pub(super) fn entries<'a>(&mut self, node: &'a Node, owner: Place, what: &str) -> Option<&'a [Entry]> {
        match &node.value {
            Value::Map(entries) => Some(entries),
            Value::Unusable => None,
            _ => {
                let full_width = plain_text(node).and_then(fullwidth::in_name);
                let help = full_width.as_deref().unwrap_or("write `key: value` lines, or `{}` for none");
                self.kind(node, owner, &format!("a mapping for {what}"), help);
                None
            }
        }
    }

    /// The nodes of a list.
    pub(super) fn items<'a>(&mut self, entry: &'a Entry) -> Option<&'a [Node]> {
        match &entry.value.value {
            Value::Seq(items) => Some(items),
            Value::Unusable => None,
            _ => {
                let what = format!("a list for {}", shown(&entry.key));
                self.kind(
                    &entry.value,
                    entry.key_at,
                    &what,
                    "write `[a, b]`, or a line with `- ` for each, or `[]` for none",
                );
                None
            }
        }
    }

    fn kind(&mut self, node: &Node, owner: Place, expected: &str, help: &str) {
        let place = if node.is_nothing() { owner } else { node.at };
        let found = node.kind();
        let finding = Diagnostic::error(Code::WrongKind, place, format!("expected {expected}, got {found}"));
        self.out.push(finding.label(format!("{found} here")).help(help));
    }

    fn missing(&mut self, owner: Place, what: &str, missing: &[&str]) {
        let words = listed(missing.iter().copied());
        let message = if missing.len() == 1 {
            format!("the key {words} of {what} is missing")
        } else {
            format!("the keys {words} of {what} are missing")
        };
        // One or two keys are explained; where a whole file is something else, their names say enough.
        let hints: Vec<String> =
            missing.iter().map(|key| hint(key).map_or_else(|| format!("add {}", shown(key)), str::to_owned)).collect();
        let help = if missing.len() <= 2 { hints.join("; ") } else { format!("add {words}") };
        self.out.push(Diagnostic::error(Code::MissingKey, owner, message).label("missing here").help(help));
    }

    /// Reports keys that the format does not know. Gives back the known ones they were probably meant to be, and whether there were any.
    fn unknown_keys(&mut self, entries: &[Entry], keys: &Keys) -> (Vec<&'static str>, bool) {
        let mut meant = Vec::new();
        let mut foreign = false;
        let mut reported = 0;
        let mut before: Option<&Entry> = None;
        let mut swallowed: Option<Place> = None;
        for entry in entries {
            if keys.knows(&entry.key) {
                before = Some(entry);
                continue;
            }
            foreign = true;
            // `fields:` with nothing behind it, and foreign keys after it: they were meant to stand inside.
            if let Some(empty) = before.filter(|before| before.value.is_nothing()) {
                // One wrong indentation, one finding: at the first of the keys.
                if swallowed.replace(empty.key_at) != Some(empty.key_at) {
                    self.under_indented(entry, empty, keys);
                }
                continue;
            }
            reported += 1;
            if reported > MOST_FOREIGN {
                let message =
                    format!("unknown key {} in {}, and possibly more behind it", shown(&entry.key), keys.what);
                self.out.push(Diagnostic::error(Code::UnknownKey, entry.key_at, message).label("unknown"));
                break;
            }
            let near = nearest(&entry.key, keys.all());
            meant.extend(near);
            self.unknown_key(entry, keys, near);
        }
        (meant, foreign)
    }

    /// `entry` was probably meant to stand inside `empty`, the key above it.
    fn under_indented(&mut self, entry: &Entry, empty: &Entry, keys: &Keys) {
        let message = format!("unknown key {} in {}", shown(&entry.key), keys.what);
        let help =
            format!("if it belongs inside {}, indent it (and what follows) two blanks deeper", shown(&empty.key));
        self.out.push(
            Diagnostic::error(Code::UnknownKey, entry.key_at, message)
                .label("not a key of this block")
                .also(empty.key_at, format!("{} is empty: wrong indentation?", shown(&empty.key)))
                .help(help),
        );
    }

    fn unknown_key(&mut self, entry: &Entry, keys: &Keys, near: Option<&str>) {
        let message = format!("unknown key {} in {}", shown(&entry.key), keys.what);
        let known = format!("known keys: {}", keys.all().collect::<Vec<_>>().join(", "));
        let elsewhere = PLACES.iter().find(|place| place.knows(&entry.key)).filter(|place| place.what != keys.what);
        let help = match (near, elsewhere) {
            _ if fullwidth::in_name(&entry.key).is_some() => fullwidth::in_name(&entry.key).unwrap_or_default(),
            (_, Some(place)) => {
                format!("{} is a key of {}: check the indentation; {known}", shown(&entry.key), place.what)
            }
            (Some(near), _) => format!("did you mean {}? {known}", shown(near)),
            (None, None) if matches!(&entry.value.value, Value::Map(inner) if inner.iter().any(|entry| entry.key == "type")) =>
            {
                format!("this looks like a field: does it belong under `fields`? Check the indentation; {known}")
            }
            (None, None) => known,
        };
        self.out.push(Diagnostic::error(Code::UnknownKey, entry.key_at, message).label("unknown").help(help));
    }

    /// The text behind `key`. `None` if the key is absent or its value is not text.
    pub(super) fn text(&mut self, map: Map<'_>, key: &str) -> Option<At<String>> {
        let entry = map.entry(key)?;
        self.text_of(&entry.value, entry.key_at, &shown(key))
    }

    /// Text without its place; empty where the key is absent.
    pub(super) fn words(&mut self, map: Map<'_>, key: &str) -> String {
        self.text(map, key).map(|text| text.value).unwrap_or_default()
    }

    pub(super) fn text_of(&mut self, node: &Node, owner: Place, what: &str) -> Option<At<String>> {
        match &node.value {
            Value::Scalar { text, .. } if !node.is_nothing() => Some(At { value: text.clone(), at: node.at }),
            Value::Unusable => None,
            _ => {
                self.kind(
                    node,
                    owner,
                    &format!("a text for {what}"),
                    "give a text, `''` for an empty one, or remove the key",
                );
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, map: Map<'_>, key: &str) -> Option<bool> {
        let text = self.text(map, key)?;
        match text.value.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            other => {
                let message = format!("expected `true` or `false` for {}, got {}", shown(key), shown(other));
                let meant = match other.to_ascii_lowercase().as_str() {
                    "true" | "yes" | "y" | "on" | "1" | "必须" => Some("true"),
                    "false" | "no" | "n" | "off" | "0" | "可选" => Some("false"),
                    _ => None,
                };
                let help = meant.map_or("write `true` or `false`".to_owned(), |word| format!("write `{key}: {word}`"));
                let help = fullwidth::in_name(other).unwrap_or(help);
                self.invalid(text.at, message, help);
                None
            }
        }
    }

    /// A whole number, written in digits.
    pub(super) fn integer(&mut self, map: Map<'_>, key: &str) -> Option<At<u32>> {
        let text = self.text(map, key)?;
        let plain = !text.value.is_empty() && text.value.bytes().all(|byte| byte.is_ascii_digit());
        let canonical = plain && (text.value.len() == 1 || !text.value.starts_with('0'));
        if let Some(value) = canonical.then(|| text.value.parse().ok()).flatten() {
            return Some(At { value, at: text.at });
        }
        let message = format!("expected a whole number for {}, got {}", shown(key), shown(&text.value));
        let help = if plain {
            "write it without leading zeros; at most 4294967295"
        } else {
            "write digits only, such as `300`"
        };
        let help = fullwidth::in_name(&text.value).unwrap_or_else(|| help.to_owned());
        self.invalid(text.at, message, help);
        None
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, map: Map<'_>, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(map, key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text.value) {
            return Some(*value);
        }
        let allowed = listed(words.iter().map(|(word, _)| *word));
        let message = format!("expected one of {allowed} for {}, got {}", shown(key), shown(&text.value));
        let near = nearest(&text.value, words.iter().map(|(word, _)| *word));
        let help =
            near.map_or_else(|| format!("write one of {allowed}"), |near| format!("did you mean {}?", shown(near)));
        let help = fullwidth::in_name(&text.value).unwrap_or(help);
        self.invalid(text.at, message, help);
        None
    }

    pub(super) fn invalid(&mut self, place: Place, message: String, help: String) {
        self.out.push(Diagnostic::error(Code::InvalidValue, place, message).label("here").help(help));
    }
}

fn plain_text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

/// What to write for a missing key, if that is not obvious.
fn hint(key: &str) -> Option<&'static str> {
    Some(match key {
        "type" => {
            "add `type:` with a scalar type (`String`, `Number`, …), a type named under `types`, or a list (`String []`)"
        }
        "session" => {
            "add `session: none`, `optional` or `required`: the page says whether the method needs authorisation"
        }
        "effect" => "add `effect: read`, or `effect: write` where the method changes data; when in doubt, `write`",
        "fields" => "add `fields:` with the fields under it; `fields: {}` where there are none",
        "because" => "add `because:` with the reason: what is wrong with the vendor's own, and where that is seen",
        _ => return None,
    })
}

/// Where an unnamed mapping of a list is reported: at its first key.
pub(super) fn first_key(node: &Node, otherwise: Place) -> Place {
    match &node.value {
        Value::Map(entries) => entries.first().map_or(node.at, |entry| entry.key_at),
        _ if node.is_nothing() => otherwise,
        _ => node.at,
    }
}
