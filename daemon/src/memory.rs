//! What malloc may keep, and giving memory back that is not used any more.
#![expect(unsafe_code, reason = "mallopt and malloc_trim have no safe form")]

/// Heaps that malloc makes beside each other for threads, so that they need not wait for each other.
///
/// Without a bound there are eight a core, and what is freed in one is not used by another: after 20,000 files that were broken on
/// purpose (`cargo run -p kphotos-tests --example hostile -- 20000 7`) the process had grown by 39 MB, with two by 11, with one by 9.
/// Small pieces come from a cache of each thread, so two are enough for many.
#[cfg(target_env = "gnu")]
const HEAPS: libc::c_int = 2;

/// Bounds the heaps. To be called before there is a second thread. Source: mallopt(3), `M_ARENA_MAX`.
pub fn bound_heaps() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it takes two numbers, and no other thread asks for memory yet.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, HEAPS);
    }
}

/// Hands every whole page that is free back to the system. Source: malloc_trim(3).
///
/// What a start or a first index frees lies scattered between what stays, and malloc keeps it: measured at 100,000 photos, some
/// ten megabytes that no other process may have. Done after a load and after long jobs, never on a command's path: it takes
/// milliseconds, in which others wait for malloc.
pub(crate) fn give_back() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it takes a number, and moves nothing that is in use.
    unsafe {
        libc::malloc_trim(0);
    }
}
