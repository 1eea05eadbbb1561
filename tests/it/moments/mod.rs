//! Eight who look while three edit: every look shows what was so at some moment while it lasted.
//!
//! The kernel remembers names, attributes, listings and bytes for as long as nobody tells it otherwise, and what has
//! changed is played to watchers while others read. Here a real mount is read in every way at once, at random, while
//! tags, albums, dates and originals change; nothing may be seen that was not so between the beginning and the end of
//! the look.
//!
//! | module | what it is |
//! |---|---|
//! | `facts` | the model: what was so, by state of each who edits, and which states a look may have seen |
//! | `setting` | the world: who has which photos, and what stays |
//! | `part`, `edits`, `files` | who edits over D-Bus, with what he knows of his part, and who moves originals about |
//! | `listing`, `looks`, `single` | who looks: in parts, by path, by handle, with files kept open, through memory maps |
//! | `explain` | whether a look is explained |
//! | `quiet` | between rounds: the whole tree is exactly the model's, and that of a mount that was just made |
//!
//! What is rigorous: an entry that stayed is in every listing, once; one that was not there is in none; the bytes of a
//! photo are its own; an error says that something is gone, and something was (or, for now, that the kernel is to be asked again); who tries to write is told EROFS. Where a
//! directory on the way changed its name meanwhile, it is not known which one a look went through: then only what
//! holds of every directory is asked.
//!
//! KPHOTOS_SEED takes the seed that a run said, KPHOTOS_ROUNDS the number of rounds (3).

mod edits;
mod explain;
mod facts;
mod files;
mod listing;
mod looks;
mod part;
mod quiet;
mod setting;
mod single;

use std::collections::BTreeMap;
use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use kphotos_tests::random::Random;
use kphotos_tests::{as_user, skip, skip_unless};

use edits::Editor;
use files::Mover;
use looks::Reader;
use setting::{EDITORS, MOVER, Setting};

const READERS: usize = 8;
/// How long is edited before all is compared.
const ROUND: Duration = Duration::from_millis(2500);
/// A call that takes longer is a deadlock; what a client waits for takes less.
const PATIENCE: Duration = Duration::from_secs(75);

/// Everybody, with what each remembers from round to round.
struct Cast {
    readers: Vec<(Reader, Random)>,
    editors: Vec<(Editor, Random)>,
    mover: (Mover, Random),
}

/// What somebody does again and again.
type Step<'a> = Box<dyn FnMut() -> Result<(), String> + Send + 'a>;

/// Runs all of them for a while; the texts are what went wrong.
fn round(setting: &Setting, cast: &mut Cast, pid: u32) -> Vec<String> {
    let over = AtomicBool::new(false);
    let mut failures = Vec::new();
    let mut steps: Vec<Step<'_>> = Vec::new();
    for (reader, random) in &mut cast.readers {
        steps.push(Box::new(|| reader.step(setting, random)));
    }
    for (editor, random) in &mut cast.editors {
        steps.push(Box::new(|| editor.step(setting, random)));
    }
    let (mover, random) = &mut cast.mover;
    steps.push(Box::new(|| mover.step(setting, random)));
    thread::scope(|scope| {
        let (sender, outcomes) = mpsc::channel();
        let (over, count) = (&over, steps.len());
        for mut step in steps {
            let sender = sender.clone();
            scope.spawn(move || {
                let mut outcome = Ok(());
                while outcome.is_ok() && !over.load(Ordering::Relaxed) {
                    outcome = step();
                }
                // Who waits may have given up.
                let _told = sender.send(outcome);
            });
        }
        drop(sender);
        let (end, mut left) = (Instant::now() + ROUND, count);
        while left > 0 {
            let is_over = over.load(Ordering::Relaxed);
            let patience = match is_over {
                true => PATIENCE,
                false => end.saturating_duration_since(Instant::now()),
            };
            match outcomes.recv_timeout(patience) {
                Ok(outcome) => {
                    failures.extend(outcome.err());
                    left -= 1;
                }
                Err(RecvTimeoutError::Timeout) if is_over => {
                    failures.push(format!("no end after {PATIENCE:?}: the daemon is killed"));
                    // Whoever hangs in its mount is let go.
                    let _killed = kphotos_tests::process::run(
                        std::process::Command::new("kill").args(["-9", &pid.to_string()]),
                    );
                    left = 0;
                }
                Err(_) => {}
            }
            if !failures.is_empty() || Instant::now() >= end {
                over.store(true, Ordering::Relaxed);
            }
        }
    });
    failures
}

fn check_moments(mut random: Random) {
    let rounds = env::var("KPHOTOS_ROUNDS").ok().and_then(|text| text.parse().ok());
    let rounds: usize = rounds.unwrap_or(3);
    let mut setting = Setting::new();
    let mut cast = Cast {
        readers: (0..READERS).map(|_| (Reader::default(), random.fork())).collect(),
        editors: EDITORS
            .map(|owner| (Editor::new(owner, &setting), random.fork()))
            .into(),
        mover: (Mover::new(&setting), random.fork()),
    };
    let pid = setting.world.pid();
    quiet::check(&setting).unwrap_or_else(|said| panic!("at the beginning: {said}"));
    for number in 0..rounds {
        let failures = round(&setting, &mut cast, pid);
        assert!(failures.is_empty(), "round {number}: {}", failures.join("\n"));
        quiet::check(&setting).unwrap_or_else(|said| panic!("after round {number}: {said}"));
    }
    let mut looks = BTreeMap::new();
    for (kind, count) in cast.readers.iter().flat_map(|(reader, _)| &reader.looks) {
        *looks.entry(*kind).or_insert(0) += count;
    }
    let edits = EDITORS.map(|owner| setting.facts.count(owner));
    println!(
        "edits {edits:?}, originals {}, looks {looks:?}",
        setting.facts.count(MOVER) / 2
    );
    drop(cast);
    setting.world.stop().unwrap();
}

#[test]
fn every_look_at_the_public_mount_shows_what_was_so_while_it_lasted() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    check_moments(Random::announced("moments"));
}

#[test]
fn every_look_at_a_users_mount_shows_what_was_so_while_it_lasted() {
    skip_unless!(skip::fuse());
    as_user!();
    check_moments(Random::announced("moments, as a user"));
}
