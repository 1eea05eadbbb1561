//! The daemon's name: made at random at the first start, kept in `STATE/daemon-id`.
//!
//! The markers of its mounts say it, so that a copy of the tree on another machine
//! is known to be of this daemon and of no other. It is no secret.

use anyhow::{Context as _, Result};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Reads the name, or makes it; and when it was made, in seconds since 1970 UTC.
///
/// # Errors
/// If it can be neither read nor written.
pub(super) fn daemon_id(state_dir: &Path) -> Result<(Box<str>, i64)> {
    let path = state_dir.join("daemon-id");
    let known = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.trim().to_owned()).filter(|text| is_id(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    let id = match known {
        Some(id) => id,
        None => {
            let id = random().context("no random number could be had")?;
            let new = state_dir.join("daemon-id.new");
            let mut file = std::fs::File::create(&new)?;
            let written = file
                .write_all(format!("{id}\n").as_bytes())
                .and_then(|()| file.sync_all())
                .and_then(|()| std::fs::rename(&new, &path));
            written.with_context(|| format!("{} cannot be written", path.display()))?;
            id
        }
    };
    let born = std::fs::metadata(&path).map_or(0, |meta| meta.mtime());
    Ok((id.into(), born))
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn random() -> std::io::Result<String> {
    let mut bytes = [0u8; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(data_encoding::HEXLOWER.encode(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_once_and_differs_from_others() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = daemon_id(one.path()).unwrap();
        assert_eq!(daemon_id(one.path()).unwrap(), first);
        assert_ne!(daemon_id(other.path()).unwrap().0, first.0);
        assert!(is_id(&first.0) && first.1 > 0);
    }
}
