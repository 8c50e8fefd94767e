//! One HTTP/1.1 request from a browser on this machine, and its answer. Each connection carries one.

use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A browser's request head has a tenth of it.
const MAX_HEAD: usize = 16 * 1024;
/// A whole request arrives within this time, and an answer is taken within it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// More connections at once are closed unanswered.
pub(crate) const MAX_OPEN: usize = 64;
/// The pages need their own style and scripts, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The request up to the blank line. `None` if the line does not come.
pub(crate) fn head(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let end = Instant::now() + PATIENCE;
    let mut head = Vec::new();
    let mut piece = [0; 2048];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let left = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        stream.set_read_timeout(Some(left)).ok()?;
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        head.extend_from_slice(&piece[..count]);
        if head.len() > MAX_HEAD {
            return None;
        }
    }
    Some(head)
}

/// The method and the target of a request. Both are empty where its first line is not text.
pub(crate) fn request_line(head: &[u8]) -> (&str, &str) {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let mut words = std::str::from_utf8(line).unwrap_or("").split(' ');
    (words.next().unwrap_or(""), words.next().unwrap_or(""))
}

/// A whole answer.
pub(crate) fn message(status: &str, mime: &str, body: impl AsRef<[u8]>, bodiless: bool, more: &str) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {mime}; charset=utf-8\r\nContent-Length: {length}\r\n\
         Content-Security-Policy: {POLICY}\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n{more}\r\n"
    );
    [head.as_bytes(), if bodiless { b"" } else { body }].concat()
}
