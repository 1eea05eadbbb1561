//! The HTTP surface on fakes: every route, what it refuses, and what is promised of all of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    unreachable_pub,
    reason = "this is test code: a condition that does not hold ends the test, with its text"
)]

#[path = "../../../tests/src/http.rs"]
mod client;
#[path = "../dbus/fakes.rs"]
mod fakes;

mod albums;
mod calls;
mod contract;
mod edits;
mod originals;
mod shares;
mod stream;
mod world;
