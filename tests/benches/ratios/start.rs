//! A restart with everything known, and memory.
//!
//! The clock runs from exec of kphotosd until `kphotos wait --ready` has returned: every mount answers. Memory is
//! read when the daemon has nothing left to do.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::ground::Ground;
use crate::options::Options;
use crate::table::{Figure, Table, Target};
use crate::tools::{go_on, median};

/// Resident memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// Now.
    pub(crate) now: u64,
    /// At most so far.
    pub(crate) peak: u64,
}

/// What the daemon may take of memory.
pub(crate) fn allowed_memory(options: &Options) -> Target {
    Target::Size((100e6 + 35e6 * options.assets as f64 / 1e5) as u64)
}

/// Restarts, then memory.
pub(crate) fn measure(options: &Options, ground: &mut Ground, table: &mut Table) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..options.rounds {
        go_on()?;
        ground.stop()?;
        let begun = Instant::now();
        ground.start()?;
        times.push(begun.elapsed().as_secs_f64());
        let shown = fs::read_dir(ground.in_mount("")?)?.count();
        ensure!(shown > 0, "the mount is ready and library/ is empty");
        ground.bus()?.wait_idle()?;
    }
    // Half a second a hundred thousand, and three of a million.
    let allowed = (options.assets as f64 / 1e5 * 0.5).clamp(0.5, 3.0);
    table.alone(
        "start to mounted",
        Figure::Time(Duration::from_secs_f64(median(times))),
        Target::Time(Duration::from_secs_f64(allowed)),
        "restart with everything known, until kphotos wait --ready returned",
    );
    let allowed = allowed_memory(options);
    table.alone(
        "memory, first index",
        Figure::Size(ground.index_peak),
        allowed,
        "VmHWM of kphotosd that indexed and hashed all",
    );
    let daemon = memory(ground.world.pid())?;
    table.alone(
        "memory, peak since restart",
        Figure::Size(daemon.peak),
        allowed,
        "VmHWM of kphotosd, restarted, unchanged rescan done",
    );
    table.alone(
        "memory, at rest",
        Figure::Size(daemon.now),
        allowed,
        "VmRSS of the same",
    );
    let (mut mounter, mut workers, mut count) = (0, 0, 0);
    for (name, size) in children(ground.world.pid())? {
        if name.starts_with("kphotos-worker") {
            workers += size;
            count += 1;
        } else {
            mounter += size;
        }
    }
    ensure!(mounter > 0, "the daemon has no mounter");
    table.alone(
        "memory, mounter",
        Figure::Size(mounter),
        Target::None,
        "VmRSS of the process that mounts",
    );
    table.alone(
        "memory, workers",
        Figure::Size(workers),
        Target::None,
        format!("VmRSS of {count} kphotos-worker"),
    );
    Ok(())
}

/// Name and memory of the processes that this one started.
fn children(parent: u32) -> Result<Vec<(String, u64)>> {
    let parent = format!("PPid:\t{parent}");
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(id) = id else { continue };
        // One that has just ended is nobody's child any more.
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        if status.lines().any(|line| line == parent) {
            let name = fs::read_to_string(entry.path().join("comm"))?;
            found.push((name, memory(id)?.now));
        }
    }
    Ok(found)
}

/// What proc_pid_status(5) says of a process.
pub(crate) fn memory(id: u32) -> Result<Memory> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let field = |name: &str| -> Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line
            .and_then(|line| line.split_whitespace().next())
            .with_context(|| format!("{name} of process {id}"))?;
        Ok(kilobytes.parse::<u64>()? * 1024)
    };
    Ok(Memory {
        now: field("VmRSS:")?,
        peak: field("VmHWM:")?,
    })
}
