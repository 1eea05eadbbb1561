//! Inode numbers: what a number stands for, and back.
//!
//! A number holds a kind in its top 16 bits (of which the sign bit stays 0) and
//! the thing's own number below. So numbers are the same after a restart and on
//! every mount, and never have to be remembered. A directory's kind names the
//! view it is seen in, because the kernel gives a directory one dentry only. A
//! file has one number in all views: names are many, the file is one, and
//! passthrough allows one backing file an inode.
//!
//! What lies below a share is numbered by two things: bits 56 to 62 hold its kind,
//! which no other number has any of, bits 32 to 55 the share, the rest the album,
//! tag or folder.
//!
//! A search has 48 bits for its number, which belongs to this run of the daemon alone: after
//! a restart it stands for nothing.
//!
//! `1` is the root, as FUSE has it. `Node::of(0x0010_0000_0000_002a)` is file 42.

use kphotos_domain::kernel::{
    AlbumId, AssetId, CollectionId, DateKey, FileId, FolderId, PersonId, SearchId, ShareId, TagId,
};
use kphotos_domain::storage::{MountFolderFile, MountView};
use kphotos_domain::view::Dir;

/// What an inode number stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Node {
    /// The mount's root.
    Root,
    /// A folder that is always there.
    Top(Top),
    /// An album, below `albums/`.
    Album(AlbumId),
    /// A tag, below `tags/`.
    Tag(TagId),
    /// `dates/by-year/2024`: photos.
    Year(DateKey),
    /// `dates/by-month/2024`: months.
    YearOfMonths(DateKey),
    /// `dates/by-month/2024/2024-06`: photos.
    Month(DateKey),
    /// `dates/by-day/2024`: days.
    YearOfDays(DateKey),
    /// `dates/by-day/2024/2024-06-15`: photos.
    Day(DateKey),
    /// A folder of a library; a library's root folder is `library/<name>`.
    Folder(FolderId),
    /// `shares/<name>`
    Share(ShareId),
    /// A person, below `people/`.
    Person(PersonId),
    /// A folder within a share.
    Shared(ShareId, Part),
    /// `collections/<name>`
    Collection(CollectionId),
    /// `_all` in a tag's folder: what carries the tag or one below it.
    AllOf(TagId),
    /// `duplicates/<hash>`: the files of a photo that are the same to the byte.
    Copies(AssetId),
    /// A search below `search/`, or below another one that it narrows.
    Search(SearchId),
    /// A photo or video.
    File(FileId),
    /// The virtual sidecar beside a photo or video.
    Sidecar(FileId),
    /// `.directory` or `.hidden` in a directory: how it is to be shown.
    FolderFile(MountFolderFile, DirNumber),
    /// `.kphotos` at the root: names the daemon and the mount.
    Marker,
}

/// The number of a directory, where a node is of one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DirNumber(u64);

impl DirNumber {
    /// That of a node; `None` for a file.
    #[must_use]
    pub fn of(node: Node) -> Option<Self> {
        (!node.is_file()).then(|| Self(node.ino()))
    }

    /// The directory.
    #[must_use]
    pub fn node(self) -> Node {
        Node::of(self.0).unwrap_or(Node::Root)
    }
}

/// What a folder within a share shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// An album within the shared one.
    Album(AlbumId),
    /// A tag within the shared one.
    Tag(TagId),
    /// A folder within the shared one, or of the shared library.
    Folder(FolderId),
}

impl Part {
    /// What another view shows as this node; `None` for what cannot be within a share.
    #[must_use]
    pub const fn of(node: Node) -> Option<Self> {
        match node {
            Node::Album(album) => Some(Self::Album(album)),
            Node::Tag(tag) => Some(Self::Tag(tag)),
            Node::Folder(folder) => Some(Self::Folder(folder)),
            Node::Root
            | Node::Top(_)
            | Node::Year(_)
            | Node::YearOfMonths(_)
            | Node::Month(_)
            | Node::YearOfDays(_)
            | Node::Day(_)
            | Node::Share(_)
            | Node::Person(_)
            | Node::Shared(..)
            | Node::Collection(_)
            | Node::AllOf(_)
            | Node::Copies(_)
            | Node::Search(_)
            | Node::File(_)
            | Node::Sidecar(_)
            | Node::FolderFile(..)
            | Node::Marker => None,
        }
    }

    /// The node of the same thing in its own view.
    #[must_use]
    pub const fn node(self) -> Node {
        match self {
            Self::Album(album) => Node::Album(album),
            Self::Tag(tag) => Node::Tag(tag),
            Self::Folder(folder) => Node::Folder(folder),
        }
    }

    /// The stored directory it shows.
    #[must_use]
    pub const fn dir(self) -> Dir {
        match self {
            Self::Album(album) => Dir::Album(album),
            Self::Tag(tag) => Dir::Tag(tag),
            Self::Folder(folder) => Dir::Folder(folder),
        }
    }
}

/// The folders that are always there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Top {
    /// `albums/`
    Albums,
    /// `tags/`
    Tags,
    /// `dates/`
    Dates,
    /// `dates/by-year/`
    ByYear,
    /// `dates/by-month/`
    ByMonth,
    /// `dates/by-day/`
    ByDay,
    /// `dates/undated/`
    Undated,
    /// `library/`
    Library,
    /// `shares/`
    Shares,
    /// `favorites/`
    Favorites,
    /// `recent/`
    Recent,
    /// `people/`
    People,
    /// `collections/`
    Collections,
    /// `search/`
    Search,
    /// `duplicates/`
    Duplicates,
}

impl Top {
    /// In the order of their numbers: new ones come last.
    const ALL: [Self; 15] = [
        Self::Albums,
        Self::Tags,
        Self::Dates,
        Self::ByYear,
        Self::ByMonth,
        Self::ByDay,
        Self::Undated,
        Self::Library,
        Self::Shares,
        Self::Favorites,
        Self::Recent,
        Self::Collections,
        Self::People,
        Self::Search,
        Self::Duplicates,
    ];

    /// Its name in the folder above.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Albums => "albums",
            Self::Tags => "tags",
            Self::Dates => "dates",
            Self::ByYear => "by-year",
            Self::ByMonth => "by-month",
            Self::ByDay => "by-day",
            Self::Undated => "undated",
            Self::Library => "library",
            Self::Shares => "shares",
            Self::Favorites => "favorites",
            Self::Recent => "recent",
            Self::People => "people",
            Self::Collections => "collections",
            Self::Search => "search",
            Self::Duplicates => "duplicates",
        }
    }
}

/// The number of the root, fixed by the protocol.
pub const ROOT: u64 = 1;
const SHIFT: u32 = 48;
const SEARCH: u64 = 0x0d;
const PART_SHIFT: u32 = 56;
const SHARE_SHIFT: u32 = 32;
const SHARE_MASK: u64 = (1 << (PART_SHIFT - SHARE_SHIFT)) - 1;

/// The bits above the number of the directory that a file is of.
const FOLDER_FILE_SHIFT: u32 = 61;

const fn folder_file_kind(file: MountFolderFile) -> u64 {
    match file {
        MountFolderFile::Directory => 1,
        MountFolderFile::Hidden => 2,
    }
}

impl Node {
    /// The node of a number; `None` for a number that was never given.
    #[must_use]
    pub fn of(ino: u64) -> Option<Self> {
        if ino == ROOT {
            return Some(Self::Root);
        }
        if ino >> FOLDER_FILE_SHIFT != 0 {
            return Self::of_folder_file(ino);
        }
        if ino >> PART_SHIFT != 0 {
            return Self::of_part(ino);
        }
        let low = ino & ((1 << SHIFT) - 1);
        if ino >> SHIFT == SEARCH {
            return Some(Self::Search(SearchId::new(low)));
        }
        let number = u32::try_from(low).ok()?;
        let date = DateKey::from_number(number);
        Some(match ino >> SHIFT {
            0x01 => Self::Top(*Top::ALL.get(number as usize)?),
            0x02 => Self::Album(AlbumId::new(number)),
            0x03 => Self::Tag(TagId::new(number)),
            0x04 => Self::Year(date),
            0x05 => Self::YearOfMonths(date),
            0x06 => Self::Month(date),
            0x07 => Self::YearOfDays(date),
            0x08 => Self::Day(date),
            0x09 => Self::Folder(FolderId::new(number)),
            0x0a => Self::Share(ShareId::new(number)),
            0x0c => Self::Person(PersonId::new(number)),
            0x0f => Self::Copies(AssetId::new(number)),
            0x0e => Self::AllOf(TagId::new(number)),
            0x0b => Self::Collection(CollectionId::new(number)),
            0x10 => Self::File(FileId::new(number)),
            0x11 => Self::Sidecar(FileId::new(number)),
            0x1f if number == 0 => Self::Marker,
            _ => return None,
        })
    }

    /// The file of a directory that has this number.
    fn of_folder_file(ino: u64) -> Option<Self> {
        let kind = ino >> FOLDER_FILE_SHIFT;
        let mut files = MountFolderFile::ALL.into_iter();
        let file = files.find(|file| folder_file_kind(*file) == kind)?;
        let dir = Self::of(ino & ((1 << FOLDER_FILE_SHIFT) - 1))?;
        Self::folder_file(file, dir)
    }

    /// The file of a directory; `None`: it is no directory.
    #[must_use]
    pub fn folder_file(file: MountFolderFile, dir: Self) -> Option<Self> {
        Some(Self::FolderFile(file, DirNumber::of(dir)?))
    }

    /// The folder within a share of a number.
    fn of_part(ino: u64) -> Option<Self> {
        let share = u32::try_from((ino >> SHARE_SHIFT) & SHARE_MASK).ok()?;
        let number = u32::try_from(ino & u64::from(u32::MAX)).ok()?;
        let part = match ino >> PART_SHIFT {
            0x01 => Part::Album(AlbumId::new(number)),
            0x02 => Part::Tag(TagId::new(number)),
            0x03 => Part::Folder(FolderId::new(number)),
            _ => return None,
        };
        Some(Self::Shared(ShareId::new(share), part))
    }

    /// The number of a node.
    #[must_use]
    pub fn ino(self) -> u64 {
        let (kind, number) = match self {
            Self::Root => return ROOT,
            Self::Top(top) => (
                0x01,
                Top::ALL.iter().position(|other| *other == top).unwrap_or(0) as u64,
            ),
            Self::Album(album) => (0x02, album.number().into()),
            Self::Tag(tag) => (0x03, tag.number().into()),
            Self::Year(key) => (0x04, key.number().into()),
            Self::YearOfMonths(key) => (0x05, key.number().into()),
            Self::Month(key) => (0x06, key.number().into()),
            Self::YearOfDays(key) => (0x07, key.number().into()),
            Self::Day(key) => (0x08, key.number().into()),
            Self::Folder(folder) => (0x09, folder.number().into()),
            Self::Share(share) => (0x0a, share.number().into()),
            Self::Person(person) => (0x0c, person.number().into()),
            Self::Shared(share, part) => {
                let (kind, number): (u64, u32) = match part {
                    Part::Album(album) => (0x01, album.number()),
                    Part::Tag(tag) => (0x02, tag.number()),
                    Part::Folder(folder) => (0x03, folder.number()),
                };
                let share = u64::from(share.number()) & SHARE_MASK;
                return kind << PART_SHIFT | share << SHARE_SHIFT | u64::from(number);
            }
            Self::Collection(collection) => (0x0b, collection.number().into()),
            Self::Copies(asset) => (0x0f, asset.number().into()),
            Self::AllOf(tag) => (0x0e, tag.number().into()),
            Self::Search(search) => (SEARCH, search.number() & ((1 << SHIFT) - 1)),
            Self::File(file) => (0x10, file.number().into()),
            Self::Sidecar(file) => (0x11, file.number().into()),
            Self::FolderFile(file, dir) => return folder_file_kind(file) << FOLDER_FILE_SHIFT | dir.0,
            Self::Marker => (0x1f, 0),
        };
        kind << SHIFT | number
    }

    /// The photo or video, if it is one.
    #[must_use]
    pub const fn file(self) -> Option<FileId> {
        match self {
            Self::File(file) => Some(file),
            Self::Root
            | Self::Top(_)
            | Self::Album(_)
            | Self::Tag(_)
            | Self::Year(_)
            | Self::YearOfMonths(_)
            | Self::Month(_)
            | Self::YearOfDays(_)
            | Self::Day(_)
            | Self::Folder(_)
            | Self::Share(_)
            | Self::Person(_)
            | Self::Shared(..)
            | Self::Collection(_)
            | Self::AllOf(_)
            | Self::Copies(_)
            | Self::Search(_)
            | Self::Sidecar(_)
            | Self::FolderFile(..)
            | Self::Marker => None,
        }
    }

    /// The folder at the root that it belongs to; `None` for what is in none, or
    /// in several.
    #[must_use]
    pub const fn view(self) -> Option<MountView> {
        match self {
            Self::Root | Self::File(_) | Self::Sidecar(_) | Self::FolderFile(..) | Self::Marker => None,
            Self::Top(Top::Albums) | Self::Album(_) => Some(MountView::Albums),
            Self::Top(Top::Tags) | Self::Tag(_) | Self::AllOf(_) => Some(MountView::Tags),
            Self::Top(Top::Library) | Self::Folder(_) => Some(MountView::Library),
            Self::Top(Top::Dates | Top::ByYear | Top::ByMonth | Top::ByDay | Top::Undated)
            | Self::Year(_)
            | Self::YearOfMonths(_)
            | Self::Month(_)
            | Self::YearOfDays(_)
            | Self::Day(_) => Some(MountView::Dates),
            Self::Top(Top::Shares) | Self::Share(_) | Self::Shared(..) => Some(MountView::Shares),
            Self::Top(Top::Favorites) => Some(MountView::Favorites),
            Self::Top(Top::Recent) => Some(MountView::Recent),
            Self::Top(Top::People) | Self::Person(_) => Some(MountView::People),
            Self::Top(Top::Collections) | Self::Collection(_) => Some(MountView::Collections),
            Self::Top(Top::Search) | Self::Search(_) => Some(MountView::Search),
            Self::Top(Top::Duplicates) | Self::Copies(_) => Some(MountView::Duplicates),
        }
    }

    /// Whether it is a share or a folder within one.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        matches!(self, Self::Share(_) | Self::Shared(..))
    }

    /// Whether it is a file; everything else is a directory.
    #[must_use]
    pub const fn is_file(self) -> bool {
        matches!(
            self,
            Self::File(_) | Self::Sidecar(_) | Self::FolderFile(..) | Self::Marker
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_back_as_what_it_stands_for() {
        let key = DateKey::new(2024, 6, 15);
        let mut nodes: Vec<Node> = Top::ALL.into_iter().map(Node::Top).collect();
        nodes.extend([
            Node::Root,
            Node::Album(AlbumId::new(1)),
            Node::Tag(TagId::new(u32::MAX)),
            Node::Year(key.to_year()),
            Node::YearOfMonths(key.to_year()),
            Node::Month(key.to_month()),
            Node::YearOfDays(key.to_year()),
            Node::Day(key),
            Node::Folder(FolderId::new(7)),
            Node::Share(ShareId::new(3)),
            Node::Person(PersonId::new(3)),
            Node::Shared(ShareId::new(3), Part::Album(AlbumId::new(1))),
            Node::Shared(ShareId::new((1 << 24) - 1), Part::Tag(TagId::new(u32::MAX))),
            Node::Shared(ShareId::new(1), Part::Folder(FolderId::new(7))),
            Node::Collection(CollectionId::new(3)),
            Node::AllOf(TagId::new(3)),
            Node::Copies(AssetId::new(3)),
            Node::Search(SearchId::new((1 << 48) - 1)),
            Node::File(FileId::new(42)),
            Node::Sidecar(FileId::new(42)),
            Node::folder_file(MountFolderFile::Directory, Node::Root).unwrap(),
            Node::folder_file(MountFolderFile::Directory, Node::Album(AlbumId::new(7))).unwrap(),
            Node::folder_file(MountFolderFile::Hidden, Node::Album(AlbumId::new(7))).unwrap(),
            Node::folder_file(
                MountFolderFile::Hidden,
                Node::Search(SearchId::new((1 << 48) - 1)),
            )
            .unwrap(),
            Node::Marker,
        ]);
        for node in &nodes {
            assert_eq!(Node::of(node.ino()), Some(*node));
            assert!(
                i64::try_from(node.ino()).is_ok(),
                "no tool sees a negative number"
            );
        }
        nodes.sort_unstable();
        nodes.dedup();
        assert_eq!(nodes.len(), Top::ALL.len() + 25);
        assert_eq!(Node::of(0), None);
        assert_eq!(Node::of(99 << 48), None);
        assert_eq!(Node::of(99 << 56), None);
    }

    #[test]
    fn the_numbers_that_were_given_stay() {
        let check = |node: Node, ino: u64| assert_eq!(node.ino(), ino, "{node:?}");
        check(Node::Top(Top::Library), 0x0001_0000_0000_0007);
        check(Node::Top(Top::Shares), 0x0001_0000_0000_0008);
        check(Node::Top(Top::Recent), 0x0001_0000_0000_000a);
        check(Node::Top(Top::Collections), 0x0001_0000_0000_000b);
        check(Node::Sidecar(FileId::new(42)), 0x0011_0000_0000_002a);
        let hidden = |dir| Node::folder_file(MountFolderFile::Hidden, dir).unwrap();
        check(hidden(Node::Album(AlbumId::new(7))), 0x4002_0000_0000_0007);
        assert_eq!(Node::folder_file(MountFolderFile::Hidden, Node::Marker), None);
        assert_eq!(Node::of(0x4010_0000_0000_002a), None, "a file has none");
        check(Node::Top(Top::Search), 0x0001_0000_0000_000d);
        check(Node::Share(ShareId::new(3)), 0x000a_0000_0000_0003);
        check(Node::Person(PersonId::new(3)), 0x000c_0000_0000_0003);
        check(Node::Collection(CollectionId::new(3)), 0x000b_0000_0000_0003);
        check(Node::Top(Top::Duplicates), 0x0001_0000_0000_000e);
        check(Node::Copies(AssetId::new(3)), 0x000f_0000_0000_0003);
        check(Node::AllOf(TagId::new(3)), 0x000e_0000_0000_0003);
        check(Node::Search(SearchId::new(1 << 32)), 0x000d_0001_0000_0000);
        let part = Part::Folder(FolderId::new(7));
        check(Node::Shared(ShareId::new(3), part), 0x0300_0003_0000_0007);
    }
}
