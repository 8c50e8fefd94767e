#![allow(clippy::unwrap_used, clippy::panic)]
use super::{Node, Value, read};
use crate::diagnostic::Code;

fn tree(text: &str) -> Node {
    let mut out = Vec::new();
    let tree = read(0, text, &mut out);
    assert!(out.is_empty(), "{out:?}");
    tree.unwrap()
}

fn codes(text: &str) -> Vec<Code> {
    let mut out = Vec::new();
    let tree = read(0, text, &mut out);
    assert!(tree.is_some() || !out.is_empty(), "neither a tree nor a finding");
    out.into_iter().map(|finding| finding.code).collect()
}

/// The text that a place covers, for every key and value, top down.
fn covered<'a>(node: &Node, text: &'a str, out: &mut Vec<&'a str>) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                out.push(&text[entry.key_at.start..entry.key_at.end]);
                covered(&entry.value, text, out);
            }
        }
        Value::Seq(items) => items.iter().for_each(|item| covered(item, text, out)),
        Value::Scalar { .. } => out.push(&text[node.at.start..node.at.end]),
        Value::Unusable => {}
    }
}

#[test]
fn every_place_covers_its_own_text_in_bytes() {
    let text = "品牌: { 名: '值', b: [😀, \"x\"] }\r\nc: |\r\n  一\r\n  二\r\nd: e\r\n";
    for text in [text.to_owned(), format!("\u{feff}{text}"), text.replace("\r\n", "\n")] {
        let mut out = Vec::new();
        covered(&tree(&text), &text, &mut out);
        let block = out.iter().position(|word| *word == "c").unwrap();
        assert_eq!(out[..block], ["品牌", "名", "'值'", "b", "😀", "\"x\""], "{text:?}");
        assert!(out[block + 1].starts_with('一') && out[block + 1].ends_with('二'), "{out:?}");
        assert_eq!(out[block + 2..], ["d", "e"]);
    }
}

#[test]
fn mappings_and_lists_end_with_their_last_child() {
    let text = "a:\n  b: 1\n  c: [x, y]\nd: 2\n";
    let Value::Map(entries) = tree(text).value else { panic!("a mapping") };
    assert_eq!(&text[entries[0].value.at.start..entries[0].value.at.end], "b: 1\n  c: [x, y]");
}

#[test]
fn values_are_text_and_nothing_else() {
    let Value::Map(entries) = tree("a: 012\nb: no\nc: ~\nd: 1e3\ne:\nf: ''\n").value else { panic!("a mapping") };
    let texts: Vec<&str> = entries
        .iter()
        .map(|entry| match &entry.value.value {
            Value::Scalar { text, .. } => text.as_str(),
            _ => panic!("a scalar"),
        })
        .collect();
    assert_eq!(texts, ["012", "no", "~", "1e3", "", ""]);
    assert_eq!(
        entries.iter().map(|entry| entry.value.is_nothing()).collect::<Vec<_>>(),
        [false, false, false, false, true, false]
    );
}

#[test]
fn what_readers_do_not_agree_on_is_refused() {
    for (text, code) in [
        ("a: &x 1\n", Code::Anchor),
        ("&x a: 1\n", Code::Anchor),
        ("a: *y\n", Code::Alias),
        ("a: !t 1\n", Code::Tag),
        ("a: !!str 1\n", Code::Tag),
        ("a: !<tag:x> 1\n", Code::Tag),
        ("<<: {a: 1}\n", Code::MergeKey),
        ("a: 1\n---\nb: 1\n", Code::SeveralDocuments),
        ("a: 1\n...\n---\nb: 1\n", Code::SeveralDocuments),
        ("a: 1\n'a': 2\n", Code::DuplicateKey),
        ("{a: 1, a: 2}\n", Code::DuplicateKey),
        ("? [a]\n: 1\n", Code::ComplexKey),
        (": 1\n", Code::ComplexKey),
        ("a:\n\tb: 1\n", Code::TabIndentation),
        ("a:\n  b: 1\n\tc: 2\n", Code::TabIndentation),
        ("a: x\0\n", Code::ControlCharacter),
        ("a: x\u{7f}\n", Code::ControlCharacter),
        ("a: 1\rb: 2\n", Code::ControlCharacter),
        ("a: b\u{feff}\n", Code::ControlCharacter),
        ("a: b\u{2028}c\n", Code::ReadersDisagree),
        ("", Code::EmptyFile),
        ("# nothing\n", Code::EmptyFile),
        ("a: 'x\n", Code::InvalidYaml),
        ("a: [1, 2\n", Code::InvalidYaml),
        ("a: b: c\n", Code::InvalidYaml),
        ("a:\n  b: 1\n c: 2\n", Code::WrongIndentation),
        ("a: b\n  c: d\n", Code::WrongIndentation),
    ] {
        assert_eq!(codes(text), [code], "{text:?}");
    }
}

#[test]
fn a_word_that_yaml_would_give_a_meaning_is_plain_in_quotes() {
    for text in [
        "a: '&x'\n",
        "a: '*x'\n",
        "a: '!x'\n",
        "a: '<<'\n",
        "'<<': 1\n",
        "a: \"\\u0007\"\n",
        "---\na: 1\n",
        "---\na: 1\n...\n",
        "a: |\n  x\n  \ty\n",
    ] {
        assert_eq!(codes(text), [], "{text:?}");
    }
}

#[test]
fn refused_pieces_do_not_hide_each_other() {
    assert_eq!(codes("a: &x 1\nb: !t 2\na: 3\nc: *x\n"), [Code::Anchor, Code::Tag, Code::DuplicateKey, Code::Alias]);
}

#[test]
fn size_and_depth_are_bounded() {
    let deep = |levels: usize| format!("{}x{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(codes(&deep(64)), []);
    assert_eq!(codes(&deep(65)), [Code::TooDeep]);
    assert_eq!(codes(&"- ".repeat(200_000)), [Code::TooDeep]);
    assert_eq!(codes(&"[".repeat(200_000)), [Code::TooDeep]);
    assert_eq!(codes(&"a".repeat((1 << 20) + 1)), [Code::TooLarge]);
}
