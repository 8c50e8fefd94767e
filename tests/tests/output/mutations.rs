//! Damaged specs: whatever is done to a spec, the generator neither panics nor hangs; it makes a crate that compiles, or says where it is wrong.
//!
//! `OPENTOP_MUTATIONS` says how many (default 400); the seed is fixed, and printed. Damaged pages are tried beside the importer.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::{Duration, Instant};

use opentop_codegen::{Options, generate};
use opentop_model::diagnostic::{Severity, SourceFile};
use opentop_model::load;

use crate::support::repository::{output, regen, root, specs};

const SEED: u64 = 20_261_123;
/// Generous: tests share the cores, and run without optimisation.
const TOO_LONG: Duration = Duration::from_secs(20);

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (bound.max(1) as u64)).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }
}

/// Does one thing to a text, out of what people, tools and enemies do.
fn damage(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = random.below(lines.len());
    let other = random.below(lines.len());
    match random.below(14) {
        0 => drop(lines.remove(at)),
        1 => lines.swap(at, other),
        2 => lines.insert(other, lines[at].clone()),
        3 => lines.truncate(at),
        4 => lines[at] = format!("  {}", lines[at]),
        5 => lines[at] = lines[at].trim_start().to_owned(),
        6 => {
            let types = [
                "String",
                "Nothing",
                "String [] []",
                "Map []",
                "byte[]",
                "",
                "[]",
                "'",
                "Field List",
                "Result",
                "*a",
                "!!int 3",
                "Json",
                "Date",
                "Price",
            ];
            let kind = random.of(&types);
            lines[at] = replace_value(&lines[at], "type: ", kind);
        }
        7 => {
            let texts = [
                "*/ \"#",
                "\u{202e}x",
                "{",
                "}",
                "- x",
                "? y",
                "&a b",
                "\"\\u0000\"",
                "'\\n",
                "012",
                "~",
                "yes",
                "0x1",
                "\t",
                "中文：",
                "|",
                ">-",
                "%TAG",
                "1e400",
            ];
            lines[at] = replace_value(&lines[at], ": ", random.of(&texts));
        }
        8 => lines.insert(
            at,
            format!(
                "{}{}",
                " ".repeat(random.below(12)),
                random.of(&["x: y", "- z", "#c", "---", "...", "type: String", "fields:", "rules: [{}]"])
            ),
        ),
        9 => lines.insert(at, format!("{}x: {}1{}", " ".repeat(random.below(6)), "[".repeat(300), "]".repeat(300))),
        10 => lines[at].push_str(&"长".repeat(random.below(20_000))),
        11 => {
            let names = [
                "self",
                "type",
                "Self",
                "crate",
                "a b",
                "1",
                "\"\"",
                "{}",
                "名",
                "a.b",
                "__",
                "Option",
                "x".repeat(300).as_str(),
            ]
            .map(str::to_owned);
            let name = &names[random.below(names.len())];
            if let Some((key, rest)) = lines[at].clone().split_once(':') {
                let indent: String = key.chars().take_while(|letter| *letter == ' ').collect();
                lines[at] = format!("{indent}{name}:{rest}");
            }
        }
        12 => {
            let mut letters: Vec<char> = lines[at].chars().collect();
            if !letters.is_empty() {
                let letter = random.below(letters.len());
                letters[letter] =
                    ['{', '}', '[', ']', ':', ',', '"', '\'', '#', ' ', 'é', '\u{feff}', '\u{0}'][random.below(13)];
            }
            lines[at] = letters.into_iter().collect();
        }
        _ => lines[at] = lines[at].replace("true", "false").replace("required", "requird").replace("max", "min"),
    }
    lines.join("\n") + "\n"
}

fn replace_value(line: &str, before: &str, value: &str) -> String {
    match line.split_once(before) {
        Some((head, tail)) => {
            let rest = tail.find([',', '}']).map_or("", |end| &tail[end..]);
            format!("{head}{before}{value}{rest}")
        }
        None => line.to_owned(),
    }
}

#[derive(Debug, Default)]
struct Ends {
    output: usize,
    errors: usize,
    panics: usize,
    hangs: usize,
    placeless: usize,
    slowest: Duration,
}

/// Runs `work` over damaged copies of the committed specs and counts how each ended; hands over the texts that reached output.
fn run(times: usize, work: impl Fn(&[SourceFile]) -> Result<(), bool>) -> (Ends, Vec<SourceFile>) {
    let mut random = Random(SEED);
    let all = specs();
    let methods: Vec<&SourceFile> = all.iter().filter(|source| !source.path.ends_with("category.yaml")).collect();
    let (mut ends, mut reached) = (Ends::default(), Vec::new());
    for _ in 0..times {
        let original = methods[random.below(methods.len())];
        let mut text = original.text.clone();
        for _ in 0..=random.below(2) {
            text = damage(&text, &mut random);
        }
        let category = all
            .iter()
            .find(|source| source.path == format!("{}/category.yaml", original.path.split_once('/').unwrap().0))
            .unwrap();
        let damaged = SourceFile { path: original.path.clone(), text };
        let started = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| work(&[category.clone(), damaged.clone()]))) {
            Ok(Ok(())) => {
                ends.output += 1;
                reached.push(damaged);
            }
            Ok(Err(true)) => ends.errors += 1,
            Ok(Err(false)) => ends.placeless += 1,
            Err(_) => ends.panics += 1,
        }
        let took = started.elapsed();
        ends.slowest = ends.slowest.max(took);
        ends.hangs += usize::from(took > TOO_LONG);
    }
    (ends, reached)
}

/// The whole way, in memory. `Err(true)`: an error, each with a place within its file; `Err(false)`: one without.
fn whole_way(sources: &[SourceFile]) -> Result<(), bool> {
    let loaded = load(sources);
    let diagnostics = if loaded.has_errors() {
        loaded.diagnostics
    } else {
        generate(&loaded.model, sources, &Options::default()).diagnostics
    };
    let errors: Vec<_> = diagnostics.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(errors
        .iter()
        .all(|error| sources.get(error.place.file).is_some_and(|source| error.place.end <= source.text.len())))
}

#[test]
fn damaged_specs_end_in_output_that_compiles_or_in_a_positioned_error() {
    let times = std::env::var("OPENTOP_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(400);
    let (ends, reached) = run(times, whole_way);
    println!("{times} damaged specs, seed {SEED}: {ends:?}");
    assert_eq!((ends.panics, ends.hangs, ends.placeless), (0, 0, 0), "{ends:?}");
    assert!(ends.output * 5 >= times, "refusing everything is no way out: {ends:?}");
    compiles(&reached);
}

#[test]
fn a_planted_panic_is_caught() {
    let (ends, _) = run(60, |sources| {
        assert!(sources.iter().all(|source| !source.text.contains("fields")), "planted");
        whole_way(sources)
    });
    assert!(ends.panics > 0);
}

/// Puts a sample of damaged specs, each as a method and category of its own, into one crate, which has to compile.
fn compiles(reached: &[SourceFile]) {
    let folder = tempfile::tempdir().unwrap();
    let (spec, out) = (folder.path().join("spec"), folder.path().join("out"));
    let step = (reached.len() / 60).max(1);
    let mut placed = 0;
    for (number, source) in reached.iter().step_by(step).enumerate() {
        let (category, file) = source.path.split_once('/').unwrap();
        let method = file.strip_suffix(".yaml").unwrap();
        // A topic has no dots.
        let (key, own) = match source.text.contains(&format!("topic: {method}")) {
            true => ("topic", format!("{method}_m{number}")),
            false => ("api", format!("{method}.m{number}")),
        };
        let text = source.text.replacen(&format!("{key}: {method}"), &format!("{key}: {own}"), 1);
        let text = text.replacen(&format!("category: {category}"), &format!("category: m{number}"), 1);
        let dir = spec.join(format!("m{number}"));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("category.yaml"), "title: damaged\n").unwrap();
        fs::write(dir.join(format!("{own}.yaml")), text).unwrap();
        placed += 1;
    }
    assert!(placed > 20, "a sample that says something");
    regen(&spec, &out, &[]);
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.args(["check", "--offline", "--features", "full"]).current_dir(&out);
    command.env("CARGO_TARGET_DIR", root().join("target/golden")).env_remove("RUSTFLAGS");
    let (code, text) = output(&mut command);
    assert!(code == 0 && !text.contains("warning:"), "{code}: {text}");
}
