//! What is refused: every write, and whom the mount does not admit.

use crate::scene::{Originals, Scene, Setting};
use kphotos_domain::testing::World;
use kphotos_fs::access::{Access, Checks};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command as Program;

fn scene(test: &str, setting: Setting) -> Option<Scene> {
    let originals = Originals::new(&[(b"a.jpg", b"12345")]);
    let world = World::new();
    originals.register(&world, &[b"a.jpg"]);
    world.album("trip", &["a.jpg"]);
    Scene::mount(test, originals, world, setting)
}

/// Every write with a program of its own, on a file, a folder and the root.
const WRITES: [&[&str]; 13] = [
    &["mkdir", "albums/new"],
    &["mkdir", "new"],
    &["touch", "albums/trip/a.jpg"],
    &["touch", "-c", "-d", "2001-01-01", "albums/trip/a.jpg"],
    &["touch", "albums/trip/new.jpg"],
    &["rm", "-f", "albums/trip/a.jpg"],
    &["rmdir", "albums/trip"],
    &["chmod", "777", "albums/trip/a.jpg"],
    &["chown", "1", "albums"],
    &["mv", "albums/trip/a.jpg", "albums/trip/b.jpg"],
    &["ln", "albums/trip/a.jpg", "albums/trip/b.jpg"],
    &["ln", "-s", "x", "albums/link"],
    &["truncate", "-s", "0", "albums/trip/a.jpg"],
];

#[test]
fn every_write_is_erofs() {
    for checks in [Checks::Here, Checks::Kernel] {
        let setting = Setting {
            checks,
            ..Setting::default()
        };
        let Some(scene) = scene("every_write_is_erofs", setting) else {
            return;
        };
        let attribute: &[&str] = &["setfattr", "-n", "user.x", "-v", "1", "albums/trip/a.jpg"];
        let removal: &[&str] = &["setfattr", "-x", "user.kphotos.id", "albums/trip/a.jpg"];
        for write in WRITES.into_iter().chain([attribute, removal]) {
            let (program, arguments) = write.split_first().unwrap();
            let mut command = Program::new(program);
            command
                .args(arguments)
                .current_dir(scene.path(""))
                .env("LC_ALL", "C");
            let Ok(done) = command.output() else {
                eprintln!("skipped: every_write_is_erofs, {write:?}: no such program");
                continue;
            };
            let said = String::from_utf8_lossy(&done.stderr);
            assert!(
                said.contains("Read-only file system"),
                "{checks:?} {write:?}: {said}"
            );
        }
        let path = scene.path("albums/trip/a.jpg");
        for options in [
            std::fs::File::options().append(true),
            std::fs::File::options().read(true).write(true),
            std::fs::File::options().write(true).truncate(true),
        ] {
            let error = options.open(&path).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(libc::EROFS));
        }
        assert_eq!(std::fs::read(path).unwrap(), b"12345");
    }
}

#[test]
fn a_private_mount_admits_no_other_user() {
    let test = "a_private_mount_admits_no_other_user";
    let check = |access, checks, groups: &[u32], is_admitted: bool| {
        let setting = Setting {
            access,
            checks,
            ..Setting::default()
        };
        let Some(scene) = scene(test, setting) else { return };
        open_up(scene.path("").parent().unwrap());
        let read = as_other(groups, &scene.path("albums/trip/a.jpg"));
        let list = as_other(groups, &scene.path("albums"));
        assert_eq!(
            (read, list),
            (is_admitted, is_admitted),
            "{access:?} {checks:?} {groups:?}"
        );
    };
    for checks in [Checks::Here, Checks::Kernel] {
        check(Access::Private, checks, &[], false);
        check(Access::Group(4_711), checks, &[], false);
        check(Access::Group(4_711), checks, &[4_711], true);
        check(Access::All, checks, &[], true);
    }
}

/// The folder that holds the mount point must not be what stops the other user.
fn open_up(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if folder != Path::new("/tmp") {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// Whether user 65534 with these groups can list or read a path.
fn as_other(groups: &[u32], path: &Path) -> bool {
    let groups: Vec<String> = groups.iter().map(u32::to_string).collect();
    let mut program = Program::new("setpriv");
    program.args(["--reuid", "65534", "--regid", "65534"]);
    if groups.is_empty() {
        program.arg("--clear-groups");
    } else {
        program.args(["--groups", &groups.join(",")]);
    }
    program.arg0("setpriv").arg("sh").arg("-c");
    program
        .arg("if test -d \"$1\"; then ls \"$1\"; else cat \"$1\"; fi")
        .arg("sh")
        .arg(path);
    program.output().unwrap().status.success()
}
