//! Dependencies point inward: what the manifests may say, checked over `cargo metadata`.
//!
//! The shape of the house (`domain` ← `fs` ← `daemon`, `ctl` alone) is worth only what keeps it. Dependencies for
//! tests and builds count as well.

use std::collections::{BTreeMap, BTreeSet};

use kphotos_tests::workspace;

/// Package name to the names of all its direct dependencies.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    dependencies_where(|_| true)
}

/// Package name to the names of those direct dependencies whose metadata `counts` accepts.
fn dependencies_where(counts: impl Fn(&serde_json::Value) -> bool) -> BTreeMap<String, BTreeSet<String>> {
    let metadata = workspace::metadata();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let packages = metadata["packages"].as_array().expect("packages").iter();
    packages
        .map(|package| {
            let needs = package["dependencies"].as_array().expect("dependencies").iter();
            let needs = needs.filter(|need| counts(need));
            (
                text(&package["name"]),
                needs.map(|need| text(&need["name"])).collect(),
            )
        })
        .collect()
}

/// The packages that depend on `dependency`, all of which must be in `allowed`.
fn only(allowed: &[&str], dependency: &str) {
    only_of(dependencies(), allowed, dependency);
}

fn only_of(dependencies: BTreeMap<String, BTreeSet<String>>, allowed: &[&str], dependency: &str) {
    let users = dependencies
        .into_iter()
        .filter(|(_, needs)| needs.contains(dependency));
    let others: Vec<_> = users
        .map(|(name, _)| name)
        .filter(|name| !allowed.contains(&name.as_str()))
        .collect();
    assert!(
        others.is_empty(),
        "only {allowed:?} may depend on {dependency}, but {others:?} do"
    );
}

#[test]
fn the_domain_does_no_io() {
    let needs = &dependencies()["kphotos-domain"];
    for banned in [
        "fuser",
        "zbus",
        "tokio",
        "sled",
        "libc",
        "serde",
        "tracing",
        "kphotos-fs",
        "kphotos-daemon",
    ] {
        assert!(!needs.contains(banned), "kphotos-domain depends on {banned}");
    }
}

#[test]
fn the_tree_knows_neither_the_daemon_nor_its_adapters() {
    let needs = &dependencies()["kphotos-fs"];
    for banned in ["zbus", "tokio", "sled", "kphotos-daemon"] {
        assert!(!needs.contains(banned), "kphotos-fs depends on {banned}");
    }
}

#[test]
fn the_command_line_depends_on_no_package_of_the_workspace() {
    let all = dependencies();
    let siblings: Vec<_> = all["kphotos-ctl"]
        .iter()
        .filter(|need| all.contains_key(*need))
        .collect();
    assert!(siblings.is_empty(), "kphotos-ctl depends on {siblings:?}");
}

#[test]
fn the_whole_system_is_tested_from_outside() {
    let all = dependencies();
    let siblings: Vec<_> = all["kphotos-tests"]
        .iter()
        .filter(|need| all.contains_key(*need))
        .collect();
    assert!(siblings.is_empty(), "kphotos-tests depends on {siblings:?}");
}

#[test]
fn only_the_worker_links_exiv2() {
    only(&["kphotos-worker"], "rexiv2");
    only(&["kphotos-worker"], "gexiv2-sys");
    only(&[], "kphotos-worker");
}

#[test]
fn only_the_tree_speaks_fuse() {
    // The mounter's own tests serve a mount, so its package may for tests.
    let products = dependencies_where(|need| need["kind"] != "dev");
    only_of(products, &["kphotos-fs", "kphotos-tests"], "fuser");
    only(&["kphotos-fs", "kphotos-tests", "kphotos-daemon"], "fuser");
}

#[test]
fn only_the_daemon_serves_http() {
    for part in ["axum", "hyper", "utoipa"] {
        only(&["kphotos-daemon"], part);
    }
}

#[test]
fn only_the_daemon_opens_the_database() {
    only(&["kphotos-daemon"], "sled");
}

#[test]
fn only_the_worker_is_under_another_licence() {
    for package in workspace::metadata()["packages"].as_array().expect("packages") {
        let expected = if package["name"] == "kphotos-worker" {
            "GPL-3.0-or-later"
        } else {
            "MIT"
        };
        assert_eq!(package["license"], expected, "licence of {}", package["name"]);
    }
}
