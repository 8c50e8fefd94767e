//! Connections that a server treats badly: closed while idle, used after a lie, gone in the middle of the load.
//!
//! The servers here are scripts on a plain socket, so that every byte they say is known, and every request is counted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use opentop::retry::{RetryBudget, RetryPolicy};
use opentop::{Client, ClientBuilder, Endpoint};

use crate::support::deduction::{Said, client, judge, request, said};
use crate::support::scripted::{Scripted, Step, answer, done, flows, say, serve};

const DEADLINE: Duration = Duration::from_secs(20);

fn client_of(server: &Scripted) -> Client {
    builder_of(server).build().unwrap()
}

fn builder_of(server: &Scripted) -> ClientBuilder {
    let endpoint = Endpoint::custom(&server.url()).unwrap();
    Client::builder().endpoint(endpoint).app_key("1").app_secret("s").timeout(DEADLINE)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_write_on_a_connection_that_was_closed_while_idle_is_sent_once_or_not_at_all() {
    // The server promises to keep the connection and closes it, at once or a moment later.
    for pause in [0, 1, 3] {
        let server = serve(|turn| vec![say(answer(&done(turn), "")), Step::Close]);
        let (client, runtime) = (client_of(&server), runtime());
        let mut executed_twice = 0;
        for turn in 0..200 {
            let before = server.requests();
            let result = runtime.block_on(async {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                request(&format!("idle-{turn}")).send(&client).await
            });
            let seen = server.requests() - before;
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
    let server = serve(|turn| vec![say(answer(&done(turn), "")), Step::Close]);
    // Every call may meet a closed connection here, far more than the budget for an ordinary day allows for.
    let retries = RetryPolicy::default().initial_backoff(Duration::from_millis(1));
    let client = builder_of(&server).retries(retries).retry_budget(RetryBudget::unlimited()).build().unwrap();
    let runtime = runtime();
    for _ in 0..100 {
        let before = server.requests();
        runtime.block_on(flows().send(&client)).unwrap();
        assert!(server.requests() - before <= 2);
    }
}

#[test]
fn a_server_that_closes_openly_gets_a_new_connection_each_time() {
    let server = serve(|turn| vec![say(answer(&done(turn), "Connection: close\r\n")), Step::Close]);
    let (client, runtime) = (client_of(&server), runtime());
    for turn in 0..50 {
        assert_eq!(said(&runtime.block_on(request(&turn.to_string()).send(&client))), Said::Done);
    }
    assert_eq!([server.requests(), server.connections()], [50, 50]);
}

#[test]
fn a_connection_with_bytes_left_over_is_not_used_again() {
    // Behind each answer stands another one that nobody asked for. Whoever used the connection again would read it.
    let forged = answer(&done(999), "");
    let server = serve(move |turn| vec![say(format!("{}{forged}", answer(&done(turn), "")))]);
    let (client, runtime) = (client_of(&server), runtime());
    for turn in 0..100 {
        let result = runtime.block_on(request(&turn.to_string()).send(&client));
        if let Ok(reply) = &result {
            assert_ne!(reply.request_id(), Some("r999"), "call {turn} read a forged answer");
        }
        assert!(result.is_ok(), "{result:?}");
    }
}

#[test]
fn a_write_is_never_sent_again_when_its_connection_breaks_without_an_answer() {
    let server = serve(|_| vec![Step::Close]);
    let (client, runtime) = (client_of(&server), runtime());
    for turn in 0..50 {
        assert_eq!(said(&runtime.block_on(request(&turn.to_string()).send(&client))), Said::Unknown);
        assert_eq!(server.requests(), turn + 1);
    }
}

#[test]
fn a_server_that_restarts_under_load_debits_nobody_twice() {
    let mut sandbox = crate::support::deduction::sandbox(false);
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
                    let said = said(&runtime.block_on(request(&key).send(&client)));
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
    assert_eq!(said(&runtime.block_on(request("last").send(&client))), Said::Done);
    assert!(judge(&sandbox, &[("last".to_owned(), Said::Done)]).is_clean());
}

const METHOD: &str = <opentop::api::alsc::crm_recharge_dedut_update::Request as opentop::Request>::INFO.name();

type Debits = Vec<(String, u64)>;

/// Stops a sandbox and starts another on the same port. Gives what the first one executed in its whole life.
fn restart(sandbox: opentop_sandbox::Sandbox, address: SocketAddr) -> (Debits, opentop_sandbox::Sandbox) {
    let state = sandbox.stop();
    let again = crate::support::deduction::builder(false).port(address.port()).start_blocking().unwrap();
    (state.executions(METHOD), again)
}

#[test]
fn the_counting_server_sees_a_client_that_sends_twice() {
    // The oracle of this module, seen red: two requests for one action are two requests.
    let server = serve(|_| vec![Step::Close]);
    let (client, runtime) = (client_of(&server), runtime());
    for _ in 0..2 {
        assert_eq!(said(&runtime.block_on(request("k").send(&client))), Said::Unknown);
    }
    assert_eq!(server.requests(), 2);
}
