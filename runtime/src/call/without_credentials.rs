//! Text for people who may see the answer of a call, and not its credentials.

use crate::call::config::Config;
use crate::wire::redact::{Redactor, StoredRedactor};

/// `text` without the application's secret and these sessions and signatures, in whatever encoding they come back. Of JSON only the
/// strings that hold one are written anew; other text is cut where it is very long.
#[must_use]
pub fn without_credentials(text: &str, config: &Config, credentials: &[String]) -> String {
    let secrets = || [config.secret.expose()].into_iter().chain(credentials.iter().map(String::as_str));
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return Redactor::new(secrets()).text(text);
    }
    StoredRedactor::new(secrets()).json(text).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::secret::AppSecret;

    #[test]
    fn credentials_are_taken_out_of_json_and_of_other_text() {
        let config = Config::new("12345678".to_owned(), AppSecret::from("a-secret-of-an-app".to_owned()));
        let sent = ["6100e23a-session", "0123ABCD4567EF89"].map(str::to_owned);
        let shown = |text: &str| without_credentials(text, &config, &sent);
        let json =
            r#"{"a":12.30,"body":"{\"b\":\"a-secret-of-an-app\"}","c":"6100e23a%2Dsession","d":"0123ABCD4567EF89"}"#;
        for text in [shown(json), shown(&format!("<p>{json}</p>"))] {
            for secret in ["secret-of", "6100e23a", "ABCD4567"] {
                assert!(!text.contains(secret), "{text}");
            }
            assert!(text.contains(r#"{"a":12.30,"#), "{text}");
        }
        assert_eq!(shown(r#"{"a": 1}"#), r#"{"a": 1}"#);
    }
}
