//! The virtual tree of K-Photos, and FUSE on it.
//!
//! Directories are made of the domain's view and of nothing else; files are
//! the originals, opened through a port and read by the kernel itself where it
//! may (passthrough). No handler waits for a disk but `open` and `read`.
//!
//! Who owns an inode: nobody keeps one. A number *is* the thing it stands for
//! ([`inode::Node`]), so it is the same after a restart, a remount and on every
//! mount, and a number that the kernel remembers is always understood. What is
//! counted is only which directories the kernel holds, because only there a
//! change has to be shown to watchers.
//!
//! What is cached: everything, for a long time. Names, attributes, directory
//! contents and misses live in the kernel until an entry of the journal says
//! otherwise; [`stale`] says what an entry makes stale, [`notify`] tells the
//! kernel before the command returns, [`replay`] then makes watchers see it.
//!
//! What is promised: once a command has returned, a lookup sees it; a listing
//! that was opened before shows what was there when it was opened.
//!
//! Reading order: [`inode`].
//! [`session`], [`stale`], [`notify`], [`replay`].

pub mod gate;
pub mod inode;
mod kernel;
pub mod notify;
pub mod replay;
pub mod stale;
