//! Albums that get a rule or lose it, and collections that come, go, or are renamed.
//!
//! A rule makes an album a query directory, so whoever stays in it may have another
//! name there, and whoever left had one that the view does not give any more.

use super::{Finder, Stale};
use crate::inode::{Node, Top};
use kphotos_domain::event::Event;
use kphotos_domain::kernel::AlbumId;
use kphotos_domain::organization::{AlbumSetting, Collection};
use kphotos_domain::view::Dir;

impl Finder<'_> {
    /// Albums that got a rule or lost it, and collections.
    pub(super) fn rules(&mut self, events: &[Event]) {
        for event in events {
            if let Event::AlbumSet {
                album,
                setting: AlbumSetting::Rule { before, after },
            } = event
                && before.is_some() != after.is_some()
                && self.ruled.insert(Dir::Album(*album))
            {
                self.ruled(*album, before.is_some());
            }
            if let Event::CollectionSet { before, after } = event {
                self.collection(before.as_ref(), after.as_ref());
            }
        }
    }

    /// A collection was made, renamed or deleted.
    fn collection(&mut self, before: Option<&Collection>, after: Option<&Collection>) {
        let parent = Node::Top(Top::Collections);
        let place = |one: Option<&Collection>| {
            let one = one.filter(|one| one.owner == self.owner && self.held.has(parent));
            one.map(|one| ((parent, one.name.to_string()), Node::Collection(one.id)))
        };
        let change = match (place(before), place(after)) {
            (Some((from, _)), Some((to, _))) if from == to => return,
            (Some((from, node)), Some((to, _))) => Stale::Renamed { from, to, node },
            (Some(((parent, name), node)), None) => Stale::Vanished { parent, name, node },
            (None, Some(((parent, name), node))) => Stale::Appeared { parent, name, node },
            (None, None) => return,
        };
        self.found.push(change);
    }

    /// An album got a rule or lost it: who was in it before is called by another rule,
    /// and those who left were called by the old one.
    fn ruled(&mut self, album: AlbumId, was_smart: bool) {
        let dir = Dir::Album(album);
        let nodes = self.nodes(dir);
        if nodes.is_empty() {
            return;
        }
        let style = self.tree.options().names;
        let change = self.delta.dirs.get(&dir);
        let left = change.map(|change| change.left.clone()).unwrap_or_default();
        let mut before = &self.view.members(dir) | &left;
        if let Some(change) = change {
            before -= &change.joined;
        }
        for asset in before.iter() {
            let Some(file) = self.view.lead_file(asset) else {
                continue;
            };
            let Some(shot) = self.view.file(file).map(|row| row.shot) else {
                continue;
            };
            let Some(old) = self.view.name_in_album(album, file, was_smart, style) else {
                continue;
            };
            let old = self.tree.aside(dir, old, shot);
            let new = self.tree.label(dir, file).filter(|_| !left.contains(asset));
            for node in &nodes {
                self.moved((Some(*node), Some(*node)), &old, new.as_deref(), file);
            }
        }
    }
}
