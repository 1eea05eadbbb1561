//! The transition table, what is forgotten, and random lives of jobs against a model.

use super::*;
use crate::app::{AppError, Receipt};
use crate::catalog::Facts;
use crate::command::{Command, EnqueueJob, SettleJob};
use crate::event::{Entry, EntryKind, Event};
use crate::identity::Actor;
use crate::kernel::{JobId, LibraryId, Revision};
use crate::testing::{FakeZones, World};
use crate::view::View;
use proptest::prelude::*;
use std::sync::Arc;

const LIBRARY: LibraryId = LibraryId::new(1);

fn enqueue(kind: JobKind, asked: AskedBy) -> Command {
    Command::EnqueueJob(EnqueueJob {
        kind,
        library: LIBRARY,
        asked,
        priority: None,
    })
}

fn done(job: JobId) -> Command {
    let outcome = Outcome::Done {
        summary: "all".into(),
    };
    Command::SettleJob(SettleJob { job, outcome })
}

fn failed(job: JobId, heals: bool) -> Command {
    let outcome = Outcome::Failed {
        reason: "disk gone".into(),
        heals,
    };
    Command::SettleJob(SettleJob { job, outcome })
}

fn act(world: &World, command: &Command) -> Result<Receipt, AppError> {
    world.app.execute(Actor::System, command)
}

fn state(world: &World, job: JobId) -> &'static str {
    match world.app.view().job(job).map(|job| &job.state) {
        None => "forgotten",
        Some(JobState::Pending) => "pending",
        Some(JobState::Paused) => "paused",
        Some(JobState::Done { .. }) => "done",
        Some(JobState::Failed { .. }) => "failed",
        Some(JobState::Cancelled) => "cancelled",
    }
}

/// A world with one metadata job in this state.
fn with(state: &str) -> (World, JobId) {
    let world = World::new();
    let job = JobId::new(1);
    act(&world, &enqueue(JobKind::Metadata, AskedBy::Daemon)).unwrap();
    let command = match state {
        "paused" => Some(Command::PauseJob(job)),
        "resting" => Some(failed(job, true)),
        "done" => Some(done(job)),
        "failed" => Some(failed(job, false)),
        "cancelled" => Some(Command::CancelJob(job)),
        _ => None,
    };
    command
        .iter()
        .for_each(|command| drop(act(&world, command).unwrap()));
    (world, job)
}

/// Where each command leads from each state. `=`: nothing is to be done; `!`: refused.
const TABLE: &str = "\
from       pause   resume   cancel     retry    done  heals    refusal  daemon     person
pending    paused  =        cancelled  =        done  pending  failed   =          pending
paused     =       pending  cancelled  !        done  paused   failed   =          pending
resting    paused  =        cancelled  pending  done  pending  failed   pending    pending
done       !       !        !          pending  !     !        !        done       done
failed     !       !        !          pending  !     !        !        failed     failed
cancelled  !       !        =          pending  !     !        !        cancelled  cancelled";

#[test]
fn each_command_leads_from_each_state_where_the_table_says() {
    let job = JobId::new(1);
    let commands = [
        Command::PauseJob(job),
        Command::ResumeJob(job),
        Command::CancelJob(job),
        Command::RetryJob(job),
        done(job),
        failed(job, true),
        failed(job, false),
        enqueue(JobKind::Metadata, AskedBy::Daemon),
        enqueue(JobKind::Metadata, AskedBy::Person),
    ];
    for row in TABLE.lines().skip(1) {
        let mut words = row.split_whitespace();
        let from = words.next().unwrap();
        assert_eq!(words.clone().count(), commands.len(), "{row}");
        for (command, expect) in commands.iter().zip(words) {
            let (world, job) = with(from);
            let before = world.app.view().job(job).cloned();
            let said = match act(&world, command) {
                Err(_) => "!",
                Ok(receipt) if receipt.revision.is_none() => "=",
                Ok(_) => state(&world, job),
            };
            assert_eq!(said, expect, "{command:?} when {from}");
            if ["!", "="].contains(&expect) {
                assert_eq!(
                    world.app.view().job(job).cloned(),
                    before,
                    "{command:?} when {from}"
                );
            }
        }
    }
}

#[test]
fn a_job_that_may_heal_rests_longer_each_time_and_fails_at_last() {
    let (world, job) = with("pending");
    for attempt in 1..MOST_ATTEMPTS {
        let before = world.app.view().job(job).cloned().unwrap();
        act(&world, &failed(job, true)).unwrap();
        let now = world.app.view().job(job).cloned().unwrap();
        assert_eq!((now.attempts, &now.state), (attempt, &JobState::Pending));
        assert_eq!(now.trouble.as_deref(), Some("disk gone"));
        let rest = now.not_before.unwrap() - before.not_before.unwrap_or(before.enqueued);
        assert!(rest >= back_off_seconds(attempt) - 3600, "{rest}");
        assert!(back_off_seconds(attempt + 1) >= back_off_seconds(attempt));
    }
    act(&world, &failed(job, true)).unwrap();
    let end = world.app.view().job(job).cloned().unwrap();
    assert_eq!((state(&world, job), end.attempts), ("failed", MOST_ATTEMPTS));
    assert!(end.settled.is_some() && end.not_before.is_none());
    // A person begins anew.
    act(&world, &Command::RetryJob(job)).unwrap();
    let again = world.app.view().job(job).cloned().unwrap();
    assert_eq!(
        (again.attempts, again.asked, again.settled),
        (0, AskedBy::Person, None)
    );
}

#[test]
fn the_clock_does_not_end_a_rest_and_a_scan_that_found_work_does() {
    for (asked, rests) in [
        (AskedBy::Schedule, true),
        (AskedBy::Daemon, false),
        (AskedBy::Person, false),
    ] {
        let (world, job) = with("resting");
        act(&world, &enqueue(JobKind::Metadata, asked)).unwrap();
        let now = world.app.view().job(job).cloned().unwrap();
        assert_eq!(now.not_before.is_some(), rests, "{asked:?}");
        assert_eq!(now.attempts, u32::from(asked != AskedBy::Person), "{asked:?}");
    }
}

#[test]
fn a_person_goes_before_the_clock_and_metadata_before_hashing() {
    let world = World::new();
    act(&world, &enqueue(JobKind::Hash, AskedBy::Daemon)).unwrap();
    act(&world, &enqueue(JobKind::Metadata, AskedBy::Daemon)).unwrap();
    act(&world, &enqueue(JobKind::Scan, AskedBy::Schedule)).unwrap();
    let order = || {
        let view = world.app.view();
        let mut jobs: Vec<Job> = view.jobs().cloned().collect();
        jobs.sort_by_key(Job::urgency);
        jobs.iter().map(|job| job.kind).collect::<Vec<_>>()
    };
    assert_eq!(order(), [JobKind::Scan, JobKind::Metadata, JobKind::Hash]);
    let urgent = EnqueueJob {
        kind: JobKind::Hash,
        library: LIBRARY,
        asked: AskedBy::Person,
        priority: Some(Priority::High),
    };
    act(&world, &Command::EnqueueJob(urgent)).unwrap();
    assert_eq!(order(), [JobKind::Hash, JobKind::Scan, JobKind::Metadata]);
    act(&world, &enqueue(JobKind::Scan, AskedBy::Person)).unwrap();
    assert_eq!(order(), [JobKind::Scan, JobKind::Hash, JobKind::Metadata]);
    // Asking again for less takes nothing away.
    act(&world, &enqueue(JobKind::Scan, AskedBy::Schedule)).unwrap();
    assert_eq!(order(), [JobKind::Scan, JobKind::Hash, JobKind::Metadata]);
    assert_eq!(world.app.view().jobs().count(), 3);
}

#[test]
fn the_last_hundred_that_are_over_are_remembered() {
    let world = World::new();
    for number in 1..=KEPT + 7 {
        act(&world, &enqueue(JobKind::Scan, AskedBy::Schedule)).unwrap();
        act(&world, &done(JobId::new(u32::try_from(number).unwrap()))).unwrap();
    }
    let known = |world: &World| {
        world
            .app
            .view()
            .jobs()
            .map(|job| job.id.number())
            .collect::<Vec<_>>()
    };
    let expect: Vec<u32> = (8..=107).collect();
    assert_eq!(known(&world), expect);
    let world = world.restart();
    assert_eq!(known(&world), expect, "with the store");
    let world = world.restart_without_store();
    assert_eq!(known(&world), expect, "without the store");
    // No number is given twice.
    act(&world, &enqueue(JobKind::Scan, AskedBy::Schedule)).unwrap();
    assert_eq!(known(&world).last(), Some(&108));
}

#[test]
fn a_job_that_is_over_for_a_month_is_forgotten_at_the_next_end() {
    let mut view = View::new(Arc::new(FakeZones));
    let mut revision = 0;
    let mut note = |view: &mut View, at: i64, events: Vec<Event>| {
        revision += 1;
        let entry = Entry {
            at_ms: at * 1000,
            actor: Actor::System,
            kind: EntryKind::Observation,
            summary: String::new(),
            undoes: None,
            events,
        };
        view.apply(Revision::new(revision), &entry, &[], &[]);
    };
    for id in [1, 2] {
        let job = Job::new(JobId::new(id), JobKind::Scan, LIBRARY, AskedBy::Daemon, 0);
        note(&mut view, 0, vec![Event::JobEnqueued { job }]);
    }
    let first = cancel_job(&view, JobId::new(1), 10).unwrap();
    note(&mut view, 10, first.events);
    let forgets = |now| cancel_job(&view, JobId::new(2), now).unwrap().events.len() == 2;
    assert!(!forgets(10 + KEPT_SECONDS));
    assert!(forgets(11 + KEPT_SECONDS));
}

#[test]
fn retry_reads_again_what_could_not_be_read_also_after_a_restart() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.read("a.jpg", None, &[]);
    let facts = Facts {
        unreadable: Some("it cost a worker".into()),
        ..Facts::default()
    };
    world.know("b.jpg", facts);
    act(&world, &enqueue(JobKind::Metadata, AskedBy::Daemon)).unwrap();
    let unread = |world: &World| world.app.view().without_facts(LIBRARY).len();
    assert_eq!(unread(&world), 0, "the daemon does not ask twice");
    act(&world, &done(JobId::new(1))).unwrap();
    act(&world, &Command::RetryJob(JobId::new(1))).unwrap();
    assert_eq!(unread(&world), 1);
    let world = world.restart();
    assert_eq!(unread(&world), 1);
    world.read("b.jpg", None, &[]);
    assert_eq!(unread(&world), 0);
}

#[test]
fn a_job_that_another_replaced_or_whose_library_is_not_known_is_not_run_again() {
    let (world, first) = with("done");
    act(&world, &enqueue(JobKind::Metadata, AskedBy::Daemon)).unwrap();
    let refusal = act(&world, &Command::RetryJob(first)).unwrap_err().to_string();
    assert!(refusal.contains("job 2 does what job 1 did"), "{refusal}");
    let nowhere = EnqueueJob {
        kind: JobKind::Scan,
        library: LibraryId::new(9),
        asked: AskedBy::Person,
        priority: None,
    };
    assert!(act(&world, &Command::EnqueueJob(nowhere)).is_err());
}

/// What the model knows of a job: its state, its failures, whether it rests.
#[derive(Clone, PartialEq, Debug)]
struct Simple {
    kind: usize,
    state: &'static str,
    attempts: u32,
    rests: bool,
}

/// The rules once more, as simply as they can be said; gives the numbers of jobs from 1.
fn step(model: &mut Vec<Simple>, operation: u8, kind: usize, at: usize) {
    let is_over = |job: &Simple| ["done", "failed", "cancelled"].contains(&job.state);
    let open = model.iter().position(|job| job.kind == kind && !is_over(job));
    if operation < 3 {
        let Some(open) = open else {
            let (state, attempts, rests) = ("pending", 0, false);
            model.push(Simple {
                kind,
                state,
                attempts,
                rests,
            });
            return;
        };
        let job = &mut model[open];
        job.rests &= operation == 0;
        if operation == 2 {
            (job.state, job.attempts) = ("pending", 0);
        }
        return;
    }
    if at >= model.len() {
        return;
    }
    let replaced = model
        .iter()
        .enumerate()
        .any(|(other, job)| other != at && job.kind == model[at].kind && !is_over(job));
    let over = is_over(&model[at]);
    let job = &mut model[at];
    match (operation, over) {
        (3, false) => job.state = "paused",
        (4, false) if job.state == "paused" => (job.state, job.rests) = ("pending", false),
        (5, false) => (job.state, job.rests) = ("cancelled", false),
        (6, over) if job.state != "paused" && !(over && replaced) => {
            (job.state, job.attempts, job.rests) = ("pending", 0, false);
        }
        (7, false) => (job.state, job.rests) = ("done", false),
        (8, false) => {
            job.attempts += 1;
            job.rests = job.attempts < MOST_ATTEMPTS;
            if !job.rests {
                job.state = "failed";
            }
        }
        (9, false) => {
            job.attempts += 1;
            (job.state, job.rests) = ("failed", false);
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn jobs_live_as_the_model_says_also_over_restarts(
        steps in prop::collection::vec((0..11u8, 0..3usize, 0..6usize), 1..60)
    ) {
        let mut world = World::new();
        let mut model: Vec<Simple> = Vec::new();
        let kinds = [JobKind::Scan, JobKind::Metadata, JobKind::Hash];
        for (operation, kind, at) in steps {
            let job = JobId::new(u32::try_from(at + 1).unwrap());
            let command = match operation {
                0 => enqueue(kinds[kind], AskedBy::Schedule),
                1 => enqueue(kinds[kind], AskedBy::Daemon),
                2 => enqueue(kinds[kind], AskedBy::Person),
                3 => Command::PauseJob(job),
                4 => Command::ResumeJob(job),
                5 => Command::CancelJob(job),
                6 => Command::RetryJob(job),
                7 => done(job),
                8 => failed(job, true),
                9 => failed(job, false),
                _ => {
                    world = world.restart();
                    continue;
                }
            };
            let _refused = act(&world, &command);
            step(&mut model, operation, kind, at);
            let told: Vec<Simple> = world.app.view().jobs().map(|job| Simple {
                kind: kinds.iter().position(|kind| *kind == job.kind).unwrap(),
                state: state(&world, job.id),
                attempts: job.attempts,
                rests: job.not_before.is_some(),
            }).collect();
            prop_assert_eq!(&told, &model, "after {:?}", command);
        }
    }
}
