//! Fakes of the ports, builders, and one contract suite a port, for the tests
//! of every crate; and the parsers by themselves, for those who break them. The suites are
//! plain functions that panic.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "test support: a broken expectation must stop the test"
)]

mod build;
mod fake;
pub mod journal_contract;
pub mod parsers;
mod sample;
pub mod store_contract;

pub use build::{World, read_face, sighting};
pub use fake::{FakeClock, FakeJournal, FakeStore, FakeZones};
pub use sample::{every_event, every_row};
