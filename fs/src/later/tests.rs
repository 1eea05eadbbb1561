//! Lanes with a disk that can be made to hang: who waits for it, who does not, and what is told to whom.

use super::*;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Barrier, Condvar};

const DISK: Lane = Lane::Files(LibraryId::new(1));
const OTHER: Lane = Lane::Files(LibraryId::new(2));
/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(600);
/// Shorter than anything that hangs here.
const SHORT: Duration = Duration::from_millis(20);

/// What was answered: a number, or that it was refused.
type Told = Result<u32, ()>;

fn ask(lanes: &Lanes, lane: Lane, told: &Sender<Told>, work: impl FnOnce() -> u32 + Send + 'static) {
    let refuse = |told: Sender<Told>| told.send(Err(())).unwrap();
    lanes.ask(lane, told.clone(), refuse, move |answer| {
        let made = work();
        if let Some(told) = answer.take() {
            told.send(Ok(made)).unwrap();
        }
    });
}

/// A disk that can be made to hang.
#[derive(Clone, Default)]
struct Disk(Arc<(Mutex<bool>, Condvar)>);

impl Disk {
    fn hang(&self, hangs: bool) {
        *self.0.0.lock().unwrap() = hangs;
        self.0.1.notify_all();
    }

    fn read(&self) -> u32 {
        drop(
            self.0
                .1
                .wait_while(self.0.0.lock().unwrap(), |hangs| *hangs)
                .unwrap(),
        );
        7
    }
}

fn hung() -> (Lanes, Disk, Sender<Told>, Receiver<Told>) {
    let (lanes, disk, (told, heard)) = (Lanes::new(SHORT, 2), Disk::default(), channel());
    disk.hang(true);
    (lanes, disk, told, heard)
}

#[test]
fn who_waits_for_others_is_not_in_their_way() {
    let (lanes, meeting, (told, heard)) = (Lanes::new(LONG, 2), Arc::new(Barrier::new(3)), channel());
    for _ in 0..3 {
        let meeting = meeting.clone();
        ask(&lanes, DISK, &told, move || u32::from(meeting.wait().is_leader()));
    }
    let leaders: u32 = (0..3).map(|_| heard.recv().unwrap().unwrap()).sum();
    assert_eq!(leaders, 1);
    (0..100).for_each(|number| ask(&lanes, DISK, &told, move || number));
    let mut all: Vec<u32> = (0..100).map(|_| heard.recv().unwrap().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(all, (0..100).collect::<Vec<_>>());
    assert!((1..=pool::MOST_THREADS).contains(&lanes.pool(DISK).threads()));
}

#[test]
fn a_disk_that_hangs_is_refused_in_time_then_at_once_and_read_again_when_it_answers() {
    let (lanes, disk, told, heard) = hung();
    let read = |lane| {
        let disk = disk.clone();
        ask(&lanes, lane, &told, move || disk.read());
    };
    for _ in 0..pool::MOST_THREADS {
        read(DISK);
    }
    for _ in 0..pool::MOST_THREADS {
        assert_eq!(heard.recv().unwrap(), Err(()), "its time is over");
    }
    assert_eq!(lanes.silent(), BTreeSet::from([LibraryId::new(1)]));
    // All its threads are stuck: nobody waits for one.
    while lanes.clock.overdue(DISK) < pool::MOST_THREADS {
        std::thread::yield_now();
    }
    let refused_here = std::thread::current().id();
    let (at_once, by) = channel();
    lanes.ask(
        DISK,
        at_once,
        |at_once: Sender<_>| at_once.send(std::thread::current().id()).unwrap(),
        |_| panic!("nobody asks it"),
    );
    assert_eq!(by.recv().unwrap(), refused_here);
    ask(&lanes, OTHER, &told, || 3);
    assert_eq!(heard.recv().unwrap(), Ok(3), "another library does not wait");
    disk.hang(false);
    while !lanes.silent().is_empty() {
        std::thread::yield_now();
    }
    read(DISK);
    assert_eq!(heard.recv().unwrap(), Ok(7));
    assert!(heard.try_recv().is_err(), "what came too late is told to nobody");
}

#[test]
fn what_waited_in_vain_for_a_thread_is_not_asked_any_more() {
    let (lanes, disk, told, heard) = hung();
    let begun = Arc::<AtomicUsize>::default();
    for _ in 0..100 {
        let (disk, begun) = (disk.clone(), begun.clone());
        ask(&lanes, DISK, &told, move || {
            begun.fetch_add(1, Ordering::SeqCst);
            disk.read()
        });
    }
    (0..100).for_each(|_| assert_eq!(heard.recv().unwrap(), Err(())));
    disk.hang(false);
    while !lanes.silent().is_empty() {
        std::thread::yield_now();
    }
    ask(&lanes, DISK, &told, || 1);
    assert_eq!(heard.recv().unwrap(), Ok(1));
    assert!(
        begun.load(Ordering::SeqCst) <= pool::MOST_THREADS,
        "the rest was thrown away"
    );
}

/// Whether what is asked here is answered by this thread.
fn is_here(lanes: &Lanes) -> bool {
    let (told, heard) = channel();
    lanes.ask_here(
        DISK,
        told,
        |_| {},
        |answer: &Answer<Sender<_>>| {
            let told = answer.take().unwrap();
            told.send(std::thread::current().id()).unwrap();
        },
    );
    heard.recv().unwrap() == std::thread::current().id()
}

#[test]
fn the_last_thread_of_a_mount_is_not_spared_for_a_disk() {
    let lanes = Arc::new(Lanes::new(LONG, 2));
    assert!(is_here(&lanes), "one of two can be spared");
    let inner = lanes.clone();
    let (told, heard) = channel();
    lanes.ask_here(
        OTHER,
        told,
        |_| {},
        move |answer: &Answer<Sender<bool>>| {
            let told = answer.take().unwrap();
            told.send(is_here(&inner)).unwrap();
        },
    );
    assert!(!heard.recv().unwrap(), "the other cannot");
    assert!(!is_here(&Lanes::new(LONG, 1)));
}

#[test]
fn a_local_disk_that_hung_is_asked_by_its_lane() {
    let lanes = Lanes::new(SHORT, 3);
    let disk = Disk::default();
    disk.hang(true);
    std::thread::scope(|scope| {
        let (refused, heard) = channel();
        let (of_lanes, of_disk) = (&lanes, disk.clone());
        scope.spawn(move || {
            of_lanes.ask_here(
                DISK,
                refused,
                |refused: Sender<()>| refused.send(()).unwrap(),
                move |_| {
                    of_disk.read();
                },
            );
        });
        heard.recv().unwrap();
        while lanes.clock.overdue(DISK) == 0 {
            std::thread::yield_now();
        }
        assert!(!is_here(&lanes));
        disk.hang(false);
    });
}

/// More wait than there are threads, longer than the term: each has its own from when it is taken up.
#[test]
fn who_waits_for_a_slow_disk_that_answers_is_answered() {
    let (term, each) = (Duration::from_millis(800), Duration::from_millis(250));
    let (lanes, (told, heard)) = (Lanes::new(term, 2), channel());
    let rounds = 5;
    for _ in 0..rounds * pool::MOST_THREADS {
        ask(&lanes, DISK, &told, move || {
            std::thread::sleep(each);
            7
        });
    }
    for _ in 0..rounds * pool::MOST_THREADS {
        assert_eq!(heard.recv().unwrap(), Ok(7));
    }
    assert!(lanes.silent().is_empty());
}
