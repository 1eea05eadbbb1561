//! Appending: one write a line at the known end, taken back when it does not go through, and the step to the next segment.
//!
//! Everything here runs under the journal's writer lock. It never makes a line durable: that is `group`'s, so that writers do not wait for
//! the disk. The one exception is the end of a segment, which is synced before the next is made, so that a tear can only be in the last.

use std::io;
use std::sync::Arc;

use super::disk::{Disk, DiskFile};
use super::error::JournalError;
use super::group::Group;
use super::index::Mark;
use super::line::{self, Sum};
use super::segment;

/// The end of the journal.
pub(super) struct Tail {
    pub(super) segment: u32,
    pub(super) file: Arc<dyn DiskFile>,
    /// Lines and bytes in the segment.
    pub(super) lines: u64,
    pub(super) bytes: u64,
    /// Revision and sum of the last line, wherever it is.
    pub(super) last: u64,
    pub(super) sum: Sum,
}

/// Knows the end and moves it.
pub(super) struct Writer {
    disk: Arc<dyn Disk>,
    segment_bytes: u64,
    tail: Tail,
}

impl Writer {
    pub(super) fn new(disk: Arc<dyn Disk>, segment_bytes: u64, tail: Tail) -> Self {
        Self {
            disk,
            segment_bytes,
            tail,
        }
    }

    /// Writes the next line; its revision and place.
    pub(super) fn append(&mut self, members: &[u8], group: &Group) -> Result<(u64, Mark), JournalError> {
        group.check()?;
        let revision = self.tail.last.saturating_add(1);
        let (line, sum) = line::encode(revision, members, self.tail.sum);
        let bytes = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.tail.bytes > 0 && self.tail.bytes.saturating_add(bytes) > self.segment_bytes {
            self.next_segment(group)?;
        }
        let tail = &mut self.tail;
        if let Err(source) = write_whole(tail.file.as_ref(), &line, tail.bytes) {
            let what = format!("cannot append to {}", segment::name(tail.segment));
            if let Err(also) = tail.file.set_len(tail.bytes) {
                group.poison(format!("{what}: {source}, nor cut it back: {also}"));
            }
            return Err(JournalError::io(what, source));
        }
        let mark = Mark {
            revision,
            segment: tail.segment,
            line: tail.lines + 1,
            offset: tail.bytes,
            before: tail.sum,
        };
        tail.lines += 1;
        tail.bytes += bytes;
        (tail.last, tail.sum) = (revision, sum);
        Ok((revision, mark))
    }

    /// Ends this segment durably and begins the next one, its entry durable.
    fn next_segment(&mut self, group: &Group) -> Result<(), JournalError> {
        group.flush()?;
        let number = self.tail.segment + 1;
        let name = segment::name(number);
        let file = self
            .disk
            .create(&name)
            .map_err(|source| JournalError::io(format!("cannot make {name}"), source))?;
        if let Err(source) = self.disk.sync_dir() {
            // As with a file, a second fsync of the directory would prove nothing.
            group.poison(format!("cannot sync the directory for {name}: {source}"));
            return Err(JournalError::io(
                format!("cannot sync the directory for {name}"),
                source,
            ));
        }
        group.begin(Arc::clone(&file));
        self.tail.segment = number;
        self.tail.file = file;
        (self.tail.lines, self.tail.bytes) = (0, 0);
        Ok(())
    }
}

fn write_whole(file: &dyn DiskFile, line: &[u8], offset: u64) -> io::Result<()> {
    let written = file.write_at(line, offset)?;
    if written == line.len() {
        return Ok(());
    }
    // Linux writes short when space runs out on the way; asking again would name the reason, but the line must not stay half there.
    Err(io::Error::new(
        io::ErrorKind::StorageFull,
        format!("only {written} of {} bytes were written", line.len()),
    ))
}
