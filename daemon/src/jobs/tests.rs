//! The runner with work that does what the test says, and a clock that the test puts.

use super::*;
use crate::scan::Part;
use jiff::Timestamp;
use kphotos_domain::app::App;
use kphotos_domain::app::AppError;
use kphotos_domain::command::{Command, EnqueueJob};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::port::Clock;
use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::processing::{AskedBy, Job, JobKind, JobState, MOST_ATTEMPTS, back_off_seconds};
use kphotos_domain::storage::NewLibrary;
use kphotos_domain::testing::{FakeJournal, FakeStore, FakeZones, World};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

const LIBRARY: LibraryId = LibraryId::new(1);
/// Work that the test ends for this has a fault of its own.
const FAULT: &str = "a fault";
/// As long as a test may take that fails.
const PATIENCE: Duration = Duration::from_secs(20);

struct PutClock(AtomicI64);

impl Clock for PutClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// What the work tells the test.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Began(u32, JobKind),
    GaveWay(u32),
    /// After its library had not answered.
    CameBack(u32),
}

/// Libraries that do not answer.
type Silent = Arc<Mutex<BTreeSet<LibraryId>>>;

/// Work that ends when the test says so, or when it has to stop; in a library that does not answer it hears nothing.
struct ToldWork {
    silent: Silent,
    tell: mpsc::Sender<Told>,
    end: Mutex<mpsc::Receiver<Turn>>,
}

impl Work for ToldWork {
    fn perform(&self, job: &Job, _progress: &Progress, stop: &(dyn Fn() -> bool + Sync)) -> Turn {
        self.tell.send(Told::Began(job.id.number(), job.kind)).unwrap();
        loop {
            if self.is_silent(job.library) {
                while self.is_silent(job.library) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                assert!(stop(), "its turn was given up");
                // A test that is over does not listen.
                let _ = self.tell.send(Told::CameBack(job.id.number()));
                return Turn::Done("what nobody waits for".into());
            }
            let end = self.end.lock().unwrap().recv_timeout(Duration::from_millis(1));
            if let Ok(turn) = end {
                assert_ne!(turn, Turn::refused(FAULT));
                return turn;
            }
            if stop() {
                let _ = self.tell.send(Told::GaveWay(job.id.number()));
                return Turn::GaveWay;
            }
        }
    }

    fn settled(&self, _: &Job) {}

    fn is_silent(&self, library: LibraryId) -> bool {
        self.silent.lock().unwrap().contains(&library)
    }

    fn ask_for_scan(
        &self,
        app: &App,
        library: LibraryId,
        folders: Option<Vec<Part>>,
    ) -> Result<JobId, AppError> {
        let narrowed = Narrowed::default();
        match folders {
            Some(folders) => narrowed.ask_for_some(app, library, folders),
            None => narrowed.ask_for_all(app, library, AskedBy::Person),
        }
    }

    fn accept_missing(&self, _library: LibraryId) {}

    fn break_off(&self) {}
}

struct Scene {
    app: Arc<App>,
    clock: Arc<PutClock>,
    schedule: Schedule,
    runner: Arc<Runner>,
    told: mpsc::Receiver<Told>,
    end: mpsc::Sender<Turn>,
    silent: Silent,
}

impl Scene {
    /// A runner on a library without files, at this time.
    fn at(time: &str, interval: Option<&str>, quiet: Option<&str>) -> Self {
        let schedule = Schedule {
            interval: interval.map(|hours| Duration::from_secs(hours.parse::<u64>().unwrap() * 3600)),
            quiet: quiet.map(|hours| hours.parse().unwrap()),
            zone: jiff::tz::TimeZone::UTC,
        };
        let time: Timestamp = time.parse().unwrap();
        let clock = Arc::new(PutClock(AtomicI64::new(time.as_second())));
        let (journal, store) = (Arc::<FakeJournal>::default(), Arc::<FakeStore>::default());
        let opened = App::open(journal, store, clock.clone(), Arc::new(FakeZones)).unwrap();
        let library = NewLibrary {
            name: None,
            root: b"/photos"[..].into(),
            timezone: "UTC".into(),
        };
        opened
            .app
            .execute(World::ME, &Command::AddLibrary(library))
            .unwrap();
        Self::with(Arc::new(opened.app), clock, schedule)
    }

    fn with(app: Arc<App>, clock: Arc<PutClock>, schedule: Schedule) -> Self {
        let (tell, told) = mpsc::channel();
        let (end, ends) = mpsc::channel();
        let silent = Silent::default();
        let work = ToldWork {
            silent: silent.clone(),
            tell,
            end: Mutex::new(ends),
        };
        let runner = Runner::start(RunnerParts {
            app: app.clone(),
            clock: clock.clone(),
            schedule: schedule.clone(),
            work: Box::new(work),
        })
        .unwrap();
        app.subscribe(runner.subscriber());
        Self {
            app,
            clock,
            schedule,
            runner,
            told,
            end,
            silent,
        }
    }

    /// The same after a restart of the runner; the app goes on.
    fn restart(self) -> Self {
        self.runner.stop();
        Self::with(self.app, self.clock, self.schedule)
    }

    fn ask(&self, kind: JobKind, asked: AskedBy) {
        self.act(&Command::EnqueueJob(EnqueueJob {
            kind,
            library: LIBRARY,
            asked,
            priority: None,
        }));
    }

    fn act(&self, command: &Command) {
        self.app.execute(Actor::System, command).unwrap();
    }

    fn put(&self, time: &str) {
        let time: Timestamp = time.parse().unwrap();
        self.clock.0.store(time.as_second(), Ordering::SeqCst);
        self.runner.wake();
    }

    fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
        self.runner.wake();
    }

    #[track_caller]
    fn expect(&self, told: Told) {
        assert_eq!(self.told.recv_timeout(PATIENCE).unwrap(), told);
    }

    /// Nothing runs, and nothing began that was not expected.
    #[track_caller]
    fn rests(&self) {
        assert!(self.runner.wait_idle(PATIENCE));
        assert_eq!(self.told.try_recv().ok(), None);
    }

    fn done(&self) {
        self.end.send(Turn::Done("all".into())).unwrap();
    }

    fn job(&self, id: u32) -> Job {
        self.app.view().job(JobId::new(id)).cloned().unwrap()
    }
}

use Told::{Began, CameBack, GaveWay};

#[test]
fn a_library_that_does_not_answer_holds_its_own_jobs_and_nobody_else_s() {
    let scene = Scene::at("2026-01-10T12:00:00Z", None, None);
    let nas = NewLibrary {
        name: Some("nas".into()),
        root: b"/nas"[..].into(),
        timezone: "UTC".into(),
    };
    scene.app.execute(World::ME, &Command::AddLibrary(nas)).unwrap();
    let nas = LibraryId::new(2);
    let ask = |kind, library| {
        let (asked, priority) = (AskedBy::Daemon, None);
        scene.act(&Command::EnqueueJob(EnqueueJob {
            kind,
            library,
            asked,
            priority,
        }));
    };
    let held = || -> Vec<u32> {
        let waits = scene.runner.waits().into_iter();
        waits
            .filter(|wait| wait.is_held)
            .map(|wait| wait.job.number())
            .collect()
    };
    // It falls silent while a job reads it: that is left behind.
    ask(JobKind::Metadata, nas);
    scene.expect(Began(1, JobKind::Metadata));
    scene.silent.lock().unwrap().insert(nas);
    ask(JobKind::Hash, LIBRARY);
    scene.expect(Began(2, JobKind::Hash));
    assert_eq!(scene.runner.report().unwrap().job, JobId::new(2));
    // What begins there meanwhile is not begun.
    ask(JobKind::Scan, nas);
    assert_eq!(held(), [1, 3]);
    let why = scene.runner.waits().remove(0).why;
    assert!(why.contains("nas does not answer"), "{why}");
    scene.done();
    scene.rests();
    assert!(matches!(scene.job(2).state, JobState::Done { .. }));
    // Once it answers all of it is done; what the turn said that was given up counts for nothing.
    scene.silent.lock().unwrap().clear();
    scene.expect(CameBack(1));
    for (job, kind) in [(3, JobKind::Scan), (1, JobKind::Metadata)] {
        scene.expect(Began(job, kind));
        assert_eq!(scene.job(job).state, JobState::Pending);
        scene.done();
    }
    scene.rests();
    assert!(held().is_empty());
    assert_eq!((scene.job(1).attempts, scene.job(3).attempts), (0, 0));
}

#[test]
fn a_paused_job_stops_stays_paused_over_a_restart_and_goes_on() {
    let scene = Scene::at("2026-01-10T12:00:00Z", None, None);
    scene.ask(JobKind::Hash, AskedBy::Daemon);
    scene.expect(Began(1, JobKind::Hash));
    scene.act(&Command::PauseJob(JobId::new(1)));
    scene.expect(GaveWay(1));
    scene.rests();
    let scene = scene.restart();
    scene.rests();
    // What the daemon asks for at its start does not let it go.
    scene.ask(JobKind::Hash, AskedBy::Daemon);
    scene.rests();
    scene.act(&Command::ResumeJob(JobId::new(1)));
    scene.expect(Began(1, JobKind::Hash));
    scene.done();
    scene.rests();
    assert!(matches!(scene.job(1).state, JobState::Done { .. }));
}

#[test]
fn a_fault_in_a_job_costs_that_job() {
    let scene = Scene::at("2026-01-10T12:00:00Z", None, None);
    scene.ask(JobKind::Metadata, AskedBy::Daemon);
    scene.expect(Began(1, JobKind::Metadata));
    scene.end.send(Turn::refused(FAULT)).unwrap();
    scene.rests();
    let JobState::Failed { reason } = scene.job(1).state else {
        panic!("{:?}", scene.job(1))
    };
    assert!(reason.contains("fault of this program"), "{reason}");
    scene.ask(JobKind::Hash, AskedBy::Daemon);
    scene.expect(Began(2, JobKind::Hash));
    scene.done();
    scene.rests();
}

#[test]
fn a_pending_job_goes_on_after_a_restart() {
    let scene = Scene::at("2026-01-10T12:00:00Z", None, None);
    scene.ask(JobKind::Metadata, AskedBy::Daemon);
    scene.expect(Began(1, JobKind::Metadata));
    let scene = scene.restart();
    scene.expect(Began(1, JobKind::Metadata));
    scene.done();
    scene.rests();
}

#[test]
fn a_cancelled_job_stops_and_is_over() {
    let scene = Scene::at("2026-01-10T12:00:00Z", None, None);
    scene.ask(JobKind::Hash, AskedBy::Daemon);
    scene.ask(JobKind::Metadata, AskedBy::Daemon);
    // Whether hashing had begun is chance.
    let mut first = scene.told.recv_timeout(PATIENCE).unwrap();
    if first == Began(1, JobKind::Hash) {
        scene.expect(GaveWay(1));
        first = scene.told.recv_timeout(PATIENCE).unwrap();
    }
    assert_eq!(first, Began(2, JobKind::Metadata));
    scene.act(&Command::CancelJob(JobId::new(2)));
    scene.expect(GaveWay(2));
    scene.expect(Began(1, JobKind::Hash));
    assert_eq!(scene.job(2).state, JobState::Cancelled);
    scene.act(&Command::RetryJob(JobId::new(2)));
    scene.expect(GaveWay(1));
    scene.expect(Began(2, JobKind::Metadata));
    scene.done();
    scene.expect(Began(1, JobKind::Hash));
    scene.done();
    scene.rests();
}

#[test]
fn a_scan_that_a_person_asks_for_goes_before_one_by_the_clock() {
    let scene = Scene::at("2026-01-10T12:00:00Z", None, None);
    scene.ask(JobKind::Metadata, AskedBy::Daemon);
    scene.expect(Began(1, JobKind::Metadata));
    scene.ask(JobKind::Scan, AskedBy::Schedule);
    scene.expect(GaveWay(1));
    scene.expect(Began(2, JobKind::Scan));
    // It is the same job, and more urgent from now on; it need not begin anew.
    scene.runner.scan(LIBRARY, false).unwrap();
    scene.done();
    scene.expect(Began(1, JobKind::Metadata));
    scene.done();
    scene.rests();
    assert_eq!(scene.job(2).asked, AskedBy::Person);
}

#[test]
fn what_may_heal_is_tried_again_when_its_time_comes_and_at_last_has_failed() {
    let scene = Scene::at("2023-11-14T22:13:20Z", None, None);
    let fail = |heals| {
        let reason = "disk gone".into();
        scene.end.send(Turn::Failed { reason, heals }).unwrap();
    };
    scene.ask(JobKind::Metadata, AskedBy::Daemon);
    for attempt in 1..MOST_ATTEMPTS {
        scene.expect(Began(1, JobKind::Metadata));
        fail(true);
        scene.rests();
        assert_eq!(scene.job(1).attempts, attempt);
        scene.pass(back_off_seconds(attempt) - 1);
        scene.rests();
        scene.pass(1);
    }
    scene.expect(Began(1, JobKind::Metadata));
    fail(true);
    scene.rests();
    scene.pass(1_000_000);
    scene.rests();
    assert!(matches!(scene.job(1).state, JobState::Failed { .. }));
    // A refusal is not tried again.
    scene.act(&Command::RetryJob(JobId::new(1)));
    scene.expect(Began(1, JobKind::Metadata));
    fail(false);
    scene.rests();
    assert!(matches!(scene.job(1).state, JobState::Failed { .. }));
}

#[test]
fn in_quiet_hours_hashing_waits_and_a_person_does_not() {
    let scene = Scene::at("2026-01-10T21:00:00Z", None, Some("22:00-07:00"));
    scene.ask(JobKind::Hash, AskedBy::Daemon);
    scene.expect(Began(1, JobKind::Hash));
    scene.put("2026-01-10T22:00:00Z");
    scene.expect(GaveWay(1));
    scene.rests();
    let why = scene.runner.waits();
    assert_eq!(
        why,
        [Waiting {
            job: JobId::new(1),
            why: "waits for the end of quiet hours at 07:00".to_owned(),
            is_held: false,
        }]
    );
    scene.ask(JobKind::Scan, AskedBy::Schedule);
    scene.rests();
    scene.ask(JobKind::Scan, AskedBy::Person);
    scene.expect(Began(2, JobKind::Scan));
    scene.ask(JobKind::Metadata, AskedBy::Daemon);
    scene.done();
    scene.expect(Began(3, JobKind::Metadata));
    scene.done();
    scene.rests();
    scene.put("2026-01-11T06:59:59Z");
    scene.rests();
    scene.put("2026-01-11T07:00:00Z");
    scene.expect(Began(1, JobKind::Hash));
    assert!(scene.runner.waits().is_empty());
    // A person who asks for it has it at night, too.
    scene.put("2026-01-11T22:00:00Z");
    scene.expect(GaveWay(1));
    scene.ask(JobKind::Hash, AskedBy::Person);
    scene.expect(Began(1, JobKind::Hash));
    scene.done();
    scene.rests();
}

#[test]
fn libraries_are_scanned_by_the_clock() {
    let scene = Scene::at("2023-11-14T22:13:20Z", Some("6"), None);
    scene.rests();
    scene.pass(6 * 3600 - 1);
    scene.rests();
    scene.pass(1);
    scene.expect(Began(1, JobKind::Scan));
    assert_eq!(scene.job(1).asked, AskedBy::Schedule);
    // From its end on, however it ends; and not twice at once.
    scene.pass(7 * 3600);
    scene.done();
    scene.rests();
    scene.pass(6 * 3600 - 1);
    scene.rests();
    scene.pass(1);
    scene.expect(Began(2, JobKind::Scan));
    scene.act(&Command::CancelJob(JobId::new(2)));
    scene.expect(GaveWay(2));
    scene.rests();
    drop(scene);
    let never = Scene::at("2026-01-10T12:00:00Z", None, None);
    never.pass(1_000_000);
    never.rests();
}

#[test]
fn a_file_that_a_job_left_is_hashed_after_the_next_scan() {
    // What is left to do is derived of the view, whatever became of a job.
    let world = World::new();
    world.files(&["a.jpg"]);
    let left = |world: &World| {
        let view = world.app.view();
        (
            view.without_facts(LIBRARY).len(),
            view.without_checksum(LIBRARY).len(),
        )
    };
    for (kind, id) in [(JobKind::Metadata, 1), (JobKind::Hash, 2)] {
        let enqueue = Command::EnqueueJob(EnqueueJob {
            kind,
            library: LIBRARY,
            asked: AskedBy::Daemon,
            priority: None,
        });
        world.observe(&enqueue);
        world.observe(&Command::CancelJob(JobId::new(id)));
    }
    assert_eq!(left(&world), (1, 1));
    let world = world.restart();
    assert_eq!(left(&world), (1, 1));
}
