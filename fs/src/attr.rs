//! Attributes: what `stat` says of a node.
//!
//! All of it is derived from what the layer keeps, so it is the same after a
//! restart and on every mount; nothing here asks the disk.
//!
//! A file: size of the original; `mtime` when the photo was taken, as an instant
//! (with its own offset, else in the zone of its library), its nanoseconds from
//! the checksum where that is known, its seconds grown by one for each time the
//! bytes changed in place, so that caches notice; the original's own time where
//! there is no date. A mount may say `mtime = "original"`: then it is the original's. `atime` is `mtime`. `ctime` is when the file last changed
//! or was first seen, whichever is later, its nanoseconds the photo's revision,
//! so that it moves with every edit. Birth is when it was first seen.
//!
//! A sidecar: its size; `mtime` and `ctime` when what it says last changed.
//!
//! A directory: a date's folder has the first second of that date (UTC); others
//! have the time their newest photo was first seen, and where there is none, the
//! time of the very first photo; a search that of the newest photo there is, so that its
//! query is not run before it is listed. `nlink` of a directory is 2 and its folders; of
//! a file 2 (library and date) and its albums and tags.

use crate::access::Ownership;
use crate::inode::{Node, Top};
use crate::places::places_of;
use crate::sidecars::Sidecar;
use crate::tree::Tree;
use kphotos_domain::kernel::{AssetId, AssetSet, DateKey, FileId, Taken};
use kphotos_domain::storage::{MountFolderFile, MtimeSource};
use kphotos_domain::view::{Dir, FileRow, View};

/// An instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Time {
    /// Seconds since 1970 UTC, negative before.
    pub seconds: i64,
    /// Nanoseconds after that second, below 1,000,000,000.
    pub nanos: u32,
}

/// What `stat` says; see the module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attributes {
    /// What it is.
    pub node: Node,
    /// Bytes; 0 for a directory, a block where it may have an icon.
    pub size: u64,
    /// `mtime`, and `atime`.
    pub modified: Time,
    /// `ctime`.
    pub changed: Time,
    /// Birth.
    pub born: Time,
    /// Permission bits.
    pub mode: u16,
    /// `nlink`.
    pub links: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Whether size and times are a guess, not to be remembered.
    pub is_rough: bool,
}

const SECOND: i64 = 1_000_000_000;
/// Of a directory that has a size: a block.
const DIRECTORY_SIZE: u64 = 4096;

/// The attributes of a node; whether it is in the tree now is not asked, so that
/// an open file keeps its own. `None` for a file that never was, and for what has to
/// be made before it has any: the marker, a sidecar, what says how a folder is to be shown.
#[must_use]
pub fn of(tree: &Tree<'_>, ownership: &Ownership, node: Node) -> Option<Attributes> {
    let Some(file) = node.file() else {
        return (!node.is_file()).then(|| of_directory(tree, ownership, node));
    };
    let asset = tree.view().file(file)?.asset;
    of_file(tree, ownership, file, places_of(tree.view(), asset))
}

/// The attributes of the marker, of this size and age.
#[must_use]
pub const fn of_marker(ownership: &Ownership, size: u64, born: Time) -> Attributes {
    Attributes {
        node: Node::Marker,
        size,
        modified: born,
        changed: born,
        born,
        mode: ownership.mode(true),
        links: 1,
        uid: ownership.uid,
        gid: ownership.shown_gid(),
        is_rough: false,
    }
}

/// The attributes of a file that says how a directory is to be shown, of this size and age.
#[must_use]
pub const fn of_folder_file(ownership: &Ownership, node: Node, size: u64, since: Time) -> Attributes {
    Attributes {
        node,
        ..of_marker(ownership, size, since)
    }
}

/// The attributes of the sidecar of a file; `None`: it is not made yet, and the size a guess.
#[must_use]
pub fn of_sidecar(
    tree: &Tree<'_>,
    ownership: &Ownership,
    file: FileId,
    made: Option<&Sidecar>,
) -> Option<Attributes> {
    let added = i64::from(tree.view().file(file)?.added);
    let born = Time {
        seconds: added,
        nanos: 0,
    };
    let modified = made.map_or(born, |made| made.modified);
    Some(Attributes {
        node: Node::Sidecar(file),
        size: made.map_or(0, |made| made.bytes.len() as u64),
        modified,
        changed: modified,
        born,
        mode: ownership.mode(true),
        links: 1,
        uid: ownership.uid,
        gid: ownership.shown_gid(),
        is_rough: made.is_none(),
    })
}

/// The attributes of a file that is in this many albums and tags.
#[must_use]
pub fn of_file(tree: &Tree<'_>, ownership: &Ownership, file: FileId, places: u32) -> Option<Attributes> {
    let view = tree.view();
    let row = view.file(file)?;
    let original = time(row.mtime_ns);
    let revision = view
        .asset(row.asset)
        .map_or(0, |asset| asset.revision.number() % SECOND.unsigned_abs());
    let changed = Time {
        seconds: original.seconds.max(i64::from(row.added)),
        nanos: u32::try_from(revision).unwrap_or(0),
    };
    Some(Attributes {
        node: Node::File(file),
        size: row.size,
        modified: match tree.options().mtime {
            MtimeSource::Taken => modified(view, row).unwrap_or(original),
            MtimeSource::Original => original,
        },
        changed,
        born: Time {
            seconds: i64::from(row.added),
            nanos: 0,
        },
        mode: ownership.mode(true),
        links: places.saturating_add(2),
        uid: ownership.uid,
        gid: ownership.shown_gid(),
        is_rough: false,
    })
}

/// The attributes of a directory.
#[must_use]
pub fn of_directory(tree: &Tree<'_>, ownership: &Ownership, node: Node) -> Attributes {
    let seen = directory_time(tree, node);
    // KIO takes a directory of no size for one that would have to be mounted first, and reads no
    // `.directory` in it. Source: KIO, src/core/kfileitem.cpp (`isDirectoryMounted`).
    let has_icons = tree.options().folder_files.has(MountFolderFile::Directory);
    Attributes {
        node,
        size: if has_icons { DIRECTORY_SIZE } else { 0 },
        modified: seen,
        changed: seen,
        born: seen,
        mode: ownership.mode(false),
        links: tree.subdirectories(node).saturating_add(2),
        uid: ownership.uid,
        gid: ownership.shown_gid(),
        is_rough: false,
    }
}

fn time(nanos: i64) -> Time {
    Time {
        seconds: nanos.div_euclid(SECOND),
        nanos: u32::try_from(nanos.rem_euclid(SECOND)).unwrap_or(0),
    }
}

/// The taken time of a file's photo as its `mtime`; `None` without a date.
fn modified(view: &View, row: &FileRow) -> Option<Time> {
    let taken = view.taken(row.asset)?;
    let nanos = match &row.checksum {
        Some(checksum) => {
            let [a, b, c, d, ..] = *checksum.bytes();
            u32::from_be_bytes([a, b, c, d]) % 1_000_000_000
        }
        None => taken.nanos,
    };
    let seconds = instant(view, row, &taken).saturating_add(i64::from(row.changes));
    Some(Time { seconds, nanos })
}

/// Seconds since 1970 UTC of a taken time.
fn instant(view: &View, row: &FileRow, taken: &Taken) -> i64 {
    if let Some(minutes) = taken.offset_minutes {
        return taken.local_seconds - i64::from(minutes) * 60;
    }
    let zone = view.zone(view.library_of(row.folder));
    let instant = zone.and_then(|zone| zone.to_ambiguous_timestamp(taken.local()).compatible().ok());
    instant.map_or(taken.local_seconds, |instant| {
        // Rounded down, as the nanoseconds count from there.
        instant.as_second() - i64::from(instant.subsec_nanosecond() < 0)
    })
}

fn directory_time(tree: &Tree<'_>, node: Node) -> Time {
    let view = tree.view();
    let newest = match node {
        Node::Year(key)
        | Node::YearOfMonths(key)
        | Node::Month(key)
        | Node::YearOfDays(key)
        | Node::Day(key) => {
            return first_second(key);
        }
        Node::Album(_)
        | Node::Tag(_)
        | Node::Folder(_)
        | Node::Share(_)
        | Node::Person(_)
        | Node::Collection(_)
        | Node::Shared(..)
        | Node::Copies(_)
        | Node::Top(Top::Favorites | Top::Recent) => tree.stored(node).and_then(|dir| newest_in(view, dir)),
        Node::Root
        | Node::Top(
            Top::Albums
            | Top::Tags
            | Top::Dates
            | Top::ByYear
            | Top::ByMonth
            | Top::ByDay
            | Top::Undated
            | Top::Library
            | Top::Shares
            | Top::People
            | Top::Collections
            | Top::Duplicates
            | Top::Search,
        )
        | Node::AllOf(_)
        | Node::Search(_) => view.next().asset().number().checked_sub(1).map(AssetId::new),
        Node::File(_) | Node::Sidecar(_) | Node::FolderFile(..) | Node::Marker => None,
    };
    let added = |asset: AssetId| Some(view.file(*view.asset(asset)?.files.first()?)?.added);
    let first = || view.file(FileId::new(1)).map(|row| row.added);
    Time {
        seconds: newest.and_then(added).or_else(first).map_or(0, i64::from),
        nanos: 0,
    }
}

/// The photo in a directory that was seen last, shown or not.
fn newest_in(view: &View, dir: Dir) -> Option<AssetId> {
    match dir {
        Dir::Album(album) => view.album(album).and_then(|row| last(&row.assets)),
        Dir::Tag(tag) => view
            .tag(tag)
            .and_then(|row| last(&row.added).max(last(&row.embedded))),
        Dir::Folder(folder) => {
            let file = FileId::new(view.folder(folder)?.files.bitmap().max()?);
            view.file(file).map(|row| row.asset)
        }
        Dir::Date(_)
        | Dir::Undated
        | Dir::Favorites(_)
        | Dir::Recent
        | Dir::Person(_)
        | Dir::Share(_)
        | Dir::Collection(_)
        | Dir::AllOf(_)
        | Dir::Copies(_)
        | Dir::Search(_) => last(&view.members(dir)),
    }
}

fn last(assets: &AssetSet) -> Option<AssetId> {
    assets.bitmap().max().map(AssetId::new)
}

/// Midnight, UTC, of the first day of a date.
/// Days from civil: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn first_second(key: DateKey) -> Time {
    let (month, day) = (i64::from(key.month().max(1)), i64::from(key.day().max(1)));
    let year = i64::from(key.year()) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Time {
        seconds: (era * 146_097 + day_of_era - 719_468) * 86_400,
        nanos: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Access, Checks};
    use crate::places::places_among;
    use kphotos_domain::command::{Command, RecordChecksums, SetDate, UpdateFiles};
    use kphotos_domain::kernel::{Checksum, LibraryId, Owner, TakenSource, UserId};
    use kphotos_domain::testing::World;

    const OWNER: Owner = Owner::User(UserId::new(1));
    const MINE: Ownership = Ownership {
        uid: 7,
        gid: 8,
        access: Access::Private,
        checks: Checks::Kernel,
    };

    fn stat(world: &World, path: &str) -> Attributes {
        let view = world.app.view();
        let file = view.file_at(LibraryId::new(1), path.as_bytes()).unwrap();
        of(&Tree::new(&view, OWNER), &MINE, Node::File(file)).unwrap()
    }

    #[test]
    fn a_file_has_the_time_it_was_taken() {
        let world = World::new();
        world.files(&["a.jpg", "b.jpg"]);
        assert_eq!(
            stat(&world, "a.jpg").modified.seconds,
            1_600_000_000,
            "not read yet"
        );
        let check = |text: &str, seconds: i64, nanos: u32| {
            world.read("a.jpg", Some(text), &[]);
            let modified = stat(&world, "a.jpg").modified;
            assert_eq!((modified.seconds, modified.nanos), (seconds, nanos), "{text}");
        };
        check("2024-06-15T10:30:05", 1_718_447_405, 0);
        check("2024-06-15T10:30:05.25+02:00", 1_718_440_205, 250_000_000);
        check("1969-12-31T23:59:59.5Z", -1, 500_000_000);
        check("1969-12-31T23:59:59.5", -1, 500_000_000);
        check("1974", 126_230_400, 0);
        assert_eq!(stat(&world, "a.jpg").size, 1005);
    }

    #[test]
    fn the_checksum_gives_the_nanoseconds_and_a_rewrite_a_second() {
        let world = World::new();
        world.files(&["a.jpg"]);
        world.read("a.jpg", Some("2024-06-15T10:30:05Z"), &[]);
        let before = stat(&world, "a.jpg");
        let mut bytes = [0; 32];
        bytes[3] = 9;
        world.observe(&Command::RecordChecksums(RecordChecksums {
            pictures: Vec::new(),
            checksums: vec![(world.stamp("a.jpg"), Checksum::new(bytes))],
        }));
        let hashed = stat(&world, "a.jpg");
        assert_eq!(hashed.modified.nanos, 9);
        assert!(hashed.changed > before.changed, "ctime moves with every change");
        let mut stamp = world.stamp("a.jpg");
        stamp.size = 4;
        world.observe(&Command::UpdateFiles(UpdateFiles {
            changed: vec![stamp],
            ..UpdateFiles::default()
        }));
        let rewritten = stat(&world, "a.jpg");
        assert_eq!(rewritten.modified.seconds, before.modified.seconds + 1);
        assert_eq!(rewritten.size, 4);
    }

    #[test]
    fn links_count_library_date_albums_and_tags() {
        let world = World::new();
        world.files(&["a.jpg", "b.jpg"]);
        world.tag("x/y", &["a.jpg"]);
        world.read("a.jpg", None, &["x", "x/y"]);
        world.album("trip", &["a.jpg", "b.jpg"]);
        assert_eq!(stat(&world, "a.jpg").links, 5);
        assert_eq!(stat(&world, "b.jpg").links, 3);
        let view = world.app.view();
        let all = view.present().clone();
        let places = places_among(&view, &all);
        for asset in all.iter() {
            assert_eq!(places.get(&asset).copied().unwrap_or(0), places_of(&view, asset));
        }
    }

    #[test]
    fn a_directory_counts_its_folders_and_keeps_its_time() {
        let world = World::new();
        world.files(&["a.jpg"]);
        world.album("one/two", &["a.jpg"]);
        let taken = Taken::parse("2024-06-15", TakenSource::User).unwrap();
        let assets = world.assets(&["a.jpg"]);
        world.run(&Command::SetDate(SetDate { assets, taken })).unwrap();
        let view = world.app.view();
        let tree = Tree::new(&view, OWNER);
        let stat = |node| of(&tree, &MINE, node).unwrap();
        let one = tree.lookup(Node::Top(Top::Albums), "one").unwrap();
        assert_eq!(stat(one).links, 3);
        assert_eq!(stat(Node::Root).links, 13);
        let day = DateKey::new(2024, 6, 15);
        assert_eq!(stat(Node::Day(day)).modified.seconds, 1_718_409_600);
        assert_eq!(stat(Node::Year(day.to_year())).modified.seconds, 1_704_067_200);
        assert_eq!(
            stat(Node::Year(DateKey::new(1969, 0, 0))).modified.seconds,
            -31_536_000
        );
        assert_eq!((stat(one).mode, stat(one).uid, stat(one).gid), (0o500, 7, 8));
    }
}
