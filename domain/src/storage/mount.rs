//! Mounts: what each shows, to whom, under which names; and adding and removing
//! those that the settings do not declare.
//!
//! What a mount may lie on is known here only as far as the layer knows it:
//! libraries and other added mounts. Whoever asks also looks at what the settings
//! declare and at the folders that the daemon writes in.

use super::MountFolderFiles;
use super::StorageError;
use super::command::is_below;
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::name::NameStyle;
use crate::kernel::{MountId, Owner};
use crate::view::View;
use std::fmt;

/// A mount that a command added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mount {
    /// Its number.
    pub id: MountId,
    /// Whose world it shows: its viewer.
    pub owner: Owner,
    /// Where, absolute, the bytes of the file system, no trailing slash.
    pub path: Box<[u8]>,
    /// What it shows, to whom.
    pub options: MountOptions,
}

/// What a mount shows, to whom, under which names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MountOptions {
    /// Who may enter.
    pub access: MountAccess,
    /// Which folders are at its root.
    pub views: MountViews,
    /// How names are written.
    pub names: NameStyle,
    /// What the modification time of a photo is.
    pub mtime: MtimeSource,
    /// Whether a sidecar is shown beside each photo.
    pub sidecars: MountSidecars,
    /// Which photos of a stack are shown outside of `library/`.
    pub stacks: MountStacks,
    /// Which files tell file managers how to show a folder.
    pub folder_files: MountFolderFiles,
    /// Whether photos of libraries that are offline are shown.
    pub offline: MountOffline,
}

/// Who may read a mount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MountAccess {
    /// Its owner alone: 0500, 0400.
    #[default]
    Private,
    /// Its owner and a group, by gid: 0550, 0440.
    Group(u32),
    /// Everybody: 0555, 0444.
    All,
}

impl MountAccess {
    /// The access of this text; a group is looked up by `gid_of`.
    #[must_use]
    pub fn parse(text: &str, gid_of: impl FnOnce(&str) -> Option<u32>) -> Option<Self> {
        match text {
            "private" => Some(Self::Private),
            "all" => Some(Self::All),
            _ => gid_of(text.strip_prefix("group:")?).map(Self::Group),
        }
    }
}

/// `private`, `group:50`, `all`.
impl fmt::Display for MountAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private => f.write_str("private"),
            Self::Group(gid) => write!(f, "group:{gid}"),
            Self::All => f.write_str("all"),
        }
    }
}

/// Where the modification time of a photo in a mount comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MtimeSource {
    /// When it was taken; the original's where no date is known.
    #[default]
    Taken,
    /// The original's.
    Original,
}

impl MtimeSource {
    /// `taken`, `original`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Original => "original",
        }
    }

    /// The source of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Taken, Self::Original]
            .into_iter()
            .find(|source| source.as_str() == text)
    }
}

/// Whether a mount shows a virtual sidecar beside each photo and movie.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MountSidecars {
    /// Photos and movies alone.
    #[default]
    Off,
    /// `IMG.jpg.xmp` beside `IMG.jpg`: what a real sidecar says, with the edits.
    Xmp,
}

impl MountSidecars {
    /// `off`, `xmp`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Xmp => "xmp",
        }
    }

    /// What this word means.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Off, Self::Xmp]
            .into_iter()
            .find(|sidecars| sidecars.as_str() == text)
    }
}

/// Which photos of a stack a mount shows outside of `library/`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MountStacks {
    /// Each of them.
    #[default]
    All,
    /// Its cover alone.
    Cover,
}

impl MountStacks {
    /// `all`, `cover`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Cover => "cover",
        }
    }

    /// What this word means.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::All, Self::Cover]
            .into_iter()
            .find(|stacks| stacks.as_str() == text)
    }
}

/// Whether a mount shows photos that cannot be read because their libraries are offline.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MountOffline {
    /// They stay listed; opening one fails.
    #[default]
    Show,
    /// They are in no folder until a library with a copy is back.
    Hide,
}

impl MountOffline {
    /// `show`, `hide`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Hide => "hide",
        }
    }

    /// What this word means.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Show, Self::Hide]
            .into_iter()
            .find(|offline| offline.as_str() == text)
    }
}

/// A folder at a mount's root.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MountView {
    /// `albums/`
    Albums,
    /// `dates/`
    Dates,
    /// `library/`
    Library,
    /// `tags/`
    Tags,
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

impl MountView {
    /// All of them; a place in this list is a bit of [`MountViews`], so new ones come last.
    pub const ALL: [Self; 11] = [
        Self::Albums,
        Self::Dates,
        Self::Library,
        Self::Tags,
        Self::Shares,
        Self::Favorites,
        Self::Recent,
        Self::Collections,
        Self::People,
        Self::Search,
        Self::Duplicates,
    ];

    /// The folder's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Albums => "albums",
            Self::Dates => "dates",
            Self::Library => "library",
            Self::Tags => "tags",
            Self::Shares => "shares",
            Self::Favorites => "favorites",
            Self::Recent => "recent",
            Self::People => "people",
            Self::Collections => "collections",
            Self::Search => "search",
            Self::Duplicates => "duplicates",
        }
    }

    /// The view of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.as_str() == text)
    }

    fn bit(self) -> u32 {
        let at = Self::ALL.iter().position(|view| *view == self);
        at.map_or(0, |at| 1 << at)
    }
}

/// Which folders are at a mount's root; by default all, those of later versions too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MountViews(u32);

impl Default for MountViews {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl MountViews {
    /// These alone.
    #[must_use]
    pub fn only(views: impl IntoIterator<Item = MountView>) -> Self {
        Self(views.into_iter().fold(0, |bits, view| bits | view.bit()))
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn shows(self, view: MountView) -> bool {
        self.0 & view.bit() != 0
    }

    /// Whether all are, those of later versions too.
    #[must_use]
    pub const fn is_all(self) -> bool {
        self.0 == u32::MAX
    }

    /// Those that this version knows.
    pub fn iter(self) -> impl Iterator<Item = MountView> {
        MountView::ALL.into_iter().filter(move |view| self.shows(*view))
    }

    /// `all`, or names of views, separated by commas.
    ///
    /// # Errors
    /// The name that is no view's; empty if none was given.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::default());
        }
        let views = text.split(',').map(|name| {
            let name = name.trim();
            MountView::parse(name).ok_or_else(|| name.to_owned())
        });
        Ok(Self::only(views.collect::<Result<Vec<_>, _>>()?))
    }
}

/// `all`, or the names separated by commas.
impl fmt::Display for MountViews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            return f.write_str("all");
        }
        let names: Vec<&str> = self.iter().map(MountView::as_str).collect();
        f.write_str(&names.join(","))
    }
}

/// A mount to be added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewMount {
    /// Absolute path.
    pub path: Box<[u8]>,
    /// What it shows, to whom.
    pub options: MountOptions,
}

/// Adds a mount.
///
/// # Errors
/// [`StorageError`]: no absolute path, a mount already, or an overlap with a mount or a library.
pub fn add_mount(view: &View, owner: Owner, new: &NewMount) -> Result<ChangeSet, StorageError> {
    let shown = String::from_utf8_lossy(&new.path).into_owned();
    if new.path.first() != Some(&b'/') || new.path.len() < 2 || new.path.ends_with(b"/") {
        return Err(StorageError::NoMountPoint { path: shown });
    }
    for other in view.mounts() {
        if other.path == new.path {
            return Err(StorageError::AlreadyAMount { path: shown });
        }
        if overlap(&new.path, &other.path) {
            return Err(StorageError::MountsOverlap {
                path: shown,
                other: String::from_utf8_lossy(&other.path).into_owned(),
            });
        }
    }
    for library in view.libraries() {
        if new.path == library.root || overlap(&new.path, &library.root) {
            return Err(StorageError::MountOverlapsLibrary {
                path: shown,
                name: library.name.clone(),
                root: String::from_utf8_lossy(&library.root).into_owned(),
            });
        }
    }
    let mount = Mount {
        id: view.next().mount(),
        owner,
        path: new.path.clone(),
        options: new.options,
    };
    let summary = format!("mount {} added at {shown}", mount.id);
    Ok(ChangeSet::new(
        EntryKind::Irrevocable,
        summary,
        vec![Event::MountAdded { mount }],
    ))
}

/// Removes a mount.
///
/// # Errors
/// [`StorageError::NoMount`].
pub fn remove_mount(view: &View, id: MountId) -> Result<ChangeSet, StorageError> {
    let mount = view
        .mount(id)
        .cloned()
        .ok_or(StorageError::NoMount { mount: id })?;
    let summary = format!("mount {id} removed from {}", String::from_utf8_lossy(&mount.path));
    Ok(ChangeSet::new(
        EntryKind::Irrevocable,
        summary,
        vec![Event::MountRemoved { mount }],
    ))
}

fn overlap(a: &[u8], b: &[u8]) -> bool {
    is_below(a, b) || is_below(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::AppError;
    use crate::command::Command;
    use crate::testing::World;

    fn add(world: &World, path: &str) -> Result<(), StorageError> {
        let new = NewMount {
            path: path.as_bytes().into(),
            options: MountOptions::default(),
        };
        match world.run(&Command::AddMount(new)) {
            Ok(_) => Ok(()),
            Err(AppError::Storage(error)) => Err(error),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_mount_lies_apart_from_mounts_and_libraries() {
        let world = World::new();
        add(&world, "/m/a").unwrap();
        let check = |path: &str, refused: fn(&StorageError) -> bool| {
            let error = add(&world, path).unwrap_err();
            assert!(refused(&error), "{path}: {error}");
        };
        check("/m/a", |error| {
            matches!(error, StorageError::AlreadyAMount { .. })
        });
        check("/m", |error| matches!(error, StorageError::MountsOverlap { .. }));
        check("/m/a/b", |error| {
            matches!(error, StorageError::MountsOverlap { .. })
        });
        for path in ["/photos", "/photos/below"] {
            check(path, |error| {
                matches!(error, StorageError::MountOverlapsLibrary { .. })
            });
        }
        for path in ["relative", "/", "", "/x/"] {
            check(path, |error| matches!(error, StorageError::NoMountPoint { .. }));
        }
        add(&world, "/m/ab").unwrap();
    }

    #[test]
    fn a_removed_mounts_number_is_not_given_again() {
        let world = World::new();
        add(&world, "/m/a").unwrap();
        world.run(&Command::RemoveMount(MountId::new(1))).unwrap();
        assert!(world.run(&Command::RemoveMount(MountId::new(1))).is_err());
        add(&world, "/m/a").unwrap();
        let view = world.app.view();
        assert_eq!(
            view.mounts().map(|mount| mount.id.number()).collect::<Vec<_>>(),
            [2]
        );
    }

    #[test]
    fn options_are_what_their_texts_say() {
        let named = |name: &str| (name == "photos").then_some(50);
        for (text, access) in [
            ("private", Some(MountAccess::Private)),
            ("all", Some(MountAccess::All)),
            ("group:photos", Some(MountAccess::Group(50))),
            ("group:", None),
            ("world", None),
        ] {
            assert_eq!(MountAccess::parse(text, named), access, "{text}");
        }
        let some = MountViews::parse("tags, albums").unwrap();
        assert_eq!(some.to_string(), "albums,tags");
        assert!(some.shows(MountView::Tags) && !some.shows(MountView::Dates));
        assert_eq!(MountViews::parse("all"), Ok(MountViews::default()));
        assert_eq!(MountViews::parse("albums,x"), Err("x".to_owned()));
        assert_eq!(MountViews::parse(""), Err(String::new()));
    }
}
