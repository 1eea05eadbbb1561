//! Random operations and crashes against a list: what was acknowledged is there, in order, and nothing is there that was not appended.

use std::sync::Arc;

use proptest::prelude::*;

use super::sim::{Crash, Faults, SimDisk};
use super::{lines, open_on, payload};
use crate::journal::{Journal, JournalError};

#[derive(Debug, Clone)]
enum Op {
    Append { pad: usize },
    Sync { back: u64 },
    Reopen,
    Crash(Crash),
    ShortWrite { bytes: usize, set_len_fails: bool },
    FailedSync,
    FailedSyncDir,
    FailedCreate,
    Replay { after: u64 },
}

fn op() -> impl Strategy<Value = Op> {
    let crash = (any::<u8>(), any::<bool>(), any::<bool>()).prop_map(|(kept, zeros, forget_entries)| {
        Op::Crash(Crash {
            kept,
            zeros,
            forget_entries,
        })
    });
    prop_oneof![
        12 => (0_usize..120).prop_map(|pad| Op::Append { pad }),
        6 => (0_u64..4).prop_map(|back| Op::Sync { back }),
        2 => Just(Op::Reopen),
        4 => crash,
        2 => (0_usize..100, any::<bool>()).prop_map(|(bytes, set_len_fails)| Op::ShortWrite { bytes, set_len_fails }),
        1 => Just(Op::FailedSync),
        1 => Just(Op::FailedSyncDir),
        1 => Just(Op::FailedCreate),
        2 => (0_u64..40).prop_map(|after| Op::Replay { after }),
    ]
}

struct World {
    disk: Arc<SimDisk>,
    journal: Option<Journal>,
    /// Every payload whose append returned a revision and which was not lost since.
    written: Vec<Vec<u8>>,
    acknowledged: usize,
    serial: usize,
}

impl World {
    fn new() -> Self {
        let disk = SimDisk::new();
        let journal = Some(open_on(&disk).unwrap().0);
        Self {
            disk,
            journal,
            written: Vec::new(),
            acknowledged: 0,
            serial: 0,
        }
    }

    fn journal(&self) -> &Journal {
        self.journal.as_ref().unwrap()
    }

    fn append(&mut self, pad: usize) {
        self.serial += 1;
        let payload = payload(self.serial, pad);
        match self.journal().append(&payload) {
            Ok(revision) => {
                self.written.push(payload);
                assert_eq!(revision, self.written.len() as u64);
            }
            Err(JournalError::Poisoned { .. }) => self.reopen(None),
            Err(_) => {}
        }
        self.acknowledged = self.acknowledged.max(self.journal().durable() as usize);
    }

    fn sync(&mut self, back: u64) {
        let revision = self.journal().last().saturating_sub(back);
        match self.journal().sync(revision) {
            Ok(()) => self.acknowledged = self.acknowledged.max(revision as usize),
            Err(JournalError::Poisoned { .. }) => self.reopen(None),
            Err(error) => panic!("{error}"),
        }
    }

    fn reopen(&mut self, crash: Option<Crash>) {
        self.journal = None;
        *self.disk.faults.lock().unwrap() = Faults::default();
        if let Some(crash) = crash {
            self.disk.crash(crash);
        }
        let (journal, recovery) = open_on(&self.disk).unwrap();
        let last = recovery.last as usize;
        assert!(
            last >= self.acknowledged,
            "{last} of {} acknowledged",
            self.acknowledged
        );
        assert!(last <= self.written.len());
        assert_eq!(journal.durable(), recovery.last);
        self.written.truncate(last);
        self.acknowledged = last;
        self.journal = Some(journal);
        self.replay(0);
    }

    fn replay(&self, after: u64) {
        if self
            .journal()
            .replay(0)
            .next()
            .is_some_and(|first| first.is_err())
        {
            return; // poisoned, found out by the next append or sync
        }
        let got = lines(self.journal(), after);
        let expect: Vec<_> = self.written.iter().enumerate().skip(after as usize).collect();
        assert_eq!(got.len(), expect.len());
        for (line, (place, payload)) in got.iter().zip(expect) {
            assert_eq!((line.revision, &line.payload), (place as u64 + 1, payload));
        }
    }

    fn run(&mut self, op: &Op) {
        let mut faults = Faults::default();
        match *op {
            Op::Append { pad } => return self.append(pad),
            Op::Sync { back } => return self.sync(back),
            Op::Reopen => return self.reopen(None),
            Op::Crash(crash) => return self.reopen(Some(crash)),
            Op::Replay { after } => return self.replay(after),
            Op::ShortWrite { bytes, set_len_fails } => {
                (faults.short_write, faults.set_len) = (Some(bytes), set_len_fails);
            }
            Op::FailedSync => faults.sync_data = true,
            Op::FailedSyncDir => faults.sync_dir = true,
            Op::FailedCreate => faults.create = true,
        }
        *self.disk.faults.lock().unwrap() = faults;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_acknowledged_survives_every_sequence_of_faults(ops in prop::collection::vec(op(), 1..60)) {
        let mut world = World::new();
        for op in &ops {
            world.run(op);
        }
        world.reopen(Some(Crash { kept: 0, zeros: false, forget_entries: true }));
    }
}
