//! `opentop call METHOD key=value ...`: one call of one method, checked from its spec before anything is sent.
//!
//! Takes the method's spec, parameters, credentials. Returns the answer as a table, as JSON or as it came, and an exit code: 0 done,
//! 1 the request breaks the spec or nothing could be sent, 2 bad usage, 3 rejected by the gateway or the business, 4 nobody knows
//! whether a write was done. One request is sent, once: nothing is retried.

mod arguments;
pub(crate) mod credentials;
mod curl;
mod files;
mod form;
mod members;
mod record;
mod show;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use clap_complete::engine::ArgValueCompleter;
use opentop_model::model;
use opentop_runtime::__private::engine::{ResponseMeta, call_table};
use opentop_runtime::{Client, Config, Endpoint, Error, Parameters, RetryPolicy, WriteError};

use crate::outcome::Outcome;
use crate::specs::{Found, Specs, not_served};
use crate::{completions, resemble};
use opentop_sandbox::check::{Violation, ViolationKind};

pub(crate) use arguments::only_object;
use credentials::Credentials;
use form::Form;
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
    /// Credentials from a file that only its owner can read (mode 0600): lines app_key=…, app_secret=…, session=….
    /// Default: the environment variables OPENTOP_APP_KEY, OPENTOP_APP_SECRET and OPENTOP_SESSION.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The credentials of a profile: a file of that name in ~/.config/opentop/profiles, of mode 0600, with the lines of --credentials
    /// and perhaps endpoint=….
    #[arg(long, value_name = "NAME", conflicts_with = "credentials")]
    profile: Option<String>,
    /// The environment variable that holds the session (access token); it is sent even where the method needs none.
    #[arg(long, value_name = "VARIABLE")]
    session_from_env: Option<String>,
    /// Where the call goes: production, sandbox, overseas, or a URL. Default: what the file of credentials says, or without one
    /// OPENTOP_ENDPOINT; else production.
    #[arg(long, value_name = "URL|NAME")]
    endpoint: Option<String>,
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
    /// How many seconds the call may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
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
    let violations = opentop_sandbox::check::violations(api, texts, files::sizes(&parameters));
    if !violations.is_empty() {
        let lines: String =
            violations.iter().map(|violation| format!("\n  {violation}{}", misspelt(api, violation))).collect();
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
    if path == Path::new("-") { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(path) }
}

/// What a parameter that the method does not have was meant to be.
fn misspelt(api: &model::Api, violation: &Violation) -> String {
    if violation.kind != ViolationKind::Unknown {
        return String::new();
    }
    let mut object = &api.request;
    let mut names = violation.path.split('.').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_none() {
            // Where the only parameter is an object, its fields are what people write.
            let inside = arguments::only_object(api).filter(|_| std::ptr::eq(object, &api.request));
            let inside = inside.and_then(|field| field.ty.object()).map(|id| &api.named(id).object);
            let fields = object.fields.iter().chain(inside.into_iter().flat_map(|object| &object.fields));
            return resemble::question(name, fields.map(|field| field.wire.as_str()));
        }
        let name = name.split('[').next().unwrap_or(name);
        match object.fields.iter().find(|field| field.wire == name).and_then(|field| field.ty.object()) {
            Some(id) => object = &api.named(id).object,
            None => break,
        }
    }
    String::new()
}

/// Prints the call as a curl command.
fn curl(api: &model::Api, call: &Call) -> Result<End> {
    if files::sizes(&call.parameters).next().is_some() {
        return Ok(End::Usage("--curl shows no call with a file: use --dry-run".to_owned()));
    }
    let session = call.credentials.session.as_ref().filter(|_| call.with_session);
    let is_hidden = |name: &str| {
        let field = api.request.fields.iter().find(|field| field.wire == name);
        field.is_some_and(|field| is_sensitive(api, field, 0))
    };
    print(&curl::of(&call.config, &record::info(api), &call.parameters, session, is_hidden)?);
    Ok(End::Done)
}

/// Shows what would be sent. What the spec calls sensitive is masked as secrets are.
fn dry_run(api: &model::Api, call: Call) -> Result<End> {
    let client = client(&call.config)?;
    let effect = record::info(api).effect;
    let session = call.credentials.session.as_ref().filter(|_| call.with_session);
    let shown = match session {
        Some(session) => client.session(session).dry_run_untyped(&api.method, effect, call.parameters),
        None => client.options().dry_run_untyped(&api.method, effect, call.parameters),
    };
    let mut shown = shown?;
    let fields = api.request.fields.iter();
    let hidden: Vec<&str> =
        fields.filter(|field| is_sensitive(api, field, 0)).map(|field| field.wire.as_str()).collect();
    if !hidden.is_empty() {
        for (name, value) in &mut shown.parameters {
            if hidden.contains(&name.as_str()) {
                "[sensitive]".clone_into(value);
            }
        }
        "(not shown: it holds a value that the spec calls sensitive)".clone_into(&mut shown.base_string);
    }
    print(&format!("{shown}\n"));
    Ok(End::Done)
}

/// Whether a field is sensitive, or holds one that is, at whatever depth.
fn is_sensitive(api: &model::Api, field: &model::Field, depth: usize) -> bool {
    let inside = field.ty.object().map(|id| &api.named(id).object.fields);
    // Types may contain themselves; so deep nothing is written by hand.
    field.sensitive
        || depth < 16 && inside.is_some_and(|fields| fields.iter().any(|field| is_sensitive(api, field, depth + 1)))
}

/// Everything that one call is made of.
struct Call {
    config: Config,
    credentials: Credentials,
    with_session: bool,
    parameters: Parameters,
}

/// `parameters` holds the files; the texts come to them.
fn prepare(
    args: &Args,
    api: &model::Api,
    mut parameters: Parameters,
    texts: &[(String, String)],
) -> Result<Call, String> {
    let profile = args.profile.as_deref().map(credentials::profile).transpose()?;
    let file = args.credentials.as_deref().or(profile.as_deref());
    let credentials = Credentials::read(file, args.session_from_env.as_deref())?;
    let with_session = match api.session {
        model::Session::Required if credentials.session.is_none() => {
            return Err("this method needs a session: set OPENTOP_SESSION, or name a variable with --session-from-env"
                .to_owned());
        }
        model::Session::Required | model::Session::Optional => true,
        model::Session::None => args.session_from_env.is_some(),
    };
    let mut config = Config::new(credentials.app_key.clone(), credentials.app_secret.clone());
    config.endpoint = endpoint(args.endpoint.as_deref().or(credentials.endpoint.as_deref()))?;
    config.limits.timeout = Duration::from_secs(args.timeout);
    for (name, value) in texts {
        parameters.add(name, value).map_err(|error| error.to_string())?;
    }
    Ok(Call { config, credentials, with_session, parameters })
}

fn endpoint(name: Option<&str>) -> Result<Endpoint, String> {
    match name {
        None | Some("" | "production") => Ok(Endpoint::production()),
        Some("sandbox") => Ok(Endpoint::sandbox()),
        Some("overseas") => Ok(Endpoint::overseas()),
        Some(url) => {
            // A host alone means the gateway's usual path on it: what `cargo xtask sandbox` prints can be given as it is.
            let is_bare = url.split_once("://").is_some_and(|(_, host)| !host.trim_end_matches('/').contains('/'));
            let whole = if is_bare { format!("{}/router/rest", url.trim_end_matches('/')) } else { url.to_owned() };
            Endpoint::custom(&whole).map_err(|error| format!("--endpoint {url}: {error}"))
        }
    }
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
    Ok(match sent(api, &call, &mut model) {
        Ok(answer) => {
            let text = show::answer(api, &model, &answer, args.format);
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
            ended(&error, key.as_deref())
        }
    })
}

fn sent(api: &model::Api, call: &Call, model: &mut Record) -> Result<ResponseMeta, WriteError<()>> {
    let client = client(&call.config).map_err(WriteError::Failed)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| WriteError::Failed(not_sent(&error.to_string())))?;
    let info = record::info(api);
    match call.credentials.session.as_ref().filter(|_| call.with_session) {
        Some(session) => runtime.block_on(call_table(&client.session(session), &info, &call.parameters, model)),
        None => runtime.block_on(call_table(&client.options(), &info, &call.parameters, model)),
    }
}

/// A client that sends once.
fn client(config: &Config) -> Result<Client, Error> {
    Client::builder()
        .endpoint(config.endpoint.clone())
        .app_key(&config.app_key)
        .app_secret(&config.secret)
        .timeout(config.limits.timeout)
        .read_timeout(config.limits.timeout)
        .retries(RetryPolicy::none())
        .build()
}

/// Prints an answer. Where that cannot be done, the call has ended all the same, and its exit code tells how.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        complain(&format!("the call is over, and its answer cannot be shown: {error}"));
    }
}

/// A file that takes the answer.
struct Output<'a> {
    path: &'a Path,
    file: tempfile::NamedTempFile,
}

impl<'a> Output<'a> {
    fn open(path: &'a Path) -> Result<Self, String> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::NamedTempFile::new_in(folder);
        let file = file.map_err(|error| format!("--output {}: {error}; nothing was sent", path.display()))?;
        Ok(Output { path, file })
    }

    /// Where the answer cannot be written, it is shown: the call is over, and there is no other copy.
    fn write(mut self, text: &str) {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.as_file().sync_all());
        let kept = written.and_then(|()| self.file.persist(self.path).map(drop).map_err(|error| error.error));
        if let Err(error) = kept {
            print(text);
            complain(&format!("the call is over, and {} cannot be written: {error}", self.path.display()));
        }
    }
}

/// Says something beside the answer, where anybody listens.
fn complain(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

fn not_sent(words: &str) -> Error {
    use opentop_runtime::transport::{SendStage, TransportError, TransportErrorKind};
    TransportError::new(SendStage::NotSent, TransportErrorKind::Other).with_source(words.to_owned()).into()
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn endpoints_are_names_or_urls() {
        for name in [None, Some("production"), Some("sandbox"), Some("overseas"), Some("http://127.0.0.1:8787")] {
            assert!(endpoint(name).is_ok(), "{name:?}");
        }
        for (url, whole) in [
            ("http://127.0.0.1:8787", "http://127.0.0.1:8787/router/rest"),
            ("http://127.0.0.1:8787/", "http://127.0.0.1:8787/router/rest"),
            ("https://example.com/gate", "https://example.com/gate"),
        ] {
            assert_eq!(endpoint(Some(url)).unwrap().uri().to_string(), whole);
        }
        for name in ["http://example.com", "ftp://x", "nonsense"] {
            assert!(endpoint(Some(name)).unwrap_err().contains(name));
        }
    }
}
