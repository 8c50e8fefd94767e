//! Shows what a call would send, with secrets redacted. Use it to debug a rejected signature.

use std::fmt;

use crate::call::build_request::{build_request, system_parameters};
use crate::call::config::Config;
use crate::call::error::Error;
use crate::call::method::MethodInfo;
use crate::call::parameters::Parameters;
use crate::wire::encode::Parameter;
use crate::wire::secret::AccessToken;
use crate::wire::sign::SignMethod;
use crate::wire::table::{FieldRef, Table};
use crate::wire::value::DateTime;

const SECRET: &str = "[app_secret]";
const SESSION: &str = "[session]";
const SIGNATURE: &str = "[signature]";
const SENSITIVE: &str = "[sensitive]";

/// A call as it would be sent. Secret, session, signature and what the specification calls sensitive are masked everywhere; other
/// values of parameters are shown, since they are what goes wrong.
///
/// ```
/// use opentop_runtime::DryRun;
///
/// fn show(dry: &DryRun) {
///     println!("POST {}, signed by {:?} over {}", dry.endpoint, dry.sign_method, dry.base_string);
///     for (name, value) in &dry.parameters {
///         println!("{name} = {value}");
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DryRun {
    /// Where it would go.
    pub endpoint: String,
    /// Names and values of the headers that the client sets.
    pub headers: Vec<(String, String)>,
    /// How it is signed.
    pub sign_method: SignMethod,
    /// Every parameter of the body, in the order of the base string, the signature last. Files show name and length.
    pub parameters: Vec<(String, String)>,
    /// The body of a call through Qimen that is no form. It is signed behind the parameters.
    pub body: Option<String>,
    /// The text that is signed: names and values without separators, sorted by name. For md5 the secret stands at both ends.
    pub base_string: String,
}

/// Prepares a call in full, so that everything that would stop it does, and shows it.
pub(crate) fn dry_run(
    config: &Config,
    info: &MethodInfo,
    request: &dyn Table,
    parameters: &Parameters,
    session: Option<&AccessToken>,
    now: DateTime,
) -> Result<DryRun, Error> {
    let prepared = build_request(config, info, parameters, session, now)?;
    let timestamp = now.to_string();
    let mut shown: Vec<(String, String)> = system_parameters(config, info, parameters, session, &timestamp)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), if name == "session" { SESSION } else { value }.to_owned()))
        .collect();
    let mut files = Vec::new();
    let sensitive = sensitive_fields(request);
    for (name, value) in parameters.business() {
        match value {
            Parameter::Text(_) if sensitive.contains(&name) => shown.push((name.to_owned(), SENSITIVE.to_owned())),
            Parameter::Text(text) => shown.push((name.to_owned(), text.clone())),
            Parameter::File(file) => files.push((name.to_owned(), format!("{file:?}"))),
        }
    }
    shown.sort_unstable();
    let base: String = shown.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
    // A body is one value: where anything in it is sensitive, all of it is.
    let body = parameters.body().map(|body| if sensitive.is_empty() { body } else { SENSITIVE });
    let base = base + body.unwrap_or_default();
    let base_string = if config.sign_method == SignMethod::Md5 { format!("{SECRET}{base}{SECRET}") } else { base };
    shown.extend(files);
    shown.push(("sign".to_owned(), SIGNATURE.to_owned()));
    let headers = prepared.headers().iter();
    Ok(DryRun {
        endpoint: config.endpoint_of(info).to_string(),
        headers: headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        sign_method: config.sign_method,
        parameters: shown,
        body: body.map(str::to_owned),
        base_string,
    })
}

/// The top-level fields that are sensitive, or hold something that is, at whatever depth.
fn sensitive_fields(request: &dyn Table) -> Vec<&'static str> {
    let info = request.info();
    let fields = info.fields.iter().enumerate();
    fields
        .filter(|(index, _)| info.is_sensitive(*index) || holds_sensitive(request.field(*index)))
        .map(|(_, name)| *name)
        .collect()
}

fn holds_sensitive(value: FieldRef<'_>) -> bool {
    let any = |table: &dyn Table| !sensitive_fields(table).is_empty();
    match value {
        FieldRef::Object(slot) => slot.get().is_some_and(any),
        FieldRef::Objects(list) => (0..list.len()).filter_map(|index| list.get(index)).any(any),
        _ => false,
    }
}

impl fmt::Display for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "POST {}", self.endpoint)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        writeln!(f)?;
        for (name, value) in &self.parameters {
            writeln!(f, "{name}={}", value.escape_debug())?;
        }
        write!(f, "\nsigned with {}: {}", self.sign_method, self.base_string.escape_debug())
    }
}
