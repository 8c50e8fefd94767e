//! HTTP requests and responses as plain data, without sockets.

use bytes::Bytes;

/// The path that calls go to.
pub const PATH: &str = "/router/rest";

/// The path that batches of calls go to.
pub const BATCH_PATH: &str = "/router/batch";

/// The largest body that is read.
pub const MAX_BODY: usize = 10 * 1024 * 1024;

/// A request as it came over the wire.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct HttpRequest {
    /// `POST`, `GET`, …
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// What stands behind `?`, still percent-encoded.
    pub query: String,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The header `top-api-separator`: what stands between the calls of a batch.
    pub separator: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// Shows sizes only: query and body carry access tokens.
impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query_len", &self.query.len())
            .field("content_type", &self.content_type)
            .field("body_len", &self.body.len())
            .finish()
    }
}

impl HttpRequest {
    /// A `POST` of a form body to the gateway's path, as an SDK sends it.
    #[must_use]
    pub fn form(body: impl Into<Bytes>) -> Self {
        HttpRequest {
            method: "POST".to_owned(),
            path: PATH.to_owned(),
            query: String::new(),
            content_type: Some("application/x-www-form-urlencoded;charset=utf-8".to_owned()),
            separator: None,
            body: body.into(),
        }
    }
}

/// An answer before it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status: 200 for whatever the gateway has to say, refusals included.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: &'static str,
    /// The header `Location`, of a redirect.
    pub location: Option<String>,
    /// The body; always text in UTF-8.
    pub body: String,
}

impl HttpResponse {
    /// An answer with status 200.
    pub(crate) fn ok(content_type: &'static str, body: impl Into<String>) -> Self {
        HttpResponse { content_type, ..HttpResponse::plain(200, body) }
    }

    /// Something outside the gateway's own language: a wrong path, a body that is too large.
    pub(crate) fn plain(status: u16, text: impl Into<String>) -> Self {
        HttpResponse { status, content_type: "text/plain;charset=utf-8", location: None, body: text.into() }
    }
}
