//! The same over sockets: a proxy quotes the very bytes that came, through either transport, in each encoding, under each status.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use opentop_runtime::__private::v1::send_write;
use opentop_runtime::transport::{ReqwestTransport, TransportOptions, UreqTransport};
use opentop_runtime::{Client, Endpoint, RetryPolicy, blocking};

use super::{SECRET, STATUSES, Shown, TOKEN, bodies, leak_in, leaks, noon, redeem, secret_forms, show};
use crate::forms::base64;
use crate::stored::{FORMATS, Memory};

/// How a proxy writes down what came.
type Encoding = fn(&str) -> String;

/// What an answer is made of.
#[derive(Clone, Copy)]
struct Script {
    status: u16,
    /// Which of [`bodies`].
    body: usize,
    before: usize,
    encoding: Encoding,
}

/// Writes down what crates log that know no `tracing`. Not at level trace: there ureq writes down every answer, as the documentation of its
/// transport says. That no request shows even there, another test sees to (`canary.rs`).
struct Logs(Shown);

impl log::Log for Logs {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        self.0.add(format!("{}: {}", record.target(), record.args()));
    }
    fn flush(&self) {}
}

const ENCODINGS: [(&str, Encoding); 8] = [
    ("as it came", str::to_owned),
    ("decoded", |came| {
        let pairs = form_urlencoded::parse(came.as_bytes());
        pairs.map(|(name, value)| format!("{name}={value}\n")).collect()
    }),
    ("as JSON", |came| {
        let pairs = form_urlencoded::parse(came.as_bytes()).into_owned();
        serde_json::to_string(&pairs.collect::<std::collections::BTreeMap<_, _>>()).unwrap()
    }),
    ("percent-encoded again", |came| form_urlencoded::byte_serialize(came.as_bytes()).collect()),
    ("in base64", |came| base64(came.as_bytes())),
    ("in base64, in lines", |came| {
        let text = base64(came.as_bytes());
        text.as_bytes().chunks(76).map(|line| format!("{}\r\n", std::str::from_utf8(line).unwrap())).collect()
    }),
    ("as character references", |came| {
        came.chars().fold(String::new(), |all, letter| all + &format!("&#{};", u32::from(letter)))
    }),
    ("from its last parameters", |came| came.rsplitn(6, '&').take(5).collect::<Vec<_>>().join("&")),
];

/// A proxy that answers each call by the script, and quotes the body of the request.
fn proxy() -> (u16, Arc<Mutex<Script>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = Arc::new(Mutex::new(Script { status: 200, body: 0, before: 0, encoding: str::to_owned }));
    let shared = Arc::clone(&script);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, script) = (stream.unwrap(), Arc::clone(&shared));
            thread::spawn(move || while answer(&stream, &script).is_some() {});
        }
    });
    (port, script)
}

/// Answers one request; `None` at the end of the connection.
fn answer(mut stream: &TcpStream, script: &Mutex<Script>) -> Option<()> {
    let (mut came, mut chunk) = (Vec::new(), [0; 4096]);
    let body = loop {
        let length = stream.read(&mut chunk).ok().filter(|length| *length > 0)?;
        came.extend_from_slice(&chunk[..length]);
        let text = std::str::from_utf8(&came).ok()?;
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if length == Some(body.len()) {
            break body.to_owned();
        }
    };
    let Script { status, body: index, before, encoding } = *script.lock().unwrap();
    let (content_type, quoted) = bodies(&encoding(&body), before).swap_remove(index);
    let length = quoted.len();
    // In one piece, so that no part waits for an acknowledgement.
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all((head + &quoted).as_bytes()).ok()
}

/// The text with its decimal character references undone.
fn without_references(text: &str) -> String {
    let mut pieces = text.split("&#");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let reference =
            piece.split_once(';').and_then(|(number, rest)| Some((char::from_u32(number.parse().ok()?)?, rest)));
        match reference {
            Some((letter, rest)) => plain.extend([letter.to_string().as_str(), rest]),
            None => plain.extend(["&#", piece]),
        }
    }
    plain
}

#[tokio::test]
async fn nothing_shows_that_a_proxy_quotes_through_either_transport() {
    let (port, script) = proxy();
    let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{port}/router/rest")).unwrap();
    let options = TransportOptions::new().connect_timeout(std::time::Duration::from_secs(30));
    let async_transport = ReqwestTransport::new(&endpoint, &options).unwrap();
    let blocking_transport = UreqTransport::new(&endpoint, &options).unwrap();
    let logged = Shown::default();
    log::set_logger(Box::leak(Box::new(Logs(logged.clone())))).unwrap();
    log::set_max_level(log::LevelFilter::Debug);
    let (forms, shown) = (secret_forms(), Shown::default());
    // Eight bytes of a form that writes each character as a reference are one character: those are undone instead.
    let forms: Vec<_> = forms.into_iter().filter(|(form, _)| !form.contains("&#") && !form.contains("\\u")).collect();
    let leaks = leaks(&forms);
    let guard = tracing::subscriber::set_default(shown.clone());
    let (mut count, mut shown_bytes) = (0, 0);
    for (encoding_at, (name, encoding)) in ENCODINGS.into_iter().enumerate() {
        for body in 0..bodies("", 0).len() {
            for (at, status) in STATUSES.into_iter().enumerate().skip((body + encoding_at) % 2).step_by(2) {
                let format = FORMATS[(body + at / 2) % FORMATS.len()];
                *script.lock().unwrap() = Script { status, body, before: (count * 7 + encoding_at) % 90, encoding };
                let journal = Memory::default();
                let builder = Client::builder().endpoint(endpoint.clone()).app_key("1").app_secret(SECRET).clock(noon);
                let builder = builder.format(format).retries(RetryPolicy::none()).async_journal(journal.clone());
                let client = builder.transport(async_transport.clone()).build().unwrap();
                let result = send_write(redeem(), &client.session(TOKEN)).await;
                show(result, &journal, &shown);
                let journal = Memory::default();
                let builder = blocking::Client::builder().endpoint(endpoint.clone()).app_key("1").app_secret(SECRET);
                let builder = builder.clock(noon).format(format).retries(RetryPolicy::none()).journal(journal.clone());
                let client = builder.transport(blocking_transport.clone()).build().unwrap();
                show(send_write(redeem(), &client.session(TOKEN)), &journal, &shown);
                let text =
                    std::mem::take(&mut *shown.0.lock().unwrap()) + &std::mem::take(&mut *logged.0.lock().unwrap());
                let plain = without_references(&text);
                assert_eq!(
                    leak_in(&text, &leaks).or(leak_in(&plain, &leaks)),
                    None,
                    "{name}, {status}, body {body}, {format:?}\n{text}"
                );
                (count, shown_bytes) = (count + 1, shown_bytes + text.len());
            }
        }
    }
    drop(guard);
    println!("{count} answers through each transport, {shown_bytes} bytes shown, 0 of a secret");
    assert!(count > 300 && shown_bytes > 500_000, "{count} answers, {shown_bytes} bytes shown");
}
