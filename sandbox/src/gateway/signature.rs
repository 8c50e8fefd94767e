//! Verifies the signature of a call, and says what a wrong one forgot.

use opentop_runtime::__private::v1::sign::{SignMethod, verify, verify_with_empty};
use opentop_runtime::AppSecret;

use super::refusal::Code;
use crate::call::Refusal;
use crate::parameters::{Parameters, is_blank};

/// Which text parameters a client signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// All that do not hold white space alone; of an empty one the name.
    WithEmpty,
    /// All that are not blank, as the vendor's Java does.
    WithoutBlank,
    /// Every one, blank or not.
    All,
}

/// Checks `sign`. `body` is the raw body of a batch, which is signed after the parameters.
///
/// What the platform signs of an empty parameter is not documented, and clients differ: both readings are accepted. A value
/// of white space alone is not signed.
pub(super) fn check(secret: &AppSecret, parameters: &Parameters, body: Option<&[u8]>) -> Result<(), Refusal> {
    let given = parameters.get("sign");
    let given = given.ok_or_else(|| Code::MissingSignature.because("expected the signature in `sign`"))?;
    let method: SignMethod = parameters
        .get("sign_method")
        .and_then(|name| name.parse().ok())
        .ok_or_else(|| Code::InvalidSignature.because("expected `md5`, `hmac` or `hmac-sha256` in `sign_method`"))?;
    let fits = |reading: Reading| {
        let is_signed = |value: &str| match reading {
            Reading::All => true,
            Reading::WithEmpty => value.is_empty() || !is_blank(value),
            Reading::WithoutBlank => !is_blank(value),
        };
        let text = parameters.text.iter().filter(|(_, value)| is_signed(value));
        let mut pairs: Vec<(&str, &str)> = text.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let verify = if reading == Reading::WithoutBlank { verify } else { verify_with_empty };
        verify(method, secret, &mut pairs, body, given)
    };
    let blank = parameters.text.iter().any(|(_, value)| is_blank(value));
    if fits(Reading::WithEmpty) || (blank && fits(Reading::WithoutBlank)) {
        return Ok(());
    }
    if blank && fits(Reading::All) {
        let white = parameters.text.iter().filter(|(_, value)| !value.is_empty() && is_blank(value));
        let names: Vec<String> = white.map(|(name, _)| format!("`{name}`")).collect();
        return Err(Code::InvalidSignature.because(format!(
            "{} holds only white space, which the platform leaves out of the signature; leave the parameter out",
            names.join(", ")
        )));
    }
    Err(Code::InvalidSignature.because(
        "the signature does not fit the parameters received; sign every text parameter that is sent (except `sign`), \
         sorted by name, with its unencoded value, and check the application's secret",
    ))
}
