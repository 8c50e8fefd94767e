//! `opentop export METHOD --since … --until … --out FILE`: every page and window of a list as CSV, JSON lines or Parquet.
//!
//! Pages go into a spool beside the file (`spool`), from which a killed export goes on. When all are there, the file is made of it
//! (`output`) and replaces the old one in one step. Memory holds one page, and what the pager keeps of a window.

mod cell;
mod columns;
mod output;
mod progress;
mod request;
mod rows;
mod spool;
mod stop;
mod walk;

use std::path::{Path, PathBuf};

use clap_complete::engine::ArgValueCompleter;
use opentop_model::model::{self, Api};
use opentop_runtime::__private::engine::TablePages;
use opentop_runtime::DateTime;

use crate::account::{self, Account};
use crate::call::record::{self, Record};
use crate::completions;
use crate::outcome::Outcome;
use crate::specs::{Found, Specs, not_served};
use columns::Column;
use output::{Decimals, Format, Headings, New, Wanted};
use progress::Progress;
use spool::{Header, Spool};
use stop::Stop;
use walk::Walk;

/// A window with more pages is taken for one that never ends.
const MAX_PAGES: u32 = 10_000_000;

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The method: one that reads, and whose spec says how it pages.
    #[arg(add = ArgValueCompleter::new(completions::methods))]
    method: String,
    /// Parameters, as `opentop call` takes them. The page is not among them. Without a page size the spec's largest is asked for, and
    /// without a list of fields all of them.
    #[arg(value_name = "KEY=VALUE", add = ArgValueCompleter::new(completions::parameters))]
    parameters: Vec<String>,
    /// Parameters from a file, or from standard input (-): a JSON object, merged with those on the command line.
    #[arg(long, value_name = "FILE|-")]
    file: Option<PathBuf>,
    /// From when on, in GMT+8: `2024-01-01` (its first second) or `2024-01-01 08:00:00`. A span that is longer than the method allows is
    /// split; every row comes once.
    #[arg(long, value_name = "DATE", value_parser = since)]
    since: Option<DateTime>,
    /// Until when, in GMT+8: `2024-12-31` (its last second) or `2024-12-31 08:00:00`, which is included.
    #[arg(long, value_name = "DATE", value_parser = until)]
    until: Option<DateTime>,
    /// The kind of file. Default: by the ending of FILE.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The file to write. It is replaced in one step, when all rows are there; until then they are in FILE.part.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Go on where an export with the same arguments was interrupted; begin if there is none. Format and headings may differ.
    #[arg(long)]
    resume: bool,
    /// What columns are called.
    #[arg(long, value_enum, default_value = "names")]
    headings: Headings,
    /// How Parquet keeps decimals.
    #[arg(long, value_enum, default_value = "decimal")]
    decimals: Decimals,
    /// The spec folder. Default: `top` or `spec` of this folder or of one above, else the built-in methods.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    account: account::Args,
}

const AFTER_HELP: &str = "Columns: the fields of the list's items; those of objects with a dot (buyer.name), lists as JSON text.\n\
    Values: whole numbers and decimals with all their digits, dates as instants with their zone (2024-01-01T08:00:00+08:00; in Parquet \
    timestamps). In JSON lines decimals are strings. What is absent is an empty cell, no member, or null.\n\n\
    Exit codes: 0 done, 1 interrupted or failed (go on with --resume), 2 bad usage, 3 rejected by the gateway.";

fn since(text: &str) -> Result<DateTime, String> {
    moment(text, "00:00:00")
}

fn until(text: &str) -> Result<DateTime, String> {
    moment(text, "23:59:59")
}

/// A date with the time of day that it means where it is alone.
fn moment(text: &str, time: &str) -> Result<DateTime, String> {
    let text = text.trim().replacen('T', " ", 1);
    let whole = if text.len() > 10 { text } else { format!("{text} {time}") };
    whole.parse().map_err(|error| format!("expected `yyyy-MM-dd` or `yyyy-MM-dd HH:mm:ss`: {error}"))
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    Ok(match export(args) {
        Ok(rows) => {
            println!("{rows} {} in {}", if rows == 1 { "row" } else { "rows" }, args.out.display());
            Outcome::Done
        }
        Err(stop) => {
            let what = if matches!(stop, Stop::Rejected(_)) { "rejected" } else { "error" };
            eprintln!("{what}: {}", stop.words());
            stop.outcome()
        }
    })
}

/// Exports, and says how many rows there are.
fn export(args: &Args) -> Result<u64, Stop> {
    let wanted = wanted(args)?;
    let api = method(args)?;
    let file = args.file.as_deref().map(text_of).transpose()?;
    let given = request::Given { file: file.as_deref(), words: &args.parameters, since: args.since, until: args.until };
    let request = request::of(&api, &given)?;
    let account = Account::of(&args.account, &api).map_err(Stop::Usage)?;
    let columns = columns::of(&api);
    let mut walk = walk(&api, &account, request, &columns)?;
    let header = Header {
        opentop: env!("CARGO_PKG_VERSION").to_owned(),
        method: api.method.clone(),
        endpoint: account.config.endpoint.uri().to_string(),
        app_key: account.config.app_key.clone(),
        columns: columns.iter().map(Column::shape).collect(),
        start: walk.pages.cursor().map(|cursor| cursor.to_string()).unwrap_or_default(),
    };
    let (mut spool, cursor) = Spool::open(&output::beside(&args.out, ".part"), &header, args.resume)?;
    if let Some(cursor) = cursor {
        walk.pages.resume_at(&cursor)?;
    }
    let new = New::create(wanted)?;
    let progress = Progress::new(spool.rows(), args.since.zip(args.until));
    let done = read_and_write(&mut walk, &mut spool, &new, &columns, &progress).and_then(|()| new.replace());
    progress.clear();
    let (rows, part) = (spool.rows(), spool.path().to_path_buf());
    done.map_err(|stop| stop.and(&kept(rows, &part)))?;
    if let Err(error) = spool.remove() {
        eprintln!("{} is no longer needed, and cannot be deleted: {error}", part.display());
    }
    Ok(rows)
}

/// What is left after a failure, and how to go on.
fn kept(rows: u64, part: &Path) -> String {
    format!(
        "{rows} {} kept in {}: go on with the same arguments and --resume",
        if rows == 1 { "row is" } else { "rows are" },
        part.display()
    )
}

/// What to write, as far as it can be told before anything is asked.
fn wanted(args: &Args) -> Result<Wanted<'_>, Stop> {
    let path = args.out.as_path();
    let format = args.format.or_else(|| Format::of(path)).ok_or_else(|| {
        Stop::Usage(format!("{} ends with no format: say --format csv, jsonl or parquet", path.display()))
    })?;
    format.check()?;
    if path.is_dir() {
        return Err(Stop::Usage(format!("--out {} is a folder: name a file", path.display())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Stop::Usage(format!("--out {}: there is no folder {}", path.display(), folder.display())));
    }
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since > until
    {
        return Err(Stop::Usage(format!("--since {since} is after --until {until}: swap them")));
    }
    Ok(Wanted { path, format, headings: args.headings, decimals: args.decimals })
}

/// The method: one that reads a list.
fn method(args: &Args) -> Result<Api, Stop> {
    let broken = |error: anyhow::Error| Stop::Broken(format!("{error:#}"));
    let specs = Specs::find(args.spec.as_deref()).map_err(broken)?;
    let api = match specs.method(&args.method).map_err(broken)? {
        Found::Api(api) => *api,
        Found::Broken => return Err(Stop::Broken("the spec has errors; nothing was sent".to_owned())),
        Found::Nowhere => return Err(Stop::Usage(specs.unknown(&args.method).map_err(broken)?)),
    };
    if let Some(why) = not_served(&api) {
        return Err(Stop::Usage(format!("{why}; nothing was sent")));
    }
    if api.effect == model::Effect::Write {
        return Err(Stop::Usage(format!("{} writes: only methods that read are exported", api.method)));
    }
    if api.paging.is_none() {
        return Err(Stop::Usage(format!(
            "the spec of {} does not say how it pages: add `paging:` to it (spec/README.md shows how), or use `opentop call`",
            api.method
        )));
    }
    Ok(api)
}

fn text_of(path: &Path) -> Result<String, Stop> {
    let text =
        if path == Path::new("-") { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(path) };
    text.map_err(|error| Stop::Usage(format!("cannot read the file of parameters: {error}")))
}

fn walk<'a>(api: &Api, account: &Account, request: Record, columns: &'a [Column]) -> Result<Walk<'a>, Stop> {
    let client = account.client().build()?;
    let info: &'static _ = Box::leak(Box::new(record::info(api)));
    let pages = match &account.session {
        Some(session) => TablePages::new(&client.session(session.clone()), info, &request, MAX_PAGES),
        None => TablePages::new(&client.options(), info, &request, MAX_PAGES),
    }?;
    let items = info.paging.map(|paging| paging.items).unwrap_or_default();
    Ok(Walk { pages, request, response: Record::response(api), items, columns })
}

/// Reads what the spool lacks, and writes all that it holds in the end.
fn read_and_write(
    walk: &mut Walk<'_>,
    spool: &mut Spool,
    new: &New<'_>,
    columns: &[Column],
    progress: &Progress,
) -> Result<(), Stop> {
    std::thread::scope(|scope| {
        let (sender, rows) = rows::channel();
        let writer = scope.spawn(move || new.write(&rows, columns));
        let filled = spool.hand_on(&sender).and_then(|()| fill(walk, spool, &sender, progress));
        drop(sender);
        progress.writing();
        let written = writer.join().unwrap_or_else(|_| Err(Stop::Broken("the file could not be written".to_owned())));
        filled.and(written)
    })
}

fn fill(walk: &mut Walk<'_>, spool: &mut Spool, rows: &rows::Sender, progress: &Progress) -> Result<(), Stop> {
    if spool.is_whole() {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Stop::Broken(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(walk.run(spool, rows, progress))
}
