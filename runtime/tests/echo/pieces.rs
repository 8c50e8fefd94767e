//! Echoes that are no text in one piece: broken into lines or groups, and in the bytes of GBK.

use http::StatusCode;
use opentop_runtime::transport::MockTransport;

use crate::forms::{broken, runs};
use crate::stored::FORMATS;
use crate::{PHONE, SECRET, STATUSES, Shown, TOKEN, Way, bodies, call};

/// What is left of a text without all that breaks it, and without the case of its letters.
fn joined(text: &str) -> String {
    let text =
        ["\\r", "\\n", "\\u{0}", "\\u0000", "\\0"].iter().fold(text.to_owned(), |text, gap| text.replace(gap, ""));
    text.chars().filter(|character| !character.is_whitespace() && !matches!(character, '=' | '\0')).collect()
}

fn shown(body: Vec<u8>, content_type: &str, status: u16, at: usize) -> String {
    let response = http::Response::builder().status(StatusCode::from_u16(status).unwrap());
    let response = response.header("content-type", content_type).body(body.into()).unwrap();
    let shown = Shown::default();
    let guard = tracing::subscriber::set_default(shown.clone());
    let way = if at.is_multiple_of(2) { Way::Blocking } else { Way::Async };
    call(&MockTransport::new().respond(response), &shown, FORMATS[at % FORMATS.len()], way);
    drop(guard);
    let text = shown.0.lock().unwrap();
    text.clone()
}

#[test]
fn nothing_that_is_broken_into_lines_shows() {
    let mut count = 0;
    for secret in [SECRET, TOKEN, PHONE] {
        let whole = joined(secret);
        for echo in broken(secret) {
            for (content_type, body) in bodies(&echo, count % 40) {
                let said = joined(&shown(body.clone().into(), content_type, STATUSES[count % 6], count));
                // What is escaped is looked at in the other tests; here it is enough that no piece stands in the clear.
                let leak =
                    runs(whole.as_bytes()).find(|run| said.as_bytes().windows(run.len()).any(|part| part == *run));
                assert_eq!(leak, None, "{body}\n{said}");
                count += 1;
            }
        }
    }
    assert!(count > 100, "{count}");
}

/// An answer of bytes that are not UTF-8, whether or not its header says so.
#[test]
#[cfg(feature = "gbk")]
fn nothing_shows_of_bytes_in_gbk() {
    let bytes = encoding_rs::GBK.encode(PHONE).0;
    let pair = |pair: &[u8]| format!("\\x{:02x}\\x{:02x}", pair[0], pair[1]);
    let leaks: Vec<String> = ["王", "小", "明"].map(|character| pair(&encoding_rs::GBK.encode(character).0)).to_vec();
    let mut count = 0;
    for charset in ["", ";charset=GBK", ";charset=utf-8"] {
        for status in STATUSES {
            for before in [0, 7, 230, 255] {
                for (from, to) in [
                    ("<p>", "</p>"),
                    (r#"{"error_response":{"code":15,"msg":""#, r#""}}"#),
                    (r#"{"error_response":{"code":15,"msg":"x","request_id":""#, r#""}}"#),
                    (r#"{"success":""#, r#""}"#),
                    (r#"{"success":false,"message":""#, r#""}"#),
                ] {
                    let body = [from.as_bytes(), &b"-".repeat(before), &bytes, to.as_bytes()].concat();
                    let said = shown(body, &format!("text/html{charset}"), status, count);
                    let leak = leaks.iter().find(|leak| said.contains(*leak));
                    assert_eq!(leak, None, "{charset} {status} {from}\n{said}");
                    for part in ["王小明", "小明", "13812345"] {
                        assert!(!said.contains(part), "{charset} {status} {from}\n{said}");
                    }
                    count += 1;
                }
            }
        }
    }
    assert!(count > 100, "{count}");
}
