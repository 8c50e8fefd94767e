//! The files of the site as HTTP answers: compressed once, with validators.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use headers::{ETag, HeaderMapExt, IfNoneMatch};
use xxhash_rust::xxh3::xxh3_128;

use crate::docs::site::Site;

/// Less is not worth compressing.
const SMALL: usize = 512;

pub(super) struct Files(BTreeMap<String, File>);

struct File {
    mime: &'static str,
    plain: Bytes,
    hash: u128,
    /// Compressed when it is first asked for; `None` where that saves nothing.
    packed: OnceLock<Option<Bytes>>,
}

impl Files {
    pub(super) fn of(site: Site) -> Files {
        let file = |(path, file): (String, super::super::site::File)| {
            let plain = Bytes::from(file.bytes);
            (path, File { mime: file.mime, hash: xxh3_128(&plain), plain, packed: OnceLock::new() })
        };
        Files(site.files.into_iter().map(file).collect())
    }

    /// The answer to a `GET` or `HEAD` of `path`, which is still percent-encoded. A folder is its index.
    pub(super) fn answer(&self, path: &str, asked: &HeaderMap) -> Response {
        let path = percent_encoding::percent_decode_str(path.strip_prefix('/').unwrap_or(path)).decode_utf8_lossy();
        let index = (path.is_empty() || path.ends_with('/')).then(|| format!("{path}index.html"));
        match self.0.get(index.as_deref().unwrap_or(&path)) {
            Some(file) => file.answer(asked),
            // Browsers ask for it unasked.
            None if path == "favicon.ico" => StatusCode::NO_CONTENT.into_response(),
            None => (StatusCode::NOT_FOUND, "there is no such page; the first one is /\n").into_response(),
        }
    }
}

impl File {
    fn answer(&self, asked: &HeaderMap) -> Response {
        let packed = accepts_gzip(asked).then(|| self.packed()).flatten();
        // Another encoding is another text for a cache, so it has a validator of its own.
        let tag = format!("\"{:032x}{}\"", self.hash, if packed.is_some() { "-gzip" } else { "" });
        let mut headers = HeaderMap::new();
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        // Kept, and asked for again each time: a new start may serve another site.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Ok(tag) = tag.parse::<ETag>() {
            let is_new = asked.typed_get::<IfNoneMatch>().is_none_or(|known| known.precondition_passes(&tag));
            headers.typed_insert(tag);
            if !is_new {
                return (StatusCode::NOT_MODIFIED, headers).into_response();
            }
        }
        let charset = if self.mime.starts_with("text/") { "; charset=utf-8" } else { "" };
        if let Ok(mime) = HeaderValue::from_str(&format!("{}{charset}", self.mime)) {
            headers.insert(header::CONTENT_TYPE, mime);
        }
        if packed.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        (headers, Body::from(packed.unwrap_or(&self.plain).clone())).into_response()
    }

    fn packed(&self) -> Option<&Bytes> {
        let pack = || {
            if self.plain.len() < SMALL {
                return None;
            }
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&self.plain).ok()?;
            encoder.finish().ok().filter(|packed| packed.len() < self.plain.len()).map(Bytes::from)
        };
        self.packed.get_or_init(pack).as_ref()
    }
}

/// Whether the client takes gzip: it names it, or `*`, and not with the weight 0.
fn accepts_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut wildcard = false;
    for item in values.flat_map(|value| value.split(',')) {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), |weight| weight.trim().parse::<f32>());
        let is_wanted = weight.is_ok_and(|weight| weight > 0.0);
        match name.trim() {
            name if name.eq_ignore_ascii_case("gzip") => return is_wanted,
            "*" => wildcard = is_wanted,
            _ => {}
        }
    }
    wildcard
}
