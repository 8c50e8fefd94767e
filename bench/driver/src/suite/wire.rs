//! `decode`, `encode`, `sign`: the runtime's speed beside serde derive, miniserde and `serde_json::Value` on the same bytes.
//!
//! One program, built in release, does all of it; a second build of it counts allocations. What is decoded is the answer of one method
//! that pages, with a given number of items. Both sides are compared for equality before anything is timed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{feature, our_crate, our_requests, our_response};
use crate::catalogue::{Api, Catalogue};
use crate::emit::answer::answer;
use crate::emit::names::written;
use crate::emit::program::{Wire, WireFolders, wire};
use crate::emit::structs::{self, Derive};
use crate::measure;
use crate::report::{Bound, Report};
use crate::work::Work;

/// Numbers of items.
const ITEMS: [usize; 3] = [1, 100, 10_000];

/// What to run.
pub(crate) struct Plan<'a> {
    /// The method whose answer is decoded; the one with the largest items where none is named.
    pub(crate) method: Option<&'a str>,
    /// Less time, fewer items.
    pub(crate) quick: bool,
    pub(crate) benches: &'a [&'a str],
}

pub(crate) fn run(work: &Work, specs: &Path, plan: &Plan<'_>, report: &mut Report) -> Result<()> {
    let catalogue = Catalogue::read(specs)?;
    let api = catalogue.wire_subject(plan.method).context("no method pages; name one that does with --method")?;
    report.note(format!("decode, encode: the answer of {}", api.method));
    let folder = answers(work, api, plan)?;
    let program = program(work, &catalogue, api, specs)?;
    for bench in plan.benches {
        for (counting, unit) in [(false, "ns CPU"), (true, "allocations")] {
            eprintln!("{bench}: {unit} …");
            let lines = lines(work, &program, bench, &folder, counting, plan);
            let lines = report.keep(&format!("{bench}: {unit}"), lines).unwrap_or_default();
            for line in &lines {
                figure(report, line, unit);
            }
            if !counting {
                ratios(report, bench, &lines);
            }
        }
    }
    Ok(())
}

fn items(plan: &Plan<'_>) -> &'static [usize] {
    if plan.quick { &ITEMS[..2] } else { &ITEMS }
}

fn answers(work: &Work, api: &Api, plan: &Plan<'_>) -> Result<PathBuf> {
    let folder = work.dir.join("answers");
    fs::create_dir_all(&folder)?;
    for &items in items(plan) {
        let answer = answer(api, items);
        for (form, text) in [("simplified", answer.simplified), ("wrapped", answer.wrapped), ("xml", answer.xml)] {
            fs::write(folder.join(format!("{items}.{form}")), text)?;
        }
    }
    Ok(folder)
}

fn program(work: &Work, catalogue: &Catalogue, api: &Api, specs: &Path) -> Result<PathBuf> {
    let ours = our_crate(work, specs, "ours-wire")?;
    let (serde, mini) = (work.dir.join("wire-serde"), work.dir.join("wire-mini"));
    structs::emit(catalogue, Derive::Serde, &work.probe()).write(&serde)?;
    structs::emit(catalogue, Derive::Mini, &work.probe()).write(&mini)?;
    let at = catalogue.apis.iter().position(|other| other.method == api.method).context("the method")?;
    let request = our_requests(&ours, catalogue)?.swap_remove(at);
    let wired = Wire {
        ours: &our_response(&ours, &request, api)?,
        module: &written(&structs::modules(catalogue)[at]),
        envelope: &api.envelope,
    };
    let (runtime, probe) = (work.root.join("runtime"), work.probe());
    let folders = WireFolders { ours: &ours, runtime: &runtime, probe: &probe, serde: &serde, mini: &mini };
    let dir = work.dir.join("wire");
    wire(&wired, &folders, &feature(&ours, &api.category)?).write(&dir)?;
    work.lock(&dir)?;
    Ok(dir)
}

/// Builds the program and runs one bench of it.
fn lines(
    work: &Work,
    program: &Path,
    bench: &str,
    folder: &Path,
    counting: bool,
    plan: &Plan<'_>,
) -> Result<Vec<Value>> {
    let mut build = vec!["build", "--release"];
    if counting {
        build.extend(["--features", "count"]);
    }
    measure::run(&mut work.cargo(program, &build))?;
    let items: Vec<String> = items(plan).iter().map(usize::to_string).collect();
    let (turns, millis) = if plan.quick { ("5", "20") } else { ("15", "100") };
    let mut command = std::process::Command::new(work.target().join("release/wire"));
    command.arg(bench).arg(folder).arg(items.join(",")).args([turns, millis]);
    let output = command.output().context("cannot run the timing program")?;
    anyhow::ensure!(output.status.success(), "the timing program: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    text.lines().map(|line| serde_json::from_str(line).context("a line of the timing program")).collect()
}

/// `decode json ×100`
fn what(line: &Value) -> String {
    let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
    format!("{} {} ×{}", text("bench"), text("form"), line["items"])
}

fn figure(report: &mut Report, line: &Value, unit: &'static str) {
    let subject = line["subject"].as_str().unwrap_or_default();
    let value = line["nanos"].as_f64().or_else(|| line["allocations"].as_f64()).unwrap_or_default();
    report.figure(&what(line), subject, value, unit);
    if let Some(bytes) = line["bytes"].as_f64() {
        report.figure(&what(line), subject, bytes, "bytes allocated");
    }
}

fn ratios(report: &mut Report, bench: &str, lines: &[Value]) {
    let nanos = |subject: &str, at: &Value| {
        let same =
            |line: &&Value| line["subject"] == *subject && line["items"] == at["items"] && line["form"] == at["form"];
        lines.iter().find(same).and_then(|line| line["nanos"].as_f64()).unwrap_or_default()
    };
    for line in lines.iter().filter(|line| line["subject"] == "ours" || line["subject"] == "raw digest") {
        let what = what(line);
        if bench == "sign" {
            let digest = nanos("raw digest", line);
            report.ratio(
                format!("{what}: raw digest / sign and encode"),
                digest,
                nanos("ours: sign and encode", line),
                Bound::AtLeast(0.5, 0.75),
            );
            report.ratio(format!("{what}: raw digest / sign"), digest, nanos("ours: sign", line), Bound::None);
            report.ratio(
                format!("{what}: raw digest / whole request"),
                digest,
                nanos("ours: whole request", line),
                Bound::None,
            );
            report.ratio(
                format!("{what}: sign and encode / cloned maps"),
                nanos("ours: sign and encode", line),
                nanos("cloned maps", line),
                Bound::None,
            );
            continue;
        }
        let hundred_in_json = line["items"] == 100 && line["form"] != "xml";
        let (derive, tree) = match (bench, hundred_in_json) {
            ("decode", true) => (Bound::AtMost(1.05, 0.9), Bound::AtMost(0.5, 0.5)),
            ("encode", true) => (Bound::AtMost(1.1, 0.9), Bound::None),
            _ => (Bound::None, Bound::None),
        };
        let ours = nanos("ours", line);
        report.ratio(format!("{what} / serde derive"), ours, nanos("serde derive", line), derive);
        report.ratio(format!("{what} / miniserde"), ours, nanos("miniserde", line), Bound::None);
        report.ratio(format!("{what} / serde_json::Value"), ours, nanos("serde_json::Value", line), tree);
    }
}
