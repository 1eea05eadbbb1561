//! Where to begin reading for a revision: a mark for the first line of each segment and about every 256 KiB.
//!
//! A mark carries the sum before its line, so reading may begin there and still check the chain. 48 bytes a mark: a journal of 1 GiB has
//! 4,096 of them. Built while opening, extended by appends, never written to disk.

use super::line::Sum;

const STRIDE_BYTES: u64 = 256 << 10;

/// A place in the journal: the beginning of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) revision: u64,
    pub(super) segment: u32,
    /// The line's number within the segment, from 1.
    pub(super) line: u64,
    pub(super) offset: u64,
    /// The sum of the line before it.
    pub(super) before: Sum,
}

/// Marks, ascending.
#[derive(Debug, Default)]
pub(super) struct Index {
    marks: Vec<Mark>,
}

impl Index {
    /// Offers the next line; kept if it begins a segment or is far enough from the last mark.
    pub(super) fn note(&mut self, mark: Mark) {
        let near = self
            .marks
            .last()
            .is_some_and(|last| last.segment == mark.segment && mark.offset - last.offset < STRIDE_BYTES);
        if !near {
            self.marks.push(mark);
        }
    }

    /// The last mark at or before `revision`, else the first of all; none in an empty journal.
    pub(super) fn seek(&self, revision: u64) -> Option<Mark> {
        let after = self.marks.partition_point(|mark| mark.revision <= revision);
        self.marks.get(after.saturating_sub(1)).copied()
    }
}
