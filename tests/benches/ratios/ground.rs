//! What is measured on: a disk, a library of photos, a daemon.
//!
//! Everything lies in one temporary folder, the [`World`]'s, below KPHOTOS_BENCH_DIR. When it is dropped, also after
//! a failure, the daemon is ended, what is mounted there is detached, and the folder is removed. SIGINT and SIGTERM
//! make the next step fail, so they end in the same way.
//!
//! Refused: a disk without room for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, thread};

use anyhow::{Context, Result, bail, ensure};
use kphotos_tests::photos::{self, Library};
use kphotos_tests::process;
use kphotos_tests::world::World;
use tokio::signal::unix::{SignalKind, signal};

use crate::bus::{Bus, Dict};
use crate::options::Options;
use crate::tools;

/// Photos in the album that is listed, and in the edit of many at once.
pub(crate) const MANY: usize = 10_000;

/// Large files: number and size of each.
pub(crate) const LARGE: (usize, usize) = (4, 64 << 20);

/// Size of the file that is fetched over the network.
pub(crate) const FETCHED: usize = 256 << 20;

/// The things that the parts share.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) world: World,
    pub(crate) library: Library,
    /// Peak memory of the daemon that indexed the library, in bytes.
    pub(crate) index_peak: u64,
    /// Photos in the album and in the edit of many at once.
    pub(crate) many: usize,
    bus: Option<Bus>,
    disk: String,
}

impl Ground {
    /// Writes the photos.
    pub(crate) fn prepare(options: &Options) -> Result<Self> {
        let place = env::var_os("KPHOTOS_BENCH_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
        fs::create_dir_all(&place)?;
        let many = options.assets.min(MANY);
        let disk = room(&place, options.assets, many)?;
        let world = World::in_folder(&place)?;
        let library = photos::library(world.library(), options.assets, 200)?;
        // What was just written must not be written back while something is measured.
        tools::time_command(&mut Command::new("sync"), None)?;
        Ok(Self {
            world,
            library,
            index_peak: 0,
            many,
            bus: None,
            disk,
        })
    }

    /// So many photos in one folder of the disk, for others to list and read; made if need be.
    pub(crate) fn flat(&self, count: usize) -> Result<PathBuf> {
        let root = self.world.path(format!("flat-{count}"));
        let flat = if root.is_dir() {
            Library {
                root,
                count,
                files_per_folder: count,
            }
        } else {
            let flat = photos::library(&root, count, count)?;
            tools::time_command(&mut Command::new("sync"), None)?;
            flat
        };
        let first = flat.path(0);
        Ok(first.parent().context("a photo lies in a folder")?.to_owned())
    }

    /// The first lines of the report.
    pub(crate) fn describe(&self, options: &Options) -> String {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let who = if process::is_root() {
            "root"
        } else {
            "an ordinary user"
        };
        format!(
            "{} photos, {} rounds, {cores} cores, Linux {}, {}, as {who}",
            options.assets,
            options.rounds,
            kernel.trim(),
            self.disk
        )
    }

    /// Starts the daemon as if it had never run.
    pub(crate) fn start_afresh(&mut self) -> Result<()> {
        self.stop()?;
        for name in ["state", "cache", "export"] {
            fs::remove_dir_all(self.world.path(name))?;
            fs::create_dir(self.world.path(name))?;
        }
        self.start()
    }

    /// Starts the daemon on what it knows, and waits until it is ready.
    pub(crate) fn start(&mut self) -> Result<()> {
        tools::go_on()?;
        self.world.start()?;
        self.bus = Some(Bus::connect(&self.world.socket())?);
        Ok(())
    }

    /// Stops the daemon if it runs.
    pub(crate) fn stop(&mut self) -> Result<()> {
        if self.bus.take().is_some() {
            let status = self.world.stop()?;
            ensure!(status.success(), "the daemon ended with {status}");
        }
        Ok(())
    }

    /// The connection to the daemon.
    pub(crate) fn bus(&self) -> Result<&Bus> {
        self.bus.as_ref().context("the daemon does not run")
    }

    /// Where the mount shows a folder of the library.
    pub(crate) fn in_mount(&self, below: &str) -> Result<PathBuf> {
        let folder = self.world.mount().join("library");
        let library = fs::read_dir(&folder)?.next();
        let library = library.with_context(|| format!("{} is empty", folder.display()))??;
        Ok(library.path().join(below))
    }

    /// That no job of the daemon failed.
    pub(crate) fn nothing_failed(&self) -> Result<()> {
        let options = Dict::from([("all".to_owned(), zbus::wire::OwnedVariant::from(true))]);
        let jobs = self.bus()?.document("Processing", "ListJobs", &(options,))?;
        let failed = jobs["items"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|job| job["state"] == "failed");
        match failed {
            Some(job) => bail!("a job of the daemon failed: {job}"),
            None => Ok(()),
        }
    }
}

/// What comes before all measuring: the programs are built, and an interruption ends in order.
pub(crate) fn begin() -> Result<()> {
    end_in_order()?;
    build_programs()
}

/// A time measured of a daemon that was built some edits ago would mislead.
fn build_programs() -> Result<()> {
    if env::var_os("KPHOTOS_BIN_DIR").is_some() {
        return Ok(());
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--quiet"]);
    command.args([
        "-p",
        "kphotos-daemon",
        "-p",
        "kphotos-worker",
        "-p",
        "kphotos-ctl",
    ]);
    let status = command.current_dir(env!("CARGO_MANIFEST_DIR")).status()?;
    ensure!(status.success(), "the programs do not build");
    Ok(())
}

/// Says how much room is needed, and what the disk is.
fn room(place: &Path, assets: usize, many: usize) -> Result<String> {
    let mut command = Command::new("df");
    command.args(["-B1", "--output=avail,fstype", "--"]).arg(place);
    let answer = process::run(&mut command)?;
    ensure!(answer.status == 0, "{answer}");
    let mut fields = answer
        .stdout
        .lines()
        .nth(1)
        .unwrap_or_default()
        .split_whitespace();
    let free: u64 = fields.next().unwrap_or_default().parse().context("df")?;
    let kind = fields.next().unwrap_or_default().to_owned();
    // A photo takes a block of 4 KiB, and about as much again in the layer, the journal and exiftool's answer; what
    // is listed lies in a folder besides.
    let needed = (assets * 4 + many) as u64 * 4096 + (LARGE.0 * LARGE.1 + FETCHED) as u64;
    eprintln!(
        "takes about {} MB of {} MB free in {} until it ends",
        needed >> 20,
        free >> 20,
        place.display()
    );
    ensure!(
        free > needed + needed / 4,
        "not enough room in {}; KPHOTOS_BENCH_DIR names another folder",
        place.display()
    );
    if kind == "tmpfs" {
        eprintln!("this is memory, not a disk: edits a second mean nothing here");
    }
    Ok(kind)
}

/// SIGINT and SIGTERM let the program run to its next step, which then fails.
fn end_in_order() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (mut interrupt, mut terminate) = {
        let _inside = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            eprintln!("cleaning up …");
            tools::interrupt();
            std::future::pending::<()>().await;
        });
    });
    Ok(())
}
