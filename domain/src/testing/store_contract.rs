//! What every store must do.

use crate::kernel::Revision;
use crate::kernel::port::Store;
use crate::view::Row;
use std::sync::Mutex;

/// Runs the suite on an empty store.
///
/// # Panics
/// When the store breaks the contract of [`Store`].
pub fn check(store: &dyn Store) {
    assert_eq!(store.applied().unwrap(), Revision::default());
    assert!(all(store).is_empty());
    let rows = super::every_row();
    store.write(Revision::new(7), rows.clone()).unwrap();
    assert_eq!(store.applied().unwrap(), Revision::new(7));
    let loaded = all(store);
    assert_eq!(loaded.len(), rows.len(), "each row has a key of its own");
    for row in &rows {
        assert!(
            loaded.contains(row),
            "a row is read as it was written: {row:?} among {loaded:#?}"
        );
    }
    store.write(Revision::new(8), rows.clone()).unwrap();
    assert_eq!(
        all(store).len(),
        rows.len(),
        "the same rows again replace themselves"
    );
    store.write(Revision::new(9), Vec::new()).unwrap();
    assert_eq!(
        store.applied().unwrap(),
        Revision::new(9),
        "an entry may change no row"
    );
}

fn all(store: &dyn Store) -> Vec<Row> {
    let rows = Mutex::default();
    store
        .load(&|row| Vec::push(&mut rows.lock().unwrap(), row))
        .unwrap();
    rows.into_inner().unwrap()
}
