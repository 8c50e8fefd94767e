//! Environment variables that make a random test longer or repeat it.

/// The value of a variable, or what stands for it where it is not set.
pub(crate) fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().map_or(default, |text| text.parse().unwrap())
}
