//! `opentop spi send`: calls a server as the platform would, with a right signature or a wrong one, late, and twice.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use opentop_runtime::transport::{ReqwestTransport, Transport, TransportLimits, TransportOptions};
use opentop_runtime::{DateTime, Endpoint};
use opentop_sandbox::SpiCall;

use crate::account::Source;
use crate::account::credentials::Credentials;
use crate::outcome::Outcome;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Call a server as the platform would (SPI, and Qimen to the one that implements it).
    ///
    /// The call is signed with the secret of the application that is called: OPENTOP_APP_KEY and OPENTOP_APP_SECRET, or a file of
    /// --credentials or --profile. Ends with 3 where the server does not answer with 200.
    Send(Send),
}

#[derive(clap::Args)]
struct Send {
    /// The method, for example `alibaba.example.box.notify`.
    method: String,
    /// Where the server listens.
    #[arg(default_value = "http://127.0.0.1:8080/spi")]
    url: String,
    /// Parameters: of a form, or of the query where there is another body.
    #[arg(value_name = "NAME=VALUE", value_parser = pair)]
    parameters: Vec<(String, String)>,
    /// A body in JSON: text, `@FILE`, or `-` for standard input.
    #[arg(long, value_name = "TEXT|@FILE|-", conflicts_with = "xml")]
    json: Option<String>,
    /// A body in XML.
    #[arg(long, value_name = "TEXT|@FILE|-")]
    xml: Option<String>,
    /// A parameter of the query beside a form.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    query: Vec<(String, String)>,
    /// A header that is signed (`top-sign-list`).
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    header: Vec<(String, String)>,
    /// A file of a multipart body. Files are not signed.
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    file: Vec<(String, String)>,
    /// Send in GBK instead of UTF-8.
    #[arg(long)]
    gbk: bool,
    /// Sign wrongly: the server should refuse.
    #[arg(long)]
    wrong_signature: bool,
    /// How many seconds ago the call says it was made; negative: in the future.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value_t = 0)]
    age: i64,
    /// Send the very same call twice: a server that refuses repeats should refuse the second.
    #[arg(long)]
    twice: bool,
    #[command(flatten)]
    credentials: Source,
    /// How many seconds the server may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    if name.is_empty() { Err("expected a name before `=`".to_owned()) } else { Ok((name.to_owned(), value.to_owned())) }
}

/// The text that an argument means.
pub(crate) fn text_of(argument: &str) -> Result<String> {
    match argument.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("cannot read {path}")),
        None if argument == "-" => std::io::read_to_string(std::io::stdin()).context("cannot read standard input"),
        None => Ok(argument.to_owned()),
    }
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let Command::Send(args) = &args.command;
    let who = match args.credentials.read(None) {
        Ok((_, who)) => who,
        Err(words) => {
            eprintln!("error: {words}");
            return Ok(Outcome::Usage);
        }
    };
    let call = built(args, &who)?;
    let request = call.request(&args.url, &who.app_secret).context("the call cannot be built")?;
    let address = args.url.split(['?', '#']).next().unwrap_or_default();
    let endpoint = Endpoint::custom(address).with_context(|| format!("{address} cannot be called"))?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let transport = ReqwestTransport::new(&endpoint, &TransportOptions::new())?;
        let mut outcome = Outcome::Done;
        for _ in 0..if args.twice { 2 } else { 1 } {
            let limits = TransportLimits::new(Duration::from_secs(args.timeout), 16 << 20);
            let response = transport.send(request.clone(), limits).await.context("no answer")?;
            show(&response);
            if response.status() != 200 {
                outcome = Outcome::Rejected;
            }
        }
        Ok(outcome)
    })
}

fn built(args: &Send, who: &Credentials) -> Result<SpiCall> {
    let mut call = SpiCall::new(&args.method).parameter("app_key", &who.app_key);
    let has_text = args.json.is_some() || args.xml.is_some();
    if has_text && !args.file.is_empty() {
        bail!("a file stands in a multipart body, beside no other: leave --json and --xml out");
    }
    if let Some(text) = &args.json {
        call = call.json(text_of(text)?);
    } else if let Some(text) = &args.xml {
        call = call.xml(text_of(text)?);
    } else if !args.parameters.is_empty() || !args.file.is_empty() {
        call = call.form(args.parameters.clone());
    }
    let in_query = args.query.iter().chain(if has_text { &args.parameters[..] } else { &[] });
    call = in_query.fold(call, |call, (name, value)| call.parameter(name, value));
    call = args.header.iter().fold(call, |call, (name, value)| call.signed_header(name, value));
    for (name, path) in &args.file {
        let content = std::fs::read(path).with_context(|| format!("cannot read {path}"))?;
        let file_name = PathBuf::from(path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
        call = call.file(name, file_name, content);
    }
    if args.gbk {
        call = call.gbk();
    }
    if args.wrong_signature {
        call = call.wrong_signature();
    }
    let millis = DateTime::now().unix_millis().saturating_sub(args.age.saturating_mul(1_000));
    Ok(call.at(DateTime::from_unix_millis(millis).context("--age: no such time")?))
}

/// The answer: status, content type, and the body as text in its charset.
fn show(response: &http::Response<bytes::Bytes>) {
    let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("none");
    let is_gbk = content_type.to_ascii_lowercase().contains("charset=gb");
    let charset = if is_gbk { encoding_rs::GBK } else { encoding_rs::UTF_8 };
    let body = charset.decode(response.body()).0;
    let shown: String = body.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect();
    let _ = writeln!(std::io::stdout(), "{} {content_type}\n{shown}", response.status().as_u16());
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn no_argument_takes_a_secret() {
        let command = <Line as clap::CommandFactory>::command();
        let send = command.find_subcommand("send").expect("the subcommand");
        assert!(send.get_arguments().all(|argument| !argument.get_id().as_str().contains("secret")));
        assert!(Line::try_parse_from(["x", "send", "a.b", "http://127.0.0.1/", "noequals"]).is_err());
        assert!(Line::try_parse_from(["x", "send", "a.b", "http://127.0.0.1/", "a=1", "--age", "-5"]).is_ok());
    }
}
