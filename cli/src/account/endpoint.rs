//! Where calls go.

use opentop_runtime::Endpoint;

/// The gateway of this name or URL.
pub(super) fn endpoint(name: Option<&str>) -> Result<Endpoint, String> {
    match name {
        None | Some("" | "production") => Ok(Endpoint::production()),
        Some("sandbox") => Ok(Endpoint::sandbox()),
        Some("overseas") => Ok(Endpoint::overseas()),
        Some(url) => {
            // A host alone means the gateway's usual path on it: what `opentop sandbox` prints can be given as it is.
            let is_bare = url.split_once("://").is_some_and(|(_, host)| !host.trim_end_matches('/').contains('/'));
            let whole = if is_bare { format!("{}/router/rest", url.trim_end_matches('/')) } else { url.to_owned() };
            Endpoint::custom(&whole).map_err(|error| format!("--endpoint {url}: {error}"))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn endpoints_are_names_or_urls() {
        for name in [None, Some("production"), Some("sandbox"), Some("overseas"), Some("http://127.0.0.1:8787")] {
            assert!(endpoint(name).is_ok(), "{name:?}");
        }
        for (url, whole) in [
            ("http://127.0.0.1:8787", "http://127.0.0.1:8787/router/rest"),
            ("http://127.0.0.1:8787/", "http://127.0.0.1:8787/router/rest"),
            ("https://example.com/gate", "https://example.com/gate"),
        ] {
            assert_eq!(endpoint(Some(url)).unwrap().uri().to_string(), whole);
        }
        for name in ["http://example.com", "ftp://x", "nonsense"] {
            assert!(endpoint(Some(name)).unwrap_err().contains(name));
        }
    }
}
