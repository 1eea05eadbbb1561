//! The tree, mounted for real: what programs see, and what the kernel asks.
//!
//! Needs root and `/dev/fuse`; where they are missing each test says by name
//! that it was skipped. Nothing waits by the clock, and every mount is detached
//! when its test ends, however it ends.

#![expect(clippy::unwrap_used, reason = "a broken expectation must stop the test")]

mod reading;
mod refusing;
mod scene;
