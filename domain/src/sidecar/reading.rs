//! What reading a file and its sidecar makes of the photo's layers.

use super::{SidecarLayer, SidecarRead};
use crate::catalog::Facts;
use crate::kernel::FileId;
use crate::view::View;

/// The layer of a photo after one of its files was read, with what was read of
/// the sidecar that names this file, if one does. Tags are numbers already.
///
/// A sidecar that belongs to the file is the layer. Without one, what another
/// file's sidecar said stays (of several files of one photo the lead file's counts,
/// then the others'), and what this file's said stays if the file is
/// elsewhere by now: whoever moved it may bring the sidecar later. What the journal has stays until there is
/// another.
pub(crate) fn layered(
    view: &View,
    file: FileId,
    embedded: &Facts,
    read: Option<&SidecarRead>,
) -> Option<SidecarLayer> {
    let row = view.file(file)?;
    let known = view.sidecar_layer(row.asset);
    let other = known
        .as_ref()
        .filter(|known| known.file != file && view.file(known.file).is_some_and(|row| row.is_present()));
    let belongs = |read: &&SidecarRead| {
        view.sidecar_belongs(&read.stamp.name, file, read.for_extension.as_deref())
            && other.is_none_or(|other| file < other.file)
    };
    if let Some(read) = read.filter(belongs) {
        return Some(SidecarLayer {
            file,
            folder: row.folder,
            name: read.stamp.name.clone(),
            embedded: embedded.clone(),
            sidecar: (*read.facts).clone(),
            is_journalled: false,
        });
    }
    let is_elsewhere = |known: &SidecarLayer| known.is_journalled || view.is_sidecar_elsewhere(known);
    let is_kept = other.is_some() || known.as_ref().is_some_and(is_elsewhere);
    known.filter(|_| is_kept).map(|known| known.stayed(embedded))
}
