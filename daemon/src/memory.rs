//! Giving memory back that is not used any more.
//!
//! What a start or a first index frees lies scattered between what stays, and malloc keeps it: measured at 100,000 photos, some
//! ten megabytes that no other process may have. Done after a load and after long jobs, never on a command's path: it takes
//! milliseconds, in which others wait for malloc.
#![expect(unsafe_code, reason = "malloc_trim has no safe form")]

/// Hands every whole page that is free back to the system. Source: malloc_trim(3).
pub(crate) fn give_back() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it takes a number, and moves nothing that is in use.
    unsafe {
        libc::malloc_trim(0);
    }
}
