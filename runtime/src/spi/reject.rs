//! Why a call is refused.

use std::fmt;

/// Why a call is refused. No variant holds the right signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reject {
    /// The query has no `sign`.
    NoSign,
    /// The signature is another one.
    BadSign,
    /// `timestamp` is absent or unreadable.
    NoTimestamp,
    /// The call is older than the window.
    Stale,
    /// The call is from the future.
    Future,
    /// The same call came before, or too many came to tell.
    Repeated,
    /// Neither GET nor POST.
    Method,
    /// A content type that no scene uses.
    UnsupportedType,
    /// A charset that is neither UTF-8 nor GBK.
    Charset,
    /// The body is larger than the server takes. Only where a server reads it: [`Verifier::verify`](super::Verifier::verify) gets it whole.
    TooLarge,
    /// The body or a parameter cannot be read: a malformed multipart body, text that is not in the charset, too many parameters.
    Malformed,
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSign => "expected the signature in the query's `sign`, got none",
            Self::BadSign => {
                "the signature does not fit; check the secret: it is that of the application that is called"
            }
            Self::NoTimestamp => "expected `yyyy-MM-dd HH:mm:ss` in `timestamp`",
            Self::Stale => "the call is older than the window; check this machine's clock",
            Self::Future => "the call is from the future; check this machine's clock",
            Self::Repeated => "the same call came before",
            Self::Method => "expected GET or POST",
            Self::UnsupportedType => "expected a body of a form, multipart, JSON, XML or plain text",
            Self::Charset => "expected the charset UTF-8 or GBK",
            Self::TooLarge => "the body is larger than this server takes; raise its limit",
            Self::Malformed => "the body or a parameter cannot be read",
        })
    }
}

impl std::error::Error for Reject {}
