//! `opentop lint`: shows what is valid in a spec but questionable, and accepts suggestions in bulk.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Result, bail};
use opentop_import::accept;
use opentop_model::diagnostic::{Code, Diagnostic, Severity, SourceFile};
use opentop_model::text::listed;

use crate::apply::{Out, Step};
use crate::outcome::Outcome;
use crate::report::{self, Format, many};
use crate::specs::{self, Specs};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The spec folder. Default: `top` or `spec` of this folder or of one above.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
    /// Show these codes only, as TOP0305.
    #[arg(long, value_name = "CODE")]
    code: Vec<String>,
    /// Count the findings of each code instead of showing them.
    #[arg(long)]
    summary: bool,
    /// Accept suggestions: a code (TOP0305: all of them), a suggested key (effect, paging), or a path (alsc/, alsc/x.yaml,
    /// alsc/x.yaml:request.fields.kind). Several narrow each other. Without --yes they are only shown.
    #[arg(long, value_name = "CODE|KEY|PATH", num_args = 1..)]
    accept: Vec<String>,
    /// Write what --accept shows.
    #[arg(long, requires = "accept")]
    yes: bool,
    /// How messages are written.
    #[arg(long, value_enum, default_value = "human")]
    message_format: Format,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let spec = Specs::folder(args.spec.as_deref())?;
    let sources = specs::read(&spec)?;
    for code in &args.code {
        if !Code::ALL.iter().any(|known| known.id() == code) {
            bail!("there is no code {code}: they are listed in spec/diagnostics.md");
        }
    }
    if !args.accept.is_empty() {
        return accept_all(args, &sources);
    }
    let (loaded, advice) = opentop_model::lint::lint(&sources);
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(advice);
    diagnostics.retain(|found| args.code.is_empty() || args.code.iter().any(|code| code == found.code.id()));
    if args.summary {
        summary(&diagnostics);
    } else {
        report::show(&diagnostics, &sources, &spec.display().to_string(), args.message_format);
    }
    if diagnostics.is_empty() {
        println!("{}: nothing to say of {} methods", spec.display(), loaded.model.apis.len());
        return Ok(Outcome::Done);
    }
    if args.message_format == Format::Human {
        eprintln!("lint ends with 1 because it found something; warnings stop no other command");
    }
    Ok(Outcome::ProblemsFound)
}

/// A line for every code: how often, in how many files, what it is.
fn summary(diagnostics: &[Diagnostic]) {
    let mut counts: BTreeMap<Code, (usize, BTreeSet<usize>)> = BTreeMap::new();
    for found in diagnostics {
        let entry = counts.entry(found.code).or_default();
        entry.0 += 1;
        entry.1.insert(found.place.file);
    }
    for (code, (count, files)) in counts {
        println!("{count:6} in {:5} {}  {code}: {}", files.len(), many(files.len(), "file"), code.title());
    }
}

/// Which suggestions are meant.
struct Selection<'a> {
    paths: Vec<&'a str>,
    keys: Vec<&'a str>,
}

impl<'a> Selection<'a> {
    fn read(words: &'a [String]) -> Result<Selection<'a>> {
        let mut found = Selection { paths: Vec::new(), keys: Vec::new() };
        for word in words {
            match word.as_str() {
                "TOP0305" => {}
                code if Code::ALL.iter().any(|known| known.id() == code) => {
                    bail!("{code} has nothing to accept: only suggestions (TOP0305) can be accepted");
                }
                path if path.contains('/') => found.paths.push(path),
                key => found.keys.push(key),
            }
        }
        Ok(found)
    }

    fn wants(&self, file: &str, path: &str, key: &str) -> bool {
        (self.paths.is_empty() || self.paths.iter().any(|wanted| is_at(wanted, file, path, key)))
            && (self.keys.is_empty() || self.keys.contains(&key))
    }

    /// That every word means a suggestion that is there.
    fn check(&self, sources: &[SourceFile]) -> Result<()> {
        let (mut keys, mut places) = (BTreeSet::new(), vec![false; self.paths.len()]);
        for source in sources {
            for (path, key) in wanted(source, |_, _| true) {
                for (found, wanted) in places.iter_mut().zip(&self.paths) {
                    *found |= is_at(wanted, &source.path, &path, &key);
                }
                keys.insert(key);
            }
        }
        for key in &self.keys {
            if !keys.contains(*key) {
                let there = keys.iter().map(String::as_str);
                bail!("no suggestion has the key `{key}`; the specs have suggestions for {}", listed(there));
            }
        }
        match self.paths.iter().zip(places).find(|(_, found)| !found) {
            Some((path, _)) => bail!(
                "no suggestion is at `{path}`: name a folder (alsc/), a file (alsc/x.yaml), or a path in it \
                 (alsc/x.yaml:request.fields.kind), from the spec folder"
            ),
            None => Ok(()),
        }
    }
}

/// Whether a suggestion is at a place that was named: below a folder, in a file, or below a path in one.
fn is_at(wanted: &str, file: &str, path: &str, key: &str) -> bool {
    match wanted.split_once(':') {
        Some((wanted_file, inner)) => {
            wanted_file == file
                && (path == inner || path.starts_with(&format!("{inner}.")) || format!("{path}.{key}") == inner)
        }
        None => file == wanted || file.starts_with(&format!("{}/", wanted.trim_end_matches('/'))),
    }
}

/// The suggestions of a spec that are wanted: what each is about, and its key.
fn wanted(source: &SourceFile, wants: impl Fn(&str, &str) -> bool) -> Vec<(String, String)> {
    let found = RefCell::new(Vec::new());
    let _ = accept(source, |path, key| {
        if wants(path, key) {
            found.borrow_mut().push((path.to_owned(), key.to_owned()));
        }
        false
    });
    found.into_inner()
}

/// Shows what is accepted, and writes it with `--yes`. A suggestion with which its spec would not load stays one.
fn accept_all(args: &Args, sources: &[SourceFile]) -> Result<Outcome> {
    let selection = Selection::read(&args.accept)?;
    selection.check(sources)?;
    let (mut texts, mut count, mut refused) = (Vec::new(), 0, 0);
    for source in sources.iter().filter(|source| !source.path.ends_with(".override.yaml")) {
        let wants = |path: &str, key: &str| selection.wants(&source.path, path, key);
        let Some(mut accepted) = accept(source, wants) else { continue };
        let errors = |text: &str| {
            let folder = source.path.split('/').next().unwrap_or_default();
            let changed = SourceFile { path: source.path.clone(), text: text.to_owned() };
            let category = SourceFile { path: format!("{folder}/category.yaml"), text: "title: x\n".to_owned() };
            let found = opentop_model::load(&[changed, category]).diagnostics;
            found.into_iter().filter(|found| found.severity == Severity::Error).collect::<Vec<_>>()
        };
        if errors(&source.text).is_empty() && !errors(&accepted.text).is_empty() {
            // What breaks the spec by itself stays a suggestion; the others are accepted.
            let mut unfit: Vec<(String, String)> = Vec::new();
            for (path, key) in wanted(source, wants) {
                let alone = accept(source, |at, name| at == path && name == key);
                if let Some(broken) = alone.and_then(|alone| errors(&alone.text).into_iter().next()) {
                    eprintln!("{}: `{path}.{key}` stays a suggestion: {}", source.path, broken.message);
                    refused += 1;
                    unfit.push((path, key));
                }
            }
            let fits = |path: &str, key: &str| !unfit.iter().any(|(at, name)| at == path && name == key);
            match accept(source, |path, key| wants(path, key) && fits(path, key)) {
                Some(fitting) => accepted = fitting,
                None => continue,
            }
            if let Some(broken) = errors(&accepted.text).first() {
                eprintln!("{}: left as it is, since the spec would not load: {}", source.path, broken.message);
                refused += 1;
                continue;
            }
        }
        println!("{}", source.path);
        accepted.changes.iter().for_each(|change| println!("  {change}"));
        count += accepted.changes.len();
        texts.push((source.path.as_str(), accepted.text));
    }
    let files = texts.len();
    if args.yes {
        let spec = Specs::to_write(args.spec.as_deref())?;
        let steps: Vec<Step<'_>> =
            texts.iter().map(|(path, text)| Step::Write { path: (*path).into(), text: text.as_str().into() }).collect();
        Out::open(&spec, true)?.apply(&steps)?;
        println!("{count} {} accepted in {files} {}", many(count, "suggestion"), many(files, "file"));
    } else {
        println!(
            "{count} {} in {files} {}; nothing is written without --yes",
            many(count, "suggestion"),
            many(files, "file")
        );
    }
    Ok(if refused > 0 { Outcome::ProblemsFound } else { Outcome::Done })
}
