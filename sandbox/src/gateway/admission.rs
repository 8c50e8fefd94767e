//! Who calls, and whether the call may be answered.
//!
//! In: the parameters of a call. Out: an admitted [`Call`], or the first refusal in the platform's order: method, format,
//! version, application, time, signature, session; then everything that is wrong with the method's own parameters, at once.

use opentop_model::model::{Api, Session};
use opentop_runtime::__private::v1::sign::{self, SignMethod};
use opentop_runtime::DateTime;

use super::call::Call;
use super::parameters::Parameters;
use super::refusal::{Code, Refusal};
use super::state::State;
use crate::check::{self, Violation};
use crate::faults::Fault;

/// How far a call's timestamp may be from the gateway's clock, either way.
const WINDOW_MILLIS: u64 = 10 * 60 * 1000;

/// Violations that one refusal spells out: a body of a million unknown parameters gets a short answer.
const MAX_TOLD: usize = 100;

/// The language of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// `json`.
    Json,
    /// `xml`; also what a call without `format` gets.
    Xml,
}

impl Format {
    /// What the call asks for; `None` where it is neither of the two.
    pub(super) fn asked(parameters: &Parameters) -> Option<Format> {
        match parameters.get("format") {
            None | Some("xml") => Some(Format::Xml),
            Some("json") => Some(Format::Json),
            Some(_) => None,
        }
    }
}

/// What is not as it should be while a call is judged.
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

/// Admits or refuses a call.
pub(super) fn admit<'a>(
    state: &'a State,
    parameters: &'a Parameters,
    conditions: &Conditions,
) -> Result<Call<'a>, Refusal> {
    let method = parameters.get("method").ok_or_else(|| Code::MissingMethod.because("name the method in `method`"))?;
    let entry = state.entry(method).ok_or_else(|| {
        Code::InvalidMethod
            .because(format!("no specification describes `{method}`: check its spelling, or add its file and restart"))
    })?;
    let format = Format::asked(parameters)
        .ok_or_else(|| Code::InvalidFormat.because("`format` is `json` or `xml` (the default)"))?;
    version(parameters)?;
    let secret = application(state, parameters)?;
    let now = conditions.shifted(state.now());
    let stamp = time(now, parameters)?;
    signature(secret, parameters)?;
    repetition(state, parameters, now, stamp)?;
    session(state, &entry.api, parameters, conditions)?;
    arguments(&entry.api, parameters)?;
    let simplify = format == Format::Json && matches!(parameters.get("simplify"), Some("true" | "1"));
    Ok(Call { entry, parameters, simplify })
}

fn version(parameters: &Parameters) -> Result<(), Refusal> {
    match parameters.get("v") {
        None => Err(Code::MissingVersion.because("send `v` with the value 2.0")),
        Some("2.0") => Ok(()),
        Some(_) => Err(Code::InvalidVersion.because("`v` is 2.0")),
    }
}

fn application<'a>(state: &'a State, parameters: &Parameters) -> Result<&'a opentop_runtime::AppSecret, Refusal> {
    let key = parameters
        .get("app_key")
        .ok_or_else(|| Code::MissingAppKey.because("send the application's key in `app_key`"))?;
    let unknown =
        || Code::InvalidAppKey.because("no application of this key is known here: check `app_key` and the environment");
    state.secret_of(key).ok_or_else(unknown)
}

/// The call's own time in milliseconds, where it is within the window.
fn time(now: DateTime, parameters: &Parameters) -> Result<i64, Refusal> {
    let text = parameters.get("timestamp");
    let text = text.ok_or_else(|| Code::MissingTimestamp.because("send the time of the call in `timestamp`"))?;
    let stamp = millis(text).ok_or_else(|| {
        Code::InvalidTimestamp
            .because("`timestamp` is `yyyy-MM-dd HH:mm:ss` in GMT+8, or milliseconds since 1970-01-01 UTC")
    })?;
    if now.unix_millis().abs_diff(stamp) > WINDOW_MILLIS {
        return Err(Code::InvalidTimestamp.because(format!(
            "`timestamp` is more than 10 minutes from the gateway's clock, which shows {now} (GMT+8): check the clock and the zone"
        )));
    }
    Ok(stamp)
}

fn repetition(state: &State, parameters: &Parameters, now: DateTime, stamp: i64) -> Result<(), Refusal> {
    let Some(replays) = state.replays() else { return Ok(()) };
    let until = stamp.saturating_add_unsigned(WINDOW_MILLIS);
    if replays.is_new(parameters, now.unix_millis(), until) {
        return Ok(());
    }
    let words = "this very request came before: send it with a new timestamp, and sign it anew";
    let mut refusal = Code::InvalidSignature.because(words);
    refusal.sub_code = Some("isv.repeated-request".to_owned());
    Err(refusal)
}

/// A timestamp as milliseconds since 1970: documented text, or the number that some of the vendor's clients send.
fn millis(text: &str) -> Option<i64> {
    if (12..=14).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    check::date(text).map(DateTime::unix_millis)
}

fn signature(secret: &opentop_runtime::AppSecret, parameters: &Parameters) -> Result<(), Refusal> {
    let given = parameters.get("sign");
    let given = given.ok_or_else(|| Code::MissingSignature.because("send the signature in `sign`"))?;
    let method: SignMethod = parameters
        .get("sign_method")
        .and_then(|name| name.parse().ok())
        .ok_or_else(|| Code::InvalidSignature.because("`sign_method` is `md5`, `hmac` or `hmac-sha256`"))?;
    let mut pairs: Vec<(&str, &str)> =
        parameters.text.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if sign::verify(method, secret, &mut pairs, None, given) {
        return Ok(());
    }
    Err(Code::InvalidSignature.because(
        "the signature does not fit the parameters received: sign every text parameter that is sent (but `sign`), \
         sorted by name, with the unencoded values, and check the application's secret",
    ))
}

fn session(state: &State, api: &Api, parameters: &Parameters, conditions: &Conditions) -> Result<(), Refusal> {
    match parameters.get("session") {
        None if api.session == Session::Required => {
            Err(Code::MissingSession.because("this method needs a user's access token in `session`"))
        }
        Some(token) if conditions.expired || !state.knows_session(token) => {
            Err(Code::InvalidSession.because("the access token is unknown or has expired: authorise again"))
        }
        _ => Ok(()),
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
