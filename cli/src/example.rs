//! A call of a method with the values of its page's examples, as a person types it: with this command line, and with curl.

use opentop_codegen::Reference;
use opentop_model::model::{Api, Session};
use opentop_model::text::is_invisible;

use crate::shell;

/// What the sandbox knows without being told.
const SANDBOX: Account = Account {
    endpoint: "http://127.0.0.1:8787/router/rest",
    key: "12345678",
    secret: "helloworld",
    session: "test-session",
};

struct Account {
    endpoint: &'static str,
    key: &'static str,
    secret: &'static str,
    session: &'static str,
}

/// What the generator writes before the name of a file.
const FILE: &str = "file:";

/// `opentop call METHOD key=value …`. `None` where the gateway does not serve the method, or a value cannot be typed.
pub(crate) fn command(api: &Api, reference: &Reference) -> Option<String> {
    if api.protocol().is_some() || !reference.parameters.iter().all(can_be_typed) {
        return None;
    }
    let mut out = format!("opentop call {}", shell::word(&api.method));
    for (name, value) in &reference.parameters {
        out.push_str(" \\\n  ");
        out.push_str(&match file(api, name, value) {
            Some(file) => shell::word(&format!("{name}=@{file}")),
            None => shell::word(&format!("{name}={value}")),
        });
    }
    Some(out)
}

/// Commands of a shell that sign a call and send it to `opentop sandbox`, with openssl and curl. `None` where the gateway does not serve the
/// method, or a value cannot be typed.
pub(crate) fn curl(api: &Api, reference: &Reference) -> Option<String> {
    let wire = &reference.plan.wire;
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if api.protocol().is_some() || !wire.iter().all(|pair| can_be_typed(pair) && plain(&pair.0)) {
        return None;
    }
    let Account { endpoint, key, secret, session } = SANDBOX;
    let common =
        [("app_key", key), ("format", "json"), ("method", &api.method), ("sign_method", "hmac-sha256"), ("v", "2.0")];
    let session = (api.session == Session::Required).then_some(("session", session));
    let texts = wire.iter().filter(|(name, value)| file(api, name, value).is_none());
    let texts = texts.map(|(name, value)| (name.as_str(), value.as_str()));
    let mut words: Vec<(&str, String)> = common
        .into_iter()
        .chain(session)
        .chain(texts)
        // A blank value is neither sent nor signed.
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name, shell::word(&format!("{name}={value}"))))
        .collect();
    words.push(("timestamp", "\"timestamp=$(TZ=UTC-8 date '+%Y-%m-%d %H:%M:%S')\"".to_owned()));
    // In the order in which they are signed.
    words.sort();
    let words: Vec<String> = words.into_iter().map(|(_, word)| format!("  {word}")).collect();
    let files: Vec<String> = wire
        .iter()
        .filter_map(|(name, value)| {
            Some(format!(" -F {}", shell::word(&format!("{name}=@{}", file(api, name, value)?))))
        })
        .collect();
    let option = if files.is_empty() { "--data-urlencode" } else { "--form-string" };
    Some(format!(
        "(\nset -- \\\n{}\nsign=$(for p do printf %s \"${{p%%=*}}${{p#*=}}\"; done |\n  openssl dgst -sha256 -hmac {secret} | sed 's/.* //' | tr a-f A-F)\n\
         for p do set -- \"$@\" {option} \"$p\"; shift; done\n\
         curl -sS {endpoint} \"$@\" {option} \"sign=$sign\"{}\n)",
        words.join(" \\\n"),
        files.concat(),
    ))
}

/// The name of a file's example.
fn file<'v>(api: &Api, name: &str, value: &'v str) -> Option<&'v str> {
    use opentop_model::model::{Scalar, Type};
    let is_file = |name: &str| {
        api.request.fields.iter().any(|field| field.wire == name && field.ty == Type::Scalar(Scalar::Bytes))
    };
    value.strip_prefix(FILE).filter(|_| is_file(name))
}

/// Whether a terminal shows a value as it is.
fn can_be_typed((_, value): &(String, String)) -> bool {
    !value.chars().any(|letter| letter != '\n' && is_invisible(letter))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::process::Command;

    use opentop_codegen::{Layout, Options, Writer};
    use opentop_sandbox::Sandbox;

    use super::*;
    use crate::call::arguments;
    use crate::specs::Specs;

    fn built_in() -> Vec<(Api, Reference)> {
        let (model, sources) = Specs::BuiltIn.model().unwrap().unwrap();
        let options = Options::default();
        let writer = Writer::new(Layout::Crate, model.apis.iter().map(|api| api.category.as_str()), &options);
        model.apis.into_iter().map(|api| (api.clone(), writer.reference(&api, &sources))).collect()
    }

    #[test]
    fn a_command_sends_what_the_call_in_rust_sends() {
        for (api, reference) in built_in() {
            let words: Vec<String> =
                reference.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let given = arguments::read(&api, None, &words).unwrap();
            let parsed = |texts: &[(String, String)]| -> std::collections::BTreeMap<String, serde_json::Value> {
                let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| text.into());
                texts.iter().map(|(name, text)| (name.clone(), value(text))).collect()
            };
            assert_eq!(parsed(&given.texts), parsed(&reference.plan.wire), "{}", api.method);
            assert!(command(&api, &reference).unwrap().starts_with(&format!("opentop call {} \\\n", api.method)));
        }
    }

    #[test]
    fn the_sandbox_accepts_what_curl_sends() {
        let is_there = |program: &str| Command::new(program).arg("--version").output().is_ok();
        if !(is_there("curl") && Command::new("openssl").arg("version").output().is_ok() && cfg!(unix)) {
            eprintln!("SKIPPED: curl and openssl are not there, so no command of a page was run");
            return;
        }
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let sandbox = runtime.block_on(Sandbox::start()).unwrap();
        for (mut api, mut reference) in built_in() {
            let hostile = "a'b \"c\" $HOME `x` \\ %41+&=\n@茶";
            for round in ["as it is", "with a hostile value"] {
                let script = curl(&api, &reference).unwrap().replace(SANDBOX.endpoint, &sandbox.endpoint());
                let ran = Command::new("sh").args(["-c", &script]).output().unwrap();
                let said = String::from_utf8_lossy(&ran.stdout).into_owned();
                assert!(ran.status.success(), "{round}: {}", String::from_utf8_lossy(&ran.stderr));
                assert!(
                    !said.contains("Invalid signature") && !said.contains("\"code\":25"),
                    "{round}: {said}\n{script}"
                );
                if round == "as it is" {
                    assert!(said.starts_with(&format!("{{\"{}\"", api.envelope())), "{said}\n{script}");
                }
                let wrong = script.replace("-hmac helloworld", "-hmac another");
                let ran = Command::new("sh").args(["-c", &wrong]).output().unwrap();
                assert!(String::from_utf8_lossy(&ran.stdout).contains("\"code\":25"), "the signature is checked");
                let field = api.request.fields[0].clone();
                api.request.fields.push(opentop_model::model::Field { wire: "zz".to_owned(), ..field });
                reference.plan.wire.push(("zz".to_owned(), hostile.to_owned()));
            }
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_offered() {
        let (api, mut reference) = built_in().remove(0);
        reference.plan.wire.push(("x".to_owned(), "a\u{1b}[2Jb".to_owned()));
        reference.parameters.push(("x".to_owned(), "a\u{202e}b".to_owned()));
        assert_eq!((command(&api, &reference), curl(&api, &reference)), (None, None));
    }
}
