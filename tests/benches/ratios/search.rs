//! Looking for photos: the first page of searches of many kinds, and the folder of a day.
//!
//! A page is asked for over D-Bus and read, so what is measured is what a program waits for; the document that comes says
//! how many are found in all, which must be some. It is asked for by the first who looks for it, and then again: the daemon
//! keeps who has a word for a while.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use zbus::wire::OwnedVariant;

use crate::bus::Dict;
use crate::ground::Ground;
use crate::options::Options;
use crate::start::{allowed_memory, memory};
use crate::table::{Figure, Table, Target};
use crate::tools::{go_on, median};

/// Photos on a page.
const PAGE: usize = 100;
/// What a page may take, and the folder of a day.
const MOST: Duration = Duration::from_millis(10);

/// What is made for searches while there is nothing else to do takes that long at most, of a million.
const SETTLES: Duration = Duration::from_secs(20);

/// One of each kind of question: sets that are kept, values that are compared, texts, places, and of all the rest.
const QUERIES: [&str; 14] = [
    "",
    "tag:travel",
    "date:2004",
    "rating:4+",
    "camera:nikon -tag:travel",
    "iso:800 f:2..6",
    "near:40,0,800km",
    "has:title OR is:undated",
    "img_0042",
    "img",
    "1",
    "number",
    "1 2 jpg",
    "img 20 jpg",
];

/// Asked before all others and not measured: a program's own pages come from the disk when they are first needed.
const OTHERS: &str = "near:-10,10,800km OR dsc_9999 OR camera:canon OR iso:100 OR title:zebra OR date:1999";

/// Sorted otherwise than by time.
const SORTED: (&str, &str) = ("rating:1+", "name");

/// All searches.
pub(crate) fn measure(options: &Options, ground: &Ground, table: &mut Table) -> Result<()> {
    thread::sleep(SETTLES);
    let before = memory(ground.world.pid())?;
    page(ground, OTHERS, "taken")?;
    let pages = QUERIES.iter().map(|query| (*query, "taken")).chain([SORTED]);
    let (mut slowest, mut slowest_of) = (Duration::ZERO, "");
    for (query, sort) in pages {
        let mut found = 0;
        let mut ask = || {
            found = page(ground, query, sort)?;
            Ok(())
        };
        let begun = Instant::now();
        ask()?;
        let at_first = begun.elapsed();
        let time = repeated(options, ask)?;
        if at_first > slowest {
            (slowest, slowest_of) = (at_first, query);
        }
        let what = match (query, sort) {
            ("", _) => format!("first {PAGE} of all"),
            (_, "taken") => format!("first {PAGE} of `{query}`"),
            _ => format!("first {PAGE} of `{query}` by {sort}"),
        };
        let how = format!(
            "over D-Bus; {found} photos found in all; {:.1} ms when asked for the first time",
            at_first.as_secs_f64() * 1e3
        );
        table.alone(what, Figure::Time(time), Target::Time(MOST), how);
    }
    let how = format!("each asked once; `{slowest_of}`");
    let what = format!("first {PAGE}, slowest at first");
    // Asked once: what else the machine did meanwhile is in it.
    table.alone(what, Figure::Time(slowest), Target::None, how);
    let after = memory(ground.world.pid())?;
    for (what, size, how) in [
        (
            "memory, before searches",
            before.now,
            "VmRSS of kphotosd with its indexes",
        ),
        ("memory, after searches", after.now, "VmRSS of the same"),
        ("memory, peak with searches", after.peak, "VmHWM of the same"),
    ] {
        table.alone(what, Figure::Size(size), allowed_memory(options), how);
    }
    let day = day(ground)?;
    let mut shown = 0;
    let time = repeated(options, || {
        shown = fs::read_dir(&day)?.count();
        Ok(())
    })?;
    ensure!(shown > 0, "{} shows nothing", day.display());
    let how = format!("one folder of dates/by-day/, listed: {shown} photos");
    table.alone("a day's folder", Figure::Time(time), Target::Time(MOST), how);
    Ok(())
}

fn repeated(options: &Options, mut ask: impl FnMut() -> Result<()>) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..options.rounds.max(5) {
        go_on()?;
        let begun = Instant::now();
        ask()?;
        times.push(begun.elapsed().as_secs_f64());
    }
    Ok(Duration::from_secs_f64(median(times)))
}

/// Asks for the first page; how many are found in all.
fn page(ground: &Ground, query: &str, sort: &str) -> Result<u64> {
    let options = Dict::from([
        ("limit".to_owned(), OwnedVariant::from(PAGE as u32)),
        ("sort".to_owned(), zbus::wire::Str::from(sort.to_owned()).into()),
    ]);
    let found = ground.bus()?.document("Catalog", "Search", &(query, options))?;
    let total = found["total"]
        .as_u64()
        .context("a search says how many it finds")?;
    let items = found["items"].as_array().map_or(0, Vec::len);
    ensure!(
        total > 0 && items as u64 == total.min(PAGE as u64),
        "`{query}`: {items} of {total}"
    );
    Ok(total)
}

/// The folder of a day in the middle of the library.
fn day(ground: &Ground) -> Result<std::path::PathBuf> {
    let photo = ground.library.photo(ground.library.count / 2);
    let taken = photo.taken.context("numbered photos have a time")?;
    let below = taken.strftime("dates/by-day/%Y/%Y-%m-%d").to_string();
    Ok(ground.world.mount().join(below))
}
