//! Which directories the kernel holds.
//!
//! A change has to be shown only where somebody may be watching, and nobody
//! watches a directory that the kernel does not know. So lookups of directories
//! are counted, and forgets taken off again; files are not, there are too many.
//! The root is always held. An unmount sends no forgets: the counts die with
//! the mount they belong to.
//!
//! With each goes the revision that last changed what it lists, so that a listing
//! that is under way is known to be old; what is open is held.

use crate::folder_files::FolderFiles;
use crate::inode::Node;
use kphotos_domain::kernel::Revision;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts of the directories that the kernel holds.
#[derive(Debug, Default)]
pub struct Held {
    counts: Mutex<FxHashMap<Node, Count>>,
    folder_files: FolderFiles,
}

#[derive(Debug, Default)]
struct Count {
    lookups: u64,
    /// What it lists was last changed by this entry, since it is held.
    changed: Revision,
}

impl Held {
    /// The kernel was told of a node once more; whether it holds it since then.
    pub fn told(&self, node: Node) -> bool {
        if node.is_file() || node == Node::Root {
            return false;
        }
        let mut counts = self.counts();
        let count = counts.entry(node).or_default();
        count.lookups += 1;
        count.lookups == 1
    }

    /// The kernel takes that many tellings back; whether it held the node until then.
    pub fn forgotten(&self, node: Node, tellings: u64) -> bool {
        if node.is_file() {
            return false;
        }
        let is_gone = {
            let mut counts = self.counts();
            let Some(count) = counts.get_mut(&node) else {
                return false;
            };
            count.lookups = count.lookups.saturating_sub(tellings);
            let is_gone = count.lookups == 0;
            if is_gone {
                counts.remove(&node);
            }
            is_gone
        };
        if is_gone {
            // Without the counts: whoever compares what the files say asks meanwhile who is held.
            self.folder_files.forget(node);
        }
        is_gone
    }

    /// What it was told that the files of these directories say.
    #[must_use]
    pub const fn folder_files(&self) -> &FolderFiles {
        &self.folder_files
    }

    /// What a directory lists was changed by this entry.
    pub fn changed(&self, node: Node, by: Revision) {
        if let Some(count) = self.counts().get_mut(&node) {
            count.changed = count.changed.max(by);
        }
    }

    /// The entry that last changed what a directory lists, as far as it was held then.
    #[must_use]
    pub fn changed_at(&self, node: Node) -> Revision {
        self.counts()
            .get(&node)
            .map(|count| count.changed)
            .unwrap_or_default()
    }

    /// Whether the kernel holds a directory; never true for a file.
    #[must_use]
    pub fn is_held(&self, node: Node) -> bool {
        node == Node::Root || self.counts().contains_key(&node)
    }

    /// The directories that the kernel holds, the root not among them, in no order.
    #[must_use]
    pub fn dirs(&self) -> Vec<Node> {
        self.counts().keys().copied().collect()
    }

    /// How many directories the kernel holds, the root not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts().len()
    }

    /// Whether the kernel holds none but the root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn counts(&self) -> MutexGuard<'_, FxHashMap<Node, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::TreeOptions;
    use crate::tree::Tree;
    use kphotos_domain::kernel::{AlbumId, FileId, Owner, UserId};
    use kphotos_domain::storage::{MountFolderFile, MountFolderFiles, MountOptions};
    use kphotos_domain::testing::World;
    use std::thread;

    #[test]
    fn a_directory_is_held_until_every_telling_is_forgotten() {
        let held = Held::default();
        let (album, file) = (Node::Album(AlbumId::new(1)), Node::File(FileId::new(1)));
        for first in [true, false, false] {
            assert_eq!(held.told(album), first);
            assert!(!held.told(file));
        }
        assert!(!held.forgotten(album, 2));
        assert!(held.is_held(album) && !held.is_held(file) && held.is_held(Node::Root));
        held.changed(album, Revision::new(7));
        held.changed(album, Revision::new(5));
        assert_eq!(held.changed_at(album), Revision::new(7), "the last");
        assert!(held.forgotten(album, 1));
        held.changed(album, Revision::new(8));
        assert_eq!(held.changed_at(album), Revision::default(), "nobody has it open");
        assert!(!held.forgotten(album, 5));
        assert!(!held.is_held(album) && held.is_empty());
    }

    #[test]
    fn a_directory_can_be_forgotten_while_its_files_are_compared() {
        let world = World::new();
        world.files(&["a.jpg"]);
        world.album("trip", &["a.jpg"]);
        let options = MountOptions {
            folder_files: MountFolderFiles::only(MountFolderFile::ALL),
            ..MountOptions::default()
        };
        let view = world.app.view();
        let tree = Tree::new(&view, TreeOptions::new(Owner::User(UserId::new(1)), &options));
        let (held, album) = (Held::default(), Node::Album(AlbumId::new(1)));
        held.told(album);
        held.folder_files().note(&tree, album);
        let changes = thread::scope(|scope| {
            let is_held = |node| {
                scope.spawn(|| held.forgotten(album, 1));
                while held.is_held(node) {
                    thread::yield_now();
                }
                false
            };
            held.folder_files().renew(&tree, &is_held, &|_| true)
        });
        assert!(changes.is_empty(), "nobody remembers it");
    }
}
