//! A library that is met for the first time, and one that has not changed.
//!
//! The clock runs from before the daemon is started. *Browsable* is when every file is in `library/`, *indexed*
//! when every file's metadata has been read (no scan and no metadata job is pending), *hashed* when nothing is left
//! to do. exiftool reads the same files in one process, at the option that reads no further than needed; at more
//! than 10,000 files it reads the folders with the first 10,000, and rates are compared.
//!
//! The files have just been written, so both read from memory: programs are compared, not disks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kphotos_tests::{process, skip};

use crate::bus::{Dict, Selection};
use crate::ground::Ground;
use crate::options::Options;
use crate::start;
use crate::table::{Figure, Table, Target};
use crate::tools::{self, interleaved, median_time, time_command};

/// How often the daemon is asked how far it is.
const GLANCE: Duration = Duration::from_millis(10);

/// Files that exiftool and sha256sum read at most.
const SAMPLE: usize = 10_000;

/// When the library was so far, counted from before the start.
struct Times {
    browsable: Duration,
    indexed: Duration,
    hashed: Duration,
}

/// The first index of a library of so many photos.
pub(crate) struct Indexed {
    photos: usize,
    /// A second.
    rate: f64,
}

/// Below this, starting the daemon is what takes time.
const COMPARABLE: usize = 10_000;

/// The first index; beside it that of a smaller library, if there was one.
pub(crate) fn first(
    options: &Options,
    ground: &mut Ground,
    table: &mut Table,
    smaller: &mut Option<Indexed>,
) -> Result<()> {
    let sample = sample(ground);
    let has_exiftool = skip::program("exiftool").is_ok();
    let (mut browsable, mut indexed, mut hashing) = (Vec::new(), Vec::new(), Vec::new());
    let (mut exiftool, mut sha256sum) = (Vec::new(), Vec::new());
    for _ in 0..options.index_rounds() {
        let times = index(ground)?;
        browsable.push(times.browsable);
        indexed.push(times.indexed);
        hashing.push(times.hashed - times.indexed);
        ground.index_peak = ground.index_peak.max(start::memory(ground.world.pid())?.peak);
        if has_exiftool {
            exiftool.push(run_exiftool(ground, &sample)?);
        }
        let mut command = Command::new("find");
        command
            .args(&sample.folders)
            .args(["-type", "f", "-exec", "sha256sum", "{}", "+"]);
        sha256sum.push(time_command(&mut command, None)?);
    }
    complete(ground)?;

    let assets = options.assets as f64;
    let rate = |times: &[Duration], files: f64| {
        Figure::Rate(files / median_time(times).as_secs_f64().max(1e-6), "files")
    };
    let how = "from exec of kphotosd until all metadata is read";
    if has_exiftool {
        table.against(
            "first index",
            rate(&indexed, assets),
            "exiftool -r -fast2 -json",
            rate(&exiftool, sample.files as f64),
            Target::Ratio(8.0),
            how,
        );
    } else {
        table.note("exiftool is not installed");
        table.alone("first index", rate(&indexed, assets), Target::None, how);
    }
    let of_all = Indexed {
        photos: options.assets,
        rate: assets / median_time(&indexed).as_secs_f64().max(1e-6),
    };
    if let Some(smaller) = smaller {
        table.against(
            "first index, a photo",
            Figure::Rate(of_all.rate, "files"),
            format!("K-Photos, of {}", smaller.photos),
            Figure::Rate(smaller.rate, "files"),
            // At most 1.3 times the cost.
            Target::Ratio(0.77),
            "the same of the smaller library before it",
        );
    } else if options.assets >= COMPARABLE {
        *smaller = Some(of_all);
    }
    let how = "from exec until every file is in library/";
    table.alone(
        "browsable",
        Figure::Time(median_time(&browsable)),
        Target::None,
        how,
    );
    table.against(
        "hashing",
        rate(&hashing, assets),
        "sha256sum",
        rate(&sha256sum, sample.files as f64),
        Target::None,
        "BLAKE3 of every file, after the index, at idle priority",
    );
    Ok(())
}

/// A scan that finds nothing new.
pub(crate) fn unchanged(options: &Options, ground: &Ground, table: &mut Table) -> Result<()> {
    let library = ground.world.library();
    let files = options.assets as f64;
    let medians = interleaved(
        options.rounds,
        vec![
            (
                "K-Photos",
                Box::new(|| {
                    let begun = Instant::now();
                    rescan(ground)?;
                    Ok(files / begun.elapsed().as_secs_f64())
                }),
            ),
            (
                "find",
                Box::new(|| {
                    let mut command = Command::new("find");
                    command
                        .arg(&library)
                        .args(["-type", "f", "-printf", "%P\\0%s\\0%T@\\0%i\\n"]);
                    Ok(files / time_command(&mut command, None)?.as_secs_f64())
                }),
            ),
        ],
    )?;
    table.against(
        "unchanged rescan",
        Figure::Rate(medians[0].1, "files"),
        "find -printf path, size, mtime, inode",
        Figure::Rate(medians[1].1, "files"),
        Target::None,
        "Storage1.Scan until idle, names and inodes in the kernel's cache",
    );
    Ok(())
}

/// Scans, and waits until that and all that follows is done.
pub(crate) fn rescan(ground: &Ground) -> Result<()> {
    let nowhere: (Vec<u32>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
    ground.bus()?.call("Storage", "Scan", &nowhere)?;
    ground.bus()?.wait_idle()
}

fn index(ground: &mut Ground) -> Result<Times> {
    ground.stop()?;
    let begun = Instant::now();
    ground.start_afresh()?;
    let bus = ground.bus()?;
    let mut browsable = None;
    let indexed = loop {
        tools::go_on()?;
        let status = bus.document("Manager", "Status", &())?;
        if status["photos"].as_u64() == Some(ground.library.count as u64) {
            browsable.get_or_insert_with(|| begun.elapsed());
            let jobs = status["jobs"].as_array().context("Status without jobs")?;
            if !jobs
                .iter()
                .any(|job| job["kind"] == "scan" || job["kind"] == "metadata")
            {
                break begun.elapsed();
            }
        }
        // A look now and then takes nothing from the daemon; a signal for each batch would.
        thread::sleep(GLANCE);
    };
    let hashed = loop {
        tools::go_on()?;
        let status = bus.document("Manager", "Status", &())?;
        let jobs = status["jobs"].as_array().context("Status without jobs")?;
        // Looking at pictures comes after it, and is measured by nobody here.
        if !jobs.iter().any(|job| job["kind"] == "hash") {
            break begun.elapsed();
        }
        thread::sleep(GLANCE);
    };
    bus.wait_idle()?;
    Ok(Times {
        browsable: browsable.unwrap_or(indexed),
        indexed,
        hashed,
    })
}

/// Folders that others read, and how many files are in them.
struct Sample {
    folders: Vec<PathBuf>,
    files: usize,
}

fn sample(ground: &Ground) -> Sample {
    let library = &ground.library;
    if library.count <= SAMPLE {
        return Sample {
            folders: vec![library.root.clone()],
            files: library.count,
        };
    }
    let whole = SAMPLE / library.files_per_folder * library.files_per_folder;
    let folders: BTreeSet<_> = (0..whole)
        .filter_map(|n| library.path(n).parent().map(Path::to_owned))
        .collect();
    Sample {
        folders: folders.into_iter().collect(),
        files: whole,
    }
}

fn run_exiftool(ground: &Ground, sample: &Sample) -> Result<Duration> {
    let answer = ground.world.path("exiftool.json");
    let mut command = Command::new("exiftool");
    command
        .args(["-r", "-fast2", "-json", "-q"])
        .args(&sample.folders);
    let time = time_command(&mut command, Some(&answer))?;
    let read = fs::read_to_string(&answer)?.matches("\"SourceFile\"").count();
    fs::remove_file(&answer)?;
    ensure!(
        read == sample.files,
        "exiftool read {read} of {} files",
        sample.files
    );
    Ok(time)
}

/// That every file is in the tree, and that what is known of some is true.
fn complete(ground: &Ground) -> Result<()> {
    let tree = ground.in_mount("")?;
    let listed = process::run(
        Command::new("find")
            .arg(&tree)
            .args(["-type", "f", "-printf", "."]),
    )?;
    ensure!(
        listed.stdout.len() == ground.library.count,
        "{} shows {} of {} files: {}",
        tree.display(),
        listed.stdout.len(),
        ground.library.count,
        listed.stderr
    );
    let step = (ground.library.count / 20).max(1);
    for n in (0..ground.library.count).step_by(step) {
        use std::os::unix::ffi::OsStrExt as _;
        let (path, photo) = (ground.library.path(n), ground.library.photo(n));
        let selection: Selection = (
            Vec::new(),
            vec![path.as_os_str().as_bytes().to_vec()],
            Vec::new(),
            Vec::new(),
        );
        let info = ground
            .bus()?
            .document("Catalog", "Info", &(selection, Dict::new()))?;
        let known = &info["items"][0];
        let taken = photo
            .taken
            .context("numbered photos have a time")?
            .strftime("%Y-%m-%dT%H:%M:%S");
        let agrees = known["camera"]["model"] == photo.model.as_str()
            && known["taken"]
                .as_str()
                .is_some_and(|known| known.starts_with(&taken.to_string()))
            && known["title"].as_str() == photo.title.as_deref()
            && known["rating"].as_i64() == photo.rating.map(i64::from)
            && known["checksum"].is_string();
        ensure!(
            agrees,
            "what is known of {} is not what it says: {known}",
            path.display()
        );
    }
    Ok(())
}
