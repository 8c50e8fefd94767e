//! Decides which fault comes next: the script first, then chance, then the script of the called method.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fault::Fault;
use super::random::RandomFaults;

/// Faults that are remembered after they happened; the latest.
const MAX_LOG: usize = 10_000;

/// The faults to come, and those that came.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan(Mutex<Faults>);

#[derive(Debug, Default)]
struct Faults {
    script: VecDeque<Fault>,
    /// Scripts for the calls of one method.
    by_method: BTreeMap<String, VecDeque<Fault>>,
    random: Option<(RandomFaults, f64)>,
    fired: VecDeque<Fault>,
}

impl FaultPlan {
    /// Adds faults for the next calls, one each.
    pub(crate) fn script(&self, faults: Vec<Fault>) {
        self.faults().script.extend(faults);
    }

    /// Adds faults for the next calls of `method`, one each.
    pub(crate) fn script_for(&self, method: &str, faults: Vec<Fault>) {
        self.faults().by_method.entry(method.to_owned()).or_default().extend(faults);
    }

    /// Whether a method has faults to come.
    pub(crate) fn has_method_scripts(&self) -> bool {
        !self.faults().by_method.is_empty()
    }

    /// The next fault of the script for `method`.
    pub(crate) fn next_for(&self, method: &str) -> Fault {
        let mut faults = self.faults();
        let Some(script) = faults.by_method.get_mut(method) else { return Fault::None };
        let next = script.pop_front().unwrap_or(Fault::None);
        if script.is_empty() {
            faults.by_method.remove(method);
        }
        faults.record(&next);
        next
    }

    /// Takes faults by chance wherever the script says nothing; `rate` is the share of calls that get one.
    pub(crate) fn random(&self, faults: RandomFaults, rate: f64) {
        self.faults().random = Some((faults, rate));
    }

    /// Forgets what was still to come.
    pub(crate) fn clear(&self) {
        let mut faults = self.faults();
        faults.script.clear();
        faults.by_method.clear();
        faults.random = None;
    }

    /// The fault of the call that begins now.
    pub(crate) fn next(&self) -> Fault {
        let mut faults = self.faults();
        let scripted = faults.script.pop_front();
        let by_chance =
            || faults.random.as_mut().and_then(|(random, rate)| random.happens(*rate).then(|| random.draw()));
        let next = scripted.or_else(by_chance).unwrap_or(Fault::None);
        faults.record(&next);
        next
    }

    /// The faults that came, oldest first.
    pub(crate) fn fired(&self) -> Vec<Fault> {
        self.faults().fired.iter().cloned().collect()
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Faults {
    fn record(&mut self, fault: &Fault) {
        if *fault == Fault::None {
            return;
        }
        if self.fired.len() == MAX_LOG {
            self.fired.pop_front();
        }
        self.fired.push_back(fault.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_comes_first_then_nothing_where_no_chance_was_asked_for() {
        let plan = FaultPlan::default();
        plan.script(vec![Fault::None, Fault::HalfBody]);
        assert_eq!([plan.next(), plan.next(), plan.next()], [Fault::None, Fault::HalfBody, Fault::None]);
        assert_eq!(plan.fired(), [Fault::HalfBody]);
    }

    #[test]
    fn chance_follows_the_script_and_the_seed_decides_it() {
        let draw = || {
            let plan = FaultPlan::default();
            plan.random(RandomFaults::new(7), 0.5);
            plan.script(vec![Fault::HalfBody]);
            (0..200).map(|_| plan.next()).collect::<Vec<_>>()
        };
        let faults = draw();
        assert_eq!(faults, draw());
        assert_eq!(faults[0], Fault::HalfBody);
        let hit = faults.iter().filter(|fault| **fault != Fault::None).count();
        assert!((60..140).contains(&hit), "{hit}");
    }

    #[test]
    fn clearing_forgets_script_and_chance() {
        let plan = FaultPlan::default();
        plan.random(RandomFaults::new(7), 1.0);
        plan.script(vec![Fault::HalfBody]);
        plan.clear();
        assert_eq!(plan.next(), Fault::None);
    }

    #[test]
    fn a_method_has_a_script_of_its_own() {
        let plan = FaultPlan::default();
        plan.script_for("a", vec![Fault::None, Fault::HalfBody]);
        assert!(plan.has_method_scripts());
        assert_eq!(
            [plan.next_for("b"), plan.next_for("a"), plan.next_for("a")],
            [Fault::None, Fault::None, Fault::HalfBody]
        );
        assert!(!plan.has_method_scripts());
        assert_eq!(plan.fired(), [Fault::HalfBody]);
    }
}
