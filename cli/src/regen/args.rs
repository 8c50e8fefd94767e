//! The arguments of `regen`.

use std::path::PathBuf;

use crate::report::Format;

#[derive(clap::Args, Clone)]
pub(crate) struct Args {
    /// Write nothing: list what would change, with a diff, and end with 1 where there is anything.
    #[arg(long)]
    pub(super) check: bool,
    /// Overwrite generated files that were edited by hand, and delete more methods than there are left.
    #[arg(long)]
    pub(super) force: bool,
    /// The spec folder. Without it: `top/` or `spec/` of this folder, or of one above up to the repository's root.
    #[arg(long, value_name = "DIR")]
    pub(super) spec: Option<PathBuf>,
    /// The crate to write, or with --modules-only the folder of the module `api` [default: generated, or src/api].
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// The crate's name [default: opentop]. A crate of another name can stand beside `opentop` in one program.
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// The crate's version [default: the version of this release].
    #[arg(long, value_name = "VERSION")]
    pub(super) version: Option<String>,
    /// Allow the crate to be published. Without it, its manifest says `publish = false`.
    #[arg(long)]
    pub(super) publish: bool,
    /// Write the module `api` alone, for a crate that you keep yourself: without a manifest, features, tests and pages. The crate says
    /// `mod api;` and depends on opentop-runtime.
    #[arg(long, conflicts_with_all = ["name", "version", "publish", "runtime"])]
    pub(super) modules_only: bool,
    /// One crate, or one for each category in the folder `crates` and the crate that has them all under the same paths. A whole
    /// catalogue is too large for one.
    #[arg(long, value_enum, default_value = "crate", conflicts_with = "modules_only")]
    pub(super) layout: Crates,
    /// The runtime that the crate depends on: its folder, or a version requirement.
    #[arg(long, value_name = "PATH|REQUIREMENT")]
    pub(super) runtime: Option<String>,
    /// Write only the methods that match, and never delete.
    #[arg(long, value_name = "GLOB")]
    pub(super) only: Option<String>,
    /// How messages are written.
    #[arg(long, value_enum, default_value = "human")]
    pub(super) message_format: Format,
}

/// How many crates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Crates {
    /// One.
    Crate,
    /// One for each category, and one for all.
    Crates,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            check: false,
            force: false,
            spec: None,
            out: None,
            name: None,
            version: None,
            publish: false,
            modules_only: false,
            layout: Crates::Crate,
            runtime: None,
            only: None,
            message_format: Format::Human,
        }
    }
}
