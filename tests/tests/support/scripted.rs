//! A server on a plain socket that says what a script tells it, byte by byte, counts what it is asked and writes down what it hears;
//! and clients of it, async and blocking, that tests treat alike.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use opentop::api::alsc::crm_recharge_accountflows_get::Request as Flows;
use opentop::retry::{Idempotency, RetryBudget, RetryPolicy};
use opentop::{Client, ClientBuilder, Endpoint, Error, Mode, WriteError};
use opentop_runtime::blocking;

use opentop::api::alsc::crm_recharge_dedut_update::Request as Deduction;

use crate::support::deduction::request;

/// One thing that a server does.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Says these bytes.
    Say(Vec<u8>),
    /// Says them this many times.
    Repeat(Vec<u8>, u64),
    /// Says them one at a time, with this pause before each.
    Drip(Vec<u8>, Duration),
    Wait(Duration),
    /// Says nothing more until the client hangs up.
    Hold,
    Close,
}

pub(crate) fn say(text: impl Into<Vec<u8>>) -> Step {
    Step::Say(text.into())
}

/// What a script answers to each request, counted from 0.
type Script = dyn Fn(usize) -> Vec<Step> + Send + Sync;

/// A server on a free port. It ends with the process: it only ever waits.
#[derive(Clone)]
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    scheme: &'static str,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    requests: AtomicUsize,
    connections: AtomicUsize,
    open: AtomicUsize,
    said: AtomicU64,
    heard: Mutex<Vec<Vec<u8>>>,
}

/// A server that follows a script.
pub(crate) fn serve(script: impl Fn(usize) -> Vec<Step> + Send + Sync + 'static) -> Scripted {
    start("http", script, Some)
}

/// The same behind TLS.
pub(crate) fn serve_tls(
    config: Arc<rustls::ServerConfig>,
    script: impl Fn(usize) -> Vec<Step> + Send + Sync + 'static,
) -> Scripted {
    start("https", script, move |stream| {
        Some(rustls::StreamOwned::new(rustls::ServerConnection::new(Arc::clone(&config)).ok()?, stream))
    })
}

fn start<S: Read + Write>(
    scheme: &'static str,
    script: impl Fn(usize) -> Vec<Step> + Send + Sync + 'static,
    wrap: impl Fn(TcpStream) -> Option<S> + Send + Sync + 'static,
) -> Scripted {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let served = Scripted { address: listener.local_addr().unwrap(), scheme, seen: Arc::default() };
    let (script, wrap, seen): (Arc<Script>, _, _) = (Arc::new(script), Arc::new(wrap), Arc::clone(&served.seen));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (script, wrap, seen) = (Arc::clone(&script), Arc::clone(&wrap), Arc::clone(&seen));
            seen.connections.fetch_add(1, Ordering::SeqCst);
            seen.open.fetch_add(1, Ordering::SeqCst);
            // Each byte goes out by itself where the script wants that.
            let _ = stream.set_nodelay(true);
            thread::spawn(move || {
                if let Some(stream) = wrap(stream) {
                    converse(stream, &*script, &seen);
                }
                seen.open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    served
}

fn converse<S: Read + Write>(stream: S, script: &Script, seen: &Seen) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader) {
        seen.heard.lock().unwrap().push(request);
        for step in script(seen.requests.fetch_add(1, Ordering::SeqCst)) {
            if !follow(&mut reader, step, seen) {
                return;
            }
        }
    }
}

/// Whether the connection is still there.
fn follow<S: Read + Write>(reader: &mut BufReader<S>, step: Step, seen: &Seen) -> bool {
    let mut say = |bytes: &[u8]| {
        let said = reader.get_mut().write_all(bytes).and_then(|()| reader.get_mut().flush());
        seen.said.fetch_add(if said.is_ok() { bytes.len() as u64 } else { 0 }, Ordering::SeqCst);
        said.is_ok()
    };
    match step {
        Step::Say(bytes) => say(&bytes),
        Step::Repeat(bytes, times) => (0..times).all(|_| say(&bytes)),
        Step::Drip(bytes, pause) => bytes.iter().all(|byte| {
            thread::sleep(pause);
            say(std::slice::from_ref(byte))
        }),
        Step::Wait(pause) => {
            thread::sleep(pause);
            true
        }
        Step::Hold => {
            let mut scrap = [0; 1024];
            while let Ok(1..) = reader.read(&mut scrap) {}
            false
        }
        Step::Close => false,
    }
}

/// One request with its body, where its length is announced.
fn read_request(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let (mut heard, mut length) = (Vec::new(), 0);
    loop {
        let begin = heard.len();
        if reader.read_until(b'\n', &mut heard).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&heard[begin..]).trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    (reader.take(length).read_to_end(&mut heard).ok()? as u64 == length).then_some(heard)
}

impl Scripted {
    pub(crate) fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// How many connections are open now.
    pub(crate) fn open(&self) -> usize {
        self.seen.open.load(Ordering::SeqCst)
    }

    /// How many bytes it could say.
    pub(crate) fn said(&self) -> u64 {
        self.seen.said.load(Ordering::SeqCst)
    }

    /// Whether these bytes came in any request.
    pub(crate) fn heard(&self, wanted: &str) -> bool {
        let holds = |request: &Vec<u8>| request.windows(wanted.len()).any(|window| window == wanted.as_bytes());
        self.seen.heard.lock().unwrap().iter().any(holds)
    }

    /// The latest request, head and body.
    pub(crate) fn last_heard(&self) -> String {
        let heard = self.seen.heard.lock().unwrap();
        heard.last().map(|request| String::from_utf8_lossy(request).into_owned()).unwrap_or_default()
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://localhost:{}/router/rest", self.scheme, self.address.port())
    }

    pub(crate) fn clients(&self, wish: Wish) -> [Either; 2] {
        Either::both(&self.url(), wish)
    }
}

/// What a client of a test is set to.
#[derive(Clone)]
pub(crate) struct Wish {
    pub(crate) timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) retries: RetryPolicy,
    /// Whether writes are repeated as reads are.
    pub(crate) retry_writes: bool,
}

impl Wish {
    /// A deadline that no test waits for, and one attempt.
    pub(crate) fn patient() -> Self {
        let long = Duration::from_secs(20);
        Wish { timeout: long, read_timeout: long, retries: RetryPolicy::none(), retry_writes: false }
    }
}

/// Either client, so that a table holds for both.
pub(crate) enum Either {
    Async(tokio::runtime::Runtime, Client),
    Blocking(blocking::Client),
}

/// A client's builder, pointed at a server.
fn wished<M: Mode>(builder: ClientBuilder<M>, url: &str, wish: Wish) -> ClientBuilder<M> {
    let builder = builder.endpoint(Endpoint::custom(url).unwrap()).app_key(APP.0).app_secret(APP.1);
    let builder = builder.timeout(wish.timeout).read_timeout(wish.read_timeout);
    let builder = builder.retries(wish.retries).retry_budget(RetryBudget::unlimited());
    if wish.retry_writes { builder.retry_writes(Idempotency::GuaranteedByServer) } else { builder }
}

impl Either {
    pub(crate) fn both(url: &str, wish: Wish) -> [Either; 2] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = wished(Client::builder(), url, wish.clone()).build().unwrap();
        let blocking = wished(blocking::Client::builder(), url, wish).build().unwrap();
        [Either::Async(runtime, client), Either::Blocking(blocking)]
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Either::Async(..) => "async",
            Either::Blocking(_) => "blocking",
        }
    }

    /// One deduction, in the name of a user; the answer's request id.
    pub(crate) fn write(&self, key: &str) -> Result<Option<String>, WriteError<Deduction>> {
        let reply = match self {
            Either::Async(runtime, client) => runtime.block_on(request(key).send(&client.session(SESSION))),
            Either::Blocking(client) => request(key).send(&client.session(SESSION)),
        };
        reply.map(|reply| reply.request_id().map(str::to_owned))
    }

    /// One reading of flows, in the name of a user.
    pub(crate) fn read(&self) -> Result<(), Error> {
        match self {
            Either::Async(runtime, client) => runtime.block_on(flows().send(&client.session(SESSION))).map(drop),
            Either::Blocking(client) => flows().send(&client.session(SESSION)).map(drop),
        }
    }
}

/// The application of these clients.
pub(crate) const APP: (&str, &str) = ("1", "s");

/// Their access token, easy to find where it should not be.
pub(crate) const SESSION: &str = "canary-session";

/// A request for flows.
pub(crate) fn flows() -> Flows {
    let text = r#"{"param_page_query_account_flows_open_req":{"brand_id":"1","shop_id":"2","page_no":1}}"#;
    opentop::from_json::<Flows>(text).unwrap()
}

/// An answer under status 200, of a length that is true.
pub(crate) fn answer(body: &str, headers: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

/// A deduction or a reading that went well; the request id tells the answer from every other.
pub(crate) fn done(marker: usize) -> String {
    format!(r#"{{"result":{{"biz_success":true,"result_desc":"{marker}"}},"request_id":"r{marker}"}}"#)
}
