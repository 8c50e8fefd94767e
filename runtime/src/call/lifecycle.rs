//! What comes before and after the attempts of a call, without I/O: encoding, what a journal stores, and how a write ended.

use std::time::Duration;

use crate::call::config::Config;
use crate::call::error::{ConfigError, Error};
use crate::call::method::{Effect, MethodInfo};
use crate::call::options::CallOptions;
use crate::call::parameters::Parameters;
use crate::call::parse_response::{Reading, ResponseMeta, field_text, parse_response};
use crate::call::setup::Setup;
use crate::call::stored_write::{Answer, StoredWrite};
use crate::wire::redact::StoredRedactor;
use crate::wire::table::{self, Leaf, Table, leaves};

/// Encoded business parameters, and the idempotency key among them.
pub(crate) struct Prepared {
    pub(crate) parameters: Parameters,
    pub(crate) key: Option<String>,
}

/// Checks and encodes a request, with the extra parameters of the call.
pub(crate) fn prepare_typed(
    request: &dyn Table,
    info: &MethodInfo,
    options: &CallOptions,
    config: &Config,
) -> Result<Prepared, Error> {
    let key = info.idempotency_key.and_then(|path| field_text(request, path));
    let parameters = match &config.qimen {
        _ if !info.qimen => Parameters::of(request)?,
        #[cfg(feature = "qimen")]
        Some(qimen) => Parameters::of_qimen(request, qimen.body_form())?,
        _ => return Err(ConfigError::MissingQimen.into()),
    };
    prepare(parameters, key, options)
}

/// Adds the extra parameters of the call to those of a method without a specification.
pub(crate) fn prepare_untyped(parameters: Parameters, options: &CallOptions) -> Result<Prepared, Error> {
    prepare(parameters, None, options)
}

fn prepare(mut parameters: Parameters, key: Option<String>, options: &CallOptions) -> Result<Prepared, Error> {
    for (name, value) in &options.extra {
        parameters.add(name, value)?;
    }
    Ok(Prepared { parameters, key })
}

/// A write as a journal keeps it, before anybody holds it.
pub(crate) fn stored_write(setup: &Setup, info: &MethodInfo, prepared: Prepared, options: &CallOptions) -> StoredWrite {
    let Prepared { parameters, key } = prepared;
    StoredWrite::new(info, &setup.config, key, options.session.is_some(), (setup.clock)(), parameters)
}

/// Checks that a stored write is of this method, this application and this gateway.
pub(crate) fn check_origin(setup: &Setup, stored: &StoredWrite, info: &MethodInfo) -> Result<(), ConfigError> {
    if stored.method() != info.name {
        let (expected, pending) = (info.name.clone().into_owned(), stored.method().to_owned());
        return Err(ConfigError::OtherMethod { expected, pending });
    }
    let (expected, pending) = (setup.config.app_key.clone(), stored.app_key().to_owned());
    if expected != pending {
        return Err(ConfigError::OtherApp { expected, pending });
    }
    let (expected, pending) = (setup.config.endpoint_of(info).to_string(), stored.endpoint().to_owned());
    if expected != pending {
        return Err(ConfigError::OtherEndpoint { expected, pending });
    }
    Ok(())
}

/// How long a call may take.
pub(crate) fn timeout(setup: &Setup, options: &CallOptions) -> Duration {
    options.timeout.unwrap_or(setup.config.limits.timeout)
}

/// Reads the answer that is stored with a write.
pub(crate) fn read_stored(info: &MethodInfo, answer: &Answer, model: &mut dyn Table) -> Result<ResponseMeta, Error> {
    // It was taken for done when it came, perhaps by a lenient call.
    let reading = Reading { lenient: true, ..Reading::strict(answer.format) };
    parse_response(info, &reading, http::Response::new(answer.body.to_string().into()), model)
}

/// An answer without the secrets of its call, the `credentials` and the `sensitive` values of the request.
///
/// A sensitive value may also be what the answer says on its own account: a number, a date, a flag. Where its absence would change one of
/// them, it stays; the request with all its values is stored beside the answer. `model` is what was read from the answer.
pub(crate) fn without_secrets(
    info: &MethodInfo,
    answer: Answer,
    (credentials, sensitive): (&[String], &[String]),
    model: &mut dyn Table,
) -> Answer {
    let of_credentials = || StoredRedactor::new(credentials.iter().map(String::as_str));
    let with_sensitive = of_credentials().with_sensitive(sensitive);
    let Some(redacted) = answer.redacted(&with_sensitive) else { return answer };
    if sensitive.is_empty() || reads_alike(info, &answer, &redacted, model) {
        return redacted;
    }
    answer.redacted(&of_credentials()).unwrap_or(answer)
}

/// Whether two answers differ in texts alone. `model` was read from the first, and is again afterwards.
fn reads_alike(info: &MethodInfo, first: &Answer, second: &Answer, model: &mut dyn Table) -> bool {
    let of_first = leaves(model);
    table::clear(model);
    let is_read = read_stored(info, second, model).is_ok();
    let of_second = leaves(model);
    table::clear(model);
    // It was read before.
    let _ = read_stored(info, first, model);
    let alike = |((path, one), (other_path, other)): (&(String, Leaf), &(String, Leaf))| {
        let are_texts = matches!((one, other), (Leaf::Text(_), Leaf::Text(_)) | (Leaf::Json(_), Leaf::Json(_)));
        path == other_path && (are_texts || one == other)
    };
    is_read && of_first.len() == of_second.len() && of_first.iter().zip(&of_second).all(alike)
}

/// The parameters of a stored write that goes out again.
pub(crate) fn prepare_resume(
    setup: &Setup,
    stored: &StoredWrite,
    options: &CallOptions,
    info: &MethodInfo,
) -> Result<Parameters, Error> {
    if stored.needs_session() && options.session.is_none() {
        return Err(ConfigError::MissingSession.into());
    }
    if !has_key(info, stored) && options.retry_writes.or(setup.retry_writes).is_none() {
        return Err(ConfigError::NoKey.into());
    }
    let mut parameters = stored.parameters().clone();
    for (name, value) in &options.extra {
        // The call that made the write stored its own with it.
        if !parameters.holds(name, value) {
            parameters.add(name, value)?;
        }
    }
    Ok(parameters)
}

/// Whether a write has what makes a repetition recognisable.
pub(crate) fn has_key(info: &MethodInfo, stored: &StoredWrite) -> bool {
    info.effect == Effect::Write && stored.key().is_some_and(|key| !key.is_empty())
}
