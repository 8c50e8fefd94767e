//! Serves a site on this machine over HTTP/1.1, one answer per connection. No path of a request ever meets the file system: what is not in
//! the map is not there.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::site::Site;
use crate::local_http::{MAX_OPEN, PATIENCE, head, message, request_line};

/// Answers until the process ends.
pub(crate) fn serve(listener: &TcpListener, site: Site) {
    let (site, open) = (Arc::new(site), Arc::new(AtomicUsize::new(0)));
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Out of sockets, mostly: the ones that are open end soon.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        if open.fetch_add(1, Ordering::Relaxed) >= MAX_OPEN {
            open.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (site, here) = (Arc::clone(&site), Arc::clone(&open));
        let answered = thread::Builder::new().spawn(move || {
            answer(stream, &site);
            here.fetch_sub(1, Ordering::Relaxed);
        });
        if answered.is_err() {
            open.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// A peer that goes away midway has no answer to miss.
fn answer(mut stream: TcpStream, site: &Site) {
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let Some(head) = head(&mut stream) else { return };
    let _ = stream.write_all(&respond(site, &head));
    let _ = stream.flush();
}

/// The whole answer to a request's head.
fn respond(site: &Site, head: &[u8]) -> Vec<u8> {
    let (verb, target) = request_line(head);
    let bodiless = verb == "HEAD";
    if verb != "GET" && !bodiless {
        return message("405 Method Not Allowed", "text/plain", "only GET and HEAD\n", false, "Allow: GET, HEAD\r\n");
    }
    let Some(path) = path(target) else {
        return message("400 Bad Request", "text/plain", "no path\n", bodiless, "");
    };
    match site.files.get(if path.is_empty() { "index.html" } else { &path }) {
        Some(file) => message("200 OK", file.mime, &file.text, bodiless, ""),
        None => message("404 Not Found", "text/plain", "there is no such page; the first one is /\n", bodiless, ""),
    }
}

/// The path of a request's target without the first `/`, decoded.
fn path(target: &str) -> Option<String> {
    let path = target.strip_prefix('/')?.split(['?', '#']).next()?;
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [char::from(bytes.next()?), char::from(bytes.next()?)].map(|digit| digit.to_digit(16));
            out.push(u8::try_from(digits[0]? * 16 + digits[1]?).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeMap;
    use std::io::Read;
    use std::net::Ipv4Addr;

    use super::*;

    fn site() -> Site {
        let pages = [("README.md", "# Reference\n"), ("example/商品.md", "# 商品\n")];
        Site::of(&BTreeMap::from(pages.map(|(path, text)| (path.to_owned(), text.to_owned()))))
    }

    fn asked(request: &str) -> String {
        String::from_utf8(respond(&site(), format!("{request} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())).unwrap()
    }

    #[test]
    fn pages_are_found_by_path_whatever_is_asked_of_them() {
        for request in ["GET /", "GET /index.html", "GET /?a=b", "GET /example/%E5%95%86%E5%93%81.html#x"] {
            let answer = asked(request);
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"), "{answer}");
        }
        assert!(asked("GET /style.css").contains("Content-Type: text/css; charset=utf-8"));
        assert!(asked("GET /search.js").contains("Content-Security-Policy: default-src 'none'"));
    }

    #[test]
    fn what_is_not_of_the_site_is_not_there() {
        for path in
            ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/example/../index.html", "//index.html", "/etc/passwd", "/a\\b"]
        {
            assert!(asked(&format!("GET {path}")).starts_with("HTTP/1.1 404 "), "{path}");
        }
        for target in ["", "index.html", "http://x/", "/%", "/%zz", "/%ff"] {
            assert!(asked(&format!("GET {target}")).starts_with("HTTP/1.1 400 "), "{target}");
        }
        assert!(asked("POST /").starts_with("HTTP/1.1 405 "));
        assert!(String::from_utf8(respond(&site(), b"\xff\r\n\r\n")).unwrap().starts_with("HTTP/1.1 405 "));
    }

    #[test]
    fn a_head_request_has_the_length_and_no_body() {
        let (get, head) = (asked("GET /"), asked("HEAD /"));
        assert_eq!(get.split_once("\r\n\r\n").unwrap().0, head.split_once("\r\n\r\n").unwrap().0);
        assert!(head.ends_with("\r\n\r\n"));
    }

    #[test]
    fn it_answers_over_a_socket_and_goes_on_after_one_that_hangs_up() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || serve(&listener, site()));
        drop(TcpStream::connect(address).unwrap());
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /index.html HTTP/1.1\r\nHo").unwrap();
        stream.write_all(b"st: x\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("</html>\n"), "{answer}");
    }
}
