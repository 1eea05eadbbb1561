//! A sorted list of ids that mostly has one.

use crate::kernel::Id;
use std::ops::Deref;

/// As many ids as fit beside a box.
const IN_PLACE: usize = 3;

/// Ids, ascending, each once; up to three of them take no memory beyond these 16 bytes.
#[derive(Clone)]
pub struct Few<I>(Kept<I>);

#[derive(Clone)]
enum Kept<I> {
    /// The first so many of these.
    InPlace(u8, [I; IN_PLACE]),
    /// More than that; a box, because it is thinner than a vector.
    #[expect(
        clippy::box_collection,
        reason = "a vector would double the size of every row"
    )]
    Apart(Box<Vec<I>>),
}

impl<I: Id> Few<I> {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self(Kept::InPlace(0, [I::new(0); IN_PLACE]))
    }

    /// The list of one.
    #[must_use]
    pub fn one(id: I) -> Self {
        Self(Kept::InPlace(1, [id; IN_PLACE]))
    }

    /// Puts an id in its place; nothing if it is there.
    pub(in crate::view) fn insert(&mut self, id: I) {
        let Err(at) = self.binary_search(&id) else { return };
        match &mut self.0 {
            Kept::InPlace(length, ids) if usize::from(*length) < IN_PLACE => {
                if let Some(moved) = ids.get_mut(at..) {
                    moved.rotate_right(1);
                }
                if let Some(slot) = ids.get_mut(at) {
                    *slot = id;
                }
                *length += 1;
            }
            Kept::InPlace(..) => {
                let mut all = self.to_vec();
                all.insert(at, id);
                self.0 = Kept::Apart(Box::new(all));
            }
            Kept::Apart(ids) => ids.insert(at, id),
        }
    }

    /// Takes an id out; nothing if it is not there.
    pub(in crate::view) fn remove(&mut self, id: I) {
        let Ok(at) = self.binary_search(&id) else { return };
        match &mut self.0 {
            Kept::InPlace(length, ids) => {
                if let Some(moved) = ids.get_mut(at..) {
                    moved.rotate_left(1);
                }
                *length -= 1;
            }
            Kept::Apart(ids) => {
                ids.remove(at);
                if ids.len() <= IN_PLACE {
                    *self = ids.iter().copied().collect();
                }
            }
        }
    }
}

impl<I: Id> FromIterator<I> for Few<I> {
    fn from_iter<T: IntoIterator<Item = I>>(ids: T) -> Self {
        let mut few = Self::new();
        ids.into_iter().for_each(|id| few.insert(id));
        few
    }
}

impl<I: Id> Default for Few<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I> Deref for Few<I> {
    type Target = [I];

    fn deref(&self) -> &[I] {
        match &self.0 {
            Kept::InPlace(length, ids) => ids.get(..usize::from(*length)).unwrap_or_default(),
            Kept::Apart(ids) => ids,
        }
    }
}

impl<I: std::fmt::Debug> std::fmt::Debug for Few<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::FileId;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_is_no_larger_than_a_slice_reference() {
        assert_eq!(size_of::<Few<FileId>>(), 16);
        assert_eq!(size_of::<Option<Few<FileId>>>(), 16);
    }

    proptest! {
        #[test]
        fn it_holds_what_a_sorted_set_would(steps in prop::collection::vec((any::<bool>(), 0u32..8), 0..60)) {
            let (mut few, mut model) = (Few::new(), BTreeSet::new());
            for (puts, number) in steps {
                let id = FileId::new(number);
                if puts {
                    few.insert(id);
                    model.insert(id);
                } else {
                    few.remove(id);
                    model.remove(&id);
                }
                prop_assert!(few.iter().eq(&model));
                prop_assert!(few.iter().copied().collect::<Few<_>>().iter().eq(&model));
            }
        }
    }
}
