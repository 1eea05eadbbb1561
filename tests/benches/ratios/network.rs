//! Over the network: one Samba server, a folder of the disk and the mount, shared with the same settings.
//!
//! The mount is shared as `kphotos samba-conf` prints it, and the folder of the disk by the same lines with another
//! path, so that both differ in the file system alone. `smbclient` fetches a large file into `/dev/null`, and lists an
//! album beside a folder with as many photos. Both ways the server has the same work but for what it asks of the
//! kernel.
//!
//! Who lists longer names, or a folder that the kernel has forgotten in part, has more to do: the folder's photos are
//! called as the album's, and each folder is listed by name right before it is listed by Samba. A kernel that takes
//! back memory which seems unused takes pages of such lists too; of a FUSE mount's it then forgets the whole list. So a
//! listing of ours for which it asked the daemon is not a warm one, and is measured again.
//! The last to be listed is the least mount, of that folder: what Samba does with a FUSE mount at best.
//!
//! Refused: a share that shows something else. The file is fetched and compared once, and lines are counted.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kphotos_tests::photos::Photo;
use kphotos_tests::process;
use kphotos_tests::samba::{self, Samba};

use crate::ground::{FETCHED, Ground, MANY};
use crate::index;
use crate::listing::{MOST, album};
use crate::minimal;
use crate::options::Options;
use crate::reading::{MINIMAL, Noise};
use crate::table::{Figure, Table, Target};
use crate::tools::{Contender, interleaved, time_command};

/// How often the file is fetched in one go: logging in takes its time too.
const TIMES: usize = 4;
const FOLDER: &str = "network";
const FILE: &str = "large.jpg";
/// So often a listing is measured again that was not warm.
const TRIES: usize = 8;
/// Names of the shares.
const OURS: &str = "photos";
const THEIRS: &str = "disk";
const LEAST: &str = "least";
/// The tree once more, open to all: there the kernel checks nobody.
const OPEN: &str = "open";

/// A server, who may log in, and what the two shares are called.
struct Served {
    samba: Samba,
    member: String,
}

impl Served {
    fn command(&self, ground: &Ground, share: &str, commands: &str) -> Command {
        self.samba
            .client(share, &self.member, &ground.world.path("home"), commands)
    }
}

/// Fetching and listing.
pub(crate) fn measure(options: &Options, ground: &Ground, table: &mut Table) -> Result<()> {
    let member = match samba::is_here().and_then(|()| samba::two_users()) {
        Ok([member, _]) => member,
        Err(why) => {
            table.note(format!("Samba: {why}"));
            return Ok(());
        }
    };
    write_large(ground)?;
    let mut sizes = vec![ground.many];
    if ground.library.count > MANY {
        sizes.push(ground.library.count.min(MOST));
    }
    for size in &sizes {
        call_alike(&ground.flat(*size)?, &album(ground, *size)?)?;
    }
    let least = ground.world.path(LEAST);
    fs::create_dir_all(&least)?;
    let served = serve(ground, member)?;
    fetch(options, ground, table, &served)?;
    for size in sizes {
        list(options, ground, table, &served, size)?;
    }
    drop(served);
    for mount in [OURS, OPEN] {
        let place = ground.world.path(mount);
        let _ = ground.world.kphotos(&["mount", "remove", text(&place)?]).ok();
    }
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("the folder's name is UTF-8")
}

/// A photo with much behind the picture.
fn write_large(ground: &Ground) -> Result<()> {
    let folder = ground.world.library().join(FOLDER);
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir(&folder)?;
    let mut file = File::create_new(folder.join(FILE))?;
    let photo = Photo::numbered(2_000_000_000).bytes();
    file.write_all(&photo)?;
    let mut noise = Noise::of(3);
    let mut left = FETCHED - photo.len();
    while left > 0 {
        let piece: Vec<u8> = (0..1 << 17).flat_map(|_| noise.next().to_le_bytes()).collect();
        let length = left.min(piece.len());
        file.write_all(&piece[..length])?;
        left -= length;
    }
    drop(file);
    time_command(&mut Command::new("sync"), None)?;
    index::rescan(ground)
}

/// Calls the photos of a folder as those of another are called.
fn call_alike(folder: &Path, other: &Path) -> Result<()> {
    let names = |folder: &Path| -> Result<BTreeSet<OsString>> {
        let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
        entries.collect()
    };
    let (are, wanted) = (names(folder)?, names(other)?);
    ensure!(are.len() == wanted.len(), "{} has as many", folder.display());
    for (from, to) in are.difference(&wanted).zip(wanted.difference(&are)) {
        fs::rename(folder.join(from), folder.join(to))?;
    }
    Ok(())
}

/// A mount that a group may enter, and a server with it, the disk, and a place for the least mount.
fn serve(ground: &Ground, member: String) -> Result<Served> {
    // Whoever logs in is somebody else than who runs this: up to the world's folder he may go.
    fs::set_permissions(ground.world.path(""), Permissions::from_mode(0o755))?;
    let (place, access) = (ground.world.path(OURS), format!("group:{member}"));
    for (place, access) in [(&place, &*access), (&ground.world.path(OPEN), "all")] {
        let add = ["mount", "add", text(place)?, "--access", access];
        let _ = ground.world.kphotos(&add).ok();
    }
    let conf = ground.world.kphotos(&["samba-conf"]).ok().stdout;
    let head = format!("[{OURS}]");
    let (_, ours) = conf.split_once(&head).context("samba-conf prints the mount")?;
    let ours = ours.split("\n[").next().unwrap_or(ours);
    let theirs = ours.replace(text(&place)?, text(&ground.world.path(""))?);
    ensure!(theirs != ours, "samba-conf names the mount: {conf}");
    let least = ours.replace(text(&place)?, text(&ground.world.path(LEAST))?);
    let shares = format!("{conf}\n[{THEIRS}]{theirs}\n[{LEAST}]{least}");
    let samba = Samba::start(&shares, &[&member])?;
    Ok(Served { samba, member })
}

/// Megabytes a second of a large file.
fn fetch(options: &Options, ground: &Ground, table: &mut Table, served: &Served) -> Result<()> {
    let library = ground.in_mount("")?;
    let library = library.file_name().context("the library has a name")?.to_owned();
    let library = library.to_str().context("its name is UTF-8")?;
    let places = [
        ("K-Photos", OURS, format!("library\\{library}\\{FOLDER}\\{FILE}")),
        ("native", THEIRS, format!("library\\{FOLDER}\\{FILE}")),
    ];
    let original = blake3::hash(&fs::read(ground.world.library().join(FOLDER).join(FILE))?);
    for (_, share, path) in &places {
        let fetched = ground.world.path("home/fetched");
        let commands = format!("get \"{path}\" \"{}\"", text(&fetched)?);
        let _ = process::run(&mut served.command(ground, share, &commands))?.ok();
        ensure!(
            blake3::hash(&fs::read(&fetched)?) == original,
            "{share} gives other bytes"
        );
        fs::remove_file(fetched)?;
    }
    let contenders = places.iter().map(|(name, share, path)| -> Contender<'_> {
        let commands = vec![format!("get \"{path}\" /dev/null"); TIMES].join("; ");
        (
            name,
            Box::new(move || {
                let time = time_command(&mut served.command(ground, share, &commands), None)?;
                Ok((FETCHED * TIMES) as f64 / time.as_secs_f64())
            }),
        )
    });
    let medians = interleaved(options.rounds, contenders.collect())?;
    table.against(
        "Samba, a large file",
        Figure::Throughput(medians[0].1),
        "native",
        Figure::Throughput(medians[1].1),
        Target::Ratio(0.9),
        format!(
            "smbclient, {TIMES} times {} MiB in the page cache, login included",
            FETCHED >> 20
        ),
    );
    Ok(())
}

/// The time for a listing.
fn list(options: &Options, ground: &Ground, table: &mut Table, served: &Served, size: usize) -> Result<()> {
    let flat = ground.flat(size)?;
    let below = text(flat.strip_prefix(ground.world.path(""))?)?.replace('/', "\\");
    let point = ground.world.path(LEAST).join(size.to_string());
    let _mounted = minimal::mount(&flat, &point)?;
    let album = format!("albums/bench-{size}");
    let ours = |name, share| {
        let folder = ground.world.path(share).join(&album);
        (name, share, album.replace('/', "\\"), folder)
    };
    let places = [
        ours("K-Photos", OURS),
        ours("K-Photos, open to all", OPEN),
        ("native", THEIRS, below, flat),
        (MINIMAL, LEAST, size.to_string(), point),
    ];
    for (_, share, below, _) in &places {
        let listed = process::run(&mut served.command(ground, share, &listing_of(below)))?.ok();
        let lines = listed
            .stdout
            .lines()
            .filter(|line| line.contains(".JPG "))
            .count();
        ensure!(
            lines == size,
            "{share} lists {lines} of {size}: {}",
            listed.stderr
        );
    }
    let again = Cell::new(0);
    let again = &again;
    let contenders = places
        .iter()
        .map(|(name, share, below, folder)| -> Contender<'_> {
            let list = move || {
                let mut tries = 0;
                loop {
                    ensure!(fs::read_dir(folder)?.count() == size, "{share} has {size} names");
                    let asked_before = asked(ground, share)?;
                    let mut command = served.command(ground, share, &listing_of(below));
                    let time = time_command(&mut command, None)?;
                    tries += 1;
                    if tries > TRIES || asked(ground, share)? == asked_before {
                        return Ok(time.as_secs_f64());
                    }
                    again.set(again.get() + 1);
                }
            };
            (name, Box::new(list))
        });
    let medians = interleaved(options.rounds, contenders.collect())?;
    if again.get() > 0 {
        table.note(format!(
            "Samba, ls of {size}: the kernel had forgotten a listing {} times, which were measured again",
            again.get()
        ));
    }
    let time = |seconds: f64| Figure::Time(Duration::from_secs_f64(seconds));
    let (ours, others) = medians.split_at(2);
    for (access, (_, seconds)) in ["a group", "all"].into_iter().zip(ours) {
        for (name, theirs) in others {
            table.against(
                format!("Samba, ls of {size}, open to {access}"),
                time(*seconds),
                *name,
                time(*theirs),
                Target::Ratio(if *name == MINIMAL { 0.95 } else { 1.0 }),
                "smbclient, album, login included; listed before",
            );
        }
    }
    Ok(())
}

/// How often the kernel asked the daemon for a part of a listing in this mount; never if it is none of ours.
fn asked(ground: &Ground, share: &str) -> Result<u64> {
    if ![OURS, OPEN].contains(&share) {
        return Ok(0);
    }
    let status = ground.world.json(&["status"]);
    let place = ground.world.path(share);
    let is_it = |mount: &&serde_json::Value| mount["path"].as_str().map(Path::new) == Some(&place);
    let mut mounts = status["mounts"].as_array().into_iter().flatten();
    let mount = mounts.find(is_it).context("status tells the mount")?;
    let requests = mount["requests"].as_object().context("it counts requests")?;
    // What was never asked is not in it.
    let count = |name: &str| requests.get(name).and_then(serde_json::Value::as_u64);
    Ok(count("readdir").unwrap_or(0) + count("readdirplus").unwrap_or(0))
}

fn listing_of(folder: &str) -> String {
    format!("cd \"{folder}\"; ls")
}
