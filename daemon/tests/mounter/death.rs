//! Daemons that are killed: with the mounter alive nothing is left, without it the next one cleans up.

use std::fs;
use std::path::Path;

use kphotos_daemon::mounter::{Cleaned, MountSpec, Mounter, MounterError, Unmounted};

use crate::memory::{CONTENT, PHOTO};
use crate::role::{DAEMON, Daemon};
use crate::world::{Served, World, is_dead, mounter, run};

#[test]
fn a_killed_daemon_leaves_no_mount_behind() {
    let Some(world) = World::new("killed daemon") else {
        return;
    };
    let mut daemon = Daemon::start(DAEMON, world.path("").as_path());
    assert_eq!(world.mounted().len(), 2);
    assert_eq!(fs::read(world.path("public").join(PHOTO)).unwrap(), CONTENT);
    daemon.kill();
    world.wait_until_nothing_is_mounted();
}

#[test]
fn the_mounter_outlives_the_signals_meant_for_the_daemon() {
    let Some(world) = World::new("signals") else {
        return;
    };
    let mut daemon = Daemon::start(DAEMON, world.path("").as_path());
    let pid = daemon.mounter_pid.to_string();
    for signal in ["-INT", "-TERM", "-HUP", "-QUIT"] {
        assert!(run("kill", &[signal, &pid]));
    }
    // The name is the serving thread's, which libtest starts beside the first.
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let mut names = tasks.map(|task| fs::read_to_string(task.unwrap().path().join("comm")).unwrap());
    assert!(names.any(|name| name == "kphotos-mounter\n"));
    assert_eq!(fs::read_link(format!("/proc/{pid}/cwd")).unwrap(), Path::new("/"));

    // Nothing is open but the socket, the standard streams and the folders above the mount points: above all
    // no /dev/fuse, or a dead daemon would look alive.
    let fds = fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .map(|fd| fd.unwrap());
    let links = fds
        .filter(|fd| fd.file_name() != "2")
        .map(|fd| fs::read_link(fd.path()).unwrap());
    let socket = |path: &Path| path.to_str().unwrap().starts_with("socket:");
    let known = [
        "/dev/null".into(),
        world.path("run/mnt"),
        world.path("").components().collect(),
    ];
    let (sockets, others): (Vec<_>, Vec<_>) = links.partition(|path| socket(path));
    assert_eq!(sockets.len(), 1);
    assert!(others.iter().all(|path| known.contains(path)), "{others:?}");
    daemon.kill();
    world.wait_until_nothing_is_mounted();
}

#[test]
fn what_a_killed_daemon_and_its_mounter_left_is_detached_with_its_binds() {
    let Some(world) = World::new("stale mounts") else {
        return;
    };
    let mut daemon = Daemon::start(DAEMON, world.path("").as_path());
    let (public, private) = (world.path("public"), world.path("run/mnt/main"));
    let elsewhere = world.folder("elsewhere");
    assert!(run(
        "mount",
        &["--bind", public.to_str().unwrap(), elsewhere.to_str().unwrap()]
    ));
    assert_eq!(fs::read(elsewhere.join(PHOTO)).unwrap(), CONTENT);
    assert!(run("kill", &["-KILL", &daemon.mounter_pid.to_string()]));
    daemon.kill();
    assert!(is_dead(&public));
    assert_eq!(world.mounted().len(), 3);

    let mounter = mounter();
    assert_eq!(
        mounter.mount(world.spec()).unwrap_err(),
        MounterError::Stale { path: public.clone() }
    );
    let cleaned = mounter.clean_stale(&public).unwrap();
    assert_eq!(cleaned.detached.first(), Some(&public));
    assert_eq!(cleaned.detached.len(), 3, "{cleaned:?}");
    assert!(world.mounted().is_empty());
    assert_eq!(mounter.clean_stale(&private), Ok(Cleaned::default()));
    assert_eq!(
        mounter.clean_stale(&world.path("never/was")),
        Ok(Cleaned::default())
    );

    let served = Served::start(&mounter, world.spec());
    mounter.publish(served.id).unwrap();
    assert_eq!(fs::read(public.join(PHOTO)).unwrap(), CONTENT);
    mounter.unmount(served.id).unwrap();
    served.session.join().unwrap();
}

#[test]
fn a_mount_that_never_came_to_serve_is_cleaned_too() {
    let Some(world) = World::new("never served") else {
        return;
    };
    let (first, second) = (mounter(), mounter());
    let private = world.path("run/mnt/main");
    // To a mount that is closed to others the kernel itself answers root; the probe must ask as the owner.
    for (allow_other, owner) in [(true, 0), (false, 0), (false, 65534), (true, 0)] {
        let spec = MountSpec {
            allow_other,
            owner_uid: owner,
            owner_gid: owner,
            ..world.spec()
        };
        let mounted = first.mount(spec).unwrap();
        // As if both had died: the session's end is closed, the mount is still there.
        drop(mounted.dev_fuse);
        assert_eq!(
            second.clean_stale(&private).unwrap().detached,
            std::slice::from_ref(&private)
        );
        assert!(world.mounted().is_empty());
        assert_eq!(first.unmount(mounted.id), Ok(Unmounted::AlreadyGone));
    }
}

#[test]
fn a_daemon_that_does_not_answer_is_taken_for_alive() {
    let Some(world) = World::new("silent daemon") else {
        return;
    };
    let (first, second) = (mounter(), mounter());
    let mounted = first.mount(world.spec()).unwrap();
    let private = world.path("run/mnt/main");
    assert_eq!(
        second.clean_stale(&private),
        Err(MounterError::Alive {
            path: private.clone()
        })
    );
    drop(mounted.dev_fuse);
    assert_eq!(second.clean_stale(&private).unwrap().detached, [private]);
}

#[test]
fn a_mounter_that_is_gone_is_an_error_and_no_signal() {
    let Some(_world) = World::new("mounter gone") else {
        return;
    };
    let mounter = mounter();
    assert!(run("kill", &["-KILL", &mounter.pid().unwrap().to_string()]));
    // The first call may still find the socket open; both end the same way.
    for _ in 0..2 {
        assert_eq!(mounter.open_root(Path::new("/")).unwrap_err(), MounterError::Gone);
    }
}

#[test]
fn a_program_that_does_not_know_the_hidden_argument_is_no_mounter() {
    // libtest refuses the option and ends; `tests/mounter_start.rs` is a program that does know it.
    assert_eq!(Mounter::start().unwrap_err(), MounterError::Gone);
}
