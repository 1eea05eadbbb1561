//! `ls -l` of albums, small and large, cold and warm.
//!
//! Beside each the same number of photos in one folder of the disk, and that folder through the mounts of others. Cold:
//! the kernel's names and inodes are dropped before each (as root only). The largest is compared with the smallest
//! besides, an entry each: what an entry costs must not grow with the album.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use kphotos_tests::process;

use crate::bus::{Dict, these};
use crate::ground::{Ground, MANY};
use crate::mounts::Tool;
use crate::options::Options;
use crate::table::{Figure, Table, Target};
use crate::tools::{self, Caches, Contender, drop_caches, interleaved, time_command};

/// Photos in the smallest album.
const FEW: usize = 1_000;
/// Photos in the largest, where the library has as many.
pub(crate) const MOST: usize = 100_000;

/// All listings.
pub(crate) fn measure(options: &Options, ground: &Ground, table: &mut Table) -> Result<()> {
    let mut sizes = vec![ground.many];
    if ground.library.count > MANY {
        sizes.push(ground.library.count.min(MOST));
    }
    for size in &sizes {
        beside_others(options, ground, table, *size)?;
    }
    if let Some(largest) = sizes.last().filter(|size| **size > FEW) {
        beside_smallest(options, ground, table, *largest)?;
    }
    Ok(())
}

fn beside_others(options: &Options, ground: &Ground, table: &mut Table, size: usize) -> Result<()> {
    let album = album(ground, size)?;
    let flat = ground.flat(size)?;
    let mut others = vec![("native", flat.clone())];
    for tool in Tool::ALL {
        let point = ground.world.path(format!("{tool:?}-listing-{size}"));
        others.extend(tool.mount(&flat, point, table)?.map(|point| (tool.name(), point)));
    }
    for cold in [true, false] {
        if cold && !tools::can_drop_caches() {
            table.note("cold listings need root");
            continue;
        }
        let list = |folder: &Path| -> Result<f64> {
            if cold {
                drop_caches(Caches::Names)?;
            }
            Ok(time_command(&mut ls(folder), None)?.as_secs_f64())
        };
        let mut contenders: Vec<Contender<'_>> = vec![("K-Photos", Box::new(|| list(&album)))];
        for (tool, folder) in &others {
            contenders.push((tool, Box::new(|| list(folder))));
        }
        let medians = interleaved(options.rounds, contenders)?;
        let time = |seconds: f64| Figure::Time(Duration::from_secs_f64(seconds));
        let how = if cold {
            "album; after drop_caches 2"
        } else {
            "album; listed before"
        };
        for &(tool, seconds) in &medians[1..] {
            let what = format!("ls -l of {size}, {}", if cold { "cold" } else { "warm" });
            let target = match tool {
                "native" | "bindfs -r" => Target::Ratio(1.0),
                _ => Target::None,
            };
            table.against(what, time(medians[0].1), tool, time(seconds), target, how);
        }
    }
    Ok(())
}

fn beside_smallest(options: &Options, ground: &Ground, table: &mut Table, largest: usize) -> Result<()> {
    let albums = [(largest, album(ground, largest)?), (FEW, album(ground, FEW)?)];
    let list = |(size, album): &(usize, PathBuf)| -> Result<f64> {
        Ok(*size as f64 / time_command(&mut ls(album), None)?.as_secs_f64())
    };
    let list = &list;
    let contenders = albums
        .iter()
        .map(|album| -> Contender<'_> { ("", Box::new(move || list(album))) });
    let medians = interleaved(options.rounds, contenders.collect())?;
    let rate = |at: usize| Figure::Rate(medians[at].1, "entries");
    let (what, than) = (
        format!("ls -l of {largest}, an entry"),
        format!("K-Photos, of {FEW}"),
    );
    let how = "albums; listed before";
    table.against(what, rate(0), than, rate(1), Target::Ratio(1.0), how);
    Ok(())
}

/// An album with so many photos, where the mount shows it; made if need be.
pub(crate) fn album(ground: &Ground, size: usize) -> Result<PathBuf> {
    let name = format!("bench-{size}");
    let folder = ground.world.mount().join("albums").join(&name);
    if !folder.is_dir() {
        let bus = ground.bus()?;
        let photos = bus.all_below(&ground.world.library())?;
        bus.call("Organization", "CreateAlbum", &(&name, Dict::new()))?;
        let photos = these(&photos[..size]);
        bus.call(
            "Organization",
            "AddToAlbum",
            &((0u32, &name), photos, Dict::new()),
        )?;
    }
    let listed = process::run(&mut ls(&folder))?;
    // One line says `total`.
    let lines = listed.stdout.lines().count();
    ensure!(
        listed.status == 0 && lines == size + 1,
        "{} shows {lines} lines: {}",
        folder.display(),
        listed.stderr
    );
    Ok(folder)
}

fn ls(folder: &Path) -> Command {
    let mut command = Command::new("ls");
    command.args(["-l", "--color=never", "--"]).arg(folder);
    command
}
