//! The file `.kphotos` at a mount's root: it names the daemon and the mount.
//!
//! On another machine, over SMB or NFS, no extended attribute says which photo a
//! file is. There `kphotos` goes up from a path until it finds this file, and asks
//! the daemon it names for what lies at the rest of the path. The file is served
//! from memory, is as old as the daemon's name and never changes while mounted.

use crate::attr::Time;
use std::sync::Arc;

/// The content of the file `.kphotos` at the root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Marker {
    /// Its bytes: a small JSON document.
    pub bytes: Arc<[u8]>,
    /// When it was made.
    pub born: Time,
}

impl Default for Marker {
    /// One that names no daemon.
    fn default() -> Self {
        Self {
            bytes: Arc::from(&b"{\"kphotos\":1}\n"[..]),
            born: Time::default(),
        }
    }
}
