//! Photos are nobody else's business: tree, state and commands are their owner's, unless told otherwise.
//!
//! Another user of the same machine, who may enter every folder above, finds the mounted tree shut, the state
//! unreadable, and the daemon unwilling; and is told so in words.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use kphotos_tests::process::{self, Output};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

use crate::sacred::{JOBS, fill};

/// Runs a program as nobody.
fn as_nobody(world: &World, program: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(program)
        .args(arguments)
        .env("HOME", world.path("home"))
        .env("LC_ALL", "C")
        .current_dir("/");
    process::run(&mut command).unwrap()
}

#[test]
fn another_user_is_shut_out() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    skip_unless!(skip::program("setpriv"));
    let mut world = World::new().unwrap();
    let before = fill(&world.library()).unwrap();
    let folder = world.path("");
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);

    let ls = skip_unless!(skip::program("ls"));
    let mount = world.mount();
    for path in [
        mount.clone(),
        mount.join("albums"),
        mount.join("dates/by-month/2024/2024-06"),
    ] {
        let output = as_nobody(&world, &ls, &[path.to_str().unwrap()]);
        assert!(
            output.status != 0 && output.stderr.contains("Permission denied"),
            "{output}"
        );
    }
    let refused = as_nobody(
        &world,
        &ls,
        &["-l", world.state().join("journal").to_str().unwrap()],
    );
    assert!(refused.status != 0, "{refused}");
    // The command is told plainly.
    let program = process::program_in(&process::programs_dir().unwrap(), "kphotos").unwrap();
    let copy = world.path("kphotos");
    fs::copy(program, &copy).unwrap();
    fs::set_permissions(&copy, Permissions::from_mode(0o755)).unwrap();
    let socket = world.socket();
    let refused = as_nobody(&world, &copy, &["--socket", socket.to_str().unwrap(), "status"]).exits(4);
    assert!(refused.stderr.contains("another user"), "{refused}");
    assert!(refused.stdout.is_empty(), "{refused}");

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&mount), 0o500);
    assert_eq!(mode(&mount.join("dates")), 0o500);
    let photo = mount.join("dates/by-month/2024/2024-06/IMG_9001.JPG");
    assert_eq!(mode(&photo), 0o400);
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(world.library());
}
