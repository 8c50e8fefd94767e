//! Compares this SDK with others in one run.
//!
//! `cargo xtask bench` runs this program. It prints a table, ratios first, or JSON. It is a workspace of its own, so that other
//! generators stay out of the project's lock file.

mod catalogue;
mod corpus;
mod emit;
mod measure;
mod progenitor_stage;
mod report;
mod suite;
mod work;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

use corpus::Origin;
use report::Report;
use suite::wire::Plan;
use work::Work;

#[derive(Parser)]
#[command(name = "bench", about = "Compares ours with the others.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run sub-benches.
    Run(Run),
    /// Generate a client with progenitor (a stage of `generate`, as a process of its own).
    #[command(hide = true)]
    Progenitor {
        /// The OpenAPI document.
        document: PathBuf,
        /// The file to write.
        out: PathBuf,
        /// With builders instead of functions with positional arguments.
        #[arg(long)]
        builder: bool,
    },
}

#[derive(clap::Args)]
struct Run {
    /// What to run; all of it where nothing is named.
    #[arg(value_enum, value_name = "NAME")]
    names: Vec<Name>,
    /// Compare on these JSON descriptions.
    #[arg(long, value_name = "DIR", conflicts_with = "spec")]
    corpus: Option<PathBuf>,
    /// Compare on these specs.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
    /// The number of invented methods to compare on, if neither a corpus nor specs are given.
    #[arg(long, value_name = "N", default_value_t = 502)]
    size: usize,
    /// The method whose answer is decoded and encoded.
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// Where that method is described.
    #[arg(long, value_name = "DIR", default_value = "spec")]
    wire_spec: PathBuf,
    /// How often each command is measured; the median counts.
    #[arg(long, value_name = "N", default_value_t = 3)]
    runs: usize,
    /// See that everything runs: one run of each, little time, an unoptimised command line. The figures mean nothing.
    #[arg(long)]
    quick: bool,
    /// Measure this build of the project's command line instead of one from the sources.
    #[arg(long, value_name = "FILE")]
    xtask: Option<PathBuf>,
    /// Measure an earlier build of the command line beside this one (`generate`).
    #[arg(long, value_name = "FILE")]
    before: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    Generate,
    Compile,
    Decode,
    Encode,
    Sign,
}

impl Name {
    /// The name of a bench of the timing program.
    fn wire(self) -> Option<&'static str> {
        match self {
            Self::Generate | Self::Compile => None,
            Self::Decode => Some("decode"),
            Self::Encode => Some("encode"),
            Self::Sign => Some("sign"),
        }
    }
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Run(run) => compare(&run),
        Command::Progenitor { document, out, builder } => progenitor_stage::run(&document, &out, builder),
    }
}

fn compare(run: &Run) -> Result<()> {
    let names = if run.names.is_empty() { Name::value_variants().to_vec() } else { run.names.clone() };
    let origin = match (&run.spec, &run.corpus) {
        (Some(dir), _) => Origin::Specs(dir.clone()),
        (None, Some(dir)) => Origin::Descriptions(dir.clone()),
        (None, None) => Origin::Synthetic(run.size),
    };
    let runs = if run.quick { 1 } else { run.runs };
    let work = Work::open(&origin.name(), run.quick, runs, run.xtask.as_deref(), run.before.as_deref())?;
    let mut report = Report::default();
    if names.contains(&Name::Generate) || names.contains(&Name::Compile) {
        report.note(format!("generate, compile: {}; median of {runs}", origin.said()));
        let specs = corpus::specs(&origin, &work)?;
        if names.contains(&Name::Generate) {
            eprintln!("generate …");
            let ran = suite::generate::run(&work, &specs, &mut report);
            report.keep("generate", ran);
        }
        if names.contains(&Name::Compile) {
            eprintln!("compile …");
            let ran = suite::compile::run(&work, &specs, &mut report);
            report.keep("compile", ran);
        }
    }
    let benches: Vec<&str> = names.iter().filter_map(|name| name.wire()).collect();
    if !benches.is_empty() {
        eprintln!("{} …", benches.join(", "));
        let specs = work.root.join(&run.wire_spec);
        let plan = Plan { method: run.method.as_deref(), quick: run.quick, benches: &benches };
        let ran = suite::wire::run(&work, &specs, &plan, &mut report);
        report.keep(&benches.join(", "), ran);
    }
    if run.quick {
        report.note("--quick: the figures mean nothing");
    }
    print!("{}", if run.json { report.json() } else { report.text() });
    work::tidy(&work)?;
    anyhow::ensure!(
        report.failures.is_empty(),
        "{} of the measurements failed; they stand in the report",
        report.failures.len()
    );
    Ok(())
}
