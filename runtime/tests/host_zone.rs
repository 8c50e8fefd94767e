//! The zone of the machine plays no part: a call is stamped in GMT+8 wherever it is made.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::process::Command;

use opentop_runtime::DateTime;

/// Run again by the test below, under other zones.
#[test]
fn stamp() {
    let at = DateTime::from_unix_millis(1_564_467_885_000).unwrap();
    assert_eq!(at.to_string(), "2019-07-30 14:24:45");
    let now = DateTime::now();
    let unix = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    assert!(now.unix_millis().abs_diff(i64::try_from(unix).unwrap()) < 60_000);
}

#[test]
fn every_zone_of_the_host_stamps_alike() {
    for zone in ["UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Chatham", "Nowhere/Atall"] {
        let mut again = Command::new(std::env::current_exe().unwrap());
        let output = again.args(["--exact", "stamp"]).env("TZ", zone).output().unwrap();
        assert!(output.status.success(), "{zone}: {}", String::from_utf8_lossy(&output.stdout));
    }
}
