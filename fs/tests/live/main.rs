//! Live refresh on a real mount: what readers see when a command returns, and
//! what watchers hear after it, on the mount and on a read-only bind mount of it.
//!
//! Needs root and `/dev/fuse`; where they are missing each test says by name
//! that it was skipped. Nothing waits by the clock but to give up, and every
//! mount is detached when its test ends, however it ends.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken expectation must stop the test"
)]

mod crowd;
mod refresh;
mod scene;
mod searches;
mod watch;
