//! Everything a call says, wherever it stands: query, form body, multipart body.
//!
//! In: an [`HttpRequest`]. Out: [`Parameters`] in the order received, or the refusal of a request that cannot be read.

use bytes::Bytes;

use super::form;
use super::http::HttpRequest;
use super::multipart::{self, Part};
use super::refusal::{Code, Refusal};

/// The parameters that every method has; all others are the method's own.
const SYSTEM: [&str; 11] = [
    "app_key",
    "format",
    "method",
    "partner_id",
    "session",
    "sign",
    "sign_method",
    "simplify",
    "target_app_key",
    "timestamp",
    "v",
];

/// Text parameters and files, as received.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    /// Every text parameter, the system's included.
    pub(crate) text: Vec<(String, String)>,
    /// Every file.
    pub(crate) files: Vec<File>,
}

/// A file that came with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) file_name: String,
    pub(crate) media_type: Option<String>,
    pub(crate) content: Bytes,
}

impl Parameters {
    pub(super) fn read(request: &HttpRequest) -> Result<Self, Refusal> {
        if !matches!(request.method.as_str(), "GET" | "POST") {
            return Err(Code::HttpActionNotAllowed.because("send the call with POST (or GET)"));
        }
        let encoding = |cause: String| Code::InvalidEncoding.because(format!("{cause}: encode text as UTF-8"));
        let mut found =
            Parameters { text: form::decode(request.query.as_bytes()).map_err(encoding)?, files: Vec::new() };
        if request.method == "GET" || request.body.is_empty() {
            return Ok(found);
        }
        let content_type = request.content_type.as_deref().unwrap_or_default();
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        if let Some(boundary) = multipart::boundary(content_type) {
            found.add_parts(&request.body, &boundary)?;
        } else if kind.is_empty() || kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            found.text.extend(form::decode(&request.body).map_err(encoding)?);
        } else {
            return Err(Code::InvalidArguments.because(
                "the body is read as application/x-www-form-urlencoded or multipart/form-data: set the header Content-Type",
            ));
        }
        Ok(found)
    }

    fn add_parts(&mut self, body: &Bytes, boundary: &str) -> Result<(), Refusal> {
        let parts = multipart::parse(body, boundary)
            .map_err(|cause| Code::InvalidArguments.because(format!("the multipart body cannot be read: {cause}")))?;
        for part in parts {
            match part.file_name {
                Some(file_name) => {
                    let Part { name, media_type, content, .. } = part;
                    self.files.push(File { name, file_name, media_type, content });
                }
                None => {
                    let text = String::from_utf8(part.content.to_vec()).map_err(|_| {
                        Code::InvalidEncoding.because(format!("the value of `{}` is not UTF-8", part.name))
                    })?;
                    self.text.push((part.name, text));
                }
            }
        }
        Ok(())
    }

    /// The first value of `name`; an empty one is absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.text.iter().find(|(candidate, value)| candidate == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// The method's own text parameters.
    pub(super) fn business(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.text.iter().filter(|(name, _)| !is_system(name));
        all.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// System parameters that came more than once, each named once.
    pub(super) fn repeated_system(&self) -> Vec<&'static str> {
        let count = |name: &str| {
            self.text.iter().filter(|(other, _)| other == name).count()
                + self.files.iter().filter(|file| file.name == name).count()
        };
        SYSTEM.into_iter().filter(|name| count(name) > 1).collect()
    }
}

fn is_system(name: &str) -> bool {
    SYSTEM.contains(&name)
}
