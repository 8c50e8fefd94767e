//! `opentop sandbox`: serves the specifications as a local gateway until interrupted.
//!
//! It prints what a client needs to call it, then one line for each call: id, method, verdict, fault.

mod options;

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use opentop_sandbox::tmc::TmcOptions;
use opentop_sandbox::{CallLimit, Flows, Ledger, RandomFaults, Sandbox, SandboxBuilder};

use crate::outcome::Outcome;
use crate::specs::Specs;
use options::{FaultScript, Records};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// A spec folder. May be given several times; of a method that several describe, the last one counts. Default: `top` or `spec` of
    /// this folder or of one above. The four built-in methods are always served.
    #[arg(long, value_name = "DIR")]
    spec: Vec<PathBuf>,
    /// Answer a method with the records of a JSON file: the items of a list, or whole responses. A folder holds one file
    /// METHOD.json for each method. May be given several times.
    #[arg(long, value_name = "METHOD=FILE|DIR", value_parser = options::records)]
    records: Vec<Records>,
    /// Give a call only those records whose field lies in the time span that it asks for. Without this the field is chosen by its
    /// description.
    #[arg(long, value_name = "METHOD=FIELD", value_parser = options::pair)]
    dated_by: Vec<(String, String)>,
    /// Let a method take amounts from accounts: which request fields name the account and the amount, what an account begins with,
    /// and which response field tells the balance after it. May be given several times.
    #[arg(long, value_name = "METHOD:ACCOUNT:AMOUNT:OPENING[:AFTER]", value_parser = options::ledger)]
    ledger: Vec<(String, Ledger)>,
    /// Show the executions of a ledger in the list of another method. FIELD=SOURCE fills a field of its items: a parameter of the
    /// write, its negative (`-req.value`), {id}, {balance}, {time} or 'text'. ?PARAMETER=PARAMETER filters the list.
    #[arg(long, value_name = "WRITE:LIST[:FIELD=SOURCE,...]", value_parser = options::flows)]
    flows: Vec<(String, Flows)>,
    /// Whether a repeated idempotency key is recognised. The default: methods with a ledger do, others do not.
    #[arg(long, value_name = "true|false")]
    dedupe: Option<bool>,
    /// Refuse a request that came before, byte for byte.
    #[arg(long)]
    refuse_replays: bool,
    /// Let the next calls of a method go wrong, one fault each: `delay-after=5s`, `none,html`, `status=502*3`. METHOD `*` means any
    /// method. A wrong fault lists all of them.
    #[arg(long, value_name = "METHOD:FAULT[*TIMES][,FAULT...]", value_parser = options::faults)]
    fault: Vec<FaultScript>,
    /// Limit the rate of calls: 100/s, 5000/day, METHOD=10/s. Whoever exceeds it is banned. May be given several times.
    #[arg(long, value_name = "[METHOD=]CALLS/s|day")]
    limit: Vec<CallLimit>,
    /// Let this share of the calls go wrong: cut connections, 5xx, HTML, refusals, bans and more.
    #[arg(long, value_name = "0..1", value_parser = options::share)]
    fault_rate: Option<f64>,
    /// The seed of the random faults. It is printed, and made up if it is not given.
    #[arg(long, value_name = "N", requires = "fault_rate")]
    fault_seed: Option<u64>,
    /// Serve the message channel too, on this port (0 takes a free one). `opentop tmc push` puts messages into it.
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "8788")]
    messages: Option<u16>,
    /// Let every call of a method that was carried out cause a message of a topic, whose content are the call's parameters.
    #[arg(long, value_name = "METHOD=TOPIC", value_parser = options::pair, requires = "messages")]
    message_on: Vec<(String, String)>,
    /// Let pages from a loopback address call it from a browser.
    #[arg(long)]
    cors: bool,
    /// Print no line for each call.
    #[arg(long)]
    quiet: bool,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let seed = args.fault_seed.unwrap_or_else(|| u64::from(std::process::id()));
        let messages = args.messages.map(|port| TmcOptions::default().port(port).start()).transpose();
        let messages = messages.context("cannot serve the message channel")?;
        let mut builder = builder(args, seed)?;
        if let Some(messages) = &messages {
            builder = builder.messages(messages);
        }
        for (method, topic) in &args.message_on {
            builder = builder.message_on(method, topic);
        }
        let sandbox = builder.start().await?;
        println!("endpoint    {}", sandbox.endpoint());
        println!("app key     {}", sandbox.app_key());
        println!("app secret  {}", sandbox.app_secret());
        println!("session     {}", sandbox.session());
        if let Some(rate) = args.fault_rate {
            println!("faults      {rate} of all calls, seed {seed}");
        }
        if let Some(messages) = &messages {
            println!("messages    {}", messages.url());
        }
        println!("authorize   {}", sandbox.authorize_url());
        println!("token       {}", sandbox.token_url());
        println!("methods     {}", sandbox.state().methods().count());
        println!("Programs call it with these variables:");
        println!(
            "export OPENTOP_ENDPOINT={} OPENTOP_APP_KEY={} OPENTOP_APP_SECRET={} OPENTOP_SESSION={}",
            sandbox.endpoint(),
            sandbox.app_key(),
            sandbox.app_secret(),
            sandbox.session()
        );
        println!("It listens on this machine only. Stop it with Ctrl-C.");
        tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
        Ok(Outcome::Done)
    })
}

fn builder(args: &Args, seed: u64) -> Result<SandboxBuilder> {
    let mut builder = Sandbox::builder().port(args.port).refuse_replays(args.refuse_replays).cors(args.cors);
    if !args.quiet {
        // Whoever read the log may be gone; the gateway stays.
        builder = builder.on_event(|event| drop(writeln!(io::stdout().lock(), "{event}")));
    }
    for folder in &args.spec {
        builder = builder.spec_dir(folder);
    }
    if args.spec.is_empty()
        && let Specs::Folder(folder) = Specs::find(None)?
    {
        builder = builder.spec_dir(folder);
    }
    for (method, text) in args.records.iter().map(Records::read).collect::<Result<Vec<_>>>()?.into_iter().flatten() {
        builder = builder.with_json_records(method, text);
    }
    for (method, field) in &args.dated_by {
        builder = builder.dated_by(method, field);
    }
    for (method, flows) in &args.flows {
        if !args.ledger.iter().any(|(write, _)| write == method) {
            bail!("--flows {method}:{}: the method has no ledger; give it one with --ledger", flows.method);
        }
    }
    for (method, ledger) in &args.ledger {
        let flows = args.flows.iter().find(|(write, _)| write == method).map(|(_, flows)| flows.clone());
        builder = builder.ledger(method, Ledger { flows, ..ledger.clone() });
    }
    if let Some(dedupe) = args.dedupe {
        builder = builder.dedupe(dedupe);
    }
    for limit in &args.limit {
        builder = builder.limit(limit.clone());
    }
    for script in &args.fault {
        builder = script.apply(builder);
    }
    Ok(match args.fault_rate {
        Some(rate) => builder.random_faults(RandomFaults::new(seed), rate),
        None => builder,
    })
}
