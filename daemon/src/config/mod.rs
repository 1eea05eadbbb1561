//! Settings: flags beat environment beat `kphotos.toml` beat defaults.
//!
//! Everything is checked before anything is started: a key that is not known,
//! a path that is not absolute, a mount inside a library. `kphotosd --check`
//! does only that. Every key stands, commented, in `packaging/kphotos.toml`.

mod error;
mod file;
mod places;
mod scan;
#[cfg(test)]
mod tests;

use clap::Parser;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

pub use error::ConfigError;
pub use file::{ConfigFile, MountBody};
use kphotos_domain::storage::MountOptions;
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
    /// Where the tree is mounted, instead of where the settings file says
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
    /// Address of the HTTP interface, like 127.0.0.1:15746 (port 0: any), or `off`
    #[arg(long, value_name = "ADDR|off", env = "KPHOTOS_HTTP")]
    pub http: Option<HttpListen>,
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
    /// Where the tree is mounted, and what each mount shows; commands may add more.
    pub mounts: Vec<DeclaredMount>,
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
    /// Where the HTTP interface listens.
    pub http: HttpListen,
}

/// Where the HTTP interface listens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum HttpListen {
    /// On [`crate::http::DEFAULT_ADDRESS`], if that is free.
    #[default]
    Default,
    /// Here, and nowhere else.
    At(SocketAddr),
    /// Nowhere.
    Off,
}

impl FromStr for HttpListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        text.parse().map(Self::At).map_err(|_| {
            format!(
                "`{text}` is no address with a port: give one like 127.0.0.1:15746 or [::1]:15746, or `off`"
            )
        })
    }
}

/// A library that the settings name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeclaredLibrary {
    /// Its root.
    pub path: PathBuf,
    /// Its name, if it is not to be the folder's.
    pub name: Option<String>,
}

/// A mount that the settings name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeclaredMount {
    /// Where.
    pub path: PathBuf,
    /// What it shows, to whom.
    pub options: MountOptions,
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
        let mounts = mounts_of(flags.mount.clone().map(absolute), file.mount, places.mount)?;
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
        let settings = Self {
            libraries,
            mounts,
            state_dir,
            cache_dir,
            runtime_dir,
            export_dir,
            bus,
            scan,
            http: flags.http.or(file.http.listen).unwrap_or_default(),
        };
        settings.check_mounts()?;
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

    /// Refuses mounts that lie in each other, or in a folder that the daemon writes in.
    fn check_mounts(&self) -> Result<(), ConfigError> {
        let paths: Vec<PathBuf> = self.mounts.iter().map(|mount| real(&mount.path)).collect();
        for (at, one) in paths.iter().enumerate() {
            for other in paths.iter().skip(at + 1) {
                if lie_in_each_other(one, other) {
                    let (one, other) = (one.clone(), other.clone());
                    return Err(ConfigError::MountsOverlap { one, other });
                }
            }
            for folder in self.own_folders().map(real) {
                if lie_in_each_other(one, &folder) {
                    let mount = one.clone();
                    return Err(ConfigError::MountInOwnFolder { mount, folder });
                }
            }
        }
        Ok(())
    }

    /// Refuses a library that holds a mount or one of the daemon's own folders,
    /// or lies in one: nothing is ever written among originals.
    ///
    /// # Errors
    /// [`ConfigError::MountInLibrary`], [`ConfigError::LibraryInMount`], [`ConfigError::OwnFolder`].
    pub fn check_apart(&self, library: &Path) -> Result<(), ConfigError> {
        let library = library.to_path_buf();
        for mount in self.mounts.iter().map(|mount| real(&mount.path)) {
            if mount.starts_with(&library) {
                return Err(ConfigError::MountInLibrary { mount, library });
            }
            if library.starts_with(&mount) {
                return Err(ConfigError::LibraryInMount { mount, library });
            }
        }
        for folder in self.own_folders().map(real) {
            if lie_in_each_other(&folder, &library) {
                return Err(ConfigError::OwnFolder { folder, library });
            }
        }
        Ok(())
    }
}

/// The mounts that are declared. A flag beats the file: it is the only mount, with
/// the options of the file's mount at that place, or of the one without a place.
fn mounts_of(
    flag: Option<PathBuf>,
    listed: Vec<MountBody>,
    default: Option<PathBuf>,
) -> Result<Vec<DeclaredMount>, ConfigError> {
    let absolute = |path: PathBuf| match path.is_absolute() {
        true => Ok(path),
        false => Err(ConfigError::NotAbsolute { what: "mount", path }),
    };
    if flag.is_none() && !listed.is_empty() {
        let declared = listed.into_iter().map(|body| {
            let options = body.options();
            let path = body.path.or_else(|| default.clone()).ok_or(ConfigError::NoHome)?;
            absolute(path).map(|path| DeclaredMount { path, options })
        });
        return declared.collect();
    }
    let path = flag.or(default).ok_or(ConfigError::NoHome)?;
    let same = |body: &&MountBody| body.path.as_deref() == Some(&*path);
    let body = listed.iter().find(same);
    let body = body.or_else(|| listed.iter().find(|body| body.path.is_none()));
    let options = body.map(MountBody::options).unwrap_or_default();
    Ok(vec![DeclaredMount {
        path: absolute(path)?,
        options,
    }])
}

/// Whether one of them holds the other, or is it.
#[must_use]
pub fn lie_in_each_other(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// A path as typed in a shell, from the current folder on.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// The path behind links, as far as it exists; its last part is left alone, since
/// looking at a mount asks whoever serves it.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    match (parent, path.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => path.to_path_buf(),
    }
}
