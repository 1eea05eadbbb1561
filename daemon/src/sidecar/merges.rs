//! Real sidecars with the edits in them, as they were last made: so many bytes at most.

use kphotos_domain::kernel::AssetId;
use kphotos_domain::sidecar::packet::{Anatomy, RealSidecar, SidecarContent};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// The most bytes of sidecars that are remembered.
const MAX_BYTES: usize = 32 << 20;
/// One larger than that is made each time.
const MAX_ONE: usize = 4 << 20;

/// The bytes of a real sidecar, and the text in which it says what, if it can be edited.
pub(super) type Source = (Vec<u8>, Option<(String, Anatomy)>);

/// One that was made.
pub(super) struct Merge {
    pub(super) content: SidecarContent,
    pub(super) real: RealSidecar,
    pub(super) source: Arc<Source>,
    pub(super) bytes: Arc<[u8]>,
}

impl Merge {
    fn size(&self) -> usize {
        let text = self.source.1.as_ref().map_or(0, |(text, _)| text.len());
        self.source.0.len() + text + self.bytes.len()
    }

    /// Whether it was made of the real sidecar as it is known.
    fn is_of(&self, real: &RealSidecar) -> bool {
        (self.real.library, &self.real.path, &self.real.stamp) == (real.library, &real.path, &real.stamp)
    }
}

/// Those that were made last.
#[derive(Default)]
pub(super) struct Merges {
    made: FxHashMap<AssetId, Merge>,
    /// Oldest first.
    order: VecDeque<AssetId>,
    bytes: usize,
}

impl Merges {
    /// What was made of just this.
    pub(super) fn get(
        &self,
        asset: AssetId,
        content: &SidecarContent,
        real: &RealSidecar,
    ) -> Option<Arc<[u8]>> {
        let known = self.made.get(&asset)?;
        (known.real == *real && known.content == *content).then(|| known.bytes.clone())
    }

    /// What something was made of, if the real sidecar is still the same.
    pub(super) fn source(&self, asset: AssetId, real: &RealSidecar) -> Option<Arc<Source>> {
        let known = self.made.get(&asset)?;
        known.is_of(real).then(|| known.source.clone())
    }

    /// Remembers one, and forgets the oldest.
    pub(super) fn put(&mut self, asset: AssetId, made: Merge) {
        if let Some(old) = self.made.remove(&asset) {
            self.bytes -= old.size();
            self.order.retain(|other| *other != asset);
        }
        if made.size() > MAX_ONE {
            return;
        }
        self.bytes += made.size();
        self.made.insert(asset, made);
        self.order.push_back(asset);
        while self.bytes > MAX_BYTES
            && let Some(oldest) = self.order.pop_front()
        {
            if let Some(old) = self.made.remove(&oldest) {
                self.bytes -= old.size();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::kernel::LibraryId;
    use kphotos_domain::sidecar::SidecarStamp;

    fn real(mtime_ns: i64) -> RealSidecar {
        let name: Box<[u8]> = b"a.xmp".as_slice().into();
        RealSidecar {
            library: LibraryId::new(1),
            path: name.to_vec(),
            stamp: SidecarStamp {
                name,
                size: 1,
                mtime_ns,
            },
            is_read: true,
        }
    }

    fn merge(bytes: usize) -> Merge {
        Merge {
            content: SidecarContent::default(),
            real: real(1),
            source: Arc::new((Vec::new(), None)),
            bytes: vec![0; bytes].into(),
        }
    }

    #[test]
    fn what_was_made_is_known_until_something_changes() {
        let (mut merges, asset) = (Merges::default(), AssetId::new(1));
        merges.put(asset, merge(10));
        let same = SidecarContent::default();
        let other = SidecarContent {
            extension: "x".into(),
            ..SidecarContent::default()
        };
        assert!(merges.get(asset, &same, &real(1)).is_some());
        assert!(merges.get(asset, &other, &real(1)).is_none());
        assert!(
            merges.source(asset, &real(1)).is_some(),
            "no need to read it again"
        );
        assert!(merges.get(asset, &same, &real(2)).is_none());
        assert!(merges.source(asset, &real(2)).is_none());
    }

    #[test]
    fn no_more_is_kept_than_fits() {
        let mut merges = Merges::default();
        merges.put(AssetId::new(1), merge(MAX_ONE + 1));
        assert_eq!(merges.bytes, 0);
        for number in 0..20 {
            merges.put(AssetId::new(number), merge(MAX_ONE));
            merges.put(AssetId::new(number), merge(MAX_ONE));
        }
        assert_eq!(merges.bytes, MAX_BYTES);
        assert_eq!((merges.made.len(), merges.order.len()), (8, 8));
        assert!(merges.source(AssetId::new(19), &real(1)).is_some());
    }
}
