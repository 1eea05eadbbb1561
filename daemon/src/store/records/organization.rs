//! Sets: which assets have a tag or are in an album.
//!
//! As roaring's portable serialisation (the format that every roaring library reads), with its length before it. Refuses what roaring
//! refuses, and bytes after the bitmap.

use crate::store::codec::{Reader, Stored, put_bytes};
use kphotos_domain::kernel::AssetSet;

impl Stored for AssetSet {
    fn put(&self, out: &mut Vec<u8>) {
        let mut bytes = Vec::with_capacity(self.bitmap().serialized_size());
        // Writing to memory cannot fail; were it to, the set would not read back and the store be refused.
        let _ = self.bitmap().serialize_into(&mut bytes);
        put_bytes(&bytes, out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let mut bytes = from.bytes()?;
        let bits = roaring::RoaringBitmap::deserialize_from(&mut bytes).ok()?;
        bytes.is_empty().then(|| Self::from_bitmap(bits))
    }
}
