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

/// What is left of a text around its syntax errors, `??` for what was not looked at; and the findings, with what each points at.
fn around(text: &str) -> (String, Vec<String>) {
    fn show(node: &Node) -> String {
        match &node.value {
            Value::Scalar { text, .. } => text.clone(),
            Value::Seq(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let entry = |entry: &super::Entry| format!("{}: {}", entry.key, show(&entry.value));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Value::Unusable => "??".to_owned(),
        }
    }
    let mut out = Vec::new();
    let tree = super::read_around_errors(0, text, &mut out).map_or_else(String::new, |reading| show(&reading.tree));
    let place = |finding: &crate::diagnostic::Diagnostic| text[finding.place.start..finding.place.end].to_owned();
    (tree, out.iter().map(|finding| format!("{} @ {}", finding.message, place(finding))).collect())
}

#[test]
fn full_width_signs_are_named_where_they_stand_and_read_as_meant() {
    for (text, tree, finding) in [
        ("title：备注\nb: 1\n", "{title: 备注, b: 1}", "expected `:`, got the full-width `：` @ ："),
        ("a: 1\ntitle：备注：x\nb: 1\n", "{a: 1, title: 备注：x, b: 1}", "expected `:`, got the full-width `：` @ ："),
        ("a: { b: 1， c: 2 }\nd: 1\n", "{a: {b: 1, c: 2}, d: 1}", "expected `,`, got the full-width `，` @ ，"),
        ("a: { b: x， c: '，' }\n", "{a: {b: x, c: ，}}", "expected `,`, got the full-width `，` @ ，"),
        ("a: “x: y”\nb: 1\n", "{a: x: y, b: 1}", "expected `\"`, got the full-width `“` @ “"),
    ] {
        assert_eq!(around(text), (tree.to_owned(), vec![finding.to_owned()]), "{text:?}");
    }
}

#[test]
fn full_width_signs_in_text_are_text() {
    for text in ["a: 备注：一，二 “三”\n", "a: {b: 一，二}\n", "a：b: 1\n", "'a：b': 1\n"] {
        assert_eq!(codes(text), [], "{text:?}");
    }
}

#[test]
fn a_syntax_error_hides_no_more_than_its_value() {
    for (text, tree, count) in [
        ("a: b: c\nd: 1\n", "{a: ??, d: 1}", 1),
        ("a: 'x\nb: 2\nc: 3\n", "{a: ??, b: 2, c: 3}", 1),
        ("a: 1\nb:\n  c: {x: 1\n  d: 2\ne: 3\n", "{a: 1, b: {c: ??, d: 2}, e: 3}", 1),
        ("a: [1, 2\nb: 3\n", "{a: ??, b: 3}", 1),
        ("a: @x\nb: `y\nc: %z\nd: 1\n", "{a: ??, b: ??, c: ??, d: 1}", 3),
        ("a: 'x' y\nb: 1\n", "{a: ??, b: 1}", 1),
        ("a: \"\\q\"\nb: 1\n", "{a: ??, b: 1}", 1),
        ("a: }\nb: - c\nd: 1\n", "{a: ??, b: ??, d: 1}", 2),
        ("a:\n  b: 1\n c: 2\nd: 3\n", "{a: {b: 1}, d: 3}", 1),
        ("a:\n  - b: 1\n  - {c: 2\n  - d: 3\n", "{a: [{b: 1}, ??, {d: 3}]}", 1),
        ("a: 1\n\tb: 2\nc: 3\n", "{a: 1, c: 3}", 1),
        ("a: x\u{7}y\nb: &c 1\n", "{a: x y, b: 1}", 2),
        ("a: 1\n---\nb: 1\n", "{a: 1}", 1),
    ] {
        let (left, findings) = around(text);
        assert_eq!((left.as_str(), findings.len()), (tree, count), "{text:?}: {findings:?}");
    }
}

#[test]
fn text_that_goes_on_in_the_first_column_is_named() {
    let (tree, findings) = around("description: abc\ncontinued here\nnext: x\n");
    assert_eq!(tree, "{description: abc, next: x}");
    assert_eq!(findings, ["expected `key: value`, got text that begins in column 1 @ continued here"]);
    let (tree, findings) = around("a: |\n  x\n说明\nb: 1\n");
    assert_eq!((tree.ends_with(", b: 1}"), findings.len()), (true, 1), "{findings:?}");
    assert_eq!(around("a: 1\nb:2\nc: 3\n").1, ["expected a blank after `b:` @ b:2"]);
}

#[test]
fn a_bracket_that_is_not_closed_is_shown_where_it_opens() {
    let (_, findings) = around("a: 1\nb: {x: 1\nc: 2\n");
    assert_eq!(findings, ["not readable as YAML: this `{` is not closed, or a comma is missing behind it @ {"]);
}

#[test]
fn a_tab_behind_a_colon_is_a_blank() {
    for (text, tree) in [
        ("a:\t1\nb: \t 2\n", "{a: 1, b: 2}"),
        ("a: {b:\t1,\tc: 2}\nd:\tx\n", "{a: {b: 1, c: 2}, d: x}"),
        ("a:\n  - b:\ty\n    c:\tz\n", "{a: [{b: y, c: z}]}"),
        ("a:\tx\nb: \"y:\tz\"\nc: |\n  d:\te\n", "{a: x, b: y:\tz, c: d:\te\n}"),
    ] {
        assert_eq!(around(text), (tree.to_owned(), vec![]), "{text:?}");
    }
    let many = "key:\tvalue\n".repeat(5_000);
    let many: String = many.lines().enumerate().map(|(at, line)| format!("a{at}{line}\n")).collect();
    let started = std::time::Instant::now();
    assert_eq!(codes(&many), []);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn the_largest_broken_files_are_given_up_in_time() {
    for line in ["a: b: c\n", "a: 'x\n", "a: {\n", "x: y\nz\n", "a: 1\nb：c\n", "\"\n", "- [\n"] {
        let text = line.repeat((1 << 20) / line.len());
        let started = std::time::Instant::now();
        assert!(!codes(&text).is_empty(), "{line:?}");
        assert!(started.elapsed().as_secs() < 20, "{line:?}: {:?}", started.elapsed());
    }
}
