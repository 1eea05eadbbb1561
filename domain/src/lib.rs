//! The rules of K-Photos.
//!
//! Reading order: [`kernel`] (ids, sets, time, ports), then the contexts
//! [`identity`], [`storage`], [`catalog`], [`sidecar`], [`organization`], [`sharing`],
//! [`processing`], then [`event`] and [`command`] (the closed enums over them), [`view`] (the
//! read model) and [`app`] (the one door for writes).
//!
//! Absent on purpose: I/O, clocks, threads (but for two of the same work at a start,
//! in `view::load`), async, global state. What a rule
//! needs from outside comes through a port of [`kernel::port`]; what it decides
//! leaves as an [`event::Entry`].

pub mod app;
pub mod catalog;
pub mod command;
pub mod event;
pub mod identity;
pub mod kernel;
pub mod organization;
pub mod processing;
pub mod sharing;
pub mod sidecar;
pub mod storage;
#[cfg(feature = "testing")]
pub mod testing;
pub mod view;
