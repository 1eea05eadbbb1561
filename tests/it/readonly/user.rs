//! A user's mount: there is no read-only bind, so the file system itself refuses.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kphotos_tests::role::as_root;
use kphotos_tests::{as_user, process, skip, skip_unless, test_name};

use super::{Exception, Stage, everywhere};

/// Tells a test that was started again by [`as_root`] where to try.
const WHERE: &str = "KPHOTOS_TEST_MOUNT";

/// Here the kernel does not know that nothing can be written, so it looks at names before it asks the file system.
/// Sources: may_delete, vfs_rename, vfs_link and do_linkat of Linux 6.18; `fuse_tmpfile` of the same.
const USER: &[Exception] = &[
    (
        "create without a name",
        libc::EOPNOTSUPP,
        "the FUSE library does not know the request, and the kernel then does not either",
    ),
    (
        "link from elsewhere",
        libc::EXDEV,
        "two mounts are told apart first",
    ),
    ("link", libc::EPERM, "a directory is linked nowhere"),
    ("unlink", libc::EISDIR, "it is a directory"),
    ("rmdir", libc::ENOTDIR, "it is a file"),
    ("rename onto itself", 0, "nothing is to be done"),
    ("exchange with itself", 0, "nothing is to be done"),
];

#[test]
fn its_own_user_can_write_nowhere_in_a_users_mount() {
    skip_unless!(skip::fuse());
    as_user!();
    let stage = Stage::started();
    fs::write(stage.outside(), b"from elsewhere").unwrap();
    let mount = stage.world.mount();
    stage.nothing_changes(&mount, || {
        assert_eq!(everywhere(&mount, &stage.outside(), USER), Vec::<String>::new());
    });
}

#[test]
fn root_can_write_nowhere_in_a_users_mount() {
    if let Some(world) = env::var_os(WHERE) {
        let world = Path::new(&world);
        let bad = everywhere(&world.join("open"), &world.join("outside.jpg"), USER);
        assert_eq!(bad, Vec::<String>::new());
        return;
    }
    skip_unless!(skip::fuse());
    as_user!();
    let again = skip_unless!(as_root(test_name!()));
    let stage = Stage::started();
    fs::set_permissions(stage.world.path(""), Permissions::from_mode(0o755)).unwrap();
    let mount = stage.world.path("open");
    let add = ["mount", "add", mount.to_str().unwrap(), "--access", "all"];
    let _ = stage.world.kphotos(&add).ok();
    fs::write(stage.outside(), b"from elsewhere").unwrap();
    stage.nothing_changes(&mount, || {
        let mut again = again;
        let output = process::run(again.env(WHERE, stage.world.path(""))).unwrap().ok();
        assert!(output.stdout.contains("1 passed"), "{output}");
    });
}
