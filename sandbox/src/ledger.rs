//! What writes leave behind: how often each was executed, and what it took from an account.
//!
//! In: admitted calls of one method that changes data. Out: the content of their answers, or why they are refused. A call is
//! executed under a lock: of two calls with one key, one wins.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use opentop_model::model::{Api, Effect, Object, Path, Scalar, Type};
use opentop_runtime::Decimal;

use crate::answer::{self, Members, Node};
use crate::error::StartError;
use crate::gateway::{Call, Refusal};

/// Keys that are remembered, of each method: a sandbox that runs for days does not grow. The oldest are forgotten first.
const MAX_KEYS: usize = 1_000_000;

/// Accounts that are kept, of each method. None is forgotten: it would begin with its opening balance once more.
const MAX_ACCOUNTS: usize = 1_000_000;

/// Accounts that a method takes amounts from. Nothing is guessed from names: the paths say where the figures stand.
///
/// Every account begins with the same balance, is opened by the first call that names it, and never goes below zero.
///
/// ```
/// use opentop_sandbox::Ledger;
///
/// let ledger = Ledger::new("req.card_id", "req.value", 10_000).after("result.balance");
/// assert_eq!(ledger.after.as_deref(), Some("result.balance"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// The request field that names the account, by wire names: `req.card_id`.
    pub account: String,
    /// The request field that says how much is taken.
    pub amount: String,
    /// The balance that an account begins with.
    pub opening: Decimal,
    /// The response field that tells the balance after it, where there is one.
    pub after: Option<String>,
}

impl Ledger {
    /// Accounts named at `account`, from which the figure at `amount` is taken.
    pub fn new(account: impl Into<String>, amount: impl Into<String>, opening: impl Into<Decimal>) -> Self {
        Ledger { account: account.into(), amount: amount.into(), opening: opening.into(), after: None }
    }

    /// Answers the new balance in this response field.
    #[must_use]
    pub fn after(mut self, path: impl Into<String>) -> Self {
        self.after = Some(path.into());
        self
    }
}

/// The ledger with its paths resolved.
#[derive(Debug)]
struct Accounts {
    account: Path,
    amount: Path,
    amount_name: String,
    opening: Decimal,
    after: Option<(Path, bool)>,
}

/// What one method's writes left behind.
#[derive(Debug)]
pub(crate) struct Book {
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

impl Book {
    /// The book of a method; `None` where it only reads.
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
        Ok(Some(Book { key: api.idempotency_key.clone(), key_name, accounts, dedupe, kept: Mutex::default() }))
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

impl Accounts {
    fn resolve(api: &Api, ledger: &Ledger) -> Result<Self, StartError> {
        let wrong = |problem: String| StartError::Ledger { method: api.method.clone(), problem };
        let find = |root: &Object, side: &str, text: &str| {
            path_of(api, root, text).ok_or_else(|| wrong(format!("no field of the {side} stands at `{text}`")))
        };
        let account = find(&api.request, "request", &ledger.account)?;
        let amount = find(&api.request, "request", &ledger.amount)?;
        if !api.field_at(&api.request, &amount).is_some_and(|field| is_figure(&field.ty)) {
            return Err(wrong(format!("`{}` is no figure", ledger.amount)));
        }
        let after = ledger.after.as_deref().map(|text| {
            let path = find(&api.response, "response", text)?;
            let figure = api.field_at(&api.response, &path).is_some_and(|field| is_figure(&field.ty));
            Ok((path, figure))
        });
        Ok(Accounts {
            account,
            amount,
            amount_name: ledger.amount.clone(),
            opening: ledger.opening,
            after: after.transpose()?,
        })
    }

    fn take(&self, call: &Call<'_>, balances: &mut BTreeMap<String, Decimal>) -> Result<Members, Refusal> {
        let account = call.text_at(&self.account).unwrap_or_default();
        let amount = call.text_at(&self.amount).and_then(|text| Decimal::from_str_exact(&text).ok());
        let Some(amount) = amount.filter(|amount| *amount > Decimal::ZERO) else {
            let place = format!("isv.invalid-parameter:{}", self.amount_name);
            return Err(Refusal::business(&place, "the amount must be above zero, in 28 digits at most".to_owned()));
        };
        let Some(balance) = balance_of(&account, balances, self.opening, MAX_ACCOUNTS) else {
            let words = format!("the sandbox keeps {MAX_ACCOUNTS} accounts, and this were one more: start it anew");
            return Err(Refusal::business("isv.too-many-accounts", words));
        };
        let Some(left) = balance.checked_sub(amount).filter(|left| *left >= Decimal::ZERO) else {
            let words = format!("the account has {balance}, {amount} cannot be taken from it");
            return Err(Refusal::business("isv.insufficient-balance", words));
        };
        balances.insert(account, left);
        let mut members = answer::content(call);
        if let Some((path, is_figure)) = &self.after {
            let text = left.normalize().to_string();
            let node = if *is_figure { Node::Number(text) } else { Node::Text(text) };
            answer::set(&call.entry.api, &mut members, path, node);
        }
        Ok(members)
    }
}

/// What an account has; `None` for a new one where there are so many already.
fn balance_of(account: &str, balances: &BTreeMap<String, Decimal>, opening: Decimal, most: usize) -> Option<Decimal> {
    let opened = balances.get(account).copied();
    opened.or_else(|| (balances.len() < most).then_some(opening))
}

fn is_figure(ty: &Type) -> bool {
    matches!(ty, Type::Scalar(Scalar::Number | Scalar::Price | Scalar::BigDecimal))
}

/// The way that `text` names by wire names, from `root`; it crosses no list and ends at a scalar.
fn path_of(api: &Api, root: &Object, text: &str) -> Option<Path> {
    let mut object = Some(root);
    let mut path = Vec::new();
    let mut last = None;
    for name in text.split('.') {
        let index = object?.fields.iter().position(|field| field.wire == name)?;
        let ty = &object?.fields[index].ty;
        path.push(index);
        object = match ty {
            Type::Object(id) => Some(&api.named(*id).object),
            _ => None,
        };
        last = Some(ty);
    }
    matches!(last?, Type::Scalar(_)).then_some(Path(path))
}

/// The wire names on the way to a request field.
fn name_of(api: &Api, path: &Path) -> String {
    let prefixes = (1..=path.0.len()).map(|length| Path(path.0[..length].to_vec()));
    let names = prefixes.filter_map(|prefix| api.field_at(&api.request, &prefix).map(|field| field.wire.clone()));
    names.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests;
