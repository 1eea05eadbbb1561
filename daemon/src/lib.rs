//! The daemon: the adapters round the domain.

pub mod dbus;
