//! `kphotos.toml` as it is written.

use super::{Access, ConfigError};
use serde::Deserialize;
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
    /// The mount.
    pub mount: Option<MountBody>,
    /// The bus to join.
    pub bus: Option<String>,
    /// When scans and hashing run.
    #[serde(default)]
    pub scan: ScanBody,
    /// Libraries.
    #[serde(default)]
    pub library: Vec<LibraryBody>,
}

/// `[mount]`
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct MountBody {
    /// Where.
    pub path: Option<PathBuf>,
    /// Who may enter.
    #[serde(default)]
    pub access: AccessBody,
}

/// `access = "private"`
#[derive(Deserialize, Debug, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub enum AccessBody {
    /// The daemon's own user.
    #[default]
    Private,
    /// Everybody on this machine.
    All,
}

impl From<AccessBody> for Access {
    fn from(body: AccessBody) -> Self {
        match body {
            AccessBody::Private => Self::Private,
            AccessBody::All => Self::All,
        }
    }
}

/// `[scan]`
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct ScanBody {
    /// How long after its last scan a library is scanned again.
    pub interval: Option<String>,
    /// When hashing and scans by the clock wait.
    pub quiet: Option<String>,
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
    pub const KEYS: [&str; 12] = [
        "state_dir =",
        "cache_dir =",
        "runtime_dir =",
        "export_dir =",
        "bus =",
        "[scan]",
        "interval =",
        "quiet =",
        "[mount]",
        "access =",
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
