//! Watching real folders.
