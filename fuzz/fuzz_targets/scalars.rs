#![no_main]
//! Hands what the fuzzer makes to `src/scalars.rs`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| opentop_fuzz::scalars::run(data));
