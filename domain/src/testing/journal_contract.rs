//! What every journal must do.

use crate::event::{Entry, EntryKind};
use crate::identity::Actor;
use crate::kernel::Revision;
use crate::kernel::port::Journal;

fn entry(number: usize) -> Entry {
    Entry {
        at_ms: 1_700_000_000_000 + number as i64,
        actor: Actor::System,
        kind: EntryKind::Observation,
        summary: format!("entry \"{number}\"\n\u{1F4F7}"),
        undoes: number.is_multiple_of(3).then(|| Revision::new(number as u64)),
        events: super::every_event(),
    }
}

/// Runs the suite on an empty journal.
///
/// # Panics
/// When the journal breaks the contract of [`Journal`].
pub fn check(journal: &dyn Journal) {
    assert_eq!(journal.last(), Revision::default());
    assert_eq!(journal.durable(), Revision::default());
    for number in 1..=10 {
        let revision = journal.append(&entry(number)).unwrap();
        assert_eq!(
            revision,
            Revision::new(number as u64),
            "revisions are contiguous from 1"
        );
    }
    assert_eq!(journal.last(), Revision::new(10));
    journal.sync(Revision::new(4)).unwrap();
    assert!(journal.durable() >= Revision::new(4));
    journal.sync(Revision::new(10)).unwrap();
    assert_eq!(journal.durable(), Revision::new(10));
    let mut seen = Vec::new();
    journal
        .replay(Revision::new(3), &mut |revision, entry| {
            seen.push((revision, entry));
            true
        })
        .unwrap();
    let expected: Vec<_> = (4..=10)
        .map(|number| (Revision::new(number as u64), entry(number)))
        .collect();
    assert_eq!(
        seen, expected,
        "replay gives what was appended, after the given revision"
    );
    let mut count = 0;
    journal
        .replay(Revision::default(), &mut |_, _| {
            count += 1;
            count < 2
        })
        .unwrap();
    assert_eq!(count, 2, "replay stops when told to");
}
