//! Damaged pages and descriptions: no panic, no endless work, and each ends in a spec that reads or in an error with
//! its place. `IMPORT_ROUNDS=20000 cargo test --release -p opentop-import --lib -- damaged_inputs_end` is the long run.

use std::time::{Duration, Instant};

use super::support::{context, file, read};
use crate::{Imported, import};

const SEEDS: [&str; 32] = [
    include_str!("../../../../tests/fixtures/import/bullets.txt"),
    include_str!("../../../../tests/fixtures/import/markdown.md"),
    include_str!("../../../../tests/fixtures/import/dump_titled.txt"),
    include_str!("../../../../tests/fixtures/import/dashes.txt"),
    include_str!("../../../../tests/fixtures/import/qimen.txt"),
    include_str!("../../../../tests/fixtures/import/description.json"),
    include_str!("../../../../tests/fixtures/import/pair.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/copied_types.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/cut_code.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/cut_row.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/cut_xml.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/dump_elements.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/dump_gutter.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/dump_incoming_named.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/dump_no_request.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/english.md"),
    include_str!("../../../../tests/fixtures/import/kinds/english.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/english_cells.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/errors.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/incoming.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/json_parameter.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/list_of_objects.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/lone_cells.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/md_headings.md"),
    include_str!("../../../../tests/fixtures/import/kinds/nothing_said.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/object_example.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/object_number.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/qimen_cloud.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/sample_mismatch.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/slid_requirement.md"),
    include_str!("../../../../tests/fixtures/import/kinds/tree_rows.txt"),
    include_str!("../../../../tests/fixtures/import/kinds/two_methods.md"),
];

/// A small generator of its own (xorshift), so that a failing round can be repeated anywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

const PIECES: [&str; 16] = [
    "└",
    "• ",
    "- ",
    "|",
    "[]",
    "必须",
    "String",
    "Item []",
    "<a>",
    "</a>",
    "\"",
    "{",
    "最大值:",
    "obj1.setX(obj1);",
    "\u{0}",
    "\u{202e}",
];

fn damage(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=random.below(6) {
        let at = random.below(lines.len());
        let other = random.below(lines.len());
        match random.below(8) {
            0 => drop(lines.remove(at)),
            1 => lines.swap(at, other),
            2 => lines.insert(other, lines[at].clone()),
            3 => {
                let cut = lines[at]
                    .char_indices()
                    .map(|(index, _)| index)
                    .nth(random.below(lines[at].chars().count()))
                    .unwrap_or(0);
                lines[at].truncate(cut);
            }
            4 => lines[at].push_str(PIECES[random.below(PIECES.len())]),
            5 => lines[at] = lines[at].replacen(' ', "", 1),
            6 => lines[at].insert_str(0, PIECES[random.below(PIECES.len())]),
            _ => lines.truncate(at.max(lines.len() / 2)),
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
    }
    lines.join("\n")
}

/// A hang is what takes longer. Tests run side by side and not optimised; an optimised build has to be as fast as users want it.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 1 });

fn run(text: &str) -> Imported {
    let mut context = context();
    context.category = Some("example".to_owned());
    let started = Instant::now();
    let imported = import(&[file("page.txt", text)], &context);
    assert!(started.elapsed() < PATIENCE, "{:?} for {} bytes", started.elapsed(), text.len());
    assert_eq!(imported.files.len() + imported.refused.len(), 1);
    for ready in &imported.files {
        read(&ready.text);
    }
    if !text.trim_start().starts_with(['{', '[']) && text.len() < 100_000 {
        let lost = super::silent::silent(text, &imported);
        assert!(lost.is_empty(), "lost in silence: {lost:?}");
    }
    imported
}

#[test]
fn damaged_inputs_end_in_a_spec_or_an_error() {
    let rounds: u64 = std::env::var("IMPORT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(800);
    let mut imported = 0;
    let mut failed: Vec<String> = Vec::new();
    let only: Option<u64> = std::env::var("IMPORT_ROUND").ok().and_then(|round| round.parse().ok());
    for seed in only.map_or(1..=rounds, |only| only..=only) {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let start = SEEDS[random.below(SEEDS.len())];
        let text = damage(start, &mut random);
        let ended = std::panic::catch_unwind(|| run(&text));
        match ended {
            Ok(ended) => imported += ended.files.len(),
            Err(why) => failed.push(format!("round {seed}: {:?}\n{text}", why.downcast_ref::<String>())),
        }
    }
    let first = failed.first().cloned().unwrap_or_default();
    let short: Vec<&str> = failed.iter().filter_map(|failure| failure.lines().next()).collect();
    assert!(failed.is_empty(), "{} rounds failed\n{}\n{first}", failed.len(), short.join("\n"));
    println!("{imported} of {rounds} damaged inputs were imported");
    assert!(only.is_some() || imported as u64 * 5 >= rounds, "only {imported} of {rounds} were imported");
}

#[test]
fn damaged_inputs_that_are_imported_load_or_say_where_not() {
    for seed in 1..=200_u64 {
        let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let start = SEEDS[random.below(SEEDS.len())];
        let text = damage(start, &mut random);
        let imported = run(&text);
        for ready in &imported.files {
            let sources = [file(&ready.path, &ready.text), file("example/category.yaml", "title: x\n")];
            let loaded = opentop_model::load(&sources);
            assert!(loaded.diagnostics.iter().all(|finding| finding.place.file < sources.len()));
        }
    }
}

#[test]
fn a_refused_input_is_pointed_at_by_a_whole_letter() {
    for (text, letter) in [("文档中心", "文"), ("{\"name\": 品}", "品"), ("{\"name\":", ""), ("", "")] {
        let place = run(text).refused[0].place;
        assert_eq!(text.get(place.start..place.end), Some(letter), "{text}");
    }
}

#[test]
fn huge_and_deep_inputs_end_soon() {
    let rows = |count: usize| {
        (0..count).map(|at| format!("  • └ f{at}\n  • String\n  • 必须\n  • 1\n  • x\n")).collect::<String>()
    };
    let objects = |count: usize| {
        (0..count).map(|at| format!("  • o{at}\n  • Item\n  • 必须\n  • null\n  • x\n")).collect::<String>()
    };
    let head = "alibaba.example.x.get (x)\n\n请求参数\n\n名称 类型 是否必须 示例值 更多限制 描述\nq Q 必须 x\n";
    let same = "  • └ f\n  • String\n  • 必须\n  • 1\n  • x\n".repeat(4_000);
    let code = format!(
        "\n请求示例\nRequest req; {} client.execute(req);",
        (0..20_000).map(|at| format!("obj{at}.setX(obj{});", at + 1)).collect::<String>()
    );
    let xml = format!("\n响应示例\n{}", "<a>".repeat(50_000));
    let json = format!("\n响应示例\n{}", "{\"a\":".repeat(50_000));
    let deep = |open: &str, close: &str| {
        format!("{{\"name\":\"alibaba.example.x\",\"responseParams\":{}{}}}", open.repeat(50_000), close.repeat(50_000))
    };
    for text in [
        format!("{head}{}", rows(4_000)),
        format!("{head}{}", objects(1_000)),
        format!("{head}{}", rows(20_000)),
        format!("{head}{same}{code}{xml}"),
        format!("{head}{}{json}", objects(300)),
        deep("[{\"name\":\"a\",\"type\":\"A\",\"subParams\":", ""),
        deep("[", "]"),
        "• ".repeat(200_000),
        "•\n".repeat(100_000),
        "| ".repeat(500_000),
        "a".repeat(5 << 20),
        "<".repeat(300_000),
        format!("{head}{}", "最大值:".repeat(50_000)),
        format!("{head}  • {}", "最大值:1 ".repeat(20_000)),
    ] {
        run(&text);
    }
}
