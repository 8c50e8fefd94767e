//! Specs that grow, up to the size bound of a file: chains, diamonds, stars, cycles and more. Every command ends with a result, or with
//! an error that has a place and a cure, within two seconds and 300 MB in a release build.
//!
//! `OPENTOP_GROWING` says how many (default 48; the seed is fixed), `OPENTOP_XTASK` which build of the command line is measured:
//! `cargo build --release -p xtask && OPENTOP_GROWING=5000 OPENTOP_XTASK=$PWD/target/release/xtask cargo test -p xtask grow -- --nocapture`

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::process::{Ended, Random, number, regen, run, specs, xtask};

const SEED: u64 = 20_261_127;

/// What a method of the shapes below is made of.
#[derive(Default)]
struct Spec {
    top: String,
    request: String,
    response: String,
    types: String,
    rules: String,
}

impl Spec {
    fn text(&self) -> String {
        let Spec { top, request, response, types, rules } = self;
        let types = if types.is_empty() { String::new() } else { format!("types:\n{types}") };
        let or_none = |fields: &str| if fields.is_empty() { " {}".to_owned() } else { format!("\n{fields}") };
        format!(
            "api: alibaba.grow.get\ncategory: one\ntitle: grow\nsession: none\neffect: read\n{top}\
             request:\n  fields:{}{rules}response:\n  fields:{}{types}",
            or_none(request) + if request.is_empty() { "\n" } else { "" },
            or_none(response) + if response.is_empty() { "\n" } else { "" },
        )
    }

    fn ty(&mut self, name: &str, fields: &str) {
        let _ = write!(self.types, "  {name}:\n    fields:\n{fields}");
    }

    /// A field of the request or the response.
    fn root(&mut self, random: &mut Random, field: &str) {
        let side = if random.below(2) == 0 { &mut self.request } else { &mut self.response };
        let _ = writeln!(side, "    {field}");
    }
}

fn reference(random: &mut Random, name: &str) -> String {
    if random.below(3) == 0 { format!("'{name} []'") } else { name.to_owned() }
}

/// Names that differ on the wire and become one in Rust.
fn alike(number: usize) -> String {
    let letters = "abcdefghijklmnopq".chars().enumerate();
    letters
        .map(|(at, letter)| {
            format!(
                "{}{letter}",
                if at == 0 {
                    ""
                } else if number >> (at - 1) & 1 == 1 {
                    "."
                } else {
                    "-"
                }
            )
        })
        .collect()
}

/// A method of the shape `kind` and the given size.
fn grown(kind: usize, size: usize, random: &mut Random) -> String {
    let mut spec = Spec::default();
    match kind {
        // A chain, a ring.
        0 | 1 => {
            for at in 0..size {
                let next = if kind == 1 { (at + 1) % size } else { at + 1 };
                let ty = if next == size { "String".to_owned() } else { reference(random, &format!("T{next}")) };
                spec.ty(
                    &format!("T{at}"),
                    &format!("      next: {{ type: {ty} }}\n      x: {{ type: String, example: a }}\n"),
                );
            }
            spec.root(random, "a: { type: T0 }");
            if random.below(2) == 0 {
                let path = format!("a{}.x", ".next".repeat(size.min(2_000)));
                let _ = writeln!(spec.top, "outcome: {{ ok: {path} }}");
            }
        }
        // Diamonds: every level holds the next one twice or more.
        2 => {
            let width = 2 + random.below(3);
            let levels = size.min(400);
            for at in 0..levels {
                let mut fields = String::new();
                for field in 0..width {
                    let ty =
                        if at + 1 == levels { "String".to_owned() } else { reference(random, &format!("T{}", at + 1)) };
                    let required = if random.below(4) == 0 { ", required: true" } else { "" };
                    let _ = writeln!(fields, "      f{field}: {{ type: {ty}{required} }}");
                }
                spec.ty(&format!("T{at}"), &fields);
            }
            spec.root(random, "a: { type: T0 }");
        }
        // A star: many fields, each of a type of its own.
        3 => {
            for at in 0..size {
                spec.ty(&format!("T{at}"), "      x: { type: String }\n");
                let _ = writeln!(spec.response, "    f{at}: {{ type: {} }}", reference(random, &format!("T{at}")));
            }
        }
        // Everything holds everything.
        4 => {
            let size = size.min(150);
            for at in 0..size {
                let fields: String = (0..size).map(|to| format!("      f{to}: {{ type: T{to} }}\n")).collect();
                spec.ty(&format!("T{at}"), &fields);
            }
            spec.root(random, "a: { type: T0 }");
        }
        // A random graph.
        5 => {
            for at in 0..size {
                let degree = 1 + random.below(4);
                let fields: String = (0..degree)
                    .map(|field| {
                        let to = random.below(size);
                        format!("      f{field}: {{ type: {} }}\n", reference(random, &format!("T{to}")))
                    })
                    .collect();
                spec.ty(&format!("T{at}"), &fields);
            }
            spec.root(random, "a: { type: T0 }");
        }
        // Types that want one name, fields that do.
        6 => {
            for at in 0..size {
                spec.ty(&alike(at), "      x: { type: String }\n");
                let _ = writeln!(spec.response, "    f{at}: {{ type: {} }}", alike(at));
            }
        }
        7 => {
            for at in 0..size {
                spec.root(random, &format!("{}: {{ type: String }}", alike(at)));
            }
        }
        // Rules: many, and a large one.
        8 => {
            spec.request = "    a: { type: String, example: x }\n    b: { type: String }\n".to_owned();
            spec.rules = format!("  rules:\n{}", "    - at_least_one_of: [a, b]\n".repeat(size));
        }
        9 => {
            spec.request = (0..size).map(|at| format!("    f{at}: {{ type: String }}\n")).collect();
            let names: Vec<String> = (0..size).map(|at| format!("f{at}")).collect();
            spec.rules = format!("  rules:\n    - at_most_one_of: [{}]\n", names.join(", "));
        }
        // Listed values.
        10 => {
            let values: Vec<String> = (0..size * 20).map(|at| format!("v{at}")).collect();
            spec.root(random, &format!("a: {{ type: String, values: [{}] }}", values.join(",")));
        }
        // Required parameters.
        11 => {
            spec.request = (0..size)
                .map(|at| format!("    f{at}: {{ type: String, required: true, description: x }}\n"))
                .collect();
        }
        // Mistakes: unknown types, one name on the wire, unknown keys.
        12 => {
            for at in 0..size {
                spec.root(random, &format!("f{at}: {{ type: Unknown{at} }}"));
            }
        }
        13 => {
            for at in 0..size {
                spec.root(random, &format!("f{at}: {{ type: String, wire: x }}"));
            }
        }
        14 => spec.top = (0..size).map(|at| format!("tittle{at}: x\n")).collect(),
        // Texts that Markdown reads.
        15 => {
            let pieces = ["[", "`", "*", "|", "<", "](", "\\", "&", "_", "#", "- ", "https://x.y "];
            let piece = pieces[random.below(pieces.len())];
            let text = piece.repeat(size * 10).replace('\'', "''");
            let _ = writeln!(spec.top, "description: '{text}x'");
            spec.root(random, &format!("a: {{ type: String, description: '{text}x' }}"));
        }
        // Error rows.
        16 => {
            let rows: String =
                (0..size).map(|at| format!("  - {{ code: isv.e{at}, message: m, solution: s }}\n")).collect();
            spec.top = format!("errors:\n{rows}");
        }
        // Broken lines.
        _ => {
            let lines = ["    f: g: h\n", "    'x\n", "  y\n", "    z：1\n", "\tq: 1\n"];
            let line = lines[random.below(lines.len())];
            spec.response = line.repeat(size);
        }
    }
    spec.text()
}

const KINDS: usize = 18;

/// What is wrong with a run; `None`: nothing.
fn fault(ended: &Ended, slow: Duration, most: u64) -> Option<String> {
    let head: String = ended.text.lines().take(4).collect::<Vec<_>>().join(" / ");
    match ended.code {
        Some(0) => {}
        Some(1)
            if ended.text.contains("error[TOP") && ended.text.contains("--> ") && ended.text.contains("= help: ") => {}
        Some(1) if ended.text.contains("lint ends with 1") => {}
        code => return Some(format!("ended with {code:?}: {head}")),
    }
    if ended.took > slow {
        return Some(format!("took {:?}: {head}", ended.took));
    }
    (ended.memory > most).then(|| format!("held {} MB: {head}", ended.memory >> 20))
}

#[test]
fn specs_that_grow_end_in_time_and_within_memory() {
    let count = number("OPENTOP_GROWING", 48);
    let measured = std::env::var_os("OPENTOP_XTASK").is_some();
    // An unoptimised build on shared cores shows aborts and what grows beyond bounds, no more.
    let slow = if measured { Duration::from_secs(2) } else { Duration::from_secs(120) };
    let most = if measured { 300 << 20 } else { 1_000 << 20 };
    let mut random = Random(SEED);
    let dir = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    let (mut sound, mut slowest, mut largest) = (0, Duration::ZERO, 0);
    for round in 0..count {
        let kind = round % KINDS;
        let most_size = if measured { 30_000 } else { 6_000 };
        let size = random.size(most_size);
        let text = grown(kind, size, &mut random);
        for (command, ended) in commands(dir.path(), &text, round) {
            sound += usize::from(ended.code == Some(0));
            slowest = slowest.max(ended.took);
            largest = largest.max(ended.memory);
            if let Some(fault) = fault(&ended, slow, most) {
                eprintln!("{command} of kind {kind}, size {size} ({} bytes): {fault}", text.len());
                faults.push((round, kind, size));
            }
        }
    }
    eprintln!(
        "{count} specs, seed {SEED}: {sound} sound runs, slowest {slowest:?}, largest {} MB, {} faults",
        largest >> 20,
        faults.len()
    );
    assert!(faults.is_empty(), "{faults:?}");
}

fn commands(dir: &Path, text: &str, round: usize) -> Vec<(&'static str, Ended)> {
    let spec = specs(&dir.join(format!("spec{round}")), &["alibaba.good.get"]);
    fs::write(spec.join("one/alibaba.grow.get.yaml"), text).unwrap();
    let out = dir.join(format!("out{round}"));
    let runs =
        vec![("regen", run(&mut regen(&spec, &out))), ("lint", run(xtask().arg("lint").arg("--spec").arg(&spec)))];
    for folder in [spec, out] {
        let _ = fs::remove_dir_all(folder);
    }
    runs
}

#[test]
fn a_chain_of_three_thousand_types_is_refused_with_its_place() {
    let text = grown(0, 3_000, &mut Random(1));
    let dir = tempfile::tempdir().unwrap();
    for (command, ended) in commands(dir.path(), &text, 0) {
        assert_eq!(ended.code, Some(1), "{command}: {}", ended.text);
        assert!(ended.text.contains("error[TOP0017]: types must be nested at most 32 levels deep"), "{}", ended.text);
        assert!(ended.text.contains("alibaba.grow.get.yaml:"), "{}", ended.text);
    }
}

#[test]
fn an_object_has_a_bound_of_required_fields_in_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let (sound, large) = (grown(11, 500, &mut Random(1)), grown(11, 501, &mut Random(1)));
    for (at, (text, expected)) in [(sound, Some(0)), (large, Some(1))].into_iter().enumerate() {
        for (command, ended) in commands(dir.path(), &text, at) {
            assert_eq!(ended.code, expected, "{command}: {}", ended.text);
            let told = "error[TOP0016]: an object must have at most 500 required fields (got 501)";
            assert_eq!(ended.text.contains(told), expected == Some(1), "{command}: {}", ended.text);
        }
    }
}

#[test]
fn types_that_share_children_are_refused_before_they_expand() {
    for levels in [18, 22, 31] {
        let mut spec = Spec { response: "    a: { type: T0 }\n".to_owned(), ..Spec::default() };
        for at in 0..levels {
            let ty = if at + 1 == levels { "String".to_owned() } else { format!("T{}", at + 1) };
            spec.ty(&format!("T{at}"), &format!("      a: {{ type: {ty} }}\n      b: {{ type: {ty} }}\n"));
        }
        let dir = tempfile::tempdir().unwrap();
        for (command, ended) in commands(dir.path(), &spec.text(), 0) {
            assert_eq!(ended.code, Some(1), "{command}: {}", ended.text);
            assert!(
                ended.text.contains("error[TOP0016]: the response must hold at most 20000 values"),
                "{}",
                ended.text
            );
        }
    }
}
