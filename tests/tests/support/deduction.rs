//! The deduction, as several proofs use it: its request, a sandbox with its ledger, a client of that sandbox, and the oracle.

use std::collections::BTreeMap;
use std::time::Duration;

use opentop::api::alsc::crm_recharge_dedut_update::BizChannel;
use opentop::api::alsc::crm_recharge_dedut_update::Request as Deduction;
use opentop::{Client, Endpoint, Reply, Request, WriteError};
use opentop_runtime::blocking;
use opentop_runtime::transport::{ReqwestTransport, TransportOptions, UreqTransport};
use opentop_sandbox::{Ledger, Sandbox, SandboxBuilder};

use crate::support::repository::root;

/// What a deduction is answered.
pub(crate) type Response = <Deduction as Request>::Checked;

pub(crate) const OPENING: i64 = 10_000;
pub(crate) const VALUE: i64 = 7;

/// A sandbox whose accounts are debited by the deduction.
pub(crate) fn builder(dedupe: bool) -> SandboxBuilder {
    let ledger = Ledger::new("param_dedut_open_req.card_id", "param_dedut_open_req.value", OPENING)
        .after("result.result.current_value");
    Sandbox::builder().spec_dir(root().join("spec")).ledger(Deduction::INFO.name(), ledger).dedupe(dedupe)
}

pub(crate) fn sandbox(dedupe: bool) -> Sandbox {
    builder(dedupe).start_blocking().unwrap()
}

/// A client with every default but its deadline.
pub(crate) fn client(sandbox: &Sandbox, timeout: Duration) -> Client {
    Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint()).unwrap())
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .timeout(timeout)
        .build()
        .unwrap()
}

/// A blocking client with every default but its deadline.
pub(crate) fn blocking_client(sandbox: &Sandbox, timeout: Duration) -> blocking::Client {
    blocking::Client::builder()
        .endpoint(Endpoint::custom(&sandbox.endpoint()).unwrap())
        .app_key(sandbox.app_key())
        .app_secret(sandbox.app_secret())
        .timeout(timeout)
        .build()
        .unwrap()
}

/// Either client, so that a proof can hold for both.
pub(crate) struct Caller {
    pub(crate) runtime: tokio::runtime::Runtime,
    pub(crate) client: Client,
    pub(crate) blocking: blocking::Client,
    timeout: Duration,
    transports: (ReqwestTransport, UreqTransport),
}

impl Caller {
    pub(crate) fn new(sandbox: &Sandbox, timeout: Duration) -> Self {
        let endpoint = Endpoint::custom(&sandbox.endpoint()).unwrap();
        let options = TransportOptions::new().connect_timeout(timeout / 2);
        let transports =
            (ReqwestTransport::new(&endpoint, &options).unwrap(), UreqTransport::new(&endpoint, &options).unwrap());
        let mut caller = Caller {
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            client: client(sandbox, timeout),
            blocking: blocking_client(sandbox, timeout),
            timeout,
            transports,
        };
        caller.begin_anew(sandbox);
        caller
    }

    /// New clients over the same connections: they know of no ban.
    pub(crate) fn begin_anew(&mut self, sandbox: &Sandbox) {
        let endpoint = || Endpoint::custom(&sandbox.endpoint()).unwrap();
        let (key, secret) = (sandbox.app_key(), sandbox.app_secret());
        let (transport, blocking) = self.transports.clone();
        let client = Client::builder().endpoint(endpoint()).app_key(key).app_secret(secret);
        self.client = client.timeout(self.timeout).transport(transport).build().unwrap();
        let client = blocking::Client::builder().endpoint(endpoint()).app_key(key).app_secret(secret);
        self.blocking = client.timeout(self.timeout).transport(blocking).build().unwrap();
    }

    /// One deduction, by the async client.
    pub(crate) fn write(&self, key: &str) -> Result<Reply<Response>, WriteError<Deduction>> {
        self.runtime.block_on(request(key).send(&self.client))
    }
}

/// One deduction: the key is also the account, so that every key has a balance of its own.
pub(crate) fn request(key: &str) -> Deduction {
    Deduction::builder()
        .request_id(key)
        .card_id(key)
        .operator_id("1")
        .outer_order_id("2")
        .value(VALUE)
        .biz_channel(BizChannel::CS)
        .brand_id("3")
        .shop_id("4")
        .build()
}

/// What a client says became of a deduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Done,
    Failed,
    Unknown,
}

pub(crate) fn said<T, R>(result: &Result<T, WriteError<R>>) -> Said {
    match result {
        Ok(_) => Said::Done,
        Err(WriteError::Failed(_)) => Said::Failed,
        Err(WriteError::Unknown(_)) => Said::Unknown,
    }
}

/// What the ledger says of what clients said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) done: u64,
    pub(crate) failed: u64,
    pub(crate) unknown: u64,
    /// Keys that were debited more than once.
    pub(crate) doubles: u64,
    /// Done, says the client; not exactly once, says the ledger.
    pub(crate) false_done: u64,
    /// Failed, says the client; debited, says the ledger.
    pub(crate) false_failed: u64,
}

impl Judgement {
    pub(crate) fn is_clean(&self) -> bool {
        (self.doubles, self.false_done, self.false_failed) == (0, 0, 0)
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Judgement {
            done: self.done + other.done,
            failed: self.failed + other.failed,
            unknown: self.unknown + other.unknown,
            doubles: self.doubles + other.doubles,
            false_done: self.false_done + other.false_done,
            false_failed: self.false_failed + other.false_failed,
        }
    }
}

/// Compares what was said of each key with what was debited. Waits for calls that clients gave up.
pub(crate) fn judge(sandbox: &Sandbox, said: &[(String, Said)]) -> Judgement {
    assert!(sandbox.settle(Duration::from_secs(30)), "calls are still in flight");
    let debits: BTreeMap<String, u64> = sandbox.executions(Deduction::INFO.name()).into_iter().collect();
    let mut judgement = Judgement::default();
    for (key, said) in said {
        let debits = debits.get(key).copied().unwrap_or(0);
        let left = sandbox.balance(Deduction::INFO.name(), key).unwrap();
        assert_eq!(
            left,
            (OPENING - VALUE * i64::try_from(debits).unwrap()).into(),
            "the ledger and its counter differ"
        );
        judgement.doubles += u64::from(debits > 1);
        match said {
            Said::Done => {
                judgement.done += 1;
                judgement.false_done += u64::from(debits != 1);
            }
            Said::Failed => {
                judgement.failed += 1;
                judgement.false_failed += u64::from(debits != 0);
            }
            Said::Unknown => judgement.unknown += 1,
        }
    }
    judgement
}
