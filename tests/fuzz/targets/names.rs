//! Breaks `kphotos_domain::testing::parsers::names`.
#![no_main]

use kphotos_domain::testing::parsers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| parsers::names(bytes));
