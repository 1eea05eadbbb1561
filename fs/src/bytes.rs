//! The operations that touch originals, and so may have to wait: without FUSE's types, and
//! without knowing who waits ([`crate::later`]).
//!
//! A photo may have several files that are the same to the byte. It is shown by one of
//! them, and that one is read; if it cannot be, because its library is offline or does not
//! answer, another is read in its place.

use crate::errno::FsError;
use crate::filesystem::Filesystem;
use crate::inode::Node;
use crate::later::Lane;
use crate::originals::Space;
use kphotos_domain::kernel::{FileId, LibraryId};
use kphotos_domain::sidecar::packet::RealSidecar;
use kphotos_domain::storage::LibraryState;
use kphotos_domain::view::{Dir, FileRow, View};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};

/// A file that may be opened for a photo: it has its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// In which library.
    pub library: LibraryId,
    /// Where, below its root.
    pub path: Vec<u8>,
    size: u64,
    mtime_ns: i64,
    /// Whether it is another file than the one that was asked for.
    pub(crate) is_other: bool,
}

/// An original, open for reading.
#[derive(Debug)]
pub struct Original {
    /// The open file.
    pub file: File,
    /// Whether it is as long as the layer knows it.
    pub is_size_known: bool,
    /// Whether it also was last written when the layer says.
    pub is_current: bool,
}

/// What is read of originals.
impl Filesystem {
    /// What can be opened for a file: itself, and after it those that are the same to the byte.
    ///
    /// # Errors
    /// [`FsError::NotFound`] if it is not there.
    pub fn candidates(&self, file: FileId) -> Result<Vec<Candidate>, FsError> {
        let view = self.app.view();
        if !self.tree(&view).exists(Node::File(file)) {
            return Err(FsError::NotFound);
        }
        let candidate = |other: FileId| {
            let (library, path) = view.file_path(other)?;
            let row = view.file(other)?;
            Some(Candidate {
                library,
                path,
                size: row.size,
                mtime_ns: row.mtime_ns,
                is_other: other != file,
            })
        };
        let mut found = vec![candidate(file).ok_or(FsError::NotFound)?];
        let row = view.file(file);
        let asset = row.and_then(|row| view.asset(row.asset));
        let files = asset.map_or(&[][..], |row| &row.files);
        if let Some(content) = row.and_then(|row| row.checksum).filter(|_| files.len() > 1) {
            let is_same = |row: &FileRow| row.is_present() && row.checksum == Some(content);
            let same = files
                .iter()
                .filter(|other| **other != file && view.file(**other).is_some_and(is_same));
            found.extend(same.filter_map(|other| candidate(*other)));
        }
        Ok(found)
    }

    /// Opens one of these. Waits for its disk.
    ///
    /// # Errors
    /// What opening it says; [`FsError::NotFound`] for another file than the one that was
    /// asked for, if it is not as the layer knows it: it may hold something else by now.
    pub fn open_candidate(&self, candidate: &Candidate) -> Result<Original, FsError> {
        let Candidate { size, mtime_ns, .. } = *candidate;
        let file = self.originals.open(candidate.library, &candidate.path)?;
        let now = file.metadata()?;
        let is_size_known = now.len() == size;
        let written = now
            .mtime()
            .wrapping_mul(1_000_000_000)
            .wrapping_add(now.mtime_nsec());
        let is_current = is_size_known && written == mtime_ns;
        if candidate.is_other && !is_current {
            return Err(FsError::NotFound);
        }
        Ok(Original {
            file,
            is_size_known,
            is_current,
        })
    }

    /// Whether the files of a library may keep their reader waiting for ever.
    #[must_use]
    pub fn may_hang(&self, library: LibraryId) -> bool {
        self.originals.may_hang(library)
    }

    /// Who reads a file's sidecar.
    pub(crate) fn sidecar_lane(&self, file: FileId) -> Lane {
        sidecar_lane(&self.app.view(), file)
    }

    /// Who looks up a name that may be a sidecar's.
    pub(crate) fn lane_of_name(&self, parent: u64, wanted: &OsStr) -> Lane {
        let view = self.app.view();
        let dir = Node::of(parent).zip(wanted.to_str());
        match dir.and_then(|(dir, wanted)| self.tree(&view).lookup(dir, wanted)) {
            Some(Node::Sidecar(file)) => sidecar_lane(&view, file),
            Some(_) | None => Lane::Made,
        }
    }

    /// Reads an original into `into`, and says how much; less than fits only at its end.
    ///
    /// # Errors
    /// What reading it says.
    pub fn read(file: &File, offset: u64, into: &mut [u8]) -> Result<usize, FsError> {
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read_at(rest, offset.saturating_add(filled as u64)) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(filled)
    }

    /// The libraries whose file system may be said to be that behind a node: for
    /// directories that show several, whichever answers first.
    ///
    /// # Errors
    /// [`FsError::NotFound`].
    pub fn behind(&self, ino: u64) -> Result<Vec<LibraryId>, FsError> {
        Ok(self.libraries_behind(Node::of(ino).ok_or(FsError::NotFound)?))
    }

    /// How large the file system of a library is. Waits for it.
    ///
    /// # Errors
    /// What the file system says.
    pub fn space(&self, library: LibraryId) -> Result<Space, FsError> {
        Ok(self.originals.statfs(library)?)
    }

    fn libraries_behind(&self, node: Node) -> Vec<LibraryId> {
        let view = self.app.view();
        let tree = self.tree(&view);
        let dir = if node.is_file() {
            tree.parent(node)
        } else {
            Some(node)
        };
        if let Some(Dir::Folder(folder)) = dir.and_then(|dir| tree.stored(dir)) {
            return vec![view.library_of(folder)];
        }
        let mine = view
            .libraries()
            .filter(|library| library.owner == self.options.owner);
        mine.filter(|library| library.state == LibraryState::Online)
            .map(|library| library.id)
            .collect()
    }
}

fn sidecar_lane(view: &View, file: FileId) -> Lane {
    let asset = view.file(file).map(|row| row.asset);
    let real = asset.and_then(|asset| RealSidecar::of(view, asset));
    real.map_or(Lane::Made, |real| Lane::Sidecars(real.library))
}
