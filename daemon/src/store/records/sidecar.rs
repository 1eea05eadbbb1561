//! Sidecars: which a folder holds, and the layers of the photos that have one.

use super::catalog::{get_facts, put_facts};
use crate::store::codec::{Reader, Stored, record};
use kphotos_domain::kernel::{AssetId, FileId, FolderId};
use kphotos_domain::sidecar::{SidecarLayer, SidecarStamp};

record! {
    SidecarStamp { name, size, mtime_ns }
}

/// Where a layer comes from, and whether the journal has it, before the facts.
type Head = (FileId, FolderId, (Box<[u8]>, bool));

/// A pack of layers: whose they are, then the facts of the files, then those of
/// the sidecars, in the same order and each as a pack of facts.
pub(super) fn put_layers(pack: &[(AssetId, SidecarLayer)], out: &mut Vec<u8>) {
    let heads: Vec<Head> = pack
        .iter()
        .map(|(_, layer)| {
            (
                layer.file,
                layer.folder,
                (layer.name.clone(), layer.is_journalled),
            )
        })
        .collect();
    heads.put(out);
    let of = |facts: fn(&SidecarLayer) -> &_| -> Vec<_> {
        let one = |(asset, layer): &(AssetId, SidecarLayer)| (*asset, Clone::clone(facts(layer)));
        pack.iter().map(one).collect()
    };
    put_facts(&of(|layer| &layer.embedded), out);
    put_facts(&of(|layer| &layer.sidecar), out);
}

/// Those of version 0 do not `say` whether the journal has them, nor which reader read them.
pub(super) fn get_layers(from: &mut Reader<'_>, say: bool) -> Option<Vec<(AssetId, SidecarLayer)>> {
    let heads = if say {
        Vec::<Head>::get(from)?
    } else {
        let heads = Vec::<(FileId, FolderId, Box<[u8]>)>::get(from)?.into_iter();
        heads
            .map(|(file, folder, name)| (file, folder, (name, false)))
            .collect()
    };
    let (own, said) = (get_facts(from, say)?, get_facts(from, say)?);
    if own.len() != heads.len() || said.len() != heads.len() {
        return None;
    }
    let both = own.into_iter().zip(said).zip(heads);
    both.map(
        |(((asset, embedded), (other, sidecar)), (file, folder, (name, is_journalled)))| {
            let layer = SidecarLayer {
                file,
                folder,
                name,
                embedded,
                sidecar,
                is_journalled,
            };
            (asset == other).then_some((asset, layer))
        },
    )
    .collect()
}
