//! Which names and nodes an entry makes stale: pure, no kernel needed.
//!
//! The kernel remembers names (also missing ones) only below directories that it
//! holds, and a file's attributes only while it has a name for it. So all that
//! follows is asked for held directories alone, and a change of 100,000 photos
//! in a directory that nobody looks at costs nothing a photo.
//!
//! Names are those after the entry: photos that left a directory keep theirs in
//! the view, and renamed files bring the old ones along. More than [`CHUNK`]
//! names of one directory come as a [`Members`], to be named piece by piece, so
//! that the view is never locked for long.
//!
//! The view may be some entries ahead. A name that a later one changed is then
//! told by that one, which has the names before it, for directories that the
//! photo is still in: of one that it left in between, an old name may stay.
//!
//! Reading order: this file (albums, tags, dates, members), `library` (folders
//! that appear with their first file, renames), `touch` (attributes).

mod library;
mod touch;

use crate::inode::{Node, Top};
use crate::options::TreeOptions;
use crate::tree::{Tree, stored, suffixed};
use kphotos_domain::app::Committed;
use kphotos_domain::event::Event;
use kphotos_domain::kernel::{AssetId, DateKey, FileId, Owner};
use kphotos_domain::view::{Delta, Dir, DirDelta, FileRow, View};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// So many names are made under one lock of the view.
pub const CHUNK: usize = 1000;

/// The directories that the kernel holds: of which it has a lookup count.
pub trait Held: Send + Sync {
    /// Whether it holds this one; the root always.
    fn has(&self, dir: Node) -> bool;
    /// All of them, in no order.
    fn dirs(&self) -> Vec<Node>;
}

impl<S: std::hash::BuildHasher + Send + Sync> Held for std::collections::HashSet<Node, S> {
    fn has(&self, dir: Node) -> bool {
        dir == Node::Root || self.contains(&dir)
    }

    fn dirs(&self) -> Vec<Node> {
        self.iter().copied().collect()
    }
}

impl Held for crate::held::Held {
    fn has(&self, dir: Node) -> bool {
        self.is_held(dir)
    }

    fn dirs(&self) -> Vec<Node> {
        self.dirs()
    }
}

/// Something that is no longer as the kernel remembers it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stale {
    /// A name is there that was not.
    Appeared {
        /// In which directory.
        parent: Node,
        /// The name.
        name: String,
        /// What it stands for.
        node: Node,
    },
    /// A name is gone.
    Vanished {
        /// In which directory.
        parent: Node,
        /// The name.
        name: String,
        /// What it stood for.
        node: Node,
    },
    /// A name is another one, perhaps in another directory; both are held.
    Renamed {
        /// Directory and name before.
        from: (Node, String),
        /// Directory and name now.
        to: (Node, String),
        /// What both stand for.
        node: Node,
    },
    /// Time, link count or xattrs of a file changed.
    Attributes {
        /// The file.
        node: Node,
        /// The held directories that show it, and its name there.
        places: Vec<(Node, String)>,
    },
    /// The bytes of a file changed.
    Content {
        /// The file.
        node: Node,
        /// The held directories that show it, and its name there.
        places: Vec<(Node, String)>,
    },
    /// Many names came into or left one directory.
    Members(Members),
    /// Attributes of very many files changed: no event a file is worth its cost.
    Touched(Vec<Node>),
}

/// Names that came into or left one directory, yet to be made; see [`Members::take`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Members {
    parent: Node,
    dir: Dir,
    came: bool,
    who: Who,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Who {
    Assets(Vec<AssetId>),
    Files(Vec<FileId>),
}

impl Members {
    /// Takes up to `most` of those left and names them; empty: none was left.
    pub fn take(&mut self, tree: &Tree<'_>, most: usize) -> Vec<Stale> {
        let mut found = Vec::new();
        match &mut self.who {
            Who::Assets(assets) => {
                for asset in assets.split_off(assets.len().saturating_sub(most)) {
                    for file in asset_files(tree.view(), asset, self.came) {
                        found.extend(self.one(tree, file));
                    }
                }
            }
            Who::Files(files) => {
                for file in files.split_off(files.len().saturating_sub(most)) {
                    found.extend(self.one(tree, file));
                }
            }
        }
        found
    }

    /// How many are left.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.who {
            Who::Assets(assets) => assets.len(),
            Who::Files(files) => files.len(),
        }
    }

    /// Whether none is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn one(&self, tree: &Tree<'_>, file: FileId) -> Option<Stale> {
        let (parent, name) = (self.parent, tree.label(self.dir, file)?);
        let node = Node::File(file);
        Some(if self.came {
            Stale::Appeared { parent, name, node }
        } else {
            Stale::Vanished { parent, name, node }
        })
    }
}

/// The file an asset is shown by; of one that left, whichever it may have been.
fn asset_files(view: &View, asset: AssetId, came: bool) -> Vec<FileId> {
    if came {
        return view.lead_file(asset).into_iter().collect();
    }
    view.asset(asset).map(|row| row.files.clone()).unwrap_or_default()
}

/// What an entry makes stale in a mount with these options.
#[must_use]
pub fn stale(
    view: &View,
    options: impl Into<TreeOptions>,
    committed: &Committed,
    held: &dyn Held,
) -> Vec<Stale> {
    let tree = Tree::new(view, options);
    let mut finder = Finder {
        tree,
        view,
        owner: tree.options().owner,
        delta: &committed.delta,
        held,
        found: Vec::new(),
    };
    finder.created(&committed.entry.events);
    for (dir, change) in &committed.delta.dirs {
        finder.dir(*dir, change);
    }
    finder.years();
    finder.library();
    finder.renamed();
    finder.touched();
    finder.found
}

/// The node of a stored directory.
const fn node_of(dir: Dir) -> Node {
    match dir {
        Dir::Album(album) => Node::Album(album),
        Dir::Tag(tag) => Node::Tag(tag),
        Dir::Undated => Node::Top(Top::Undated),
        Dir::Folder(folder) => Node::Folder(folder),
        Dir::Date(key) if key.day() > 0 => Node::Day(key),
        Dir::Date(key) if key.month() > 0 => Node::Month(key),
        Dir::Date(key) => Node::Year(key),
    }
}

struct Finder<'a> {
    tree: Tree<'a>,
    view: &'a View,
    owner: Owner,
    delta: &'a Delta,
    held: &'a dyn Held,
    found: Vec<Stale>,
}

impl Finder<'_> {
    /// A directory is there or gone.
    fn directory(&mut self, there: bool, parent: Node, name: String, node: Node) {
        if !self.held.has(parent) {
            return;
        }
        self.found.push(if there {
            Stale::Appeared { parent, name, node }
        } else {
            Stale::Vanished { parent, name, node }
        });
    }

    /// A photo gives way to a tag or an album of its name in the same directory.
    fn give_way(&mut self, there: bool, parent: Node, name: &str) {
        let Some(dir) = stored(parent).filter(|_| self.held.has(parent)) else {
            return;
        };
        let photo = self.view.find_styled_in(dir, name, self.tree.options().names);
        let Some(file) = photo.and_then(|asset| self.view.lead_file(asset)) else {
            return;
        };
        let Some(shot) = self.view.file(file).map(|row| row.shot) else {
            return;
        };
        let aside = suffixed(name, shot);
        let (plain, aside) = ((parent, name.to_owned()), (parent, aside));
        let (from, to) = if there { (plain, aside) } else { (aside, plain) };
        let node = Node::File(file);
        self.found.push(Stale::Renamed { from, to, node });
    }

    /// What the folder of a tag or an album of this name is called here.
    fn styled(&self, own_name: &str) -> String {
        self.tree.options().names.of_text(own_name)
    }

    /// A tag or an album was made or deleted.
    fn nested(&mut self, there: bool, parent: Node, name: &str, node: Node) {
        let name = self.styled(name);
        if there {
            self.give_way(true, parent, &name);
        }
        self.directory(there, parent, name.clone(), node);
        if !there {
            self.give_way(false, parent, &name);
        }
    }

    /// Tags, albums and libraries that were made or deleted.
    fn created(&mut self, events: &[Event]) {
        for event in events {
            if let Event::TagCreated {
                tag,
                owner,
                parent,
                name,
            }
            | Event::TagDeleted {
                tag,
                owner,
                parent,
                name,
            } = event
                && *owner == self.owner
            {
                let above = parent.map_or(Node::Top(Top::Tags), Node::Tag);
                let there = self.view.tag(*tag).is_some();
                self.nested(there, above, name, Node::Tag(*tag));
            }
            if let Event::AlbumCreated {
                album,
                owner,
                parent,
                name,
            }
            | Event::AlbumDeleted {
                album,
                owner,
                parent,
                name,
            } = event
                && *owner == self.owner
            {
                let above = parent.map_or(Node::Top(Top::Albums), Node::Album);
                let there = self.view.album(*album).is_some();
                self.nested(there, above, name, Node::Album(*album));
            }
            if let Event::LibraryAdded { library } = event
                && library.owner == self.owner
                && let Some(root) = self.view.root_folder(library.id)
            {
                let name = self.tree.dir_name(Node::Folder(root)).unwrap_or_default();
                self.directory(true, Node::Top(Top::Library), name, Node::Folder(root));
            }
        }
    }

    fn dir(&mut self, dir: Dir, change: &DirDelta) {
        let node = node_of(dir);
        if self.held.has(node) {
            let assets = |set: &kphotos_domain::kernel::AssetSet| Who::Assets(set.iter().collect());
            self.members(dir, false, assets(&change.left));
            self.members(dir, true, assets(&change.joined));
        }
        let (Dir::Date(key), true) = (dir, change.was_empty != change.is_empty) else {
            return;
        };
        let parent = if key.day() > 0 {
            Node::YearOfDays(key.to_year())
        } else if key.month() > 0 {
            Node::YearOfMonths(key.to_year())
        } else {
            Node::Top(Top::ByYear)
        };
        self.directory(change.was_empty, parent, key.to_string(), node);
    }

    /// Notes members that came or left; few are named at once.
    fn members(&mut self, dir: Dir, came: bool, who: Who) {
        let parent = node_of(dir);
        let mut members = Members {
            parent,
            dir,
            came,
            who,
        };
        if members.len() > CHUNK {
            self.found.push(Stale::Members(members));
        } else {
            self.found.extend(members.take(&self.tree, CHUNK));
        }
    }

    /// `by-month/2024` and `by-day/2024` appear with the first month or day in them.
    fn years(&mut self) {
        for (top, node, is_level) in [
            (
                Top::ByMonth,
                Node::YearOfMonths as fn(DateKey) -> Node,
                is_month as fn(DateKey) -> bool,
            ),
            (Top::ByDay, Node::YearOfDays, is_day),
        ] {
            if !self.held.has(Node::Top(top)) {
                continue;
            }
            let mut years: BTreeMap<DateKey, Vec<(DateKey, &DirDelta)>> = BTreeMap::new();
            for (dir, change) in &self.delta.dirs {
                if let Dir::Date(key) = dir
                    && is_level(*key)
                    && change.was_empty != change.is_empty
                {
                    years.entry(key.to_year()).or_default().push((*key, change));
                }
            }
            for (year, changes) in years {
                let now = self.level_of(year, is_level);
                let here = |key: &DateKey| changes.iter().any(|(other, _)| other == key);
                let before = now.iter().any(|key| !here(key)) || changes.iter().any(|(_, c)| !c.was_empty);
                if before == now.is_empty() {
                    self.directory(!before, Node::Top(top), year.to_string(), node(year));
                }
            }
        }
    }

    /// The months or days of a year that show something.
    fn level_of(&self, year: DateKey, is_level: fn(DateKey) -> bool) -> FxHashSet<DateKey> {
        let within = self.view.dates_within(year.range());
        let shown = within.filter(|(_, set)| set.iter().any(|asset| self.view.is_shown(asset)));
        shown
            .flat_map(|(key, _)| key.with_coarser())
            .filter(|key| is_level(*key))
            .collect()
    }
}

fn is_month(key: DateKey) -> bool {
    key.month() > 0 && key.day() == 0
}

fn is_day(key: DateKey) -> bool {
    key.day() > 0
}

fn is_there(view: &View, file: FileId) -> bool {
    view.file(file).is_some_and(FileRow::is_present)
}

#[cfg(test)]
mod tests;
