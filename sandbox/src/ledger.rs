//! A ledger: accounts that a method takes amounts from.

use std::collections::BTreeMap;

use opentop_model::model::{Api, Object, Path, Scalar, Type};
use opentop_runtime::Decimal;

use crate::call::{Call, Refusal};
use crate::error::StartError;
use crate::event::Reporter;
use crate::flows::Flows;
use crate::node::{self, Members, Node};
use crate::paths;

/// Accounts kept for each method. None is forgotten, because it would begin with its opening balance again: more are refused.
const MAX_ACCOUNTS: usize = 100_000;

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
    /// The response field that tells the balance after it, if there is one.
    pub after: Option<String>,
    /// The list in which its executions show, if there is one.
    pub flows: Option<Flows>,
}

impl Ledger {
    /// Accounts named at `account`, from which the figure at `amount` is taken.
    pub fn new(account: impl Into<String>, amount: impl Into<String>, opening: impl Into<Decimal>) -> Self {
        Ledger { account: account.into(), amount: amount.into(), opening: opening.into(), after: None, flows: None }
    }

    /// Shows the executions in the list of another method.
    #[must_use]
    pub fn shown_in(mut self, flows: Flows) -> Self {
        self.flows = Some(flows);
        self
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
pub(crate) struct Accounts {
    account: Path,
    amount: Path,
    amount_name: String,
    pub(crate) opening: Decimal,
    after: Option<(Path, bool)>,
}

impl Accounts {
    pub(crate) fn resolve(api: &Api, ledger: &Ledger) -> Result<Self, StartError> {
        let wrong = |problem: String| StartError::Ledger { method: api.method.clone(), problem };
        let find = |root: &Object, side: &str, text: &str| {
            paths::find(api, root, text).ok_or_else(|| wrong(format!("the {side} has no field `{text}`")))
        };
        let account = find(&api.request, "request", &ledger.account)?;
        let amount = find(&api.request, "request", &ledger.amount)?;
        if !api.field_at(&api.request, &amount).is_some_and(|field| is_figure(&field.ty)) {
            return Err(wrong(format!("`{}` is not a number", ledger.amount)));
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

    /// Takes the amount of `call` from its account; what the account has afterwards.
    pub(crate) fn take(
        &self,
        call: &Call<'_>,
        balances: &mut BTreeMap<String, Decimal>,
        reporter: &Reporter,
    ) -> Result<Decimal, Refusal> {
        let account = call.text_at(&self.account).unwrap_or_default();
        let amount = call.text_at(&self.amount).and_then(|text| Decimal::from_str_exact(&text).ok());
        let Some(amount) = amount.filter(|amount| *amount > Decimal::ZERO) else {
            let place = format!("isv.invalid-parameter:{}", self.amount_name);
            let words = format!("{}: must be above zero and have at most 28 digits", self.amount_name);
            return Err(Refusal::business(&place, words));
        };
        let Some(balance) = balance_of(&account, balances, self.opening, MAX_ACCOUNTS) else {
            let words = format!("the ledger holds {MAX_ACCOUNTS} accounts and takes no more; restart the sandbox");
            reporter.notice(format!("{}: {words}", call.entry.api.method));
            return Err(Refusal::business("isv.too-many-accounts", words));
        };
        let Some(left) = balance.checked_sub(amount).filter(|left| *left >= Decimal::ZERO) else {
            let words = format!("the account has {balance}; {amount} cannot be taken");
            return Err(Refusal::business("isv.insufficient-balance", words));
        };
        balances.insert(account, left);
        Ok(left)
    }

    /// Writes a balance into an answer, if the ledger says where.
    pub(crate) fn tell(&self, api: &Api, members: &mut Members, left: Decimal) {
        if let Some((path, is_figure)) = &self.after {
            let text = left.normalize().to_string();
            let node = if *is_figure { Node::Number(text) } else { Node::Text(text) };
            node::set(api, members, path, node);
        }
    }
}

/// What an account has; `None` for a new one once there are `most`.
fn balance_of(account: &str, balances: &BTreeMap<String, Decimal>, opening: Decimal, most: usize) -> Option<Decimal> {
    let opened = balances.get(account).copied();
    opened.or_else(|| (balances.len() < most).then_some(opening))
}

fn is_figure(ty: &Type) -> bool {
    matches!(ty, Type::Scalar(Scalar::Number | Scalar::Price | Scalar::BigDecimal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_bounded_and_none_is_forgotten() {
        let balances = BTreeMap::from([("a".to_owned(), Decimal::from(3)), ("b".to_owned(), Decimal::from(4))]);
        let balance = |account, most| balance_of(account, &balances, Decimal::from(100), most);
        assert_eq!((balance("a", 2), balance("b", 2), balance("c", 2)), (Some(3.into()), Some(4.into()), None));
        assert_eq!(balance("c", 3), Some(100.into()));
    }
}
