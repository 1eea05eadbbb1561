//! A child appends and reports each durable revision through a pipe, and is killed at random moments; the journal must hold all it reported.
//!
//! SIGKILL leaves the page cache, so this proves the order of write, sync and report, and the lock's release, not power cuts: those are
//! `model`'s. The child is this test binary run again with a variable set; it ends with its parent's pipe, whatever happens to the parent.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use super::lines;
use crate::journal::{Journal, Options};

const DIR: &str = "KPHOTOS_TEST_JOURNAL_DIR";
const ROUND: &str = "KPHOTOS_TEST_JOURNAL_ROUND";
const NAME: &str = "journal::tests::kill::what_a_killed_process_acknowledged_is_there";

fn options() -> Options {
    Options {
        segment_bytes: 30_000,
        ..Options::default()
    }
}

/// Appends and reports until it is killed or nobody listens any more.
fn child(dir: &Path, round: &str) {
    let (journal, _) = Journal::open(dir, options()).unwrap();
    thread::scope(|scope| {
        for worker in 0..3 {
            let journal = &journal;
            scope.spawn(move || {
                for n in 0_usize.. {
                    let key = format!("{round}/{worker}/{n}");
                    let payload = format!("{{\"key\":\"{key}\",\"pad\":\"{}\"}}", "x".repeat(n * 37 % 3_000));
                    let revision = journal.append(payload.as_bytes()).unwrap();
                    journal.sync(revision).unwrap();
                    if std::io::stdout()
                        .write_all(format!("acked {revision} {key}\n").as_bytes())
                        .is_err()
                    {
                        return;
                    }
                }
            });
        }
    });
}

struct KilledOnDrop(Child);

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a child, kills it after about so many reports, and gives all it reported: revision and key.
fn run_and_kill(dir: &Path, round: usize, reports: u64) -> Vec<(u64, String)> {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .env(ROUND, round.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = KilledOnDrop(child);
    let mut acked = Vec::new();
    let mut seen = 0;
    for line in BufReader::new(child.0.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // The harness's own words may precede the first report on its line, and a kill may cut the last one short.
        let Some((_, report)) = line.split_once("acked ") else {
            continue;
        };
        let Some((revision, key)) = report.split_once(' ') else {
            continue;
        };
        if key.split('/').count() == 3 {
            acked.push((revision.parse().unwrap(), key.to_owned()));
        }
        seen += 1;
        if seen == reports {
            child.0.kill().unwrap();
        }
    }
    assert!(seen >= reports, "the child ended by itself after {seen} reports");
    child.0.wait().unwrap();
    acked
}

#[test]
fn what_a_killed_process_acknowledged_is_there() {
    if let (Some(dir), Ok(round)) = (std::env::var_os(DIR), std::env::var(ROUND)) {
        return child(Path::new(&dir), &round);
    }
    let dir = tempfile::tempdir().unwrap();
    for round in 0..30 {
        let reports = 1 + RandomState::new().hash_one(round) % 60;
        let acked = run_and_kill(dir.path(), round, reports);
        let (journal, recovery) = Journal::open(dir.path(), options()).unwrap();
        let mut keys = HashMap::new();
        let mut expect = 1;
        for line in lines(&journal, 0) {
            assert_eq!(line.revision, expect);
            expect += 1;
            let value: serde_json::Value = serde_json::from_slice(&line.payload).unwrap();
            assert_eq!(
                keys.insert(value["key"].as_str().unwrap().to_owned(), line.revision),
                None
            );
        }
        assert_eq!(recovery.last + 1, expect);
        for (n, (revision, key)) in acked.iter().enumerate() {
            // The last report may have lost the end of its key to the kill.
            let cut = n + 1 == acked.len();
            assert!(
                cut || keys.get(key) == Some(revision),
                "round {round}: {revision} {key}"
            );
            assert!(recovery.last >= *revision);
        }
    }
}
