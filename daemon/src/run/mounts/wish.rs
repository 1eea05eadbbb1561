//! Mounts that are wanted, and remembering those that commands added.
//!
//! The layer has them, but it is opened after the daemon has shut itself in, and
//! that is too late: in user mode the daemon needs a rule for each place that it
//! writes on, and a dead mount has to be cleared away at every place. So a small
//! file beside the layer, `STATE/mounts.json`, says where to mount before anything
//! else is known. It is a hint: the layer decides, and one that is lost or wrong
//! costs no more than the live refresh of a window until the next start.

use crate::config::DeclaredMount;
use kphotos_domain::kernel::MountId;
use kphotos_domain::storage::{Mount, MountAccess, MountOptions};
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

const FILE: &str = "mounts.json";

/// A mount that is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wish {
    /// Where.
    pub(super) path: PathBuf,
    /// What it shows, to whom.
    pub(super) options: MountOptions,
    /// Its number, if a command added it; `None`: the settings declare it.
    pub(super) added: Option<MountId>,
}

impl Wish {
    /// What the settings declare.
    pub(super) fn declared(mount: &DeclaredMount) -> Self {
        Self {
            path: mount.path.clone(),
            options: mount.options,
            added: None,
        }
    }

    /// What a command added.
    pub(super) fn added(mount: &Mount) -> Self {
        Self {
            path: OsStr::from_bytes(&mount.path).into(),
            options: mount.options,
            added: Some(mount.id),
        }
    }

    /// The mount's name in its marker, and that of its private folder: made of the
    /// path, so that it is the same at every start.
    pub(super) fn id(&self) -> String {
        let hash = blake3::hash(self.path.as_os_str().as_bytes()).to_hex();
        hash.get(..16).unwrap_or_default().to_owned()
    }
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Remembered {
    number: u32,
    path: Vec<u8>,
    access: String,
}

/// Those that were added when the daemon last ran. Access is all that a mount needs
/// to be made; the other options come from the layer.
pub(super) fn remembered(state_dir: &Path) -> Vec<Wish> {
    let path = state_dir.join(FILE);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "added mounts come later: they are not remembered");
            return Vec::new();
        }
    };
    let list: Vec<Remembered> = serde_json::from_slice(&text).unwrap_or_else(|error| {
        tracing::warn!(path = %path.display(), %error, "added mounts come later: they are not remembered");
        Vec::new()
    });
    let wish = |one: Remembered| {
        let access = MountAccess::parse(&one.access, |gid| gid.parse().ok())?;
        Some(Wish {
            path: OsString::from_vec(one.path).into(),
            options: MountOptions {
                access,
                ..MountOptions::default()
            },
            added: Some(MountId::new(one.number)),
        })
    };
    list.into_iter().filter_map(wish).collect()
}

/// Remembers the added ones among these, in one step.
pub(super) fn remember<'a>(state_dir: &Path, wishes: impl Iterator<Item = &'a Wish>) {
    let line = |wish: &Wish| {
        Some(Remembered {
            number: wish.added?.number(),
            path: wish.path.as_os_str().as_bytes().to_vec(),
            access: wish.options.access.to_string(),
        })
    };
    let list: Vec<Remembered> = wishes.filter_map(line).collect();
    let (path, new) = (state_dir.join(FILE), state_dir.join("mounts.json.new"));
    let written = serde_json::to_vec(&list)
        .map_err(io::Error::other)
        .and_then(|text| std::fs::write(&new, text))
        .and_then(|()| std::fs::rename(&new, &path));
    if let Err(error) = written {
        tracing::warn!(path = %path.display(), %error, "added mounts are not remembered for the next start");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_mounts_are_remembered_and_declared_ones_are_not() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(remembered(dir.path()), []);
        let added = Wish {
            path: OsStr::from_bytes(b"/srv/\xff").into(),
            options: MountOptions {
                access: MountAccess::Group(50),
                ..MountOptions::default()
            },
            added: Some(MountId::new(3)),
        };
        let declared = Wish {
            added: None,
            ..added.clone()
        };
        remember(dir.path(), [&declared, &added].into_iter());
        assert_eq!(remembered(dir.path()), [added]);
        std::fs::write(dir.path().join(FILE), b"nonsense").unwrap();
        assert_eq!(remembered(dir.path()), []);
    }

    #[test]
    fn the_name_of_a_mount_is_that_of_its_path() {
        let wish = |path: &str| Wish {
            path: path.into(),
            options: MountOptions::default(),
            added: None,
        };
        assert_eq!(wish("/srv/a").id(), wish("/srv/a").id());
        assert_ne!(wish("/srv/a").id(), wish("/srv/b").id());
        assert_eq!(wish("/srv/a").id().len(), 16);
    }
}
