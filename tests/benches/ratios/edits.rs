//! How many edits a second are durable, and ten thousand photos in one edit.
//!
//! An edit gives one photo one tag; its answer comes when it is on the disk and in the mount. Beside it stands what
//! the disk alone can do: 300 bytes appended and fdatasync'ed, in a loop. Many clients at once share a flush, so
//! together they may pass it.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::bus::{Bus, Client, query, these};
use crate::ground::Ground;
use crate::options::Options;
use crate::table::{Figure, Table, Target};
use crate::tools::{interleaved, median};

/// How long a round of single edits lasts. Short, and many of them: what others write to the disk meanwhile makes one
/// flush ten times as slow as the next, and must not meet one of those compared alone.
const ROUND: Duration = Duration::from_millis(250);
const ROUNDS_EACH: usize = 4;

/// Clients at once.
const CLIENTS: usize = 8;

/// All edits.
pub(crate) fn measure(options: &Options, ground: &Ground, table: &mut Table) -> Result<()> {
    let bus = ground.bus()?;
    let photos = bus.all_below(&ground.world.library())?;
    singles(options, ground, bus, &photos, table)?;
    many(options, ground, bus, &photos[..ground.many], table)
}

fn singles(options: &Options, ground: &Ground, bus: &Bus, photos: &[u32], table: &mut Table) -> Result<()> {
    let clients: Vec<Client> = (0..CLIENTS)
        .map(|_| bus.runtime.block_on(Client::connect(&ground.world.socket())))
        .collect::<Result<_>>()?;
    let journal = ground.world.path("fdatasync");
    let made = Cell::new(0);
    let round = Cell::new(0);
    let medians = interleaved(
        options.rounds * ROUNDS_EACH,
        vec![
            (
                "one",
                Box::new(|| {
                    round.set(round.get() + 1);
                    let tag = format!("bench/one/{}", round.get());
                    let begun = Instant::now();
                    let count = bus
                        .runtime
                        .block_on(edit(bus.client.clone(), tag, photos.to_vec()))?;
                    made.set(made.get() + count);
                    Ok(count as f64 / begun.elapsed().as_secs_f64())
                }),
            ),
            (
                "eight",
                Box::new(|| {
                    round.set(round.get() + 1);
                    let begun = Instant::now();
                    let tasks: Vec<_> = clients
                        .iter()
                        .enumerate()
                        .map(|(n, client)| {
                            let tag = format!("bench/eight/{}/{n}", round.get());
                            bus.runtime.spawn(edit(client.clone(), tag, photos.to_vec()))
                        })
                        .collect();
                    let mut count = 0;
                    for task in tasks {
                        count += bus.runtime.block_on(task)??;
                    }
                    made.set(made.get() + count);
                    Ok(count as f64 / begun.elapsed().as_secs_f64())
                }),
            ),
            ("disk", Box::new(|| fdatasync(&journal))),
        ],
    )?;
    fs::remove_file(&journal)?;
    let shown = fs::read_dir(ground.world.mount().join("tags/bench/one/1"))?.count();
    ensure!(made.get() > 0 && shown > 0, "the edits are not in the mount");
    let rate = |rate| Figure::Rate(rate, "edits");
    let disk = "write + fdatasync of 300 B";
    table.against(
        "edits, one at a time",
        rate(medians[0].1),
        disk,
        rate(medians[2].1),
        Target::Ratio(0.5),
        "a tag to a photo over one D-Bus connection, each awaited",
    );
    table.against(
        format!("edits, {CLIENTS} clients"),
        rate(medians[1].1),
        disk,
        rate(medians[2].1),
        Target::Ratio(1.0),
        "the same over a connection for each client, at once",
    );
    Ok(())
}

/// Tags one photo after the other until the round is over: how many.
async fn edit(client: Client, tag: String, photos: Vec<u32>) -> Result<usize> {
    let begun = Instant::now();
    let mut count = 0;
    for photo in photos {
        let (revision, touched, ..) = client.add_tag(&tag, these(&[photo])).await?;
        ensure!(revision > 0 && touched == 1, "photo {photo} was not tagged {tag}");
        count += 1;
        if begun.elapsed() > ROUND {
            break;
        }
    }
    Ok(count)
}

/// What the disk can do: appended and made durable, times a second.
fn fdatasync(path: &Path) -> Result<f64> {
    let mut file = File::create(path)?;
    let (line, begun, mut count) = ([b'x'; 300], Instant::now(), 0);
    while begun.elapsed() < ROUND {
        file.write_all(&line)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

fn many(options: &Options, ground: &Ground, bus: &Bus, photos: &[u32], table: &mut Table) -> Result<()> {
    bus.runtime
        .block_on(bus.client.add_tag("bench/many", these(photos)))?;
    let (mut over_bus, mut by_query, mut by_command) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..options.rounds {
        let tag = |how: &str| format!("bench/{how}/{round}");
        let begun = Instant::now();
        let (_, touched, ..) = bus
            .runtime
            .block_on(bus.client.add_tag(&tag("ids"), these(photos)))?;
        over_bus.push(begun.elapsed().as_secs_f64());
        ensure!(touched == photos.len() as u64, "{touched} photos were tagged");

        let begun = Instant::now();
        let (_, touched, ..) = bus
            .runtime
            .block_on(bus.client.add_tag(&tag("query"), query("tag:=bench/many")))?;
        by_query.push(begun.elapsed().as_secs_f64());
        ensure!(touched == photos.len() as u64, "{touched} photos were tagged");

        let begun = Instant::now();
        let answer = ground
            .world
            .kphotos(&["tag", "add", &tag("command"), "--query", "tag:=bench/many"]);
        by_command.push(begun.elapsed().as_secs_f64());
        ensure!(answer.status == 0, "{answer}");
    }
    for how in ["ids", "query", "command"] {
        let folder = ground.world.mount().join("tags/bench").join(how).join("0");
        let shown = fs::read_dir(&folder)?.count();
        ensure!(shown == photos.len(), "{} shows {shown}", folder.display());
    }
    let target = Target::Time(Duration::from_millis(100));
    let figure = |seconds: Vec<f64>| Figure::Time(Duration::from_secs_f64(median(seconds)));
    let what = |how: &str| format!("{} photos in one edit, {how}", photos.len());
    table.alone(
        what("by number"),
        figure(over_bus),
        target,
        "Organization1.AddTag with all numbers",
    );
    table.alone(
        what("by query"),
        figure(by_query),
        target,
        "Organization1.AddTag with a query",
    );
    table.alone(
        what("by command"),
        figure(by_command),
        target,
        "kphotos tag add … --query, from exec to exit",
    );
    Ok(())
}
