//! Writes `tests/fixtures/` anew: `cargo run -p kphotos-tests --example make_fixtures`.
//!
//! A test compares the committed files with what [`kphotos_tests::photos::fixtures`] gives, so they are never
//! edited by hand: change that list and run this.
#![allow(
    clippy::expect_used,
    reason = "a tool for those who work on the tests: it ends where it fails"
)]

use kphotos_tests::{photos, workspace};

fn main() -> std::io::Result<()> {
    let dir = workspace::root().join("tests/fixtures");
    for (name, bytes) in photos::fixtures() {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().expect("a name below the folder"))?;
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
