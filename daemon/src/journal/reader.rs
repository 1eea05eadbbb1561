//! Reads a segment piece by piece: up to a line feed, the end, or the longest line there may be.
//!
//! Memory stays bounded whatever the file holds: a gigabyte without a line feed comes as several pieces, none of which is a line.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use super::MAX_LINE_BYTES;
use super::disk::DiskFile;

const BUFFER_BYTES: usize = 128 << 10;

/// What ends a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A line feed, not part of the piece.
    LineFeed,
    /// The end of the file, or more bytes than a line may have.
    None,
}

/// The reader; `piece` holds what was read last.
pub(super) struct Reader {
    input: BufReader<At>,
    /// Bytes of the piece read last, without its line feed.
    pub(super) piece: Vec<u8>,
}

impl Reader {
    pub(super) fn new(file: Arc<dyn DiskFile>, offset: u64) -> Self {
        Self {
            input: BufReader::with_capacity(BUFFER_BYTES, At { file, offset }),
            piece: Vec::new(),
        }
    }

    /// Reads the next piece; none at the end of the file.
    pub(super) fn advance(&mut self) -> io::Result<Option<End>> {
        self.piece.clear();
        let limit = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
        if self
            .input
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut self.piece)?
            == 0
        {
            return Ok(None);
        }
        if self.piece.last() == Some(&b'\n') {
            self.piece.pop();
            return Ok(Some(End::LineFeed));
        }
        Ok(Some(End::None))
    }
}

/// A file read from a place on, leaving the file's own position alone.
struct At {
    file: Arc<dyn DiskFile>,
    offset: u64,
}

impl Read for At {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.file.read_at(buffer, self.offset)?;
        self.offset += u64::try_from(bytes).unwrap_or(0);
        Ok(bytes)
    }
}
