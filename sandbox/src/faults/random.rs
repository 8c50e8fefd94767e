//! Random faults: one seed gives the same faults on every machine.

use std::time::Duration;

use fastrand::Rng;

use super::fault::{Fault, HangUp};

/// An endless sequence of faults that a seed decides. Print the seed, so that a failure can be repeated.
///
/// ```
/// use opentop_sandbox::RandomFaults;
///
/// let faults = |seed| RandomFaults::new(seed).take(20).collect::<Vec<_>>();
/// assert_eq!(faults(42), faults(42));
/// assert_ne!(faults(42), faults(43));
/// ```
#[derive(Debug, Clone)]
pub struct RandomFaults {
    seed: u64,
    generator: Rng,
    longest: Duration,
}

impl RandomFaults {
    /// The sequence of `seed`, with delays of at most 50 milliseconds.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        RandomFaults { seed, generator: Rng::with_seed(seed), longest: Duration::from_millis(50) }
    }

    /// With delays of at most this.
    #[must_use]
    pub fn longest_delay(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// The seed that decides the sequence.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.generator.f64() < probability
    }

    /// The next fault.
    pub(super) fn draw(&mut self) -> Fault {
        match self.generator.usize(..22) {
            0 => Fault::DelayBefore(self.delay()),
            1 => Fault::DelayAfter(self.delay()),
            2 | 3 => Fault::CutRequest { after: self.generator.usize(..1_200), how: self.how() },
            4 | 5 => Fault::CutResponse { after: self.generator.usize(..1_200), how: self.how() },
            6 => Fault::Reset { executed: self.generator.bool() },
            7 => Fault::HalfBody,
            8 => Fault::WrongLength(if self.generator.bool() { 7 } else { -7 }),
            9 => Fault::SlowBytes(Duration::from_micros(20)),
            10 | 11 => {
                let status = [500, 502, 503, 504, 302, 404, 429][self.generator.usize(..7)];
                Fault::Status { status, executed: self.generator.bool() }
            }
            12 => Fault::Html { executed: self.generator.bool() },
            13 | 14 => {
                let causes = [
                    "isp.http-read-timeout",
                    "isp.remote-service-error",
                    "isp.unknown-error",
                    "isp.null-pointer-exception",
                    "isv.gift-service-error:LOCKED",
                ];
                Fault::Isp {
                    sub_code: causes[self.generator.usize(..causes.len())].to_owned(),
                    executed: self.generator.bool(),
                }
            }
            15 => Fault::Isv { sub_code: "isv.invalid-parameter".to_owned() },
            16 => Fault::Ban { seconds: u32::from(self.generator.bool()) },
            17 => Fault::ClockSkew { seconds: if self.generator.bool() { 601 } else { -30 } },
            18 => [Fault::ExpiredSession, Fault::OtherShape, Fault::NumbersAsText, Fault::UnknownFields]
                [self.generator.usize(..4)]
            .clone(),
            19 => Fault::Contradiction,
            20 => Fault::EmptyLists,
            _ => Fault::Nulls,
        }
    }

    fn delay(&mut self) -> Duration {
        let most = u64::try_from(self.longest.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.generator.u64(..=most))
    }

    fn how(&mut self) -> HangUp {
        if self.generator.bool() { HangUp::Fin } else { HangUp::Rst }
    }
}

impl Iterator for RandomFaults {
    type Item = Fault;

    fn next(&mut self) -> Option<Fault> {
        Some(self.draw())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::mem;

    use super::*;

    #[test]
    fn every_kind_comes_up() {
        let kinds: HashSet<_> = RandomFaults::new(1).take(2_000).map(|fault| mem::discriminant(&fault)).collect();
        // All but `Fault::None`, which is no fault.
        assert_eq!(kinds.len(), 21);
    }

    #[test]
    fn a_share_of_calls_is_hit_and_none_or_all_where_told_so() {
        let mut faults = RandomFaults::new(3);
        let hit = (0..10_000).filter(|_| faults.happens(0.2)).count();
        assert!((1_800..2_200).contains(&hit), "{hit}");
        assert!((0..100).all(|_| faults.happens(1.0) && !faults.happens(0.0)));
    }

    #[test]
    fn delays_stay_below_what_was_asked_for() {
        let mut faults = RandomFaults::new(5).longest_delay(Duration::from_millis(2));
        assert!((0..1_000).all(|_| faults.delay() <= Duration::from_millis(2)));
    }
}
