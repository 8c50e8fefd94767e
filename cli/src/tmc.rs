//! `opentop tmc push`: publishes a message on the message channel, of a sandbox or of the platform.

use anyhow::{Context, Result};
use opentop_runtime::tmc::Consumer;

use crate::account::Source;
use crate::outcome::Outcome;
use crate::spi::text_of;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Publish a message, and wait until the server has taken it.
    ///
    /// A sandbox (`opentop sandbox --messages`) puts it into the queue of the group, where your consumer gets it. Who publishes is read
    /// from OPENTOP_APP_KEY and OPENTOP_APP_SECRET, or from a file of --credentials or --profile.
    Push(Push),
}

#[derive(clap::Args)]
struct Push {
    /// The topic, for example `taobao_trade_TradeBuyerPay`.
    topic: String,
    /// The content: text, `@FILE`, or `-` for standard input.
    #[arg(value_name = "TEXT|@FILE|-")]
    content: String,
    /// The server.
    #[arg(long, default_value = "ws://127.0.0.1:8788/")]
    url: String,
    /// The group whose consumers get it from a sandbox.
    #[arg(long, default_value = "default")]
    group: String,
    /// How many times to publish it.
    #[arg(long, default_value_t = 1)]
    times: u32,
    #[command(flatten)]
    credentials: Source,
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let Command::Push(args) = &args.command;
    let who = match args.credentials.read(None) {
        Ok((_, who)) => who,
        Err(words) => {
            eprintln!("error: {words}");
            return Ok(Outcome::Usage);
        }
    };
    let content = text_of(&args.content)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let consumer = Consumer::builder()
            .url(&args.url)
            .app_key(&who.app_key)
            .app_secret(who.app_secret)
            .group(&args.group)
            .build()?;
        let mut publisher = consumer.publisher().await.with_context(|| format!("cannot publish at {}", args.url))?;
        for _ in 0..args.times {
            publisher.publish(&args.topic, &content, None).await?;
        }
        publisher.close().await;
        println!("{} published to the group {}", args.topic, args.group);
        Ok(Outcome::Done)
    })
}
