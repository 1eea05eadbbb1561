//! The mount of a person's own daemon, shared by the machine's server.
//!
//! The server is root and becomes whoever logged in; the daemon, which has no rights, decides who may look. So the test
//! is in two halves: the daemon's runs as a user, and starts this test once more as root for the server's.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kphotos_tests::photos::Photo;
use kphotos_tests::role::as_root;
use kphotos_tests::samba::{Samba, is_here, two_users};
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{as_user, process, skip, skip_unless, test_name};

use super::SHARE;

/// Tells the half that is root where the world is.
const WHERE: &str = "KPHOTOS_TEST_WORLD";
const PHOTO: &str = "dates/by-day/2024/2024-06-15/a.jpg";

#[test]
fn a_users_mount_is_shared_with_the_group_that_it_lets_in() {
    if let Some(world) = env::var_os(WHERE) {
        return serve(Path::new(&world));
    }
    skip_unless!(skip::fuse());
    // Before it is started again without rights.
    if process::is_root() {
        skip_unless!(is_here());
    }
    let [member, _] = skip_unless!(two_users());
    as_user!();
    let mut again = skip_unless!(as_root(test_name!()));
    let mut world = World::new().unwrap();
    let photo = Photo::numbered(1).taken_at("2024-06-15T12:00:00");
    photo.write_to(world.library(), "a.jpg").unwrap();
    fs::set_permissions(world.path(""), Permissions::from_mode(0o755)).unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let place = world.path(SHARE);
    let access = format!("group:{member}");
    let add = ["mount", "add", place.to_str().unwrap(), "--access", &access];
    let _ = world.kphotos(&add).ok();
    let shares = world.kphotos(&["samba-conf"]).ok().stdout;
    fs::write(world.path("shares"), shares).unwrap();
    let output = process::run(again.env(WHERE, world.path(""))).unwrap().ok();
    assert!(output.stdout.contains("1 passed"), "{output}");
}

/// The half that is root.
fn serve(world: &Path) {
    let [member, stranger] = two_users().unwrap();
    let shares = fs::read_to_string(world.join("shares")).unwrap();
    assert!(shares.contains(&format!("valid users = +{member}")), "{shares}");
    let samba = Samba::start(&shares, &[&member, &stranger]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let windows = PHOTO.replace('/', "\\");
    let fetch = format!("get \"{windows}\" fetched");
    let _ = samba.run(SHARE, &member, folder.path(), &fetch).ok();
    assert_eq!(
        fs::read(folder.path().join("fetched")).unwrap(),
        fs::read(world.join(SHARE).join(PHOTO)).unwrap()
    );
    let refused = samba.run(SHARE, &stranger, folder.path(), "ls").exits(1);
    assert!(refused.stdout.contains("NT_STATUS_ACCESS_DENIED"), "{refused}");
}
