//! `generate`: what a run of the generator costs, beside progenitor on the same methods.
//!
//! Ours is the whole command: reading YAML, checking, planning, emitting, formatting, comparing with what is there, writing one file
//! a method and a documentation page for each. progenitor's is its library from the OpenAPI document to one formatted file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{INTERFACES, TIMES, run_progenitor, write_document};
use crate::catalogue::Catalogue;
use crate::corpus::{copies, touch};
use crate::measure::{Cost, in_turns, median_of};
use crate::report::{Bound, Report};
use crate::work::{Work, remove, written_times};

pub(crate) fn run(work: &Work, specs: &Path, report: &mut Report) -> Result<()> {
    let many = copies(specs, TIMES, work)?;
    let [once, times] = [(specs, 1), (&many, TIMES)].map(|(specs, times)| {
        eprintln!("generate: {times} × the corpus …");
        one_size(work, specs, times, report)
    });
    let ((once, methods), (times, more)) = (once?, times?);
    let growth =
        |of: fn(&Size) -> Cost, figure: fn(&Cost) -> f64| (figure(&of(&times)) / more, figure(&of(&once)) / methods);
    let (ours, theirs) = growth(|size| size.cold, |cost| cost.cpu);
    report.ratio(
        format!("regen cold, CPU per method, {more} / {methods} methods"),
        ours,
        theirs,
        Bound::AtMost(1.15, 1.0),
    );
    let (ours, theirs) = growth(|size| size.progenitor, |cost| cost.cpu);
    report.ratio(format!("progenitor, CPU per method, {more} / {methods} methods"), ours, theirs, Bound::None);
    Ok(())
}

struct Size {
    cold: Cost,
    progenitor: Cost,
}

fn one_size(work: &Work, specs: &Path, times: usize, report: &mut Report) -> Result<(Size, f64)> {
    let catalogue = Catalogue::read(specs)?;
    let methods = catalogue.apis.len();
    let document = work.dir.join(format!("openapi-x{times}.json"));
    write_document(&catalogue, &document)?;
    let what = format!("generate {methods} methods");
    let [out, before_out] = ["generated", "generated-before"].map(|name| work.dir.join(format!("{name}-x{times}")));
    let in_openapi = work.dir.join("progenitor-generated.rs");
    let mut cold = || {
        work.forget()?;
        remove(&out)?;
        work.regen(specs, &out)
    };
    let mut before = || {
        let program = work.before.as_deref().context("--before names no build")?;
        remove(&before_out)?;
        work.regen_by(program, specs, &before_out)
    };
    let [(_, positional), (_, builders)] = INTERFACES;
    let mut progenitor = || run_progenitor(&document, &in_openapi, positional);
    let mut builders = || run_progenitor(&document, &in_openapi, builders);
    let mut lint = || work.lint(false, specs);
    let mut lint_before = || work.lint(true, specs);
    let ours = format!("regen ({} build)", work.xtask_profile);
    let mut turns: Vec<(String, &mut dyn FnMut() -> Result<Cost>)> = vec![
        (format!("{ours}, cold"), &mut cold),
        (INTERFACES[0].0.to_owned(), &mut progenitor),
        (INTERFACES[1].0.to_owned(), &mut builders),
        ("lint".to_owned(), &mut lint),
    ];
    if work.before.is_some() {
        turns.push(("regen before, cold".to_owned(), &mut before));
        turns.push(("lint before".to_owned(), &mut lint_before));
    }
    let (names, mut ones): (Vec<String>, Vec<_>) = turns.into_iter().unzip();
    let costs = in_turns(work.runs, &mut ones);
    let mut costs = names.iter().zip(costs).map(|(name, cost)| {
        let cost = report.keep(&format!("{what}: {name}"), cost).unwrap_or_default();
        if cost != Cost::default() {
            report.cost(&what, name, cost);
        }
        cost
    });
    let mut next = || costs.next().unwrap_or_default();
    let [cold, progenitor, builders, lint, before, lint_before] = [(); 6].map(|()| next());
    drop(costs);

    let files = written_times(&out)?;
    let unchanged = median_of(work.runs, || work.regen(specs, &out))?;
    let rewritten = changed(&files, &written_times(&out)?);
    let (touched, rewritten_when_touched) = touched(work, specs, &out)?;
    report.cost(&what, &format!("{ours}, unchanged"), unchanged);
    report.cost(&what, &format!("{ours}, one touched"), touched);
    report.figure(&what, "files in the crate", files.len() as f64, "files");
    report.figure(&what, "files written, unchanged", rewritten as f64, "files");
    report.figure(&what, "files written, one touched", rewritten_when_touched as f64, "files");
    let of = format!("{methods} methods");
    report.ratio(format!("regen cold / progenitor, CPU, {of}"), cold.cpu, progenitor.cpu, Bound::AtMost(0.5, 0.4));
    report.ratio(
        format!("regen cold / progenitor, builders, CPU, {of}"),
        cold.cpu,
        builders.cpu,
        Bound::AtMost(0.13, 0.1),
    );
    report.ratio(format!("regen cold / progenitor, peak memory, {of}"), cold.peak, progenitor.peak, Bound::None);
    let peak = (cold != Cost::default()).then_some(cold.peak as usize);
    report.count(format!("regen cold, MiB peak, {of}"), peak, Bound::AtMost(200.0, 100.0));
    report.ratio(format!("regen unchanged / cold, CPU, {of}"), unchanged.cpu, cold.cpu, Bound::AtMost(0.1, 0.1));
    report.count(format!("files written, unchanged, {of}"), Some(rewritten), Bound::AtMost(0.0, 0.0));
    report.ratio(format!("regen unchanged / cold, wall, {of}"), unchanged.wall, cold.wall, Bound::None);
    report.ratio(format!("regen one touched / cold, CPU, {of}"), touched.cpu, cold.cpu, Bound::None);
    if work.before.is_some() {
        let before_cold = before.cpu;
        report.ratio(format!("regen cold / before, CPU, {of}"), cold.cpu, before_cold, Bound::None);
        report.ratio(format!("lint / before, CPU, {of}"), lint.cpu, lint_before.cpu, Bound::AtMost(0.5, 0.4));
        report.ratio(
            format!("regen unchanged / before cold, CPU, {of}"),
            unchanged.cpu,
            before_cold,
            Bound::AtMost(0.06, 0.05),
        );
        report.ratio(
            format!("regen one touched / before cold, CPU, {of}"),
            touched.cpu,
            before_cold,
            Bound::AtMost(0.06, 0.05),
        );
    }
    Ok((Size { cold, progenitor }, methods as f64))
}

/// The cost of a run with one spec changed, and how many files it wrote.
fn touched(work: &Work, specs: &Path, out: &Path) -> Result<(Cost, usize)> {
    // The committed specs are not touched: a copy is.
    let own = copies(specs, 1, work)?;
    work.regen(&own, out)?;
    let mut turn = 0;
    let mut written = 0;
    let cost = median_of(work.runs, || {
        turn += 1;
        let (path, was) = touch(&own, turn)?;
        let before = written_times(out)?;
        let cost = work.regen(&own, out);
        fs::write(path, was)?;
        let cost = cost?;
        written = changed(&before, &written_times(out)?);
        work.regen(&own, out)?;
        Ok(cost)
    })?;
    Ok((cost, written))
}

fn changed<T: PartialEq>(before: &[T], after: &[T]) -> usize {
    after.iter().filter(|file| !before.contains(file)).count()
}
