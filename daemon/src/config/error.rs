//! Why settings are refused.

use kphotos_domain::processing::QuietHoursError;
use std::path::PathBuf;

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not as it should be.
    #[error("{}: {message}", path.display())]
    Wrong {
        /// Which.
        path: PathBuf,
        /// Line, column and what is wrong there.
        message: String,
    },
    /// A path that has to be absolute is not.
    #[error("{what} `{}` is not absolute: write it from / on", path.display())]
    NotAbsolute {
        /// Which setting.
        what: &'static str,
        /// What was given.
        path: PathBuf,
    },
    /// The tree would be mounted among the photos.
    #[error(
        "the mount `{}` lies in the library `{}`, which is never written to: choose another place with --mount",
        mount.display(),
        library.display()
    )]
    MountInLibrary {
        /// The mount.
        mount: PathBuf,
        /// The library.
        library: PathBuf,
    },
    /// The library lies in the mount.
    #[error("the library `{}` lies below the mount `{}`: give the folder that holds the originals", library.display(), mount.display())]
    LibraryInMount {
        /// The mount.
        mount: PathBuf,
        /// The library.
        library: PathBuf,
    },
    /// Two mounts lie in each other, or are one.
    #[error("the mounts `{}` and `{}` lie in each other: give each an empty folder of its own", one.display(), other.display())]
    MountsOverlap {
        /// One mount.
        one: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// A mount and a folder that the daemon writes in lie in each other.
    #[error(
        "the mount `{}` and `{}`, where kphotosd writes, lie in each other: choose another place for one of them",
        mount.display(),
        folder.display()
    )]
    MountInOwnFolder {
        /// The mount.
        mount: PathBuf,
        /// The daemon's folder.
        folder: PathBuf,
    },
    /// A folder that the daemon writes in and a library lie in each other.
    #[error(
        "the library `{}` and `{}`, where kphotosd writes, lie in each other: nothing is written among photos; give the folder of the photos alone, or another place with --state-dir, --cache-dir, --runtime-dir or --export-dir",
        library.display(),
        folder.display()
    )]
    OwnFolder {
        /// The daemon's folder.
        folder: PathBuf,
        /// The library.
        library: PathBuf,
    },
    /// `[scan] interval` is no time.
    #[error("`{text}` is no interval: write minutes, hours or days, as 90m, 6h or 1d, or off")]
    BadInterval {
        /// What was written.
        text: String,
    },
    /// `[scan] quiet` is no time of day.
    #[error(transparent)]
    BadQuietHours(#[from] QuietHoursError),
    /// `bus` names none.
    #[error(
        "`{text}` is no bus: session, system, off, or a D-Bus address such as unix:path=/run/user/1000/bus"
    )]
    BadBus {
        /// What was given.
        text: String,
    },
    /// No home to put things in.
    #[error("no home folder is known: set HOME, or give --state-dir, --cache-dir, --runtime-dir and --mount")]
    NoHome,
}
