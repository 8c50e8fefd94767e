//! The address of a server of messages.

use http::Uri;

use super::error::TmcError;

/// Where to connect, and what to ask there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    /// The host, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// The header `Host`: with the port where it is not 80.
    pub(super) authority: String,
    /// Path and query.
    pub(super) target: String,
}

impl Url {
    /// Reads `ws://host[:port][/path][?query]`.
    pub(super) fn parse(text: &str) -> Result<Self, TmcError> {
        let wrong =
            |problem: &str| TmcError::Config(format!("expected an address such as ws://mc.api.taobao.com/, {problem}"));
        let uri: Uri = text.parse().map_err(|_| wrong("got something that is no URL"))?;
        match uri.scheme_str() {
            Some("ws") => {}
            Some("wss") => {
                return Err(wrong(
                    "got wss: the channel is not known to offer TLS; use ws, through a TLS tunnel of your own if you need one",
                ));
            }
            _ => return Err(wrong("got one without ws://")),
        }
        let authority = uri.authority().ok_or_else(|| wrong("got one without a host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("got one with a user name"));
        }
        let host = authority.host();
        let port = authority.port_u16().unwrap_or(80);
        Ok(Self {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port,
            authority: if port == 80 { host.to_owned() } else { format!("{host}:{port}") },
            // A request line names a path, if there is only a query too.
            target: format!(
                "/{}",
                uri.path_and_query().map_or("", |target| target.as_str().strip_prefix('/').unwrap_or(target.as_str()))
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn host_port_and_target_are_told_apart() {
        let url = Url::parse("ws://mc.api.taobao.com/").unwrap();
        assert_eq!(
            (&*url.host, url.port, &*url.authority, &*url.target),
            ("mc.api.taobao.com", 80, "mc.api.taobao.com", "/")
        );
        let url = Url::parse("ws://[::1]:8080?a=b").unwrap();
        assert_eq!((&*url.host, url.port, &*url.authority, &*url.target), ("::1", 8080, "[::1]:8080", "/?a=b"));
    }

    #[test]
    fn other_addresses_are_refused_with_the_cure() {
        for (text, telling) in [
            ("wss://mc.api.taobao.com/", "use ws"),
            ("http://mc.api.taobao.com/", "without ws://"),
            ("mc.api.taobao.com", "without ws://"),
            ("ws://me:secret@host/", "user name"),
            ("ws:// /", "no URL"),
        ] {
            let error = Url::parse(text).unwrap_err().to_string();
            assert!(error.contains(telling) && !error.contains("secret"), "{text}: {error}");
        }
    }
}
