//! Breaks `kphotos_worker::readers::sidecars`.
#![no_main]

use kphotos_worker::readers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: readers::prepare().expect("exiv2 starts"), |bytes: &[u8]| {
    readers::sidecars(bytes);
});
