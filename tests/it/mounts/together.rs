//! Mounts side by side: declared, added, removed, failed, left behind by a crash.

use std::fs;
use std::os::unix::fs::MetadataExt;

use kphotos_tests::inotify::Watcher;
use kphotos_tests::{as_user, process, skip, skip_unless};

use super::{DAY, Stage, comes, names, quiet};

/// Two mounts with everything different.
fn two(stage: &mut Stage) {
    let (one, two) = (stage.place("one"), stage.place("two"));
    let settings = format!(
        "[[mount]]\npath = '{}'\n[[mount]]\npath = '{}'\nviews = ['dates', 'tags', 'library']\nnames = 'posix'\nmtime = 'original'\n",
        one.display(),
        two.display()
    );
    stage.world.declare(&settings).unwrap();
    stage.start();
}

fn two_mounts_differ_in_their_options_and_share_edits() {
    let mut stage = Stage::new();
    two(&mut stage);
    let (one, two) = (stage.place("one"), stage.place("two"));
    let all = [
        ".kphotos",
        "albums",
        "collections",
        "dates",
        "duplicates",
        "favorites",
        "library",
        "people",
        "recent",
        "search",
        "shares",
        "tags",
    ];
    assert_eq!(names(&one), all);
    assert_eq!(names(&two), [".kphotos", "dates", "library", "tags"]);
    let hidden = fs::metadata(two.join("albums")).unwrap_err();
    assert_eq!(hidden.raw_os_error(), Some(libc::ENOENT));
    assert_eq!(names(one.join("library/library")), ["a.jpg", "b_1.jpg", "c.jpg"]);
    assert_eq!(names(two.join("library/library")), ["a.jpg", "b:1.jpg", "c.jpg"]);
    assert_eq!(names(two.join(DAY)), ["a.jpg", "b:1.jpg", "c.jpg"]);
    let original = fs::metadata(stage.world.library().join("a.jpg")).unwrap();
    let mtime = |path: &std::path::Path| fs::metadata(path.join(DAY).join("a.jpg")).unwrap().mtime();
    assert_eq!(mtime(&two), original.mtime());
    assert_ne!(mtime(&one), original.mtime());

    // An edit is in both when the command returns, and both windows are told.
    let mut windows = [&one, &two].map(|root| Watcher::on(root.join("tags")).unwrap());
    let photo = two.join(DAY).join("b:1.jpg");
    let photo = photo.to_str().unwrap();
    let _done = stage.world.kphotos(&["tag", "add", "at 10:30", photo]).ok();
    assert_eq!(names(one.join("tags/at 10_30")), ["b_1.jpg"]);
    assert_eq!(names(two.join("tags/at 10:30")), ["b:1.jpg"]);
    let [first, second] = &mut windows;
    comes(first, "at 10_30");
    comes(second, "at 10:30");

    // What a mount does not show tells nobody.
    let mut roots = Watcher::on(&two).unwrap();
    let mut albums = Watcher::on(one.join("albums")).unwrap();
    let _done = stage.world.kphotos(&["album", "create", "Rome"]).ok();
    comes(&mut albums, "Rome");
    quiet(&mut roots);
    assert_eq!(names(&two), [".kphotos", "dates", "library", "tags"]);

    let list = stage.list();
    assert!(
        list.iter()
            .all(|mount| mount["declared"] == true && mount["state"] == "ready"),
        "{list:?}"
    );
    let refused = stage
        .world
        .kphotos(&["mount", "remove", one.to_str().unwrap()])
        .exits(5);
    assert!(refused.stderr.contains("kphotos.toml"), "{refused}");
    stage.end();
}

#[test]
fn two_mounts_of_one_daemon_differ_in_their_options_and_share_edits() {
    skip_unless!(skip::fuse());
    two_mounts_differ_in_their_options_and_share_edits();
}

#[test]
fn two_mounts_of_a_user_differ_in_their_options_and_share_edits() {
    skip_unless!(skip::fuse());
    as_user!();
    two_mounts_differ_in_their_options_and_share_edits();
}

/// Adds, uses, restarts, removes; `is_told`: whether watchers are told before the restart.
fn a_mount_comes_and_goes(is_told: bool) {
    let mut stage = Stage::started();
    let place = stage.place("more");
    let shown = place.to_str().unwrap().to_owned();
    let dry = stage.add("more", &["--dry-run"]);
    assert!(dry["revision"].is_null() && !place.exists(), "{dry}");
    let added = stage.add("more", &["--views", "tags,dates", "--names", "posix"]);
    assert_eq!(added["number"], 1);
    assert_eq!(added["note"].is_null(), is_told, "{added}");
    assert_eq!(names(&place), [".kphotos", "dates", "tags"]);
    let listed = stage.listed("more");
    assert_eq!(
        (&listed["declared"], &listed["state"]),
        (&false.into(), &"ready".into())
    );
    assert_eq!(listed["note"].is_null(), is_told, "{listed}");

    let mut window = Watcher::on(place.join("tags")).unwrap();
    let mut first = Watcher::on(stage.world.mount().join("tags")).unwrap();
    let _done = stage.world.kphotos(&["tag", "add", "x", "1"]).ok();
    assert_eq!(
        names(place.join("tags/x")),
        ["a.jpg"],
        "at the next look, in any case"
    );
    comes(&mut first, "x");
    if is_told {
        comes(&mut window, "x");
    }
    for (path, exit) in [
        (place.clone(), 5),
        (place.join("below"), 5),
        (stage.world.library().join("below"), 5),
        (stage.world.state().join("below"), 5),
        (stage.world.path(""), 5),
        (stage.world.path("no/such"), 3),
    ] {
        let refused = stage
            .world
            .kphotos(&["mount", "add", path.to_str().unwrap()])
            .exits(exit);
        assert!(
            refused
                .stderr
                .contains(path.to_str().unwrap().trim_end_matches('/')),
            "{refused}"
        );
    }
    drop(window);
    drop(first);

    stage.world.restart().unwrap();
    let listed = stage.listed("more");
    assert_eq!(
        (&listed["state"], &listed["number"]),
        (&"ready".into(), &1.into())
    );
    assert!(listed["note"].is_null(), "{listed}");
    assert_eq!(names(place.join("tags/x")), ["a.jpg"]);
    let mut window = Watcher::on(place.join("tags")).unwrap();
    let _done = stage.world.kphotos(&["tag", "add", "y", "1"]).ok();
    comes(&mut window, "y");
    drop(window);

    let removed = stage.world.json(&["mount", "remove", &shown]);
    assert!(removed["note"].is_null(), "{removed}");
    assert!(!place.exists(), "the folder was made for the mount");
    assert_eq!(stage.list().len(), 1);
    let _again = stage.world.kphotos(&["mount", "remove", "1"]).exits(3);
    let added = stage.add("more", &[]);
    assert_eq!(added["number"], 2, "a number is given once");
    stage.world.json(&["mount", "remove", "2"]);
    stage.world.restart().unwrap();
    assert_eq!(stage.list().len(), 1);
    let history = stage.world.json(&["history"]);
    let summary = history["items"][0]["summary"].as_str().unwrap().to_owned();
    assert!(summary.contains("mount 2 removed"), "{summary}");
    stage.end();
}

#[test]
fn a_mount_is_added_and_removed_while_the_daemon_runs() {
    skip_unless!(skip::fuse());
    a_mount_comes_and_goes(process::is_root());
}

#[test]
fn a_users_mount_is_added_and_removed_while_the_daemon_runs() {
    skip_unless!(skip::fuse());
    as_user!();
    a_mount_comes_and_goes(false);
}

#[test]
fn a_mount_that_fails_says_why_and_the_others_go_on() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new();
    let (good, bad) = (stage.place("good"), stage.place("bad"));
    fs::create_dir(&bad).unwrap();
    fs::write(bad.join("mine"), b"x").unwrap();
    let settings = format!(
        "[[mount]]\npath = '{}'\n[[mount]]\npath = '{}'\n",
        bad.display(),
        good.display()
    );
    stage.world.declare(&settings).unwrap();
    let refused = stage.world.start().unwrap_err().to_string();
    for words in ["not ready", bad.to_str().unwrap(), "not empty"] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    stage.world.wait_idle(kphotos_tests::world::PATIENCE);
    assert_eq!(names(good.join(DAY)).len(), 3);
    let (state, reason) = (
        &stage.listed("bad")["state"],
        stage.listed("bad")["reason"].to_string(),
    );
    assert!(state == "failed" && reason.contains("not empty"), "{reason}");
    assert_eq!(stage.listed("good")["state"], "ready");
    assert_eq!(stage.world.json(&["status"])["state"], "failed");
    assert_eq!(fs::read(bad.join("mine")).unwrap(), b"x");
    // Mended, and started again.
    fs::remove_file(bad.join("mine")).unwrap();
    stage.world.restart().unwrap();
    assert_eq!(names(bad.join(DAY)).len(), 3);
    stage.end();
}

#[test]
fn a_mount_that_somebody_took_away_is_noticed() {
    skip_unless!(skip::fuse());
    let stage = Stage::started();
    stage.add("more", &[]);
    kphotos_tests::world::detach(&stage.place("more"));
    if process::is_root() {
        // The bind is gone; the private mount behind it is the daemon's own.
        let private = stage.world.mounts();
        let id = stage.listed("more")["id"].as_str().unwrap().to_owned();
        kphotos_tests::world::detach(private.iter().find(|at| at.ends_with(&id)).unwrap());
    }
    let gone = || stage.listed("more")["state"] == "failed";
    let deadline = std::time::Instant::now() + kphotos_tests::world::PATIENCE;
    while !gone() && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    let listed = stage.listed("more");
    assert!(
        listed["reason"]
            .as_str()
            .is_some_and(|why| why.contains("restart kphotosd")),
        "{listed}"
    );
    assert_eq!(names(stage.world.mount().join(DAY)).len(), 3, "the other goes on");
    stage.world.json(&["mount", "remove", "1"]);
    stage.end();
}

#[test]
fn what_a_crash_leaves_of_every_mount_is_cleaned_up() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new();
    two(&mut stage);
    stage.add("added", &["--access", "all"]);
    for process in stage.world.processes("kphotos-mounter") {
        process::signal(process, libc::SIGKILL).unwrap();
    }
    stage.world.kill9().unwrap();
    let places = ["one", "two", "added"];
    for name in places {
        let dead = fs::read_dir(stage.place(name)).unwrap_err();
        assert!(
            matches!(dead.raw_os_error(), Some(libc::ENOTCONN | libc::ECONNABORTED)),
            "{dead}"
        );
    }
    stage.start();
    for name in places {
        assert_eq!(names(stage.place(name).join(DAY)).len(), 3, "{name}");
    }
    assert_eq!(stage.listed("added")["access"], "all");
    stage.end();
}
