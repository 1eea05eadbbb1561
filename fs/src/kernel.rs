//! Telling the kernel through fuser.
//!
//! Apart from this file only `fuse` and `session` know fuser. Both calls write
//! one notification to the FUSE device. They wait for the directory's lock in
//! the kernel, which a LOOKUP or READDIR in flight holds until it is answered:
//! so they may never be made by a handler, nor under a lock that one takes.

use crate::notify::Kernel;
use fuser::{INodeNo, Notifier};
use std::ffi::OsStr;
use std::io;

impl Kernel for Notifier {
    fn inval_entry(&self, parent: u64, name: &OsStr) -> io::Result<()> {
        Self::inval_entry(self, INodeNo(parent), name)
    }

    fn inval_inode(&self, ino: u64, whole: bool) -> io::Result<()> {
        // Linux, fuse_reverse_inval_inode: a negative offset leaves the pages alone.
        Self::inval_inode(self, INodeNo(ino), if whole { 0 } else { -1 }, 0)
    }
}
