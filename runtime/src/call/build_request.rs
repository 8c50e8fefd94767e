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
use crate::call::qimen::{ADDRESSEES, Qimen};
use crate::wire::encode::{Parameter, form};
use crate::wire::secret::AccessToken;
use crate::wire::sign;
use crate::wire::value::DateTime;

const FORM: &str = "application/x-www-form-urlencoded;charset=utf-8";
const JSON: &str = "application/json;charset=utf-8";
const XML: &str = "text/xml;charset=utf-8";
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
    signed_request(config, info, parameters, session, now).map(|(request, _)| request)
}

/// The same, and the signature.
pub(crate) fn signed_request(
    config: &Config,
    info: &MethodInfo,
    parameters: &Parameters,
    session: Option<&AccessToken>,
    now: DateTime,
) -> Result<(http::Request<Bytes>, String), Error> {
    check_session(info, session)?;
    let timestamp = now.to_string();
    let mut pairs = system_parameters(config, info, parameters, session, &timestamp);
    let mut files = Vec::new();
    pairs.reserve_exact(parameters.iter().size_hint().0 + 1);
    for (name, value) in parameters.business() {
        match value {
            Parameter::Text(text) => pairs.push((name, text)),
            Parameter::File(file) => files.push((name, file)),
        }
    }
    let signed_body = parameters.body().map(str::as_bytes);
    let signature = sign::sign(config.sign_method, &config.secret, &mut pairs, signed_body);
    pairs.push(("sign", &signature));
    if info.qimen {
        return Ok((qimen_request(config, pairs, parameters)?, signature));
    }

    let (content_type, body) = if files.is_empty() {
        (HeaderValue::from_static(FORM), Bytes::from(form(&pairs)))
    } else {
        let (content_type, body) = multipart::encode(&pairs, &files);
        (HeaderValue::try_from(content_type).expect("invariant: a boundary is letters and digits"), body)
    };
    let request = http::Request::post(config.endpoint.uri())
        .header(CONTENT_TYPE, content_type)
        .header(USER_AGENT, HeaderValue::from_static(AGENT))
        .body(body)
        .map_err(|_| ConfigError::Endpoint(EndpointError::Malformed))?;
    Ok((request, signature))
}

/// The request of a call through Qimen: system parameters in the URL; business parameters in a form, or in the URL beside a body.
fn qimen_request(
    config: &Config,
    pairs: Vec<(&str, &str)>,
    parameters: &Parameters,
) -> Result<http::Request<Bytes>, Error> {
    let endpoint = &config.qimen.as_ref().ok_or(ConfigError::MissingQimen)?.endpoint;
    let (in_url, content_type, body) = match parameters.body() {
        Some(body) => (pairs, if body.starts_with('<') { XML } else { JSON }, Bytes::copy_from_slice(body.as_bytes())),
        None => {
            let is_business = |name: &str| !ADDRESSEES.contains(&name) && parameters.iter().any(|(own, _)| own == name);
            let (business, system): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| is_business(name));
            (system, FORM, form(&business).into())
        }
    };
    let query = form(&in_url);
    let query = std::str::from_utf8(&query).expect("invariant: a form is ASCII");
    http::Request::post(format!("{endpoint}?{query}"))
        .header(CONTENT_TYPE, HeaderValue::from_static(content_type))
        .header(USER_AGENT, HeaderValue::from_static(AGENT))
        .body(body)
        .map_err(|_| ConfigError::Endpoint(EndpointError::Malformed).into())
}

/// The form in which the answer is asked for.
pub(crate) fn answer_format(info: &MethodInfo, config: &Config) -> Format {
    match &config.qimen {
        #[cfg(feature = "qimen")]
        Some(qimen) if info.qimen && qimen.is_classic() => Format::Xml,
        _ if info.untyped => Format::Json,
        _ => config.format,
    }
}

/// Whether the simplified form is asked for. The gateway heeds that with JSON only.
fn simplify(info: &MethodInfo, config: &Config) -> bool {
    config.simplify && !info.untyped && !info.qimen && config.format == Format::Json
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
    parameters: &Parameters,
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
    if let Some(addressee) = config.qimen.as_ref().filter(|_| info.qimen).and_then(Qimen::addressee)
        && !parameters.iter().any(|(name, _)| name == addressee.0)
    {
        pairs.push(addressee);
    }
    pairs
}
