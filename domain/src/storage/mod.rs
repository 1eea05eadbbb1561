//! Storage: libraries, the folders and files in them, and what a scan leaves out.
//!
//! Words: a *library* is a folder of originals with an owner and a time zone;
//! a *sighting* is one file as a scan saw it; a *shot* is the files of one stem
//! in one folder that differ in their extension; a *mount* is where a tree is
//! shown (here: those that a command added; the settings declare others).
//!
//! Invariants: nothing here ever writes below a library's root; file, asset and
//! shot numbers are handed out once; a file that is gone keeps its number, and
//! its asset keeps every edit; a folder that is
//! renamed or moved keeps its number, and with it its albums and shares; libraries and mounts do not lie within each other.
//!
//! Refuses: a library inside another or round another, a name in use, a
//! sighting outside its library, a mount on a library or another mount.

pub(crate) mod command;
mod elsewhere;
mod error;
mod folder_file;
mod folders;
mod ignore;
mod model;
mod mount;

pub(crate) use command::seen_anew;
pub use command::{add_library, register_files, set_library_state, update_files};
pub use elsewhere::{SAMPLE, Sampled, relocate_library, remove_library, sample};
pub use error::StorageError;
pub use folder_file::{MountFolderFile, MountFolderFiles};
pub use folders::{FolderSighting, claimed_folders, moved_folders};
pub use ignore::{IGNORE_MARK, ignored_by, is_ignored};
pub use model::{FileSighting, FileState, Library, LibraryState, NewLibrary};
pub use mount::{
    Mount, MountAccess, MountOffline, MountOptions, MountSidecars, MountStacks, MountView, MountViews,
    MtimeSource, NewMount, add_mount, remove_mount,
};
