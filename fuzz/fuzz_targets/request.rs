#![no_main]
//! Hands what the fuzzer makes to `src/request.rs`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| opentop_fuzz::request::run(data));
