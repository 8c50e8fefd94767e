//! The command `opentop`.

use std::process::ExitCode;

fn main() -> ExitCode {
    opentop_cli::run()
}
