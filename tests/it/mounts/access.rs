//! Who may look into a mount: asked as a person who is neither root nor the daemon's user.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use kphotos_tests::role::as_other;
use kphotos_tests::{as_user, process, skip, skip_unless};

use super::{DAY, Stage, names};

/// A group that the third person may be in, and nobody else is.
const GROUP: u32 = 4321;

/// Whether the third person, with these groups besides his own, can list, look up and read.
fn can(groups: &[u32], root: &Path) -> [bool; 3] {
    let run = |program: &str, path: &Path| {
        let program = skip::program(program).unwrap();
        let mut command = as_other(groups, &program).unwrap();
        process::run(command.arg(path)).unwrap().status == 0
    };
    let day = root.join(DAY);
    [run("ls", root), run("ls", &day), run("cat", &day.join("a.jpg"))]
}

fn each_access_lets_in_whom_it_names() {
    let stage = Stage::started();
    fs::set_permissions(stage.world.path(""), Permissions::from_mode(0o755)).unwrap();
    let group = format!("group:{GROUP}");
    for (name, access, dir, file, stranger, member) in [
        ("private", "private", 0o500, 0o400, false, false),
        ("group", &group, 0o550, 0o440, false, true),
        ("all", "all", 0o555, 0o444, true, true),
    ] {
        stage.add(name, &["--access", access]);
        let root = stage.place(name);
        // Strangers first: nothing is cached that would let them pass, or keep them out.
        assert_eq!(can(&[], &root), [stranger; 3], "{access}");
        assert_eq!(can(&[GROUP], &root), [member; 3], "{access}, in the group");
        assert_eq!(names(root.join(DAY)).len(), 3);
        assert_eq!(can(&[], &root), [stranger; 3], "{access}, after its owner looked");
        assert_eq!(
            can(&[GROUP], &root),
            [member; 3],
            "{access}, in the group, after its owner looked"
        );
        let photo = fs::metadata(root.join(DAY).join("a.jpg")).unwrap();
        for (path, mode) in [("", dir), ("tags", dir), (".kphotos", file)] {
            let shown = fs::metadata(root.join(path)).unwrap();
            assert_eq!(shown.mode() & 0o7777, mode, "{access} {path}");
        }
        assert_eq!(photo.mode() & 0o7777, file, "{access}");
        assert_eq!(photo.gid() == GROUP, name == "group");
    }
    stage.end();
}

#[test]
fn each_access_of_a_system_mount_lets_in_whom_it_names() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    skip_unless!(skip::program("setpriv"));
    each_access_lets_in_whom_it_names();
}

#[test]
fn each_access_of_a_users_mount_lets_in_whom_it_names() {
    skip_unless!(skip::fuse());
    as_user!();
    skip_unless!(as_other(&[], Path::new("/bin/true")).map(|_| ()));
    each_access_lets_in_whom_it_names();
}
