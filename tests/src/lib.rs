//! What the tests of the whole system, and the benchmarks, are made of.
//!
//! The tests start the real programs, on real files, on real mounts, and look at them only through what a user
//! sees: the command line, the mounted tree, the bus. So nothing here knows a crate of the workspace.
//!
//! | module | what it is |
//! |---|---|
//! | [`photos`] | small valid photos with true metadata, one or a hundred thousand |
//! | [`role`] | running one test again as a user without rights |
//! | [`sacred`] | an inventory of a folder that shows every change to it, access times included |
//! | [`samba`] | a Samba server on loopback, and its client |
//! | [`inotify`] | what a file manager with the folder open would be told |
//! | [`reading`] | the mounted tree, read to the last byte |
//! | [`attempts`] | every system call that would change a file, tried |
//! | [`broken`] | files broken on purpose, in a library that goes on living |
//! | [`handles`] | files by handle, as a NFS server remembers them |
//! | [`process`] | finding and running the programs, and ending what was started |
//! | [`world`] | a daemon with folders of its own, ended and unmounted whatever happens |
//! | [`http`] | an HTTP client that shows what is on the wire |
//! | [`bus`] | a D-Bus client for thousands of commands |
//! | [`tree`] | the mounted tree: names, inode numbers, extended attributes |
//! | [`model`] | what photos must be after edits, and the requests that make them so |
//! | [`random`] | random numbers that come again |
//! | [`trace`] | the calls by which a process makes files durable, as strace sees them |
//! | [`mod@skip`] | saying aloud which test did not run, and why |
//! | [`workspace`] | where the source tree is, and what it holds |
//!
//! Refused here: sleeping (wait for an event, with a deadline), ending a process that was not started here,
//! and passing a test that could not run without saying so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::missing_errors_doc,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "this crate is test code: a condition that does not hold ends the test, with its text"
)]

pub mod attempts;
pub mod broken;
pub mod bus;
pub mod handles;
pub mod http;
pub mod inotify;
pub mod message_bus;
pub mod model;
pub mod photos;
pub mod process;
pub mod random;
pub mod reading;
pub mod role;
pub mod sacred;
pub mod samba;
pub mod skip;
pub mod trace;
pub mod tree;
pub mod workspace;
pub mod world;
