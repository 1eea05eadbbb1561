//! The terms of questions: who is not answered in time is refused.
//!
//! One thread, started with the first question. It wakes up when the oldest term is over,
//! and not for each question: while it sleeps until then, new ones with later terms are
//! put down without it, so that a question costs a lock and an entry.

use super::Lane;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Something that can be refused.
pub(super) trait Question: Send + Sync {
    /// Refuses it, unless it was answered.
    fn refuse(&self);
    /// When a thread took it up: from then on it has its term, and counts if that is over.
    fn begun(&self) -> Option<Instant>;
}

/// Refuses what is overdue, and counts who is still at it.
#[derive(Default)]
pub(super) struct Clock(Arc<Face>);

#[derive(Default)]
struct Face {
    terms: Mutex<Terms>,
    earlier: Condvar,
}

/// When a question's term is over, and its number.
type Key = (Instant, u64);

#[derive(Default)]
struct Terms {
    last: u64,
    open: BTreeMap<Key, Term>,
    /// Begun, refused, and still not done.
    overdue: BTreeMap<Key, Lane>,
    /// When the thread looks again; `None`: when it is woken.
    looks_at: Option<Instant>,
    is_running: bool,
    is_over: bool,
}

struct Term {
    lane: Lane,
    length: Duration,
    question: Arc<dyn Question>,
}

/// A question that is being watched, until this is dropped.
pub(super) struct Ticket {
    face: Arc<Face>,
    key: Key,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut terms = self.face.lock();
        let key = terms.key_of(self.key);
        if terms.open.remove(&key).is_none() {
            let lane = terms.overdue.remove(&key);
            if let Some(lane) = lane.filter(|lane| terms.overdue_in(*lane) == 0) {
                tracing::warn!(?lane, "a library answers again");
            }
        }
    }
}

impl Clock {
    /// Watches a question that is to be answered within this time.
    pub(super) fn watch(&self, lane: Lane, term: Duration, question: Arc<dyn Question>) -> Ticket {
        let mut terms = self.0.lock();
        terms.last += 1;
        let key = (Instant::now() + term, terms.last);
        let face = self.0.clone();
        let ticket = Ticket { face, key };
        let length = term;
        terms.open.insert(
            key,
            Term {
                lane,
                length,
                question,
            },
        );
        if !terms.is_running {
            let face = self.0.clone();
            let thread = std::thread::Builder::new().name("kphotos-clock".into());
            match thread.spawn(move || face.run()) {
                Ok(_) => terms.is_running = true,
                Err(error) => tracing::warn!(%error, "no thread to refuse what takes too long"),
            }
        } else if terms.looks_at.is_none_or(|looks_at| key.0 < looks_at) {
            terms.looks_at = Some(key.0);
            drop(terms);
            self.0.earlier.notify_one();
        }
        ticket
    }

    /// How many threads are at something of this lane that was refused.
    pub(super) fn overdue(&self, lane: Lane) -> usize {
        self.0.lock().overdue_in(lane)
    }

    /// The lanes where any is.
    pub(super) fn all_overdue(&self) -> BTreeSet<Lane> {
        self.0.lock().overdue.values().copied().collect()
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.0.lock().is_over = true;
        self.0.earlier.notify_one();
    }
}

impl Terms {
    /// Where a question is by now: its term may have been put off.
    fn key_of(&self, first: Key) -> Key {
        let is_there = |key: &Key| self.open.contains_key(key) || self.overdue.contains_key(key);
        if is_there(&first) {
            return first;
        }
        let all = self.open.keys().chain(self.overdue.keys());
        all.copied().find(|key| key.1 == first.1).unwrap_or(first)
    }

    /// Until when a question has time yet whose term seemed over: it begins when a thread takes the question up. Many may
    /// wait for a slow disk that answers one after the other; they wait in vain once one was overdue.
    fn put_off(&self, term: &Term, now: Instant) -> Option<Instant> {
        match term.question.begun() {
            Some(begun) => Some(begun + term.length).filter(|end| *end > now),
            None => (self.overdue_in(term.lane) == 0).then(|| now + term.length),
        }
    }

    fn overdue_in(&self, lane: Lane) -> usize {
        if self.overdue.is_empty() {
            return 0;
        }
        self.overdue.values().filter(|other| **other == lane).count()
    }
}

impl Face {
    fn lock(&self) -> MutexGuard<'_, Terms> {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses what is overdue, until the mount is gone and nothing is open.
    fn run(&self) {
        let mut terms = self.lock();
        loop {
            let now = Instant::now();
            let next = terms.open.first_key_value().map(|(key, _)| *key);
            match next {
                Some(key) if key.0 <= now => {
                    let Some(term) = terms.open.remove(&key) else {
                        continue;
                    };
                    if let Some(later) = terms.put_off(&term, now) {
                        terms.open.insert((later, key.1), term);
                        continue;
                    }
                    terms.overdue.insert(key, term.lane);
                    drop(terms);
                    term.question.refuse();
                    terms = self.lock();
                    // Whoever begins from now on finds that it was refused, and is done at once.
                    if term.question.begun().is_none() {
                        terms.overdue.remove(&key);
                    } else if terms.overdue.contains_key(&key) && terms.overdue_in(term.lane) == 1 {
                        tracing::warn!(lane = ?term.lane, "a library does not answer");
                    }
                }
                None if terms.is_over => {
                    terms.is_running = false;
                    return;
                }
                _ => {
                    terms.looks_at = next.map(|key| key.0);
                    let end = |error: PoisonError<_>| error.into_inner();
                    terms = match next {
                        Some(key) => {
                            let wait = key.0.saturating_duration_since(now);
                            let waited = self.earlier.wait_timeout(terms, wait);
                            waited.unwrap_or_else(PoisonError::into_inner).0
                        }
                        None => self.earlier.wait(terms).unwrap_or_else(end),
                    };
                }
            }
        }
    }
}
