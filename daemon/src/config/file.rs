//! `kphotos.toml` as it is written.

use super::{ConfigError, HttpListen};
use crate::surface::{parse_access, parse_folder_files, parse_mtime, parse_names, parse_offline};
use crate::surface::{parse_sidecars, parse_stacks, parse_views};
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::storage::{
    MountAccess, MountFolderFiles, MountOffline, MountOptions, MountSidecars, MountStacks, MountViews,
    MtimeSource,
};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file's keys; all may be absent.
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// Journal, layer, tokens.
    pub state_dir: Option<PathBuf>,
    /// What can be made again.
    pub cache_dir: Option<PathBuf>,
    /// The control socket.
    pub runtime_dir: Option<PathBuf>,
    /// Exports.
    pub export_dir: Option<PathBuf>,
    /// The bus to join.
    pub bus: Option<String>,
    /// When scans and hashing run.
    #[serde(default)]
    pub scan: ScanBody,
    /// Mounts.
    #[serde(default, deserialize_with = "mounts")]
    pub mount: Vec<MountBody>,
    /// The HTTP interface.
    #[serde(default)]
    pub http: HttpBody,
    /// Libraries.
    #[serde(default)]
    pub library: Vec<LibraryBody>,
}

/// `[[mount]]`
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct MountBody {
    /// Where.
    pub path: Option<PathBuf>,
    /// Who may enter.
    #[serde(default, deserialize_with = "access")]
    pub access: MountAccess,
    /// Which folders are at its root.
    #[serde(default, deserialize_with = "views")]
    pub views: MountViews,
    /// How names are written.
    #[serde(default, deserialize_with = "names")]
    pub names: NameStyle,
    /// What the modification time of a photo is.
    #[serde(default, deserialize_with = "mtime")]
    pub mtime: MtimeSource,
    /// Whether a sidecar is shown beside each photo.
    #[serde(default, deserialize_with = "sidecars")]
    pub sidecars: MountSidecars,
    /// Which photos of a stack are shown outside of `library/`.
    #[serde(default, deserialize_with = "stacks")]
    pub stacks: MountStacks,
    /// Which files tell file managers how to show a folder.
    #[serde(default, deserialize_with = "folder_files")]
    pub folder_files: MountFolderFiles,
    /// Whether photos of libraries that are offline are shown.
    #[serde(default, deserialize_with = "offline")]
    pub offline: MountOffline,
}

impl MountBody {
    /// The options among its keys.
    #[must_use]
    pub const fn options(&self) -> MountOptions {
        MountOptions {
            access: self.access,
            views: self.views,
            names: self.names,
            mtime: self.mtime,
            sidecars: self.sidecars,
            stacks: self.stacks,
            folder_files: self.folder_files,
            offline: self.offline,
        }
    }
}

/// `[scan]`
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct ScanBody {
    /// How long after its last scan a library is scanned again.
    pub interval: Option<String>,
    /// When hashing, looking at pictures and scans by the clock wait.
    pub quiet: Option<String>,
    /// Whether folders are watched.
    pub watch: Option<bool>,
    /// Whether pictures are looked at without being asked.
    pub near: Option<bool>,
}

/// `[http]`
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct HttpBody {
    /// `"127.0.0.1:15746"`, `"off"`
    #[serde(default, deserialize_with = "listen")]
    pub listen: Option<HttpListen>,
}

fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<HttpListen>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

fn access<'de, D: Deserializer<'de>>(from: D) -> Result<MountAccess, D::Error> {
    parse_access(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn views<'de, D: Deserializer<'de>>(from: D) -> Result<MountViews, D::Error> {
    parse_views(&Vec::<String>::deserialize(from)?).map_err(D::Error::custom)
}

fn names<'de, D: Deserializer<'de>>(from: D) -> Result<NameStyle, D::Error> {
    parse_names(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn mtime<'de, D: Deserializer<'de>>(from: D) -> Result<MtimeSource, D::Error> {
    parse_mtime(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn sidecars<'de, D: Deserializer<'de>>(from: D) -> Result<MountSidecars, D::Error> {
    parse_sidecars(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn stacks<'de, D: Deserializer<'de>>(from: D) -> Result<MountStacks, D::Error> {
    parse_stacks(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn folder_files<'de, D: Deserializer<'de>>(from: D) -> Result<MountFolderFiles, D::Error> {
    parse_folder_files(&Vec::<String>::deserialize(from)?).map_err(D::Error::custom)
}

fn offline<'de, D: Deserializer<'de>>(from: D) -> Result<MountOffline, D::Error> {
    parse_offline(&String::deserialize(from)?).map_err(D::Error::custom)
}

/// The tables `[[mount]]`; one `[mount]` is told how to become one of them.
fn mounts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<MountBody>, D::Error> {
    struct Tables;

    impl<'de> Visitor<'de> for Tables {
        type Value = Vec<MountBody>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("[[mount]], with two brackets: there may be several")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut tables: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(table) = tables.next_element()? {
                all.push(table);
            }
            Ok(all)
        }
    }
    from.deserialize_any(Tables)
}

/// `[[library]]`
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct LibraryBody {
    /// Its root.
    pub path: PathBuf,
    /// Its name.
    pub name: Option<String>,
}

impl ConfigFile {
    /// Every key, as the example has to show it.
    pub const KEYS: [&str; 23] = [
        "state_dir =",
        "cache_dir =",
        "runtime_dir =",
        "export_dir =",
        "bus =",
        "[scan]",
        "interval =",
        "quiet =",
        "watch =",
        "near =",
        "[[mount]]",
        "access =",
        "views =",
        "names =",
        "mtime =",
        "sidecars =",
        "stacks =",
        "folder_files =",
        "offline =",
        "[http]",
        "listen =",
        "[[library]]",
        "name =",
    ];

    /// Reads the file.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`], [`ConfigError::Wrong`] with line and column.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_path_buf(),
            source,
        })?;
        toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let before = text.get(..at).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            let message = format!("line {line}, column {column}: {}", error.message());
            ConfigError::Wrong {
                path: path.to_path_buf(),
                message,
            }
        })
    }

    /// Reads the file, or gives one without keys if there is none.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_if_there(path: &Path) -> Result<Self, ConfigError> {
        match Self::read(path) {
            Err(ConfigError::Unreadable { source, .. }) if source.kind() == ErrorKind::NotFound => {
                Ok(Self::default())
            }
            done => done,
        }
    }
}
