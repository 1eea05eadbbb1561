//! The virtual tree of K-Photos, and FUSE on it.
//!
//! Directories are made of the domain's view and of nothing else; files are
//! the originals, opened through a port and read by the kernel itself where it
//! may (passthrough). No handler waits for a disk but `open` and `read`, and those not for ever,
//! nor all at a time ([`later`]).
//!
//! Who owns an inode: nobody keeps one. A number *is* the thing it stands for
//! ([`inode::Node`]), so it is the same after a restart, a remount and on every
//! mount, and a number that the kernel remembers is always understood; but for searches,
//! whose numbers belong to one run of the daemon: one that is known no more is ESTALE, at which
//! the kernel looks its name up again. What is counted is only which directories the kernel holds, because only there a
//! change has to be shown to watchers.
//!
//! What is cached: everything, for a long time. Names, attributes, directory
//! contents and misses live in the kernel until an entry of the journal says
//! otherwise, in searches as everywhere: a short life of their names would cost a request for
//! each `stat`, and watchers have to be told anyway. [`stale`] says what an entry makes stale, [`notify`] tells the
//! kernel before the command returns, [`replay`] then makes watchers see it.
//!
//! What is promised: once a command has returned, a lookup sees it; a listing has everything once that stayed while
//! it was read, and nothing that was not there at all; whoever has a file or a folder open reads on, whatever it is
//! called by now.
//!
//! What is refused: every write, with EROFS, but for the one operation that the
//! replay thread is about to make ([`gate`]).
//!
//! Reading order: [`inode`], [`options`] and [`tree`] (what there is), [`attr`], [`places`],
//! [`xattr`] and [`marker`] (what is said of it), [`access`] (to whom), [`originals`] and [`sidecars`] (the ports to the
//! bytes), [`handles`], [`later`] (who waits for a disk), [`held`], [`folder_files`], `kept`, [`gate`], then [`filesystem`] and [`bytes`] (the operations)
//! and [`errno`], and what knows FUSE: `fuse`, [`session`], `kernel`; last live
//! refresh: [`stale`], [`notify`], [`replay`].

pub mod access;
pub mod attr;
pub mod bytes;
pub mod errno;
pub mod filesystem;
pub mod folder_files;
mod fuse;
pub mod gate;
pub mod handles;
pub mod held;
pub mod inode;
mod kept;
mod kernel;
pub mod later;
pub mod marker;
pub mod notify;
pub mod options;
pub mod originals;
pub mod places;
pub mod replay;
pub mod requests;
pub mod session;
pub mod sidecars;
pub mod stale;
pub mod tree;
pub mod xattr;
