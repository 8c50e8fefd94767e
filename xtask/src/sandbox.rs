//! `cargo xtask sandbox`: serves the spec files as a local gateway, until interrupted.
//!
//! In: options, each of which is one of the library's. Out: what a client needs to call it, printed; then answers.

use std::path::PathBuf;

use anyhow::{Context, Result};
use opentop_sandbox::{Ledger, RandomFaults, Sandbox, SandboxBuilder};

use crate::{End, regen};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// The spec folder.
    #[arg(long, value_name = "DIR", default_value = "spec")]
    spec: PathBuf,
    /// Let a method take amounts from accounts: which request fields name the account and the amount, what an account begins with,
    /// and which response field tells the balance after it. May be given several times.
    #[arg(long, value_name = "METHOD:ACCOUNT:AMOUNT:OPENING[:AFTER]", value_parser = ledger)]
    ledger: Vec<(String, Ledger)>,
    /// Whether a repeated idempotency key is recognised; methods with a ledger do unless told otherwise, others do not.
    #[arg(long, value_name = "true|false")]
    dedupe: Option<bool>,
    /// Refuse a request that came before, byte for byte.
    #[arg(long)]
    refuse_replays: bool,
    /// Let this share of the calls go wrong: cut connections, 5xx, HTML, refusals, bans and more.
    #[arg(long, value_name = "0..1", value_parser = share)]
    fault_rate: Option<f64>,
    /// What decides the faults; printed, and made up where it is not given.
    #[arg(long, value_name = "N", requires = "fault_rate")]
    fault_seed: Option<u64>,
}

pub(crate) fn run(args: &Args) -> Result<End> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let seed = args.fault_seed.unwrap_or_else(|| u64::from(std::process::id()));
        let sandbox = builder(args, seed).start().await?;
        println!("endpoint    {}", sandbox.endpoint());
        println!("app key     {}", sandbox.app_key());
        println!("app secret  {}", sandbox.app_secret());
        println!("session     {}", sandbox.session());
        if let Some(rate) = args.fault_rate {
            println!("faults      {rate} of all calls, seed {seed}");
        }
        println!("It listens on this machine only. Stop it with Ctrl-C.");
        tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
        Ok(End::Done)
    })
}

fn builder(args: &Args, seed: u64) -> SandboxBuilder {
    let spec = regen::resolve(&args.spec, "spec");
    let mut builder = Sandbox::builder().spec_dir(spec).port(args.port).refuse_replays(args.refuse_replays);
    for (method, ledger) in &args.ledger {
        builder = builder.ledger(method, ledger.clone());
    }
    if let Some(dedupe) = args.dedupe {
        builder = builder.dedupe(dedupe);
    }
    match args.fault_rate {
        Some(rate) => builder.random_faults(RandomFaults::new(seed), rate),
        None => builder,
    }
}

fn ledger(text: &str) -> Result<(String, Ledger), String> {
    let parts: Vec<&str> = text.split(':').collect();
    let (method, account, amount, opening, after) = match *parts.as_slice() {
        [method, account, amount, opening] => (method, account, amount, opening, None),
        [method, account, amount, opening, after] => (method, account, amount, opening, Some(after)),
        _ => return Err("four or five parts belong here, with `:` between them".to_owned()),
    };
    let opening = opentop_runtime::Decimal::from_str_exact(opening)
        .map_err(|_| format!("`{opening}` is no amount that an account could begin with"))?;
    let ledger = Ledger::new(account, amount, opening);
    Ok((method.to_owned(), after.map_or(ledger.clone(), |after| ledger.after(after))))
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "a number from 0 to 1 belongs here".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("a number from 0 to 1 belongs here".to_owned()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_ledger_is_read_from_its_parts() {
        let (method, read) = ledger("a.b.c:req.card:req.value:100.50:result.left").unwrap();
        assert_eq!(method, "a.b.c");
        let opening: opentop_runtime::Decimal = "100.50".parse().unwrap();
        assert_eq!(read, Ledger::new("req.card", "req.value", opening).after("result.left"));
        for wrong in ["", "a:b:c", "a:b:c:much", "a:b:c:1:d:e"] {
            assert!(ledger(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_share_lies_between_nothing_and_all() {
        assert_eq!((share("0"), share("0.25"), share("1")), (Ok(0.0), Ok(0.25), Ok(1.0)));
        for wrong in ["-0.1", "1.1", "NaN", "inf", "x"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
