//! `opentop docs`: writes the reference as an HTML site, which replaces the folder `--out` as a whole; `--serve` serves the same from memory.
//!
//! [`view`] decides what the pages say, [`pages`] fills the templates, [`site`] puts together what belongs together, [`search`] makes the
//! index, [`serve`] speaks HTTP.

mod labels;
mod pages;
mod search;
mod serve;
mod site;
#[cfg(test)]
mod tests;
mod view;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::account;
use crate::outcome::Outcome;
use crate::report;
use crate::specs::Specs;
use serve::trial::{Live, Trial};
use site::Site;

/// The file by which a folder is known to be ours to replace.
const MARK: &str = ".opentop-docs";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Render the reference of this spec folder. Default: `top` or `spec` of this folder or of one above, else the built-in methods.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
    /// The folder to write into; it is replaced as a whole.
    #[arg(long, value_name = "DIR", default_value = "target/docs")]
    out: PathBuf,
    /// Serve it on this machine, until interrupted.
    #[arg(long)]
    serve: bool,
    /// The port to serve on; 0 takes a free one.
    #[arg(long, value_name = "N", default_value_t = 8788, requires = "serve")]
    port: u16,
    /// Let the pages of --serve call the gateway too, as `opentop call` does: with the credentials of --credentials, --profile or the
    /// environment, which stay in this process. Methods that read only, unless --allow-writes is given.
    #[arg(long, requires = "serve")]
    live: bool,
    /// Let the pages of --live call methods that change data, or of which nobody has confirmed that they do not.
    #[arg(long, requires = "live")]
    allow_writes: bool,
    #[command(flatten)]
    account: account::Args,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let live = live(args)?;
    let Some((model, sources)) = Specs::find(args.spec.as_deref())?.model()? else { return Ok(Outcome::ProblemsFound) };
    // Bound before anything is written: a port that is taken shows at once.
    let listener = args.serve.then(|| listen(args.port)).transpose()?;
    let out = &args.out;
    // What is served is what is written.
    let site = listener.is_some().then(|| Site::of(&model, &sources)).transpose()?;
    write(out, |put| match &site {
        Some(site) => site.files.iter().try_for_each(|(path, file)| put(path, file.bytes.clone())),
        None => site::build(&model, &sources, put),
    })?;
    let methods = model.apis.iter().filter(|api| !api.is_message()).count();
    println!("{methods} {}: {}", report::many(methods, "method"), out.join("index.html").display());
    if let Some((listener, site)) = listener.zip(site) {
        let address = listener.local_addr().context("cannot tell the address")?;
        let trial = Trial::new(model, address.port(), live)?;
        println!("http://{address}/");
        println!("{}", said(args));
        println!("It listens on this machine only. Stop it with Ctrl-C.");
        serve::serve(listener, site, trial)?;
    }
    Ok(Outcome::Done)
}

/// The gateway that pages may call, where `--live` says so. Credentials that cannot be had show before anything is written.
fn live(args: &Args) -> Result<Option<Live>> {
    if !args.live {
        if let Some(option) = args.account.words().first() {
            bail!(
                "{option} says who calls the gateway: say --serve --live to let pages call it, or leave {option} out"
            );
        }
        return Ok(None);
    }
    args.account.check().map_err(anyhow::Error::msg)?;
    Ok(Some(Live { account: args.account.clone(), allow_writes: args.allow_writes }))
}

/// What the pages can call.
fn said(args: &Args) -> &'static str {
    match (args.live, args.allow_writes) {
        (false, _) => "Pages call the sandbox in this process.",
        (true, false) => {
            "Pages call the sandbox in this process, and the gateway with your credentials: methods that read only."
        }
        (true, true) => {
            "Pages call the sandbox in this process, and the gateway with your credentials: methods that change data too."
        }
    }
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
        format!("cannot listen on 127.0.0.1:{port}: choose another with --port N, or a free one with --port 0")
    })
}

/// Whether this command made `folder`. Earlier releases left no mark, but always these files.
fn is_ours(folder: &Path) -> bool {
    let holds = |name: &str| folder.join(name).is_file();
    holds(MARK) || ["index.html", "methods.js", "search.js"].into_iter().all(holds)
}

/// Replaces `out` by the site: written beside it first, so that a page that is gone leaves nothing behind and a reader never meets half a
/// site. Two runs at once take turns.
fn write(out: &Path, make: impl FnOnce(&site::Put<'_>) -> Result<()>) -> Result<()> {
    let target = out.parent().unwrap_or(Path::new("."));
    let place = || format!("cannot write {}", out.display());
    fs::create_dir_all(target).with_context(place)?;
    let turn = fs::File::create(target.join(".docs-lock")).with_context(place)?;
    turn.lock().with_context(place)?;
    let is_empty = || fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
    if out.exists() && !is_empty() && !is_ours(out) {
        bail!(
            "{} was not made by this command, and would be replaced: remove it, or name another folder with --out",
            out.display()
        );
    }
    let staged = tempfile::Builder::new().prefix(".docs-").tempdir_in(target).with_context(place)?;
    make(&|path, bytes| {
        let path = staged.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(target)).with_context(place)?;
        fs::write(&path, bytes).with_context(place)
    })?;
    fs::write(staged.path().join(MARK), "").with_context(place)?;
    // The old site goes as one, too: a page of it is there with all others or not at all.
    let old = tempfile::Builder::new().prefix(".docs-old-").tempdir_in(target).with_context(place)?;
    let before = old.path().join("site");
    if out.exists() {
        fs::rename(out, &before).with_context(place)?;
    }
    if let Err(error) = fs::rename(staged.path(), out) {
        // Nothing is there to put back where there was no site before.
        let _ = fs::rename(&before, out);
        return Err(error).with_context(place);
    }
    // It has another name now: there is nothing to remove.
    let _ = staged.keep();
    Ok(())
}
