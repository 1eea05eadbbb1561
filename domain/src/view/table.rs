//! Rows by their number: a vector, since numbers are handed out in sequence.

use crate::kernel::Id;
use std::marker::PhantomData;

pub(super) struct Table<I, T> {
    rows: Vec<Option<T>>,
    /// How many there are.
    len: usize,
    id: PhantomData<I>,
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            len: 0,
            id: PhantomData,
        }
    }
}

impl<I: Id, T> Table<I, T> {
    pub(super) fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.number() as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.rows.get_mut(id.number() as usize)?.as_mut()
    }

    pub(super) fn insert(&mut self, id: I, row: T) {
        let at = id.number() as usize;
        if let Some(slot) = self.rows.get_mut(at) {
            self.len += usize::from(slot.is_none());
            *slot = Some(row);
        } else {
            // Pushed, not put into a slot that was just made: that would read what was never written, and
            // each page of it would be faulted twice (a twentieth of what a start of a million takes).
            self.rows.reserve(at + 1 - self.rows.len());
            self.rows.resize_with(at, || None);
            self.rows.push(Some(row));
            self.len += 1;
        }
    }

    pub(super) fn remove(&mut self, id: I) {
        if let Some(slot) = self.rows.get_mut(id.number() as usize) {
            self.len -= usize::from(slot.take().is_some());
        }
    }

    /// How many rows there are.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// One more than the highest number that was inserted.
    pub(super) fn end(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Makes room for all numbers below this one.
    pub(super) fn reserve(&mut self, end: I) {
        let more = (end.number() as usize).saturating_sub(self.rows.len());
        self.rows.reserve_exact(more);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.rows.iter().enumerate().filter_map(|(at, row)| {
            let id = I::new(u32::try_from(at).ok()?);
            row.as_ref().map(|row| (id, row))
        })
    }
}

impl<I: Id, T: Default> Table<I, T> {
    /// Changes the row of this number, made if there is none.
    pub(super) fn change(&mut self, id: I, change: impl FnOnce(&mut T)) {
        if self.get(id).is_none() {
            self.insert(id, T::default());
        }
        if let Some(row) = self.get_mut(id) {
            change(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::AssetId;

    #[test]
    fn rows_may_come_in_any_order_and_again() {
        let mut table = Table::<AssetId, u32>::default();
        let rows = |table: &Table<AssetId, u32>| -> Vec<(u32, u32)> {
            table.iter().map(|(id, row)| (id.number(), *row)).collect()
        };
        for (id, row) in [(7, 70), (8, 80), (2, 20), (7, 71), (0, 1), (300, 3)] {
            table.insert(AssetId::new(id), row);
        }
        assert_eq!(rows(&table), [(0, 1), (2, 20), (7, 71), (8, 80), (300, 3)]);
        assert_eq!((table.len(), table.end()), (5, 301));
        table.change(AssetId::new(9), |row| *row += 9);
        table.change(AssetId::new(2), |row| *row += 2);
        table.remove(AssetId::new(7));
        table.remove(AssetId::new(999));
        assert_eq!(rows(&table), [(0, 1), (2, 22), (8, 80), (9, 9), (300, 3)]);
        assert_eq!(table.len(), 5);
    }
}
