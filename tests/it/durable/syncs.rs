//! What an acknowledgement rests on: one fdatasync of the journal, shared by those who wait at the same time.

use std::collections::BTreeSet;
use std::fs;
use std::sync::mpsc;
use std::thread;

use kphotos_tests::bus::Bus;
use kphotos_tests::trace::{Call, Trace};
use kphotos_tests::{skip, skip_unless};

use super::Edited;

const COMMANDS: usize = 200;

/// A command that always changes something.
fn set_title(bus: &Bus, asset: u32, n: usize) {
    let title = format!("title {n}");
    let receipt = bus.set_field("title", title.as_str().into(), &[asset]).unwrap();
    assert!(receipt.revision > 0);
}

/// The calls of these commands: those on the journal, and those on the database.
fn trace(edited: &Edited, name: &str, commands: impl FnOnce()) -> Result<(Vec<Call>, Vec<Call>), String> {
    let (world, bus) = (&edited.world, edited.world.bus());
    bus.wait_idle();
    let state = world.state().canonicalize().unwrap();
    let asset = edited.shares[0].photos()[0];
    let mut number = COMMANDS;
    let probe = || {
        number += 1;
        set_title(&bus, asset, number);
    };
    let trace = Trace::attach(world.pid(), world.path(name), probe).map_err(|error| error.to_string())?;
    commands();
    let calls = trace.calls().unwrap();
    let below = |folder: &str| -> Vec<Call> {
        let folder = state.join(folder);
        calls
            .iter()
            .filter(|call| call.path.starts_with(&folder))
            .cloned()
            .collect()
    };
    Ok((below("journal"), below("layer")))
}

#[test]
fn a_command_costs_one_fdatasync_of_the_journal_and_no_flush_of_the_database() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("strace"));
    let edited = Edited::new(1, 4);
    let asset = edited.shares[0].photos()[0];
    let bus = edited.world.bus();
    let commands = || (0..COMMANDS).for_each(|n| set_title(&bus, asset, n));
    let (journal, layer) = skip_unless!(trace(&edited, "sequential", commands));

    let (data, other): (Vec<_>, Vec<_>) = journal.iter().partition(|call| call.name == "fdatasync");
    assert_eq!(data.len(), COMMANDS, "one fdatasync a command");
    assert!(
        other.len() <= 2,
        "a new segment may sync its folder, no more: {other:?}"
    );
    let serving: BTreeSet<u32> = data.iter().map(|call| call.thread).collect();
    let on_the_path: Vec<_> = layer
        .iter()
        .filter(|call| serving.contains(&call.thread))
        .collect();
    assert!(
        on_the_path.is_empty(),
        "a thread that commits flushes the database: {on_the_path:?}"
    );
    // sled's own threads write behind, and the store's flushes twice a second; nobody waits for them.
    for call in &layer {
        let task = format!("/proc/{}/task/{}/comm", edited.world.pid(), call.thread);
        let name = fs::read_to_string(task).unwrap_or_default();
        let is_behind = name.is_empty() || name.starts_with("sled") || name.starts_with("store-flush");
        assert!(is_behind, "{} flushes the database: {call:?}", name.trim());
    }
    println!(
        "{COMMANDS} commands: {} fdatasync of the journal, {} calls on the database",
        data.len(),
        layer.len()
    );
    edited.finish();
}

#[test]
fn commands_at_the_same_time_share_an_fdatasync() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("strace"));
    const CLIENTS: usize = 8;
    let edited = Edited::new(CLIENTS, 1);
    let clients: Vec<(Bus, u32)> = edited
        .shares
        .iter()
        .map(|share| (edited.world.bus(), share.photos()[0]))
        .collect();
    let commands = || {
        let (sender, finished) = mpsc::channel();
        thread::scope(|scope| {
            for (bus, asset) in &clients {
                let sender = sender.clone();
                scope.spawn(move || {
                    (0..COMMANDS / CLIENTS).for_each(|n| set_title(bus, *asset, n));
                    sender.send(()).unwrap();
                });
            }
        });
        assert_eq!(finished.iter().take(CLIENTS).count(), CLIENTS);
    };
    let (journal, _) = skip_unless!(trace(&edited, "concurrent", commands));
    let data = journal.iter().filter(|call| call.name == "fdatasync").count();
    println!("{COMMANDS} commands of {CLIENTS} clients: {data} fdatasync of the journal");
    assert!(data > 0 && data < COMMANDS, "{data} for {COMMANDS} commands");
    edited.finish();
}
