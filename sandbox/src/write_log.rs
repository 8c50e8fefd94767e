//! The writes of one method: how often each was executed, and what repeated ones are answered.
//!
//! A call is executed under a lock, so that of two calls with one key exactly one wins.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use opentop_codegen::model::{Api, Effect, Path};
use opentop_runtime::Decimal;

use crate::answer;
use crate::call::{Call, Refusal};
use crate::error::StartError;
use crate::ledger::{Accounts, Ledger};
use crate::node::Members;

/// Keys remembered for each method. The oldest are forgotten first, so that a sandbox that runs for days does not grow.
const MAX_KEYS: usize = 1_000_000;

/// What one method's writes left behind.
#[derive(Debug)]
pub(crate) struct WriteLog {
    key: Option<Path>,
    key_name: String,
    accounts: Option<Accounts>,
    dedupe: bool,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    executions: BTreeMap<String, u64>,
    oldest: VecDeque<String>,
    balances: BTreeMap<String, Decimal>,
    done: BTreeMap<String, Done>,
}

/// A call that was executed: what it said, and what it was answered.
#[derive(Debug)]
struct Done {
    business: Vec<(String, Vec<u8>)>,
    answer: Members,
}

impl WriteLog {
    /// The log of a method; `None` where it only reads.
    pub(crate) fn open(api: &Api, ledger: Option<&Ledger>, dedupe: Option<bool>) -> Result<Option<Self>, StartError> {
        if api.effect == Effect::Read {
            let problem = "the method only reads".to_owned();
            return match ledger {
                Some(_) => Err(StartError::Ledger { method: api.method.clone(), problem }),
                None => Ok(None),
            };
        }
        let accounts = ledger.map(|ledger| Accounts::resolve(api, ledger)).transpose()?;
        let dedupe = dedupe.unwrap_or(accounts.is_some());
        let key_name = api.idempotency_key.as_ref().map(|path| name_of(api, path)).unwrap_or_default();
        Ok(Some(WriteLog { key: api.idempotency_key.clone(), key_name, accounts, dedupe, kept: Mutex::default() }))
    }

    /// Executes `call` once, or answers a repeated one as the first time.
    pub(crate) fn execute(&self, call: &Call<'_>) -> Result<Members, Refusal> {
        let key = self.key.as_ref().and_then(|path| call.text_at(path));
        let mut kept = self.kept();
        if let Some(key) = key.as_ref().filter(|_| self.dedupe)
            && let Some(done) = kept.done.get(key)
        {
            return if done.business == call.business() {
                Ok(done.answer.clone())
            } else {
                Err(Refusal::business(
                    "isv.idempotency-conflict",
                    format!("the key in `{}` came before with other parameters: take a new key", self.key_name),
                ))
            };
        }
        let mut answer = match &self.accounts {
            Some(accounts) => accounts.take(call, &mut kept.balances)?,
            None => answer::content(call),
        };
        answer.shrink_to_fit();
        let key = key.unwrap_or_default();
        kept.count(&key);
        if self.dedupe && !key.is_empty() {
            kept.done.insert(key, Done { business: call.business(), answer: answer.clone() });
        }
        Ok(answer)
    }

    /// How often each key was executed, by key. Calls without a key are counted under the empty one.
    pub(crate) fn executions(&self) -> Vec<(String, u64)> {
        self.kept().executions.iter().map(|(key, count)| (key.clone(), *count)).collect()
    }

    /// What the account has now; the opening balance where no call named it yet.
    pub(crate) fn balance(&self, account: &str) -> Option<Decimal> {
        let opening = self.accounts.as_ref()?.opening;
        Some(self.kept().balances.get(account).copied().unwrap_or(opening))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn count(&mut self, key: &str) {
        let count = self.executions.entry(key.to_owned()).or_default();
        *count += 1;
        if *count > 1 {
            return;
        }
        self.oldest.push_back(key.to_owned());
        if self.oldest.len() > MAX_KEYS
            && let Some(forgotten) = self.oldest.pop_front()
        {
            self.executions.remove(&forgotten);
            self.done.remove(&forgotten);
        }
    }
}

/// The wire names on the way to a request field.
fn name_of(api: &Api, path: &Path) -> String {
    let prefixes = (1..=path.0.len()).map(|length| Path(path.0[..length].to_vec()));
    let names = prefixes.filter_map(|prefix| api.field_at(&api.request, &prefix).map(|field| field.wire.clone()));
    names.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests;
