//! Breaks `kphotos_domain::testing::parsers::dates`.
#![no_main]

use kphotos_domain::testing::parsers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| parsers::dates(bytes));
