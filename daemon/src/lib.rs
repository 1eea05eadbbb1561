//! kphotosd: the adapters round the domain, and the processes they run in.
//!
//! Three kinds of process: the *mounter* alone mounts and opens library roots
//! ([`mounter`]); the *daemon* holds the state and opens originals only below
//! the read-only clones it was given; *workers* parse untrusted bytes
//! ([`parse`]). The composition root is [`run`]; `main` only tells the processes
//! apart.
//!
//! Reading order: [`run`] (how it all comes together), [`config`], [`confine`], [`journal`]
//! (the commit), [`store`] (the layer at rest), [`storage`] (the originals),
//! [`scan`], [`watch`], [`parse`], [`near`] (what pictures look like), [`jobs`], [`mounter`], [`sidecar`]
//! (those that mounts show), [`surface`] (what all clients are told), [`dbus`], [`http`].

pub mod config;
pub mod confine;
pub mod dbus;
pub mod http;
pub mod jobs;
pub mod journal;
pub mod memory;
pub mod mounter;
pub mod near;
pub mod parse;
pub mod run;
pub mod scan;
pub mod sidecar;
pub mod storage;
pub mod store;
pub mod surface;
pub mod system;
pub mod watch;
