//! Reading back: the lines after a revision, streamed segment by segment, each checked against the one before.
//!
//! It owns all it needs, so it may outlive the borrow of the journal and move to another thread. It reads only up to the revision that was
//! last when it was made: those lines are whole in their files, so a concurrent append is never seen half.

use std::sync::Arc;

use super::disk::Disk;
use super::error::{Damage, JournalError};
use super::index::Mark;
use super::line::{self, Line};
use super::reader::{End, Reader};
use super::segment;

/// The iterator [`super::Journal::replay`] returns. Fused: nothing comes after the end or an error.
pub struct Replay {
    state: State,
}

enum State {
    Failed(JournalError),
    Running(Box<Run>),
    Ended,
}

struct Run {
    disk: Arc<dyn Disk>,
    /// Lines up to this one are read for the chain only.
    after: u64,
    upto: u64,
    /// The line that is next.
    next: Mark,
    reader: Option<Reader>,
}

impl Replay {
    pub(super) fn new(disk: Arc<dyn Disk>, start: Option<Mark>, after: u64, upto: u64) -> Self {
        let state = match start {
            Some(next) if after < upto => State::Running(Box::new(Run {
                disk,
                after,
                upto,
                next,
                reader: None,
            })),
            Some(_) | None => State::Ended,
        };
        Self { state }
    }

    pub(super) fn failed(error: JournalError) -> Self {
        Self {
            state: State::Failed(error),
        }
    }
}

impl Iterator for Replay {
    type Item = Result<Line, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Failed(error) => Some(Err(error)),
            State::Ended => None,
            State::Running(mut run) => {
                let item = run.line();
                if item.is_ok() && run.next.revision <= run.upto {
                    self.state = State::Running(run);
                }
                Some(item)
            }
        }
    }
}

impl std::iter::FusedIterator for Replay {}

impl Run {
    fn line(&mut self) -> Result<Line, JournalError> {
        loop {
            let mut reader = match self.reader.take() {
                Some(reader) => reader,
                None => self.open()?,
            };
            match reader.advance().map_err(|source| self.io(source))? {
                Some(end) => {
                    let line = self.check(&reader.piece, end)?;
                    self.reader = Some(reader);
                    if line.revision > self.after {
                        return Ok(line);
                    }
                }
                // An empty segment is never followed by another, so this ends.
                None if self.next.line == 1 => return Err(self.corrupt(Damage::Short)),
                None => {
                    self.next.segment += 1;
                    (self.next.line, self.next.offset) = (1, 0);
                }
            }
        }
    }

    fn open(&self) -> Result<Reader, JournalError> {
        let file = self
            .disk
            .open(&segment::name(self.next.segment))
            .map_err(|source| self.io(source))?;
        Ok(Reader::new(file, self.next.offset))
    }

    fn check(&mut self, piece: &[u8], end: End) -> Result<Line, JournalError> {
        if end == End::None {
            return Err(self.corrupt(Damage::Short));
        }
        let checked = line::check(piece, self.next.before).map_err(|damage| self.corrupt(damage))?;
        if checked.revision != self.next.revision {
            let (expected, found) = (self.next.revision, checked.revision);
            return Err(self.corrupt(Damage::Revision { expected, found }));
        }
        self.next.before = checked.sum;
        self.next.revision += 1;
        self.next.line += 1;
        Ok(checked.to_line())
    }

    fn corrupt(&self, damage: Damage) -> JournalError {
        JournalError::corrupt(segment::name(self.next.segment), self.next.line, damage)
    }

    fn io(&self, source: std::io::Error) -> JournalError {
        JournalError::io(
            format!("cannot read {}", segment::name(self.next.segment)),
            source,
        )
    }
}
