//! Where a text is cut short, to see that nothing takes the rest for the whole.

/// Up to sixteen lengths shorter than `length`, the longest of them always, the others evenly spread.
pub fn cuts(length: usize) -> impl Iterator<Item = usize> {
    let step = length.div_ceil(16).max(1);
    (1..=length).step_by(step).map(move |short| length - short)
}
