//! The writes of one method: how often each was executed, and what repeated ones are answered.
//!
//! A call is executed under a lock, so that of two calls with one key exactly one wins. A log is bounded: the oldest keys are
//! forgotten, and a notice says so.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentop_model::model::{Api, Effect, Path};
use opentop_runtime::{DateTime, Decimal};
use sha2::{Digest, Sha256};

use crate::answer;
use crate::call::{Call, Refusal};
use crate::error::StartError;
use crate::event::Reporter;
use crate::flows::{Execution, FlowBook};
use crate::ledger::{Accounts, Ledger};
use crate::node::Members;
use crate::paths;

/// Keys remembered for each method, and the bytes of their text.
const MAX_KEYS: usize = 100_000;
const MAX_KEY_BYTES: usize = 16 * 1024 * 1024;

/// The log of one method.
#[derive(Debug)]
pub(crate) struct WriteLog {
    method: String,
    key: Option<Path>,
    key_name: String,
    accounts: Option<Accounts>,
    dedupe: bool,
    flows: Option<Arc<FlowBook>>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    executions: BTreeMap<Arc<str>, Executed>,
    oldest: VecDeque<Arc<str>>,
    key_bytes: usize,
    has_forgotten: bool,
    balances: BTreeMap<String, Decimal>,
}

/// The executions under one key.
#[derive(Debug)]
struct Executed {
    count: u64,
    /// What the first of them was, if repeated ones are recognised.
    first: Option<First>,
}

/// What an execution asked for, and enough to answer it again.
#[derive(Debug, Clone, Copy)]
struct First {
    business: [u8; 16],
    turn: usize,
    left: Option<Decimal>,
}

impl WriteLog {
    /// The log of a method; `None` if it only reads.
    pub(crate) fn open(
        api: &Api,
        ledger: Option<&Ledger>,
        dedupe: Option<bool>,
        flows: Option<Arc<FlowBook>>,
    ) -> Result<Option<Self>, StartError> {
        if api.effect == Effect::Read {
            let problem = "the method only reads".to_owned();
            return match ledger {
                Some(_) => Err(StartError::Ledger { method: api.method.clone(), problem }),
                None => Ok(None),
            };
        }
        let accounts = ledger.map(|ledger| Accounts::resolve(api, ledger)).transpose()?;
        let dedupe = dedupe.unwrap_or(accounts.is_some());
        let key_name = api.idempotency_key.as_ref().map(|path| paths::name(api, path)).unwrap_or_default();
        let (method, key) = (api.method.clone(), api.idempotency_key.clone());
        Ok(Some(WriteLog { method, key, key_name, accounts, dedupe, flows, kept: Mutex::default() }))
    }

    /// Executes `call` once, or answers a repeated one as the first time.
    pub(crate) fn execute(&self, call: &Call<'_>, now: DateTime, reporter: &Reporter) -> Result<Members, Refusal> {
        let key = self.key.as_ref().and_then(|path| call.text_at(path)).unwrap_or_default();
        let dedupes = self.dedupe && !key.is_empty();
        let mut kept = self.kept();
        let business = if dedupes { digest(&call.business()) } else { [0; 16] };
        if let Some(first) = kept.executions.get(key.as_str()).and_then(|executed| executed.first) {
            return if first.business == business {
                Ok(self.answer(call, first.turn, first.left))
            } else {
                Err(Refusal::business(
                    "isv.idempotency-conflict",
                    format!("the key in `{}` came before with other parameters; take a new key", self.key_name),
                ))
            };
        }
        let taken = self.accounts.as_ref().map(|accounts| accounts.take(call, &mut kept.balances, reporter));
        let left = taken.transpose()?;
        let turn = answer::turn(call);
        let first = dedupes.then_some(First { business, turn, left });
        if kept.count(&key, first) {
            reporter.notice(format!(
                "{}: more than {MAX_KEYS} idempotency keys; the oldest are forgotten, and a repeat of one is executed again",
                self.method
            ));
        }
        if let (Some(flows), Some(balance)) = (&self.flows, left) {
            flows.record(&Execution { text_at: &|path| call.text_at(path), balance, time: now }, reporter);
        }
        Ok(self.answer(call, turn, left))
    }

    fn answer(&self, call: &Call<'_>, turn: usize, left: Option<Decimal>) -> Members {
        let mut members = answer::content_of(call, turn);
        if let (Some(accounts), Some(left)) = (&self.accounts, left) {
            accounts.tell(&call.entry.api, &mut members, left);
        }
        members
    }

    /// How often each key was executed, by key. Calls without a key are counted under the empty one.
    pub(crate) fn executions(&self) -> Vec<(String, u64)> {
        self.kept().executions.iter().map(|(key, executed)| (key.to_string(), executed.count)).collect()
    }

    /// What the account has now; the opening balance if no call has named it yet.
    pub(crate) fn balance(&self, account: &str) -> Option<Decimal> {
        let opening = self.accounts.as_ref()?.opening;
        Some(self.kept().balances.get(account).copied().unwrap_or(opening))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Counts an execution; whether a key was forgotten for the first time.
    fn count(&mut self, key: &str, first: Option<First>) -> bool {
        if let Some(executed) = self.executions.get_mut(key) {
            executed.count += 1;
            return false;
        }
        let key: Arc<str> = key.into();
        self.key_bytes += key.len();
        self.oldest.push_back(Arc::clone(&key));
        self.executions.insert(key, Executed { count: 1, first });
        let mut forgets = false;
        while self.oldest.len() > MAX_KEYS || (self.key_bytes > MAX_KEY_BYTES && self.oldest.len() > 1) {
            let Some(oldest) = self.oldest.pop_front() else { break };
            self.key_bytes -= oldest.len();
            self.executions.remove(&oldest);
            forgets = true;
        }
        let is_first = forgets && !self.has_forgotten;
        self.has_forgotten |= forgets;
        is_first
    }
}

/// A fingerprint of what a call says of the business.
fn digest(business: &[(String, Vec<u8>)]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in business.iter().flat_map(|(name, value)| [name.as_bytes(), value]) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

#[cfg(test)]
mod tests;
