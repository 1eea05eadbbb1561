//! Inode numbers: what a number stands for, and back.
//!
//! A number holds a kind in its top 16 bits (of which the sign bit stays 0) and
//! the thing's own number below. So numbers are the same after a restart and on
//! every mount, and never have to be remembered. A directory's kind names the
//! view it is seen in, because the kernel gives a directory one dentry only. A
//! file has one number in all views: names are many, the file is one, and
//! passthrough allows one backing file an inode.
//!
//! `1` is the root, as FUSE has it. `Node::of(0x0010_0000_0000_002a)` is file 42.

use kphotos_domain::kernel::{AlbumId, DateKey, FileId, FolderId, TagId};
use kphotos_domain::storage::MountView;

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
    /// A photo or video.
    File(FileId),
    /// `.kphotos` at the root: names the daemon and the mount.
    Marker,
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
}

impl Top {
    const ALL: [Self; 8] = [
        Self::Albums,
        Self::Tags,
        Self::Dates,
        Self::ByYear,
        Self::ByMonth,
        Self::ByDay,
        Self::Undated,
        Self::Library,
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
        }
    }
}

/// The number of the root, fixed by the protocol.
pub const ROOT: u64 = 1;
const SHIFT: u32 = 48;

impl Node {
    /// The node of a number; `None` for a number that was never given.
    #[must_use]
    pub fn of(ino: u64) -> Option<Self> {
        if ino == ROOT {
            return Some(Self::Root);
        }
        let number = u32::try_from(ino & ((1 << SHIFT) - 1)).ok()?;
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
            0x10 => Self::File(FileId::new(number)),
            0x1f if number == 0 => Self::Marker,
            _ => return None,
        })
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
            Self::File(file) => (0x10, file.number().into()),
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
            | Self::Marker => None,
        }
    }

    /// The folder at the root that it belongs to; `None` for what is in none, or
    /// in several.
    #[must_use]
    pub const fn view(self) -> Option<MountView> {
        match self {
            Self::Root | Self::File(_) | Self::Marker => None,
            Self::Top(Top::Albums) | Self::Album(_) => Some(MountView::Albums),
            Self::Top(Top::Tags) | Self::Tag(_) => Some(MountView::Tags),
            Self::Top(Top::Library) | Self::Folder(_) => Some(MountView::Library),
            Self::Top(Top::Dates | Top::ByYear | Top::ByMonth | Top::ByDay | Top::Undated)
            | Self::Year(_)
            | Self::YearOfMonths(_)
            | Self::Month(_)
            | Self::YearOfDays(_)
            | Self::Day(_) => Some(MountView::Dates),
        }
    }

    /// Whether it is a file; everything else is a directory.
    #[must_use]
    pub const fn is_file(self) -> bool {
        matches!(self, Self::File(_) | Self::Marker)
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
            Node::File(FileId::new(42)),
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
        assert_eq!(nodes.len(), Top::ALL.len() + 11);
        assert_eq!(Node::of(0), None);
        assert_eq!(Node::of(99 << 48), None);
    }
}
