//! What reading a file and its sidecar makes of the photo's layers.

use super::{SidecarLayer, SidecarRead};
use crate::catalog::Facts;
use crate::kernel::FileId;
use crate::view::View;

/// The layer of a photo after one of its files was read, with what was read of
/// the sidecar that names this file, if one does. Tags are numbers already.
///
/// A sidecar that belongs to the file is the layer. Without one, what another
/// file's sidecar says stays, which lies beside that one (of several files of one photo
/// the lead file's counts, then the others'), and what a sidecar said of which the file is
/// elsewhere by now: whoever moved it may bring the sidecar later. What the journal has of such stays until there is
/// another.
pub(crate) fn layered(
    view: &View,
    file: FileId,
    embedded: &Facts,
    read: Option<&SidecarRead>,
) -> Option<SidecarLayer> {
    let row = view.file(file)?;
    let known = view.sidecar_layer(row.asset);
    // Of another file, beside which it lies.
    let other = known.as_ref().filter(|known| {
        let is_of_another = known.file != file && !view.is_sidecar_elsewhere(known);
        is_of_another && view.sidecar_named(known.folder, &known.name).is_some()
    });
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
    // One that lies beside another file is read with that one, but where that is away.
    let is_read_there = other.is_some_and(|other| !view.is_away_with_library(other.file));
    known.filter(|_| is_kept).map(|mut known| {
        known.sidecar.is_outdated &= is_read_there;
        SidecarLayer {
            embedded: embedded.clone(),
            ..known
        }
    })
}
