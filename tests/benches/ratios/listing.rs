//! `ls -l` of an album of 10,000 photos, cold and warm.
//!
//! Beside it the same number of photos in one folder of the disk, and that folder through bindfs. Cold: the kernel's
//! names and inodes are dropped before each (as root only).

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use kphotos_tests::process;

use crate::bus::{Dict, these};
use crate::ground::Ground;
use crate::options::Options;
use crate::table::{Figure, Table, Target};
use crate::tools::{self, Caches, Contender, bindfs, drop_caches, interleaved, time_command};

/// Name of the album.
pub(crate) const ALBUM: &str = "bench";

/// Both listings.
pub(crate) fn measure(options: &Options, ground: &Ground, table: &mut Table) -> Result<()> {
    let album = album(ground)?;
    let bound = bindfs(&ground.flat, ground.world.path("bound-listing"))?;
    if bound.is_none() {
        table.note("bindfs is not installed");
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
        let mut contenders: Vec<Contender<'_>> = vec![
            ("K-Photos", Box::new(|| list(&album))),
            ("native", Box::new(|| list(&ground.flat))),
        ];
        if let Some(bound) = &bound {
            contenders.push(("bindfs -r", Box::new(|| list(bound))));
        }
        let medians = interleaved(options.rounds, contenders)?;
        let time = |seconds: f64| Figure::Time(Duration::from_secs_f64(seconds));
        let how = if cold {
            "album; after drop_caches 2"
        } else {
            "album; listed before"
        };
        for &(tool, seconds) in &medians[1..] {
            let target = if tool == "native" {
                Target::None
            } else {
                Target::Ratio(1.0)
            };
            let what = format!("ls -l of {}, {}", ground.many, if cold { "cold" } else { "warm" });
            table.against(what, time(medians[0].1), tool, time(seconds), target, how);
        }
    }
    Ok(())
}

/// The album with its photos, where the mount shows it; made if need be.
pub(crate) fn album(ground: &Ground) -> Result<std::path::PathBuf> {
    let folder = ground.world.mount().join("albums").join(ALBUM);
    if !folder.is_dir() {
        let bus = ground.bus()?;
        let photos = bus.all_below(&ground.world.library())?;
        bus.call("Organization", "CreateAlbum", &(ALBUM, Dict::new()))?;
        let photos = these(&photos[..ground.many]);
        bus.call(
            "Organization",
            "AddToAlbum",
            &((0u32, ALBUM), photos, Dict::new()),
        )?;
    }
    let listed = process::run(&mut ls(&folder))?;
    // One line says `total`.
    let lines = listed.stdout.lines().count();
    ensure!(
        listed.status == 0 && lines == ground.many + 1,
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
