//! The mounter without rights: as uid 65534, through `fusermount3`, in a mount namespace of its own where
//! `/dev/fuse` has the mode that udev gives it.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use kphotos_daemon::mounter::{MountMode, MountSpec, MounterError, RightsKind, RootHow};

use crate::memory::{CONTENT, PHOTO};
use crate::role::{self, Daemon, USER, USER_DAEMON, USER_WITHOUT_DEVICE};
use crate::world::{Served, World, errno, is_dead, mounter, run, wait_until_nothing_is_mounted_below};

const NOBODY: u32 = 65534;

pub(crate) fn spec(folder: &Path) -> MountSpec {
    MountSpec {
        public: folder.join("KPhotos"),
        mode: MountMode::User,
        allow_other: false,
        owner_uid: NOBODY,
        owner_gid: NOBODY,
    }
}

/// A folder of nobody's with a copy of this program, since nobody may not look into a build folder.
fn home(world: &World) -> (PathBuf, PathBuf) {
    fs::set_permissions(world.path(""), PermissionsExt::from_mode(0o755)).unwrap();
    let (home, program) = (world.folder("home"), world.path("program"));
    chown(&home, Some(NOBODY), Some(NOBODY)).unwrap();
    fs::copy("/proc/self/exe", &program).unwrap();
    (home, program)
}

fn tools_are_here(test: &str, tools: &[&str]) -> bool {
    let missing = tools.iter().find(|tool| !run(tool, &["--version"]));
    if let Some(tool) = missing {
        eprintln!("skipped: {test}: no {tool}");
    }
    missing.is_none()
}

fn check_role(mut command: Command) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    for line in text
        .iter()
        .flat_map(|t| t.lines())
        .filter(|line| line.contains("skipped: "))
    {
        eprintln!("{line}");
    }
    assert!(output.status.success(), "{}\n{}", text[0], text[1]);
    assert!(text[0].contains("1 passed"), "{}", text[0]);
}

#[test]
fn a_user_without_rights_mounts_through_fusermount3() {
    let name = "user mount";
    let Some(world) = World::new(name) else { return };
    if !tools_are_here(name, &["unshare", "setpriv", "fusermount3"]) {
        return;
    }
    let (home, program) = home(&world);
    let script = "set -e; mknod \"$0\" c 10 229; chmod 666 \"$0\"; mount --bind \"$0\" /dev/fuse
        exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-c", script]);
    command.arg(world.path("fuse-device")).arg(program);
    check_role(role::in_folder(role::as_role(command, USER), &home));
}

#[test]
fn a_shut_device_is_named_with_its_mode_and_the_cure() {
    let name = "shut device";
    let Some(world) = World::new(name) else { return };
    if fs::metadata("/dev/fuse").unwrap().mode() & 0o006 != 0 {
        eprintln!("skipped: {name}: /dev/fuse is open to all here");
        return;
    }
    if !tools_are_here(name, &["setpriv"]) {
        return;
    }
    let (_, program) = home(&world);
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(program);
    check_role(role::as_role(command, USER_WITHOUT_DEVICE));
}

/// Run as nobody.
pub(crate) fn checks_without_device() {
    let mounter = mounter();
    let mode = fs::metadata("/dev/fuse").unwrap().mode() & 0o7777;
    let refused = MounterError::DeviceRefused { mode, uid: NOBODY };
    assert_eq!(mounter.rights().kind, RightsKind::None);
    assert_eq!(mounter.rights().missing, Some(refused.clone()));
    assert_eq!(mounter.mount(spec(&std::env::temp_dir())).unwrap_err(), refused);
    assert!(refused.to_string().contains("chmod 666 /dev/fuse"));
}

/// Run as nobody, with a `/dev/fuse` that is open to all.
pub(crate) fn checks(home: &Path) {
    let mounter = mounter();
    assert_eq!(mounter.rights().kind, RightsKind::User);
    mounts_and_unmounts(home);

    let mut system = spec(home);
    system.mode = MountMode::System {
        private: home.join("run/main"),
        is_checked: true,
    };
    assert!(matches!(
        mounter.mount(system),
        Err(MounterError::RightsMissing { .. })
    ));
    if fs::read_to_string("/etc/fuse.conf").is_ok_and(|t| t.lines().any(|l| l.trim() == "user_allow_other")) {
        eprintln!("skipped: allow_other without permission: /etc/fuse.conf permits it");
    } else {
        let open = MountSpec {
            allow_other: true,
            ..spec(home)
        };
        assert_eq!(mounter.mount(open).unwrap_err(), MounterError::AllowOtherRefused);
    }
    assert!(!home.join("KPhotos").exists(), "a folder made in vain goes again");

    assert_eq!(mounter.open_root(home).unwrap().how, RootHow::NoAtime);
    assert_eq!(mounter.open_root(Path::new("/usr")).unwrap().how, RootHow::Plain);

    cleans_up_after_a_crash(home);
    leaves_nothing_when_the_daemon_is_killed(home);
}

fn mounts_and_unmounts(home: &Path) {
    let mounter = mounter();
    let served = Served::start(&mounter, spec(home));
    let public = home.join("KPhotos");
    assert_eq!(fs::read(public.join(PHOTO)).unwrap(), CONTENT);
    assert_eq!(
        errno(File::create(public.join("new"))),
        Some(libc::ENOSPC),
        "the file system itself answers"
    );
    assert_eq!(
        mounter.publish(served.id),
        Err(MounterError::AlreadyPublic { id: served.id.0 })
    );
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(table.contains("fuse.kphotos kphotos"), "{table}");
    mounter.unmount(served.id).unwrap();
    served.session.join().unwrap();
    assert!(!public.exists());
}

fn cleans_up_after_a_crash(home: &Path) {
    let public = home.join("KPhotos");
    let mut daemon = Daemon::start(USER_DAEMON, home);
    assert!(run("kill", &["-KILL", &daemon.mounter_pid.to_string()]));
    daemon.kill();
    assert!(is_dead(&public));
    let mounter = mounter();
    assert_eq!(
        mounter.mount(spec(home)).unwrap_err(),
        MounterError::Stale { path: public.clone() }
    );
    assert_eq!(
        mounter.clean_stale(&public).unwrap().detached,
        std::slice::from_ref(&public)
    );
    fs::remove_dir(public).unwrap();
}

fn leaves_nothing_when_the_daemon_is_killed(home: &Path) {
    let mut daemon = Daemon::start(USER_DAEMON, home);
    daemon.kill();
    wait_until_nothing_is_mounted_below(home);
}
