//! Tests of the store as a whole, on the real disk.
//!
//! Everything random is made of a seed that the message of a failure says; `all` is what the other files compare.
#![expect(clippy::cast_possible_truncation, reason = "small numbers of tests")]

mod app;
mod bench;
mod contract;
mod damage;
mod load;
mod random;

use super::SledStore;
use super::keys::Key;
use kphotos_domain::kernel::Revision;
use kphotos_domain::kernel::port::Store;
use kphotos_domain::view::Row;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The last row of each key.
type Rows = BTreeMap<Vec<u8>, Row>;

fn put(rows: &mut Rows, batch: &[Row]) {
    rows.extend(batch.iter().map(|row| (Key::of(row).bytes(), row.clone())));
}

/// All rows and their revision, or why not.
fn all(store: &SledStore) -> Result<(Revision, Rows), String> {
    let loaded = Mutex::new((Rows::new(), false));
    store
        .load(&|row| {
            let (rows, twice) = &mut *loaded.lock().unwrap();
            *twice |= rows.insert(Key::of(&row).bytes(), row).is_some();
        })
        .map_err(|error| error.message)?;
    let (rows, twice) = loaded.into_inner().unwrap();
    assert!(!twice, "a key is loaded once");
    Ok((store.applied().map_err(|error| error.message)?, rows))
}

/// A small generator (xorshift64*), so that a seed says everything.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) % sides
    }
}
