//! Mounting, publishing, unmounting, and what is refused.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use kphotos_daemon::mounter::{MountId, MountMode, MounterError, RightsKind, Unmounted};

use crate::memory::{CONTENT, PHOTO};
use crate::world::{Served, World, errno, mounter, run};

#[test]
fn the_public_path_refuses_writes_in_the_kernel_and_the_private_one_forwards_them() {
    let Some(world) = World::new("public path") else {
        return;
    };
    let mounter = mounter();
    assert_eq!(mounter.rights().kind, RightsKind::System);
    let served = Served::start(&mounter, world.spec());
    let (public, private) = (world.path("public"), world.path("run/mnt/main"));
    assert!(!public.exists(), "nothing is public before it is published");
    mounter.publish(served.id).unwrap();

    assert_eq!(fs::read(public.join(PHOTO)).unwrap(), CONTENT);
    let new = |at: &Path| errno(File::create(at.join("new.jpg")));
    assert_eq!(new(&public), Some(libc::EROFS));
    assert_eq!(errno(fs::remove_file(public.join(PHOTO))), Some(libc::EROFS));
    assert_eq!(
        errno(fs::set_permissions(
            public.join(PHOTO),
            PermissionsExt::from_mode(0o777)
        )),
        Some(libc::EROFS)
    );
    assert_eq!(errno(fs::create_dir(public.join("folder"))), Some(libc::EROFS));
    assert_eq!(
        served.changes(),
        0,
        "no write through the public path reaches the daemon"
    );
    assert_eq!(new(&private), Some(libc::ENOSPC));
    assert_eq!(errno(fs::remove_file(private.join(PHOTO))), Some(libc::ENOSPC));
    assert_eq!(served.changes(), 2, "writes through the private path do");

    let options = mount_options(&public);
    for flag in [
        "ro",
        "nosuid",
        "nodev",
        "noatime",
        "fuse.kphotos kphotos",
        "default_permissions",
        "allow_other",
    ] {
        assert!(options.contains(flag), "{flag} in {options}");
    }
    assert!(!options.contains("shared:"), "{options}");
    assert_eq!(
        fs::symlink_metadata(world.path("run/mnt")).unwrap().mode() & 0o777,
        0o700
    );

    assert_eq!(mounter.unmount(served.id).unwrap(), Unmounted::Clean);
    served.session.join().unwrap();
    assert!(world.mounted().is_empty());
    assert!(
        !public.exists() && !private.exists(),
        "folders that it made go again"
    );
    assert_eq!(
        mounter.unmount(MountId(1)),
        Err(MounterError::UnknownMount { id: 1 })
    );
}

#[test]
fn a_busy_mount_leaves_the_tree_and_ends_with_its_last_guest() {
    let Some(world) = World::new("busy mount") else {
        return;
    };
    let mounter = mounter();
    let public = world.folder("public");
    let served = Served::start(&mounter, world.spec());
    mounter.publish(served.id).unwrap();
    let guest = File::open(public.join(PHOTO)).unwrap();
    assert_eq!(mounter.unmount(served.id).unwrap(), Unmounted::Detached);
    assert!(world.mounted().is_empty());
    assert!(public.exists(), "a folder that was there stays");
    drop(guest);
    served.session.join().unwrap();
}

#[test]
fn an_orderly_end_of_the_daemon_unmounts_what_it_left() {
    let Some(world) = World::new("orderly end") else {
        return;
    };
    let mounter = mounter();
    let served = Served::start(&mounter, world.spec());
    mounter.publish(served.id).unwrap();
    assert_eq!(world.mounted().len(), 2);
    drop(mounter);
    assert!(world.mounted().is_empty());
    served.session.join().unwrap();
}

#[test]
fn what_was_unmounted_by_hand_is_noticed_and_what_came_instead_is_left() {
    let Some(world) = World::new("unmounted by hand") else {
        return;
    };
    let mounter = mounter();
    let public = world.folder("public");
    let served = Served::start(&mounter, world.spec());
    mounter.publish(served.id).unwrap();
    let public_text = public.to_str().unwrap();
    assert!(run("umount", &[public_text]));
    assert!(run("mount", &["-t", "tmpfs", "other", public_text]));
    assert_eq!(mounter.unmount(served.id).unwrap(), Unmounted::Clean);
    assert_eq!(world.mounted(), [public]);
    served.session.join().unwrap();
}

#[test]
fn a_mount_point_that_is_in_use_or_hides_files_is_refused() {
    let Some(world) = World::new("refusals") else {
        return;
    };
    let mounter = mounter();
    let refused = |spec| mounter.mount(spec).unwrap_err();

    let foreign = world.folder("foreign");
    assert!(run(
        "mount",
        &["-t", "tmpfs", "somebody", foreign.to_str().unwrap()]
    ));
    let mut spec = world.spec();
    spec.public.clone_from(&foreign);
    let occupied = MounterError::Occupied {
        path: foreign.clone(),
        fs_type: "tmpfs".into(),
        source_name: "somebody".into(),
    };
    assert_eq!(refused(spec.clone()), occupied);
    assert!(occupied.to_string().contains("something else is mounted at"));
    spec.mode = MountMode::User;
    assert_eq!(refused(spec.clone()), occupied);
    assert_eq!(mounter.clean_stale(&foreign), Err(occupied));

    let full = world.folder("full");
    fs::write(full.join("mine.txt"), "mine").unwrap();
    spec.public.clone_from(&full);
    assert_eq!(
        refused(spec.clone()),
        MounterError::MountPointNotEmpty { path: full.clone() }
    );

    let link = world.path("link");
    symlink(world.folder("target"), &link).unwrap();
    spec.public.clone_from(&link);
    assert_eq!(
        refused(spec.clone()),
        MounterError::MountPointNotFolder { path: link }
    );
    spec.public = world.path("no/such/folder");
    let errno = libc::ENOENT;
    assert_eq!(
        refused(spec),
        MounterError::MountPointUnreachable {
            path: world.path("no/such/folder"),
            errno
        }
    );

    let open = world.folder("open");
    fs::set_permissions(&open, PermissionsExt::from_mode(0o755)).unwrap();
    let mut spec = world.spec();
    spec.mode = MountMode::System {
        private: open.clone(),
        is_checked: true,
    };
    assert_eq!(
        refused(spec),
        MounterError::PrivateOpen {
            path: open,
            mode: 0o755,
            uid: 0
        }
    );
    assert_eq!(world.mounted(), [foreign]);
}

#[test]
fn a_second_daemon_does_not_take_the_place_of_a_living_one() {
    let Some(world) = World::new("second daemon") else {
        return;
    };
    let first = mounter();
    let served = Served::start(&first, world.spec());
    first.publish(served.id).unwrap();
    assert_eq!(
        first.publish(served.id),
        Err(MounterError::AlreadyPublic { id: served.id.0 })
    );
    let second = mounter();
    let path = world.path("public");
    let alive = MounterError::Alive { path: path.clone() };
    assert_eq!(second.mount(world.spec()).unwrap_err(), alive);
    assert_eq!(second.clean_stale(&path), Err(alive));
    assert_eq!(fs::read(path.join(PHOTO)).unwrap(), CONTENT);
    first.unmount(served.id).unwrap();
    served.session.join().unwrap();
}

fn mount_options(path: &Path) -> String {
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let point = format!(" {} ", path.display());
    table
        .lines()
        .find(|line| line.contains(&point))
        .unwrap()
        .to_owned()
}
