//! What is fuzzed, and what must hold for any input whatever.
//!
//! A target that finds a violation panics and says what did not hold. The fuzzer calls the targets through `fuzz_targets/`; an ordinary
//! test (`tests/tests/output/fuzz.rs`) includes this very file and replays `corpus/`. Each target takes the code under test as a function,
//! so that the test can put a broken one in its place and see that the corpus finds it.

pub mod answer;
pub mod cuts;
pub mod frame;
pub mod import;
pub mod incoming;
pub mod json;
pub mod request;
pub mod scalars;
pub mod sent;
pub mod spec;
pub mod tables;
pub mod xml;

/// Judges one input.
pub type Run = fn(&[u8]);

/// Every target by the name of its folder in `corpus/`.
pub const TARGETS: [(&str, Run); 9] = [
    ("json", json::run),
    ("xml", xml::run),
    ("answer", answer::run),
    ("scalars", scalars::run),
    ("request", request::run),
    ("spec", spec::run),
    ("import", import::run),
    ("frame", frame::run),
    ("incoming", incoming::run),
];
