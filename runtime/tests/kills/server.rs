//! A gateway that remembers what it executed, and answers most of the time.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The write, and the question whether one was executed.
pub(crate) const WRITE: &str = "example.kills.write";
pub(crate) const STATUS: &str = "example.kills.status";

/// Numbers as random as a test needs, the same for the same seed.
#[derive(Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[derive(Default)]
struct State {
    executions: BTreeMap<String, u32>,
    foreign: usize,
    /// Connections that are open, and whose process's call they carry, once that is known.
    open: BTreeMap<u64, Option<String>>,
    count: u64,
}

/// Every connection carries one call.
pub(crate) struct Server {
    state: Arc<Mutex<State>>,
    port: u16,
}

impl Server {
    pub(crate) fn start(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let mut locked = shared.lock().unwrap();
                locked.count += 1;
                let number = locked.count;
                locked.open.insert(number, None);
                drop(locked);
                let (state, random) = (Arc::clone(&shared), Random(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
                thread::spawn(move || {
                    // A client that is gone is no trouble.
                    let _ = serve(stream, number, &state, random);
                    state.lock().unwrap().open.remove(&number);
                });
            }
        });
        Self { state, port }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn executions(&self) -> BTreeMap<String, u32> {
        self.state.lock().unwrap().executions.clone()
    }

    pub(crate) fn foreign(&self) -> usize {
        self.state.lock().unwrap().foreign
    }

    /// Waits until every call that arrived has been dealt with.
    pub(crate) fn settle(&self) {
        while !self.state.lock().unwrap().open.is_empty() {
            thread::sleep(Duration::from_micros(200));
        }
    }
}

fn serve(stream: TcpStream, number: u64, state: &Mutex<State>, mut random: Random) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 0 && line != "\r\n" {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if body.is_empty() {
        return Ok(());
    }
    let parameters: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let (method, key) = (&parameters["method"], &parameters["key"]);
    let answer = if method == STATUS {
        format!(r#"{{"example_kills_status_response":{{"executed":{}}}}}"#, was_executed(key, number, state))
    } else {
        state.lock().unwrap().open.insert(number, Some(process_of(key).to_owned()));
        thread::sleep(Duration::from_micros(random.below(2_000)));
        let fate = random.below(100);
        match fate {
            0..4 => return Ok(()),
            4..8 => r#"{"error_response":{"code":25,"msg":"Invalid signature"}}"#.to_owned(),
            _ => {
                let mut locked = state.lock().unwrap();
                *locked.executions.entry(key.clone()).or_default() += 1;
                locked.foreign += usize::from(key.split('-').next() != Some(&parameters["app_key"]));
                drop(locked);
                thread::sleep(Duration::from_micros(random.below(2_000)));
                if fate < 12 {
                    return Ok(());
                }
                r#"{"example_kills_write_response":{"request_id":"r1"}}"#.to_owned()
            }
        }
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
    reader.get_mut().write_all((head + &answer).as_bytes())
}

/// The process that made a key: `<app>-<process>-…`.
fn process_of(key: &str) -> &str {
    key.split('-').nth(1).unwrap_or_default()
}

/// Answers when every call of that process that has arrived has been dealt with.
fn was_executed(key: &str, number: u64, state: &Mutex<State>) -> bool {
    let ours = |of: &Option<String>| of.as_deref().is_none_or(|process| process == process_of(key));
    state.lock().unwrap().open.insert(number, Some("status".to_owned()));
    let before: Vec<u64> = state.lock().unwrap().open.range(..number).map(|(number, _)| *number).collect();
    while state.lock().unwrap().open.iter().any(|(number, of)| before.contains(number) && ours(of)) {
        thread::sleep(Duration::from_micros(200));
    }
    state.lock().unwrap().executions.contains_key(key)
}
