//! `cargo xtask sandbox`: serves the spec files as a local gateway, until interrupted.

use std::path::PathBuf;

use anyhow::{Context, Result};
use opentop_sandbox::Sandbox;

use crate::{End, regen};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// The spec folder.
    #[arg(long, value_name = "DIR", default_value = "spec")]
    spec: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<End> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let spec = regen::resolve(&args.spec, "spec");
        let sandbox = Sandbox::builder().spec_dir(spec).port(args.port).start().await?;
        println!("endpoint    {}", sandbox.endpoint());
        println!("app key     {}", sandbox.app_key());
        println!("app secret  {}", sandbox.app_secret());
        println!("session     {}", sandbox.session());
        println!("It listens on this machine only. Stop it with Ctrl-C.");
        tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
        Ok(End::Done)
    })
}
