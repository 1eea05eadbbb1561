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
//! What a share shows is shown in another place too: one directory of photos may
//! stand behind several nodes, and each is told.
//!
//! Where sidecars are shown, what is said of a photo is said of its sidecar too
//! ([`crate::sidecars`]).
//!
//! Reading order: this file (albums, tags, dates, shares, members), `shared` (which
//! nodes stand for what), `library` (folders that appear with their first file), `folders` (those that moved),
//! `people` (their folders), `tags` (`_all`), `copies` (`duplicates/`), `names` (renames), `recast` (photos that became one or
//! parted), `rules` (albums that get a rule, collections), `dates` (their folders), `touch` (attributes),
//! `left_out` (what a mount does not show: photos behind covers, and those that are away), `folder_files`
//! (`.directory`, `.hidden`: what they said is remembered by who holds the directories, and compared).

mod copies;
mod dates;
mod folder_files;
mod folders;
mod left_out;
mod library;
mod names;
mod people;
mod recast;
mod rules;
mod shared;
mod tags;
mod touch;

use crate::folder_files::FolderFiles;
use crate::inode::{Node, Part, Top};
use crate::options::TreeOptions;
use crate::sidecars::with_sidecars;
use crate::tree::{Tree, suffixed, tag_called};
use kphotos_domain::app::Committed;
use kphotos_domain::event::{AlbumPlace, Event, TagPlace};
use kphotos_domain::kernel::{AssetId, AssetSet, FileId, Owner, Revision, ShareId};
use kphotos_domain::organization::TagFate;
use kphotos_domain::view::{Delta, Dir, DirDelta, FileRow, View};
use rustc_hash::FxHashSet;
use shared::Shared;
use std::collections::{BTreeMap, BTreeSet};

/// So many names are made under one lock of the view.
pub const CHUNK: usize = 1000;

/// The directories that the kernel holds: of which it has a lookup count.
pub trait Held: Send + Sync {
    /// Whether it holds this one; the root always.
    fn has(&self, dir: Node) -> bool;
    /// All of them, in no order.
    fn dirs(&self) -> Vec<Node>;
    /// What it was told that `.directory` and `.hidden` say; `None`: nobody remembers it.
    fn folder_files(&self) -> Option<&FolderFiles> {
        None
    }
    /// What one lists was changed by this entry.
    fn changed(&self, _dir: Node, _by: Revision) {}
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

    fn folder_files(&self) -> Option<&FolderFiles> {
        Some(self.folder_files())
    }

    fn changed(&self, dir: Node, by: Revision) {
        self.changed(dir, by);
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
    /// A name that nobody lists stands for another node: a search that was given up.
    Forgotten {
        /// In which directory.
        parent: Node,
        /// The name.
        name: String,
    },
    /// Attributes of very many files changed: no event a file is worth its cost.
    Touched(Vec<Node>),
}

impl Stale {
    /// The directories that list something else now.
    pub fn listings(&self) -> impl Iterator<Item = Node> + use<> {
        let two = match self {
            Self::Appeared { parent, .. }
            | Self::Vanished { parent, .. }
            | Self::Forgotten { parent, .. } => [Some(*parent), None],
            Self::Renamed { from, to, .. } => [Some(from.0), Some(to.0)],
            Self::Members(members) => [Some(members.parent), None],
            Self::Attributes { .. } | Self::Content { .. } | Self::Touched(_) => [None, None],
        };
        two.into_iter().flatten()
    }
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
        let found = self.take_photos(tree, most);
        with_sidecars(tree.options(), found)
    }

    fn take_photos(&mut self, tree: &Tree<'_>, most: usize) -> Vec<Stale> {
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
        let may_be_left_out = tree.shows_covers_alone(parent) || tree.hides_any();
        if self.came && may_be_left_out && tree.name(node, parent).is_none() {
            return None; // It is behind the cover of its stack, or away.
        }
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
    view.asset(asset)
        .map(|row| row.files.to_vec())
        .unwrap_or_default()
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
        shared: Shared::held(&tree, held),
        view,
        owner: tree.options().owner,
        delta: &committed.delta,
        held,
        found: Vec::new(),
        moves: folders::Moves::of(&committed.entry.events),
        ruled: BTreeSet::new(),
    };
    finder.created(&committed.entry.events);
    finder.all_of_tags(&committed.entry.events);
    finder.rules(&committed.entry.events);
    let recast = (finder.recast_assets(), finder.recast_places());
    for (dir, change) in &committed.delta.dirs {
        finder.dir(*dir, change, &recast);
    }
    finder.dates();
    finder.recast();
    finder.copies();
    finder.library();
    finder.renamed();
    finder.restemmed();
    finder.touched();
    finder.left_out();
    finder.sidecars(&committed.entry.events);
    finder.found = with_sidecars(tree.options(), std::mem::take(&mut finder.found));
    finder.folder_files(&committed.entry.events);
    finder.found
}

/// Files that were shown in directories by photos that are others now.
type RecastPlaces = FxHashSet<(Dir, FileId)>;

struct Finder<'a> {
    tree: Tree<'a>,
    shared: Shared,
    view: &'a View,
    owner: Owner,
    delta: &'a Delta,
    held: &'a dyn Held,
    found: Vec<Stale>,
    /// Folders of libraries that this entry moved.
    moves: folders::Moves,
    /// Albums that became smart or plain: who left them is told by that.
    ruled: BTreeSet<Dir>,
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
        let Some(dir) = self.tree.stored(parent).filter(|_| self.held.has(parent)) else {
            return;
        };
        let style = self.tree.options().names;
        if let Some(file) = self.leads(self.view.find_alike(dir, name, style))
            && let Some((plain, aside)) = self.plain_and_aside(dir, file)
        {
            let (plain, aside) = ((parent, plain), (parent, aside));
            let (from, to) = if there { (plain, aside) } else { (aside, plain) };
            let node = Node::File(file);
            self.found.push(Stale::Renamed { from, to, node });
        }
        // One that left by the same entry is told by the name that it would have now.
        let left = self.delta.dirs.get(&dir).map(|change| &change.left);
        let gone = left.and_then(|left| {
            let has_left = |asset| left.contains(asset);
            self.view.find_alike_among(dir, name, style, has_left)
        });
        if let Some(file) = self.leads(gone)
            && let Some((plain, aside)) = self.plain_and_aside(dir, file)
        {
            let name = if there { plain } else { aside };
            let node = Node::File(file);
            self.found.push(Stale::Vanished { parent, name, node });
        }
    }

    fn leads(&self, photo: Option<AssetId>) -> Option<FileId> {
        self.view.lead_file(photo?)
    }

    /// What a photo is called among photos alone, and where a folder has that name.
    fn plain_and_aside(&self, dir: Dir, file: FileId) -> Option<(String, String)> {
        let plain = self.view.styled_name_in(dir, file, self.tree.options().names)?;
        let aside = suffixed(&plain, self.view.file(file)?.shot);
        Some((plain, aside))
    }

    /// What the folder of a tag, an album or a person of this name is called here.
    fn styled(&self, node: Node, own_name: &str) -> String {
        let shown = self.tree.options().names.of_text(own_name);
        if matches!(node, Node::Tag(_) | Node::Shared(_, Part::Tag(_))) {
            tag_called(shown)
        } else {
            shown
        }
    }

    /// A tag or an album was made or deleted.
    fn nested(&mut self, there: bool, parent: Node, name: &str, node: Node) {
        let name = self.styled(node, name);
        if there {
            self.give_way(true, parent, &name);
        }
        self.directory(there, parent, name.clone(), node);
        if !there {
            self.give_way(false, parent, &name);
        }
    }

    /// The same below its parent, and below that in every share that is held.
    fn nested_in_all(&mut self, there: bool, above: Node, name: &str, part: Part) {
        self.nested(there, above, name, part.node());
        if let Some(parent) = Part::of(above) {
            for (share, node) in self.shared.of(parent.dir()) {
                self.nested(there, node, name, Node::Shared(share, part));
            }
        }
    }

    /// A tag or an album is elsewhere, in its own view and in every share that is
    /// held; `None`: not in the tree.
    fn placed(&mut self, from: Option<(Node, String)>, to: Option<(Node, String)>, part: Part) {
        if from == to {
            return;
        }
        let in_shares = |place: &Option<(Node, String)>, shared: &Shared| {
            let mut found: BTreeMap<ShareId, (Node, String)> = BTreeMap::new();
            if let Some((above, name)) = place
                && let Some(parent) = Part::of(*above)
            {
                found.extend(
                    shared
                        .of(parent.dir())
                        .into_iter()
                        .map(|(share, node)| (share, (node, name.clone()))),
                );
            }
            found
        };
        let (mut left, mut came) = (in_shares(&from, &self.shared), in_shares(&to, &self.shared));
        self.placed_at(from, to, part.node());
        let shares: BTreeSet<ShareId> = left.keys().chain(came.keys()).copied().collect();
        for share in shares {
            self.placed_at(
                left.remove(&share),
                came.remove(&share),
                Node::Shared(share, part),
            );
        }
    }

    /// The same in one view.
    fn placed_at(&mut self, from: Option<(Node, String)>, to: Option<(Node, String)>, node: Node) {
        match (from, to) {
            (Some(from), Some(to)) if self.held.has(from.0) && self.held.has(to.0) => {
                let styled = |(at, name): (Node, String)| (at, self.styled(node, &name));
                let (from, to) = (styled(from), styled(to));
                self.give_way(true, to.0, &to.1);
                let (parent, name) = from.clone();
                self.found.push(Stale::Renamed { from, to, node });
                self.give_way(false, parent, &name);
            }
            (from, to) => {
                if let Some((parent, name)) = from {
                    self.nested(false, parent, &name, node);
                }
                if let Some((parent, name)) = to {
                    self.nested(true, parent, &name, node);
                }
            }
        }
    }

    /// Tags, albums, people, shares and libraries that were made, deleted or put elsewhere.
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
                let there = self.view.tag(*tag).is_some();
                let above = parent.map_or(Node::Top(Top::Tags), Node::Tag);
                self.nested_in_all(there, above, name, Part::Tag(*tag));
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
                let there = self.view.album(*album).is_some();
                let above = parent.map_or(Node::Top(Top::Albums), Node::Album);
                self.nested_in_all(there, above, name, Part::Album(*album));
            }
            if let Event::ShareCreated { share } | Event::ShareRevoked { share } = event
                && share.owner == self.owner
            {
                let there = self.view.share(share.id).is_some();
                let name = share.name.to_string();
                self.directory(there, Node::Top(Top::Shares), name, Node::Share(share.id));
            }
            self.person(event);
            if let Event::TagPlaced { tag, before, after } = event
                && self.view.any_tag(*tag).is_some_and(|row| row.owner == self.owner)
            {
                let at = |place: &TagPlace| {
                    let above = place.parent.map_or(Node::Top(Top::Tags), Node::Tag);
                    (place.fate == TagFate::Live).then(|| (above, place.name.to_string()))
                };
                self.placed(at(before), at(after), Part::Tag(*tag));
            }
            if let Event::AlbumPlaced { album, before, after } = event
                && self.view.album(*album).is_some_and(|row| row.owner == self.owner)
            {
                let at = |place: &AlbumPlace| {
                    let above = place.parent.map_or(Node::Top(Top::Albums), Node::Album);
                    Some((above, place.name.to_string()))
                };
                self.placed(at(before), at(after), Part::Album(*album));
            }
            if let Event::LibraryAdded { library } = event
                && library.owner == self.owner
                && let Some(root) = self.view.root_folder(library.id)
            {
                let name = self.tree.dir_name(Node::Folder(root)).unwrap_or_default();
                self.directory(true, Node::Top(Top::Library), name, Node::Folder(root));
            }
            if let Event::LibraryRemoved { library } = event
                && let Some(row) = self.view.any_library(*library)
                && row.owner == self.owner
                && let Some(root) = self.view.root_folder(*library)
            {
                let name = crate::tree::library_name(row);
                self.directory(false, Node::Top(Top::Library), name, Node::Folder(root));
            }
        }
    }

    /// Who came into a directory and who left it; of photos that are recast, the names
    /// that were there before are told by `recast`.
    fn dir(&mut self, dir: Dir, change: &DirDelta, (recast, were_there): &(AssetSet, RecastPlaces)) {
        let is_new = |asset: &AssetId| {
            let lead = self.view.lead_file(*asset);
            lead.is_none_or(|lead| !were_there.contains(&(dir, lead)))
        };
        let joined: Vec<AssetId> = change.joined.iter().filter(is_new).collect();
        for node in self.nodes(dir) {
            let mut left = &change.left - recast;
            // In a query directory one may leave because of its new name: the old
            // one is told with the other names.
            if self.ruled.contains(&dir) {
                left = AssetSet::new();
            } else if self.view.is_query(dir) {
                left -= &self.named_anew();
            }
            self.members(node, dir, false, Who::Assets(left.iter().collect()));
            self.members(node, dir, true, Who::Assets(joined.clone()));
        }
    }

    /// Notes members that came or left; few are named at once.
    fn members(&mut self, parent: Node, dir: Dir, came: bool, who: Who) {
        let mut members = Members {
            parent,
            dir,
            came,
            who,
        };
        if members.len() > CHUNK {
            self.found.push(Stale::Members(members));
        } else {
            self.found.extend(members.take_photos(&self.tree, CHUNK));
        }
    }
}

fn is_there(view: &View, file: FileId) -> bool {
    view.file(file).is_some_and(FileRow::is_present)
}

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod rule_tests;
#[cfg(test)]
mod tests;
