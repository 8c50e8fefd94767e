//! A batch without I/O: several calls in one HTTP request, and their answers in its response.
//!
//! What the calls share stands in the URL, with the signature. The body holds one form for each call: its method, its parameters, its
//! session. The signature covers both. The answers come in the order of the calls, with the same separator between them.

use bytes::Bytes;
use http::Uri;
use http::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};

use crate::call::build_request::AGENT;
use crate::call::config::Config;
use crate::call::endpoint::EndpointError;
use crate::call::error::{ConfigError, DecodeProblem, Error};
use crate::call::method::{Effect, MethodInfo, SessionRequirement};
use crate::call::parameters::Parameters;
use crate::call::parse_response::{Reading, parse_response};
use crate::wire::encode::{Parameter, form};
use crate::wire::redact::Redactor;
use crate::wire::secret::AccessToken;
use crate::wire::sign;
use crate::wire::table::NoFields;
use crate::wire::value::DateTime;

/// How many calls a batch may have. The platform documents no limit of its own.
pub(crate) const MOST_CALLS: usize = 1_000;

/// What stands between calls, and between their answers. A form cannot hold it: it writes a line break as `%0D%0A`.
const SEPARATOR: &str = "\r\n-S-\r\n";

/// The same from a server that sends bare line feeds.
const BARE: &str = "\n-S-\n";

const TEXT: &str = "text/plain;charset=UTF-8";

/// What stands for the method in the trace and in errors of a whole batch.
pub(crate) const BATCH: MethodInfo =
    MethodInfo::new("router/batch", "batch_response", Effect::Read, SessionRequirement::None);

/// One call of a batch.
pub(crate) struct Part<'a> {
    pub(crate) info: &'a MethodInfo,
    pub(crate) parameters: &'a Parameters,
    pub(crate) session: Option<&'a AccessToken>,
}

/// Signs a batch and builds its HTTP request. Also yields the signature.
///
/// The simplified form of answers is not asked for: without an envelope, an answer does not tell whose it is.
pub(crate) fn build_batch(
    config: &Config,
    parts: &[Part<'_>],
    now: DateTime,
) -> Result<(http::Request<Bytes>, String), Error> {
    let chunks: Vec<Vec<u8>> = parts.iter().map(chunk).collect::<Result<_, _>>()?;
    let body = chunks.join(SEPARATOR.as_bytes());
    let timestamp = now.to_string();
    let mut pairs = vec![
        ("app_key", config.app_key.as_str()),
        ("format", config.format.as_str()),
        ("sign_method", config.sign_method.as_str()),
        ("timestamp", &timestamp),
        ("v", "2.0"),
    ];
    if !config.partner_id.is_empty() {
        pairs.push(("partner_id", &config.partner_id));
    }
    let signature = sign::sign(config.sign_method, &config.secret, &mut pairs, Some(&body));
    pairs.push(("sign", &signature));
    let request = http::Request::post(address(config.endpoint.uri(), &form(&pairs))?)
        .header(CONTENT_TYPE, HeaderValue::from_static(TEXT))
        .header(USER_AGENT, HeaderValue::from_static(AGENT))
        .body(body.into())
        .map_err(|_| ConfigError::Endpoint(EndpointError::Malformed))?;
    Ok((request, signature))
}

fn chunk(part: &Part<'_>) -> Result<Vec<u8>, ConfigError> {
    let mut pairs = vec![("method", part.info.name())];
    for (name, value) in part.parameters.iter() {
        match value {
            Parameter::Text(text) => pairs.push((name, text)),
            Parameter::File(_) => return Err(ConfigError::FileInBatch { name: name.to_owned() }),
        }
    }
    pairs.extend(part.session.map(|session| ("session", session.expose())));
    Ok(form(&pairs))
}

/// The address of batches: `/router/batch` for the endpoint `/router/rest`.
fn address(endpoint: &Uri, query: &[u8]) -> Result<Uri, ConfigError> {
    let base = endpoint.path().strip_suffix("/rest").ok_or(ConfigError::NoBatchEndpoint)?;
    let path = format!("{base}/batch?{}", String::from_utf8_lossy(query));
    let mut parts = endpoint.clone().into_parts();
    parts.path_and_query = path.parse().ok();
    Uri::from_parts(parts).map_err(|_| ConfigError::Endpoint(EndpointError::Malformed))
}

/// The answers to the calls of a batch, each as a response of its own.
///
/// # Errors
///
/// [`Error::Gateway`] if the whole batch was refused, [`Error::Status`] if something else than the gateway answered, [`Error::Decode`] if
/// there are more or fewer answers than calls: nobody knows then which answer belongs to which call.
pub(crate) fn answers(
    calls: usize,
    reading: &Reading<'_>,
    response: http::Response<Bytes>,
) -> Result<Vec<http::Response<Bytes>>, Error> {
    let chunks = split(response.body());
    if response.status().is_success() && chunks.len() == calls {
        let answer = |chunk: &[u8]| {
            let mut answer = http::Response::new(response.body().slice_ref(chunk));
            *answer.headers_mut() = response.headers().clone();
            answer
        };
        return Ok(chunks.into_iter().map(answer).collect());
    }
    let (got, raw, status) = (chunks.len(), response.body().clone(), response.status());
    if got == 1 || !status.is_success() {
        let judged = parse_response(&BATCH, reading, response, &mut NoFields);
        if let Err(error @ (Error::Gateway { .. } | Error::Status { .. })) = judged {
            return Err(error);
        }
    }
    let excerpt = Redactor::new((reading.secrets)().iter().map(String::as_str)).excerpt(&raw);
    Err(Error::Decode { problem: DecodeProblem::AnswerCount { calls, answers: got }, excerpt, raw })
}

fn split(body: &[u8]) -> Vec<&[u8]> {
    let at_separator = split_at(body, SEPARATOR.as_bytes());
    if at_separator.len() > 1 { at_separator } else { split_at(body, BARE.as_bytes()) }
}

/// The parts of a body. A separator at its end ends the last of them.
fn split_at<'a>(mut body: &'a [u8], separator: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = body.windows(separator.len()).position(|window| window == separator) {
        parts.push(&body[..at]);
        body = &body[at + separator.len()..];
    }
    if parts.is_empty() || !body.trim_ascii().is_empty() {
        parts.push(body);
    }
    parts
}

#[cfg(test)]
mod tests;
