//! What malloc may keep, and giving memory back that is not used any more.
#![expect(unsafe_code, reason = "mallopt and malloc_trim have no safe form")]

#[cfg(target_env = "gnu")]
use std::num::NonZero;

/// Heaps that malloc makes beside each other for threads, so that they need not wait for each other: at least.
///
/// Without a bound there are eight a processor, and what is freed in one is not used by another: they are what a process with many
/// threads and little to do grows by. One a processor is enough where that was measured: of a million photos on two, a start took as
/// long with two as with eight, and twice as long with one, while the daemon that made the first index is 30 MB smaller with two than
/// with eight.
#[cfg(target_env = "gnu")]
const LEAST_HEAPS: usize = 2;
/// The same, at most: more were not tried.
#[cfg(target_env = "gnu")]
const MOST_HEAPS: usize = 8;

/// Bounds the heaps to one a processor. To be called before there is a second thread. Source: mallopt(3), `M_ARENA_MAX`.
pub fn bound_heaps() {
    #[cfg(target_env = "gnu")]
    {
        let heaps = std::thread::available_parallelism().map_or(LEAST_HEAPS, NonZero::get);
        let heaps = libc::c_int::try_from(heaps.clamp(LEAST_HEAPS, MOST_HEAPS)).unwrap_or(libc::c_int::MAX);
        // SAFETY: it takes two numbers, and no other thread asks for memory yet.
        unsafe {
            libc::mallopt(libc::M_ARENA_MAX, heaps);
        }
    }
}

/// Hands every whole page that is free back to the system. Source: malloc_trim(3).
///
/// What a start or a first index frees lies scattered between what stays, and malloc keeps it: measured at 100,000 photos, some
/// ten megabytes that no other process may have; and each small job leaves a little in another heap. Done after a load, after
/// each second of work, and while what searches need is made, never on a command's path: it takes milliseconds, in which others
/// wait for malloc.
pub(crate) fn give_back() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it takes a number, and moves nothing that is in use.
    unsafe {
        libc::malloc_trim(0);
    }
}
