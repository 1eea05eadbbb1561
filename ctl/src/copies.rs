//! Paths below a `.kphotos`: a mount as another machine sees it, over SMB or NFS.
//!
//! No extended attribute travels there, but the file at the mount's root does: it
//! names daemon and mount. It is looked for from a path upwards; the rest of the
//! path goes to the daemon, which refuses a mount that is not its own.

use crate::client::{Client, Options};
use crate::exit::{Failure, Kind};
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Much more than any marker has.
const MOST: u64 = 64 * 1024;

/// The content of a marker.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
struct Marker {
    kphotos: u32,
    #[serde(default)]
    daemon: String,
    #[serde(default)]
    mount: String,
    #[serde(default)]
    path: String,
}

/// A path below a marker.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Copied {
    file: PathBuf,
    marker: Marker,
    below: Vec<u8>,
}

/// The nearest marker above an absolute path, or in it.
///
/// # Errors
/// A marker that a newer K-Photos made.
pub(crate) fn find(absolute: &Path) -> Result<Option<Copied>, Failure> {
    for root in absolute.ancestors() {
        let file = root.join(".kphotos");
        let Some(marker) = read(&file) else { continue };
        if marker.kphotos != 1 {
            let message = format!("`{}` is of a newer K-Photos: use its `kphotos`", file.display());
            return Err(Failure::new(Kind::Unsupported, message));
        }
        let below = absolute.strip_prefix(root).unwrap_or(Path::new(""));
        let below = below.as_os_str().as_bytes().to_vec();
        return Ok(Some(Copied { file, marker, below }));
    }
    Ok(None)
}

/// Only a file is read: `.kphotos` may be anybody's folder.
fn read(file: &Path) -> Option<Marker> {
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut text = Vec::new();
    File::open(file).ok()?.take(MOST).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

impl Copied {
    /// The numbers of the photos there.
    pub(crate) async fn resolve(self, client: &Client, options: Options<'_>) -> Result<Vec<u32>, Failure> {
        let body = (
            &self.marker.daemon,
            &self.marker.mount,
            vec![&*self.below],
            options,
        );
        let found = client.call("Catalog", "ResolveInMount", &body).await;
        found.map_err(|failure| self.failed(failure))
    }

    /// What the folder there stands for; empty if nothing.
    pub(crate) async fn folder(self, client: &Client) -> Result<String, Failure> {
        let body = (&self.marker.daemon, &self.marker.mount, &*self.below);
        let found = client.call("Catalog", "FolderInMount", &body).await;
        found.map_err(|failure| self.failed(failure))
    }

    fn failed(&self, failure: Failure) -> Failure {
        let (file, path) = (self.file.display(), &self.marker.path);
        let message = format!(
            "`{file}` says that this is the mount `{path}`: {}",
            failure.message
        );
        Failure::new(failure.kind, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_marker_above_a_path_names_its_mount() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("share");
        std::fs::create_dir_all(root.join("tags/x")).unwrap();
        assert_eq!(find(&root.join("tags/x/a.jpg")), Ok(None));
        std::fs::create_dir(dir.path().join(".kphotos")).unwrap();
        std::fs::write(root.join("tags/.kphotos"), b"not ours").unwrap();
        std::fs::write(
            root.join(".kphotos"),
            br#"{"kphotos":1,"daemon":"d","mount":"m","path":"/srv/p","more":true}"#,
        )
        .unwrap();
        for (path, below) in [("tags/x/a.jpg", "tags/x/a.jpg"), ("tags", "tags"), ("", "")] {
            let found = find(&root.join(path)).unwrap().unwrap();
            assert_eq!(
                (found.marker.daemon.as_str(), found.marker.mount.as_str()),
                ("d", "m")
            );
            assert_eq!(found.below, below.as_bytes());
        }
        std::fs::write(root.join(".kphotos"), br#"{"kphotos":2}"#).unwrap();
        assert_eq!(find(&root).unwrap_err().kind, Kind::Unsupported);
    }
}
