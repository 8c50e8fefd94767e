//! The cargo that `bench` and `demo` start has the user's environment, not that of the outer cargo.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::process::{run, xtask};

#[test]
fn the_inner_cargo_inherits_nothing_of_the_outer_package() {
    let dir = tempfile::tempdir().unwrap();
    let (fake, seen) = (dir.path().join("cargo"), dir.path().join("seen"));
    fs::write(&fake, format!("#!/bin/sh\nenv > '{}'\necho \"$@\" >> '{}'\n", seen.display(), seen.display())).unwrap();
    fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).unwrap();
    for command in ["bench", "demo"] {
        let mut line = xtask();
        line.arg(command).env("CARGO", &fake).env("CARGO_MANIFEST_DIR", "/x").env("CARGO_MANIFEST_LINKS", "x");
        line.env("CARGO_PKG_NAME", "x").env("CARGO_PKG_VERSION_MAJOR", "0").env("CARGO_NET_RETRY", "7");
        let ended = run(&mut line);
        let seen = fs::read_to_string(&seen).unwrap_or_default();
        let inherited = ["CARGO_MANIFEST", "CARGO_PKG_"].iter().any(|family| seen.contains(family));
        assert!(!inherited && seen.contains("CARGO_NET_RETRY=7"), "{command}: {}\n{seen}", ended.text);
        assert!(!seen.contains("--quiet"), "{command}: {seen}");
    }
}

#[test]
fn the_help_of_bench_starts_nothing() {
    for arguments in [&["bench", "--help"][..], &["bench", "decode", "--help"]] {
        let ended = run(xtask().args(arguments).env("CARGO", "/nonexistent/cargo"));
        assert!(ended.code == Some(0) && ended.text.contains("--corpus DIR"), "{}", ended.text);
    }
}
