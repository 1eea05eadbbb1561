//! The D-Bus surface over real sockets, with the domain's fakes behind it.
//!
//! Each test has a daemon's socket of its own in a temporary folder, served by
//! the real adapter, and a client at its other end. What only a running daemon
//! knows (jobs, mounts) is faked.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "test support: a broken expectation must stop the test"
)]

mod albums;
mod bus;
mod calls;
mod contract;
mod fakes;
mod jobs;
mod libraries;
mod mounts;
mod sharing;
mod world;
