//! The code of a refusal: a number, or at the platform's sibling gateways a word.

use std::fmt;

use crate::wire::escape::Escaped;

/// The code of a refusal. It compares with numbers and with texts: `error.code == 27`, `error.code == "IllegalAccessToken"`.
///
/// ```
/// use opentop_runtime::error::GatewayCode;
///
/// let (number, word) = (GatewayCode::from("27"), GatewayCode::from("IllegalAccessToken"));
/// assert!(number == 27 && word == "IllegalAccessToken");
/// assert_eq!((number.number(), word.word()), (Some(27), Some("IllegalAccessToken")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GatewayCode {
    /// A number, as the platform's tables have it. 0 if there was none.
    Number(i64),
    /// Anything else, as it came.
    Word(String),
}

impl GatewayCode {
    /// The number.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Word(_) => None,
        }
    }

    /// The word.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Number(_) => None,
            Self::Word(word) => Some(word),
        }
    }

    // The words are those of the gateways that answer with words, by their public documentation and by what their users report.

    pub(super) fn is_signature(&self) -> bool {
        match self {
            Self::Number(number) => matches!(number, 24 | 25),
            Self::Word(word) => matches!(
                word.as_str(),
                "IncompleteSignature" | "InvalidSignature" | "MissingSignature" | "SignatureDoesNotMatch"
            ),
        }
    }

    /// Transient failures of the service, by words.
    pub(super) fn is_service_trouble(&self) -> bool {
        matches!(self.word(), Some("ServiceUnavailable" | "ServiceTimeout" | "SystemError" | "InternalError"))
    }

    /// Checks of the application, the method, the time and the parameters: everything but signature, session and rates.
    ///
    /// 3 (upload failed) is not among them: the table of codes does not say which side of the service it comes from.
    pub(super) fn is_refused_by_a_check(&self) -> bool {
        match self {
            Self::Number(number) => matches!(number, 9 | 11..=13 | 21..=23 | 28..=34 | 40..=44 | 47),
            Self::Word(word) => matches!(
                word.as_str(),
                "InvalidAppKey"
                    | "MissingAppKey"
                    | "InvalidApiPath"
                    | "MissingApiPath"
                    | "InsufficientPermission"
                    | "IllegalTimestamp"
                    | "InvalidTimestamp"
                    | "MissingTimestamp"
                    | "MissingParameter"
                    | "InvalidParameter"
                    | "MissingPartner"
                    | "AppWhiteIpLimit"
            ),
        }
    }

    /// Limited rates: code 7 and its forerunners 4, 5, 6 and 8, and their words.
    pub(super) fn is_rate(&self) -> bool {
        match self {
            Self::Number(number) => matches!(number, 4..=8),
            Self::Word(word) => matches!(word.as_str(), "ApiCallLimit" | "AppCallLimit" | "SellerCallLimit"),
        }
    }
}

impl Default for GatewayCode {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl From<i64> for GatewayCode {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// A number if the text is one.
impl From<&str> for GatewayCode {
    fn from(text: &str) -> Self {
        let text = text.trim_ascii();
        text.parse().map_or_else(|_| Self::Word(text.to_owned()), Self::Number)
    }
}

impl PartialEq<i64> for GatewayCode {
    fn eq(&self, number: &i64) -> bool {
        self.number() == Some(*number)
    }
}

impl PartialEq<str> for GatewayCode {
    fn eq(&self, text: &str) -> bool {
        match self {
            Self::Number(number) => text.parse() == Ok(*number),
            Self::Word(word) => word == text,
        }
    }
}

impl PartialEq<&str> for GatewayCode {
    fn eq(&self, text: &&str) -> bool {
        self == *text
    }
}

impl fmt::Display for GatewayCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => Escaped(word).fmt(f),
        }
    }
}
