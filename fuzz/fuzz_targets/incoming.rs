#![no_main]
//! Hands what the fuzzer makes to `src/incoming.rs`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| opentop_fuzz::incoming::run(data));
