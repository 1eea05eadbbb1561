//! The port under the journal: one flat directory of files, with the few operations whose failure matters.
//!
//! It exists so that tests can fail the n-th operation, write short, and lose what was not synced (`tests/sim.rs`); the real one is `file`.
//! Names are plain file names. Nothing here retries: what a failure means is decided above.

use std::io;
use std::sync::Arc;

/// The directory.
pub(super) trait Disk: Send + Sync {
    /// The names in it, in any order.
    fn list(&self) -> io::Result<Vec<String>>;
    /// An existing file, for reading and writing.
    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;
    /// A new empty file; an error when the name is taken. Its entry is not durable before `sync_dir`.
    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;
    /// Makes the entries durable.
    fn sync_dir(&self) -> io::Result<()>;
}

/// An open file.
pub(super) trait DiskFile: Send + Sync {
    /// Reads at `offset`; 0 at or after the end. May read less than asked.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes at `offset` with one system call; may write less than asked.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;
    /// Cuts or grows the file.
    fn set_len(&self, bytes: u64) -> io::Result<()>;
    /// Makes content and length durable. After a failure the file's content on the disk is unknown.
    fn sync_data(&self) -> io::Result<()>;
    /// Asks that following reads come from the disk and not from memory. Best effort.
    fn drop_cache(&self);
}
