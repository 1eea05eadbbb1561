//! What one mount shows, and how: whose world, which folders at its root, names
//! and times.
//!
//! Several mounts of one daemon differ in these alone. What a mount does not show
//! is not there: it has no name, so the kernel never holds it, and no event is
//! made of it. An owner alone stands for the options that a mount has by default.

use crate::inode::Node;
use kphotos_domain::kernel::Owner;
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::storage::{
    MountFolderFiles, MountOffline, MountOptions, MountSidecars, MountStacks, MountViews, MtimeSource,
};
use kphotos_domain::view::Session;

/// What one mount shows, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TreeOptions {
    /// Whose world.
    pub owner: Owner,
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
    /// Who enters searches; a file system that is mounted is one by itself.
    pub session: Session,
}

impl TreeOptions {
    /// What a mount with these options shows of this owner's world.
    #[must_use]
    pub fn new(owner: Owner, options: &MountOptions) -> Self {
        Self {
            owner,
            views: options.views,
            names: options.names,
            mtime: options.mtime,
            sidecars: options.sidecars,
            stacks: options.stacks,
            folder_files: options.folder_files,
            offline: options.offline,
            session: Session::default(),
        }
    }

    /// Whether a node is in a view that is shown; what is in none, or in several, is.
    #[must_use]
    pub fn shows(&self, node: Node) -> bool {
        node.view().is_none_or(|view| self.views.shows(view))
    }
}

impl From<Owner> for TreeOptions {
    fn from(owner: Owner) -> Self {
        Self::new(owner, &MountOptions::default())
    }
}
