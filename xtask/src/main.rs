//! `cargo xtask COMMAND`: the commands of `opentop-cli`, for this repository.

use std::process::ExitCode;

fn main() -> ExitCode {
    opentop_cli::run("cargo xtask")
}
