//! A world ends what it started, and says what went wrong.
//!
//! The daemon and the command are played by shell scripts here, so that only the world itself is judged: it waits
//! until the daemon is ready, notices one that ends while starting, ends a helper that outlives it, detaches
//! what stayed mounted, and stands in its own environment.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use kphotos_tests::world::{World, mounts_below};
use kphotos_tests::{process, skip, skip_unless, test_name, workspace};

/// A world whose programs are these scripts.
fn world(kphotosd: &str, kphotos: &str) -> World {
    let mut world = World::new().unwrap();
    let dir = world.path("programs");
    fs::create_dir(&dir).unwrap();
    for (name, script) in [("kphotosd", kphotosd), ("kphotos", kphotos)] {
        fs::write(dir.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(dir.join(name), Permissions::from_mode(0o755)).unwrap();
    }
    world.use_programs(dir);
    world
}

/// Plays a daemon: a moment's start, a helper that outlives it, an orderly end.
const DAEMON: &str = r#"
while [ $# -gt 0 ]; do case $1 in --runtime-dir) runtime=$2 ;; esac; shift; done
echo "hello from the log"
(trap '' TERM; while :; do sleep 100; done) &
trap 'echo bye; rm -f "$runtime/bus"; exit 0' TERM
touch "$runtime/bus"
while :; do sleep 100 & wait $!; done
"#;

/// Plays `kphotos`: answers once the socket is there.
const COMMAND: &str = r#"
socket=$2; shift 2
[ -e "$socket" ] || { echo "the daemon is not reachable" >&2; exit 6; }
[ "$1" = --json ] && echo '{"items": [], "home": "'"$HOME"'", "state": "'"$KPHOTOS_STATE_DIR"'"}'
[ "$1" = info ] && { echo "no such asset" >&2; exit 3; }
exit 0
"#;

#[test]
fn a_world_starts_answers_and_ends() {
    let mut world = world(DAEMON, COMMAND);
    world.start().unwrap();
    let answer = world.json(&["album", "list"]);
    assert_eq!(answer["items"].as_array().unwrap().len(), 0);
    assert_eq!(answer["home"], world.path("home").to_str().unwrap());
    let refused = world.kphotos(&["info", "nothing"]).exits(3);
    assert_eq!(refused.stderr.trim(), "no such asset");

    let first = world.pid();
    world.restart().unwrap();
    assert_ne!(world.pid(), first);
    assert!(world.stop().unwrap().success());
    assert!(world.log().contains("hello from the log\nbye"), "{}", world.log());
    assert!(world.stop().is_err(), "there is none to stop");
}

#[test]
fn nothing_is_left_after_a_crash() {
    let mut world = world(DAEMON, COMMAND);
    world.start().unwrap();
    let folder = world.path("state").parent().unwrap().to_owned();
    assert!(processes_of(&folder).len() >= 2, "the daemon and its helper");
    let daemon = PathBuf::from(format!("/proc/{}", world.pid()));
    world.kill9().unwrap();
    let left = processes_of(&folder);
    assert!(
        !left.is_empty() && !left.contains(&daemon),
        "a crash leaves the helper to itself: {left:?}"
    );
    fs::remove_file(world.socket()).unwrap();
    world.start().unwrap();
    drop(world);
    assert_eq!(processes_of(&folder), Vec::<PathBuf>::new());
    assert!(!folder.exists());
}

#[test]
fn a_daemon_that_ends_while_starting_is_reported_with_its_log() {
    let mut world = world("echo 'the state is locked' >&2; exit 5", COMMAND);
    let error = world.start().unwrap_err().to_string();
    assert!(
        error.contains("ended while starting") && error.contains("the state is locked"),
        "{error}"
    );
}

#[test]
fn a_program_that_is_not_built_is_named_with_the_cure() {
    let mut world = World::new().unwrap();
    world.use_programs("/nonexistent");
    let error = world.start().unwrap_err().to_string();
    assert!(
        error.contains("/nonexistent/kphotosd") && error.contains("cargo build"),
        "{error}"
    );
}

#[test]
fn what_stayed_mounted_is_detached() {
    skip_unless!(skip::root());
    let world = World::new().unwrap();
    let folder = world.path("");
    let odd = world.path("mount/a b\\c");
    let mount = |point: &Path| {
        let arguments = ["-t", "tmpfs", "none"];
        Command::new("mount")
            .args(arguments)
            .arg(point)
            .output()
            .is_ok_and(|output| output.status.success())
    };
    if !mount(&world.mount()) {
        skip!("this root may not mount");
    }
    fs::create_dir(&odd).unwrap();
    assert!(mount(&odd));
    assert_eq!(world.mounts().len(), 2);
    assert_eq!(world.mounts()[1], odd.canonicalize().unwrap());
    drop(world);
    assert!(
        mounts_below(Path::new("/"))
            .iter()
            .all(|point| !point.starts_with(&folder))
    );
    assert!(!folder.exists(), "and the folder is removed");
}

#[test]
fn a_command_does_not_see_the_settings_of_the_tester() {
    let command = process::clean_command("env", Path::new("/nowhere"));
    let kept: Vec<_> = command
        .get_envs()
        .filter(|(_, value)| value.is_some())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(kept, ["HOME", "LC_ALL", "TZ"]);
}

#[test]
fn a_skipped_test_is_known_by_its_full_name() {
    assert_eq!(
        test_name!(),
        "world_self_test::a_skipped_test_is_known_by_its_full_name"
    );
    assert!(
        skip::program("no-such-program")
            .unwrap_err()
            .contains("no-such-program is not installed")
    );
    assert!(workspace::root().join("Cargo.toml").is_file());
}

/// The processes that were given this world's environment, as their folders in `/proc`; none that is dead.
fn processes_of(folder: &Path) -> Vec<PathBuf> {
    let home = [b"HOME=", folder.join("home").as_os_str().as_encoded_bytes()].concat();
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    processes
        .filter(|process| {
            // Empty for one that is dead and not yet waited for.
            let environment = fs::read(process.join("environ")).unwrap_or_default();
            environment
                .split(|&byte| byte == 0)
                .any(|variable| variable == home)
        })
        .collect()
}
