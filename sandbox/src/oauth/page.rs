//! The page of consent, and the way back from it.

use crate::http::HttpResponse;

/// The callback of programs that have no address: the code is shown for copying.
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Whether a user can be sent back to this address.
pub(super) fn is_callback(uri: &str) -> bool {
    let is_clean = !uri.contains(|c: char| c.is_control() || c == ' ');
    uri == OUT_OF_BAND || (is_clean && (uri.starts_with("http://") || uri.starts_with("https://")))
}

/// A page with the question and two answers. Each answer is the same address with one more parameter.
pub(super) fn consent(app_key: &str, query: &[(String, String)]) -> HttpResponse {
    let hidden: String = query
        .iter()
        .filter(|(name, _)| name != "user" && name != "consent")
        .map(|(name, value)| format!(r#"<input type="hidden" name="{}" value="{}">"#, escaped(name), escaped(value)))
        .collect();
    let body = format!(
        r#"<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox: consent</title></head>
<body><h1>Application {} asks for access</h1>
<form method="get">{hidden}
<p><label>User <input name="user" value="1001"></label></p>
<p><button name="consent" value="yes">Consent (授权)</button> <button name="consent" value="no">Refuse (取消)</button></p>
</form></body></html>
"#,
        escaped(app_key)
    );
    HttpResponse::ok("text/html;charset=utf-8", body)
}

/// Sends the user back with these parameters, or shows them to a program without an address.
pub(super) fn back(redirect_uri: &str, parameters: &[(&str, &str)]) -> HttpResponse {
    if redirect_uri == OUT_OF_BAND {
        let lines: String = parameters.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        return HttpResponse::plain(200, lines);
    }
    let (address, fragment) = redirect_uri.split_once('#').map_or((redirect_uri, None), |(a, f)| (a, Some(f)));
    let mut location = address.to_owned();
    for (name, value) in parameters {
        location.push(if location.contains('?') { '&' } else { '?' });
        location.push_str(&format!("{name}={}", percent(value)));
    }
    if let Some(fragment) = fragment {
        location.push_str(&format!("#{fragment}"));
    }
    HttpResponse { location: Some(location), ..HttpResponse::plain(302, "") }
}

/// Percent-encoded, all but letters, digits, `-`, `_` and `.`.
pub(super) fn percent(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
