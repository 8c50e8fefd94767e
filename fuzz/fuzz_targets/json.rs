#![no_main]
//! Hands what the fuzzer makes to `src/json.rs`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| opentop_fuzz::json::run(data));
