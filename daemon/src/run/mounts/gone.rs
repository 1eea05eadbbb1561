//! Noticing that somebody unmounted the tree.
//!
//! The kernel tells of each mount and unmount by `EPOLLPRI` on `/proc/self/mountinfo`
//! (proc_pid_mountinfo(5)), until the file is read. A lazy unmount of a tree that
//! somebody is in shows there at once too, long before it ends.
#![expect(unsafe_code, reason = "tokio asks for a promise about the descriptor")]

use super::Mounts;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::sync::Arc;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Says of each mount that goes that it is gone, until cancelled.
pub(in crate::run) async fn watch(mounts: Arc<Mounts>) {
    if let Err(error) = tell(&mounts).await {
        tracing::warn!(%error, "a mount that is taken away is seen only by whoever asks");
    }
}

async fn tell(mounts: &Mounts) -> io::Result<()> {
    let file = File::open("/proc/self/mountinfo")?;
    // SAFETY: the file is owned by what is made here, which gives it out by reference only; so its descriptor stays
    // open and the same.
    let table = unsafe { AsyncFd::register_with_interest(file, Interest::PRIORITY) }?;
    // What is gone already.
    mounts.say_gone();
    loop {
        let mut told = table.ready(Interest::PRIORITY).await?;
        read(table.get_ref())?;
        told.clear_ready();
        mounts.say_gone();
    }
}

/// Only what is read is told anew.
fn read(mut table: &File) -> io::Result<()> {
    table.rewind()?;
    table.read_to_end(&mut Vec::new()).map(drop)
}
