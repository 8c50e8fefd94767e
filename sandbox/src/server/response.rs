//! A response as bytes.
//!
//! In: what the gateway says. Out: HTTP/1.1, with the length it has or one it has not.

use crate::http::HttpResponse;

/// How a response is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// Whether the body follows the head.
    pub(super) with_body: bool,
    /// Whether the connection stays open.
    pub(super) keep_alive: bool,
    /// How many bytes more than there are the head promises.
    pub(super) extra_length: i32,
}

impl Form {
    /// A whole response, after which the connection is closed.
    pub(super) fn closing() -> Self {
        Form { with_body: true, keep_alive: false, extra_length: 0 }
    }
}

pub(super) fn bytes(response: &HttpResponse, form: &Form) -> Vec<u8> {
    let HttpResponse { status, content_type, body } = response;
    let length = i64::try_from(body.len()).unwrap_or(i64::MAX).saturating_add(form.extra_length.into()).max(0);
    let connection = if form.keep_alive { "keep-alive" } else { "close" };
    let mut out = format!(
        "HTTP/1.1 {status} {}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: {connection}\r\n\r\n",
        reason(*status)
    )
    .into_bytes();
    if form.with_body {
        out.extend_from_slice(body.as_bytes());
    }
    out
}

/// The words behind a status; the client reads the number.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        404 => "Not Found",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_written_with_its_length_or_with_another() {
        let response = HttpResponse::plain(404, "中\n");
        let keep = Form { keep_alive: true, ..Form::closing() };
        let expected = "HTTP/1.1 404 Not Found\r\ncontent-type: text/plain;charset=utf-8\r\ncontent-length: 4\r\nconnection: keep-alive\r\n\r\n中\n";
        assert_eq!(String::from_utf8_lossy(&bytes(&response, &keep)), expected);
        for (extra, length) in [(3, "content-length: 7\r\n"), (-9, "content-length: 0\r\n")] {
            let form = Form { extra_length: extra, ..Form::closing() };
            assert!(String::from_utf8_lossy(&bytes(&response, &form)).contains(length));
        }
    }

    #[test]
    fn the_answer_to_head_has_no_body() {
        let form = Form { with_body: false, ..Form::closing() };
        assert!(
            bytes(&HttpResponse::plain(200, "body"), &form)
                .ends_with(b"content-length: 4\r\nconnection: close\r\n\r\n")
        );
    }
}
