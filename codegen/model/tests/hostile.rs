//! Whatever a file holds, reading it ends in a model or in findings with a place: no panic, no endless work.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::time::{Duration, Instant};

use common::{REDEEM, load_method, shown_findings};

/// A small generator of numbers; the seed is the test's own, so that every run is the same.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }
}

/// Ends in a model or in findings that point into the text and can be shown.
fn survives(text: &str, what: &str) {
    let (loaded, sources) = load_method(text);
    if loaded.has_errors() {
        assert!(loaded.model.apis.is_empty(), "{what}");
    } else {
        assert_eq!(loaded.model.apis.len(), 1, "{what}");
    }
    for finding in &loaded.diagnostics {
        for place in std::iter::once(&finding.place).chain(finding.also.iter().map(|(place, _)| place)) {
            let source = &sources[place.file].text;
            assert!(place.start <= place.end && place.end <= source.len(), "{what}: {finding:?}");
            assert!(source.is_char_boundary(place.start) && source.is_char_boundary(place.end), "{what}: {finding:?}");
        }
    }
    assert_eq!(shown_findings(&loaded, &sources).is_empty(), loaded.diagnostics.is_empty(), "{what}");
    let _ = opentop_model::lint::lint(&sources);
}

/// Pieces that mean something to YAML, to the format, or to a terminal.
const PIECES: [&str; 44] = [
    "\n",
    "  ",
    "\t",
    ": ",
    "- ",
    "? ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "!t ",
    "!!str ",
    "<<: ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "#",
    "'",
    "\"",
    "|\n",
    ">-\n",
    "\\",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\0",
    "\r",
    "品",
    "😀",
    "@",
    "`",
    "type: ",
    "Gift",
    "Gift []",
    "required: true",
    "null",
    "~",
    "9999999999999999999999",
    "result.",
    "{}",
];

fn mutate(text: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(letters.len() + 1);
        match random.below(6) {
            0 => drop(letters.splice(at..at, PIECES[random.below(PIECES.len())].chars().collect::<Vec<_>>())),
            1 => drop(letters.drain(at..(at + random.below(12)).min(letters.len()))),
            2 => {
                let lines: Vec<String> = letters.iter().collect::<String>().split('\n').map(str::to_owned).collect();
                let (from, to) = (random.below(lines.len()), random.below(lines.len()));
                let mut lines = lines;
                let line = if random.below(2) == 0 { lines.remove(from) } else { lines[from].clone() };
                lines.insert(to.min(lines.len()), line);
                letters = lines.join("\n").chars().collect();
            }
            3 => {
                let mut lines: Vec<String> =
                    letters.iter().collect::<String>().split('\n').map(str::to_owned).collect();
                let line = random.below(lines.len());
                lines[line] = if random.below(2) == 0 {
                    format!(" {}", lines[line])
                } else {
                    lines[line].trim_start_matches(' ').to_owned()
                };
                letters = lines.join("\n").chars().collect();
            }
            4 => {
                let words: Vec<String> = letters.iter().collect::<String>().split(' ').map(str::to_owned).collect();
                let (from, to) = (random.below(words.len()), random.below(words.len()));
                let mut words = words;
                words[to] = words[from].clone();
                letters = words.join(" ").chars().collect();
            }
            _ => letters.truncate(at),
        }
    }
    letters.into_iter().collect()
}

#[test]
fn two_thousand_mutations_end_in_a_model_or_in_findings() {
    let mut random = Random(2026);
    let (mut sound, mut refused) = (0, 0);
    for round in 0..2_000 {
        let text = mutate(REDEEM, &mut random);
        survives(&text, &format!("round {round}: {text}"));
        if load_method(&text).0.has_errors() { refused += 1 } else { sound += 1 }
    }
    assert!(sound > 50 && refused > 100, "the mutations are one-sided: {sound} sound, {refused} refused");
}

#[test]
fn bombs_are_refused_at_once() {
    let nested_types: String = (0..40)
        .map(|n| format!("  T{n}:\n    fields:\n      a: {{ type: T{0} }}\n      b: {{ type: T{0} }}\n", n + 1))
        .collect();
    let doubling = REDEEM
        .replacen(
            "  Gift:\n",
            &format!("{nested_types}  T40:\n    fields:\n      a: {{ type: String, example: x }}\n  Gift:\n"),
            1,
        )
        .replacen("request_id: { type", "bomb: { type: T0 }\n      request_id: { type", 1);
    let many_types = REDEEM.replacen(
        "  Gift:\n",
        &((0..8_000).map(|n| format!("  T{n}x: {{ fields: {{ a{n}: {{ type: Y{n}z }} }} }}\n")).collect::<String>()
            + "  Gift:\n"),
        1,
    );
    let bombs = [
        ("a list in a list", "- ".repeat(200_000)),
        ("brackets", "[".repeat(200_000)),
        ("braces", "{a: ".repeat(100_000)),
        ("complex keys", "? ".repeat(200_000)),
        ("deep keys", (0..1_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        ("a large scalar", "a".repeat(2 << 20)),
        ("anchors", "&a ".repeat(100_000)),
        ("anchors on values", (0..50_000).map(|n| format!("a{n}: &a{n} 1\n")).collect()),
        ("merge keys", "<<: {a: 1}\n".repeat(50_000)),
        ("duplicate keys", "a: 1\n".repeat(50_000)),
        ("unknown keys", (0..50_000).map(|n| format!("a{n}: 1\n")).collect()),
        ("many unknown types beside many types", many_types),
        ("types that double", doubling),
    ];
    for (what, text) in bombs {
        let started = Instant::now();
        let (loaded, sources) = load_method(&text);
        assert!(loaded.has_errors(), "{what}");
        let loading = started.elapsed();
        // Generous: tests run unoptimised, beside others.
        assert!(loading < Duration::from_secs(60), "{what}: {loading:?}");
        assert!(
            loaded.diagnostics.iter().all(|finding| finding.place.end <= sources[finding.place.file].text.len()),
            "{what}"
        );
    }
}

#[test]
fn every_cut_of_a_file_is_survived() {
    for at in (0..REDEEM.len()).filter(|&at| REDEEM.is_char_boundary(at)) {
        survives(&REDEEM[..at], &format!("cut at {at}"));
    }
}
