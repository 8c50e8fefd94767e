//! A call as a curl command. Nothing is sent.
//!
//! The application's secret is no part of a request, only the signature is, which holds for ten minutes. The session and sensitive
//! values become variables of the shell.

use opentop_runtime::__private::engine::build_request;
use opentop_runtime::{AccessToken, Config, DateTime, Error, MethodInfo, Parameters};

use crate::shell::{literal, variable};

/// The command for a call without files. `is_hidden` says which parameters are not shown.
pub(crate) fn of(
    config: &Config,
    info: &MethodInfo,
    parameters: &Parameters,
    session: Option<&AccessToken>,
    is_hidden: impl Fn(&str) -> bool,
) -> Result<String, Error> {
    let request = build_request(config, info, parameters, session, DateTime::now())?;
    let pairs: Vec<(String, String)> = form_urlencoded::parse(request.body()).into_owned().collect();
    Ok(command(&request.uri().to_string(), &pairs, |name| is_hidden(name)))
}

fn command(url: &str, pairs: &[(String, String)], hidden: impl Fn(&str) -> bool) -> String {
    let mut out = format!("curl {}", literal(url));
    for (name, value) in pairs {
        out.push_str(" \\\n  --data-urlencode ");
        if hidden(name) {
            out.push_str(&format!("{}\"${{{}:?}}\"", literal(&format!("{name}=")), variable(name)));
        } else {
            out.push_str(&literal(&format!("{name}={value}")));
        }
    }
    out.push('\n');
    out
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
