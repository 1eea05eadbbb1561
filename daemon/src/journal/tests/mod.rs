//! Tests of the journal as a whole: on a simulated disk where faults are exact, and on the real one where the kernel has the last word.
#![expect(clippy::cast_possible_truncation, reason = "small numbers of tests")]

mod faults;
mod kill;
mod model;
mod sim;
mod tear;
mod threads;

use std::path::Path;
use std::sync::Arc;

use super::disk::Disk;
use super::{Journal, JournalError, Line, Options, Recovery};

/// Small segments, so that a few lines make several.
fn small() -> Options {
    Options {
        segment_bytes: 300,
        ..Options::default()
    }
}

fn open_on(disk: &Arc<sim::SimDisk>) -> Result<(Journal, Recovery), JournalError> {
    let disk: Arc<dyn Disk> = Arc::new(Arc::clone(disk));
    Journal::open_on(disk, &small(), None)
}

fn lines(journal: &Journal, after: u64) -> Vec<Line> {
    journal.replay(after).collect::<Result<_, _>>().unwrap()
}

fn payload(n: usize, pad: usize) -> Vec<u8> {
    format!("{{\"n\":{n},\"pad\":\"{}\"}}", "x".repeat(pad)).into_bytes()
}

/// A closed journal in `dir` of these payloads in one segment; the bytes of its lines, each with its line feed.
fn write(dir: &Path, payloads: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let (journal, _) = Journal::open(dir, Options::default()).unwrap();
    for payload in payloads {
        journal.append(payload).unwrap();
    }
    journal.sync(journal.last()).unwrap();
    let bytes = std::fs::read(dir.join("0001.jsonl")).unwrap();
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

#[test]
fn lines_come_back_in_order_from_any_revision_and_across_segments() {
    let disk = sim::SimDisk::new();
    let (journal, recovery) = open_on(&disk).unwrap();
    assert_eq!(
        recovery,
        Recovery {
            last: 0,
            torn_bytes: 0,
            torn_saved: None
        }
    );
    let payloads: Vec<_> = (0..40).map(|n| payload(n, n * 3)).collect();
    for (n, payload) in payloads.iter().enumerate() {
        assert_eq!(journal.append(payload).unwrap(), n as u64 + 1);
    }
    assert!(disk.count("0010.jsonl") == 1, "several segments");
    for round in 0..2 {
        for after in 0..=41 {
            let got = lines(&journal, after);
            assert_eq!(
                got.len(),
                40_usize.saturating_sub(after as usize),
                "round {round} after {after}"
            );
            for (place, line) in got.iter().enumerate() {
                assert_eq!(line.revision, after + 1 + place as u64);
                assert_eq!(line.payload, payloads[after as usize + place]);
            }
        }
        journal.sync(40).unwrap();
    }
    drop(journal);
    let (journal, recovery) = open_on(&disk).unwrap();
    assert_eq!((recovery.last, journal.last(), journal.durable()), (40, 40, 40));
    assert_eq!(lines(&journal, 0).len(), 40);
    assert_eq!(journal.append(b"{}").unwrap(), 41);
    assert_eq!(
        lines(&journal, 40),
        [Line {
            revision: 41,
            payload: b"{}".to_vec()
        }]
    );
}

#[test]
fn a_replay_ends_where_the_journal_ended_when_it_was_made() {
    let disk = sim::SimDisk::new();
    let (journal, _) = open_on(&disk).unwrap();
    for n in 0..10 {
        journal.append(&payload(n, 50)).unwrap();
    }
    let mut replay = journal.replay(0);
    for n in 0..10_u64 {
        assert_eq!(replay.next().unwrap().unwrap().revision, n + 1);
        journal.append(&payload(100, 80)).unwrap();
    }
    assert!(replay.next().is_none());
    assert_eq!(journal.last(), 20);
}

#[test]
fn replay_finds_its_place_in_a_long_segment_and_goes_on_during_appends() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), Options::default()).unwrap();
    for n in 0..3_000 {
        journal.append(&payload(n, 400)).unwrap();
    }
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..2_000 {
                journal.append(&payload(n, 400)).unwrap();
            }
        });
        for after in (0..3_000).step_by(217) {
            let first = journal.replay(after).next().unwrap().unwrap();
            assert_eq!(first.revision, after + 1);
            let (mut count, upto) = (0, journal.last());
            journal.replay(after).for_each(|line| {
                count += 1;
                assert_eq!(line.unwrap().revision, after + count);
            });
            assert!(after + count >= upto);
        }
    });
}

#[test]
fn a_new_journal_may_begin_after_a_rebuilt_layer() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        first_revision: 4711,
        ..Options::default()
    };
    let (journal, recovery) = Journal::open(dir.path(), options).unwrap();
    assert_eq!(recovery.last, 4710);
    assert_eq!(journal.append(b"{}").unwrap(), 4711);
    drop(journal);
    let (journal, recovery) = Journal::open(dir.path(), Options::default()).unwrap();
    assert_eq!(recovery.last, 4711);
    assert_eq!(lines(&journal, 0).len(), 1);
}

#[test]
fn a_second_instance_is_refused_and_told_who_the_first_is() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("state/journal");
    let first = Journal::open(&dir, Options::default()).unwrap();
    let error = Journal::open(&dir, Options::default()).unwrap_err();
    let pid = std::process::id();
    assert!(
        matches!(error, JournalError::AlreadyLocked { pid: Some(found), .. } if found == pid),
        "{error}"
    );
    assert!(
        error.to_string().contains(&format!("in use by process {pid};")),
        "{error}"
    );
    drop(first);
    Journal::open(&dir, Options::default()).unwrap();
}

#[test]
fn nobody_else_can_read_the_journal() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("journal");
    write(&dir, &[b"{}".to_vec()]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(&dir.join("0001.jsonl")), 0o600);
    assert_eq!(mode(&dir.join("lock")), 0o600);
}

#[test]
fn a_journal_and_its_replay_go_between_threads() {
    fn check<T: Send + Sync>() {}
    fn check_send<T: Send + 'static>() {}
    check::<Journal>();
    check_send::<super::Replay>();
}
