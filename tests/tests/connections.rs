//! Connections that a server treats badly: closed while idle, used after a lie, redirected, gone in the middle of the load.
//!
//! The servers here are scripts on a plain socket, so that every byte they say is known, and every request is counted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use opentop::api::alsc::AlibabaAlscCrmRechargeAccountflowsGetRequest as Flows;
use opentop::retry::{RetryBudget, RetryPolicy};
use opentop::{Client, ClientBuilder, Endpoint, Error, WriteError};

use crate::deduction::{Said, client, judge, request, said};

const DEADLINE: Duration = Duration::from_secs(20);

/// What a script answers to each request: bytes, and whether the connection is closed behind them.
type Script = dyn Fn(usize) -> (String, bool) + Send + Sync;

/// A server on a free port that follows a script and counts the requests it read.
struct Scripted {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

fn serve(script: impl Fn(usize) -> (String, bool) + Send + Sync + 'static) -> Scripted {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (requests, connections) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let served = Scripted { address, requests: Arc::clone(&requests), connections: Arc::clone(&connections) };
    let script: Arc<Script> = Arc::new(script);
    // It ends with the process: it only ever waits for connections.
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            connections.fetch_add(1, Ordering::SeqCst);
            let (script, requests) = (Arc::clone(&script), Arc::clone(&requests));
            thread::spawn(move || converse(&stream, &*script, &requests));
        }
    });
    served
}

fn converse(stream: &TcpStream, script: &Script, requests: &AtomicUsize) {
    let mut reader = BufReader::new(stream);
    while let Some(()) = read_request(&mut reader) {
        let (answer, close) = script(requests.fetch_add(1, Ordering::SeqCst));
        if (&mut &*stream).write_all(answer.as_bytes()).is_err() || close {
            return;
        }
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<()> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink()).ok().map(|_| ())
}

fn answer(body: &str, headers: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

fn done(marker: usize) -> String {
    format!(r#"{{"result":{{"biz_success":true,"result_desc":"{marker}"}},"request_id":"r{marker}"}}"#)
}

fn flows(marker: usize) -> String {
    format!(r#"{{"result":{{"biz_success":true}},"request_id":"r{marker}"}}"#)
}

fn client_of(server: &Scripted) -> Client {
    builder_of(server).build().unwrap()
}

fn builder_of(server: &Scripted) -> ClientBuilder {
    let url = format!("http://{}/router/rest", server.address);
    let endpoint = Endpoint::custom(&url).unwrap();
    Client::builder().endpoint(endpoint).app_key("1").app_secret("s").timeout(DEADLINE)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_write_on_a_connection_that_was_closed_while_idle_is_sent_once_or_not_at_all() {
    // The server promises to keep the connection and closes it, at once or a moment later.
    for pause in [0, 1, 3] {
        let server = serve(|turn| (answer(&done(turn), ""), true));
        let (client, runtime) = (client_of(&server), runtime());
        let mut executed_twice = 0;
        for turn in 0..200 {
            let before = server.requests.load(Ordering::SeqCst);
            let result = runtime.block_on(async {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                client.write(request(&format!("idle-{turn}"))).await
            });
            let seen = server.requests.load(Ordering::SeqCst) - before;
            executed_twice += usize::from(seen > 1);
            match said(&result) {
                Said::Done => assert_eq!(seen, 1),
                Said::Failed => assert_eq!(seen, 0),
                Said::Unknown => assert!(seen <= 1),
            }
        }
        assert_eq!(executed_twice, 0);
    }
}

#[test]
fn a_read_on_a_connection_that_was_closed_while_idle_is_sent_again_and_answered() {
    let server = serve(|turn| (answer(&flows(turn), ""), true));
    // Every call may meet a closed connection here, far more than the budget for an ordinary day allows for.
    let retries = RetryPolicy::default().first_wait(Duration::from_millis(1));
    let client = builder_of(&server).retries(retries).retry_budget(RetryBudget::unlimited()).build().unwrap();
    let runtime = runtime();
    for _ in 0..100 {
        let before = server.requests.load(Ordering::SeqCst);
        let request = opentop::from_json::<Flows>(
            r#"{"param_page_query_account_flows_open_req":{"brand_id":"1","shop_id":"2","page_no":1}}"#,
        );
        runtime.block_on(client.read(request.unwrap())).unwrap();
        assert!(server.requests.load(Ordering::SeqCst) - before <= 2);
    }
}

#[test]
fn a_server_that_closes_openly_gets_a_new_connection_each_time() {
    let server = serve(|turn| (answer(&done(turn), "Connection: close\r\n"), true));
    let (client, runtime) = (client_of(&server), runtime());
    for turn in 0..50 {
        assert_eq!(said(&runtime.block_on(client.write(request(&turn.to_string())))), Said::Done);
    }
    let counts = [&server.requests, &server.connections].map(|count| count.load(Ordering::SeqCst));
    assert_eq!(counts, [50, 50]);
}

#[test]
fn a_connection_with_bytes_left_over_is_not_used_again() {
    // Behind each answer stands another one that nobody asked for. Whoever used the connection again would read it.
    let forged = answer(&done(999), "");
    let server = serve(move |turn| (format!("{}{forged}", answer(&done(turn), "")), false));
    let (client, runtime) = (client_of(&server), runtime());
    for turn in 0..100 {
        let result = runtime.block_on(client.write(request(&turn.to_string())));
        if let Ok(reply) = &result {
            assert_ne!(reply.request_id(), Some("r999"), "call {turn} read a forged answer");
        }
        assert!(result.is_ok(), "{result:?}");
    }
}

#[test]
fn a_write_is_never_sent_again_when_its_connection_breaks_without_an_answer() {
    let server = serve(|_| (String::new(), true));
    let (client, runtime) = (client_of(&server), runtime());
    for turn in 0..50 {
        assert_eq!(said(&runtime.block_on(client.write(request(&turn.to_string())))), Said::Unknown);
        assert_eq!(server.requests.load(Ordering::SeqCst), turn + 1);
    }
}

#[test]
fn a_server_that_restarts_under_load_debits_nobody_twice() {
    let mut sandbox = crate::deduction::sandbox(false);
    let (address, client, runtime) = (sandbox.address(), client(&sandbox, DEADLINE), runtime());
    let mut all = Vec::new();
    for round in 0..5 {
        let stop = Arc::new(AtomicBool::new(false));
        let load = {
            let (client, stop) = (client.clone(), Arc::clone(&stop));
            thread::spawn(move || {
                let runtime = self::runtime();
                let mut said_of = Vec::new();
                while !stop.load(Ordering::SeqCst) {
                    let key = format!("restart-{round}-{}", said_of.len());
                    let said = said(&runtime.block_on(client.write(request(&key))));
                    said_of.push((key, said));
                }
                said_of
            })
        };
        thread::sleep(Duration::from_millis(50));
        // Stopping closes every connection, calls in flight included; the ledger of this life is kept until it is judged.
        let finished = sandbox;
        let (state_before, restarted) = restart(finished, address);
        stop.store(true, Ordering::SeqCst);
        let said_of = load.join().unwrap();
        let debits: std::collections::BTreeMap<String, u64> = state_before
            .into_iter()
            .chain(restarted.executions(METHOD))
            .fold(Default::default(), |mut sum, (key, n)| {
                *sum.entry(key).or_default() += n;
                sum
            });
        for (key, said) in &said_of {
            let debits = debits.get(key).copied().unwrap_or(0);
            assert!(debits <= 1, "{key} was debited {debits} times");
            match said {
                Said::Done => assert_eq!(debits, 1, "{key}"),
                Said::Failed => assert_eq!(debits, 0, "{key}"),
                Said::Unknown => {}
            }
        }
        assert!(said_of.iter().any(|(_, said)| *said == Said::Done));
        all.extend(said_of);
        sandbox = restarted;
    }
    // A last call goes well: the pool has got over it.
    assert_eq!(said(&runtime.block_on(client.write(request("last")))), Said::Done);
    assert!(judge(&sandbox, &[("last".to_owned(), Said::Done)]).is_clean());
}

const METHOD: &str = <opentop::api::alsc::AlibabaAlscCrmRechargeDedutUpdateRequest as opentop::Request>::METHOD;

type Debits = Vec<(String, u64)>;

/// Stops a sandbox and starts another on the same port. Gives what the first one executed in its whole life.
fn restart(sandbox: opentop_sandbox::Sandbox, address: SocketAddr) -> (Debits, opentop_sandbox::Sandbox) {
    let state = sandbox.stop();
    let again = crate::deduction::builder(false).port(address.port()).start_blocking().unwrap();
    (state.executions(METHOD), again)
}

#[test]
fn redirects_are_not_followed_and_their_targets_hear_nothing() {
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let target = serve(|turn| (answer(&done(turn), ""), false));
        let location = format!("http://localhost:{}/router/rest", target.address.port());
        let head = format!("HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let server = serve(move |_| (head.clone(), false));
        let (client, runtime) = (client_of(&server), runtime());
        match runtime.block_on(client.write(request("k"))) {
            Err(WriteError::Unknown(pending)) => assert!(matches!(pending.error(), Some(Error::Status { .. }))),
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(server.requests.load(Ordering::SeqCst), 1);
        assert_eq!(target.connections.load(Ordering::SeqCst), 0, "{status} was followed");
    }
}

#[test]
fn the_counting_server_sees_a_client_that_sends_twice() {
    // The oracle of this module, seen red: two requests for one action are two requests.
    let server = serve(|_| (String::new(), true));
    let (client, runtime) = (client_of(&server), runtime());
    for _ in 0..2 {
        assert_eq!(said(&runtime.block_on(client.write(request("k")))), Said::Unknown);
    }
    assert_eq!(server.requests.load(Ordering::SeqCst), 2);
}
