//! The tree: which directories there are, what is in them, under which names.
//!
//! Everything here is a pure question to the domain's view: no I/O, no kernel,
//! no state; but to look up a query in `search/` makes the search known. One small file a view; [`Tree`] sends each question to the right
//! one. Three rules hold in every directory, and the tests look after them:
//! names are portable and differ even case-folded (in a mount with posix names they
//! are valid UTF-8, and differ); a name in a listing is found
//! by a lookup, and gives the same node; nothing else is found, but for searches.
//!
//! | file | directories |
//! |---|---|
//! | `root` | the root, `dates/` |
//! | `albums` | `albums/…`, nested |
//! | `tags` | `tags/…`, nested; a tag shows its child tags and the photos that carry it itself, `_all/` those of the child tags too |
//! | `dates` | `dates/by-year`, `by-month`, `by-day`, `undated` |
//! | `library` | `library/<name>/…`, the folders as they lie |
//! | `people` | `people/<name>/`: the photos that a person is in |
//! | `shares` | `shares/<name>/…`: albums, tags and folders once more, or photos |
//! | `collections` | `collections/<name>/`: photos |
//! | `duplicates` | `duplicates/<hash>/`: files of one content |
//! | `search` | `search/<query>/…`: photos; neither `search/` nor a search lists the searches below it |
//! | `photos` | what all share: photos in a directory, giving way to folders of their name |
//!
//! `favorites/`, `recent/`, `_all/`, collections and the folders in `people/` are query directories, as
//! shares of queries and albums with a rule are: their names are plain only while their stem is unique.
//!
//! Where the mount shows sidecars, each photo and movie has one beside it, called as it
//! is with `.xmp` after it; where a folder is called so, it has none.
//!
//! Where the mount shows covers alone, a photo of a stack that is not its cover is in
//! library folders, searches and among its copies only.
//!
//! Where the mount has files that say how a folder is to be shown (`folder_files`), they are in
//! it last: `.directory`, `.hidden`.
//!
//! Where the mount hides what is offline, a photo all of whose files lie in libraries that
//! are offline is in no directory, and what shows nothing without it is not there; names
//! and numbers do not change by that, here or when it is back.
//!
//! Only photos that are present and not hidden are shown; `library/` shows
//! hidden ones too, and a search if it asks for them. A date or library folder with nothing to show is not there;
//! an empty album or tag is an empty directory.

mod albums;
mod collections;
mod dates;
mod duplicates;
mod folder_files;
mod library;
#[cfg(test)]
mod looked_tests;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod options_tests;
mod people;
mod photos;
mod root;
mod search;
mod shares;
mod tags;
#[cfg(test)]
mod tests;

pub(crate) use library::{called as folders_called, name_of as library_name};
pub(crate) use photos::{aside as give_way_to, suffixed};
pub(crate) use tags::{ALL as ALL_OF_TAG, called as tag_called};

use crate::inode::{Node, Part, Top};
use crate::options::TreeOptions;
use crate::sidecars::{self, ENDING};
use kphotos_domain::kernel::{AssetId, FileId, Owner, ShotId};
use kphotos_domain::storage::{MountFolderFile, MountOffline, MountSidecars, MountStacks};
use kphotos_domain::view::{Dir, View, sibling_key};
use rustc_hash::FxHashSet;

/// A name in a directory, and what it stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// In the style of the mount, at most 255 bytes.
    pub name: Box<str>,
    /// What it stands for.
    pub node: Node,
}

impl Entry {
    fn new(name: impl Into<Box<str>>, node: Node) -> Self {
        Self {
            name: name.into(),
            node,
        }
    }
}

/// The tree that one mount shows.
#[derive(Clone, Copy)]
pub struct Tree<'a> {
    view: &'a View,
    owner: Owner,
    options: TreeOptions,
}

impl<'a> Tree<'a> {
    /// The tree that this view makes with these options; with those that a mount
    /// has by default, if an owner is given.
    #[must_use]
    pub fn new(view: &'a View, options: impl Into<TreeOptions>) -> Self {
        let options = options.into();
        let owner = options.owner;
        Self { view, owner, options }
    }

    /// What it shows, and how.
    #[must_use]
    pub const fn options(&self) -> &TreeOptions {
        &self.options
    }

    /// The view it is made of.
    #[must_use]
    pub const fn view(&self) -> &'a View {
        self.view
    }

    /// What is in a directory: directories first, then photos, each sorted by
    /// name, then their sidecars, then what says how it is to be shown. Empty for a file and for a directory that is not there.
    #[must_use]
    pub fn list(&self, dir: Node) -> Vec<Entry> {
        if !self.exists(dir) {
            return Vec::new();
        }
        let mut entries = self.list_photos(dir);
        if self.options.sidecars == MountSidecars::Xmp {
            let sidecars = Self::sidecars_among(&entries);
            entries.extend(sidecars);
        }
        for file in self.options.folder_files.iter() {
            if self.folder_file(dir, file).is_some()
                && let Some(node) = Node::folder_file(file, dir)
            {
                entries.push(Entry::new(file.file_name(), node));
            }
        }
        entries
    }

    /// What `.directory` or `.hidden` says in a directory; `None`: it is not there.
    #[must_use]
    pub fn folder_file(&self, dir: Node, file: MountFolderFile) -> Option<String> {
        folder_files::says(self, dir, file)
    }

    /// The sidecars of the photos among these.
    fn sidecars_among(entries: &[Entry]) -> Vec<Entry> {
        let is_folder_so = |entry: &&Entry| !entry.node.is_file() && ends_so(&entry.name);
        let folders = entries.iter().filter(is_folder_so);
        let taken: FxHashSet<String> = folders.map(|entry| sibling_key(&entry.name)).collect();
        let beside = |entry: &Entry| {
            let name = sidecars::named(&entry.name)?;
            let file = entry.node.file()?;
            let is_taken = !taken.is_empty() && taken.contains(&sibling_key(&name));
            (!is_taken).then(|| Entry::new(name, Node::Sidecar(file)))
        };
        entries.iter().filter_map(beside).collect()
    }

    /// Directories and photos.
    fn list_photos(&self, dir: Node) -> Vec<Entry> {
        let mut entries = self.list_all(dir);
        if self.shows_covers_alone(dir) || self.hides_any() {
            entries.retain(|entry| !self.is_left_out(dir, entry.node));
        }
        entries
    }

    /// Whether a directory shows of each stack the cover alone: not where a photo is looked for by what it
    /// is, in its folder of the library, in a search, or among its copies.
    pub(crate) fn shows_covers_alone(&self, dir: Node) -> bool {
        self.options.stacks == MountStacks::Cover
            && !matches!(
                self.stored(dir),
                Some(Dir::Folder(_) | Dir::Search(_) | Dir::Copies(_))
            )
    }

    /// Whether it is a photo of a stack, and not its cover.
    fn is_behind_cover(&self, node: Node) -> bool {
        let row = node.file().and_then(|file| self.view.file(file));
        row.is_some_and(|row| self.view.covered().contains(row.asset))
    }

    /// Whether a node is a photo that this mount does not show in a directory that has it.
    fn is_left_out(&self, dir: Node, node: Node) -> bool {
        let is_away = node.file().is_some_and(|file| self.is_away(file));
        is_away || (self.shows_covers_alone(dir) && self.is_behind_cover(node))
    }

    /// Whether photos are left out everywhere because they are away with their libraries.
    pub(crate) fn hides_any(&self) -> bool {
        self.options.offline == MountOffline::Hide && !self.view.away().is_empty()
    }

    /// Whether a file is left out because it is away, and all copies of it are.
    pub(crate) fn is_away(&self, file: FileId) -> bool {
        self.options.offline == MountOffline::Hide && self.view.away().contains(file)
    }

    /// Whether directories show a photo, as far as hiding goes and being away.
    pub(crate) fn shows_photo(&self, asset: AssetId) -> bool {
        let is_away = || {
            let lead = self.view.lead_file(asset);
            self.hides_any() && lead.is_some_and(|file| self.is_away(file))
        };
        self.view.is_shown(asset) && !is_away()
    }

    fn list_all(&self, dir: Node) -> Vec<Entry> {
        match dir {
            Node::Root | Node::Top(Top::Dates) => root::list(&self.options, dir),
            Node::Top(Top::Albums) => albums::list(self, None),
            Node::Album(album) => albums::list(self, Some(album)),
            Node::Top(Top::Tags) => tags::list(self, None),
            Node::Tag(tag) => tags::list(self, Some(tag)),
            Node::Top(Top::ByYear | Top::ByMonth | Top::ByDay | Top::Undated)
            | Node::Year(_)
            | Node::YearOfMonths(_)
            | Node::Month(_)
            | Node::YearOfDays(_)
            | Node::Day(_) => dates::list(self, dir),
            Node::Top(Top::Library) => library::roots(self),
            Node::Folder(folder) => library::list(self, folder),
            Node::Top(Top::Shares) => shares::roots(self),
            Node::Top(Top::Collections) => collections::roots(self),
            Node::Share(share) | Node::Shared(share, _) => {
                let stored = self.stored(dir);
                stored
                    .map(|dir| shares::list(self, share, dir))
                    .unwrap_or_default()
            }
            Node::Top(Top::People) => people::list(self),
            Node::Top(Top::Search) => Vec::new(),
            Node::Top(Top::Duplicates) => duplicates::roots(self),
            Node::Copies(asset) => duplicates::list(self, asset),
            Node::Person(_)
            | Node::Top(Top::Favorites | Top::Recent)
            | Node::Collection(_)
            | Node::AllOf(_)
            | Node::Search(_) => {
                let stored = self.stored(dir);
                stored
                    .map(|dir| photos::list_query(self, dir))
                    .unwrap_or_default()
            }
            Node::File(_) | Node::Sidecar(_) | Node::FolderFile(..) | Node::Marker => Vec::new(),
        }
    }

    /// What a name stands for in a directory; `.` and `..` are not asked here.
    #[must_use]
    pub fn lookup(&self, dir: Node, name: &str) -> Option<Node> {
        if !self.options.shows(dir) {
            return None;
        }
        let found = self.lookup_photo(dir, name);
        if found.is_some() {
            return found;
        }
        if let Some(file) = MountFolderFile::called(name) {
            let is_there = self.folder_file(dir, file).is_some();
            return is_there.then(|| Node::folder_file(file, dir)).flatten();
        }
        if self.options.sidecars == MountSidecars::Off {
            return found;
        }
        let photo = name.strip_suffix(ENDING)?;
        let file = self.lookup_photo(dir, photo)?.file()?;
        // Few folders are called so: then it is not asked whether one is in sight.
        let is_clear = || sidecars::named(photo).is_some() && !self.has_folder_alike(dir, name);
        is_clear().then_some(Node::Sidecar(file))
    }

    /// Whether a folder has this name in a directory, compared as siblings are.
    fn has_folder_alike(&self, dir: Node, name: &str) -> bool {
        let may_be = match self.stored(dir) {
            Some(Dir::Album(album)) => albums::has_child(self, album, name),
            Some(Dir::Tag(tag)) => tags::has_child(self, tag, name),
            Some(Dir::Folder(folder)) => library::has_folder(self, folder, name),
            _ => false,
        };
        let is_alike = |entry: &Entry| !entry.node.is_file() && sibling_key(&entry.name) == sibling_key(name);
        may_be && self.list_photos(dir).iter().any(is_alike)
    }

    /// The directory or photo of a name.
    fn lookup_photo(&self, dir: Node, name: &str) -> Option<Node> {
        let found = self.lookup_any(dir, name)?;
        (!self.is_left_out(dir, found)).then_some(found)
    }

    fn lookup_any(&self, dir: Node, name: &str) -> Option<Node> {
        match dir {
            Node::Root | Node::Top(Top::Dates) => root::lookup(&self.options, dir, name),
            Node::Top(Top::Albums) => albums::lookup(self, None, name),
            Node::Album(album) => albums::lookup(self, Some(album), name),
            Node::Top(Top::Tags) => tags::lookup(self, None, name),
            Node::Tag(tag) => tags::lookup(self, Some(tag), name),
            Node::Top(Top::ByYear | Top::ByMonth | Top::ByDay | Top::Undated)
            | Node::Year(_)
            | Node::YearOfMonths(_)
            | Node::Month(_)
            | Node::YearOfDays(_)
            | Node::Day(_) => dates::lookup(self, dir, name),
            Node::Top(Top::Library) => library::root_named(self, name),
            Node::Folder(folder) => library::lookup(self, folder, name),
            Node::Top(Top::Shares) => shares::root_named(self, name),
            Node::Top(Top::Collections) => collections::root_named(self, name),
            Node::Share(share) | Node::Shared(share, _) => {
                shares::lookup(self, share, self.stored(dir)?, name)
            }
            Node::Top(Top::People) => people::lookup(self, name),
            Node::Person(_) | Node::Top(Top::Favorites | Top::Recent) | Node::Collection(_) => {
                photos::find_query(self, self.stored(dir).filter(|_| self.exists(dir))?, name)
            }
            Node::AllOf(_) => {
                let all = self.stored(dir)?;
                let found = photos::find_query(self, all, name);
                if found.is_none() {
                    // That there is no such photo may be remembered, until there is one.
                    self.view.look_into(all);
                }
                found
            }
            Node::Top(Top::Duplicates) => duplicates::root_named(self, name),
            Node::Copies(asset) => duplicates::lookup(self, asset, name),
            Node::Top(Top::Search) => search::lookup(self, None, name),
            Node::Search(id) => search::lookup(self, Some(id), name),

            Node::File(_) | Node::Sidecar(_) | Node::FolderFile(..) | Node::Marker => None,
        }
    }

    /// Whether a name that is not in a directory may be there later without anybody being told:
    /// words in a search that find nothing yet.
    #[must_use]
    pub fn is_absent_for_now(&self, dir: Node, name: &str) -> bool {
        matches!(dir, Node::Top(Top::Search) | Node::Search(_)) && search::may_come(name)
    }

    /// What a node is called in a directory that shows it; `None` if it does not.
    #[must_use]
    pub fn name(&self, node: Node, dir: Node) -> Option<String> {
        if let Node::File(file) = node {
            return self.file_name(file, dir);
        }
        if let Node::Sidecar(file) = node {
            let name = sidecars::named(&self.file_name(file, dir)?)?;
            return (self.lookup(dir, &name) == Some(node)).then_some(name);
        }
        if let Node::FolderFile(file, number) = node {
            let is_here = number.node() == dir && self.exists(node);
            return is_here.then(|| file.file_name().to_owned());
        }
        let name = self.dir_name(node)?;
        (self.parent(node) == Some(dir) && self.exists(node)).then_some(name)
    }

    /// What a directory is called, whether or not it is shown now; `None` for the
    /// root, a file, and what the view does not know.
    #[must_use]
    pub fn dir_name(&self, node: Node) -> Option<String> {
        Some(match node {
            Node::Root | Node::File(_) | Node::Sidecar(_) | Node::FolderFile(..) => return None,
            Node::Marker => root::MARKER.to_owned(),
            Node::Top(top) => top.name().to_owned(),
            Node::Album(album) => albums::name(self, album)?,
            Node::Tag(tag) => tags::name(self, tag)?,
            Node::Year(key)
            | Node::YearOfMonths(key)
            | Node::Month(key)
            | Node::YearOfDays(key)
            | Node::Day(key) => key.to_string(),
            Node::Folder(folder) => library::name(self, folder)?,
            Node::Share(share) => shares::name(self, share)?,
            Node::Person(person) => people::name(self, person)?,
            Node::Collection(collection) => collections::name(self, collection)?,
            Node::Copies(asset) => duplicates::name(self, asset)?,
            Node::AllOf(_) => tags::ALL.to_owned(),
            Node::Search(id) => search::known(self, id)?.name.to_string(),
            Node::Shared(_, part) => self.dir_name(part.node())?,
        })
    }

    fn file_name(&self, file: FileId, dir: Node) -> Option<String> {
        let stored = self.stored(dir)?;
        let row = self.view.file(file).filter(|row| row.is_present())?;
        if self.is_left_out(dir, Node::File(file)) {
            return None;
        }
        if let Dir::Copies(asset) = stored {
            if !duplicates::has(self, asset, file) {
                return None;
            }
        } else if !matches!(stored, Dir::Folder(_)) {
            let is_lead = self.view.lead_file(row.asset) == Some(file);
            if !is_lead || !self.view.is_shown_in(stored, row.asset) {
                return None;
            }
        } else if stored != Dir::Folder(row.folder) || (dir.is_shared() && !self.view.is_shown(row.asset)) {
            return None;
        }
        self.label(stored, file)
    }

    /// What a file is called in a directory, whether or not it is shown there now.
    #[must_use]
    pub fn label(&self, dir: Dir, file: FileId) -> Option<String> {
        let plain = self.view.styled_name_in(dir, file, self.options.names)?;
        Some(self.aside(dir, plain, self.view.file(file)?.shot))
    }

    /// What a file of this shot is called in a directory, or was, that among photos
    /// alone is called so: it gives way to a folder of that name.
    #[must_use]
    pub fn aside(&self, dir: Dir, plain: String, shot: ShotId) -> String {
        match dir {
            Dir::Album(album) => photos::aside(plain, shot, &|name| albums::has_child(self, album, name)),
            Dir::Tag(tag) => photos::aside(plain, shot, &|name| tags::has_child(self, tag, name)),
            Dir::Folder(folder) => photos::aside(plain, shot, &|name| library::has_child(self, folder, name)),
            Dir::Date(_)
            | Dir::Undated
            | Dir::Favorites(_)
            | Dir::Recent
            | Dir::Person(_)
            | Dir::Share(_)
            | Dir::Collection(_)
            | Dir::AllOf(_)
            | Dir::Copies(_)
            | Dir::Search(_) => plain,
        }
    }

    /// The directory above; the root is above itself, and a file's is its library folder.
    #[must_use]
    pub fn parent(&self, node: Node) -> Option<Node> {
        Some(match node {
            Node::Root
            | Node::Marker
            | Node::Top(
                Top::Albums
                | Top::Tags
                | Top::Dates
                | Top::Library
                | Top::Shares
                | Top::Collections
                | Top::Favorites
                | Top::Recent
                | Top::People
                | Top::Search
                | Top::Duplicates,
            ) => Node::Root,
            Node::Top(Top::ByYear | Top::ByMonth | Top::ByDay | Top::Undated) => Node::Top(Top::Dates),
            Node::Album(album) => match self.view.album(album)?.parent {
                Some(parent) => Node::Album(parent),
                None => Node::Top(Top::Albums),
            },
            Node::Tag(tag) => match self.view.tag(tag)?.parent {
                Some(parent) => Node::Tag(parent),
                None => Node::Top(Top::Tags),
            },
            Node::Year(_) => Node::Top(Top::ByYear),
            Node::YearOfMonths(_) => Node::Top(Top::ByMonth),
            Node::Month(key) => Node::YearOfMonths(key.to_year()),
            Node::YearOfDays(_) => Node::Top(Top::ByDay),
            Node::Day(key) => Node::YearOfDays(key.to_year()),
            Node::Folder(folder) => match self.view.folder(folder)?.parent {
                Some(parent) => Node::Folder(parent),
                None => Node::Top(Top::Library),
            },
            Node::Share(_) => Node::Top(Top::Shares),
            Node::Person(_) => Node::Top(Top::People),
            Node::Collection(_) => Node::Top(Top::Collections),
            Node::Copies(_) => Node::Top(Top::Duplicates),
            Node::AllOf(tag) => Node::Tag(tag),
            Node::Search(id) => match search::known(self, id)?.parent {
                Some(parent) => Node::Search(parent),
                None => Node::Top(Top::Search),
            },
            Node::Shared(share, part) => {
                let above = self.parent(part.node())?;
                let is_scope =
                    Part::of(above).is_some_and(|part| shares::scope(self, share) == Some(part.dir()));
                if is_scope {
                    Node::Share(share)
                } else {
                    shares::within(share, above)
                }
            }
            Node::File(file) | Node::Sidecar(file) => Node::Folder(self.view.file(file)?.folder),
            Node::FolderFile(_, dir) => dir.node(),
        })
    }

    /// Whether the node is in the tree now.
    #[must_use]
    pub fn exists(&self, node: Node) -> bool {
        if !self.options.shows(node) {
            return false;
        }
        match node {
            Node::Root | Node::Top(_) | Node::Marker => true,
            Node::Album(album) => albums::name(self, album).is_some(),
            Node::Tag(tag) => tags::name(self, tag).is_some(),
            Node::Year(_) | Node::YearOfMonths(_) | Node::Month(_) | Node::YearOfDays(_) | Node::Day(_) => {
                dates::exists(self, node)
            }
            Node::Folder(folder) => library::exists(self, folder),
            Node::Share(share) => shares::name(self, share).is_some(),
            Node::Person(person) => people::name(self, person).is_some(),
            Node::Collection(collection) => collections::name(self, collection).is_some(),
            Node::Copies(asset) => duplicates::copies(self, asset).is_some(),
            Node::AllOf(tag) => tags::has_all(self, tag),
            Node::Search(id) => search::known(self, id).is_some(),
            Node::Shared(share, part) => shares::has_part(self, share, part),
            Node::Sidecar(file) => {
                self.options.sidecars == MountSidecars::Xmp && self.exists(Node::File(file))
            }
            Node::FolderFile(file, dir) => self.folder_file(dir.node(), file).is_some(),
            Node::File(file) => {
                self.view
                    .file(file)
                    .is_some_and(|row| row.is_present() && library::is_owned(self, row.folder))
                    && !self.is_away(file)
            }
        }
    }

    /// How many directories are in a directory.
    #[must_use]
    pub fn subdirectories(&self, dir: Node) -> u32 {
        let count = match dir {
            Node::Root | Node::Top(Top::Dates) => {
                let entries = root::list(&self.options, dir);
                entries.iter().filter(|entry| !entry.node.is_file()).count()
            }
            Node::Top(Top::Albums) => self.view.album_children(self.owner, None).count(),
            Node::Album(album) => self.view.album_children(self.owner, Some(album)).count(),
            Node::Top(Top::Tags) => self.view.tag_children(self.owner, None).count(),
            Node::Tag(tag) => {
                let children = self.view.tag_children(self.owner, Some(tag)).count();
                children + usize::from(children > 0)
            }
            Node::Top(Top::ByYear | Top::ByMonth | Top::ByDay)
            | Node::YearOfMonths(_)
            | Node::YearOfDays(_) => dates::subdirectories(self, dir),
            Node::Top(Top::Duplicates) => duplicates::count(self),
            Node::Top(Top::Library) => library::roots(self).len(),
            Node::Folder(folder) => library::subfolders(self, folder),
            Node::Top(Top::Shares) => shares::roots(self).len(),
            Node::Top(Top::People) => self.view.people_of_owner(self.owner).count(),
            Node::Top(Top::Collections) => collections::roots(self).len(),
            Node::Share(_) | Node::Shared(..) => self
                .stored(dir)
                .map_or(0, |dir| shares::subdirectories(self, dir)),
            Node::Top(Top::Favorites | Top::Recent | Top::Undated | Top::Search)
            | Node::Year(_)
            | Node::Month(_)
            | Node::Day(_)
            | Node::Person(_)
            | Node::Collection(_)
            | Node::AllOf(_)
            | Node::Copies(_)
            | Node::Search(_)
            | Node::File(_)
            | Node::Sidecar(_)
            | Node::FolderFile(..)
            | Node::Marker => 0,
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The directory of photos behind a node; `None` for one that shows none.
    #[must_use]
    pub fn stored(&self, node: Node) -> Option<Dir> {
        let Owner::User(viewer) = self.owner;
        match node {
            Node::Album(album) => Some(Dir::Album(album)),
            Node::Tag(tag) => Some(Dir::Tag(tag)),
            Node::Year(key) | Node::Month(key) | Node::Day(key) => Some(Dir::Date(key)),
            Node::Top(Top::Undated) => Some(Dir::Undated),
            Node::Folder(folder) => Some(Dir::Folder(folder)),
            Node::Top(Top::Favorites) => Some(Dir::Favorites(viewer)),
            Node::Top(Top::Recent) => Some(Dir::Recent),
            Node::Person(person) => Some(Dir::Person(person)),
            Node::Collection(collection) => {
                collections::name(self, collection).map(|_| Dir::Collection(collection))
            }
            Node::Copies(asset) => duplicates::copies(self, asset).map(|_| Dir::Copies(asset)),
            Node::AllOf(tag) => tags::has_all(self, tag).then_some(Dir::AllOf(tag)),
            Node::Search(id) => search::known(self, id).map(|_| Dir::Search(id)),
            Node::Share(share) => shares::scope(self, share),
            Node::Shared(share, part) => shares::part(self, share, part),
            Node::Root
            | Node::Top(
                Top::Albums
                | Top::Tags
                | Top::Dates
                | Top::ByYear
                | Top::ByMonth
                | Top::ByDay
                | Top::Library
                | Top::Shares
                | Top::People
                | Top::Collections
                | Top::Duplicates
                | Top::Search,
            )
            | Node::YearOfMonths(_)
            | Node::YearOfDays(_)
            | Node::File(_)
            | Node::Sidecar(_)
            | Node::FolderFile(..)
            | Node::Marker => None,
        }
    }
}

/// Whether a name ends as a sidecar's, in whatever case.
fn ends_so(name: &str) -> bool {
    let from = name.len().saturating_sub(ENDING.len());
    let end = name.as_bytes().get(from..).unwrap_or_default();
    end.eq_ignore_ascii_case(ENDING.as_bytes())
}
