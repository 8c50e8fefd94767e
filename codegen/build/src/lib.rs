//! Generates typed requests of the Taobao Open Platform (TOP) from YAML descriptions in your own crate, when cargo builds it.
//!
//! ```toml
//! [dependencies]
//! opentop-runtime = "0.1"
//! [build-dependencies]
//! opentop-build = "0.1"
//! ```
//!
//! The descriptions are in a folder of the crate, `top/<category>/<method>.yaml`, with a `category.yaml` in each category:
//!
//! ```no_run
//! // build.rs
//! fn main() {
//!     opentop_build::Config::new("top").build();
//! }
//! ```
//!
//! ```ignore
//! // src/lib.rs
//! opentop_runtime::include_sdk!(); // pub mod api { … }
//! ```
//!
//! Every method is then `crate::api::<category>::<method>::Request`, as in the crate `opentop`, and in the documentation of your crate.
//!
//! A mistake in a description is a build error with file, line and cure. One build shows all of them. Cargo runs the
//! script again when something in the folder was changed, added, renamed or deleted. Only `OUT_DIR` is written to.
//!
//! Cargo notices a change by a file's modification time. If you replace a file by an older one and keep its time (`cp -p`), `touch` it.

#![expect(clippy::needless_doctest_main, reason = "a build script is shown whole")]

mod messages;
mod output;

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use opentop_codegen::{Examples, Options};
use opentop_model::diagnostic::{RenderOptions, render_compact};
use opentop_model::folder;
use opentop_model::rust_names::ModuleName;

use messages::Messages;

/// What an SDK is called that has no name.
const DEFAULT_NAME: &str = "sdk";

/// Where the descriptions are, and what is made of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "nothing is generated before `build` is called"]
pub struct Config {
    spec: PathBuf,
    name: Option<String>,
    out_dir: Option<PathBuf>,
}

impl Config {
    /// Generates from the folder `spec`, a path from the folder of the crate's `Cargo.toml`.
    pub fn new(spec: impl Into<PathBuf>) -> Self {
        Config { spec: spec.into(), name: None, out_dir: None }
    }

    /// Names the SDK, for a crate with several: `include_sdk!("orders")` mounts the one that is named `orders`. A name has lower-case
    /// letters, digits and `_`, and does not begin with a digit. Mount it in a module of that name: the examples in its documentation
    /// say `crate::orders::api::…`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Writes to `<out_dir>/opentop` instead of `$OUT_DIR/opentop`.
    pub fn out_dir(mut self, out_dir: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(out_dir.into());
        self
    }

    /// Generates, and tells cargo on standard output what is wrong, and when to run the build script again.
    ///
    /// Cargo ends the build after the script if there was a mistake; the code of an earlier run then stays where it is.
    pub fn build(&self) {
        let messages = self.run().unwrap_or_else(|failed| failed);
        print!("{messages}");
    }

    fn run(&self) -> Result<Messages, Messages> {
        let mut messages = Messages::default();
        messages.rerun_if_changed(&self.spec);
        let name = self.name.as_deref().unwrap_or(DEFAULT_NAME);
        if ModuleName::new(name).as_str() != name {
            let cure = "use lower-case letters, digits and `_`, no digit first, and no keyword";
            return Err(messages.error(&format!("`{name}` cannot be the name of an SDK; help: {cure}")));
        }
        let Some(out) = self.out_dir.clone().or_else(|| env::var_os("OUT_DIR").map(PathBuf::from)) else {
            return Err(messages
                .error("OUT_DIR is not set; help: call this in a build script, or name a folder with `out_dir`"));
        };
        let out = out.join("opentop");
        if !is_first(&out.join(name)) {
            let cure = "give one of them another name: Config::new(…).name(\"orders\")";
            return Err(messages.error(&format!("two SDKs are called `{name}`; help: {cure}")));
        }
        let sources = match folder::read(&self.folder()) {
            Ok(sources) => sources,
            Err(error) => return Err(self.unreadable(messages, &error)),
        };
        let shown = self.spec.display().to_string().replace('\\', "/");
        let shown = shown.trim_end_matches('/');
        if sources.is_empty() {
            let cure = format!("describe a method in {shown}/<category>/<method>.yaml");
            return Err(messages.error(&format!("{shown}: there is no YAML file in this folder; help: {cure}")));
        }
        let loaded = opentop_model::load(&sources);
        let mut diagnostics = loaded.diagnostics;
        let examples = Examples::Mounted { module: self.name.clone() };
        let options = Options { spec: shown.to_owned(), examples, ..Options::default() };
        let mut files = None;
        if !opentop_model::diagnostic::has_errors(&diagnostics) {
            let generated = opentop_codegen::included(&loaded.model, &sources, name, &options);
            files = (!generated.has_errors()).then_some(generated.files);
            diagnostics.extend(generated.diagnostics);
        }
        let prefix = RenderOptions { prefix: format!("{shown}/"), color: false };
        for (diagnostic, line) in render_compact(&diagnostics, &sources, &prefix) {
            messages.finding(diagnostic.severity, &line);
        }
        let Some(files) = files else { return Err(messages) };
        output::write(&out, name, &files).map_err(|error| messages.clone().error(&error))?;
        Ok(messages)
    }

    /// The spec folder. Cargo runs a build script in the folder of its `Cargo.toml`; other callers may stand anywhere.
    fn folder(&self) -> PathBuf {
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| self.spec.clone(), |dir| Path::new(&dir).join(&self.spec))
    }

    fn unreadable(&self, messages: Messages, error: &folder::FolderError) -> Messages {
        if !self.folder().exists() {
            let spec = self.spec.display();
            let cure = "create it, or name the folder of your descriptions: Config::new(\"…\")";
            return messages.error(&format!("there is no folder {spec} beside Cargo.toml; help: {cure}"));
        }
        let cause = std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
        error.to_string().lines().fold(messages, |messages, line| messages.error(&format!("{line}{cause}")))
    }
}

/// Whether no SDK of this process was written there before.
fn is_first(place: &Path) -> bool {
    static WRITTEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    WRITTEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(place.to_path_buf())
}
