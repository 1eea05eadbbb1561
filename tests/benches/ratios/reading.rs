//! Bytes through the mount: large files in one go and in pieces, and many small ones.
//!
//! Everyone reads the same originals where that is possible: the disk itself, a bindfs of the same folder, and
//! `library/` of the mount. Small files are read from the album, and by the others from a folder with as many.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use kphotos_tests::photos::Photo;

use crate::ground::{Ground, LARGE};
use crate::index;
use crate::listing;
use crate::options::Options;
use crate::table::{Figure, Table, Target};
use crate::tools::{self, Caches, Contender, bindfs, drop_caches, interleaved, time_command};

/// Pieces read from random places in a round, and their size.
const PIECES: usize = 20_000;
const PIECE: usize = 4096;

/// Folders that show the same files, by whom.
type Places<'a> = [(&'a str, PathBuf)];

/// All readings.
pub(crate) fn measure(options: &Options, ground: &Ground, table: &mut Table) -> Result<()> {
    write_large(ground)?;
    let large = [
        ("K-Photos", Some(ground.in_mount("large")?)),
        ("native", Some(ground.world.library().join("large"))),
        (
            "bindfs -r",
            bindfs(
                &ground.world.library().join("large"),
                ground.world.path("bound-large"),
            )?,
        ),
    ];
    let small = [
        ("K-Photos", Some(listing::album(ground)?)),
        ("native", Some(ground.flat.clone())),
        (
            "bindfs -r",
            bindfs(&ground.flat, ground.world.path("bound-small"))?,
        ),
    ];
    let [large, small] = [large, small].map(|places| {
        places
            .into_iter()
            .filter_map(|(tool, place)| Some((tool, place?)))
            .collect::<Vec<_>>()
    });

    let sequential = |folder: &Path| whole(&files_of(folder)?);
    let how = format!("{} files of {} MiB, 1 MiB at a time", LARGE.0, LARGE.1 >> 20);
    let row = |what: &str, how: &str, to_figure: fn(f64) -> Figure, least: f64| {
        (what.to_owned(), how.to_owned(), to_figure, least)
    };
    let shape = row(
        "sequential read, warm",
        &format!("{how}, in the page cache"),
        Figure::Throughput,
        0.75,
    );
    compare(options, table, &large, shape, sequential)?;
    if tools::can_drop_caches() {
        let shape = row(
            "sequential read, cold",
            &format!("{how}, after drop_caches 1"),
            Figure::Throughput,
            0.75,
        );
        compare(options, table, &large, shape, |folder| {
            drop_caches(Caches::Pages)?;
            sequential(folder)
        })?;
    } else {
        table.note("cold reads need root");
    }
    let per_second = |rate| Figure::Rate(rate, "reads");
    let shape = row(
        "random read, warm",
        "4 KiB from random places of the same files",
        per_second,
        0.75,
    );
    compare(options, table, &large, shape, |folder| pieces(&files_of(folder)?))?;
    let per_second = |rate| Figure::Rate(rate, "files");
    let shape = row(
        "open, read, close",
        &format!("{} photos of about 1 KB, one thread", ground.many),
        per_second,
        0.0,
    );
    compare(options, table, &small, shape, |folder| each(&files_of(folder)?))
}

/// One row against each of the others: `least` is the target against the disk itself; bindfs is to be reached.
fn compare(
    options: &Options,
    table: &mut Table,
    places: &Places<'_>,
    (what, how, to_figure, least): (String, String, fn(f64) -> Figure, f64),
    read: impl Fn(&Path) -> Result<f64>,
) -> Result<()> {
    let read = &read;
    let contenders = places
        .iter()
        .map(|(tool, folder)| -> Contender<'_> { (tool, Box::new(move || read(folder))) });
    let medians = interleaved(options.rounds, contenders.collect())?;
    let ours = to_figure(medians[0].1);
    for &(tool, rate) in &medians[1..] {
        let target = match tool {
            "native" if least > 0.0 => Target::Ratio(least),
            "native" => Target::None,
            _ => Target::Ratio(1.0),
        };
        table.against(what.clone(), ours, tool, to_figure(rate), target, how.clone());
    }
    Ok(())
}

/// Photos with much behind the picture, as panoramas and motion photos have.
fn write_large(ground: &Ground) -> Result<()> {
    let folder = ground.world.library().join("large");
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir(&folder)?;
    let mut noise = Noise(1);
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
    let (mut noise, mut buffer) = (Noise(7), [0; PIECE]);
    let begun = Instant::now();
    for _ in 0..PIECES {
        let number = noise.next();
        let file = &files[number as usize % files.len()];
        let place = (number >> 8) % (LARGE.1 / PIECE) as u64;
        file.read_exact_at(&mut buffer, place * PIECE as u64)?;
    }
    Ok(PIECES as f64 / begun.elapsed().as_secs_f64())
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
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
