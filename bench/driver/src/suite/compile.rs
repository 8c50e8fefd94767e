//! `compile`: what our crate costs those who build it, beside the same models with serde derive, with miniserde, and in progenitor's
//! crate.
//!
//! `check` is of the library alone. A build is of the library and a program that uses all of its methods: what a derive leaves generic
//! is compiled only there. Dependencies are built before and do not count. The sizes are of stripped release builds.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{INTERFACES, TIMES, feature, our_crate, our_requests, run_progenitor, write_document};
use crate::catalogue::Catalogue;
use crate::corpus::copies;
use crate::emit::program::{Derived, Ours, Progenitor, Subject, uses};
use crate::emit::structs::{self, Derive};
use crate::emit::{Files, manifest, openapi, path_dependency};
use crate::measure::Cost;
use crate::report::{Bound, Report};
use crate::work::Work;

/// How many methods a program of ordinary size uses.
const SOME: usize = 40;

/// One side of the comparison.
struct Side {
    name: &'static str,
    library: PathBuf,
    /// Arguments of a check of the library.
    check: Vec<&'static str>,
    dependencies: Vec<(&'static str, String)>,
    subject: Option<Box<dyn Subject>>,
    release: bool,
}

#[derive(Default)]
struct Costs {
    check: Cost,
    dev: Cost,
    release: Cost,
    size_some: f64,
    size_all: f64,
}

pub(crate) fn run(work: &Work, specs: &Path, report: &mut Report) -> Result<()> {
    let catalogue = Catalogue::read(specs)?;
    report.note(format!("compile: {} structs, {} fields", catalogue.structs(), catalogue.fields()));
    let mut costs = |name: &str, side: Result<Side>| {
        let side = report.keep(&format!("compile: {name}"), side);
        side.map(|side| measure(work, &catalogue, &side, report)).unwrap_or_default()
    };
    let ours = costs("ours", our_side(work, &catalogue, specs));
    let derive = costs("serde derive", derive_side(work, &catalogue));
    let mini = costs("miniserde", mini_side(work, &catalogue));
    let [progenitor, builders] =
        INTERFACES.map(|(name, builder)| costs(name, progenitor_side(work, &catalogue, name, builder)));
    ratios(&ours, &derive, &mini, &progenitor, report);
    report.ratio("check / progenitor, builders, CPU", ours.check.cpu, builders.check.cpu, Bound::None);
    report.ratio("check / progenitor, builders, peak memory", ours.check.peak, builders.check.peak, Bound::None);
    let ran = one_category(work, &catalogue, ours.check, report);
    report.keep("compile: one category", ran);
    growth(work, specs, &catalogue, ours.check, report)
}

fn ratios(ours: &Costs, derive: &Costs, mini: &Costs, progenitor: &Costs, report: &mut Report) {
    let check = |costs: &Costs| (costs.check.cpu, costs.check.peak);
    let ((cpu, peak), theirs) = (check(ours), check(progenitor));
    report.ratio("check / progenitor, CPU", cpu, theirs.0, Bound::AtMost(0.15, 0.1));
    report.ratio("check / progenitor, peak memory", peak, theirs.1, Bound::AtMost(0.25, 0.18));
    report.ratio("check / serde derive, CPU", cpu, check(derive).0, Bound::None);
    report.ratio("check / miniserde, CPU", cpu, check(mini).0, Bound::None);
    report.ratio("dev build / serde derive, CPU", ours.dev.cpu, derive.dev.cpu, Bound::AtMost(0.25, 0.16));
    report.ratio("dev build / progenitor, CPU", ours.dev.cpu, progenitor.dev.cpu, Bound::None);
    report.ratio("release build / serde derive, CPU", ours.release.cpu, derive.release.cpu, Bound::AtMost(0.25, 0.19));
    report.ratio("binary with all methods / serde derive", ours.size_all, derive.size_all, Bound::AtMost(0.4, 0.3));
    report.ratio(format!("binary with {SOME} methods / serde derive"), ours.size_some, derive.size_some, Bound::None);
}

/// What one side costs. A step that fails is reported and costs nothing.
fn measure(work: &Work, catalogue: &Catalogue, side: &Side, report: &mut Report) -> Costs {
    let library = side.library.join("src/lib.rs");
    let what = format!("compile {} methods", catalogue.apis.len());
    let mut step = |name: &str, cost: &dyn Fn() -> Result<Cost>| {
        let step = format!("{what}: {name}");
        eprintln!("{step}: {} …", side.name);
        let Some(cost) = report.keep(&format!("{step}: {}", side.name), cost()) else { return Cost::default() };
        report.cost(&step, side.name, cost);
        cost
    };
    let check = step("check", &|| work.build_cost(&side.library, &side.check, std::slice::from_ref(&library)));
    let mut costs = Costs { check, ..Costs::default() };
    let Some(subject) = side.subject.as_deref() else { return costs };
    let all: Vec<usize> = (0..catalogue.apis.len()).collect();
    let build = |arguments: &[&str]| {
        let program = program(work, side, "all", subject, &all)?;
        work.build_cost(&program, arguments, &[library.clone(), program.join("src/main.rs")])
    };
    costs.dev = step("dev build", &|| build(&["build"]));
    if side.release {
        costs.release = step("release build", &|| build(&["build", "--release"]));
        // Spread over the catalogue, as a user's forty are.
        let some: Vec<usize> = all.iter().copied().step_by((all.len() / SOME).max(1)).take(SOME).collect();
        costs.size_all = binary(work, side, "all", subject, &all, report);
        costs.size_some = binary(work, side, "some", subject, &some, report);
    }
    costs
}

/// The size of a program that uses these methods.
fn binary(work: &Work, side: &Side, which: &str, subject: &dyn Subject, used: &[usize], report: &mut Report) -> f64 {
    let what = format!("binary with {} methods", used.len());
    eprintln!("{what}: {} …", side.name);
    let size = program(work, side, which, subject, used).and_then(|program| {
        work.lock(&program)?;
        crate::measure::run(&mut work.cargo(&program, &["build", "--release"]))?;
        size(work, side, which)
    });
    let Some(size) = report.keep(&format!("{what}: {}", side.name), size) else { return 0.0 };
    report.figure(&what, side.name, size, "MiB");
    size
}

fn program(work: &Work, side: &Side, which: &str, subject: &dyn Subject, indices: &[usize]) -> Result<PathBuf> {
    let name = program_name(side, which);
    let dir = work.dir.join(&name);
    uses(&name, subject, indices, &side.dependencies).write(&dir)?;
    Ok(dir)
}

fn program_name(side: &Side, which: &str) -> String {
    format!("uses-{which}-{}", side.name.replace(' ', "-"))
}

fn size(work: &Work, side: &Side, which: &str) -> Result<f64> {
    let program = work.target().join("release").join(program_name(side, which));
    Ok(fs::metadata(program)?.len() as f64 / (1024.0 * 1024.0))
}

/// Owns what a [`Subject`] borrows.
struct OwnedOurs(Vec<String>);
struct OwnedDerived(Vec<String>, Vec<String>);
struct OwnedProgenitor(Vec<(String, String)>);

impl Subject for OwnedOurs {
    fn body(&self, index: usize) -> String {
        Ours(&self.0).body(index)
    }
}
impl Subject for OwnedDerived {
    fn body(&self, index: usize) -> String {
        Derived(&self.0, self.1.iter().map(String::as_str).collect()).body(index)
    }
}
impl Subject for OwnedProgenitor {
    fn body(&self, index: usize) -> String {
        Progenitor(&self.0).body(index)
    }
}

fn our_side(work: &Work, catalogue: &Catalogue, specs: &Path) -> Result<Side> {
    let library = our_crate(work, specs, "ours")?;
    let dependencies = vec![
        ("opentop", path_dependency(&library, &["full"])),
        ("opentop-bench-probe", path_dependency(&work.probe(), &[])),
    ];
    let subject: Box<dyn Subject> = Box::new(OwnedOurs(our_requests(&library, catalogue)?));
    let check = vec!["check", "--no-default-features", "--features", "full"];
    Ok(Side { name: "ours", library, check, dependencies, subject: Some(subject), release: true })
}

fn derive_side(work: &Work, catalogue: &Catalogue) -> Result<Side> {
    let library = work.dir.join("models-serde");
    structs::emit(catalogue, Derive::Serde, &work.probe()).write(&library)?;
    let dependencies = vec![
        ("models-serde", path_dependency(&library, &[])),
        ("opentop-bench-probe", path_dependency(&work.probe(), &[])),
        ("serde_json", "\"1\"".to_owned()),
    ];
    let envelopes = catalogue.apis.iter().map(|api| api.envelope.clone()).collect();
    let subject: Box<dyn Subject> = Box::new(OwnedDerived(raw_modules(catalogue), envelopes));
    Ok(Side {
        name: "serde derive",
        library,
        check: vec!["check"],
        dependencies,
        subject: Some(subject),
        release: true,
    })
}

fn mini_side(work: &Work, catalogue: &Catalogue) -> Result<Side> {
    let library = work.dir.join("models-mini");
    structs::emit(catalogue, Derive::Mini, &work.probe()).write(&library)?;
    Ok(Side {
        name: "miniserde",
        library,
        check: vec!["check"],
        dependencies: Vec::new(),
        subject: None,
        release: false,
    })
}

/// With builders it is checked only: programs use its types, which are the same.
fn progenitor_side(work: &Work, catalogue: &Catalogue, name: &'static str, builder: bool) -> Result<Side> {
    let library = work.dir.join(if builder { "models-progenitor-builders" } else { "models-progenitor" });
    let dependencies = [
        ("bytes", "\"1\"".to_owned()),
        ("progenitor-client", "\"0.15\"".to_owned()),
        ("reqwest", "{ version = \"0.13\", default-features = false, features = [\"json\", \"stream\"] }".to_owned()),
        ("serde", "{ version = \"1\", features = [\"derive\"] }".to_owned()),
        ("serde_json", "\"1\"".to_owned()),
    ];
    let mut files = Files::default();
    files.add("Cargo.toml", manifest("models-progenitor", &dependencies));
    files.add("src/lib.rs", "");
    files.write(&library)?;
    let document = work.dir.join("openapi-compile.json");
    write_document(catalogue, &document)?;
    run_progenitor(&document, &library.join("src/lib.rs"), builder)?;
    let dependencies = vec![("models-progenitor", path_dependency(&library, &[])), ("serde_json", "\"1\"".to_owned())];
    let subject: Box<dyn Subject> = Box::new(OwnedProgenitor(openapi::roots(catalogue)));
    let subject = (!builder).then_some(subject);
    Ok(Side { name, library, check: vec!["check"], dependencies, subject, release: false })
}

fn raw_modules(catalogue: &Catalogue) -> Vec<String> {
    structs::modules(catalogue).iter().map(|module| crate::emit::names::written(module)).collect()
}

/// What a user pays who wants one category, the largest.
fn one_category(work: &Work, catalogue: &Catalogue, all: Cost, report: &mut Report) -> Result<()> {
    let Some((category, methods)) = catalogue.largest_category() else { return Ok(()) };
    let library = work.dir.join("ours");
    let feature = feature(&library, category)?;
    let arguments = ["check", "--no-default-features", "--features", &feature];
    let cost = work.build_cost(&library, &arguments, &[library.join("src/lib.rs")])?;
    report.cost(&format!("compile: check, category {category} alone ({methods} methods)"), "ours", cost);
    report.ratio(format!("check, category {category} alone / all, CPU"), cost.cpu, all.cpu, Bound::None);
    Ok(())
}

/// How the cost of a method grows with their number.
fn growth(work: &Work, specs: &Path, catalogue: &Catalogue, once: Cost, report: &mut Report) -> Result<()> {
    eprintln!("compile: {TIMES} × the corpus …");
    let many = copies(specs, TIMES, work)?;
    let library = our_crate(work, &many, "ours-many")?;
    let arguments = ["check", "--no-default-features", "--features", "full"];
    let cost = work.build_cost(&library, &arguments, &[library.join("src/lib.rs")])?;
    let methods = catalogue.apis.len();
    report.cost(&format!("compile {} methods: check", methods * TIMES), "ours", cost);
    let per = |figure: f64, of: usize| figure / of as f64;
    let what = format!("check, CPU per method, {} / {methods} methods", methods * TIMES);
    report.ratio(what, per(cost.cpu, methods * TIMES), per(once.cpu, methods), Bound::AtMost(1.15, 1.0));
    Ok(())
}
