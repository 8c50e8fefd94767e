//! What the generated crate is to be, beside its methods.

use opentop_model::rust_names::ModuleName;

/// The revision of the runtime's interface for generated code that ours needs, and the first version of the runtime that has it.
pub(super) const INTERFACE: (u32, &str) = (1, "0.1.0");

/// Which files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A crate.
    Crate,
    /// A crate for each category, in the folder `crates`, and the facade, which has the paths of one crate.
    Crates,
    /// The module `api` alone.
    Modules,
}

/// What the generated crate is to be, beside its methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Its name.
    pub name: String,
    /// Where the generated crate finds the runtime.
    pub runtime: Runtime,
    /// Whether it is a workspace of its own (an empty `[workspace]`), or a member of one around it.
    pub standalone: bool,
    /// Its version.
    pub version: String,
    /// Whether it may be published.
    pub publish: bool,
    /// What the folder of specs is called in banners.
    pub spec: String,
    /// What the examples in its documentation are.
    pub examples: Examples,
    /// Whether the items of every Rust file are compared with the planned ones. That reads all of it back, and shows a defect of the
    /// generator alone.
    pub verify: bool,
}

/// What the examples in the documentation of the generated crate are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Examples {
    /// They are shown.
    Shown,
    /// They are shown, as text that rustdoc takes for no code, in a crate of which the generated modules are a part.
    Mounted {
        /// The module around `api`; `None` where that is the crate's root.
        module: Option<String>,
    },
    /// They are tests, which run against a sandbox: the development dependency `opentop-sandbox`, in this folder from the crate's own.
    Tested {
        /// The folder.
        sandbox: String,
    },
}

/// Where the generated crate finds the runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// In this folder, from the generated crate's own.
    Path(String),
    /// In the registry, at this version.
    Version(String),
}

impl Default for Options {
    fn default() -> Self {
        Options {
            name: "opentop".to_owned(),
            runtime: Runtime::Path("../runtime".to_owned()),
            standalone: false,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            publish: true,
            spec: "spec".to_owned(),
            examples: Examples::Shown,
            verify: false,
        }
    }
}

impl Options {
    /// The crate's name in code.
    pub(super) fn crate_name(&self) -> ModuleName {
        ModuleName::new(&self.name)
    }
}
