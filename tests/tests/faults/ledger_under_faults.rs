//! Money under random faults: one deduction per schedule over real sockets, judged by the ledger.
//!
//! `OPENTOP_SCHEDULES` sets how many schedules each proof runs (500), `OPENTOP_SEED` which ones; both are printed.

use std::thread;
use std::time::Duration;

use opentop::api::alsc::crm_recharge_dedut_update::Request as Deduction;
use opentop::retry::{Idempotency, RetryPolicy};
use opentop::{Error, WriteError};
use opentop_sandbox::{Fault, RandomFaults, Sandbox};

use crate::support::deduction::{Caller, Judgement, Said, client, judge, request, said, sandbox};
use crate::support::settings::number;

const WORKERS: u64 = 4;

/// Shorter than some of the delays, longer than a call on a busy machine takes as a rule.
const DEADLINE: Duration = Duration::from_millis(60);
const LONGEST_DELAY: Duration = Duration::from_millis(90);

/// The faults of one schedule: those of the first call, of the first repetition, and so on. Some calls go well.
fn schedule(seed: u64, index: u64) -> Vec<Fault> {
    let faults = RandomFaults::new(seed.wrapping_mul(1_000_003).wrapping_add(index)).longest_delay(LONGEST_DELAY);
    let well = |at: u64| (index + at).is_multiple_of(5);
    faults.take(5).zip(0..).map(|(fault, at)| if well(at) { Fault::None } else { fault }).collect()
}

/// A way of calling: gets a key, says what became of the deduction.
type Policy = fn(&Caller, &str) -> Said;

/// Runs `count` schedules on servers that dedupe or do not.
fn run(name: &str, dedupe: bool, policy: Policy) -> Judgement {
    let (count, seed) = (number("OPENTOP_SCHEDULES", 500), number("OPENTOP_SEED", 20_261_123));
    let worker = |worker: u64| {
        let sandbox = sandbox(dedupe);
        let mut caller = Caller::new(&sandbox, DEADLINE);
        let mut all = Vec::new();
        for index in (worker..count).step_by(usize::try_from(WORKERS).unwrap()) {
            let key = format!("schedule-{index}");
            // A ban of the schedule before would keep every call back.
            caller.begin_anew(&sandbox);
            sandbox.clear_faults();
            sandbox.push_faults(schedule(seed, index));
            let said = policy(&caller, &key);
            all.push((key, said));
        }
        judge(&sandbox, &all)
    };
    let judgement = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|index| scope.spawn(move || worker(index))).collect();
        workers.into_iter().fold(Judgement::default(), |sum, worker| sum.plus(worker.join().unwrap()))
    });
    println!("{count} schedules, seed {seed}, {name}, dedupe {dedupe}: {judgement:?}");
    assert_eq!(judgement.done + judgement.failed + judgement.unknown, count);
    judgement
}

/// The default: what the client does of itself, and no more.
fn by_default(caller: &Caller, key: &str) -> Said {
    said(&caller.write(key))
}

/// The same by the blocking client.
fn blocking(caller: &Caller, key: &str) -> Said {
    said(&request(key).send(&caller.blocking))
}

/// What its documentation allows where the server is known to dedupe: an unknown outcome is resumed.
fn resumed(caller: &Caller, key: &str) -> Said {
    let mut result = caller.write(key);
    for _ in 0..3 {
        result = match result {
            Err(WriteError::Unknown(pending)) => caller.runtime.block_on(pending.resume(&caller.client)),
            ended => return said(&ended),
        };
    }
    said(&result)
}

/// A deduction whose retries are left to the client.
fn asserted(caller: &Caller, key: &str) -> Said {
    let policy = RetryPolicy::default().initial_backoff(Duration::from_millis(2));
    let call = caller.client.options().retry_writes(Idempotency::GuaranteedByServer).retries(policy);
    said(&caller.runtime.block_on(request(key).send(&call)))
}

/// As the vendor's own retrying client: after any exception and after `isp.*`, up to three more times. The pause of 100 ms
/// between them is left out, which changes nothing of what the server sees.
fn as_the_vendor_does(caller: &Caller, key: &str) -> Said {
    let repeats = |error: &WriteError<Deduction>| match error.error() {
        Some(Error::Gateway { error, .. }) => error.sub_code.as_deref().is_some_and(|cause| cause.starts_with("isp.")),
        Some(Error::Business { .. } | Error::Unconfirmed { .. } | Error::Invalid(_) | Error::Config(_)) => false,
        _ => true,
    };
    let mut result = caller.write(key);
    for _ in 0..3 {
        match &result {
            Err(error) if repeats(error) => result = caller.write(key),
            _ => break,
        }
    }
    said(&result)
}

/// A planted defect: takes every error for a failure.
fn never_unknown(caller: &Caller, key: &str) -> Said {
    match by_default(caller, key) {
        Said::Done => Said::Done,
        Said::Failed | Said::Unknown => Said::Failed,
    }
}

/// A planted defect: takes whatever may have been done for done.
fn hopeful(caller: &Caller, key: &str) -> Said {
    match by_default(caller, key) {
        Said::Done | Said::Unknown => Said::Done,
        Said::Failed => Said::Failed,
    }
}

#[test]
fn no_fault_debits_twice_or_is_misreported_where_the_server_dedupes() {
    let policies: [(&str, Policy); 4] =
        [("default", by_default), ("blocking", blocking), ("resumed", resumed), ("retry_writes", asserted)];
    for (name, policy) in policies {
        let judgement = run(name, true, policy);
        assert!(judgement.is_clean(), "{judgement:?}");
        let tried = judgement.done + judgement.failed + judgement.unknown;
        assert!(
            judgement.done * 5 > tried && judgement.failed > 0 && judgement.unknown > 0,
            "a fifth of the first calls goes well, and less was done: {judgement:?}"
        );
    }
}

#[test]
fn no_fault_debits_twice_or_is_misreported_where_the_server_does_not_dedupe() {
    let ours = run("default", false, by_default);
    assert!(ours.is_clean(), "{ours:?}");
    let blocking = run("blocking", false, blocking);
    assert!(blocking.is_clean(), "{blocking:?}");
    // The control: the same schedules, so that a zero means something.
    let vendors = run("as the vendor", false, as_the_vendor_does);
    println!(
        "double debits without dedupe: ours {}, a client that retries as the vendor's {}",
        ours.doubles, vendors.doubles
    );
    assert!(vendors.doubles > 0, "the oracle sees no double debit: {vendors:?}");
}

#[test]
fn the_oracle_sees_a_false_failure_and_a_false_success() {
    let never_unknown = run("never unknown", false, never_unknown);
    assert!(never_unknown.false_failed > 0, "{never_unknown:?}");
    let hopeful = run("hopeful", false, hopeful);
    assert!(hopeful.false_done > 0, "{hopeful:?}");
}

#[test]
fn of_a_thousand_concurrent_pairs_each_is_debited_once() {
    let sandbox: Sandbox = sandbox(true);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = client(&sandbox, Duration::from_secs(30));
    let mut all = Vec::new();
    runtime.block_on(async {
        for pair in 0..1_000 {
            let key = format!("pair-{pair}");
            let (first, second) = tokio::join!(request(&key).send(&client), request(&key).send(&client));
            for result in [first, second] {
                let reply = result.unwrap();
                let left = reply.result.as_ref().unwrap().result.as_ref().unwrap().current_value;
                assert_eq!(left, Some(crate::support::deduction::OPENING - crate::support::deduction::VALUE));
                all.push((key.clone(), Said::Done));
            }
        }
    });
    let judgement = judge(&sandbox, &all);
    assert!(judgement.is_clean() && judgement.done == 2_000, "{judgement:?}");
}
