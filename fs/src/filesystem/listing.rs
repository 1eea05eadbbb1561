//! Reading directories: a snapshot is taken, and gone through by inode numbers.

use super::Filesystem;
use crate::access::Caller;
use crate::attr::{self, Attributes};
use crate::errno::FsError;
use crate::handles::{Listing, OpenDir, Places, lock};
use crate::inode::Node;
use crate::places::places_among;
use crate::tree::Entry;
use kphotos_domain::kernel::{AssetSet, FileId};
use kphotos_domain::view::View;
use std::sync::Arc;

/// Photos whose albums and tags are counted at a time while a directory is read.
const WINDOW: usize = 16_384;

/// One entry of a directory that is being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Listed<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it stands for.
    pub node: Node,
    /// Where reading goes on after it.
    pub next: u64,
}

impl Filesystem {
    /// Opens a directory for reading.
    ///
    /// # Errors
    /// [`FsError::NotFound`] for what never was, [`FsError::Stale`] for what is gone, [`FsError::NotADirectory`],
    /// [`FsError::Denied`].
    pub fn opendir(&self, caller: Caller, ino: u64) -> Result<OpenDir, FsError> {
        let node = Node::of(ino).ok_or(FsError::NotFound)?;
        self.admit(caller)?;
        if node.is_file() {
            return Err(FsError::NotADirectory);
        }
        if !self.tree(&self.app.view()).exists(node) {
            return Err(FsError::Stale);
        }
        Ok(OpenDir::new(node))
    }

    /// Hands the entries from a place on to `each`, until it says that it is full.
    pub fn readdir(&self, dir: &OpenDir, from: u64, each: &mut dyn FnMut(Listed<'_>) -> bool) {
        let listing = self.listing(&self.app.view(), dir, from);
        for at in places(&listing, from) {
            let Some(listed) = listed(dir, &listing, at) else {
                return;
            };
            if each(listed) {
                return;
            }
        }
    }

    /// The same with attributes; the kernel counts what it takes as held. What is
    /// not there any more is left out: the kernel would remember it.
    pub fn readdir_plus(
        &self,
        dir: &OpenDir,
        from: u64,
        each: &mut dyn FnMut(Listed<'_>, &Attributes) -> bool,
    ) {
        let view = self.app.view();
        let tree = self.tree(&view);
        let listing = self.listing(&view, dir, from);
        let is_fresh = listing.revision == view.revision();
        for at in places(&listing, from) {
            let Some(listed) = listed(dir, &listing, at) else {
                return;
            };
            if !is_fresh && at >= 2 && tree.lookup(dir.node, listed.name) != Some(listed.node) {
                continue;
            }
            let attributes = match listed.node.file() {
                Some(file) => self.counted(&view, dir, &listing, at, file),
                None => self.attributes(&tree, listed.node),
            };
            let Some(attributes) = attributes else { continue };
            if each(listed, &attributes) {
                return;
            }
            if at >= 2 {
                self.told(&view, listed.node);
            }
        }
    }

    /// The snapshot of an open directory; reading from its start takes a new one
    /// if anything changed, going on if the directory did: the kernel may put what
    /// it is told into the cache that others read.
    fn listing(&self, view: &View, dir: &OpenDir, from: u64) -> Arc<Listing> {
        let mut kept = lock(&dir.listing);
        if let Some(listing) = &*kept
            && (listing.revision == view.revision()
                || from > 0 && listing.revision >= self.held.changed_at(dir.node))
        {
            return listing.clone();
        }
        let tree = self.tree(view);
        self.held.folder_files().note(&tree, dir.node);
        let mut entries = tree.list(dir.node);
        entries.sort_unstable_by_key(|entry| entry.node.ino());
        let listing = Arc::new(Listing {
            revision: view.revision(),
            parent: tree.parent(dir.node).unwrap_or(Node::Root),
            entries,
        });
        *kept = Some(listing.clone());
        listing
    }

    /// A file's attributes, its albums and tags counted with those of its neighbours.
    fn counted(
        &self,
        view: &View,
        dir: &OpenDir,
        listing: &Listing,
        at: usize,
        file: FileId,
    ) -> Option<Attributes> {
        let asset = view.file(file)?.asset;
        let mut places = lock(&dir.places);
        let known = places
            .as_ref()
            .is_some_and(|places| places.revision == view.revision() && places.range.contains(&at));
        if !known {
            *places = Some(window(view, listing, at));
        }
        let count = places.as_ref().and_then(|places| places.counts.get(&asset));
        let count = count.copied().unwrap_or(0);
        attr::of_file(&self.tree(view), &self.ownership, file, count)
    }
}

/// The indices of a listing from a place on; a client may ask for any.
///
/// Places are inode numbers and the entries are sorted by them, because the kernel
/// fills one cache for all who read a directory, from snapshots of different
/// times: counted places would double an entry there, or drop it, when another
/// came or went before it. Source: Linux, fs/fuse/readdir.c.
fn places(listing: &Listing, from: u64) -> std::ops::Range<usize> {
    let start = match from {
        0 => 0,
        1 => 1,
        _ => 2 + listing.entries.partition_point(|entry| entry.node.ino() <= from),
    };
    start..listing.entries.len() + 2
}

/// The entry at an index: `.` at 0, `..` at 1, then the snapshot's.
fn listed<'a>(dir: &OpenDir, listing: &'a Listing, at: usize) -> Option<Listed<'a>> {
    Some(match at {
        0 => Listed {
            name: ".",
            node: dir.node,
            next: 1,
        },
        1 => Listed {
            name: "..",
            node: listing.parent,
            next: 2,
        },
        _ => {
            let Entry { name, node } = listing.entries.get(at - 2)?;
            Listed {
                name,
                node: *node,
                next: node.ino(),
            }
        }
    })
}

fn window(view: &View, listing: &Listing, at: usize) -> Places {
    let range = at..at.saturating_add(WINDOW);
    let entries = listing.entries.iter().skip(at.saturating_sub(2)).take(WINDOW);
    let assets: AssetSet = entries
        .filter_map(|entry| view.file(entry.node.file()?).map(|row| row.asset))
        .collect();
    Places {
        revision: view.revision(),
        range,
        counts: places_among(view, &assets),
    }
}
