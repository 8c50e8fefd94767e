//! Runs the same work on every item of a list: on all cores with the feature `parallel`, else one after the other.

/// Calls `work` on every item. The results keep the order of the items.
#[cfg(feature = "parallel")]
pub fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    // One item is not worth starting threads for.
    if let [only] = items {
        return vec![work(only)];
    }
    items.par_iter().map(work).collect()
}

/// Calls `work` on every item. The results keep the order of the items.
#[cfg(not(feature = "parallel"))]
pub fn each<T, R>(items: &[T], work: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(work).collect()
}
