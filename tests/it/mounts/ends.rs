//! How mounts end: taken away by somebody, or by the daemon with somebody inside.

use std::fs::{self, File};
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Instant;

use kphotos_tests::inotify::Watcher;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{as_user, process, skip, skip_unless};

use super::{DAY, Stage, names};

/// Takes the world's own mount away, as an administrator or its user would.
fn unmount(world: &World, lazily: bool) {
    let (program, flags): (&str, &[&str]) = match (process::is_root(), lazily) {
        (true, false) => ("umount", &[]),
        (true, true) => ("umount", &["--lazy"]),
        (false, false) => ("fusermount3", &["-u"]),
        (false, true) => ("fusermount3", &["-u", "-z"]),
    };
    let mut command = process::clean_command(program, &world.path("home"));
    let _ = process::run(command.args(flags).arg(world.mount())).unwrap().ok();
}

/// Waits until the daemon's log has these words.
#[track_caller]
fn logged(world: &World, watcher: &mut Watcher, words: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !world.log().contains(words) {
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(watcher.next(left).unwrap().is_some(), "not said: {words}");
    }
}

fn a_mount_that_somebody_takes_away_is_missed(lazily: bool) {
    let mut stage = Stage::started();
    stage.add("more", &[]);
    let mut watcher = Watcher::on(stage.world.path("")).unwrap();
    // Somebody is inside, where that is possible.
    let inside = lazily.then(|| File::open(stage.world.mount().join(DAY).join("a.jpg")).unwrap());
    unmount(&stage.world, lazily);
    logged(&stage.world, &mut watcher, "unmounted from outside");
    let gone = stage.listed("mount");
    assert_eq!(gone["state"], "failed");
    assert!(
        gone["reason"]
            .as_str()
            .unwrap()
            .contains("unmounted from outside"),
        "{gone}"
    );
    assert_eq!(stage.listed("more")["state"], "ready");
    assert_eq!(names(stage.place("more").join(DAY)).len(), 3);
    let refused = stage.world.kphotos(&["wait", "--ready"]).exits(1);
    let mount = stage.world.mount().display().to_string();
    assert!(
        refused.stderr.contains(&mount) && refused.stderr.contains("restart"),
        "{refused}"
    );
    assert_eq!(stage.world.json(&["status"])["state"], "failed");
    // Work goes on, and it is said once.
    let _ = stage.world.kphotos(&["tag", "add", "x", "1"]).ok();
    assert_eq!(stage.world.log().matches("unmounted from outside").count(), 1);
    drop(inside);
    stage.world.restart().unwrap();
    assert_eq!(stage.listed("mount")["state"], "ready");
    assert_eq!(names(stage.world.mount().join("tags/x")).len(), 1);
    stage.end();
}

#[test]
fn a_system_mount_that_somebody_takes_away_is_missed() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    a_mount_that_somebody_takes_away_is_missed(false);
}

#[test]
fn a_system_mount_that_somebody_takes_away_with_others_inside_is_missed() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    a_mount_that_somebody_takes_away_is_missed(true);
}

#[test]
fn a_users_mount_that_somebody_takes_away_is_missed() {
    skip_unless!(skip::fuse());
    as_user!();
    a_mount_that_somebody_takes_away_is_missed(false);
}

#[test]
fn a_users_mount_that_somebody_takes_away_with_others_inside_is_missed() {
    skip_unless!(skip::fuse());
    as_user!();
    a_mount_that_somebody_takes_away_is_missed(true);
}

/// A program whose folder is in the mount, and a file that is open: neither keeps the daemon.
fn a_daemon_ends_though_somebody_is_inside() {
    let mut stage = Stage::started();
    let day = stage.world.mount().join(DAY);
    let mut file = File::open(day.join("a.jpg")).unwrap();
    let mut inside = Command::new("cat")
        .current_dir(&day)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    assert!(stage.world.stop().unwrap().success());
    assert!(stage.world.mounts().is_empty(), "{:?}", stage.world.mounts());
    assert_eq!(fs::read_dir(stage.world.mount()).unwrap().count(), 0);
    // What is still open gives bytes or an error, and does not hang.
    let _ = file.read(&mut [0; 100]);
    stage.start();
    assert_eq!(names(stage.world.mount().join(DAY)).len(), 3);
    drop(inside.stdin.take());
    assert!(inside.wait().unwrap().success());
    drop(file);
    stage.end();
}

#[test]
fn a_daemon_of_the_system_ends_though_somebody_is_inside() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    a_daemon_ends_though_somebody_is_inside();
}

#[test]
fn a_users_daemon_ends_though_somebody_is_inside() {
    skip_unless!(skip::fuse());
    as_user!();
    a_daemon_ends_though_somebody_is_inside();
}
