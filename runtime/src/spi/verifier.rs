//! Verifies a call.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use md5::{Digest, Md5};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::body::{Body, text_parts};
use super::repeats::Repeats;
use super::text::{Charset, Parameter, parameters, percent_decoded};
use crate::wire::secret::AppSecret;
use crate::wire::sign::upper_hex;
use crate::wire::value::DateTime;

/// The most parameters of one call.
const MOST_PARAMETERS: usize = 1_000;

/// A request as it came.
#[derive(Clone, Copy)]
pub struct Incoming<'a> {
    /// `POST` or `GET`.
    pub method: &'a str,
    /// All headers, names in any case.
    pub headers: &'a [(&'a str, &'a str)],
    /// What stands behind `?`, as it came.
    pub query: &'a str,
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The whole body, as it came.
    pub body: &'a [u8],
}

/// Shows sizes only.
impl fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("method", &self.method)
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

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
            Self::Malformed => "the body or a parameter cannot be read",
        })
    }
}

impl std::error::Error for Reject {}

/// A call that is genuine.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The parameters of query, headers and form that were signed, without `sign`.
    pub parameters: BTreeMap<String, String>,
    /// What the body is.
    pub body: Body,
    /// The body as text, where it is JSON, XML or text.
    pub text: Option<String>,
}

impl Verified {
    /// A parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The method that is called.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        self.get("method")
    }
}

/// Shows names only.
impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.parameters.keys().collect();
        f.debug_struct("Verified").field("parameters", &names).field("body", &self.body).finish_non_exhaustive()
    }
}

/// Verifies calls to one application.
#[derive(Clone)]
pub struct Verifier {
    secret: AppSecret,
    window: Duration,
    repeats: Option<Arc<Repeats>>,
    clock: Arc<dyn Fn() -> DateTime + Send + Sync>,
}

/// Shows no secret.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("window", &self.window).finish_non_exhaustive()
    }
}

impl Verifier {
    /// With the secret of your application, the one that is called. The window is 5 minutes, both ways.
    #[must_use]
    pub fn new(secret: impl Into<AppSecret>) -> Self {
        Self { secret: secret.into(), window: Duration::from_secs(300), repeats: None, clock: Arc::new(DateTime::now) }
    }

    /// How far the time of a call may be from now, both ways.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Refuses a call whose signature came before within the window. Remembers at most `most` calls of the window; further ones are
    /// refused. The platform itself may call twice with one signature when an answer got lost: answer writes from your own record then.
    #[must_use]
    pub fn refuse_repeats(mut self, most: usize) -> Self {
        self.repeats = Some(Arc::new(Repeats::new(most)));
        self
    }

    /// Takes the time from here.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> DateTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Whether a call is genuine. Without I/O.
    ///
    /// # Errors
    ///
    /// [`Reject`]
    pub fn verify(&self, call: &Incoming<'_>) -> Result<Verified, Reject> {
        let read = Read::of(call)?;
        let given = read.sign.as_deref().ok_or(Reject::NoSign)?;
        let expected = read.signature(&self.secret);
        if !bool::from(expected.as_bytes().ct_eq(given)) {
            return Err(Reject::BadSign);
        }
        let verified = read.verified()?;
        let (now, window) = ((self.clock)().unix_millis(), i64::try_from(self.window.as_millis()).unwrap_or(i64::MAX));
        let time =
            verified.get("timestamp").and_then(|text| text.parse::<DateTime>().ok()).ok_or(Reject::NoTimestamp)?;
        let age = now.saturating_sub(time.unix_millis());
        if age > window {
            return Err(Reject::Stale);
        }
        if age < window.saturating_neg() {
            return Err(Reject::Future);
        }
        let until = time.unix_millis().saturating_add(window);
        let is_first = |repeats: &Arc<Repeats>| repeats.is_first(Sha256::digest(given).into(), now, until);
        match self.repeats.as_ref().is_none_or(is_first) {
            true => Ok(verified),
            false => Err(Reject::Repeated),
        }
    }
}

/// A call whose parts are told apart, as bytes in its charset.
struct Read<'a> {
    charset: Charset,
    kind: Body,
    /// What is signed, by name.
    signed: Vec<Parameter>,
    sign: Option<Vec<u8>>,
    text: Option<&'a [u8]>,
}

impl<'a> Read<'a> {
    fn of(call: &Incoming<'a>) -> Result<Self, Reject> {
        if !matches!(call.method, "GET" | "POST") {
            return Err(Reject::Method);
        }
        let content_type = call.content_type.unwrap_or_default();
        let kind = Body::of(call.content_type).ok_or(Reject::UnsupportedType)?;
        let charset = Charset::of(content_type).ok_or(Reject::Charset)?;
        if kind == Body::Empty && !call.body.is_empty() {
            // Nothing would cover it.
            return Err(Reject::UnsupportedType);
        }
        let query: Vec<Parameter> = parameters(call.query.as_bytes()).take(MOST_PARAMETERS + 1).collect();
        let form: Vec<Parameter> = match kind {
            Body::Form => parameters(call.body).take(MOST_PARAMETERS + 1).collect(),
            Body::Multipart => text_parts(call.body, content_type).ok_or(Reject::Malformed)?,
            _ => Vec::new(),
        };
        let list = header(call.headers, "top-sign-list").unwrap_or_default();
        if query.len() + form.len() + list.len() / 2 > MOST_PARAMETERS {
            return Err(Reject::Malformed);
        }
        let mut signed = BTreeMap::new();
        // Nothing is trimmed: the name is looked up and signed as the list spells it.
        for name in list.split(',').filter(|name| !name.is_empty()) {
            let value = header(call.headers, name).unwrap_or_default();
            signed.insert(name.as_bytes().to_vec(), percent_decoded(value.as_bytes()));
        }
        let sign = query.iter().rev().find(|(name, _)| name == b"sign").map(|(_, value)| value.clone());
        // What comes later counts: a form before the headers, and of a form the first; the query before both, and of the query the last.
        signed.extend(form.into_iter().rev());
        signed.extend(query);
        signed.remove(&b"sign"[..]);
        let mut signed: Vec<Parameter> = signed.into_iter().collect();
        let mut keys = Vec::with_capacity(signed.len());
        for (name, _) in &signed {
            keys.push(charset.decode(name).ok_or(Reject::Malformed)?.encode_utf16().collect::<Vec<u16>>());
        }
        // By UTF-16 units, as the vendor sorts. That is another order than that of the bytes of GBK.
        let mut order: Vec<usize> = (0..signed.len()).collect();
        order.sort_by(|left, right| keys[*left].cmp(&keys[*right]));
        signed = order.into_iter().map(|at| std::mem::take(&mut signed[at])).collect();
        let text = matches!(kind, Body::Json | Body::Xml | Body::Text).then_some(call.body);
        Ok(Self { charset, kind, signed, sign, text })
    }

    /// The signature that the call should have.
    fn signature(&self, secret: &AppSecret) -> String {
        let secret = secret.expose().as_bytes();
        let mut digest = Md5::new_with_prefix(secret);
        for (name, value) in &self.signed {
            digest.update(name);
            digest.update(value);
        }
        digest.update(self.text.unwrap_or_default());
        digest.update(secret);
        upper_hex(&digest.finalize())
    }

    fn verified(&self) -> Result<Verified, Reject> {
        let text = |bytes: &[u8]| self.charset.decode(bytes).ok_or(Reject::Malformed);
        let pairs = self.signed.iter().map(|(name, value)| Ok((text(name)?, text(value)?)));
        Ok(Verified {
            parameters: pairs.collect::<Result<_, Reject>>()?,
            body: self.kind,
            text: self.text.map(text).transpose()?,
        })
    }
}

fn header<'a>(headers: &[(&'a str, &'a str)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}
