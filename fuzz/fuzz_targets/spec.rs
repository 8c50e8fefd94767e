#![no_main]
//! Hands what the fuzzer makes to `src/spec.rs`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| opentop_fuzz::spec::run(data));
