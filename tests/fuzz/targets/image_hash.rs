//! Breaks `kphotos_worker::readers::image_hash`.
#![no_main]

use kphotos_worker::readers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    readers::image_hash(bytes);
});
