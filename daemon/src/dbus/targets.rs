//! What a call of `Organization1` names: tags, albums, one photo, and its options.

use super::caller::Dict;
use super::options::Options;
use crate::surface::{Refusal, Selection};
use kphotos_domain::command::{ChangeAlbum, Command};
use kphotos_domain::kernel::{AlbumId, AssetId, TagId, UserId};
use kphotos_domain::organization::{AlbumChange, AlbumPath, OrganizationError, TagPath};
use kphotos_domain::view::View;

/// `(us)`: a number, or 0 and a path.
pub(super) type Target = (u32, String);

/// The one photo that is named.
pub(super) fn one_photo(named: &Selection, view: &View, user: UserId) -> Result<AssetId, Refusal> {
    match named.in_order(view, user, false)?.as_slice() {
        [asset] => Ok(*asset),
        _ => Err(Refusal::invalid("one photo is meant here; name one")),
    }
}

pub(super) fn set_album(view: &View, album: &Target, change: AlbumChange) -> Result<Command, Refusal> {
    let (album, changes) = (album_path(view, album)?, vec![change]);
    Ok(Command::ChangeAlbum(ChangeAlbum { album, changes }))
}

/// Whether a place is below something: `/` and the empty path are the top.
pub(super) fn below((number, path): &Target) -> bool {
    *number != 0 || !matches!(path.trim(), "" | "/")
}

pub(super) fn word_path(word: &str) -> Result<TagPath, Refusal> {
    TagPath::parse(word).map_err(|error| OrganizationError::from(error).into())
}

/// Whether those below are meant too, and whether nothing is to be changed.
pub(super) fn arrangement_options(options: Dict) -> Result<(bool, bool), Refusal> {
    let mut options = Options::new(options);
    let flags = (options.flag("recursive")?, options.flag("dry_run")?);
    options.end()?;
    Ok(flags)
}

pub(super) fn tag_path(view: &View, (number, path): &Target) -> Result<TagPath, Refusal> {
    if *number == 0 {
        return TagPath::parse(path).map_err(|error| OrganizationError::from(error).into());
    }
    let up = |tag: &TagId| view.tag(*tag).and_then(|row| row.parent);
    let mut names: Vec<&str> = std::iter::successors(Some(TagId::new(*number)), up)
        .filter_map(|tag| view.tag(tag).map(|row| &*row.name))
        .collect();
    names.reverse();
    let path = number.to_string();
    TagPath::from_names(names).map_err(|_| OrganizationError::NoTag { path }.into())
}

pub(super) fn album_path(view: &View, (number, path): &Target) -> Result<AlbumPath, Refusal> {
    if *number == 0 {
        return AlbumPath::parse(path).map_err(|error| OrganizationError::from(error).into());
    }
    let up = |album: &AlbumId| view.album(*album).and_then(|row| row.parent);
    let mut names: Vec<&str> = std::iter::successors(Some(AlbumId::new(*number)), up)
        .filter_map(|album| view.album(album).map(|row| &*row.name))
        .collect();
    names.reverse();
    let path = number.to_string();
    AlbumPath::from_names(names).map_err(|_| OrganizationError::NoAlbum { path }.into())
}
