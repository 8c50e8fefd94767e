//! One call: checked, shown, sent, and its answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::http::{StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opentop_model::model::Api;
use opentop_runtime::__private::engine::{build_request, without_credentials};
use opentop_runtime::transport::{ReqwestTransport, ResponseFuture, Transport, TransportLimits, TransportOptions};
use opentop_runtime::{AccessToken, DateTime, Error, File, MethodInfo, Parameters, WriteError};
use opentop_sandbox::check;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::account::Target;
use super::body::{Refused, json};
use super::words;
use super::wrong::Wrong;
use crate::account::{Account, Session};
use crate::call::record::Record;
use crate::call::{self, arguments, curl};

/// The media type of a call without files.
const FORM: &[u8] = b"application/x-www-form-urlencoded";

/// A call that a page asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) target: String,
    /// As `opentop call --file` takes them, without files.
    parameters: Box<RawValue>,
    #[serde(default)]
    files: Vec<Upload>,
    /// A number of the call's own: a request that comes again is not sent again.
    #[serde(default)]
    once: String,
}

/// A file that was chosen in the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Upload {
    parameter: String,
    name: String,
    #[serde(default)]
    media_type: String,
    base64: String,
}

/// A call as it would be sent.
#[derive(Serialize)]
struct Prepared {
    violations: Vec<Wrong>,
    /// The request as it would be sent.
    request: Option<String>,
    /// A line for a shell whose signature is good for ten minutes. Only for the sandbox: a signature is a credential.
    curl: Option<String>,
    /// The same by `opentop call`.
    command: String,
}

/// How a call ended.
#[derive(Serialize, Default)]
struct Answer {
    /// `invalid`, `done`, `failed` or `unknown`.
    outcome: &'static str,
    violations: Vec<Wrong>,
    words: String,
    code: Option<String>,
    message: Option<String>,
    sub_code: Option<String>,
    sub_message: Option<String>,
    request_id: Option<String>,
    /// The answer as it came.
    body: Option<String>,
    milliseconds: u64,
}

/// Shows a call as it would be sent. Nothing is.
pub(super) fn prepare(api: &Api, info: &MethodInfo, target: &dyn Target, asked: &Asked) -> Result<String, Refused> {
    let given = given(api, asked)?;
    let violations = wrong(api, &given);
    let mut prepared = Prepared {
        command: words::command(
            api,
            target,
            asked.parameters.get(),
            asked.files.iter().map(|file| (&*file.parameter, &*file.name)),
        ),
        violations,
        request: None,
        curl: None,
    };
    if prepared.violations.is_empty() {
        let account = target.account(api).map_err(unusable)?;
        if target.is_open() && asked.files.is_empty() {
            let line = curl::of(&account.config, info, &given.parameters, token(&account), |_| false);
            prepared.curl = Some(line.map_err(|error| unusable(error.to_string()))?);
        }
        let shown = shown(api, info, target, &account, given.parameters);
        prepared.request = Some(shown.map_err(|error| unusable(error.to_string()))?);
    }
    json(&prepared)
}

/// The request as it would be sent now: whole where the account is open, else without credentials and what is sensitive.
fn shown(
    api: &Api,
    info: &MethodInfo,
    target: &dyn Target,
    account: &Account,
    parameters: Parameters,
) -> Result<String, Error> {
    if !target.is_open() {
        return call::shown(api, account, parameters);
    }
    let request = build_request(&account.config, info, &parameters, token(account), DateTime::now())?;
    if !request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(FORM)) {
        return call::shown(api, account, parameters);
    }
    let mut out = format!("POST {}\n", request.uri());
    for (name, value) in request.headers() {
        out.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    }
    for (name, value) in form_urlencoded::parse(request.body()) {
        out.push_str(&format!("\n{name}={}", value.replace(char::is_control, " ")));
    }
    Ok(out)
}

/// The session that the account was given.
fn token(account: &Account) -> Option<&AccessToken> {
    match &account.session {
        Some(Session::Given(token)) => Some(token),
        _ => None,
    }
}

/// Sends a call, once, and tells how it ended. `is_new` says whether its number was never seen before.
pub(super) fn send(
    api: &Api,
    info: &MethodInfo,
    target: &dyn Target,
    asked: &Asked,
    model: &mut Record,
    is_new: impl FnOnce(&str) -> bool,
) -> Result<String, Refused> {
    let given = given(api, asked)?;
    let violations = wrong(api, &given);
    if !violations.is_empty() {
        let words = "the request breaks its specification; nothing was sent".to_owned();
        return json(&Answer { outcome: "invalid", violations, words, ..Answer::default() });
    }
    let account = target.account(api).map_err(unusable)?;
    let transport = Witness::of(&account)?;
    if asked.once.is_empty() || !is_new(&asked.once) {
        return Err(Refused(StatusCode::CONFLICT, "this call was sent before; it is not sent again".to_owned()));
    }
    let begun = Instant::now();
    let client = account.client().transport(Arc::clone(&transport));
    let ended = call::sent(client, account.session.as_ref(), info, &given.parameters, model);
    let mut answer = match ended {
        Ok(meta) => Answer {
            outcome: "done",
            request_id: meta.request_id().map(str::to_owned),
            body: Some(readable(meta.raw())),
            ..Answer::default()
        },
        Err(error) => failed(&error),
    };
    answer.milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let json = json(&answer)?;
    if target.is_open() {
        return Ok(json);
    }
    // A gateway, or a proxy before it, may send back what it got.
    let credentials = transport.credentials.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(without_credentials(&json, &account.config, &credentials))
}

fn failed(error: &WriteError<()>) -> Answer {
    let mut answer = Answer {
        outcome: if error.is_unknown() { "unknown" } else { "failed" },
        words: error.error().map(ToString::to_string).unwrap_or_default(),
        body: error.error().and_then(Error::raw).map(|raw| readable(&String::from_utf8_lossy(raw))),
        ..Answer::default()
    };
    match error.error() {
        Some(Error::Gateway { error, .. }) => {
            answer.code = Some(error.code.to_string());
            answer.message = Some(error.msg.clone());
            (answer.sub_code, answer.sub_message) = (error.sub_code.clone(), error.sub_msg.clone());
            answer.request_id.clone_from(&error.request_id);
        }
        Some(Error::Business { code, message, request_id, .. }) => {
            (answer.code, answer.message) = (code.clone(), message.clone());
            answer.request_id.clone_from(request_id);
        }
        Some(Error::Unconfirmed { request_id, .. }) => answer.request_id.clone_from(request_id),
        _ => {}
    }
    answer
}

/// JSON on several lines, every value as it was; other text as it is.
fn readable(body: &str) -> String {
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok();
    if is_json { call::indented(body) } else { body.to_owned() }
}

/// The parameters of a call.
struct Given {
    texts: Vec<(String, String)>,
    sizes: Vec<(String, usize)>,
    parameters: Parameters,
}

fn given(api: &Api, asked: &Asked) -> Result<Given, Refused> {
    let bad = |words: String| Refused(StatusCode::BAD_REQUEST, words);
    let read = arguments::read(api, Some(asked.parameters.get()), &[]).map_err(bad)?;
    // A path would be one of this machine, and a page has no business with its files.
    if let Some((name, _)) = read.files.first() {
        return Err(bad(format!("{name}: a page sends the content of a file, not its path")));
    }
    let (mut parameters, mut sizes) = (Parameters::default(), Vec::new());
    for upload in &asked.files {
        let bytes = STANDARD.decode(&upload.base64).map_err(|error| bad(format!("{}: {error}", upload.parameter)))?;
        sizes.push((upload.parameter.clone(), bytes.len()));
        let file = File::new(&upload.name, bytes);
        let file = if upload.media_type.is_empty() { file } else { file.with_media_type(&upload.media_type) };
        parameters.add_file(&upload.parameter, file).map_err(|error| bad(error.to_string()))?;
    }
    for (name, value) in &read.texts {
        parameters.add(name, value).map_err(|error| bad(error.to_string()))?;
    }
    Ok(Given { texts: read.texts, sizes, parameters })
}

/// What is wrong with a call, by the sandbox's reading of the specification: the one that `opentop call` asks too.
fn wrong(api: &Api, given: &Given) -> Vec<Wrong> {
    let texts = given.texts.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let found = check::violations(api, texts, given.sizes.iter().map(|(name, size)| (name.as_str(), *size)));
    found.into_iter().map(|violation| Wrong::of(api, violation)).collect()
}

fn unusable(words: String) -> Refused {
    Refused(StatusCode::UNPROCESSABLE_ENTITY, words)
}

/// Sends as the default does, and remembers the signatures and sessions: they must not be shown.
struct Witness {
    transport: ReqwestTransport,
    credentials: Mutex<Vec<String>>,
}

impl Witness {
    fn of(account: &Account) -> Result<Arc<Witness>, Refused> {
        let options = TransportOptions::default();
        let transport =
            ReqwestTransport::new(&account.config.endpoint, &options).map_err(|error| unusable(error.to_string()))?;
        Ok(Arc::new(Witness { transport, credentials: Mutex::default() }))
    }
}

impl Transport for Witness {
    fn send(&self, request: http::Request<bytes::Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        let mut credentials = self.credentials.lock().unwrap_or_else(PoisonError::into_inner);
        credentials.extend(["sign", "session"].into_iter().filter_map(|name| sent(request.body(), name)));
        drop(credentials);
        self.transport.send(request, limits)
    }
}

/// A parameter in a body: of a form, or of its parts.
fn sent(body: &[u8], name: &str) -> Option<String> {
    let of_form = form_urlencoded::parse(body).find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    of_form.or_else(|| {
        let part = format!("name=\"{name}\"\r\n\r\n").into_bytes();
        let at = body.windows(part.len()).position(|bytes| bytes == part)? + part.len();
        let value = body[at..].split(|byte| *byte == b'\r').next()?;
        String::from_utf8(value.to_vec()).ok()
    })
}
