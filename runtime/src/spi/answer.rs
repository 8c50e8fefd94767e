//! What to answer, in the form and the charset of a call.

use std::fmt;

use super::body::Body;
use super::text::Charset;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerFormat {
    /// JSON
    Json,
    /// XML
    Xml,
}

impl AnswerFormat {
    /// What `format` says, else that of the body, else JSON.
    pub(super) fn asked(format: Option<&str>, body: Body) -> Self {
        match (format, body) {
            (Some("xml"), _) => Self::Xml,
            (Some("json"), _) => Self::Json,
            (_, Body::Xml) => Self::Xml,
            _ => Self::Json,
        }
    }

    /// The content type without its charset.
    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "text/xml",
        }
    }
}

/// The body of an answer, encoded. Send it with status 200, refusals too. With the feature `spi-axum` a handler returns it as it is.
///
/// ```
/// use opentop_runtime::spi::Answer;
///
/// /// For a server that takes responses of the `http` crate.
/// fn response(answer: Answer) -> http::Result<http::Response<Vec<u8>>> {
///     http::Response::builder().header("content-type", answer.content_type()).body(answer.into_body())
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    content_type: String,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(format: AnswerFormat, charset: Charset, text: &str) -> Self {
        let body = charset.encode(
            text,
            match format {
                AnswerFormat::Json => escape_json,
                AnswerFormat::Xml => |letter, out| out.push_str(&format!("&#{};", u32::from(letter))),
            },
        );
        Self { content_type: format!("{};charset={}", format.media_type(), charset.name()), body }
    }

    /// The header `Content-Type`.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, owned.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// As an HTTP response with status 200.
    #[cfg(any(feature = "spi-axum", feature = "spi-tower"))]
    pub(super) fn into_http<B: From<bytes::Bytes>>(self) -> http::Response<B> {
        let mut response = http::Response::new(B::from(self.body.into()));
        let content_type = http::HeaderValue::try_from(self.content_type).expect("invariant: plain ASCII");
        response.headers_mut().insert(http::header::CONTENT_TYPE, content_type);
        response
    }
}

/// Shows its size only: an answer may hold data of customers.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("content_type", &self.content_type).field("bytes", &self.body.len()).finish()
    }
}

fn escape_json(letter: char, out: &mut String) {
    for unit in letter.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

/// The refusal of a call whose signature is wrong, in JSON.
#[must_use]
pub fn failure_json() -> &'static str {
    r#"{"flag":"failure","sub_code":"sign-check-failure","sub_message":"Illegal request"}"#
}

/// The refusal of a call whose signature is wrong, in XML. Classic Qimen reads `code` and `message`.
#[must_use]
pub fn failure_xml() -> &'static str {
    "<response><flag>failure</flag><code>sign-check-failure</code><message>Illegal request</message>\
     <sub_code>sign-check-failure</sub_code><sub_message>Illegal request</sub_message></response>"
}

pub(super) fn failure(format: AnswerFormat) -> &'static str {
    match format {
        AnswerFormat::Json => failure_json(),
        AnswerFormat::Xml => failure_xml(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gbk_does_not_have_is_escaped_as_its_form_writes_it() {
        let json = Answer::new(AnswerFormat::Json, Charset::Gbk, "{\"a\":\"中😀\"}");
        assert_eq!(json.body(), b"{\"a\":\"\xd6\xd0\\ud83d\\ude00\"}");
        assert_eq!(json.content_type(), "application/json;charset=GBK");
        let xml = Answer::new(AnswerFormat::Xml, Charset::Gbk, "<a>中😀</a>");
        assert_eq!(xml.body(), b"<a>\xd6\xd0&#128512;</a>");
        let plain = Answer::new(AnswerFormat::Xml, Charset::Utf8, "<a>中😀</a>");
        assert_eq!(plain.body(), "<a>中😀</a>".as_bytes());
    }

    #[test]
    fn the_form_is_what_the_call_says_or_that_of_its_body() {
        assert_eq!(AnswerFormat::asked(Some("json"), Body::Xml), AnswerFormat::Json);
        assert_eq!(AnswerFormat::asked(None, Body::Xml), AnswerFormat::Xml);
        assert_eq!(AnswerFormat::asked(Some("xml"), Body::Form), AnswerFormat::Xml);
        assert_eq!(AnswerFormat::asked(Some("other"), Body::Form), AnswerFormat::Json);
    }
}
