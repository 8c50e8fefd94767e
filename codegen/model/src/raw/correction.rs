//! Reads an override: which method it corrects, why, and how. Its paths are followed later.

use super::keys;
use super::method::top;
use super::reader::Reader;
use super::spec::{At, Override};
use crate::diagnostic::{Code, Diagnostic};
use crate::yaml::Node;

/// Reads `<method>.override.yaml`. `None` if something in it is wrong, which is reported.
pub(crate) fn read_override(tree: &Node, out: &mut Vec<Diagnostic>) -> Option<Override> {
    let before = out.len();
    let mut reader = Reader { out };
    let map = reader.open(tree, top(tree), &keys::OVERRIDE)?;
    let corrects = reader.text(map, "corrects");
    let because = reader.text(map, "because");
    if let Some(blank) = because.as_ref().filter(|because| because.value.trim().is_empty()) {
        let help = "say why, and where it is seen: a page, an answer of the gateway, the vendor's word";
        reader.invalid(blank.at, "`because` gives no reason".to_owned(), help.to_owned());
    }
    let mut set = Vec::new();
    if let Some(entry) = map.entry("set") {
        for entry in reader.entries(&entry.value, entry.key_at, "`set`").unwrap_or_default() {
            set.push((At { value: entry.key.clone(), at: entry.key_at }, entry.value.clone()));
        }
    }
    let mut remove = Vec::new();
    if let Some(entry) = map.entry("remove") {
        for node in reader.items(entry).unwrap_or_default() {
            remove.extend(reader.text_of(node, entry.key_at, "a path"));
        }
    }
    if set.is_empty() && remove.is_empty() && out.len() == before {
        let finding = Diagnostic::error(Code::OverrideWithoutEffect, top(tree), "the override corrects nothing");
        out.push(finding.label("neither `set` nor `remove`").help("say what to `set` or `remove`, or remove the file"));
    }
    (out.len() == before).then_some(Override { corrects: corrects?, because: because?.value, set, remove })
}
