//! Starts cargo from within `cargo xtask`.
//!
//! The outer cargo describes the package `xtask` to its child by variables such as `CARGO_MANIFEST_DIR`. Build scripts of dependencies watch
//! some of them, so an inner cargo that inherits them compiles those again, and so does the next command that does not have them.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use crate::repository::root;

/// Cargo, in the repository's root, with the environment that the user's own shell gives it.
pub(crate) fn command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for name in outer(std::env::vars_os().map(|(name, _)| name)) {
        command.env_remove(name);
    }
    command.current_dir(root());
    command
}

/// Those variables that the outer cargo set for the package it runs.
fn outer(names: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    const NAMES: [&str; 5] = ["CARGO", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];
    const FAMILIES: [&str; 4] = ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_EXE_", "CARGO_RUSTC_"];
    names.filter(|name| {
        let is = |known: &&str| name == OsStr::new(known);
        let begins = |family: &&str| name.to_str().is_some_and(|name| name.starts_with(family));
        NAMES.iter().any(is) || FAMILIES.iter().any(begins)
    })
}

#[cfg(test)]
mod tests {
    use super::outer;

    #[test]
    fn what_describes_the_outer_package_goes_and_the_users_settings_stay() {
        let gone =
            ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_LINKS", "CARGO_PKG_VERSION", "CARGO_PKG_NAME", "CARGO", "OUT_DIR"];
        let kept =
            ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE", "CARGO_BUILD_JOBS", "PATH", "CARGO_TERM_COLOR"];
        let names = gone.iter().chain(&kept).map(Into::into);
        assert_eq!(outer(names).collect::<Vec<_>>(), gone);
    }
}
