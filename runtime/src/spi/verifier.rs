//! Verifies a call.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use md5::{Digest, Md5};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::answer::{Answer, AnswerFormat, failure};
use super::body::{Body, text_parts};
use super::reject::Reject;
use super::repeats::Repeats;
use super::text::{Charset, MOST_PARAMETERS, Parameter, parameters, percent_decoded};
use crate::wire::secret::AppSecret;
use crate::wire::sign::upper_hex;
use crate::wire::value::DateTime;

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

impl Incoming<'_> {
    /// Lends a request of the `http` crate. A header that is not text counts as absent.
    ///
    /// ```
    /// use opentop_runtime::spi::{Incoming, Reject, Verifier};
    ///
    /// let request = http::Request::post("/spi?method=example.gift.sent").header("content-type", "application/json").body("{}")?;
    /// let (parts, body) = request.into_parts();
    /// let call = Incoming::with(&parts, body.as_bytes(), |call| Verifier::new("helloworld").verify(call));
    /// assert_eq!(call, Err(Reject::NoSign));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn with<T>(parts: &http::request::Parts, body: &[u8], then: impl FnOnce(&Incoming<'_>) -> T) -> T {
        let headers = parts.headers.iter();
        let headers: Vec<(&str, &str)> = headers
            .filter_map(|(name, value)| Some((name.as_str(), std::str::from_utf8(value.as_bytes()).ok()?)))
            .collect();
        then(&Incoming {
            method: parts.method.as_str(),
            headers: &headers,
            query: parts.uri.query().unwrap_or_default(),
            content_type: header(&headers, http::header::CONTENT_TYPE.as_str()),
            body,
        })
    }
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

/// A call that is genuine.
///
/// ```
/// use opentop_runtime::spi::{Answer, Verified};
///
/// fn serve(call: &Verified) -> Answer {
///     match call.method() {
///         Some("example.gift.sent") => call.answer(&format!(r#"{{"success": true, "gift_id": "{}"}}"#, call.get("gift_id").unwrap_or("0"))),
///         _ => call.answer(r#"{"success": false}"#),
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The parameters of query, headers and form that were signed, without `sign`.
    pub parameters: BTreeMap<String, String>,
    /// What the body is.
    pub body: Body,
    /// The body as text, where it is JSON, XML or text.
    pub text: Option<String>,
    pub(super) charset: Charset,
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

    /// The form that the caller reads: what `format` says, else that of the body, else JSON.
    #[must_use]
    pub fn format(&self) -> AnswerFormat {
        AnswerFormat::asked(self.get("format"), self.body)
    }

    /// Answers with this text, in the charset of the call.
    #[must_use]
    pub fn answer(&self, text: &str) -> Answer {
        Answer::new(self.format(), self.charset, text)
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
///
/// ```
/// use std::time::Duration;
/// use opentop_runtime::spi::{AnswerFormat, Verifier};
///
/// let verifier = Verifier::new("helloworld")
///     .window(Duration::from_secs(60))
///     .refuse_repeats(100_000)
///     .refusals(|_, format| match format {
///         AnswerFormat::Xml => "<response><success>false</success></response>".to_owned(),
///         _ => r#"{"success": false}"#.to_owned(),
///     });
/// ```
#[derive(Clone)]
pub struct Verifier {
    secret: AppSecret,
    window: Duration,
    repeats: Option<Arc<Repeats>>,
    clock: Arc<dyn Fn() -> DateTime + Send + Sync>,
    refusal: Arc<dyn Fn(Reject, AnswerFormat) -> String + Send + Sync>,
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
        Self {
            secret: secret.into(),
            window: Duration::from_secs(300),
            repeats: None,
            clock: Arc::new(DateTime::now),
            refusal: Arc::new(|_, format| failure(format).to_owned()),
        }
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

    /// Writes refusals with this function. By default they are [`failure_json`](super::failure_json) and
    /// [`failure_xml`](super::failure_xml); some scenes want other fields, which their documentation shows under 验签示例.
    #[must_use]
    pub fn refusals(mut self, text: impl Fn(Reject, AnswerFormat) -> String + Send + Sync + 'static) -> Self {
        self.refusal = Arc::new(text);
        self
    }

    /// The refusal of a call, in the form and charset that its caller reads as far as they can be told.
    ///
    /// ```
    /// use opentop_runtime::spi::{Incoming, Verifier};
    ///
    /// let verifier = Verifier::new("helloworld");
    /// let call = Incoming { method: "POST", headers: &[], query: "method=example.gift.sent", content_type: None, body: b"" };
    /// if let Err(reject) = verifier.verify(&call) {
    ///     let refusal = verifier.refusal(reject, &call);
    ///     assert_eq!(refusal.content_type(), "application/json;charset=utf-8");
    ///     assert!(refusal.body().starts_with(b"{"));      // send it with status 200
    /// }
    /// ```
    #[must_use]
    pub fn refusal(&self, reject: Reject, call: &Incoming<'_>) -> Answer {
        let kind = Body::of(call.content_type).unwrap_or(Body::Empty);
        let named = parameters(call.query.as_bytes()).filter(|(name, _)| name == b"format").last();
        let named = named.and_then(|(_, value)| String::from_utf8(value).ok());
        let format = AnswerFormat::asked(named.as_deref(), kind);
        let charset = Charset::of(call.content_type.unwrap_or_default()).unwrap_or(Charset::Utf8);
        Answer::new(format, charset, &(self.refusal)(reject, format))
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
            charset: self.charset,
        })
    }
}

fn header<'a>(headers: &[(&'a str, &'a str)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}
