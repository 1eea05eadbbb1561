//! Tags, and sets: which assets have a tag or are in an album.
//!
//! Sets as roaring's portable serialisation (the format that every roaring library reads), with its length before it. Refuses what roaring
//! refuses, and bytes after the bitmap.

use crate::store::codec::{Reader, Stored, put_bytes, record};
use kphotos_domain::event::TagPlace;
use kphotos_domain::kernel::{AssetSet, TagId};
use kphotos_domain::organization::TagFate;
use kphotos_domain::view::TagAtRest;

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

record! {
    TagPlace { parent, name, fate }
    TagAtRest { owner, place, words }
}

/// A byte for the kind of fate, and the other tag if there is one.
impl Stored for TagFate {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Live => out.push(0),
            Self::Deleted => out.push(1),
            Self::Merged(into) => {
                out.push(2);
                into.put(out);
            }
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        match from.byte()? {
            0 => Some(Self::Live),
            1 => Some(Self::Deleted),
            2 => TagId::get(from).map(Self::Merged),
            _ => None,
        }
    }
}
