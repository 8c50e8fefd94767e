//! `cargo xtask demo`: regenerates, starts a sandbox on a free port, and runs the generated example against it.
//!
//! The example is a process of its own: this crate never links the generated one, so that broken output cannot stop `regen`. It is built
//! together with this package, so that both use the same builds of their dependencies.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use opentop_sandbox::Sandbox;

use crate::cargo;
use crate::repository::root;
use opentop_cli::{Commands, Outcome};

pub(crate) fn run() -> Result<Outcome> {
    std::env::set_current_dir(root()).context("cannot enter the repository")?;
    let regenerated = Commands::parse(["regen"]).run()?;
    if regenerated != Outcome::Done {
        return Ok(regenerated);
    }
    println!("building the example");
    let example = build()?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let sandbox = runtime.block_on(Sandbox::builder().spec_dir(root().join("spec")).start())?;
    println!("sandbox on {}", sandbox.endpoint());
    let status = Command::new(&example)
        .current_dir(root())
        .env("OPENTOP_ENDPOINT", sandbox.endpoint())
        .env("OPENTOP_APP_KEY", sandbox.app_key())
        .env("OPENTOP_APP_SECRET", sandbox.app_secret())
        .env("OPENTOP_SESSION", sandbox.session())
        .status()
        .with_context(|| format!("cannot run {}", example.display()))?;
    if !status.success() {
        bail!("the example ended with {status}");
    }
    Ok(Outcome::Done)
}

/// Builds the example and says where it is. Cargo unites the features of the packages that it is given: with `xtask` among them, no
/// dependency is compiled a second time with others.
fn build() -> Result<PathBuf> {
    let mut child = cargo::command()
        .args(["build", "--package", "opentop", "--package", "xtask", "--example", "demo"])
        .args(["--features", "opentop/full,opentop/reqwest", "--message-format", "json-render-diagnostics"])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let messages = child.stdout.take().context("cargo says nothing")?;
    let mut example = None;
    for line in BufReader::new(messages).lines() {
        example = executable(&line.context("cannot read what cargo says")?).or(example);
    }
    let status = child.wait().context("cannot wait for cargo")?;
    if !status.success() {
        bail!("the example does not build: cargo ended with {status}");
    }
    example.context("cargo did not say where the example is")
}

/// The example's path, from the message that says so.
fn executable(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let target = message.get("target")?;
    let is_demo = target.get("name")? == "demo" && target.get("kind")?.get(0)? == "example";
    is_demo.then(|| message.get("executable")?.as_str().map(PathBuf::from)).flatten()
}

#[cfg(test)]
mod tests {
    use super::executable;

    #[test]
    fn the_example_is_found_among_cargos_messages() {
        let demo =
            r#"{"reason":"compiler-artifact","target":{"kind":["example"],"name":"demo"},"executable":"/t/demo"}"#;
        assert_eq!(executable(demo), Some("/t/demo".into()));
        for other in ["", "{}", &demo.replace("example", "bin"), &demo.replace("\"/t/demo\"", "null")] {
            assert_eq!(executable(other), None, "{other}");
        }
    }
}
