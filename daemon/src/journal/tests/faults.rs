//! One failure at a time: what is refused, what is taken back, and what stops the journal for good.

use super::sim::{Crash, Faults, SimDisk};
use super::{lines, open_on, payload};
use crate::journal::JournalError;

#[test]
fn a_short_or_failed_write_leaves_nothing_and_the_next_append_is_clean() {
    for short in [0, 1, 20, 60] {
        let disk = SimDisk::new();
        let (journal, _) = open_on(&disk).unwrap();
        journal.append(&payload(1, 9)).unwrap();
        let before = disk.bytes("0001.jsonl");
        disk.faults.lock().unwrap().short_write = Some(short);
        let error = journal.append(&payload(2, 60)).unwrap_err();
        assert!(matches!(error, JournalError::NoSpace { .. }), "{error}");
        assert_eq!(disk.bytes("0001.jsonl"), before);
        assert_eq!(journal.last(), 1);
        assert_eq!(journal.append(&payload(3, 9)).unwrap(), 2);
        journal.sync(2).unwrap();
        drop(journal);
        let (journal, recovery) = open_on(&disk).unwrap();
        assert_eq!((recovery.last, recovery.torn_bytes), (2, 0));
        assert_eq!(lines(&journal, 1)[0].payload, payload(3, 9));
    }
}

#[test]
fn a_write_that_cannot_be_taken_back_stops_the_journal() {
    let disk = SimDisk::new();
    let (journal, _) = open_on(&disk).unwrap();
    journal.append(b"{}").unwrap();
    *disk.faults.lock().unwrap() = Faults {
        short_write: Some(10),
        set_len: true,
        ..Faults::default()
    };
    assert!(journal.append(b"{}").is_err());
    assert!(matches!(
        journal.append(b"{}"),
        Err(JournalError::Poisoned { .. })
    ));
    assert!(matches!(journal.sync(1), Err(JournalError::Poisoned { .. })));
    let mut replay = journal.replay(0);
    assert!(matches!(replay.next(), Some(Err(JournalError::Poisoned { .. }))));
    assert!(replay.next().is_none());
    drop(journal);
    let (journal, recovery) = open_on(&disk).unwrap();
    assert_eq!((recovery.last, recovery.torn_bytes), (1, 10));
    assert_eq!(disk.bytes(&recovery.torn_saved.unwrap()), b"{\"rev\":2,\"");
    assert_eq!(journal.append(b"{}").unwrap(), 2);
}

#[test]
fn a_failed_fdatasync_is_never_tried_again_and_its_lines_are_not_believed() {
    let disk = SimDisk::new();
    let (journal, _) = open_on(&disk).unwrap();
    journal.append(&payload(1, 1)).unwrap();
    journal.sync(1).unwrap();
    journal.append(&payload(2, 1)).unwrap();
    disk.faults.lock().unwrap().sync_data = true;
    let error = journal.sync(2).unwrap_err();
    assert!(
        error.to_string().contains("fdatasync failed: simulated"),
        "{error}"
    );
    let syncs = disk.count("sync_data");
    for _ in 0..3 {
        assert!(matches!(journal.sync(2), Err(JournalError::Poisoned { .. })));
        assert!(matches!(
            journal.append(b"{}"),
            Err(JournalError::Poisoned { .. })
        ));
    }
    journal.sync(1).unwrap();
    assert_eq!((disk.count("sync_data"), journal.durable()), (syncs, 1));
    drop(journal);
    // The kernel still shows line 2, and says it is synced. The disk does not have it.
    let (_, recovery) = open_on(&disk).unwrap();
    assert_eq!(recovery.last, 1);
    assert!(recovery.torn_bytes > 0);
}

#[test]
fn the_old_segment_is_durable_before_the_new_one_is_there() {
    let disk = SimDisk::new();
    let (journal, _) = open_on(&disk).unwrap();
    journal.append(&payload(1, 100)).unwrap();
    assert_eq!(journal.durable(), 0);
    disk.faults.lock().unwrap().create = true;
    assert!(matches!(
        journal.append(&payload(2, 200)),
        Err(JournalError::Io { .. })
    ));
    assert_eq!(journal.durable(), 1);
    assert_eq!(journal.append(&payload(2, 200)).unwrap(), 2);
    assert_eq!(disk.count("0002.jsonl"), 1);
    disk.crash(Crash {
        kept: 0,
        zeros: true,
        forget_entries: true,
    });
    let (journal, recovery) = open_on(&disk).unwrap();
    assert_eq!(recovery.last, 1);
    assert_eq!(journal.append(&payload(2, 200)).unwrap(), 2);
    assert_eq!(lines(&journal, 0).len(), 2);
}

#[test]
fn a_directory_that_cannot_be_synced_stops_the_journal() {
    let disk = SimDisk::new();
    let (journal, _) = open_on(&disk).unwrap();
    journal.append(&payload(1, 200)).unwrap();
    disk.faults.lock().unwrap().sync_dir = true;
    assert!(matches!(
        journal.append(&payload(2, 200)),
        Err(JournalError::Io { .. })
    ));
    assert!(matches!(
        journal.append(b"{}"),
        Err(JournalError::Poisoned { .. })
    ));
    drop(journal);
    let (journal, recovery) = open_on(&disk).unwrap();
    assert_eq!(recovery.last, 1);
    assert_eq!(journal.append(b"{}").unwrap(), 2);
}

#[test]
fn a_revision_that_is_not_written_cannot_be_synced() {
    let disk = SimDisk::new();
    let (journal, _) = open_on(&disk).unwrap();
    journal.sync(0).unwrap();
    let error = journal.sync(1).unwrap_err();
    assert!(
        matches!(error, JournalError::NotWritten { revision: 1, last: 0 }),
        "{error}"
    );
}

#[test]
fn torn_bytes_that_cannot_be_saved_are_not_cut() {
    let disk = SimDisk::new();
    let (journal, _) = open_on(&disk).unwrap();
    journal.append(&payload(1, 40)).unwrap();
    drop(journal);
    disk.crash(Crash {
        kept: 100,
        zeros: false,
        forget_entries: false,
    });
    let torn = disk.bytes("0001.jsonl");
    assert!(!torn.is_empty());
    disk.faults.lock().unwrap().short_write = Some(0);
    assert!(matches!(open_on(&disk), Err(JournalError::NoSpace { .. })));
    assert_eq!(disk.bytes("0001.jsonl"), torn);
    disk.faults.lock().unwrap().sync_dir = true;
    assert!(matches!(open_on(&disk), Err(JournalError::Io { .. })));
    assert_eq!(disk.bytes("0001.jsonl"), torn);
    let (_, recovery) = open_on(&disk).unwrap();
    assert_eq!(recovery.torn_saved.as_deref(), Some("torn-0-3.bin"));
    assert_eq!(disk.bytes("torn-0-3.bin"), torn);
}

#[test]
fn the_cut_of_a_torn_tail_and_its_saved_bytes_are_durable() {
    let disk = SimDisk::new();
    let (journal, _) = open_on(&disk).unwrap();
    journal.append(&payload(1, 40)).unwrap();
    journal.sync(1).unwrap();
    journal.append(&payload(2, 40)).unwrap();
    drop(journal);
    disk.crash(Crash {
        kept: 100,
        zeros: true,
        forget_entries: false,
    });
    let (_, recovery) = open_on(&disk).unwrap();
    let name = recovery.torn_saved.unwrap();
    let before = (disk.bytes("0001.jsonl"), disk.bytes(&name));
    disk.crash(Crash {
        kept: 0,
        zeros: false,
        forget_entries: true,
    });
    assert_eq!((disk.bytes("0001.jsonl"), disk.bytes(&name)), before);
    let (_, recovery) = open_on(&disk).unwrap();
    assert_eq!((recovery.last, recovery.torn_bytes), (1, 0));
}
