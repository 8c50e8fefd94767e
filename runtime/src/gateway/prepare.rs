//! From parameters to a signed HTTP request. No I/O, no clock.
//!
//! In: the client's configuration, the method, its business parameters, a session, the time. Out: a `POST` with everything in
//! its body: nothing of a call is in its URL, which proxies and servers log.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};

use super::facts::Facts;
use super::{Config, Parameters, multipart};
use crate::encode::{Parameter, form};
use crate::error::{ConfigError, Error};
use crate::request::{Api, SessionUse};
use crate::{DateTime, Session, sign};

const FORM: &str = "application/x-www-form-urlencoded;charset=utf-8";
const AGENT: &str = concat!("opentop-rust/", env!("CARGO_PKG_VERSION"));

/// Signs a call and builds its HTTP request.
///
/// `now` is the time the signature is good for: the gateway refuses one more than ten minutes off its own clock (code 31).
///
/// # Errors
///
/// [`Error::Config`] where the method needs a session and there is none, or the session is empty.
pub fn prepare(
    config: &Config,
    api: &Api,
    parameters: &Parameters,
    session: Option<&Session>,
    now: DateTime,
) -> Result<http::Request<Bytes>, Error> {
    prepare_facts(config, &Facts::from(api), parameters, session, now)
}

/// The same, of a method that may have no specification.
pub(crate) fn prepare_facts(
    config: &Config,
    facts: &Facts<'_>,
    parameters: &Parameters,
    session: Option<&Session>,
    now: DateTime,
) -> Result<http::Request<Bytes>, Error> {
    check_session(facts, session)?;
    let timestamp = now.to_string();
    let mut pairs = system_parameters(config, facts, session, &timestamp);
    let mut files = Vec::new();
    pairs.reserve_exact(parameters.iter().size_hint().0 + 1);
    for (name, value) in parameters.iter() {
        match value {
            Parameter::Text(text) => pairs.push((name, text)),
            Parameter::File(file) => files.push((name, file)),
        }
    }
    let signature = sign::sign(config.sign_method, &config.secret, &mut pairs, None);
    pairs.push(("sign", &signature));

    let (content_type, body) = if files.is_empty() {
        (HeaderValue::from_static(FORM), Bytes::from(form(&pairs)))
    } else {
        let (content_type, body) = multipart::encode(&pairs, &files);
        (HeaderValue::try_from(content_type).expect("invariant: a boundary is letters and digits"), body)
    };
    http::Request::post(config.endpoint.uri())
        .header(CONTENT_TYPE, content_type)
        .header(USER_AGENT, HeaderValue::from_static(AGENT))
        .body(body)
        .map_err(|_| ConfigError::Endpoint(super::EndpointError::Malformed).into())
}

/// Whether the method has the session it needs.
pub(crate) fn check_session(facts: &Facts<'_>, session: Option<&Session>) -> Result<(), ConfigError> {
    match session {
        None if facts.session == SessionUse::Required => Err(ConfigError::MissingSession),
        Some(session) if session.expose().is_empty() => Err(ConfigError::EmptySession),
        _ => Ok(()),
    }
}

/// The gateway's own parameters but for the signature.
pub(crate) fn system_parameters<'a>(
    config: &'a Config,
    facts: &Facts<'a>,
    session: Option<&'a Session>,
    timestamp: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut pairs = vec![
        ("app_key", config.app_key.as_str()),
        ("format", facts.format(config).as_str()),
        ("method", facts.method),
        ("sign_method", config.sign_method.as_str()),
        ("timestamp", timestamp),
        ("v", "2.0"),
    ];
    if facts.simplify(config) {
        pairs.push(("simplify", "true"));
    }
    if !config.partner_id.is_empty() {
        pairs.push(("partner_id", &config.partner_id));
    }
    if let Some(session) = session {
        pairs.push(("session", session.expose()));
    }
    pairs
}
