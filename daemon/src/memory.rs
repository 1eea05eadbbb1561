//! What malloc may keep, and giving memory back that is not used any more.
#![expect(unsafe_code, reason = "mallopt and malloc_trim have no safe form")]

/// Heaps that malloc makes beside each other for threads, so that they need not wait for each other.
///
/// Without a bound there are eight a core, and what is freed in one is not used by another: they are what a process with many
/// threads and little to do grows by. With two the start of a million photos, whose rows three threads make and drop, took half
/// as long again; with eight no longer than without a bound.
#[cfg(target_env = "gnu")]
const HEAPS: libc::c_int = 8;

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
