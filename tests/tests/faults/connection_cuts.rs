//! A connection that breaks at every byte of a short exchange, by FIN and by RST.
//!
//! Nothing hangs, a cut answer is no answer, and what is said of a deduction is what the ledger says.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use opentop::error::TransportError;
use opentop::transport::{ReqwestTransport, ResponseFuture, SendStage, Transport, TransportLimits, TransportOptions};
use opentop::{Client, Endpoint, Request};
use opentop_sandbox::{Fault, HangUp, Sandbox};

use crate::support::deduction::{Said, blocking_client, client, judge, request, said, sandbox};

const DEADLINE: Duration = Duration::from_secs(20);
const METHOD: &str = opentop::api::alsc::crm_recharge_dedut_update::Request::INFO.name();

/// One deduction by some client.
type Call = Box<dyn Fn(&str) -> Said>;

/// Makes one for a sandbox.
type Make = fn(&Sandbox) -> Call;

fn by_async(client: Client) -> Call {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    Box::new(move |key| said(&runtime.block_on(request(key).send(&client))))
}

/// The clients of the two transports.
const CLIENTS: [(&str, Make); 2] = [
    ("async", |sandbox| by_async(client(sandbox, DEADLINE))),
    ("blocking", |sandbox| {
        let client = blocking_client(sandbox, DEADLINE);
        Box::new(move |key| said(&request(key).send(&client)))
    }),
];

/// Cuts at byte 0, 1, 2 … until the first call for which `enough` says so. Gives what was said of each key.
fn at_every_byte(
    client_of: Make,
    cut: impl Fn(usize) -> Fault,
    enough: impl Fn(&Sandbox, &str, Said) -> bool,
) -> (Sandbox, Vec<(String, Said)>) {
    let sandbox = sandbox(false);
    let call = client_of(&sandbox);
    let mut all = Vec::new();
    for after in 0..4_000 {
        let key = format!("cut-{after:04}");
        sandbox.push_faults(vec![cut(after)]);
        let begun = Instant::now();
        let said = call(&key);
        assert!(begun.elapsed() < DEADLINE, "{key} hung");
        assert!(sandbox.settle(DEADLINE));
        let last = enough(&sandbox, &key, said);
        all.push((key, said));
        if last {
            return (sandbox, all);
        }
    }
    panic!("no end after {} bytes", all.len());
}

fn executed(sandbox: &Sandbox, key: &str) -> bool {
    sandbox.executions(METHOD).iter().any(|(known, _)| known == key)
}

#[test]
fn a_request_that_is_cut_anywhere_leaves_the_outcome_unknown() {
    for (name, client_of) in CLIENTS {
        for how in [HangUp::Fin, HangUp::Rst] {
            let cut = |after| Fault::CutRequest { after, how };
            let (sandbox, all) = at_every_byte(client_of, cut, |sandbox, key, _| executed(sandbox, key));
            println!("{name}: request cut at each of {} bytes by {how:?}", all.len());
            let judgement = judge(&sandbox, &all);
            assert!(judgement.is_clean() && all.len() > 500, "{judgement:?}");
            // It stood connected, so a byte may have left: nothing may be called failed, and without an answer nothing done.
            assert_eq!((judgement.done, judgement.failed), (0, 0), "{judgement:?}");
        }
    }
}

#[test]
fn a_response_that_is_cut_before_its_last_byte_is_no_answer() {
    for (name, client_of) in CLIENTS {
        for how in [HangUp::Fin, HangUp::Rst] {
            let cut = |after| Fault::CutResponse { after, how };
            let (sandbox, all) = at_every_byte(client_of, cut, |_, _, said| said == Said::Done);
            println!("{name}: response cut at each of {} bytes by {how:?}", all.len());
            let judgement = judge(&sandbox, &all);
            assert!(judgement.is_clean(), "{judgement:?}");
            // The first that was done is the last of the row: the whole response, and none that was shorter.
            let whole = all.len() - 1;
            assert!(whole > 500 && all[..whole].iter().all(|(_, said)| *said == Said::Unknown), "{judgement:?}");
        }
    }
}

#[test]
fn a_connection_that_never_stood_is_a_failure() {
    for (name, client_of) in CLIENTS {
        let gone = sandbox(false);
        let call = client_of(&gone);
        gone.stop();
        assert_eq!(call("k"), Said::Failed, "{name}");
    }
}

/// Reads whatever comes on a port, and answers nothing. The numbers of the requests of which a byte came are in the set.
fn listening() -> (u16, Arc<Mutex<BTreeSet<u32>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, seen) = (listener.local_addr().unwrap().port(), Arc::<Mutex<BTreeSet<u32>>>::default());
    let all = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let seen = Arc::clone(&all);
            thread::spawn(move || {
                let mut came = Vec::new();
                drop(stream.unwrap().read_to_end(&mut came));
                let head = String::from_utf8_lossy(&came).into_owned();
                let number = head.strip_prefix("POST /").and_then(|rest| rest.split_once(' ')?.0.parse::<u32>().ok());
                // Bytes without a whole number are nobody's, and would be missed.
                seen.lock().unwrap().extend(number.or((!head.is_empty()).then_some(u32::MAX)));
            });
        }
    });
    (port, seen)
}

/// Fifty calls at once, so that a deadline of a millisecond strikes some while they connect, some right when they begin to be sent,
/// and some while they wait.
#[test]
fn what_a_deadline_struck_before_it_was_sent_never_arrives() {
    const CALLS: u32 = 2_000;
    let (port, seen) = listening();
    let endpoint = Endpoint::custom(&format!("http://127.0.0.1:{port}/")).unwrap();
    let transport = Arc::new(ReqwestTransport::new(&endpoint, &TransportOptions::new()).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let call = |number: u32| {
        let (transport, deadline) = (Arc::clone(&transport), Duration::from_millis(u64::from(number % 4)));
        let uri = format!("http://127.0.0.1:{port}/{number}");
        async move {
            let request = http::Request::post(uri).body(bytes::Bytes::from_static(b"a=1")).unwrap();
            let error = transport.send(request, TransportLimits::new(deadline, 64)).await.unwrap_err();
            (number, error.stage())
        }
    };
    let mut ended = Vec::new();
    for first in (0..CALLS).step_by(50) {
        let calls: Vec<_> = (first..first + 50).map(|number| runtime.spawn(call(number))).collect();
        ended.extend(calls.into_iter().map(|call| runtime.block_on(call).unwrap()));
    }
    drop((runtime, transport));
    thread::sleep(Duration::from_millis(500));
    let seen = seen.lock().unwrap();
    let of = |stage| ended.iter().filter(move |(_, of)| *of == stage);
    println!(
        "not sent {}, maybe sent {}, arrived {}",
        of(SendStage::NotSent).count(),
        of(SendStage::MaybeSent).count(),
        seen.len()
    );
    assert!(of(SendStage::NotSent).count() > 0 && of(SendStage::MaybeSent).count() > 0 && !seen.is_empty());
    assert!(!seen.contains(&u32::MAX));
    assert_eq!(of(SendStage::NotSent).filter(|(number, _)| seen.contains(number)).count(), 0);
}

/// A planted defect: a transport that holds every trouble for one before sending.
struct Forgetful(ReqwestTransport);

impl Transport for Forgetful {
    fn send(&self, request: http::Request<bytes::Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        let sending = self.0.send(request, limits);
        Box::pin(async move { sending.await.map_err(|error| TransportError::new(SendStage::NotSent, error.kind())) })
    }
}

fn forgetful(sandbox: &Sandbox) -> Call {
    let endpoint = Endpoint::custom(&sandbox.endpoint()).unwrap();
    let transport = Forgetful(ReqwestTransport::new(&endpoint, &TransportOptions::new()).unwrap());
    let builder = Client::builder().endpoint(endpoint).app_key(sandbox.app_key()).app_secret(sandbox.app_secret());
    by_async(builder.timeout(DEADLINE).transport(transport).build().unwrap())
}

#[test]
fn the_oracle_sees_a_transport_that_denies_having_sent() {
    // Fifty offsets do: what was not sent is called failed, or sent again.
    let enough = |_: &Sandbox, key: &str, _| key.ends_with("49");
    let cut = |after| Fault::CutResponse { after, how: HangUp::Rst };
    let (sandbox, all) = at_every_byte(forgetful, cut, enough);
    let judgement = judge(&sandbox, &all);
    assert!(judgement.false_failed + judgement.doubles >= 50, "{judgement:?}");
}
