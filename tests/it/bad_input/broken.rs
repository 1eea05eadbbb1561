//! Files that are broken, and broken again: each costs itself. The same code breaks a hundred thousand
//! (`tests/examples/hostile.rs`).

use kphotos_tests::broken::survives;
use kphotos_tests::random::Random;
use kphotos_tests::{skip, skip_unless};

#[test]
fn a_thousand_broken_files_cost_only_themselves() {
    skip_unless!(skip::fuse());
    survives(1000, &mut Random::announced("broken files"));
}
