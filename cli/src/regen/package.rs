//! What `regen` is to write, from its arguments: a crate of some name and version, or modules; and where it finds the runtime.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use opentop_codegen::{Examples, Options, Runtime};
use semver::{Version, VersionReq};

use super::args::{Args, Crates};
use crate::{crate_name, repository};

/// The version of the runtime that the generated code is made for: that of this release.
const RUNTIME: &str = env!("CARGO_PKG_VERSION");

/// The options of the generator for `out`.
pub(super) fn options(args: &Args, out: &Path) -> Result<Options> {
    let absolute = std::path::absolute(out)?;
    let root = repository::root();
    let own = repository::is_ours(&root) && real(&absolute) == real(&root.join("generated"));
    let name = args.name.clone().unwrap_or_else(|| Options::default().name);
    let version = args.version.clone().unwrap_or_else(|| Options::default().version);
    if let Some(problem) = crate_name::problem(&name) {
        bail!("--name {name} cannot be a crate's name: {problem}");
    }
    if let Err(error) = Version::parse(&version) {
        bail!("--version {version}: expected a version such as 1.2.0 ({error})");
    }
    let runtime = match args.runtime.as_deref() {
        Some(given) => runtime(given, &absolute)?,
        None if repository::is_ours(&root) => Runtime::Path(relative(&absolute, &root.join("runtime"))),
        None => Runtime::Version(RUNTIME.to_owned()),
    };
    // The repository's own crate shows tested examples; whether what is written is what was planned is asked by `--check`.
    let examples = match (own, args.modules_only) {
        (_, true) => Examples::Mounted { module: None },
        // The crate of a category cannot test what names the crate of all.
        (true, false) if args.layout == Crates::Crate => Examples::Tested { sandbox: "../sandbox".to_owned() },
        (_, false) => Examples::Shown,
    };
    let publish = own || args.publish;
    let defaults = Options::default();
    Ok(Options { name, version, runtime, standalone: !own, examples, publish, verify: args.check, ..defaults })
}

/// A folder that holds the runtime, or a requirement that this release's runtime meets.
fn runtime(given: &str, out: &Path) -> Result<Runtime> {
    let folder = Path::new(given);
    if folder.is_dir() {
        if !repository::holds_runtime(folder) {
            bail!(
                "--runtime {given}: expected the folder of the crate opentop-runtime, found no Cargo.toml of that name in it"
            );
        }
        return Ok(Runtime::Path(relative(out, &std::path::absolute(folder)?)));
    }
    let Ok(requirement) = VersionReq::parse(given) else {
        bail!(
            "--runtime {given}: expected the folder of the crate opentop-runtime, or a version requirement such as {RUNTIME}"
        );
    };
    if !Version::parse(RUNTIME).is_ok_and(|needed| requirement.matches(&needed)) {
        bail!(
            "--runtime {given}: expected a requirement that allows {RUNTIME}, which the generated code is made for: say --runtime {RUNTIME}"
        );
    }
    Ok(Runtime::Version(given.to_owned()))
}

/// The way from one folder to another, with `/`: the same text in every checkout.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to) = (real(from), real(to));
    let from: Vec<_> = from.components().collect();
    let to: Vec<_> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let down = to[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// A path that need not exist: its nearest existing ancestor made real, the rest as it is.
fn real(path: &Path) -> PathBuf {
    let Some((parent, name)) = path.parent().zip(path.file_name()) else { return path.to_path_buf() };
    path.canonicalize().unwrap_or_else(|_| real(parent).join(name))
}
