//! Faults by chance, the same for the same seed on every machine.

use std::time::Duration;

use super::fault::{Fault, HangUp};

/// An endless row of faults, decided by a seed. Whoever uses one prints the seed.
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
    state: u64,
    longest: Duration,
}

impl RandomFaults {
    /// The row of `seed`, with delays of at most 50 milliseconds.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        RandomFaults { seed, state: seed, longest: Duration::from_millis(50) }
    }

    /// With delays of at most this.
    #[must_use]
    pub fn longest_delay(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// The seed that decides the row.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        // 53 bits fit into a float exactly.
        #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
        let share = (self.number() >> 11) as f64 / (1_u64 << 53) as f64;
        share < probability
    }

    /// The next fault.
    pub(super) fn draw(&mut self) -> Fault {
        match self.below(22) {
            0 => Fault::DelayBefore(self.delay()),
            1 => Fault::DelayAfter(self.delay()),
            2 | 3 => Fault::CutRequest { after: self.below(1_200), how: self.how() },
            4 | 5 => Fault::CutResponse { after: self.below(1_200), how: self.how() },
            6 => Fault::Reset { executed: self.coin() },
            7 => Fault::HalfBody,
            8 => Fault::WrongLength(if self.coin() { 7 } else { -7 }),
            9 => Fault::SlowBytes(Duration::from_micros(20)),
            10 | 11 => {
                let status = [500, 502, 503, 504, 302, 404, 429][self.below(7)];
                Fault::Status { status, executed: self.coin() }
            }
            12 => Fault::Html { executed: self.coin() },
            13 | 14 => {
                let causes = [
                    "isp.http-read-timeout",
                    "isp.remote-service-error",
                    "isp.unknown-error",
                    "isp.null-pointer-exception",
                    "isv.gift-service-error:LOCKED",
                ];
                Fault::Isp { sub_code: causes[self.below(causes.len())].to_owned(), executed: self.coin() }
            }
            15 => Fault::Isv { sub_code: "isv.invalid-parameter".to_owned() },
            16 => Fault::Ban { seconds: u32::from(self.coin()) },
            17 => Fault::ClockSkew { seconds: if self.coin() { 601 } else { -30 } },
            18 => [Fault::ExpiredSession, Fault::OtherShape, Fault::NumbersAsText, Fault::UnknownFields][self.below(4)]
                .clone(),
            19 => Fault::Contradiction,
            20 => Fault::EmptyLists,
            _ => Fault::Nulls,
        }
    }

    fn delay(&mut self) -> Duration {
        let most = u32::try_from(self.longest.as_micros()).unwrap_or(u32::MAX);
        Duration::from_micros(u64::try_from(self.below(most as usize + 1)).unwrap_or_default())
    }

    fn how(&mut self) -> HangUp {
        if self.coin() { HangUp::Fin } else { HangUp::Rst }
    }

    fn coin(&mut self) -> bool {
        self.number() >> 63 == 0
    }

    /// A number from 0 to `bound` − 1. The bias of a remainder is far below what anyone could count here.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.number() % bound).unwrap_or_default()
    }

    /// SplitMix64: every seed gives a row of its own, and no crate is needed for it.
    fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
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
