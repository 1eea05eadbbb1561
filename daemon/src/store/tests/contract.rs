//! The port's contract on the real adapter.
//!
//! The suite is the domain's, and the fake passes the same.

use super::super::SledStore;

#[test]
fn sled_keeps_the_contract_of_the_store() {
    let home = tempfile::tempdir().unwrap();
    kphotos_domain::testing::store_contract::check(&SledStore::open(home.path()).unwrap());
}
