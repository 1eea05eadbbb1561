//! Rows by their number: a vector, since numbers are handed out in sequence.

use crate::kernel::Id;
use std::marker::PhantomData;

pub(super) struct Table<I, T> {
    rows: Vec<Option<T>>,
    id: PhantomData<I>,
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
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
        if self.rows.len() <= at {
            self.rows.resize_with(at + 1, || None);
        }
        if let Some(slot) = self.rows.get_mut(at) {
            *slot = Some(row);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.rows.iter().enumerate().filter_map(|(at, row)| {
            let id = I::new(u32::try_from(at).ok()?);
            row.as_ref().map(|row| (id, row))
        })
    }
}
