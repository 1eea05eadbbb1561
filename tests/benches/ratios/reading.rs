//! Bytes through the mount: large files in one go and in pieces, and many small ones.
//!
//! Everyone reads the same originals where that is possible: the disk itself, the mounts of others on the same folder, the
//! least mount that passes reads through (`minimal`), and `library/` of the mount. Small files are read from an album, and
//! by the others from a folder with as many. Where the kernel cannot pass reads through, the daemon answers them: so it is
//! with originals on an overlay of an overlay, which is stacked deeper than the kernel takes; there the others read the
//! same overlay.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fuser::BackgroundSession;
use kphotos_tests::photos::Photo;
use kphotos_tests::process;

use crate::ground::{Ground, LARGE};
use crate::index;
use crate::listing;
use crate::minimal;
use crate::mounts::Tool;
use crate::options::Options;
use crate::table::{Figure, Table, Target};
use crate::tools::{self, Caches, Contender, drop_caches, interleaved, time_command};

/// Pieces read from random places in a round, unless that takes too long, and their size.
const PIECES: usize = 20_000;
const PIECE: usize = 4096;
const TOO_LONG: Duration = Duration::from_secs(2);
/// Name of the library that lies on an overlay of an overlay; it comes after the other one.
const STACKED: &str = "stacked";
/// What the table calls the least mount.
pub(crate) const MINIMAL: &str = "minimal passthrough";

/// Folders that show the same files, by whom; K-Photos first.
struct Places {
    by: Vec<(&'static str, PathBuf)>,
    /// Ends with them.
    _minimal: Option<BackgroundSession>,
}

impl Places {
    /// `ours` beside `theirs`, which the others show too; mounted at points that begin with `name`.
    fn new(ground: &Ground, table: &mut Table, name: &str, ours: PathBuf, theirs: PathBuf) -> Result<Self> {
        let mut by = vec![("K-Photos", ours), ("native", theirs.clone())];
        for tool in Tool::ALL {
            let point = ground.world.path(format!("{name}-{tool:?}"));
            by.extend(
                tool.mount(&theirs, point, table)?
                    .map(|point| (tool.name(), point)),
            );
        }
        Ok(Self { by, _minimal: None })
    }

    /// With the least mount that passes reads through, which only root can make.
    fn with_minimal(mut self, ground: &Ground, name: &str) -> Result<Self> {
        if process::is_root() {
            let point = ground.world.path(format!("{name}-minimal"));
            let theirs = self.by[1].1.clone();
            self._minimal = Some(minimal::mount(&theirs, &point)?);
            self.by.push((MINIMAL, point));
        }
        Ok(self)
    }
}

/// What is to be reached against whom.
type Targets = [(&'static str, f64)];

/// Reads go where the originals lie, without the daemon: the kernel's limit is the least mount.
const PASSED: &Targets = &[("native", 0.75), (MINIMAL, 0.95), ("bindfs -r", 1.0)];
/// The daemon answers; from a cold disk it can be no faster than the disk.
const ANSWERED: &Targets = &[("bindfs -r", 1.0), ("rclone mount", 6.0)];
const ANSWERED_COLD: &Targets = &[("bindfs -r", 1.0)];
/// What is opened and closed asks the daemon twice.
const OPENED: &Targets = &[("bindfs -r", 1.5)];

/// All readings.
pub(crate) fn measure(options: &Options, ground: &Ground, table: &mut Table) -> Result<()> {
    let folder = ground.world.library().join("large");
    write_large(ground, &folder)?;
    let large = Places::new(ground, table, "large", ground.in_mount("large")?, folder.clone())?;
    let large = large.with_minimal(ground, "large")?;
    of_large(options, table, &large, [PASSED, PASSED], "")?;

    let small = listing::album(ground, ground.many)?;
    let small = Places::new(ground, table, "small", small, ground.flat(ground.many)?)?;
    let small = small.with_minimal(ground, "small")?;
    let row = Row {
        what: "open, read, close".to_owned(),
        how: format!("{} photos of about 1 KB, one thread", ground.many),
        to_figure: |rate| Figure::Rate(rate, "files"),
        targets: OPENED,
    };
    compare(options, table, &small, row, |folder| each(&files_of(folder)?))?;

    if !process::is_root() {
        table.note("overlays need root: reads that the daemon answers are those above");
        return Ok(());
    }
    let stacked = stack(ground, &folder)?;
    let path = stacked.to_str().context("the folder's name is UTF-8")?;
    let _ = ground.world.kphotos(&["library", "add", path]).ok();
    ground.bus()?.wait_idle()?;
    let ours = ground.world.mount().join("library").join(STACKED);
    let answered = Places::new(ground, table, "stacked", ours, stacked)?;
    let targets = [ANSWERED, ANSWERED_COLD];
    of_large(options, table, &answered, targets, ", by the daemon")?;
    let _ = ground.world.kphotos(&["library", "remove", STACKED]).ok();
    Ok(())
}

/// The folder, below two overlays.
fn stack(ground: &Ground, folder: &Path) -> Result<PathBuf> {
    let mut lower = folder.to_owned();
    for name in ["overlay", STACKED] {
        let (empty, point) = (
            ground.world.path(format!("{name}-empty")),
            ground.world.path(name),
        );
        fs::create_dir_all(&empty)?;
        fs::create_dir_all(&point)?;
        // Two lower folders and none above make an overlay that cannot be written.
        let folders = format!("lowerdir={}:{}", lower.display(), empty.display());
        let mut command = Command::new("mount");
        command
            .args(["-t", "overlay", "overlay", "-o", &folders])
            .arg(&point);
        time_command(&mut command, None)?;
        lower = point;
    }
    Ok(lower)
}

/// Large files, in one go and in pieces; `kind` says in what they differ from others in the table.
fn of_large(
    options: &Options,
    table: &mut Table,
    places: &Places,
    [targets, cold_targets]: [&'static Targets; 2],
    kind: &str,
) -> Result<()> {
    let sequential = |folder: &Path| whole(&files_of(folder)?);
    let how = format!("{} files of {} MiB, 1 MiB at a time", LARGE.0, LARGE.1 >> 20);
    let row = |what: &str, how: String, to_figure: fn(f64) -> Figure| Row {
        what: format!("{what}{kind}"),
        how,
        to_figure,
        targets,
    };
    let warm = row(
        "sequential read, warm",
        format!("{how}, in the page cache"),
        Figure::Throughput,
    );
    compare(options, table, places, warm, sequential)?;
    if tools::can_drop_caches() {
        let cold = row(
            "sequential read, cold",
            format!("{how}, after drop_caches 1"),
            Figure::Throughput,
        );
        let cold = Row {
            targets: cold_targets,
            ..cold
        };
        compare(options, table, places, cold, |folder| {
            drop_caches(Caches::Pages)?;
            sequential(folder)
        })?;
    } else {
        table.note("cold reads need root");
    }
    let how = "4 KiB from random places of the same files".to_owned();
    let random = row("random read, warm", how, |rate| Figure::Rate(rate, "reads"));
    compare(options, table, places, random, |folder| {
        pieces(&files_of(folder)?)
    })
}

/// What a row says, and what is to be reached.
struct Row {
    what: String,
    how: String,
    to_figure: fn(f64) -> Figure,
    targets: &'static Targets,
}

/// A row against each of the others.
fn compare(
    options: &Options,
    table: &mut Table,
    places: &Places,
    row: Row,
    read: impl Fn(&Path) -> Result<f64>,
) -> Result<()> {
    let read = &read;
    let contenders = places
        .by
        .iter()
        .map(|(tool, folder)| -> Contender<'_> { (tool, Box::new(move || read(folder))) });
    let medians = interleaved(options.rounds, contenders.collect())?;
    let ours = (row.to_figure)(medians[0].1);
    for &(tool, rate) in &medians[1..] {
        let target = row.targets.iter().find(|(against, _)| *against == tool);
        let target = target.map_or(Target::None, |(_, least)| Target::Ratio(*least));
        table.against(
            row.what.clone(),
            ours,
            tool,
            (row.to_figure)(rate),
            target,
            row.how.clone(),
        );
    }
    Ok(())
}

/// Photos with much behind the picture, as panoramas and motion photos have.
fn write_large(ground: &Ground, folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir(folder)?;
    let mut noise = Noise::of(1);
    for n in 0..LARGE.0 {
        let photo = Photo::numbered(1_000_000_000 + n as u64).bytes();
        let mut file = File::create_new(folder.join(format!("large-{n}.jpg")))?;
        file.write_all(&photo)?;
        let rest: Vec<u8> = (0..(LARGE.1 - photo.len()).div_ceil(8))
            .flat_map(|_| noise.next().to_le_bytes())
            .collect();
        file.write_all(&rest[..LARGE.1 - photo.len()])?;
    }
    time_command(&mut Command::new("sync"), None)?;
    index::rescan(ground)
}

/// Files of a folder, in order.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries: io::Result<Vec<_>> = fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| Ok(entry?.path()))
        .collect();
    let mut files = entries?;
    files.sort();
    Ok(files)
}

/// Bytes a second, reading each file to its end.
fn whole(files: &[PathBuf]) -> Result<f64> {
    let mut buffer = vec![0; 1 << 20];
    let (begun, mut bytes) = (Instant::now(), 0);
    for path in files {
        let mut file = File::open(path)?;
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => bytes += read,
            }
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(bytes == LARGE.0 * LARGE.1, "{bytes} bytes were read");
    Ok(bytes as f64 / seconds)
}

/// Pieces a second; the same places for everyone.
fn pieces(files: &[PathBuf]) -> Result<f64> {
    let files: Vec<File> = files.iter().map(File::open).collect::<io::Result<_>>()?;
    let (mut noise, mut buffer) = (Noise::of(7), [0; PIECE]);
    let (begun, mut read) = (Instant::now(), 0);
    while read < PIECES && begun.elapsed() < TOO_LONG {
        let number = noise.next();
        let file = &files[number as usize % files.len()];
        let place = (number >> 8) % (LARGE.1 / PIECE) as u64;
        file.read_exact_at(&mut buffer, place * PIECE as u64)?;
        read += 1;
    }
    Ok(read as f64 / begun.elapsed().as_secs_f64())
}

/// Files a second, each opened, read to its end and closed.
fn each(files: &[PathBuf]) -> Result<f64> {
    let mut buffer = vec![0; 64 << 10];
    let begun = Instant::now();
    for path in files {
        let mut file = File::open(path)?;
        let read = file.read(&mut buffer)?;
        ensure!(
            buffer[..read].starts_with(&[0xff, 0xd8]) && file.read(&mut buffer)? == 0,
            "{} is not the photo",
            path.display()
        );
    }
    Ok(files.len() as f64 / begun.elapsed().as_secs_f64())
}

/// xorshift64: noise that compresses badly and is the same in every run.
pub(crate) struct Noise(u64);

impl Noise {
    /// Begun by a number, which is not 0.
    pub(crate) const fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
