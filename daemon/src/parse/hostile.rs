//! The pool against workers that misbehave: peers in threads that speak the wire form by hand.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::launch::{Launch, Launched, Process};
use super::pool::{Pool, Stop};
use super::protocol::{
    FactsRecord, HelloRecord, MAX_REPLY_BYTES, OutcomeRecord, PROTOCOL_VERSION, ReplyRecord, RequestRecord,
    SandboxRecord,
};
use super::{Job, Outcome, ParseError, PoolOptions};

/// What a peer does when it comes to a file with this extension; any other is answered properly.
const DIE: &str = "die";
const HANG: &str = "hang";
const DRIP: &str = "drip";
const FLOOD: &str = "flood";
const GARBAGE: &str = "garbage";
const LIE: &str = "lie";
/// Answers properly, then says something more.
const CHATTER: &str = "chatter";

struct Peers {
    launched: Arc<AtomicUsize>,
    hello: HelloRecord,
    /// Files after which a peer dies of old age.
    life: u64,
}

struct Peer {
    /// A copy of the peer's own end; shutting it down is this process's kill.
    theirs: UnixStream,
}

impl Process for Peer {
    fn end(&mut self) -> String {
        let _ = self.theirs.shutdown(std::net::Shutdown::Both);
        "was a thread".to_owned()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

impl Launch for Peers {
    fn launch(&self) -> Result<Launched, ParseError> {
        self.launched.fetch_add(1, Ordering::SeqCst);
        let (ours, theirs) = UnixStream::pair().unwrap();
        let peer = Peer {
            theirs: theirs.try_clone().unwrap(),
        };
        let (hello, life) = (self.hello.clone(), self.life);
        std::thread::spawn(move || {
            let _ = live(theirs, &hello, life);
        });
        Ok(Launched {
            socket: ours,
            process: Box::new(peer),
        })
    }
}

fn frame(value: &impl serde::Serialize) -> Vec<u8> {
    let body = serde_json::to_vec(value).unwrap();
    [u32::try_from(body.len()).unwrap().to_le_bytes().as_slice(), &body].concat()
}

fn live(mut socket: UnixStream, hello: &HelloRecord, life: u64) -> std::io::Result<()> {
    socket.write_all(&frame(hello))?;
    let mut served = 0;
    loop {
        let mut length = [0u8; 4];
        socket.read_exact(&mut length)?;
        let mut body = vec![0u8; usize::try_from(u32::from_le_bytes(length)).unwrap()];
        socket.read_exact(&mut body)?;
        let request: RequestRecord = serde_json::from_slice(&body).unwrap();
        for file in request.files {
            let outcome = OutcomeRecord::Read(Box::new(FactsRecord {
                title: Some(file.ext.clone()),
                ..Default::default()
            }));
            let honest = frame(&ReplyRecord {
                ticket: file.ticket,
                outcome: outcome.clone(),
            });
            match file.ext.as_str() {
                _ if served >= life => return socket.shutdown(std::net::Shutdown::Both),
                DIE => return socket.shutdown(std::net::Shutdown::Both),
                // Until the pool shuts the line: no timer.
                HANG => return socket.read_exact(&mut [0u8; 1]),
                DRIP => {
                    for byte in honest {
                        socket.write_all(&[byte])?;
                        socket.set_read_timeout(Some(Duration::from_millis(40)))?;
                        let _ = socket.read_exact(&mut [0u8; 1]);
                    }
                    return Ok(());
                }
                FLOOD => {
                    let announced = u32::try_from(MAX_REPLY_BYTES).unwrap() + 1;
                    socket.write_all(&announced.to_le_bytes())?;
                    loop {
                        socket.write_all(&[b' '; 4096])?;
                    }
                }
                GARBAGE => socket.write_all(b"\x05\0\0\0{\"a\":")?,
                LIE => socket.write_all(&frame(&ReplyRecord {
                    ticket: file.ticket ^ 1,
                    outcome,
                }))?,
                CHATTER => socket.write_all(&[honest, b"and another thing".to_vec()].concat())?,
                _ => socket.write_all(&honest)?,
            }
            served += 1;
        }
    }
}

fn hello() -> HelloRecord {
    let sandbox = SandboxRecord {
        landlock: "full".to_owned(),
        seccomp: true,
    };
    HelloRecord {
        version: PROTOCOL_VERSION,
        sandbox,
    }
}

fn pool(life: u64) -> (Pool, Arc<AtomicUsize>) {
    let launched = Arc::new(AtomicUsize::new(0));
    let peers = Peers {
        launched: Arc::clone(&launched),
        hello: hello(),
        life,
    };
    let options = PoolOptions {
        workers: 1,
        file_timeout: Duration::from_millis(300),
        ..PoolOptions::default()
    };
    (Pool::with_launcher(Box::new(peers), options).unwrap(), launched)
}

fn jobs(exts: &[&str]) -> Vec<Job> {
    let job = |(ticket, ext): (u64, &&str)| Job {
        ticket,
        file: OwnedFd::from(File::open("/dev/null").unwrap()),
        ext: (*ext).to_owned(),
    };
    (100u64..).zip(exts).map(job).collect()
}

/// Reads the files and writes the answers as one letter each: read, failed, unreadable, unserved.
fn outcomes(pool: &Pool, exts: &[&str]) -> String {
    outcomes_until(pool, exts, &|| false)
}

fn outcomes_until(pool: &Pool, exts: &[&str], stop: Stop<'_>) -> String {
    let answers = pool.read(jobs(exts), stop);
    let tickets: Vec<u64> = answers.iter().map(|(ticket, _)| *ticket).collect();
    assert_eq!(
        tickets,
        (100u64..).take(exts.len()).collect::<Vec<_>>(),
        "each file is answered once, in order"
    );
    let letter = |((_, outcome), ext): (&(u64, Outcome), &&str)| match outcome {
        Outcome::Read(facts) => {
            assert_eq!(facts.title.as_deref(), Some(*ext), "the answer is the file's own");
            'r'
        }
        Outcome::Failed { .. } => 'f',
        Outcome::Unreadable { .. } => 'U',
        Outcome::Unserved { .. } => '-',
    };
    answers.iter().zip(exts).map(letter).collect()
}

#[test]
fn whatever_a_worker_does_costs_one_file_and_the_rest_is_read() {
    for bad in [DIE, HANG, DRIP, FLOOD, GARBAGE, LIE] {
        let (pool, _) = pool(u64::MAX);
        assert_eq!(outcomes(&pool, &[bad, "a"]), "Ur", "{bad} first");
        assert_eq!(outcomes(&pool, &["a", bad, "b", "c"]), "rUrr", "{bad} between");
        assert_eq!(outcomes(&pool, &["a", bad]), "rU", "{bad} last");
        assert_eq!(outcomes(&pool, &["a"]), "r", "after {bad}");
    }
}

#[test]
fn many_bad_files_in_a_row_are_each_answered() {
    let (pool, _) = pool(u64::MAX);
    let mut exts = [DIE, GARBAGE, LIE, FLOOD].repeat(40);
    exts.push("a");
    assert_eq!(outcomes(&pool, &exts), "U".repeat(160) + "r");
}

#[test]
fn what_a_worker_says_unasked_is_not_held_against_the_next_file() {
    let (pool, launched) = pool(u64::MAX);
    assert_eq!(outcomes(&pool, &[CHATTER, "a", "b"]), "rrr");
    assert_eq!(outcomes(&pool, &[CHATTER]), "r");
    assert_eq!(outcomes(&pool, &["a"]), "r");
    assert_eq!(launched.load(Ordering::SeqCst), 3, "each chatterer was replaced");
}

#[test]
fn a_worker_that_dies_of_age_takes_no_file_with_it() {
    let (pool, launched) = pool(3);
    assert_eq!(outcomes(&pool, &["a"; 10]), "r".repeat(10));
    assert_eq!(launched.load(Ordering::SeqCst), 4);
}

#[test]
fn a_worker_that_never_lives_to_answer_is_not_started_for_ever() {
    let (pool, _) = pool(0);
    assert_eq!(outcomes(&pool, &["a", "b"]), "UU");
}

#[test]
fn a_hanging_file_is_given_up_in_time() {
    let (pool, _) = pool(u64::MAX);
    let start = Instant::now();
    assert_eq!(outcomes(&pool, &[HANG]), "U");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_file_that_hangs_is_not_to_blame_for_it_once_it_was_given_up() {
    let (pool, _) = pool(u64::MAX);
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, Ordering::SeqCst) > 0;
    assert_eq!(outcomes_until(&pool, &["a", HANG, "b"], &stop), "r--");
    assert_eq!(outcomes_until(&pool, &["a"], &stop), "-");
    assert_eq!(outcomes(&pool, &["a"]), "r", "it was said of those files only");
}

#[test]
fn closing_breaks_off_a_file_that_hangs_and_blames_none() {
    let (launched, patience) = (Arc::default(), Duration::from_secs(60));
    let peers = Peers {
        launched: Arc::clone(&launched),
        hello: hello(),
        life: 1,
    };
    let options = PoolOptions {
        workers: 1,
        file_timeout: patience,
        ..PoolOptions::default()
    };
    let pool = Pool::with_launcher(Box::new(peers), options).unwrap();
    let start = Instant::now();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| outcomes(&pool, &["a", HANG, "b"]));
        // The second worker is started for the file that hangs.
        while launched.load(Ordering::SeqCst) < 2 {
            std::thread::yield_now();
        }
        pool.close();
        assert_eq!(reader.join().unwrap(), "r--");
    });
    assert_eq!(outcomes(&pool, &["a"]), "-", "a closed pool reads nothing");
    assert!(start.elapsed() < patience / 2);
}

#[test]
fn a_descriptor_that_could_change_its_file_is_not_handed_over() {
    let (pool, _) = pool(u64::MAX);
    let mut jobs = jobs(&["a", "b", "c"]);
    let both_ways = File::options().read(true).write(true).open("/dev/null").unwrap();
    jobs[1].file = OwnedFd::from(both_ways);
    let answers = pool.read(jobs, &|| false);
    assert!(matches!(answers[0].1, Outcome::Read(_)));
    assert!(matches!(&answers[1].1, Outcome::Unserved { reason } if reason.contains("read-only")));
    assert!(matches!(answers[2].1, Outcome::Read(_)));
}

#[test]
fn many_callers_share_few_workers() {
    let (pool, launched) = pool(u64::MAX);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(outcomes(&pool, &["a"; 200]), "r".repeat(200)));
        }
    });
    assert_eq!(launched.load(Ordering::SeqCst), 1);
}

#[test]
fn a_worker_that_is_not_held_is_refused() {
    let refused = |hello: HelloRecord, best_effort: bool| {
        let peers = Peers {
            launched: Arc::default(),
            hello,
            life: 1,
        };
        let options = PoolOptions {
            best_effort_sandbox: best_effort,
            ..PoolOptions::default()
        };
        Pool::with_launcher(Box::new(peers), options).err()
    };
    let bare = HelloRecord {
        sandbox: SandboxRecord {
            landlock: "none".to_owned(),
            seccomp: true,
        },
        ..hello()
    };
    assert!(matches!(
        refused(bare.clone(), false),
        Some(ParseError::NotHeld { .. })
    ));
    assert!(refused(bare, true).is_none());
    let other = HelloRecord {
        version: PROTOCOL_VERSION + 1,
        ..hello()
    };
    assert!(matches!(refused(other, true), Some(ParseError::Version { .. })));
}

#[test]
fn a_program_that_is_missing_or_no_worker_is_refused_at_start() {
    let options = || PoolOptions {
        start_timeout: Duration::from_secs(5),
        ..PoolOptions::default()
    };
    let missing = Pool::start(std::path::Path::new("/nonexistent/kphotos-worker"), options());
    assert!(matches!(missing.err(), Some(ParseError::Start { .. })));
    let other = Pool::start(std::path::Path::new("/bin/false"), options());
    assert!(
        matches!(other.err(), Some(ParseError::Refused { reason }) if reason.contains("ended with status 1"))
    );
}
