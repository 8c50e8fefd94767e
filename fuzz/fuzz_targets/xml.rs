#![no_main]
//! Hands what the fuzzer makes to `src/xml.rs`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| opentop_fuzz::xml::run(data));
