//! The signature of a call, made and checked.
//!
//! A signature is upper-case hexadecimal digits. A gateway checks one with [`verify`].
//!
//! The text that is signed (the *base string*) is every name followed by its value, without separators, sorted by the names'
//! bytes; then the body of a batch. Parameters named `sign` and parameters with empty values take no part, files neither.
//! Since names and values are joined without separators, two different calls can have one signature: it proves who calls,
//! and only a gateway that refuses unknown parameters can rely on what.

mod order;

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::wire::secret::AppSecret;

/// How a call is signed (`sign_method`).
///
/// ```
/// use opentop_runtime::{Client, SignMethod};
///
/// # fn example() -> Result<(), opentop_runtime::Error> {
/// let client = Client::builder().app_key("12345678").app_secret("helloworld").sign_method(SignMethod::Md5).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SignMethod {
    /// `md5`: MD5 of the secret, the base string and the secret again.
    Md5,
    /// `hmac`: HMAC-MD5 keyed with the secret.
    Hmac,
    /// `hmac-sha256`: HMAC-SHA-256 keyed with the secret. The default.
    #[default]
    HmacSha256,
}

impl SignMethod {
    /// The name on the wire.
    ///
    /// ```
    /// assert_eq!(opentop_runtime::SignMethod::HmacSha256.as_str(), "hmac-sha256");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Hmac => "hmac",
            Self::HmacSha256 => "hmac-sha256",
        }
    }
}

impl fmt::Display for SignMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An unknown signature method. There is no silent fallback: the vendor's own clients have one, and it signs wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownSignMethod;

impl fmt::Display for UnknownSignMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown sign method; use `md5`, `hmac` or `hmac-sha256`")
    }
}

impl std::error::Error for UnknownSignMethod {}

impl FromStr for SignMethod {
    type Err = UnknownSignMethod;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "md5" => Ok(Self::Md5),
            "hmac" => Ok(Self::Hmac),
            "hmac-sha256" => Ok(Self::HmacSha256),
            _ => Err(UnknownSignMethod),
        }
    }
}

/// Signs a call: sorts `parameters` by name in place and feeds them to the digest, without building the base string.
///
/// `body` is the raw body of a batch, and `None` for every other call.
///
/// ```
/// use opentop_runtime::__private::engine::sign::{SignMethod, sign};
///
/// let mut parameters = [("method", "alibaba.example.gift.get"), ("app_key", "12345678"), ("v", "2.0")];
/// let signature = sign(SignMethod::Md5, &"helloworld".into(), &mut parameters, None);
/// assert_eq!(signature.len(), 32);
/// ```
pub fn sign(method: SignMethod, secret: &AppSecret, parameters: &mut [(&str, &str)], body: Option<&[u8]>) -> String {
    sign_those(method, secret, parameters, body, |value| !value.is_empty())
}

/// Signs as clients do that send empty parameters: of an empty one, the name takes part.
pub fn sign_with_empty(
    method: SignMethod,
    secret: &AppSecret,
    parameters: &mut [(&str, &str)],
    body: Option<&[u8]>,
) -> String {
    sign_those(method, secret, parameters, body, |_| true)
}

/// Signs the parameters whose values `takes_part` accepts.
fn sign_those(
    method: SignMethod,
    secret: &AppSecret,
    parameters: &mut [(&str, &str)],
    body: Option<&[u8]>,
    takes_part: fn(&str) -> bool,
) -> String {
    order::by_name(parameters);
    let secret = secret.expose().as_bytes();
    match method {
        SignMethod::Md5 => {
            let mut digest = Md5::new_with_prefix(secret);
            base_string(parameters, body, takes_part, |part| Digest::update(&mut digest, part));
            Digest::update(&mut digest, secret);
            upper_hex(&digest.finalize())
        }
        SignMethod::Hmac => keyed::<Hmac<Md5>>(secret, parameters, body, takes_part),
        SignMethod::HmacSha256 => keyed::<Hmac<Sha256>>(secret, parameters, body, takes_part),
    }
}

fn keyed<M: Mac + KeyInit>(
    secret: &[u8],
    parameters: &[(&str, &str)],
    body: Option<&[u8]>,
    takes_part: fn(&str) -> bool,
) -> String {
    let mut mac = <M as KeyInit>::new_from_slice(secret).expect("invariant: an HMAC key may have any length");
    base_string(parameters, body, takes_part, |part| mac.update(part));
    upper_hex(&mac.finalize().into_bytes())
}

/// The base string of sorted parameters, part by part.
fn base_string(
    parameters: &[(&str, &str)],
    body: Option<&[u8]>,
    takes_part: fn(&str) -> bool,
    mut take: impl FnMut(&[u8]),
) {
    for (name, value) in parameters.iter().filter(|(name, value)| *name != "sign" && takes_part(value)) {
        take(name.as_bytes());
        take(value.as_bytes());
    }
    take(body.unwrap_or_default());
}

/// Whether `signature` is that of the call, compared in constant time. The right signature never leaves this function.
pub fn verify(
    method: SignMethod,
    secret: &AppSecret,
    parameters: &mut [(&str, &str)],
    body: Option<&[u8]>,
    signature: &str,
) -> bool {
    is_same(&sign(method, secret, parameters, body), signature)
}

/// [`verify`] for a signature of [`sign_with_empty`].
pub fn verify_with_empty(
    method: SignMethod,
    secret: &AppSecret,
    parameters: &mut [(&str, &str)],
    body: Option<&[u8]>,
    signature: &str,
) -> bool {
    is_same(&sign_with_empty(method, secret, parameters, body), signature)
}

fn is_same(expected: &str, signature: &str) -> bool {
    expected.as_bytes().ct_eq(signature.as_bytes()).into()
}

pub(crate) fn upper_hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'A' - 10 };
    // Not by the formatter, which took more than half as long as the HMAC-SHA-256 itself.
    let mut hex = vec![0; bytes.len() * 2];
    for (digits, byte) in hex.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *digits = [digit(byte >> 4), digit(byte & 15)];
    }
    String::from_utf8(hex).expect("invariant: digits are ASCII")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::Value;

    use super::*;

    /// The vendor's published example and 27 more, computed by an independent implementation and by the vendor's own.
    const VECTORS: &str = include_str!("../../../tests/fixtures/sign_vectors.json");

    fn vectors() -> Vec<Value> {
        serde_json::from_str::<Value>(VECTORS).unwrap().as_array().unwrap().clone()
    }

    fn with_vector<T>(
        vector: &Value,
        run: impl FnOnce(SignMethod, &AppSecret, &mut [(&str, &str)], Option<&[u8]>) -> T,
    ) -> T {
        let method = vector["sign_method"].as_str().unwrap().parse().unwrap();
        let secret = AppSecret::from(vector["secret"].as_str().unwrap());
        let object = vector["params"].as_object().unwrap();
        let mut parameters: Vec<_> =
            object.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        parameters.reverse();
        run(method, &secret, &mut parameters, vector["body"].as_str().map(str::as_bytes))
    }

    #[test]
    fn thirty_of_thirty_vectors() {
        let vectors = vectors();
        assert_eq!(vectors.len(), 30);
        for vector in &vectors {
            let signature = with_vector(vector, sign);
            assert_eq!(signature, vector["sign"].as_str().unwrap(), "{}", vector["id"]);
        }
    }

    #[test]
    fn verify_accepts_the_signature_and_nothing_else() {
        for vector in &vectors() {
            let right = vector["sign"].as_str().unwrap();
            let accepts = |signature: &str| with_vector(vector, |m, s, p, b| verify(m, s, p, b, signature));
            assert!(accepts(right), "{}", vector["id"]);
            let wrong = [
                right.to_lowercase(),
                right[1..].to_owned(),
                format!("{right}0"),
                String::new(),
                right.replace(&right[..1], "x"),
            ];
            for wrong in wrong {
                assert!(!accepts(&wrong), "{}: {wrong}", vector["id"]);
            }
        }
    }

    #[test]
    fn sign_and_empty_values_take_no_part() {
        let secret = AppSecret::from("helloworld");
        let bare = sign(SignMethod::HmacSha256, &secret, &mut [("a", "1")], None);
        let more = sign(SignMethod::HmacSha256, &secret, &mut [("sign", "x"), ("b", ""), ("a", "1")], None);
        assert_eq!(bare, more);
    }

    /// Computed by another implementation, over `a1bc2`.
    #[test]
    fn of_an_empty_value_the_name_may_take_part() {
        let secret = AppSecret::from("helloworld");
        let mut parameters = [("c", "2"), ("b", ""), ("a", "1"), ("sign", "x")];
        let signature = "2BCA9134FCDD8324EDD74582CAC61D9D";
        assert_eq!(sign_with_empty(SignMethod::Md5, &secret, &mut parameters, None), signature);
        assert!(verify_with_empty(SignMethod::Md5, &secret, &mut parameters, None, signature));
        assert!(!verify(SignMethod::Md5, &secret, &mut parameters, None, signature));
    }

    #[test]
    fn an_unknown_method_is_refused() {
        assert_eq!("sha1".parse::<SignMethod>(), Err(UnknownSignMethod));
        assert_eq!("HMAC".parse::<SignMethod>(), Err(UnknownSignMethod));
    }
}
