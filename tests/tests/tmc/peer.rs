//! The sandbox's message channel as a client sees it that nobody here wrote: the PyPI package `tmcpy`, over tornado's WebSockets.
//!
//! Skipped, loudly, where there is no Python, or no way to its registry.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use opentop_sandbox::tmc::{PushedMessage, TmcOptions};
use serde_json::{Value, json};

use crate::support::repository::root;

const PACKAGES: [&str; 4] = ["tmcpy==0.3.7", "tornado==6.6.1", "six==1.17.0", "simplejson==4.3.0"];

/// The interpreter that has the package; an error says what is missing.
fn install() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tmcpy");
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let run = |command: &mut Command| {
        let output = command.output().map_err(|error| format!("python3 cannot be run: {error}"))?;
        let said = || String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said()) }
    };
    let python = bin.join("python");
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"];
    run(Command::new(&python).args(pip).args(PACKAGES))?;
    Ok(python)
}

#[test]
fn a_client_that_others_published_receives_and_confirms_every_message() {
    let python = match install() {
        Ok(python) => python,
        Err(because) => {
            eprintln!("\n*** SKIPPED: the PyPI package tmcpy did not connect to the sandbox: {because} ***\n");
            return;
        }
    };
    let server = TmcOptions::default().start().unwrap();
    let contents: Vec<Value> = (0..20)
        .map(|number| json!({ "tid": 192_559_684_481_084_i64 + number, "buyer_nick": "测试 😀".repeat(number as usize * 200) }))
        .collect();
    for content in &contents {
        server.push("default", PushedMessage::new("taobao_trade_TradeBuyerPay", content.to_string()));
    }
    let output = Command::new(&python)
        .arg(root().join("tests/scripts/receive.py"))
        .arg(contents.len().to_string())
        .env("OPENTOP_MESSAGES", server.url())
        .env("OPENTOP_APP_KEY", "12345678")
        .env("OPENTOP_APP_SECRET", "helloworld")
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    let received: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected: Vec<Value> =
        contents.iter().map(|content| json!({ "topic": "taobao_trade_TradeBuyerPay", "content": content })).collect();
    assert_eq!(received, expected);
    let counts = server.counts();
    assert_eq!((counts.confirmed, counts.open), (20, 0), "{counts:?} {said}");
}
