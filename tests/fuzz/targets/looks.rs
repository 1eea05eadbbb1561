//! Breaks `kphotos_worker::readers::looks`.
#![no_main]

use kphotos_worker::readers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    readers::looks(bytes);
});
