//! One command drains a small queue.

use std::process::Command;

use crate::servers::Server;

#[test]
fn one_command_drains_a_queue_and_nothing_is_done_twice() {
    // Says so, loudly, where a server is not installed.
    if Server::redis("everysec").is_none() || Server::postgres().is_none() {
        return;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleet"));
    for name in ["FLEET_POSTGRES", "FLEET_REDIS", "OPENTOP_ENDPOINT", "OPENTOP_APP_KEY", "OPENTOP_APP_SECRET"] {
        command.env_remove(name);
    }
    let output = command.arg("150").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("150 done, 0 failed in "), "{said}");
    assert!(said.contains("the sandbox executed 150, 0 of them twice"), "{said}");
    assert!(said.contains("/s   waiting ") && said.contains("not banned"), "{said}");
}
