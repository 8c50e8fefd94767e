//! Errors without an `error_response`, as sibling gateways and proxies send them: `{"code":27,"msg":"…"}`, `{"errorMessage":"…"}`.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::super::json::unquoted;
use super::super::repair;
use crate::wire::gateway_error::{GatewayCode, GatewayError};

/// The error that the members at the root of a JSON text tell, if they tell one. The text is not an answer of the method.
pub(crate) fn flat(text: &str) -> Option<GatewayError> {
    let repaired = repair::json(text);
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(&repaired).ok()?;
    let mut error = GatewayError { flat: true, ..GatewayError::default() };
    let (mut code, mut is_error) = (None, false);
    for (name, value) in &members {
        let Some(value) = scalar(value.get()) else { continue };
        match normalised(name).as_str() {
            "code" => code = Some(value),
            "errcode" | "errorcode" => {
                is_error |= !is_success(&value);
                code = code.or(Some(value));
            }
            "msg" | "message" if error.msg.is_empty() => error.msg = value,
            "errmsg" | "errormsg" | "errormessage" | "errordescription" => {
                is_error = true;
                error.msg = value;
            }
            "subcode" => error.sub_code = Some(value),
            "submsg" | "submessage" => error.sub_msg = Some(value),
            "requestid" => error.request_id = Some(value),
            "type" => error.class = Some(value),
            _ => {}
        }
    }
    if code.as_deref().is_some_and(is_success) {
        return None;
    }
    is_error |= code.is_some() && !error.msg.is_empty();
    error.code = code.map(|code| GatewayCode::from(code.as_str())).unwrap_or_default();
    is_error.then_some(error)
}

/// A scalar that says something.
fn scalar(raw: &str) -> Option<String> {
    let text = match raw.as_bytes().first()? {
        b'{' | b'[' | b'n' => return None,
        b'"' => unquoted(raw).ok()?.into_owned(),
        _ => raw.to_owned(),
    };
    (!text.trim_ascii().is_empty()).then_some(text)
}

/// `errorMessage`, `error_message` and `ErrorMessage` are one name.
fn normalised(name: &str) -> String {
    name.chars().filter(|character| *character != '_').flat_map(char::to_lowercase).collect()
}

/// Codes by which others say that all is well.
fn is_success(code: &str) -> bool {
    let code = code.trim_ascii();
    matches!(code, "0" | "00" | "0000" | "200")
        || ["ok", "success", "true"].iter().any(|word| code.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::flat;

    #[test]
    fn errors_of_sibling_gateways_are_told() {
        for (text, shown) in [
            (
                r#"{"code":27,"msg":"Invalid session","request_id":"r1"}"#,
                "gateway error 27: Invalid session, request_id r1",
            ),
            (r#"{"errorMessage":"oops","request_id":"r1"}"#, "gateway error 0: oops, request_id r1"),
            (r#"{"errcode":40001,"errmsg":"no token"}"#, "gateway error 40001: no token"),
            (
                r#"{"type":"ISV","code":"IllegalAccessToken","message":"expired","request_id":"0b"}"#,
                "gateway error IllegalAccessToken: expired, request_id 0b",
            ),
            (
                r#"{"code":"15","msg":"Remote","sub_code":"isv.x","sub_msg":"\ud800","requestId":"r"}"#,
                "gateway error 15: Remote (isv.x: \u{fffd}), request_id r",
            ),
            (r#"{"success":false,"errorCode":"E1"}"#, "gateway error E1: "),
        ] {
            let error = flat(text).expect(text);
            assert_eq!(error.to_string(), shown, "{text}");
            assert!(error.flat);
        }
    }

    #[test]
    fn other_bodies_are_none() {
        for text in [
            r#"{"code":0,"msg":"success","data":{}}"#,
            r#"{"code":"200","message":"OK"}"#,
            r#"{"errcode":0,"errmsg":"ok"}"#,
            r#"{"request_id":"r1"}"#,
            r#"{"code":1,"data":{}}"#,
            r#"{"msg":"hello"}"#,
            r#"{"other_response":{"code":27,"msg":"x"}}"#,
            "<html>",
            "[]",
        ] {
            assert!(flat(text).is_none(), "{text}");
        }
    }
}
