//! A volume in memory, for tests: files are bytes, and paths can be made to fail.

use super::{Item, ItemKind, Volume};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Mutex;

/// Content, modification time and inode number by path.
type Files = BTreeMap<Vec<u8>, (Vec<u8>, i64, u64)>;

/// Files by path; folders are what their paths imply.
#[derive(Default)]
pub(crate) struct MemoryVolume {
    files: Mutex<Files>,
    broken: Mutex<BTreeSet<Vec<u8>>>,
}

impl MemoryVolume {
    /// Puts a file with this content and time, in place of one that is there. The
    /// content stands for the inode: what is taken away and put elsewhere keeps it.
    pub(crate) fn put(&self, path: &str, bytes: &[u8], mtime_ns: i64) {
        let ino = u64::from_le_bytes(blake3::hash(bytes).as_bytes()[..8].try_into().unwrap());
        let file = (bytes.to_vec(), mtime_ns, ino);
        self.files.lock().unwrap().insert(path.as_bytes().to_vec(), file);
    }

    /// Writes into a file that is there: its inode stays.
    pub(crate) fn rewrite(&self, path: &str, bytes: &[u8], mtime_ns: i64) {
        let mut files = self.files.lock().unwrap();
        let file = files.get_mut(path.as_bytes()).unwrap();
        (file.0, file.1) = (bytes.to_vec(), mtime_ns);
    }

    /// Takes a file away.
    pub(crate) fn remove(&self, path: &str) {
        self.files.lock().unwrap().remove(path.as_bytes()).unwrap();
    }

    /// Renames a folder, or a file: what is at that place already stays there.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        let mut files = self.files.lock().unwrap();
        for (path, file) in std::mem::take(&mut *files) {
            let rest = path.strip_prefix(from.as_bytes());
            let path = match rest.filter(|rest| rest.is_empty() || rest.starts_with(b"/")) {
                Some(rest) => [to.as_bytes(), rest].concat(),
                None => path,
            };
            files.insert(path, file);
        }
    }

    /// Where the file of this content is.
    pub(crate) fn path_of(&self, bytes: &[u8]) -> Option<String> {
        let files = self.files.lock().unwrap();
        let found = files.iter().find(|(_, file)| file.0 == bytes)?;
        String::from_utf8(found.0.clone()).ok()
    }

    /// Renames as [`Self::rename`]; a file that is in the way stays, and so does what would replace it.
    pub(crate) fn merge(&self, from: &str, to: &str) {
        for path in self.paths() {
            let rest = path.strip_prefix(from);
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/'))
                && !self.paths().contains(&format!("{to}{rest}"))
            {
                self.rename(&path, &format!("{to}{rest}"));
            }
        }
    }

    /// All files.
    pub(crate) fn paths(&self) -> Vec<String> {
        let files = self.files.lock().unwrap();
        files
            .keys()
            .map(|path| String::from_utf8(path.clone()).unwrap())
            .collect()
    }

    /// What is in a file.
    pub(crate) fn content(&self, path: &str) -> Vec<u8> {
        self.files.lock().unwrap()[path.as_bytes()].0.clone()
    }

    /// Takes all files away.
    pub(crate) fn clear(&self) {
        self.files.lock().unwrap().clear();
    }

    /// Makes listing this folder or opening this file fail, or work again.
    pub(crate) fn set_broken(&self, path: &str, broken: bool) {
        let mut paths = self.broken.lock().unwrap();
        if broken {
            paths.insert(path.into())
        } else {
            paths.remove(path.as_bytes())
        };
    }

    fn check(&self, path: &[u8]) -> io::Result<()> {
        if self.broken.lock().unwrap().contains(path) {
            return Err(io::Error::from_raw_os_error(libc::EIO));
        }
        Ok(())
    }
}

impl Volume for MemoryVolume {
    fn list(&self, folder: &[u8], wanted: &dyn Fn(&[u8]) -> bool) -> io::Result<Vec<Item>> {
        self.check(folder)?;
        let mut items = BTreeSet::new();
        for (path, (bytes, mtime_ns, ino)) in &*self.files.lock().unwrap() {
            let below = if folder.is_empty() {
                Some(&path[..])
            } else {
                path.strip_prefix(folder).and_then(|rest| rest.strip_prefix(b"/"))
            };
            let Some(below) = below else { continue };
            match below.iter().position(|byte| *byte == b'/') {
                Some(at) => {
                    items.insert(Item {
                        name: below[..at].into(),
                        kind: ItemKind::Folder,
                    });
                }
                None if wanted(below) => {
                    let kind = ItemKind::File {
                        size: bytes.len() as u64,
                        mtime_ns: *mtime_ns,
                        ino: *ino,
                    };
                    items.insert(Item {
                        name: below.into(),
                        kind,
                    });
                }
                None => {}
            }
        }
        Ok(items.into_iter().collect())
    }

    fn open(&self, path: &[u8]) -> io::Result<File> {
        self.check(path)?;
        let files = self.files.lock().unwrap();
        let (bytes, mtime_ns, _) = files.get(path).ok_or(io::ErrorKind::NotFound)?;
        let mut file = tempfile::tempfile()?;
        file.write_all(bytes)?;
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_nanos(mtime_ns.unsigned_abs());
        file.set_modified(time)?;
        io::Seek::rewind(&mut file)?;
        Ok(file)
    }

    fn space(&self) -> io::Result<kphotos_fs::originals::Space> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
