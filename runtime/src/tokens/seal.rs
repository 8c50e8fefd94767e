//! Encryption at rest: XChaCha20-Poly1305, bound to the application and the user.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// What every encrypted text begins with.
const PREFIX: &str = "xchacha20poly1305:";

/// The bytes of a nonce. It is random: this many bits never repeat.
const NONCE: usize = 24;

/// A key of 32 bytes that encrypts tokens in their store. Keep it apart from the store.
///
/// ```
/// use opentop_runtime::tokens::TokenKey;
///
/// let key = TokenKey::new([7; 32]);    // of your secret store
/// assert_eq!(format!("{key:?}"), "[redacted]");
/// ```
#[derive(Clone)]
pub struct TokenKey(XChaCha20Poly1305);

impl TokenKey {
    /// The key with these bytes. They must be random: a password is no key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&bytes.into()))
    }

    /// Encrypts a text of a user. Two encryptions of one text differ.
    pub(super) fn seal(&self, whose: &str, text: &str) -> String {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).expect("invariant: the operating system gives randomness");
        let payload = Payload { msg: text.as_bytes(), aad: whose.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).expect("invariant: a token is shorter than 256 GB");
        let hex = nonce.iter().chain(&sealed).map(|byte| format!("{byte:02x}"));
        std::iter::once(PREFIX.to_owned()).chain(hex).collect()
    }

    /// Decrypts what [`seal`](Self::seal) made for the same user.
    pub(super) fn open(&self, whose: &str, text: &str) -> Result<String, &'static str> {
        let hex = text.strip_prefix(PREFIX).ok_or("expected an encrypted text, got another: store the token again")?;
        let bytes = bytes(hex).filter(|bytes| bytes.len() > NONCE).ok_or("its encrypted text is damaged")?;
        let (nonce, sealed) = bytes.split_at(NONCE);
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_| "its encrypted text is damaged")?;
        let opened = self.0.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: whose.as_bytes() });
        let wrong = "it was encrypted with another key, for another user or application, or is damaged";
        String::from_utf8(opened.map_err(|_| wrong)?).map_err(|_| wrong)
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        hex.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
