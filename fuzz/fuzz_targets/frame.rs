#![no_main]
//! Hands what the fuzzer makes to `src/frame.rs`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| opentop_fuzz::frame::run(data));
