//! Which pictures can be compared by what they look like.
//!
//! An asset looks like its lead file. It can be compared once that was hashed, because
//! looks are kept by content: so they hold through moves, merges and rebuilds.

use super::View;
use crate::catalog::MediaKind;
use crate::kernel::{AssetId, AssetSet, Checksum, FileId};

/// Assets by what they look like.
impl View {
    /// The file that is looked at for a photo, and its content; `None` while it cannot be compared.
    #[must_use]
    pub fn picture(&self, asset: AssetId) -> Option<(FileId, Checksum)> {
        let file = self.lead_file(asset)?;
        let row = self.file(file)?;
        let is_picture = row.is_present() && row.kind != MediaKind::Video && self.doubt(file).is_none();
        Some((file, row.checksum.filter(|_| is_picture)?))
    }

    /// The photo that looks like this content, if there is one.
    #[must_use]
    pub fn asset_that_looks_like(&self, content: &Checksum) -> Option<AssetId> {
        let asset = self.asset_by_checksum(content)?;
        // It may be what the asset was before it was edited.
        let (_, now) = self.picture(asset)?;
        (now == *content).then_some(asset)
    }

    /// Whether all of these are of one shot: RAW and JPEG look alike because they are one photo.
    #[must_use]
    pub fn is_one_shot(&self, assets: &AssetSet) -> bool {
        let shot = |asset| Some(self.file(self.lead_file(asset)?)?.shot);
        let mut shots = assets.iter().map(shot);
        let first = shots.next().flatten();
        shots.all(|shot| shot == first)
    }
}

#[cfg(test)]
mod tests {
    use crate::command::{Command, RecordChecksums};
    use crate::event::FileStamp;
    use crate::kernel::{AssetSet, Checksum};
    use crate::testing::World;

    #[test]
    fn a_picture_is_compared_once_it_is_hashed_and_movies_are_not() {
        let world = World::new();
        world.files(&["a.jpg", "a.nef", "b.jpg", "c.mp4", "d.jpg"]);
        let stamps: Vec<FileStamp> = {
            let view = world.app.view();
            assert!(view.assets().all(|(asset, _)| view.picture(asset).is_none()));
            let stamp = |(id, row): (_, &crate::view::FileRow)| row.stamp(id);
            view.files().map(stamp).take(4).collect()
        };
        let checksums = stamps
            .into_iter()
            .zip(1..)
            .map(|(stamp, byte)| (stamp, Checksum::new([byte; 32])));
        world.observe(&Command::RecordChecksums(RecordChecksums {
            pictures: Vec::new(),
            checksums: checksums.collect(),
        }));
        let view = world.app.view();
        let picture = |asset| Some((asset, view.picture(asset)?.1));
        let pictures: Vec<_> = view.assets().filter_map(|(asset, _)| picture(asset)).collect();
        assert_eq!(pictures.len(), 3);
        for (asset, content) in &pictures {
            assert_eq!(view.asset_that_looks_like(content), Some(*asset));
        }
        assert_eq!(
            view.asset_that_looks_like(&Checksum::new([4; 32])),
            None,
            "a movie"
        );
        assert_eq!(view.asset_that_looks_like(&Checksum::new([9; 32])), None);
        let set = |range: std::ops::Range<usize>| -> AssetSet {
            pictures[range].iter().map(|(asset, _)| *asset).collect()
        };
        assert!(view.is_one_shot(&set(0..2)), "RAW and JPEG");
        assert!(!view.is_one_shot(&set(0..3)));
    }
}
