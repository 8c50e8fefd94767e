//! Where calls go: the platform's environments by name, or an address of one's own.
//!
//! An address must be fit to receive a signature and a session: https, or this machine.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::uri::Scheme;

/// The address of a gateway: https, or plain http on this very machine.
///
/// ```
/// use opentop_runtime::Endpoint;
///
/// assert_eq!(Endpoint::production().to_string(), "https://eco.taobao.com/router/rest");
/// assert!(Endpoint::custom("http://127.0.0.1:8080/router/rest").is_ok());
/// assert!(Endpoint::custom("http://example.com/router/rest").is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Uri);

impl Endpoint {
    /// The production gateway, `https://eco.taobao.com/router/rest`; also that of an application under formal test.
    pub fn production() -> Self {
        Self(Uri::from_static("https://eco.taobao.com/router/rest"))
    }

    /// The vendor's sandbox, `https://gw.api.tbsandbox.com/router/rest`; it has application keys of its own.
    pub fn sandbox() -> Self {
        Self(Uri::from_static("https://gw.api.tbsandbox.com/router/rest"))
    }

    /// The gateway outside China, `https://api.alibaba.com/router/rest`.
    pub fn overseas() -> Self {
        Self(Uri::from_static("https://api.alibaba.com/router/rest"))
    }

    /// An address of the vendor's.
    pub(crate) fn fixed(url: &'static str) -> Self {
        Self(Uri::from_static(url))
    }

    /// Any other gateway, by its full URL.
    ///
    /// ```
    /// use opentop_runtime::{Endpoint, error::EndpointError};
    ///
    /// let sandbox = Endpoint::custom("http://127.0.0.1:8787/router/rest")?;
    /// assert_eq!(sandbox.uri().port_u16(), Some(8787));
    /// // Without TLS, only an address of this machine is called.
    /// assert_eq!(Endpoint::custom("http://shop.example/router/rest"), Err(EndpointError::PlainHttp));
    /// # Ok::<(), EndpointError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the URL could leak what is sent to it: see [`EndpointError`].
    pub fn custom(url: &str) -> Result<Self, EndpointError> {
        // Checked on the text: the parser below drops a fragment silently, and others read a backslash as a slash.
        if url.contains('#') || url.contains('?') {
            return Err(EndpointError::QueryOrFragment);
        }
        if url.contains(|c: char| !c.is_ascii_graphic() || c == '\\') {
            return Err(EndpointError::Malformed);
        }
        let uri: Uri = url.parse().map_err(|_| EndpointError::Malformed)?;
        let authority = uri.authority().ok_or(EndpointError::Malformed)?;
        if authority.as_str().contains('@') {
            return Err(EndpointError::UserInfo);
        }
        let host = Host::read(authority.host()).ok_or(EndpointError::Malformed)?;
        if authority.as_str().len() > authority.host().len() && authority.port_u16().is_none_or(|port| port == 0) {
            return Err(EndpointError::Malformed);
        }
        match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => Ok(Self(uri)),
            Some(scheme) if *scheme == Scheme::HTTP && host.is_loopback() => Ok(Self(uri)),
            Some(scheme) if *scheme == Scheme::HTTP => Err(EndpointError::PlainHttp),
            _ => Err(EndpointError::Scheme),
        }
    }

    /// The address as a URI.
    pub fn uri(&self) -> &Uri {
        &self.0
    }

    /// Whether calls are encrypted; only loopback addresses may go without.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == Some(&Scheme::HTTPS)
    }
}

impl Default for Endpoint {
    fn default() -> Self {
        Self::production()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.0)
    }
}

/// Why a URL is no endpoint. The URL itself is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// Not an absolute URL with a host.
    Malformed,
    /// A scheme other than https and http.
    Scheme,
    /// Session and signature would cross the network in the clear.
    PlainHttp,
    /// `user:password@host`.
    UserInfo,
    /// `?…` or `#…`: all parameters go into the body.
    QueryOrFragment,
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the endpoint is not a URL such as https://eco.taobao.com/router/rest"),
            Self::Scheme => f.write_str("the endpoint must start with https://"),
            Self::PlainHttp => {
                f.write_str("the endpoint must be https; plain http is for 127.0.0.0/8, [::1] and localhost only")
            }
            Self::UserInfo => f.write_str("the endpoint must not hold a user name or password before its host"),
            Self::QueryOrFragment => {
                f.write_str("the endpoint must end before `?` and `#`: all parameters go into the body")
            }
        }
    }
}

impl std::error::Error for EndpointError {}

/// A host in one of the three spellings that every URL parser reads alike.
enum Host<'a> {
    Name(&'a str),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

impl<'a> Host<'a> {
    fn read(host: &'a str) -> Option<Self> {
        if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            return address.parse().ok().map(Self::V6);
        }
        if let Ok(address) = host.parse() {
            return Some(Self::V4(address));
        }
        let is_name =
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        is_name.then_some(Self::Name(host))
    }

    fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name.eq_ignore_ascii_case("localhost"),
            Self::V4(address) => address.is_loopback(),
            Self::V6(address) => address.is_loopback(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_on_this_machine() {
        for url in [
            "https://eco.taobao.com/router/rest",
            "https://[2001:db8::1]:8443/router/rest",
            "http://127.0.0.1:8080/router/rest",
            "http://127.9.9.9/router/rest",
            "http://[::1]:1/router/rest",
            "http://LocalHost:80/router/rest",
        ] {
            assert_eq!(
                Endpoint::custom(url).map(|endpoint| endpoint.uri().path().to_owned()),
                Ok("/router/rest".to_owned()),
                "{url}"
            );
        }
    }

    #[test]
    fn what_could_leak_is_refused() {
        use EndpointError::*;
        for (url, why) in [
            ("http://eco.taobao.com/router/rest", PlainHttp),
            ("http://localhost.evil.com/", PlainHttp),
            ("http://127.0.0.1.evil.com/", PlainHttp),
            ("http://0.0.0.0/", PlainHttp),
            ("http://127.1/", PlainHttp),
            ("http://[::ffff:10.0.0.1]/", PlainHttp),
            ("https://user:canary@host/", UserInfo),
            ("http://127.0.0.1@evil.com/", UserInfo),
            ("https://host/router/rest?app_key=1", QueryOrFragment),
            ("https://host/router/rest#x", QueryOrFragment),
            ("ftp://host/", Scheme),
            ("https://host:/x", Malformed),
            ("https://host:0/x", Malformed),
            ("https://host:99999/x", Malformed),
            ("https://ho%73t/", Malformed),
            ("https://host\\@evil.com/", Malformed),
            ("https://淘宝.com/", Malformed),
            ("https:///router/rest", Malformed),
            ("/router/rest", Malformed),
            ("eco.taobao.com", Scheme),
            ("https://a b/", Malformed),
            ("", Malformed),
        ] {
            assert_eq!(Endpoint::custom(url), Err(why), "{url}");
        }
    }

    #[test]
    fn the_named_ones_pass_their_own_check() {
        for endpoint in [Endpoint::production(), Endpoint::sandbox(), Endpoint::overseas()] {
            assert_eq!(Endpoint::custom(&endpoint.to_string()), Ok(endpoint));
        }
    }
}
