//! Who is away with its library, for mounts that hide what cannot be read.
//!
//! A photo is away while it has files that are present and all of them lie in libraries
//! that are offline; one copy in another library keeps it here. The set is of files,
//! because a file may become another photo's. It is made when it is first asked for, so
//! that nobody else pays for it; from then on each entry asks the photos it touched, and
//! those of a library that went or came.

use super::View;
use super::apply::Changes;
use crate::kernel::{AssetId, AssetSet, FileId, FileSet, LibraryId};
use crate::storage::LibraryState;

impl View {
    /// The files that are present of photos of which none can be reached.
    #[must_use]
    pub fn away(&self) -> &FileSet {
        self.away.get_or_init(|| {
            let mut offline = self.libraries().filter(|one| one.state == LibraryState::Offline);
            if offline.next().is_none() {
                return FileSet::new();
            }
            self.away_among(&self.present)
        })
    }

    /// Whether a photo is away: it has files that are there, all in libraries that are offline.
    #[must_use]
    pub fn is_offline(&self, asset: AssetId) -> bool {
        let mut files = self.present_files(asset).peekable();
        files.peek().is_some() && files.all(|file| self.is_away_with_library(file))
    }

    /// The files of a photo that are there.
    fn present_files(&self, asset: AssetId) -> impl Iterator<Item = FileId> {
        let files = self.asset(asset).map_or(&[][..], |row| &row.files);
        let is_there = |file: &FileId| self.is_there(*file);
        files.iter().copied().filter(is_there)
    }

    fn away_among(&self, assets: &AssetSet) -> FileSet {
        let away = assets.iter().filter(|asset| self.is_offline(*asset));
        away.flat_map(|asset| self.present_files(asset)).collect()
    }

    /// The photos with files in a library.
    fn assets_in(&self, library: LibraryId) -> AssetSet {
        let folders = self.folders.iter().filter(|(_, row)| row.library == library);
        let files = folders.flat_map(|(_, row)| row.files.iter());
        files
            .filter_map(|file| self.file(file).map(|row| row.asset))
            .collect()
    }

    /// Asks again who may be away, or no longer, by an entry.
    pub(super) fn renew_away(&mut self, changes: &mut Changes) {
        let Some(mut kept) = self.away.take() else {
            return;
        };
        let mut around = changes.delta.touched.clone();
        for library in &changes.libraries {
            around |= &self.assets_in(*library);
        }
        let files: FileSet = around
            .iter()
            .flat_map(|asset| {
                self.asset(asset)
                    .map_or(&[][..], |row| &row.files)
                    .iter()
                    .copied()
            })
            .collect();
        let (before, now) = (&kept & &files, self.away_among(&around));
        changes.delta.away = &now - &before;
        changes.delta.back = &before - &now;
        kept -= &changes.delta.back;
        kept |= &changes.delta.away;
        // Nobody else has it: the view is being changed.
        let _kept = self.away.set(kept);
    }
}
