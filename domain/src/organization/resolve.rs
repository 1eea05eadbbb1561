//! Finding tags and albums by path.

use super::plan::TagPlan;
use super::{AlbumPath, TagPath};
use crate::kernel::{AlbumId, Owner, TagId};
use crate::view::View;

/// The tag of this path or synonym, if there is one.
#[must_use]
pub fn find_tag(view: &View, owner: Owner, path: &TagPath) -> Option<TagId> {
    TagPlan::new(view, owner).find(path)
}

/// The album of this path, if there is one.
pub(crate) fn find_album(view: &View, owner: Owner, path: &AlbumPath) -> Option<AlbumId> {
    let mut album = None;
    for name in path.names() {
        album = Some(view.album_child(owner, album, name)?);
    }
    album
}
