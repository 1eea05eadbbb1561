//! Sets of ids as roaring bitmaps: sorted, compact, fast to unite and cut.

use super::id::Id;
use roaring::RoaringBitmap;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, Sub, SubAssign};

/// A sorted set of ids of one type.
#[derive(Clone, PartialEq)]
pub struct IdSet<T> {
    bits: RoaringBitmap,
    kind: PhantomData<T>,
}

impl<T: Id> IdSet<T> {
    /// The empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::from_bitmap(RoaringBitmap::new())
    }

    /// The set of one id.
    #[must_use]
    pub fn one(id: T) -> Self {
        std::iter::once(id).collect()
    }

    /// The set held in this bitmap of numbers.
    #[must_use]
    pub const fn from_bitmap(bits: RoaringBitmap) -> Self {
        Self {
            bits,
            kind: PhantomData,
        }
    }

    /// The numbers as a bitmap.
    #[must_use]
    pub const fn bitmap(&self) -> &RoaringBitmap {
        &self.bits
    }

    /// Adds an id; true if it was not there.
    pub fn insert(&mut self, id: T) -> bool {
        self.bits.insert(id.number())
    }

    /// Takes an id out; true if it was there.
    pub fn remove(&mut self, id: T) -> bool {
        self.bits.remove(id.number())
    }

    /// Whether the id is in the set.
    #[must_use]
    pub fn contains(&self, id: T) -> bool {
        self.bits.contains(id.number())
    }

    /// How many ids there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.bits.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// The lowest id.
    #[must_use]
    pub fn first(&self) -> Option<T> {
        self.bits.min().map(T::new)
    }

    /// The ids, ascending.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.bits.iter().map(T::new)
    }

    /// Takes as little room as it can, for who keeps it: runs of numbers as runs.
    pub fn optimize(&mut self) {
        self.bits.optimize();
    }

    /// Whether the two have nothing in common.
    #[must_use]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.bits.is_disjoint(&other.bits)
    }
}

impl<T: Id> Default for IdSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Id> std::fmt::Debug for IdSet<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.bits.iter().take(32)).finish()?;
        if self.bits.len() > 32 {
            write!(f, "…{}", self.bits.len())
        } else {
            Ok(())
        }
    }
}

impl<T: Id> FromIterator<T> for IdSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        Self::from_bitmap(ids.into_iter().map(Id::number).collect())
    }
}

impl<T: Id> Extend<T> for IdSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, ids: I) {
        self.bits.extend(ids.into_iter().map(Id::number));
    }
}

/// Collects very many ids, in any order: a bit for each number up to the highest, and no other memory.
pub struct Marks<T> {
    bytes: Vec<u8>,
    kind: PhantomData<T>,
}

impl<T: Id> Marks<T> {
    /// None is marked.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            kind: PhantomData,
        }
    }

    /// Marks an id.
    pub fn mark(&mut self, id: T) {
        let (byte, bit) = (id.number() as usize / 8, id.number() % 8);
        if byte >= self.bytes.len() {
            self.bytes.resize((byte + 1).next_multiple_of(1 << 13), 0);
        }
        if let Some(byte) = self.bytes.get_mut(byte) {
            *byte |= 1 << bit;
        }
    }

    /// The set of all that are marked.
    #[must_use]
    pub fn set(&self) -> IdSet<T> {
        IdSet::from_bitmap(RoaringBitmap::from_lsb0_bytes(0, &self.bytes))
    }
}

impl<T: Id> Default for Marks<T> {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! operators {
    ($($op:ident $method:ident $assign:ident $assign_method:ident),*) => {$(
        impl<T> $op for &IdSet<T> {
            type Output = IdSet<T>;
            fn $method(self, other: Self) -> IdSet<T> {
                IdSet { bits: (&self.bits).$method(&other.bits), kind: PhantomData }
            }
        }
        impl<T> $assign<&IdSet<T>> for IdSet<T> {
            fn $assign_method(&mut self, other: &IdSet<T>) {
                self.bits.$assign_method(&other.bits);
            }
        }
    )*};
}

operators!(BitOr bitor BitOrAssign bitor_assign, BitAnd bitand BitAndAssign bitand_assign, Sub sub SubAssign sub_assign);

#[cfg(test)]
mod tests {
    use super::super::{AssetId, AssetSet};
    use super::Marks;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_marked_in_any_order_is_the_set(
            numbers in prop::collection::vec(prop_oneof![0u32..40, 65_530u32..65_545, Just(3_000_000)], 0..60),
        ) {
            let ids = || numbers.iter().copied().map(AssetId::new);
            let mut marks = Marks::new();
            ids().for_each(|id| marks.mark(id));
            prop_assert_eq!(marks.set(), ids().collect::<AssetSet>());
        }
    }
}
