//! Placeholder.

pub mod mounter;
