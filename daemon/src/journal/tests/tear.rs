//! The line between a torn tail, which is cut, and damage, which is refused; on real files, one byte at a time.

use std::path::Path;

use proptest::prelude::*;

use super::{lines, open_on, payload, write};
use crate::journal::{Damage, Journal, JournalError, Options, Recovery};

fn reopen(dir: &Path, bytes: &[u8]) -> Result<(Journal, Recovery), JournalError> {
    std::fs::write(dir.join("0001.jsonl"), bytes).unwrap();
    Journal::open(dir, Options::default())
}

fn five(dir: &Path) -> Vec<Vec<u8>> {
    let payloads: Vec<_> = (0..5).map(|n| payload(n, 20 * n)).collect();
    write(dir, &payloads)
}

/// Opens `bytes` and expects damage at this line.
fn check_damage(dir: &Path, bytes: &[u8], line: u64, damage: &Damage, why: &str) {
    let error = reopen(dir, bytes).expect_err(why);
    let JournalError::Corrupt {
        segment,
        line: at,
        damage: found,
        ..
    } = &error
    else {
        panic!("{why}: {error}");
    };
    assert_eq!(
        (segment.as_str(), *at, found),
        ("0001.jsonl", line, damage),
        "{why}"
    );
    assert_eq!(
        std::fs::read(dir.join("0001.jsonl")).unwrap(),
        bytes,
        "refused means untouched"
    );
}

#[test]
fn a_journal_cut_anywhere_keeps_its_whole_lines_and_the_rest_is_saved() {
    let dir = tempfile::tempdir().unwrap();
    let all = five(dir.path()).concat();
    for zeros in [0, 1, 5_000] {
        for cut in 0..=all.len() {
            let mut bytes = all[..cut].to_vec();
            let whole = bytes.iter().filter(|byte| **byte == b'\n').count();
            let good = bytes
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |place| place + 1);
            bytes.resize(cut + zeros, 0);
            let (journal, recovery) = reopen(dir.path(), &bytes).unwrap();
            assert_eq!(
                (recovery.last, recovery.torn_bytes),
                (whole as u64, (bytes.len() - good) as u64)
            );
            match recovery.torn_saved {
                Some(name) => assert_eq!(std::fs::read(dir.path().join(name)).unwrap(), bytes[good..]),
                None => assert_eq!(bytes.len(), good),
            }
            assert_eq!(journal.append(b"{\"again\":true}").unwrap(), whole as u64 + 1);
            assert_eq!(lines(&journal, 0).len(), whole + 1);
            drop(journal);
            for entry in std::fs::read_dir(dir.path()).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "bin") {
                    std::fs::remove_file(path).unwrap();
                }
            }
        }
    }
}

#[test]
fn an_altered_byte_anywhere_is_refused_naming_segment_and_line() {
    let dir = tempfile::tempdir().unwrap();
    let parts = five(dir.path());
    let all = parts.concat();
    let mut place = 0;
    for (number, part) in parts.iter().enumerate() {
        for _ in 0..part.len() {
            let mut bytes = all.clone();
            bytes[place] ^= 0x01;
            let error = reopen(dir.path(), &bytes).expect_err(&format!("byte {place}"));
            let text = error.to_string();
            let begin = format!("journal segment 0001.jsonl, line {}, is corrupt: ", number + 1);
            assert!(text.starts_with(&begin), "byte {place}: {text}");
            assert!(text.contains("kphotos rebuild"), "{text}");
            place += 1;
        }
    }
}

#[test]
fn lost_repeated_and_moved_lines_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let l = five(dir.path());
    let dir = dir.path();
    check_damage(
        dir,
        &[&l[1][..], &l[2], &l[3], &l[4]].concat(),
        1,
        &Damage::Sum,
        "first lost",
    );
    check_damage(
        dir,
        &[&l[0][..], &l[1], &l[3], &l[4]].concat(),
        3,
        &Damage::Sum,
        "third lost",
    );
    check_damage(
        dir,
        &[&l[0][..], &l[1], &l[1]].concat(),
        3,
        &Damage::Sum,
        "second twice",
    );
    check_damage(
        dir,
        &[&l[0][..], &l[2], &l[1]].concat(),
        2,
        &Damage::Sum,
        "swapped",
    );
    check_damage(
        dir,
        &[&l[0][..], &l[1][..9], &l[2]].concat(),
        2,
        &Damage::Sum,
        "half a line before another",
    );
}

#[test]
fn zeros_before_a_whole_line_are_refused_and_at_the_end_are_torn() {
    let dir = tempfile::tempdir().unwrap();
    let l = five(dir.path());
    let dir = dir.path();
    let hole = vec![0; l[2].len()];
    let holed = [&l[0][..], &l[1], &hole, &l[3], &l[4]].concat();
    check_damage(
        dir,
        &holed,
        3,
        &Damage::Followed { by: 4 },
        "a hole, and more than one line after it",
    );
    // The beginning of one line is missing and its end is there: the last write, half arrived.
    let mut late = l[4].clone();
    late[..10].fill(0);
    let (_, recovery) = reopen(dir, &[&l[0][..], &l[1], &l[2], &l[3], &late].concat()).unwrap();
    assert_eq!(recovery.last, 4);
}

#[test]
fn bytes_that_were_never_a_line_are_torn() {
    let dir = tempfile::tempdir().unwrap();
    let good = five(dir.path()).concat();
    for tail in [
        &b"\n"[..],
        b"garbage\n",
        b"gar\nba\nge",
        b"\xff\xfe\n\0\n",
        &[0; 70_000],
    ] {
        let (journal, recovery) = reopen(dir.path(), &[&good[..], tail].concat()).unwrap();
        assert_eq!((recovery.last, recovery.torn_bytes), (5, tail.len() as u64));
        drop(journal);
        assert_eq!(std::fs::read(dir.path().join("0001.jsonl")).unwrap(), good);
    }
}

#[test]
fn a_missing_segment_and_a_torn_one_before_the_last_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = |number: u32| dir.path().join(format!("{number:04}.jsonl"));
    let options = || Options {
        segment_bytes: 270,
        ..Options::default()
    };
    let (journal, _) = Journal::open(dir.path(), options()).unwrap();
    for n in 0..12 {
        journal.append(&payload(n, 60)).unwrap();
    }
    journal.sync(12).unwrap();
    drop(journal);
    assert!(path(4).exists());
    let check = |number: u32, line: u64, damage: &Damage| {
        let error = Journal::open(dir.path(), options()).unwrap_err();
        let JournalError::Corrupt {
            segment,
            line: at,
            damage: found,
            ..
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!(
            (segment, at, &found),
            (format!("{number:04}.jsonl"), line, damage)
        );
    };
    let second = std::fs::read(path(2)).unwrap();
    std::fs::remove_file(path(2)).unwrap();
    check(2, 0, &Damage::SegmentMissing);
    std::fs::write(path(2), b"").unwrap();
    check(2, 0, &Damage::Short);
    std::fs::write(path(2), &second[..second.len() - 1]).unwrap();
    check(2, 2, &Damage::Short);
    std::fs::write(path(2), &second[..second.len() / 2]).unwrap();
    check(3, 1, &Damage::Sum);
    std::fs::write(path(2), &second).unwrap();
    Journal::open(dir.path(), options()).unwrap();
}

#[test]
fn a_valid_sum_with_a_wrong_revision_is_refused() {
    use crate::journal::line::{Sum, encode};
    let dir = tempfile::tempdir().unwrap();
    let (first, sum) = encode(7, b"", Sum::START);
    let (second, _) = encode(9, b"", sum);
    let damage = Damage::Revision {
        expected: 8,
        found: 9,
    };
    check_damage(
        dir.path(),
        &[first, second].concat(),
        2,
        &damage,
        "a gap in the revisions",
    );
}

#[test]
fn damage_that_comes_while_the_journal_is_open_ends_the_replay_with_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = five(dir.path()).concat();
    let (journal, _) = Journal::open(dir.path(), Options::default()).unwrap();
    let mut altered = bytes.clone();
    altered[bytes.len() / 2] ^= 1;
    std::fs::write(dir.path().join("0001.jsonl"), &altered).unwrap();
    let mut replay = journal.replay(0);
    let errors: Vec<_> = replay.by_ref().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 1);
    assert!(
        matches!(errors[0], JournalError::Corrupt { line: 4, .. }),
        "{}",
        errors[0]
    );
    assert!(replay.next().is_none());
    std::fs::write(dir.path().join("0001.jsonl"), &bytes[..bytes.len() - 9]).unwrap();
    assert!(matches!(
        journal.replay(0).last(),
        Some(Err(JournalError::Corrupt {
            damage: Damage::Short,
            ..
        }))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_opening_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), good in any::<bool>()) {
        let disk = super::sim::SimDisk::new();
        let (journal, _) = open_on(&disk).unwrap();
        if good {
            journal.append(b"{}").unwrap();
        }
        drop(journal);
        disk.add("0001.jsonl", &bytes);
        disk.add("0002.jsonl", &bytes[..bytes.len() / 2]);
        drop(open_on(&disk));
        disk.remove("0002.jsonl");
        drop(open_on(&disk));
    }

    #[test]
    fn no_pieces_of_lines_make_opening_panic_or_lose_the_lines_before_them(
        pieces in prop::collection::vec((0_usize..5, 0_usize..60, 0_usize..60, any::<u8>()), 0..6),
    ) {
        let disk = super::sim::SimDisk::new();
        let (journal, _) = open_on(&disk).unwrap();
        for n in 0..2 {
            journal.append(&payload(n, 3)).unwrap();
        }
        drop(journal);
        let good = disk.bytes("0001.jsonl");
        let mut tail = Vec::new();
        for (kind, from, to, byte) in pieces {
            match kind {
                0 => tail.extend_from_slice(&good[from..(from + to).min(good.len())]),
                1 => tail.extend_from_slice(b"{\"rev\":3"),
                2 => tail.extend_from_slice(b",\"sum\":\"0123456789abcdef\"}\n"),
                3 => tail.resize(tail.len() + to, 0),
                _ => tail.push(byte),
            }
        }
        disk.add("0001.jsonl", &tail);
        match open_on(&disk) {
            Ok((journal, recovery)) => {
                prop_assert_eq!((recovery.last, recovery.torn_bytes), (2, tail.len() as u64));
                prop_assert_eq!(lines(&journal, 0).len(), 2);
            }
            Err(JournalError::Corrupt { line, .. }) => prop_assert_eq!(line, 3),
            Err(error) => panic!("{error}"),
        }
    }
}
