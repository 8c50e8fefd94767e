//! A small seeded generator (SplitMix64): the same seed makes the same corpus on every machine and in every version.

/// The generator.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`, which is not 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or(0)
    }

    /// True this many times in 100,000.
    pub(super) fn chance(&mut self, of_100_000: usize) -> bool {
        self.below(100_000) < of_100_000
    }

    /// One of these.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// One of these, each as likely as its weight.
    pub(super) fn weighted<'a>(&mut self, of: &[(usize, &'a str)]) -> &'a str {
        let mut at = self.below(of.iter().map(|(weight, _)| weight).sum());
        for (weight, what) in of {
            if at < *weight {
                return what;
            }
            at -= weight;
        }
        of[0].1
    }

    /// From a list of quantiles, as many steps apart: how long real things are.
    pub(super) fn quantile(&mut self, quantiles: &[usize]) -> usize {
        let low = self.below(quantiles.len() - 1);
        let (from, to) = (quantiles[low], quantiles[low + 1]);
        from + self.below(to - from + 1)
    }
}
