//! `.directory` and `.hidden`: those that came, went or say something else.
//!
//! What they said is remembered by who holds the directories ([`crate::folder_files`]); here it is
//! only said of which of them an entry may have changed it. A folder whose icon is
//! another one is told as touched where it is shown, and so is a photo that is in sight now
//! or no more: file managers ask for both only then.

use super::{Finder, Stale};
use crate::folder_files::Change;
use crate::inode::Node;
use kphotos_domain::event::Event;
use kphotos_domain::kernel::AssetSet;
use kphotos_domain::storage::MountFolderFile;
use kphotos_domain::view::Dir;
use std::collections::BTreeSet;

/// Up to so many photos are looked for in a directory one by one.
const FEW: u64 = 64;

impl Finder<'_> {
    pub(super) fn folder_files(&mut self, events: &[Event]) {
        if self.tree.options().folder_files.is_empty() {
            return;
        }
        let Some(told) = self.held.folder_files() else {
            return;
        };
        let is_general = self.may_be_anywhere(events);
        let mut around = &self.stacks_around() | &self.led_anew();
        around |= &self.flipped_photos();
        let is_affected = |dir: Node| is_general || self.may_be_in(dir, &around);
        let changes = told.renew(&self.tree, &|dir| self.held.has(dir), &is_affected);
        // Told first: a photo may have the name now, and who asks for one that is touched looks here.
        let mut found = Vec::new();
        for change in changes {
            let (parent, name) = (change.dir, change.file.file_name().to_owned());
            let Some(node) = Node::folder_file(change.file, change.dir) else {
                continue;
            };
            match (&change.before, &change.now) {
                (None, _) => found.push(Stale::Appeared { parent, name, node }),
                (Some(_), None) => found.push(Stale::Vanished { parent, name, node }),
                (Some(_), Some(_)) => {
                    let places = vec![(parent, name)];
                    found.push(Stale::Content { node, places });
                }
            }
            // It is as old as what changed in it last.
            let (node, places) = (change.dir, Vec::new());
            self.found.push(Stale::Attributes { node, places });
            self.shown_otherwise(&change);
        }
        found.append(&mut self.found);
        self.found = found;
    }

    /// What file managers show otherwise because a file says something else.
    fn shown_otherwise(&mut self, change: &Change) {
        let mut touched = Vec::new();
        match change.file {
            MountFolderFile::Directory => {
                let above = self.tree.parent(change.dir);
                let above = above.filter(|above| self.held.has(*above));
                let place = above.and_then(|above| Some((above, self.tree.name(change.dir, above)?)));
                touched.extend(place.map(|place| (change.dir, place)));
            }
            MountFolderFile::Hidden => {
                let lines = |text: &Option<std::sync::Arc<str>>| -> BTreeSet<String> {
                    let lines = text.iter().flat_map(|text| text.lines());
                    lines.map(str::to_owned).collect()
                };
                let (before, now) = (lines(&change.before), lines(&change.now));
                for name in before.symmetric_difference(&now) {
                    let node = self.tree.lookup(change.dir, name);
                    touched.extend(node.map(|node| (node, (change.dir, name.clone()))));
                }
            }
        }
        for (node, place) in touched {
            let places = vec![place];
            self.found.push(Stale::Attributes { node, places });
        }
    }

    /// Whether an entry may have changed who is called how, or who is the cover of what, anywhere.
    fn may_be_anywhere(&self, events: &[Event]) -> bool {
        let delta = self.delta;
        let is_named = !delta.renamed.is_empty() || !delta.restemmed.is_empty() || !delta.recast.is_empty();
        let is_hidden = !delta.hid.is_empty() || !delta.unhid.is_empty();
        let is_arranged = |event: &Event| {
            matches!(
                event,
                Event::TagCreated { .. }
                    | Event::TagDeleted { .. }
                    | Event::TagPlaced { .. }
                    | Event::AlbumCreated { .. }
                    | Event::AlbumDeleted { .. }
                    | Event::AlbumPlaced { .. }
                    | Event::AlbumSet { .. }
                    | Event::FoldersSeen { .. }
                    | Event::FolderMoved { .. }
                    | Event::LibraryRemoved { .. }
                    | Event::ShareRevoked { .. }
                    | Event::CollectionSet { .. }
            )
        };
        is_named || is_hidden || events.iter().any(is_arranged)
    }

    /// All in a stack of which somebody went behind the cover, or came before it.
    fn stacks_around(&self) -> AssetSet {
        let mut around = &self.delta.covered | &self.delta.uncovered;
        for asset in around.clone().iter() {
            around |= &self.view.whole_stack(asset);
        }
        around
    }

    /// Photos that may be shown by another file, under another name.
    fn led_anew(&self) -> AssetSet {
        let changes = self.delta.folders.values();
        let files = changes.flat_map(|change| change.joined.iter().chain(change.left.iter()));
        files
            .filter_map(|file| Some(self.view.file(file)?.asset))
            .collect()
    }

    /// Whether an entry may have changed what the files of this directory say; `around`: those who
    /// may be called otherwise, or have another cover.
    fn may_be_in(&self, dir: Node, around: &AssetSet) -> bool {
        let Some(stored) = self.tree.stored(dir) else {
            return true;
        };
        let (delta, touched) = (self.delta, &self.delta.touched);
        let came_or_went = if let Dir::Folder(folder) = stored {
            delta.folders.contains_key(&folder)
        } else if let Dir::Copies(asset) = stored {
            delta.copies.contains_key(&asset)
        } else {
            delta.dirs.contains_key(&stored)
        };
        // The first photo in an album's order may be another one.
        let in_order = matches!(stored, Dir::Album(_)) && self.has_any(stored, touched);
        came_or_went || in_order || self.has_any(stored, around)
    }

    fn has_any(&self, dir: Dir, assets: &AssetSet) -> bool {
        if assets.len() <= FEW || matches!(dir, Dir::Folder(_)) {
            return assets.iter().any(|asset| self.view.is_in(dir, asset));
        }
        !(assets & &self.view.members(dir)).is_empty()
    }
}
