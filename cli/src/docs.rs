//! `opentop docs`: renders the reference as a small HTML site, which replaces the folder `--out` as a whole; `--serve` serves the same from
//! memory. The reference is `generated/docs` as it stands there, else it is made of the specs.
//!
//! [`page`] renders, [`site`] puts together what belongs together, [`serve`] speaks HTTP.

mod page;
#[cfg_attr(not(test), expect(dead_code))]
mod search;
mod serve;
mod site;

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use opentop_model::folder;

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
    /// The Markdown reference. Default: `generated/docs` of this folder, else the reference of --spec.
    #[arg(long, value_name = "DIR", conflicts_with = "spec")]
    docs: Option<PathBuf>,
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
    let generated = PathBuf::from("generated/docs");
    let folder = args.docs.clone().or_else(|| (args.spec.is_none() && generated.is_dir()).then_some(generated));
    let pages = match folder {
        Some(folder) => read(&folder)?,
        None => match of_specs(args)? {
            Some(pages) => pages,
            None => return Ok(Outcome::ProblemsFound),
        },
    };
    if !pages.contains_key("README.md") {
        bail!(
            "there is no README.md among these pages, so this is no reference: leave --docs out, or name one that `regen` wrote"
        );
    }
    let site = Site::of(&pages);
    let live = live(args)?;
    // Bound before anything is written: a port that is taken shows at once.
    let listener = args.serve.then(|| listen(args.port)).transpose()?;
    let out = &args.out;
    write(&site, out)?;
    let methods = site.methods;
    println!("{methods} {}: {}", report::many(methods, "method"), out.join("index.html").display());
    if let Some(listener) = listener {
        println!("http://{}/", listener.local_addr().context("cannot tell the address")?);
        let port = listener.local_addr().context("cannot tell the address")?.port();
        let (model, _) = Specs::silently(args.spec.as_deref())?.sound_methods()?;
        let trial = Trial::new(model, port, live)?;
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
    args.account.credentials().map_err(anyhow::Error::msg)?;
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

/// The reference of the specs, made in memory. `None` where they have errors, which are shown.
fn of_specs(args: &Args) -> Result<Option<BTreeMap<String, String>>> {
    let Some((model, sources)) = Specs::find(args.spec.as_deref())?.model()? else { return Ok(None) };
    let generated = opentop_codegen::generate(&model, &sources, &opentop_codegen::Options::default());
    let pages = generated.files.0.into_iter();
    Ok(Some(pages.filter_map(|(path, text)| Some((path.strip_prefix("docs/")?.to_owned(), text))).collect()))
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
        format!("cannot listen on 127.0.0.1:{port}: choose another with --port N, or a free one with --port 0")
    })
}

/// Every Markdown page below `dir`, by its path from there with `/`.
fn read(dir: &Path) -> Result<BTreeMap<String, String>> {
    let files = folder::files(dir, &["md"]).context("leave --docs out to render the reference of the specs")?;
    files.into_iter().map(|(path, relative)| Ok((relative, folder::text(&path)?))).collect()
}

/// Whether this command made `folder`. Earlier releases left no mark, but always these files.
fn is_ours(folder: &Path) -> bool {
    let holds = |name: &str| folder.join(name).is_file();
    holds(MARK) || ["index.html", "methods.js", "search.js"].into_iter().all(holds)
}

/// Replaces `out` by the site: written beside it first, so that a page that is gone leaves nothing behind and a reader never meets half a
/// site. Two runs at once take turns.
fn write(site: &Site, out: &Path) -> Result<()> {
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
    for (path, file) in &site.files {
        let path = staged.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(target)).with_context(place)?;
        fs::write(&path, &file.text).with_context(place)?;
    }
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
