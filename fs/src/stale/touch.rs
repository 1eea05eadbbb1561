//! Attributes: which files the kernel knows and remembers wrongly.

use super::{CHUNK, Finder, Stale, asset_files, is_there};
use crate::inode::Node;
use kphotos_domain::event::Event;
use kphotos_domain::kernel::{AssetId, AssetSet, FileId};
use kphotos_domain::storage::MountSidecars;
use kphotos_domain::view::Dir;
use std::collections::BTreeMap;

/// Up to so many photos are looked for in a directory one by one.
const FEW: u64 = 64;

impl Finder<'_> {
    /// Files of touched photos, where a held directory shows them. Bytes are
    /// also kept without a name (open files): rewritten ones are always told.
    pub(super) fn touched(&mut self) {
        let mut places: BTreeMap<FileId, Vec<(Node, Dir)>> = BTreeMap::new();
        for file in self.delta.rewritten.iter() {
            places.entry(file).or_default();
        }
        if !self.delta.touched.is_empty() {
            for (node, dir) in self.held_dirs() {
                let hides = node.is_shared() && matches!(dir, Dir::Folder(_));
                for (file, asset) in self.touched_in(dir) {
                    if hides && self.is_hidden_file(file) {
                        continue;
                    }
                    let at = places.entry(file).or_default();
                    if !(self.came(dir, file, asset) || hides && self.was_hidden(file)) {
                        at.push((node, dir));
                    }
                }
            }
        }
        if places.len() > CHUNK {
            let rewritten = &self.delta.rewritten;
            let (whole, rest): (Vec<FileId>, Vec<FileId>) =
                places.into_keys().partition(|file| rewritten.contains(*file));
            self.found.extend(whole.into_iter().map(|file| Stale::Content {
                node: Node::File(file),
                places: Vec::new(),
            }));
            let rest = rest.into_iter().map(Node::File).collect();
            self.found.push(Stale::Touched(rest));
            return;
        }
        for (file, places) in places {
            let named = |(node, dir)| Some((node, self.tree.label(dir, file)?));
            let places = places.into_iter().filter_map(named).collect();
            let node = Node::File(file);
            self.found.push(if self.delta.rewritten.contains(file) {
                Stale::Content { node, places }
            } else {
                Stale::Attributes { node, places }
            });
        }
    }

    /// Real sidecars that came, changed or went: those that are shown are others, before
    /// anybody has read what they say now.
    pub(super) fn sidecars(&mut self, events: &[Event]) {
        if self.tree.options().sidecars == MountSidecars::Off {
            return;
        }
        let mut assets = AssetSet::new();
        for event in events {
            if let Event::SidecarsSeen { folder, seen, gone } = event {
                let names = seen.iter().map(|stamp| &stamp.name).chain(gone);
                let files = names.flat_map(|name| self.view.files_named_by(*folder, name));
                assets.extend(files.filter_map(|file| Some(self.view.file(file)?.asset)));
            }
        }
        let files = assets
            .iter()
            .flat_map(|asset| asset_files(self.view, asset, false));
        let nodes = files.map(Node::Sidecar).collect::<Vec<_>>();
        if !nodes.is_empty() {
            self.found.push(Stale::Touched(nodes));
        }
    }

    /// The files by which a directory shows touched photos.
    fn touched_in(&self, dir: Dir) -> Vec<(FileId, AssetId)> {
        let (view, touched) = (self.view, &self.delta.touched);
        let few = touched.len() <= FEW;
        if let Dir::Folder(folder) = dir {
            let of = |file: FileId| Some((file, view.file(file)?.asset));
            if few {
                let all = touched.iter().flat_map(|asset| asset_files(view, asset, false));
                let here = |file: &FileId| {
                    is_there(view, *file) && view.file(*file).is_some_and(|row| row.folder == folder)
                };
                return all.filter(here).filter_map(of).collect();
            }
            let all = view.folder_files(folder).filter_map(of);
            return all.filter(|(_, asset)| touched.contains(*asset)).collect();
        }
        if let Dir::Copies(asset) = dir {
            let copies = view.shown_copies(asset).filter(|_| touched.contains(asset));
            let files = copies.map(|copies| copies.files).unwrap_or_default();
            return files.iter().map(|file| (*file, asset)).collect();
        }
        let lead = |asset: AssetId| Some((view.lead_file(asset)?, asset));
        if few {
            let here = |asset: &AssetId| view.is_shown_in(dir, *asset);
            return touched.iter().filter(here).filter_map(lead).collect();
        }
        (touched & &view.members(dir)).iter().filter_map(lead).collect()
    }

    /// Whether it is announced in this directory as new.
    fn came(&self, dir: Dir, file: FileId, asset: AssetId) -> bool {
        match dir {
            Dir::Folder(folder) => {
                let change = self.delta.folders.get(&folder);
                change.is_some_and(|change| change.joined.contains(file))
            }
            Dir::Copies(asset) => {
                let change = self.delta.copies.get(&asset);
                let before = change.map(|change| change.before.as_ref());
                before.is_some_and(|before| !before.is_some_and(|before| before.files.contains(&file)))
            }
            Dir::Album(_)
            | Dir::Tag(_)
            | Dir::Date(_)
            | Dir::Undated
            | Dir::Favorites(_)
            | Dir::Recent
            | Dir::Person(_)
            | Dir::Share(_)
            | Dir::Collection(_)
            | Dir::AllOf(_)
            | Dir::Search(_) => {
                let change = self.delta.dirs.get(&dir);
                change.is_some_and(|change| change.joined.contains(asset))
            }
        }
    }
}
