//! Reads the parameters of a call from its query, form body or multipart body.

use bytes::Bytes;

use super::form;
use super::multipart::{self, Part};
use super::refusal::Code;
use crate::call::Refusal;
use crate::http::HttpRequest;
use crate::parameters::{File, Parameters};

/// Reads the parameters in the query of a POST.
///
/// # Errors
/// The refusal of a request that cannot be read.
pub(super) fn query(request: &HttpRequest) -> Result<Parameters, Refusal> {
    if request.method != "POST" {
        return Err(Code::HttpActionNotAllowed.because("send the call with POST"));
    }
    let text = form::decode(request.query.as_bytes()).map_err(encoding)?;
    Ok(Parameters { text, ..Parameters::default() })
}

fn encoding(cause: String) -> Refusal {
    Code::InvalidEncoding.because(format!("{cause}; encode text as UTF-8"))
}

/// Reads the parameters of a request, in the order received.
///
/// # Errors
/// The refusal of a request that cannot be read.
pub(super) fn parameters(request: &HttpRequest) -> Result<Parameters, Refusal> {
    if !matches!(request.method.as_str(), "GET" | "POST") {
        return Err(Code::HttpActionNotAllowed.because("send the call with POST (or GET)"));
    }
    let text = form::decode(request.query.as_bytes()).map_err(encoding)?;
    let mut found = Parameters { text, ..Parameters::default() };
    if request.method == "GET" || request.body.is_empty() {
        found.ignored_body = !request.body.is_empty();
        return Ok(found);
    }
    let content_type = request.content_type.as_deref().unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if let Some(boundary) = multipart::boundary(content_type) {
        add_parts(&mut found, &request.body, &boundary)?;
    } else if kind.is_empty() || kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        found.text.extend(form::decode(&request.body).map_err(encoding)?);
    } else {
        return Err(Code::InvalidArguments.because(
            "expected a body of application/x-www-form-urlencoded or multipart/form-data; set the header Content-Type",
        ));
    }
    Ok(found)
}

fn add_parts(found: &mut Parameters, body: &Bytes, boundary: &str) -> Result<(), Refusal> {
    let parts = multipart::parse(body, boundary)
        .map_err(|cause| Code::InvalidArguments.because(format!("the multipart body cannot be read: {cause}")))?;
    for part in parts {
        match part.file_name {
            Some(file_name) => {
                let Part { name, media_type, content, .. } = part;
                found.files.push(File { name, file_name, media_type, content });
            }
            None => {
                let text = String::from_utf8(part.content.to_vec())
                    .map_err(|_| Code::InvalidEncoding.because(format!("the value of `{}` is not UTF-8", part.name)))?;
                found.text.push((part.name, text));
            }
        }
    }
    Ok(())
}
