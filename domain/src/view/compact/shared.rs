//! What many photos have in common, each once.

use crate::catalog::Camera;
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::Arc;

/// What many photos have in common; nothing is ever taken out.
#[derive(Default)]
pub(in crate::view) struct Shared {
    pub(super) cameras: Interned<Arc<Camera>>,
    pub(super) mimes: Interned<Box<str>>,
}

impl Shared {
    /// What took photos whose facts have this number.
    pub(in crate::view) fn camera(&self, number: u32) -> Option<&Arc<Camera>> {
        self.cameras.get(number)
    }
}

pub(super) struct Interned<T> {
    all: Vec<T>,
    numbers: FxHashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            numbers: FxHashMap::default(),
        }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    pub(super) fn number(&mut self, thing: &T) -> u32 {
        if let Some(number) = self.numbers.get(thing) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(thing.clone());
        self.numbers.insert(thing.clone(), number);
        number
    }

    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.all.get(number as usize)
    }
}
