#![no_main]
//! Hands what the fuzzer makes to `src/answer.rs`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| opentop_fuzz::answer::run(data));
