//! Settings: flags beat environment beat `kphotos.toml` beat defaults.
//!
//! Everything is checked before anything is started: a key that is not known,
//! a path that is not absolute, a mount inside a library. `kphotosd --check`
//! does only that. Every key stands, commented, in `packaging/kphotos.toml`.

mod file;
mod places;
mod scan;

use clap::Parser;
use kphotos_domain::processing::QuietHoursError;
use std::path::{Path, PathBuf};

pub use file::ConfigFile;
pub use kphotos_fs::access::Access;
pub use scan::{BusChoice, ScanTimes};

/// Keeps photo libraries browsable as folders, and everything you do to them apart from the files.
#[derive(Parser, Debug, Default)]
#[command(name = "kphotosd", version, about)]
pub struct Flags {
    /// Settings file [default: kphotos/kphotos.toml in the config folder; it may be missing there]
    #[arg(long, value_name = "FILE", env = "KPHOTOS_CONFIG")]
    pub config: Option<PathBuf>,
    /// A folder of photos; may be given several times
    #[arg(long, value_name = "DIR", env = "KPHOTOS_LIBRARY")]
    pub library: Vec<PathBuf>,
    /// Where the tree is mounted
    #[arg(long, value_name = "DIR", env = "KPHOTOS_MOUNT")]
    pub mount: Option<PathBuf>,
    /// Where edits are kept: back this folder up
    #[arg(long, value_name = "DIR", env = "KPHOTOS_STATE_DIR")]
    pub state_dir: Option<PathBuf>,
    /// Where things are kept that can be made again
    #[arg(long, value_name = "DIR", env = "KPHOTOS_CACHE_DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Where the control socket is
    #[arg(long, value_name = "DIR", env = "KPHOTOS_RUNTIME_DIR")]
    pub runtime_dir: Option<PathBuf>,
    /// Where exports are written
    #[arg(long, value_name = "DIR", env = "KPHOTOS_EXPORT_DIR")]
    pub export_dir: Option<PathBuf>,
    /// Address of the HTTP interface; `off` is the only one yet
    #[arg(long, value_name = "off", env = "KPHOTOS_HTTP", value_parser = ["off"])]
    pub http: Option<String>,
    /// Message bus to join besides the daemon's own socket [default: a user's daemon joins the
    /// session bus, root's the system bus, where there is one]
    #[arg(long, value_name = "session|system|off|ADDRESS", env = "KPHOTOS_BUS")]
    pub bus: Option<String>,
    /// How the log is written
    #[arg(long, value_name = "FORMAT", env = "KPHOTOS_LOG_FORMAT", value_parser = ["human", "json"], default_value = "human")]
    pub log_format: String,
    /// Read the settings, say what is wrong, and exit
    #[arg(long)]
    pub check: bool,
}

/// What the daemon is to do, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Libraries that are there at each start; commands may add more.
    pub libraries: Vec<DeclaredLibrary>,
    /// Where the tree is mounted, and who may enter.
    pub mount: DeclaredMount,
    /// Journal, layer, tokens.
    pub state_dir: PathBuf,
    /// What can be made again.
    pub cache_dir: PathBuf,
    /// The control socket and the private mounts.
    pub runtime_dir: PathBuf,
    /// Exports.
    pub export_dir: PathBuf,
    /// Which bus to join; `None`: the one that is there, if there is one.
    pub bus: Option<BusChoice>,
    /// When jobs run by themselves.
    pub scan: ScanTimes,
}

/// A library that the settings name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeclaredLibrary {
    /// Its root.
    pub path: PathBuf,
    /// Its name, if it is not to be the folder's.
    pub name: Option<String>,
}

/// The mount that the settings name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeclaredMount {
    /// Where.
    pub path: PathBuf,
    /// Who may enter.
    pub access: Access,
}

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

impl Settings {
    /// The settings of these flags (which hold the environment already) and the file they name.
    ///
    /// # Errors
    /// [`ConfigError`], the first that is found.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        let places = places::Places::of_this_process();
        let file = match &flags.config {
            Some(path) => ConfigFile::read(path)?,
            None => places
                .config
                .as_deref()
                .map(ConfigFile::read_if_there)
                .transpose()?
                .unwrap_or_default(),
        };
        let pick = |what, flag: &Option<PathBuf>, file: Option<PathBuf>, default: Option<PathBuf>| {
            let path = flag
                .clone()
                .map(absolute)
                .or(file)
                .or(default)
                .ok_or(ConfigError::NoHome)?;
            if path.is_absolute() {
                Ok(path)
            } else {
                Err(ConfigError::NotAbsolute { what, path })
            }
        };
        let bus = flags.bus.as_ref().or(file.bus.as_ref());
        let bus = bus.map(|text| BusChoice::parse(text)).transpose()?;
        let scan = ScanTimes::of(&file.scan)?;
        let state_dir = pick("state_dir", &flags.state_dir, file.state_dir, places.state)?;
        let cache_dir = pick("cache_dir", &flags.cache_dir, file.cache_dir, places.cache)?;
        let runtime_dir = pick(
            "runtime_dir",
            &flags.runtime_dir,
            file.runtime_dir,
            places.runtime,
        )?;
        let export_dir = pick(
            "export_dir",
            &flags.export_dir,
            file.export_dir,
            Some(state_dir.join("export")),
        )?;
        let declared = file.mount.unwrap_or_default();
        let mount = pick("mount", &flags.mount, declared.path, places.mount)?;
        let given = flags.library.iter().cloned().map(|path| (absolute(path), None));
        let listed = file
            .library
            .into_iter()
            .map(|library| (library.path, library.name));
        let mut libraries = Vec::new();
        for (path, name) in given.chain(listed) {
            if !path.is_absolute() {
                return Err(ConfigError::NotAbsolute {
                    what: "library",
                    path,
                });
            }
            // A folder that is not there now may be a disk that comes later.
            let path = path.canonicalize().unwrap_or(path);
            libraries.push(DeclaredLibrary { path, name });
        }
        let mount = DeclaredMount {
            path: mount,
            access: declared.access.into(),
        };
        let settings = Self {
            libraries,
            mount,
            state_dir,
            cache_dir,
            runtime_dir,
            export_dir,
            bus,
            scan,
        };
        for library in &settings.libraries {
            settings.check_apart(&library.path)?;
        }
        Ok(settings)
    }
}

impl Settings {
    /// The folders that the daemon itself writes in.
    #[must_use]
    pub fn own_folders(&self) -> [&Path; 4] {
        [
            &self.state_dir,
            &self.cache_dir,
            &self.runtime_dir,
            &self.export_dir,
        ]
    }

    /// Refuses a library that holds the mount or one of the daemon's own folders,
    /// or lies in one: nothing is ever written among originals.
    ///
    /// # Errors
    /// [`ConfigError::MountInLibrary`], [`ConfigError::LibraryInMount`], [`ConfigError::OwnFolder`].
    pub fn check_apart(&self, library: &Path) -> Result<(), ConfigError> {
        let (mount, library) = (real(&self.mount.path), library.to_path_buf());
        if mount.starts_with(&library) {
            return Err(ConfigError::MountInLibrary { mount, library });
        }
        if library.starts_with(&mount) {
            return Err(ConfigError::LibraryInMount { mount, library });
        }
        for folder in self.own_folders().map(real) {
            if folder.starts_with(&library) || library.starts_with(&folder) {
                return Err(ConfigError::OwnFolder { folder, library });
            }
        }
        Ok(())
    }
}

/// A path as typed in a shell, from the current folder on.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// The path behind links, as far as it exists; its last part is left alone, since
/// looking at a mount asks whoever serves it.
fn real(path: &Path) -> PathBuf {
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    match (parent, path.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => path.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, flags: Flags) -> Result<Settings, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kphotos.toml");
        std::fs::write(&path, text).unwrap();
        Settings::load(&Flags {
            config: Some(path),
            ..flags
        })
        .map_err(|error| error.to_string())
    }

    #[test]
    fn flags_beat_the_file() {
        let text =
            "state_dir = '/a'\n[mount]\npath = '/m'\naccess = 'all'\n[[library]]\npath = '/p'\nname = 'P'\n";
        let settings = load(
            text,
            Flags {
                state_dir: Some("/b".into()),
                ..Flags::default()
            },
        )
        .unwrap();
        assert_eq!(settings.state_dir, Path::new("/b"));
        assert_eq!(settings.export_dir, Path::new("/b/export"));
        assert_eq!(settings.mount.access, Access::All);
        assert_eq!(settings.libraries[0].name.as_deref(), Some("P"));
    }

    #[test]
    fn a_mistake_is_shown_with_its_line_and_column() {
        let error = load("state_dir = '/a'\n[mount]\npaht = '/m'\n", Flags::default()).unwrap_err();
        assert!(
            error.contains("line 3, column 1") && error.contains("paht"),
            "{error}"
        );
        let error = load("state_dir = 'a'\n", Flags::default()).unwrap_err();
        assert!(error.contains("not absolute"), "{error}");
    }

    #[test]
    fn a_mount_and_a_library_lie_apart() {
        for (mount, library) in [
            ("/photos/tree", "/photos"),
            ("/tree", "/tree/photos"),
            ("/x", "/x"),
        ] {
            let flags = Flags {
                mount: Some(mount.into()),
                library: vec![library.into()],
                state_dir: Some("/s".into()),
                ..Flags::default()
            };
            assert!(load("", flags).is_err(), "{mount} {library}");
        }
    }

    #[test]
    fn the_example_has_every_key_and_can_be_read_with_all_of_them_set() {
        let example = include_str!("../../../packaging/kphotos.toml");
        let set: String = example
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n");
        let settings = load(&set, Flags::default()).unwrap();
        assert_eq!(settings.libraries.len(), 1);
        for key in ConfigFile::KEYS {
            assert!(example.contains(key), "{key} is missing in the example");
        }
    }
}
