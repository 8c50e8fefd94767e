//! `cargo xtask demo`: regenerates, starts a sandbox on a free port, and runs the generated example against it.
//!
//! The example is a process of its own: this crate never links the generated one, so that broken output cannot stop `regen`.

use std::process::Command;

use anyhow::{Context, Result, bail};
use opentop_sandbox::Sandbox;

use crate::{End, regen, root};

pub(crate) fn run() -> Result<End> {
    if let End::Found = regen::run(&regen::Args::default())? {
        return Ok(End::Found);
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let sandbox = runtime.block_on(Sandbox::builder().spec_dir(root().join("spec")).start())?;
    println!("sandbox on {}", sandbox.endpoint());
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "opentop", "--all-features", "--example", "demo"])
        .current_dir(root())
        .env("OPENTOP_ENDPOINT", sandbox.endpoint())
        .env("OPENTOP_APP_KEY", sandbox.app_key())
        .env("OPENTOP_APP_SECRET", sandbox.app_secret())
        .env("OPENTOP_SESSION", sandbox.session())
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("the example ended with {status}");
    }
    Ok(End::Done)
}
