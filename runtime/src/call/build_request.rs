//! Builds the signed HTTP request of a call. No I/O, no clock.
//!
//! Everything goes into the body of a `POST`: proxies and servers log URLs.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};

use crate::call::config::{Config, Format};
use crate::call::endpoint::EndpointError;
use crate::call::error::{ConfigError, Error};
use crate::call::method::{MethodInfo, SessionRequirement};
use crate::call::multipart;
use crate::call::parameters::Parameters;
use crate::wire::encode::{Parameter, form};
use crate::wire::secret::AccessToken;
use crate::wire::sign;
use crate::wire::value::DateTime;

const FORM: &str = "application/x-www-form-urlencoded;charset=utf-8";
pub(crate) const AGENT: &str = concat!("opentop-rust/", env!("CARGO_PKG_VERSION"));

/// Signs a call and builds its HTTP request.
///
/// `now` is the time the signature is good for: the gateway refuses one more than ten minutes off its own clock (code 31).
///
/// # Errors
///
/// [`Error::Config`] if the method needs a session and there is none, or the session is empty.
pub fn build_request(
    config: &Config,
    info: &MethodInfo,
    parameters: &Parameters,
    session: Option<&AccessToken>,
    now: DateTime,
) -> Result<http::Request<Bytes>, Error> {
    check_session(info, session)?;
    let timestamp = now.to_string();
    let mut pairs = system_parameters(config, info, session, &timestamp);
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
        .map_err(|_| ConfigError::Endpoint(EndpointError::Malformed).into())
}

/// The signature of a call that was built at `now`.
pub(crate) fn signature(
    config: &Config,
    info: &MethodInfo,
    parameters: &Parameters,
    session: Option<&AccessToken>,
    now: DateTime,
) -> String {
    let timestamp = now.to_string();
    let mut pairs = system_parameters(config, info, session, &timestamp);
    pairs.extend(parameters.iter().filter_map(|(name, value)| match value {
        Parameter::Text(text) => Some((name, text.as_str())),
        Parameter::File(_) => None,
    }));
    sign::sign(config.sign_method, &config.secret, &mut pairs, None)
}

/// The form in which the answer is asked for.
pub(crate) fn answer_format(info: &MethodInfo, config: &Config) -> Format {
    if info.untyped { Format::Json } else { config.format }
}

/// Whether the simplified form is asked for. The gateway heeds that with JSON only.
fn simplify(info: &MethodInfo, config: &Config) -> bool {
    config.simplify && !info.untyped && config.format == Format::Json
}

/// Checks that the method has the session it needs.
pub(crate) fn check_session(info: &MethodInfo, session: Option<&AccessToken>) -> Result<(), ConfigError> {
    match session {
        None if info.session == SessionRequirement::Required => Err(ConfigError::MissingSession),
        Some(session) if session.expose().is_empty() => Err(ConfigError::EmptySession),
        _ => Ok(()),
    }
}

/// The gateway's own parameters except the signature.
pub(crate) fn system_parameters<'a>(
    config: &'a Config,
    info: &'a MethodInfo,
    session: Option<&'a AccessToken>,
    timestamp: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut pairs = vec![
        ("app_key", config.app_key.as_str()),
        ("format", answer_format(info, config).as_str()),
        ("method", &*info.name),
        ("sign_method", config.sign_method.as_str()),
        ("timestamp", timestamp),
        ("v", "2.0"),
    ];
    if simplify(info, config) {
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
