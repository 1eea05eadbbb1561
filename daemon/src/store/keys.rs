//! The schema: every key of the store. One tree; the first byte of a key is the kind of its row, numbers after it are big-endian, so
//! that a scan gives the rows of a kind together and in the order of their numbers.
//!
//! | row | key | example, in hex (characters for the kind) |
//! |---|---|---|
//! | `state` | `@` | `@` |
//! | `Counters` | `N` | `N` |
//! | `User` | `U` user:4 | `U 00000001` |
//! | `Library` | `L` library:4 | `L 00000001` |
//! | `Folder` | `D` folder:4 | `D 00000002` |
//! | `Files` | `F` pack:4 | `F 00000000`: files 0 to 31 |
//! | `Facts` | `P` pack:4 | `P 00000001`: assets 32 to 63 |
//! | `Sidecars` | `X` folder:4 | `X 00000002` |
//! | `Layers` | `Y` pack:4 | `Y 00000001`: assets 32 to 63 |
//! | `Edits` | `E` pack:4 | `E 00000000`: assets 0 to 255 |
//! | `Revisions` | `R` pack:4 | `R 00000001`: assets 256 to 511 |
//! | `Aliases` | `I` pack:4 | `I 00000000`: assets 0 to 255 |
//! | `Formers` | `O` pack:4 | `O 00000000`: assets 0 to 31 |
//! | `Doubts` | `d` pack:4 | `d 00000001`: files 32 to 63 |
//! | `Tag` | `T` tag:4 | `T 00000003` |
//! | `Person` | `p` person:4 | `p 00000006` |
//! | `Album` | `A` album:4 | `A 00000005` |
//! | `Set` of a tag, given | `t` tag:4 chunk:4 | `t 00000003 00000001`: assets 65,536 to 131,071 |
//! | `Set` of a tag, taken away | `s` tag:4 chunk:4 | `s 00000003 00000000` |
//! | `Set` of an album | `a` album:4 chunk:4 | `a 00000005 00000000` |
//! | `Set` of those excluded from an album | `x` album:4 chunk:4 | `x 00000005 00000000` |
//! | `Collection` | `Q` collection:4 | `Q 00000002` |
//! | `Claims` | `c` dir:1 number:4 sheaf:2 | `c 03 0134d8e0 0007`: of the day 2024-06-08 (dir 1 album, 2 tag, 3 date, 4 undated, 5 folder, 6 favourites of a user, 7 recent, 8 share, 9 collection, 10 person; query directories have none) |
//! | `Share` | `H` share:4 | `H 00000001` |
//! | `Job` | `J` job:4 | `J 00000004` |
//! | `Mount` | `m` mount:4 | `m 00000003` |
//! | `Marks` | `M` pack:8 | `M 0000000000000000`: revisions 0 to 255 |

use kphotos_domain::kernel::{
    AlbumId, CollectionId, DateKey, FolderId, JobId, LibraryId, MountId, PersonId, ShareId, TagId, UserId,
};
use kphotos_domain::view::{Dir, Row, SetKind};

/// What a key says, taken apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Key {
    /// The revision that the rows stand for, their number and the sum of their checks.
    State,
    Counters,
    User(UserId),
    Library(LibraryId),
    Folder(FolderId),
    Files(u32),
    Facts(u32),
    Sidecars(FolderId),
    Layers(u32),
    Edits(u32),
    Revisions(u32),
    Aliases(u32),
    Formers(u32),
    Doubts(u32),
    Tag(TagId),
    Person(PersonId),
    Album(AlbumId),
    Set(SetKind, u32),
    Claims(Dir, u16),
    Share(ShareId),
    Collection(CollectionId),
    Job(JobId),
    Mount(MountId),
    Marks(u64),
}

impl Key {
    /// The key of a row.
    pub(super) const fn of(row: &Row) -> Self {
        match row {
            Row::Counters(_) => Self::Counters,
            Row::User(user) => Self::User(user.id),
            Row::Library(library) => Self::Library(library.id),
            Row::Folder(folder) => Self::Folder(folder.id),
            Row::Files(pack, _) => Self::Files(*pack),
            Row::Facts(pack, _) => Self::Facts(*pack),
            Row::Sidecars(id, _) => Self::Sidecars(*id),
            Row::Layers(pack, _) => Self::Layers(*pack),
            Row::Edits(pack, _) => Self::Edits(*pack),
            Row::Revisions(pack, _) => Self::Revisions(*pack),
            Row::Aliases(pack, _) => Self::Aliases(*pack),
            Row::Formers(pack, _) => Self::Formers(*pack),
            Row::Doubts(pack, _) => Self::Doubts(*pack),
            Row::Tag(id, _) => Self::Tag(*id),
            Row::Person(id, _) => Self::Person(*id),
            Row::Album(id, _) => Self::Album(*id),
            Row::Set(kind, chunk, _) => Self::Set(*kind, *chunk),
            Row::Claims(dir, sheaf, _) => Self::Claims(*dir, *sheaf),
            Row::Share(id, _) => Self::Share(*id),
            Row::Collection(id, _) => Self::Collection(*id),
            Row::Job(job, _) => Self::Job(*job),
            Row::Mount(id, _) => Self::Mount(*id),
            Row::Marks(pack, _) => Self::Marks(*pack),
        }
    }

    /// The bytes, as the table says.
    pub(super) fn bytes(self) -> Vec<u8> {
        let one = |kind: u8, number: u32| [&[kind], &number.to_be_bytes()[..]].concat();
        let two =
            |kind: u8, number: u32, chunk: u32| [one(kind, number), chunk.to_be_bytes().to_vec()].concat();
        match self {
            Self::State => b"@".to_vec(),
            Self::Counters => b"N".to_vec(),
            Self::User(id) => one(b'U', id.number()),
            Self::Library(id) => one(b'L', id.number()),
            Self::Folder(id) => one(b'D', id.number()),
            Self::Files(pack) => one(b'F', pack),
            Self::Facts(pack) => one(b'P', pack),
            Self::Sidecars(id) => one(b'X', id.number()),
            Self::Layers(pack) => one(b'Y', pack),
            Self::Edits(pack) => one(b'E', pack),
            Self::Revisions(pack) => one(b'R', pack),
            Self::Aliases(pack) => one(b'I', pack),
            Self::Formers(pack) => one(b'O', pack),
            Self::Doubts(pack) => one(b'd', pack),
            Self::Tag(id) => one(b'T', id.number()),
            Self::Person(id) => one(b'p', id.number()),
            Self::Album(id) => one(b'A', id.number()),
            Self::Set(SetKind::TagAdded(id), chunk) => two(b't', id.number(), chunk),
            Self::Set(SetKind::TagSuppressed(id), chunk) => two(b's', id.number(), chunk),
            Self::Set(SetKind::Album(id), chunk) => two(b'a', id.number(), chunk),
            Self::Set(SetKind::AlbumExcluded(id), chunk) => two(b'x', id.number(), chunk),
            Self::Collection(id) => one(b'Q', id.number()),
            Self::Claims(dir, sheaf) => {
                let (kind, number) = dir_number(dir);
                let sheaf = sheaf.to_be_bytes();
                [&[b'c', kind], &number.to_be_bytes()[..], &sheaf].concat()
            }
            Self::Share(id) => one(b'H', id.number()),
            Self::Job(id) => one(b'J', id.number()),
            Self::Mount(id) => one(b'm', id.number()),
            Self::Marks(pack) => [b"M", &pack.to_be_bytes()[..]].concat(),
        }
    }

    /// The key of these bytes; `None` if they are none.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let one = || Some(u32::from_be_bytes(rest.try_into().ok()?));
        let two = || {
            let (number, chunk) = rest.split_first_chunk()?;
            Some((
                u32::from_be_bytes(*number),
                u32::from_be_bytes(chunk.try_into().ok()?),
            ))
        };
        Some(match kind {
            b'@' if rest.is_empty() => Self::State,
            b'N' if rest.is_empty() => Self::Counters,
            b'U' => Self::User(UserId::new(one()?)),
            b'L' => Self::Library(LibraryId::new(one()?)),
            b'D' => Self::Folder(FolderId::new(one()?)),
            b'F' => Self::Files(one()?),
            b'P' => Self::Facts(one()?),
            b'X' => Self::Sidecars(FolderId::new(one()?)),
            b'Y' => Self::Layers(one()?),
            b'E' => Self::Edits(one()?),
            b'R' => Self::Revisions(one()?),
            b'I' => Self::Aliases(one()?),
            b'O' => Self::Formers(one()?),
            b'd' => Self::Doubts(one()?),
            b'T' => Self::Tag(TagId::new(one()?)),
            b'p' => Self::Person(PersonId::new(one()?)),
            b'A' => Self::Album(AlbumId::new(one()?)),
            b't' => two().map(|(id, chunk)| Self::Set(SetKind::TagAdded(TagId::new(id)), chunk))?,
            b's' => two().map(|(id, chunk)| Self::Set(SetKind::TagSuppressed(TagId::new(id)), chunk))?,
            b'a' => two().map(|(id, chunk)| Self::Set(SetKind::Album(AlbumId::new(id)), chunk))?,
            b'x' => two().map(|(id, chunk)| Self::Set(SetKind::AlbumExcluded(AlbumId::new(id)), chunk))?,
            b'Q' => Self::Collection(CollectionId::new(one()?)),
            b'c' => {
                let (of, sheaf) = rest.split_last_chunk()?;
                Self::Claims(dir(of)?, u16::from_be_bytes(*sheaf))
            }
            b'H' => Self::Share(ShareId::new(one()?)),
            b'J' => Self::Job(JobId::new(one()?)),
            b'm' => Self::Mount(MountId::new(one()?)),
            b'M' => Self::Marks(u64::from_be_bytes(rest.try_into().ok()?)),
            _ => return None,
        })
    }
}

/// A dir as a byte and a number.
const fn dir_number(dir: Dir) -> (u8, u32) {
    match dir {
        Dir::Album(id) => (1, id.number()),
        Dir::Tag(id) => (2, id.number()),
        Dir::Date(key) => (3, key.number()),
        Dir::Undated => (4, 0),
        Dir::Folder(id) => (5, id.number()),
        Dir::Favorites(id) => (6, id.number()),
        Dir::Recent => (7, 0),
        Dir::Share(id) => (8, id.number()),
        Dir::Collection(id) => (9, id.number()),
        Dir::Person(id) => (10, id.number()),
        // Nothing is claimed in these; a search is of no session after this one.
        Dir::Search(_) => (11, 0),
        Dir::AllOf(id) => (12, id.number()),
        Dir::Copies(id) => (13, id.number()),
    }
}

fn dir(bytes: &[u8]) -> Option<Dir> {
    let (kind, number) = bytes.split_first()?;
    let number = u32::from_be_bytes(number.try_into().ok()?);
    Some(match kind {
        1 => Dir::Album(AlbumId::new(number)),
        2 => Dir::Tag(TagId::new(number)),
        3 => Dir::Date(DateKey::from_number(number)),
        4 if number == 0 => Dir::Undated,
        5 => Dir::Folder(FolderId::new(number)),
        6 => Dir::Favorites(UserId::new(number)),
        7 if number == 0 => Dir::Recent,
        8 => Dir::Share(ShareId::new(number)),
        10 => Dir::Person(PersonId::new(number)),
        9 => Dir::Collection(CollectionId::new(number)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_bytes_of_the_table_and_read_back() {
        fn check(key: Key, expect: &[u8]) {
            assert_eq!(key.bytes(), expect);
            assert_eq!(Key::parse(expect), Some(key));
            assert_eq!(Key::parse(&[expect, b"0"].concat()), None);
            assert_eq!(Key::parse(&expect[..expect.len() - 1]), None);
        }
        check(Key::State, b"@");
        check(Key::Counters, b"N");
        check(Key::User(UserId::new(1)), b"U\0\0\0\x01");
        check(Key::Library(LibraryId::new(1)), b"L\0\0\0\x01");
        check(Key::Folder(FolderId::new(2)), b"D\0\0\0\x02");
        check(Key::Files(9), b"F\0\0\0\x09");
        check(Key::Facts(1), b"P\0\0\0\x01");
        check(Key::Sidecars(FolderId::new(2)), b"X\0\0\0\x02");
        check(Key::Layers(1), b"Y\0\0\0\x01");
        check(Key::Edits(0), b"E\0\0\0\0");
        check(Key::Revisions(1), b"R\0\0\0\x01");
        check(Key::Aliases(0), b"I\0\0\0\0");
        check(Key::Formers(0), b"O\0\0\0\0");
        check(Key::Doubts(1), b"d\0\0\0\x01");
        check(Key::Tag(TagId::new(3)), b"T\0\0\0\x03");
        check(Key::Person(PersonId::new(6)), b"p\0\0\0\x06");
        check(Key::Album(AlbumId::new(5)), b"A\0\0\0\x05");
        check(
            Key::Set(SetKind::TagAdded(TagId::new(3)), 1),
            b"t\0\0\0\x03\0\0\0\x01",
        );
        check(
            Key::Set(SetKind::TagSuppressed(TagId::new(3)), 0),
            b"s\0\0\0\x03\0\0\0\0",
        );
        check(
            Key::Set(SetKind::Album(AlbumId::new(5)), 0),
            b"a\0\0\0\x05\0\0\0\0",
        );
        check(
            Key::Claims(Dir::Date(DateKey::new(2024, 6, 8)), 7),
            b"c\x03\x01\x34\xd8\xe0\0\x07",
        );
        check(
            Key::Claims(Dir::Album(AlbumId::new(1)), 7),
            b"c\x01\0\0\0\x01\0\x07",
        );
        check(Key::Claims(Dir::Tag(TagId::new(1)), 7), b"c\x02\0\0\0\x01\0\x07");
        check(Key::Claims(Dir::Undated, 7), b"c\x04\0\0\0\0\0\x07");
        check(
            Key::Claims(Dir::Folder(FolderId::new(1)), 7),
            b"c\x05\0\0\0\x01\0\x07",
        );
        check(
            Key::Claims(Dir::Favorites(UserId::new(1)), 7),
            b"c\x06\0\0\0\x01\0\x07",
        );
        check(Key::Claims(Dir::Recent, 7), b"c\x07\0\0\0\0\0\x07");
        check(
            Key::Claims(Dir::Share(ShareId::new(1)), 7),
            b"c\x08\0\0\0\x01\0\x07",
        );
        check(
            Key::Claims(Dir::Person(PersonId::new(1)), 7),
            b"c\x0a\0\0\0\x01\0\x07",
        );
        check(
            Key::Claims(Dir::Collection(CollectionId::new(1)), 7),
            b"c\x09\0\0\0\x01\0\x07",
        );
        check(
            Key::Set(SetKind::AlbumExcluded(AlbumId::new(5)), 0),
            b"x\0\0\0\x05\0\0\0\0",
        );
        check(Key::Collection(CollectionId::new(2)), b"Q\0\0\0\x02");
        check(Key::Share(ShareId::new(1)), b"H\0\0\0\x01");
        check(Key::Job(JobId::new(4)), b"J\0\0\0\x04");
        check(Key::Mount(MountId::new(3)), b"m\0\0\0\x03");
        check(Key::Marks(0), b"M\0\0\0\0\0\0\0\0");
    }

    #[test]
    fn files_are_scanned_in_the_order_of_their_numbers() {
        let keys = [1, 255, 256, 65_536, u32::MAX].map(|pack| Key::Files(pack).bytes());
        assert!(keys.is_sorted());
    }
}
