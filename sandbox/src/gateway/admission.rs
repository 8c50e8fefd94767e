//! Admits or refuses a call.
//!
//! Checks run in the platform's order and the first failure is the refusal: method, format, version, application, time,
//! signature, session. Then all violations of the method's own parameters are reported at once.

use opentop_model::model::{Api, Effect, Protocol, Session};
use opentop_runtime::DateTime;

use super::refusal::Code;
use super::signature;
use super::state::State;
use crate::call::{Call, Format, Refusal};
use crate::check;
use crate::check::violation::Violation;
use crate::faults::fault::Fault;
use crate::http::{QIMEN_CLOUD_PATHS, QIMEN_PATH};
use crate::parameters::Parameters;

/// How far a call's timestamp may be from the gateway's clock, either way.
const WINDOW_MILLIS: u64 = 10 * 60 * 1000;

/// Violations that one refusal spells out: a body of a million unknown parameters gets a short answer.
const MAX_TOLD: usize = 100;

/// Faults that change how a call is judged.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Conditions {
    /// How far the gateway's clock is ahead, in seconds.
    skew: i64,
    /// Whether every access token has expired.
    expired: bool,
}

impl Conditions {
    pub(super) fn under(fault: &Fault) -> Self {
        match fault {
            Fault::ClockSkew { seconds } => Conditions { skew: *seconds, expired: false },
            Fault::ExpiredSession => Conditions { skew: 0, expired: true },
            _ => Conditions::default(),
        }
    }

    fn shifted(self, now: DateTime) -> DateTime {
        let millis = now.unix_millis().saturating_add(self.skew.saturating_mul(1_000));
        DateTime::from_unix_millis(millis).unwrap_or(now)
    }
}

/// Admits or refuses a call. `identifies` is false for a call whose batch was identified.
pub(super) fn admit<'a>(
    state: &'a State,
    parameters: &'a Parameters,
    identifies: bool,
    conditions: &Conditions,
) -> Result<Call<'a>, Refusal> {
    let method = parameters.get("method").ok_or_else(|| missing_method(parameters))?;
    let entry = state.entry(method).ok_or_else(|| {
        Code::InvalidMethod
            .because(format!("no specification describes `{method}`; check its spelling, or add its file and restart"))
    })?;
    if let Some(protocol) = entry.api.protocol().filter(|_| identifies) {
        return Err(elsewhere(method, protocol));
    }
    let format = format(parameters)?;
    if identifies {
        identify(state, parameters, None, conditions)?;
    }
    state.limits().admit(parameters.get("app_key").unwrap_or_default(), method, state.now())?;
    session(state, &entry.api, parameters, conditions)?;
    arguments(&entry.api, parameters)?;
    let simplify = simplify(parameters)? && format == Format::Json;
    Ok(Call { entry, parameters, simplify })
}

/// Checks who calls and when: version, application, time, signature and replays.
pub(super) fn identify(
    state: &State,
    parameters: &Parameters,
    body: Option<&[u8]>,
    conditions: &Conditions,
) -> Result<(), Refusal> {
    format(parameters)?;
    version(parameters)?;
    let secret = application(state, parameters)?;
    let now = conditions.shifted(state.now());
    let stamp = time(now, parameters)?;
    signature::check(secret, parameters, body)?;
    repetition(state, parameters, body, now, stamp)
}

/// A method that the gateway does not serve.
fn elsewhere(method: &str, protocol: Protocol) -> Refusal {
    Code::InvalidMethod.because(match protocol {
        Protocol::Qimen => {
            format!("`{method}` goes through Qimen: call {QIMEN_PATH}, or {} for the cloud form", QIMEN_CLOUD_PATHS[0])
        }
        Protocol::Tmc => format!("`{method}` is the topic of a message; try `opentop tmc push`"),
        Protocol::Spi => {
            format!("`{method}` is called by the platform, at an address of yours; try `opentop spi send`")
        }
    })
}

fn format(parameters: &Parameters) -> Result<Format, Refusal> {
    Format::asked(parameters)
        .ok_or_else(|| Code::InvalidFormat.because("expected `json` or `xml` (the default) in `format`"))
}

fn missing_method(parameters: &Parameters) -> Refusal {
    Code::MissingMethod.because(if parameters.ignored_body {
        "the body of a GET is not read, and the query has no `method`; send the form with POST"
    } else {
        "expected the method's name in `method`"
    })
}

fn simplify(parameters: &Parameters) -> Result<bool, Refusal> {
    match parameters.get("simplify") {
        Some("true" | "1") => Ok(true),
        None | Some("false" | "0") => Ok(false),
        Some(other) => {
            let problem = check::scalar::boolean_problem(other);
            Err(Code::InvalidArguments.at("simplify", format!("simplify: {problem}")))
        }
    }
}

fn version(parameters: &Parameters) -> Result<(), Refusal> {
    match parameters.get("v") {
        None => Err(Code::MissingVersion.because("expected 2.0 in `v`")),
        Some("2.0") => Ok(()),
        Some(_) => Err(Code::InvalidVersion.because("expected 2.0 in `v`")),
    }
}

fn application<'a>(state: &'a State, parameters: &Parameters) -> Result<&'a opentop_runtime::AppSecret, Refusal> {
    let key = parameters
        .get("app_key")
        .ok_or_else(|| Code::MissingAppKey.because("expected the application's key in `app_key`"))?;
    let unknown = || Code::InvalidAppKey.because("unknown application; check `app_key` and the environment");
    state.secret_of(key).ok_or_else(unknown)
}

/// The call's own time in milliseconds, if it is within the window.
fn time(now: DateTime, parameters: &Parameters) -> Result<i64, Refusal> {
    let text = parameters.get("timestamp");
    let text = text.ok_or_else(|| Code::MissingTimestamp.because("expected the time of the call in `timestamp`"))?;
    let stamp = millis(text).ok_or_else(|| {
        Code::InvalidTimestamp
            .because("expected `yyyy-MM-dd HH:mm:ss` in GMT+8, or the seconds or milliseconds since 1970-01-01 UTC")
    })?;
    if now.unix_millis().abs_diff(stamp) > WINDOW_MILLIS {
        return Err(Code::InvalidTimestamp.because(format!(
            "`timestamp` is more than 10 minutes from the gateway's clock, which shows {now} (GMT+8); check the clock and the zone"
        )));
    }
    Ok(stamp)
}

fn repetition(
    state: &State,
    parameters: &Parameters,
    body: Option<&[u8]>,
    now: DateTime,
    stamp: i64,
) -> Result<(), Refusal> {
    let Some(replays) = state.replays() else { return Ok(()) };
    let until = stamp.saturating_add_unsigned(WINDOW_MILLIS);
    if replays.is_new(parameters, body, now.unix_millis(), until, state.reporter()) {
        return Ok(());
    }
    let words = "the same request came before; send it with a new timestamp and a new signature";
    let mut refusal = Code::InvalidSignature.because(words);
    refusal.sub_code = Some("isv.repeated-request".to_owned());
    Err(refusal)
}

/// A timestamp as milliseconds since 1970: the documented text, or the number of milliseconds (13 digits) or seconds (10 digits)
/// that some clients send.
fn millis(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match text.len() {
            10 => text.parse::<i64>().ok().map(|seconds| seconds * 1_000),
            13 => text.parse().ok(),
            _ => None,
        };
    }
    check::scalar::date(text).map(DateTime::unix_millis)
}

fn session(state: &State, api: &Api, parameters: &Parameters, conditions: &Conditions) -> Result<(), Refusal> {
    match parameters.get("session") {
        None if api.session == Session::Required => {
            Err(Code::MissingSession.because("expected a user's access token in `session`"))
        }
        Some(token) if !conditions.expired && state.knows_session(token) => Ok(()),
        Some(token) => {
            let app_key = parameters.get("app_key").unwrap_or_default();
            let writes = api.effect == Effect::Write;
            if !conditions.expired
                && let Some(checked) = state.oauth().check(token, app_key, writes, state.now())
            {
                return checked;
            }
            Err(Code::InvalidSession.because("the access token is unknown or has expired; authorise again"))
        }
        None => Ok(()),
    }
}

fn arguments(api: &Api, parameters: &Parameters) -> Result<(), Refusal> {
    let repeated = parameters.repeated_system().into_iter().map(Violation::repeated);
    let own = parameters.business();
    let files = parameters.files.iter().map(|file| (file.name.as_str(), file.content.len()));
    let violations: Vec<Violation> = repeated.chain(check::violations(api, own, files)).collect();
    let Some(first) = violations.first() else { return Ok(()) };
    let code = if first.is_missing() { Code::MissingArguments } else { Code::InvalidArguments };
    let mut told: Vec<String> = violations.iter().take(MAX_TOLD).map(Violation::to_string).collect();
    if violations.len() > MAX_TOLD {
        told.push(format!("and {} more", violations.len() - MAX_TOLD));
    }
    Err(code.at(&first.place(), told.join("; ")))
}
