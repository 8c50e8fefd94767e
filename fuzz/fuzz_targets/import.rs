#![no_main]
//! Hands what the fuzzer makes to `src/import.rs`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| opentop_fuzz::import::run(data));
