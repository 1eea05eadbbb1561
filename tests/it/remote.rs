//! The daemon of another machine through ssh, and changes as they come.
//!
//! `ssh` is played by a script that runs the command here: what is proved is all but the network. The words that
//! a person gets when ssh, the host, the program or the daemon is missing are part of it.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};

use kphotos_tests::photos::Photo;
use kphotos_tests::process::{self, Output};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

/// Plays `ssh -xT -- HOST COMMAND…`: the shell there is a shell here.
const SSH: &str = r#"#!/bin/sh
[ "$1 $2" = "-xT --" ] || exit 254
[ "$3" = gone ] && { echo "ssh: Could not resolve hostname gone" >&2; exit 255; }
[ "$3" = chatty ] && echo "Welcome to chatty!"
shift 3
exec sh -c "$*"
"#;

fn started() -> World {
    let mut world = World::new().unwrap();
    for number in 1..=2 {
        let photo = Photo::numbered(number).taken_at("2024-06-14T10:30:05");
        photo
            .write_to(world.library(), format!("IMG_{number:04}.JPG"))
            .unwrap();
    }
    fs::write(world.path("ssh"), SSH).unwrap();
    fs::set_permissions(world.path("ssh"), Permissions::from_mode(0o755)).unwrap();
    world.start().unwrap();
    world.wait_idle(crate::sacred::JOBS);
    world
}

/// Runs `kphotos --host` with the script for ssh, and the programs in the PATH there if `installed`.
fn there(world: &World, host: &str, installed: bool, arguments: &[&str]) -> Output {
    let programs = process::programs_dir().unwrap();
    let mut command = world.kphotos_command().unwrap();
    let path = if installed {
        format!("{}:/usr/bin:/bin", programs.display())
    } else {
        "/usr/bin:/bin".to_owned()
    };
    command
        .env("PATH", path)
        .env("KPHOTOS_SSH", world.path("ssh"))
        .args(["--host", host])
        .args(arguments);
    process::run(&mut command).unwrap()
}

#[test]
fn another_machines_daemon_is_spoken_to_through_ssh() {
    skip_unless!(skip::fuse());
    let world = started();
    let original = world.library().join("IMG_0001.JPG").canonicalize().unwrap();
    let original = original.to_str().unwrap();
    let run = |arguments: &[&str]| there(&world, "me@here", true, arguments);
    assert_eq!(run(&["--json", "whoami"]).ok().json(), world.json(&["whoami"]));
    let tagged = run(&["tag", "add", "far/away", original]).ok();
    assert!(
        tagged.stdout.starts_with("far/away: 1 photo · revision "),
        "{tagged}"
    );
    assert_eq!(
        run(&["path", "--query", "tag:far"]).ok().stdout,
        format!("{original}\n")
    );
    // A path in the mount is known by what the file here says of itself.
    let photo = world.mount().join("tags/far/away/IMG_0001.JPG");
    assert_eq!(
        run(&["path", photo.to_str().unwrap()]).ok().stdout,
        format!("{original}\n")
    );
    let relative = run(&["info", "IMG_0001.JPG"]).exits(2);
    assert!(relative.stderr.contains("another machine"), "{relative}");
    let _ = run(&["info", "/nowhere/IMG_0001.JPG"]).exits(3);
    let _ = run(&["doctor"]).exits(2);
}

#[test]
fn what_is_missing_on_the_way_to_another_machine_is_said() {
    skip_unless!(skip::fuse());
    let mut world = started();
    let check = |output: Output, words: &str| {
        let output = output.exits(6);
        assert!(output.stderr.contains(words), "`{words}`: {output}");
    };
    let status = ["status"];
    check(there(&world, "gone", true, &status), "ssh did not get there");
    check(
        there(&world, "here", false, &status),
        "kphotos is not installed there",
    );
    check(there(&world, "chatty", true, &status), "Welcome to chatty!");
    fs::remove_file(world.path("ssh")).unwrap();
    check(there(&world, "here", true, &status), "install ssh");
    fs::write(world.path("ssh"), SSH).unwrap();
    fs::set_permissions(world.path("ssh"), Permissions::from_mode(0o755)).unwrap();
    let _ = world.stop().unwrap();
    check(
        there(&world, "here", true, &status),
        "kphotosd does not run there",
    );
}

/// `kphotos watch`, ended whatever happens.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn changes_are_told_a_line_each_and_the_end_of_the_daemon_too() {
    skip_unless!(skip::fuse());
    let mut world = started();
    let mut command = world.kphotos_command().unwrap();
    let child = command
        .arg("watch")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut watching = Watching(child);
    let mut lines = BufReader::new(watching.0.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<serde_json::Value>(&lines.next().unwrap().unwrap()).unwrap();
    let began = next();
    assert_eq!(
        (&began["kinds"], &began["ids"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );
    let done = world.json(&["tag", "add", "new", "1", "--only"]);
    let told = next();
    assert_eq!(
        (&told["revision"], &told["kinds"], &told["ids"]),
        (
            &done["revision"],
            &serde_json::json!(["assets", "tags"]),
            &serde_json::json!([1])
        )
    );
    assert!(told["revision"].as_u64() > began["revision"].as_u64());
    world.kill9().unwrap();
    assert!(lines.next().is_none());
    assert_eq!(watching.0.wait().unwrap().code(), Some(6));
    let said = std::io::read_to_string(watching.0.stderr.take().unwrap()).unwrap();
    assert!(said.contains("it ended, or was ended"), "{said}");
}
