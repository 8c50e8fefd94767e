//! `opentop call METHOD key=value ...`: one call of one method, checked against its spec before anything is sent.
//!
//! The answer is printed as a table, as JSON or unchanged. Exit codes: 0 done, 1 the request breaks the spec or nothing could
//! be sent, 2 wrong usage, 3 rejected by the gateway or the business, 4 nobody knows whether a write was done. One request is
//! sent, once. Nothing is retried.

pub(crate) mod arguments;
pub(crate) mod curl;
mod dry_run;
mod files;
mod form;
pub(crate) mod members;
mod output;
pub(crate) mod record;
mod show;
pub(crate) mod violations;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap_complete::engine::ArgValueCompleter;
use opentop_model::model;
use opentop_runtime::__private::engine::{ResponseMeta, call_table};
use opentop_runtime::{ClientBuilder, Error, MethodInfo, Parameters, RetryPolicy, WriteError};

use crate::account::{self, Account, Session};
use crate::completions;
use crate::outcome::Outcome;
use crate::specs::{Found, Specs, not_served};

pub(crate) use arguments::only_object;
pub(crate) use dry_run::{is_hidden, shown};
pub(crate) use show::indented;

use form::Form;
use output::{Output, complain, print, terminal};
use record::Record;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The method, e.g. alibaba.example.gift.get.
    #[arg(add = ArgValueCompleter::new(completions::methods))]
    method: String,
    /// Parameters: key=value, with dots into objects (query.page_no=1), lists as a,b or JSON, objects as JSON, files (byte[]) as
    /// key=@path. Where the only parameter is an object, its fields need no prefix.
    #[arg(value_name = "KEY=VALUE", add = ArgValueCompleter::new(completions::parameters))]
    parameters: Vec<String>,
    /// Parameters from a file, or from standard input (-): a JSON object, merged with those on the command line. A file to upload is "@path" in it too, or
    /// {"path": …, "name": …, "media_type": …}; paths start in the current folder.
    #[arg(long, value_name = "FILE|-")]
    file: Option<PathBuf>,
    #[command(flatten)]
    account: account::Args,
    /// How the answer is shown.
    #[arg(long, value_enum, default_value = "table")]
    format: Form,
    /// Write the answer to this file instead of showing it. It is replaced as a whole.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Send nothing: show the request as it would be signed, without secrets.
    #[arg(long)]
    dry_run: bool,
    /// Send nothing: print the call as a curl command. Its signature is good for ten minutes. The session and what the spec calls
    /// sensitive are left to variables.
    #[arg(long, conflicts_with = "dry_run")]
    curl: bool,
    /// The spec folder. Default: `top` or `spec` of this folder or of one above, else the built-in methods.
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
}

/// How a call ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Done,
    /// The request breaks the spec, or nothing could be sent.
    Broken(String),
    Usage(String),
    Rejected(String),
    Unknown(String),
}

impl End {
    /// With another line behind its words.
    fn and(self, line: &str) -> End {
        match self {
            End::Done => End::Done,
            End::Broken(words) => End::Broken(format!("{words}\n{line}")),
            End::Usage(words) => End::Usage(format!("{words}\n{line}")),
            End::Rejected(words) => End::Rejected(format!("{words}\n{line}")),
            End::Unknown(words) => End::Unknown(format!("{words}\n{line}")),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            End::Done => Outcome::Done,
            End::Broken(_) => Outcome::ProblemsFound,
            End::Usage(_) => Outcome::Usage,
            End::Rejected(_) => Outcome::Rejected,
            End::Unknown(_) => Outcome::Unknown,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let end = call(args).unwrap_or_else(|error| End::Broken(format!("{error:#}")));
    match &end {
        End::Done => {}
        End::Broken(words) | End::Usage(words) => complain(&format!("error: {words}")),
        End::Rejected(words) => complain(&format!("rejected: {words}")),
        End::Unknown(words) => {
            complain(&format!("the outcome is unknown: {words}\nfind out before you call again: it may have been done"))
        }
    }
    Ok(end.outcome())
}

fn call(args: &Args) -> Result<End> {
    let specs = Specs::find(args.spec.as_deref())?;
    let api = match specs.method(&args.method)? {
        Found::Api(api) => *api,
        Found::Broken => return Ok(End::Broken("the spec has errors; nothing was sent".to_owned())),
        Found::Nowhere => return Ok(End::Usage(specs.unknown(&args.method)?)),
    };
    let api = &api;
    if let Some(why) = not_served(api) {
        return Ok(End::Usage(format!("{why}; nothing was sent")));
    }
    let file = args.file.as_deref().map(text_of).transpose();
    let given = match file {
        Ok(file) => arguments::read(api, file.as_deref(), &args.parameters),
        Err(error) => Err(format!("cannot read the file of parameters: {error}")),
    };
    let given = match given {
        Ok(given) => given,
        Err(words) => return Ok(End::Usage(words)),
    };
    let parameters = match files::read(given.files) {
        Ok(parameters) => parameters,
        Err(words) => return Ok(End::Usage(words)),
    };
    let texts = given.texts.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let found = opentop_sandbox::check::violations(api, texts, files::sizes(&parameters));
    if !found.is_empty() {
        let lines = violations::lines(api, &found);
        return Ok(End::Broken(format!("the request breaks its specification; nothing was sent{lines}")));
    }
    match prepare(args, api, parameters, &given.texts) {
        Ok(call) if args.dry_run => dry_run(api, call),
        Ok(call) if args.curl => curl(api, &call),
        Ok(call) => send(args, api, call),
        Err(words) => Ok(End::Usage(words)),
    }
}

/// The text of a file, or of standard input.
fn text_of(path: &Path) -> std::io::Result<String> {
    if path == Path::new("-") {
        return std::io::read_to_string(std::io::stdin());
    }
    // To open a pipe is to wait for somebody who writes into it.
    if std::fs::metadata(path)?.is_file() {
        return std::fs::read_to_string(path);
    }
    let shown = path.display();
    Err(std::io::Error::other(format!(
        "{shown} is a folder, a pipe or a device: expected a file; what comes from a pipe is read with `--file -`"
    )))
}

/// Prints the call as a curl command.
fn curl(api: &model::Api, call: &Call) -> Result<End> {
    if files::sizes(&call.parameters).next().is_some() {
        return Ok(End::Usage("--curl shows no call with a file: use --dry-run".to_owned()));
    }
    let session = match &call.account.session {
        Some(Session::Given(token)) => Some(token),
        Some(Session::Kept(_)) => {
            let words =
                "--curl leaves the session to a variable, and the token of a login is never shown: use --dry-run";
            return Ok(End::Usage(words.to_owned()));
        }
        None => None,
    };
    let is_hidden = |name: &str| name == "session" || is_hidden(api, name);
    print(&curl::of(&call.account.config, &record::info(api), &call.parameters, session, is_hidden)?);
    Ok(End::Done)
}

/// Shows what would be sent.
fn dry_run(api: &model::Api, call: Call) -> Result<End> {
    print(&format!("{}\n", shown(api, &call.account, call.parameters)?));
    Ok(End::Done)
}

/// Everything that one call is made of.
struct Call {
    account: Account,
    parameters: Parameters,
}

/// `parameters` holds the files; the texts come to them.
fn prepare(
    args: &Args,
    api: &model::Api,
    mut parameters: Parameters,
    texts: &[(String, String)],
) -> Result<Call, String> {
    let account = Account::of(&args.account, api)?;
    for (name, value) in texts {
        parameters.add(name, value).map_err(|error| error.to_string())?;
    }
    Ok(Call { account, parameters })
}

/// Sends the request, once, and shows the answer.
fn send(args: &Args, api: &model::Api, call: Call) -> Result<End> {
    // Made before anything is sent: an answer that cannot be kept is not asked for.
    let mut output = match args.output.as_deref().map(Output::open).transpose() {
        Ok(output) => output,
        Err(words) => return Ok(End::Usage(words)),
    };
    let mut model = Record::response(api);
    let key = api.idempotency_key.as_ref().and_then(|path| arguments::text_at(api, path, &call.parameters));
    let (client, session) = (call.account.client(), call.account.session.as_ref());
    Ok(match sent(client, session, &record::info(api), &call.parameters, &mut model) {
        Ok(answer) => {
            let text = show::answer(api, &model, &answer, args.format, terminal().filter(|_| output.is_none()));
            match output.take() {
                Some(output) => output.write(&text),
                None => print(&text),
            }
            End::Done
        }
        Err(error) => {
            if args.format == Form::Raw
                && let Some(raw) = error.error().and_then(Error::raw)
            {
                print(&format!("{}\n", String::from_utf8_lossy(raw)));
            }
            let end = ended(&error, key.as_deref());
            if matches!(call.account.session, Some(Session::Kept(_))) && error.error().is_some_and(needs_login) {
                end.and("log in again: `opentop login`")
            } else {
                end
            }
        }
    })
}

/// Sends one request, once, and reads the answer into `model`.
pub(crate) fn sent(
    client: ClientBuilder,
    session: Option<&Session>,
    info: &MethodInfo,
    parameters: &Parameters,
    model: &mut Record,
) -> Result<ResponseMeta, WriteError<()>> {
    let client = client.retries(RetryPolicy::none()).build().map_err(WriteError::Failed)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| WriteError::Failed(not_sent(&error.to_string())))?;
    match session {
        Some(session) => runtime.block_on(call_table(&client.session(session.clone()), info, parameters, model)),
        None => runtime.block_on(call_table(&client.options(), info, parameters, model)),
    }
}

fn not_sent(words: &str) -> Error {
    use opentop_runtime::transport::{SendStage, TransportError, TransportErrorKind};
    TransportError::new(SendStage::NotSent, TransportErrorKind::Other).with_source(words.to_owned()).into()
}

/// Whether the user must consent again.
fn needs_login(error: &Error) -> bool {
    match error {
        Error::Token(error) => error.needs_authorization(),
        error => error.is_session(),
    }
}

/// What an error means: a read can simply be called again; for a write the outcome table decides.
fn ended(error: &WriteError<()>, key: Option<&str>) -> End {
    let cause = error.error().map(ToString::to_string).unwrap_or_default();
    let words = match key {
        Some(key) => format!("{cause} (key {key})"),
        None => cause,
    };
    match error {
        WriteError::Unknown(_) => End::Unknown(words),
        WriteError::Failed(Error::Gateway { .. } | Error::Business { .. }) => End::Rejected(words),
        WriteError::Failed(_) => End::Broken(words),
    }
}
