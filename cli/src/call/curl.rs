//! A call as a curl command. Nothing is sent.
//!
//! The application's secret is no part of a request, only the signature is, which holds for ten minutes. The session and sensitive
//! values become variables of the shell.

use anyhow::Result;
use opentop_model::model::Api;
use opentop_runtime::__private::engine::build_request;
use opentop_runtime::__private::engine::encode::Parameter;
use opentop_runtime::DateTime;

use super::record;
use super::{Call, End, is_sensitive, print};

pub(super) fn show(api: &Api, call: &Call) -> Result<End> {
    if call.parameters.iter().any(|(_, value)| !matches!(value, Parameter::Text(_))) {
        return Ok(End::Usage("--curl shows no call with a file: use --dry-run".to_owned()));
    }
    let session = call.credentials.session.as_ref().filter(|_| call.with_session);
    let request = build_request(&call.config, &record::info(api), &call.parameters, session, DateTime::now())?;
    let pairs: Vec<(String, String)> = form_urlencoded::parse(request.body()).into_owned().collect();
    let hidden = |name: &str| {
        name == "session" || api.request.fields.iter().any(|field| field.wire == name && is_sensitive(api, field, 0))
    };
    print(&command(&request.uri().to_string(), &pairs, hidden));
    Ok(End::Done)
}

fn command(url: &str, pairs: &[(String, String)], hidden: impl Fn(&str) -> bool) -> String {
    let mut out = format!("curl {}", quoted(url));
    for (name, value) in pairs {
        out.push_str(" \\\n  --data-urlencode ");
        if hidden(name) {
            out.push_str(&format!("{}\"${{{}:?}}\"", quoted(&format!("{name}=")), variable(name)));
        } else {
            out.push_str(&quoted(&format!("{name}={value}")));
        }
    }
    out.push('\n');
    out
}

/// The variable that holds a value: `OPENTOP_SESSION`.
fn variable(name: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    format!("OPENTOP_{}", name.chars().map(letter).collect::<String>())
}

/// As a shell reads it literally.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_and_secrets_are_variables() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pairs = [pair("note", "it's $x 茶"), pair("session", "canary")];
        let shown = command("https://a/b", &pairs, |name| name == "session");
        let expected = "curl 'https://a/b' \\\n  --data-urlencode 'note=it'\\''s $x 茶' \\\n  \
            --data-urlencode 'session='\"${OPENTOP_SESSION:?}\"\n";
        assert_eq!(shown, expected);
    }
}
