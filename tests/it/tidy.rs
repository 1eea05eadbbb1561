//! Rules of the house that a program can check, over the files that git tracks.
//!
//! A source tree without its history (a release archive) cannot be checked, and says so.

use std::collections::BTreeSet;
use std::fs;

use kphotos_tests::{skip_unless, workspace};

#[test]
fn every_source_file_opens_with_its_front_page() {
    let files = skip_unless!(workspace::tracked_files());
    let sources = files
        .iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "rs"));
    let bare: Vec<_> = sources
        .filter(|file| {
            fs::read_to_string(workspace::root().join(file)).is_ok_and(|text| !text.starts_with("//!"))
        })
        .collect();
    assert!(
        bare.is_empty(),
        "these do not open with `//!`, which says what they are and why: {bare:?}"
    );
}

#[test]
fn the_top_of_the_tree_holds_only_what_belongs_there() {
    const ALLOWED: [&str; 11] = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "domain",
        "fs",
        "daemon",
        "ctl",
        "tests",
        "packaging",
    ];
    let files = skip_unless!(workspace::tracked_files());
    let top: BTreeSet<_> = files
        .iter()
        .filter_map(|file| file.iter().next())
        .map(|name| name.to_string_lossy())
        .collect();
    let others: Vec<_> = top
        .iter()
        .filter(|name| !name.starts_with('.') && !ALLOWED.contains(&name.as_ref()))
        .collect();
    assert!(others.is_empty(), "these do not belong at the top: {others:?}");
}

#[test]
fn no_test_is_switched_off() {
    let files = skip_unless!(workspace::tracked_files());
    let sources = files
        .iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "rs"));
    let silent: Vec<_> = sources
        .filter(|file| {
            let text = fs::read_to_string(workspace::root().join(file)).unwrap_or_default();
            text.lines().any(|line| line.trim_start().starts_with("#[ignore"))
        })
        .collect();
    assert!(
        silent.is_empty(),
        "a test that cannot run says `skipped` with its reason instead: {silent:?}"
    );
}
