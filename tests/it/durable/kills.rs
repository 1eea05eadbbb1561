//! `kill -9` at random moments of a thousand edits: nothing acknowledged is missing, nothing is half there.
//!
//! Four clients send edits, each of photos of its own, until the daemon is killed; then it starts again on what the
//! crash left. What was acknowledged must be there. The one request that each client was waiting for may be there or
//! not, but on all its photos alike.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use kphotos_tests::bus::{Bus, BusError};
use kphotos_tests::model::{Change, Request, Share, Shown};
use kphotos_tests::random::Random;
use kphotos_tests::{as_user, skip, skip_unless, tree};

use super::{ALBUMS, Edited, TAGS};

const CLIENTS: usize = 4;
const KILLS: usize = 20;
const EDITS: usize = 1000;

/// A request without an answer, and what it would have changed.
type Pending = (Request, Vec<Change>);

/// Sends one request after the other until the daemon is gone or `count` are done; gives back the last one if whether
/// it was done is unknown.
pub(super) fn edit(
    share: &mut Share,
    bus: &Bus,
    random: &mut Random,
    count: usize,
    acknowledged: &Sender<()>,
) -> Option<Pending> {
    for _ in 0..count {
        let request = share.request(random, &TAGS, &ALBUMS);
        let changes = share.plan(&request);
        match request.send(bus) {
            Ok(receipt) => {
                assert_eq!(
                    receipt.revision == 0,
                    changes.is_empty(),
                    "{request:?}: {receipt:?}"
                );
                share.acknowledged(&request, changes, receipt.revision);
                // The killer may have seen enough.
                let _ = acknowledged.send(());
            }
            Err(BusError::Refused(_, text)) => {
                let expected = matches!(request, Request::Undo(_)) && changes.is_empty();
                assert!(expected, "{request:?} was refused: {text}; planned: {changes:?}");
                share.settled(&request);
            }
            Err(BusError::Lost(_)) => {
                share.settled(&request);
                return Some((request, changes));
            }
        }
    }
    None
}

/// One life of the daemon: edits by all clients at once, and the kill in the middle of them.
fn live_and_die(edited: &mut Edited, random: &mut Random) -> (usize, Vec<Option<Pending>>) {
    let buses: Vec<Bus> = edited.shares.iter().map(|_| edited.world.bus()).collect();
    let enough = 1 + random.below(2 * EDITS / KILLS);
    let moment = Duration::from_micros(random.below(3000) as u64);
    let mount = edited.world.mount();
    let world = &mut edited.world;
    let (sender, receiver) = mpsc::channel();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        // They hold locks in the kernel that whoever tells it of a change waits for; the kill must let all go.
        for folder in ["tags/shared", "tags/embedded", "albums/summer"] {
            let folder = mount.join(folder);
            let over = &over;
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    // Whatever it says: the mount dies under it.
                    let _ = tree::walk(&folder);
                }
            });
        }
        let running: Vec<_> = edited
            .shares
            .iter_mut()
            .zip(&buses)
            .map(|(share, bus)| {
                let (mut random, sender) = (random.fork(), sender.clone());
                scope.spawn(move || edit(share, bus, &mut random, usize::MAX, &sender))
            })
            .collect();
        drop(sender);
        let mut acknowledged = receiver.iter().take(enough).count();
        let deadline = Instant::now() + moment;
        let left = || deadline.saturating_duration_since(Instant::now());
        while receiver.recv_timeout(left()).is_ok() {
            acknowledged += 1;
        }
        let killed = world.kill9();
        over.store(true, Ordering::Relaxed);
        killed.unwrap();
        acknowledged += receiver.iter().count();
        let pending = running.into_iter().map(|client| client.join().unwrap());
        (acknowledged, pending.collect())
    })
}

/// Lives and deaths until there were enough of both; says how many.
fn check_kills(mut edited: Edited, mut random: Random, least_kills: usize, least_edits: usize) -> String {
    let (mut total, mut kills, mut unacknowledged) = (0, 0, [0, 0]);
    while kills < least_kills || total < least_edits {
        let (acknowledged, pending) = live_and_die(&mut edited, &mut random);
        total += acknowledged;
        kills += 1;
        edited.world.start().unwrap();
        let bus = edited.world.bus();
        let shown = Shown::by(&bus).unwrap();
        for (share, pending) in edited.shares.iter_mut().zip(pending) {
            let without = share.differences(&shown);
            let Some((request, changes)) = pending else {
                unacknowledged[0] += 1;
                continue;
            };
            if without.is_empty() {
                unacknowledged[0] += 1;
                let mut done = share.clone();
                done.apply(&changes);
                if done.differences(&shown).is_empty() {
                    share.make_known(&changes, &bus).unwrap();
                }
                continue;
            }
            unacknowledged[1] += 1;
            share.apply(&changes);
            let with = share.differences(&shown);
            assert!(
                with.is_empty(),
                "after kill {kills}: {} waited for {request:?}, which is neither wholly there:\n{}\nnor wholly absent:\n{}",
                share.name,
                with.join("\n"),
                without.join("\n")
            );
        }
        edited.check(&format!("after kill {kills}"));
    }
    edited.finish();
    format!("{total} edits acknowledged, {kills} kills, unacknowledged absent and there: {unacknowledged:?}")
}

#[test]
fn a_kill_at_any_moment_loses_no_acknowledged_edit_and_halves_none() {
    skip_unless!(skip::fuse());
    let random = Random::announced("kills");
    println!("{}", check_kills(Edited::new(CLIENTS, 8), random, KILLS, EDITS));
}

#[test]
fn a_users_daemon_killed_at_any_moment_loses_nothing_either() {
    skip_unless!(skip::fuse());
    as_user!();
    let random = Random::announced("kills, as a user");
    println!(
        "{}",
        check_kills(Edited::new(CLIENTS, 8), random, KILLS / 2, EDITS / 2)
    );
}

#[test]
fn a_kill_while_the_daemon_starts_loses_nothing() {
    skip_unless!(skip::fuse());
    let mut random = Random::announced("kills while starting");
    let mut edited = Edited::new(1, 8);
    let (sender, _receiver) = mpsc::channel();
    let bus = edited.world.bus();
    edit(&mut edited.shares[0], &bus, &mut random, 60, &sender);
    edited.world.kill9().unwrap();
    for kill in 0..10 {
        let moment = Duration::from_micros(random.below(60_000) as u64);
        edited.world.launch().unwrap();
        // Nobody ever sends: the random moment, waited for without a sleep.
        let (_never, wait) = mpsc::channel::<()>();
        let _ = wait.recv_timeout(moment);
        edited.world.kill9().unwrap();
        println!("kill {kill} {moment:?} after the start");
    }
    edited.world.start().unwrap();
    edited.check("after ten kills while starting");
    edited.finish();
}
