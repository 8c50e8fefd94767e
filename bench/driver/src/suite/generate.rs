//! `generate`: what a run of the generator costs, beside progenitor on the same methods.
//!
//! Ours is the whole command: reading YAML, checking, planning, emitting, formatting, comparing with what is there, writing one file
//! a method and a documentation page for each. progenitor's is its library from the OpenAPI document to one formatted file.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::{INTERFACES, TIMES, run_progenitor, write_document};
use crate::catalogue::Catalogue;
use crate::corpus::{copies, touch};
use crate::measure::{Cost, median_of};
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
    let out = work.dir.join(format!("generated-x{times}"));
    let cold = median_of(work.runs, || {
        remove(&out)?;
        work.regen(specs, &out)
    })?;
    let before = written_times(&out)?;
    let unchanged = median_of(work.runs, || work.regen(specs, &out))?;
    let rewritten = changed(&before, &written_times(&out)?);
    let (touched, rewritten_when_touched) = touched(work, specs, &out)?;
    let document = work.dir.join(format!("openapi-x{times}.json"));
    write_document(&catalogue, &document)?;

    let what = format!("generate {methods} methods");
    let ours = format!("regen ({} build)", work.xtask_profile);
    report.cost(&what, &format!("{ours}, cold"), cold);
    report.cost(&what, &format!("{ours}, unchanged"), unchanged);
    report.cost(&what, &format!("{ours}, one touched"), touched);
    let progenitors = INTERFACES.map(|(name, builder)| {
        let out = work.dir.join("progenitor-generated.rs");
        let cost = median_of(work.runs, || run_progenitor(&document, &out, builder));
        let cost = report.keep(&format!("{what}: {name}"), cost)?;
        report.cost(&what, name, cost);
        Some(cost)
    });
    let [progenitor, builders] = progenitors.map(Option::unwrap_or_default);
    report.figure(&what, "files in the crate", before.len() as f64, "files");
    report.figure(&what, "files written, unchanged", rewritten as f64, "files");
    report.figure(&what, "files written, one touched", rewritten_when_touched as f64, "files");
    let of = format!("{methods} methods");
    report.ratio(format!("regen cold / progenitor, CPU, {of}"), cold.cpu, progenitor.cpu, Bound::AtMost(0.4, 0.2));
    report.ratio(format!("regen cold / progenitor, builders, CPU, {of}"), cold.cpu, builders.cpu, Bound::None);
    report.ratio(format!("regen cold / progenitor, peak memory, {of}"), cold.peak, progenitor.peak, Bound::None);
    report.ratio(format!("regen unchanged / cold, CPU, {of}"), unchanged.cpu, cold.cpu, Bound::AtMost(0.1, 0.1));
    report.count(format!("files written, unchanged, {of}"), Some(rewritten), Bound::AtMost(0.0, 0.0));
    report.ratio(format!("regen unchanged / cold, wall, {of}"), unchanged.wall, cold.wall, Bound::None);
    report.ratio(format!("regen one touched / cold, CPU, {of}"), touched.cpu, cold.cpu, Bound::None);
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
