//! Opening: every line of every segment is checked, and what is wrong is judged. Only a torn tail is cut; all else is refused, untouched.
//!
//! A **torn tail** is what an interrupted append can leave after the last good line of the *last* segment: the beginning of one or more lines'
//! bytes, or zeros where pages never arrived (ext4 after a power cut), in any mixture, but no whole line. An earlier segment has none: it was
//! synced before the next one was made. Read the judgement as "could this have been acknowledged?":
//!
//! - sum right, revision wrong: no write of ours, refused;
//! - ends with a line feed, has no zeros, and has a line's beginning or end: was written in full and altered since, refused;
//! - is a valid line but for its line feed being another byte: refused;
//! - followed by such a line anywhere later: refused;
//! - anything else: torn. Its bytes are saved and synced before the file is cut, so even a wrong judgement loses nothing.
//!
//! The last segment is synced and read past the page cache before it is believed: its lines may have been written by a process that was
//! killed before its fdatasync, or whose fdatasync failed.

use std::io;
use std::sync::Arc;

use super::Options;
use super::disk::{Disk, DiskFile};
use super::error::{Damage, JournalError};
use super::index::{Index, Mark};
use super::line::{self, Sum};
use super::reader::{End, Reader};
use super::segment;
use super::writer::Tail;

/// What opening found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The last revision there is, durable; one less than the first revision when the journal is empty.
    pub last: u64,
    /// How many bytes of an unfinished append were cut off; 0 after a clean end.
    pub torn_bytes: u64,
    /// The file in the journal's directory that has these bytes now.
    pub torn_saved: Option<String>,
}

/// What the journal goes on from.
pub(super) struct Recovered {
    pub(super) recovery: Recovery,
    pub(super) index: Index,
    pub(super) end: Tail,
}

/// Checks all, cuts a torn tail, makes what is left durable.
pub(super) fn recover(disk: &dyn Disk, options: &Options) -> Result<Recovered, JournalError> {
    let names = disk
        .list()
        .map_err(|source| JournalError::io("cannot list the directory", source))?;
    let count = count_segments(&names)?;
    let mut walk = Walk {
        index: Index::default(),
        last: None,
        sum: Sum::START,
    };
    let mut torn = (0, None);
    let mut end = None;
    for number in 1..=count {
        let name = segment::name(number);
        let fail = |source| JournalError::io(format!("cannot read {name}"), source);
        let file = disk.open(&name).map_err(fail)?;
        if number < count {
            walk.whole_segment(number, &file)?;
            continue;
        }
        file.sync_data().map_err(fail)?;
        file.drop_cache();
        let (lines, bytes, is_torn) = walk.last_segment(number, &file)?;
        if is_torn {
            torn = cut(disk, file.as_ref(), bytes, walk.last.unwrap_or(0), &names)
                .map_err(|source| JournalError::io(format!("cannot cut the torn end of {name}"), source))?;
        }
        end = Some((file, lines, bytes));
    }
    let (file, lines, bytes) = match end {
        Some(end) => end,
        None => {
            let file = disk.create(&segment::name(1));
            (
                file.map_err(|source| JournalError::io("cannot make the first segment", source))?,
                0,
                0,
            )
        }
    };
    // The process that made a segment may have died before it synced the entry.
    disk.sync_dir()
        .map_err(|source| JournalError::io("cannot sync the directory", source))?;
    let last = walk.last.unwrap_or(options.first_revision.saturating_sub(1));
    let (torn_bytes, torn_saved) = torn;
    Ok(Recovered {
        recovery: Recovery {
            last,
            torn_bytes,
            torn_saved,
        },
        index: walk.index,
        end: Tail {
            segment: count.max(1),
            file,
            lines,
            bytes,
            last,
            sum: walk.sum,
        },
    })
}

/// How many segments there are; they must be 1, 2, 3 … without a gap.
fn count_segments(names: &[String]) -> Result<u32, JournalError> {
    let mut numbers: Vec<u32> = names.iter().filter_map(|name| segment::number(name)).collect();
    numbers.sort_unstable();
    let mut count = 0;
    for number in numbers {
        if number != count + 1 {
            return Err(JournalError::corrupt(
                segment::name(count + 1),
                0,
                Damage::SegmentMissing,
            ));
        }
        count = number;
    }
    Ok(count)
}

/// The chain as far as it has been followed.
struct Walk {
    index: Index,
    last: Option<u64>,
    sum: Sum,
}

impl Walk {
    /// A segment that another follows: it was synced whole, so every byte must be right.
    fn whole_segment(&mut self, number: u32, file: &Arc<dyn DiskFile>) -> Result<(), JournalError> {
        let mut reader = Reader::new(Arc::clone(file), 0);
        let stop = self.good_lines(number, &mut reader)?;
        match stop.damage {
            Some(damage) => Err(JournalError::corrupt(
                segment::name(number),
                stop.lines + 1,
                damage,
            )),
            // It was begun with a line, or there would have been no reason to leave it.
            None if stop.lines == 0 => Err(JournalError::corrupt(segment::name(number), 0, Damage::Short)),
            None => Ok(()),
        }
    }

    /// The last segment: how many good lines and bytes it has, and whether a torn tail follows them.
    fn last_segment(
        &mut self,
        number: u32,
        file: &Arc<dyn DiskFile>,
    ) -> Result<(u64, u64, bool), JournalError> {
        let mut reader = Reader::new(Arc::clone(file), 0);
        let stop = self.good_lines(number, &mut reader)?;
        let Some(damage) = stop.damage.clone() else {
            return Ok((stop.lines, stop.bytes, false));
        };
        let judged = judge(&mut reader, &stop, damage, self.sum)
            .map_err(|source| JournalError::io(format!("cannot read {}", segment::name(number)), source))?;
        match judged {
            Some(damage) => Err(JournalError::corrupt(
                segment::name(number),
                stop.lines + 1,
                damage,
            )),
            None => Ok((stop.lines, stop.bytes, true)),
        }
    }

    /// Follows the chain to the first line that is not good, or the end.
    fn good_lines(&mut self, number: u32, reader: &mut Reader) -> Result<Stop, JournalError> {
        let mut stop = Stop {
            lines: 0,
            bytes: 0,
            end: End::LineFeed,
            damage: None,
        };
        let fail = |source| JournalError::io(format!("cannot read {}", segment::name(number)), source);
        while let Some(end) = reader.advance().map_err(fail)? {
            stop.end = end;
            match self.good_line(&reader.piece, end) {
                Ok((revision, sum)) => {
                    let (line, offset, before) = (stop.lines + 1, stop.bytes, self.sum);
                    self.index.note(Mark {
                        revision,
                        segment: number,
                        line,
                        offset,
                        before,
                    });
                    (self.last, self.sum) = (Some(revision), sum);
                    stop.lines = line;
                    stop.bytes += 1 + u64::try_from(reader.piece.len()).unwrap_or(0);
                }
                Err(damage) => {
                    stop.damage = Some(damage);
                    break;
                }
            }
        }
        Ok(stop)
    }

    fn good_line(&self, piece: &[u8], end: End) -> Result<(u64, Sum), Damage> {
        if end == End::None {
            return Err(Damage::Short);
        }
        let checked = line::check(piece, self.sum)?;
        let found = checked.revision;
        // The first line of all may have any revision: see `Options::first_revision`.
        match self.last.map_or(Some(found), |last| last.checked_add(1)) {
            Some(expected) if expected == found && found < u64::MAX => Ok((found, checked.sum)),
            Some(expected) => Err(Damage::Revision { expected, found }),
            None => Err(Damage::Revision {
                expected: u64::MAX,
                found,
            }),
        }
    }
}

/// Where the good lines of a segment end. The piece that is not good is the reader's current one.
struct Stop {
    lines: u64,
    bytes: u64,
    end: End,
    damage: Option<Damage>,
}

/// None for a torn tail, else what is wrong. See the front page of this file.
fn judge(reader: &mut Reader, stop: &Stop, damage: Damage, sum: Sum) -> io::Result<Option<Damage>> {
    let whole_but_for_line_feed = |piece: &[u8]| {
        let (other, line) = piece.split_last()?;
        (*other != 0 && line::check(line, sum).is_ok()).then_some(Damage::LineFeed)
    };
    let at_once = match (&damage, stop.end) {
        (Damage::Revision { .. }, _) => Some(damage),
        (_, End::LineFeed) if line::looks_whole(&reader.piece) => Some(damage),
        (_, End::LineFeed) => None,
        (_, End::None) => whole_but_for_line_feed(&reader.piece),
    };
    if at_once.is_some() {
        return Ok(at_once);
    }
    let mut by = stop.lines + 1;
    while let Some(end) = reader.advance()? {
        by += 1;
        if end == End::LineFeed && line::looks_whole(&reader.piece) {
            return Ok(Some(Damage::Followed { by }));
        }
    }
    Ok(None)
}

/// Saves what is after `good` bytes, durably, and only then cuts it off, durably. Says how much, and the name it has now.
fn cut(
    disk: &dyn Disk,
    file: &dyn DiskFile,
    good: u64,
    last: u64,
    names: &[String],
) -> io::Result<(u64, Option<String>)> {
    let name = segment::torn_name(last, names);
    let saved = disk.create(&name)?;
    let mut buffer = vec![0; 64 << 10];
    let mut done = 0;
    loop {
        let read = file.read_at(&mut buffer, good + done)?;
        let Some(mut rest) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        while !rest.is_empty() {
            let written = saved.write_at(rest, done)?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            done += u64::try_from(written).unwrap_or(0);
            rest = rest.get(written..).unwrap_or_default();
        }
    }
    saved.sync_data()?;
    disk.sync_dir()?;
    file.set_len(good)?;
    file.sync_data()?;
    Ok((done, Some(name)))
}
