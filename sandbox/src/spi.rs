//! Calls of the platform to an application (SPI), as the platform signs them: for tests of one's own server, and for `opentop spi send`.

use bytes::Bytes;
use encoding_rs::{Encoding, GBK, UTF_8};
use http::header::CONTENT_TYPE;
use opentop_runtime::__private::v1::sign::{SignMethod, sign_with_empty};
use opentop_runtime::{AppSecret, DateTime};

/// What stands in the body of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    None,
    Form(Vec<(String, String)>),
    Text(&'static str, String),
    Parts(Vec<(String, String)>, Vec<(String, String, Bytes)>),
}

const BOUNDARY: &str = "opentop-sandbox-part";

/// A call to an application, signed with the application's secret as the platform signs.
///
/// ```
/// use opentop_sandbox::SpiCall;
///
/// let call = SpiCall::new("alibaba.example.box.notify").parameter("shop", "7").json(r#"{"boxId":7}"#);
/// let request = call.request("http://127.0.0.1:8080/spi", &"helloworld".into())?;
/// assert_eq!(request.headers()["content-type"], "application/json;charset=utf-8");
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a call is sent by your own HTTP client: see `request`"]
pub struct SpiCall {
    system: Vec<(String, String)>,
    parameters: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    content: Content,
    encoding: &'static Encoding,
    at: Option<DateTime>,
    wrong_signature: bool,
}

impl SpiCall {
    /// A call of this method, without a body.
    pub fn new(method: &str) -> Self {
        let system = [("method", method), ("app_key", "12345678"), ("v", "2.0"), ("sign_method", "md5")];
        Self {
            system: system.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            parameters: Vec::new(),
            headers: Vec::new(),
            content: Content::None,
            encoding: UTF_8,
            at: None,
            wrong_signature: false,
        }
    }

    /// A parameter of the query.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.system.retain(|(other, _)| *other != name);
        self.parameters.push((name, value));
        self
    }

    /// A header that is signed (`top-sign-list`). Its value is sent percent-encoded.
    pub fn signed_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// A body in JSON.
    pub fn json(self, text: impl Into<String>) -> Self {
        self.text("application/json", text)
    }

    /// A body in XML.
    pub fn xml(self, text: impl Into<String>) -> Self {
        self.text("text/xml", text)
    }

    /// A body of plain text.
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.text("text/plain", text)
    }

    fn text(mut self, media_type: &'static str, text: impl Into<String>) -> Self {
        self.content = Content::Text(media_type, text.into());
        self
    }

    /// A form as the body.
    pub fn form<N: Into<String>, V: Into<String>>(mut self, fields: impl IntoIterator<Item = (N, V)>) -> Self {
        self.content = Content::Form(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    /// A file of a multipart body, whose text parts are the fields of [`form`](Self::form). Files are not signed.
    pub fn file(mut self, name: impl Into<String>, file_name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let (fields, mut files) = match self.content {
            Content::Form(fields) => (fields, Vec::new()),
            Content::Parts(fields, files) => (fields, files),
            Content::None | Content::Text(..) => (Vec::new(), Vec::new()),
        };
        files.push((name.into(), file_name.into(), content.into()));
        self.content = Content::Parts(fields, files);
        self
    }

    /// In GBK: query, body and signature.
    pub fn gbk(mut self) -> Self {
        self.encoding = GBK;
        self
    }

    /// Signed at this time instead of now.
    pub fn at(mut self, time: DateTime) -> Self {
        self.at = Some(time);
        self
    }

    /// With a signature that does not fit.
    pub fn wrong_signature(mut self) -> Self {
        self.wrong_signature = true;
        self
    }

    /// The request to send. Sent twice, it is a repeated call.
    ///
    /// # Errors
    ///
    /// If `url` is not a URL, or a header has an invalid name.
    pub fn request(&self, url: &str, secret: &AppSecret) -> Result<http::Request<Bytes>, http::Error> {
        let mut query = self.system.clone();
        query.push(("timestamp".to_owned(), self.at.unwrap_or_else(DateTime::now).to_string()));
        query.extend(self.parameters.iter().cloned());
        let signature = self.signature(secret, &query);
        query.push(("sign".to_owned(), signature));
        let joint = if url.contains('?') { '&' } else { '?' };
        let mut request = http::Request::post(format!("{url}{joint}{}", self.pairs(&query)));
        if !self.headers.is_empty() {
            let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
            request = request.header("top-sign-list", names.join(","));
            for (name, value) in &self.headers {
                request = request.header(name, self.component(value));
            }
        }
        let charset = if self.encoding == GBK { "GBK" } else { "utf-8" };
        let (content_type, body) = match &self.content {
            Content::None => return request.body(Bytes::new()),
            Content::Form(fields) => ("application/x-www-form-urlencoded".to_owned(), self.pairs(fields).into_bytes()),
            Content::Text(media_type, text) => ((*media_type).to_owned(), self.encode(text)),
            Content::Parts(fields, files) => {
                (format!("multipart/form-data;boundary={BOUNDARY}"), self.multipart(fields, files))
            }
        };
        request.header(CONTENT_TYPE, format!("{content_type};charset={charset}")).body(body.into())
    }

    /// MD5 over the bytes of the charset. The order is that of the names in UTF-8, which for the names in use is the platform's.
    fn signature(&self, secret: &AppSecret, query: &[(String, String)]) -> String {
        if self.wrong_signature {
            return "0".repeat(32);
        }
        let mut all = self.headers.clone();
        if let Content::Form(fields) | Content::Parts(fields, _) = &self.content {
            all.extend(fields.iter().cloned());
        }
        all.retain(|(name, _)| query.iter().all(|(other, _)| other != name));
        all.extend(query.iter().cloned());
        all.sort();
        let text = match &self.content {
            Content::Text(_, text) => text.as_str(),
            _ => "",
        };
        // Names and values are joined without separators, so all of them may stand in the body that is signed.
        let signed: String = all.iter().flat_map(|(name, value)| [name.as_str(), value]).chain([text]).collect();
        sign_with_empty(SignMethod::Md5, secret, &mut [], Some(&self.encode(&signed)))
    }

    fn multipart(&self, fields: &[(String, String)], files: &[(String, String, Bytes)]) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, value) in fields {
            out.extend(self.encode(&format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )));
        }
        for (name, file_name, content) in files {
            out.extend(self.encode(&format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            )));
            out.extend_from_slice(content);
            out.extend_from_slice(b"\r\n");
        }
        out.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        out
    }

    fn pairs(&self, pairs: &[(String, String)]) -> String {
        let pairs = pairs.iter().map(|(name, value)| format!("{}={}", self.component(name), self.component(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    fn component(&self, text: &str) -> String {
        form_urlencoded::byte_serialize(&self.encode(text)).collect()
    }

    fn encode(&self, text: &str) -> Vec<u8> {
        self.encoding.encode(text).0.into_owned()
    }
}
