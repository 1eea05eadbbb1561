//! A folder for one test, with everything mounted in it detached at the end, whatever happened.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fuser::{BackgroundSession, Session, SessionACL};
use kphotos_daemon::mounter::{MountId, MountMode, MountSpec, Mounter};
use tempfile::TempDir;

use crate::memory::Memory;
use crate::role;

/// A test's own folder.
pub(crate) struct World {
    dir: TempDir,
}

impl World {
    /// `None`, said aloud, where the machine does not let tests mount.
    pub(crate) fn new(test: &str) -> Option<Self> {
        if !kphotos_daemon::mounter::can_mount_directly() {
            eprintln!("skipped: {test}: needs CAP_SYS_ADMIN");
            return None;
        }
        if File::options().read(true).write(true).open("/dev/fuse").is_err() {
            eprintln!("skipped: {test}: needs /dev/fuse");
            return None;
        }
        Some(Self {
            dir: tempfile::tempdir().unwrap(),
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A folder made now.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(&path).unwrap();
        path
    }

    pub(crate) fn spec(&self) -> MountSpec {
        system_spec(self.dir.path())
    }

    /// Mount points below this folder, in mount order.
    pub(crate) fn mounted(&self) -> Vec<PathBuf> {
        mounted_below(
            self.dir.path(),
            &fs::read_to_string("/proc/self/mountinfo").unwrap(),
        )
    }

    pub(crate) fn wait_until_nothing_is_mounted(&self) {
        wait_until_nothing_is_mounted_below(self.dir.path());
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for path in self.mounted().iter().rev() {
            run("umount", &["-l", path.to_str().unwrap()]);
        }
    }
}

pub(crate) fn system_spec(dir: &Path) -> MountSpec {
    MountSpec {
        public: dir.join("public"),
        mode: MountMode::System {
            private: dir.join("run/mnt/main"),
            is_checked: true,
        },
        allow_other: true,
        owner_uid: 0,
        owner_gid: 0,
    }
}

/// A mounter in a process of its own.
pub(crate) fn mounter() -> Mounter {
    Mounter::start_with(role::command(role::MOUNTER)).unwrap()
}

/// A served mount.
pub(crate) struct Served {
    pub(crate) id: MountId,
    pub(crate) changes: Arc<AtomicUsize>,
    pub(crate) session: BackgroundSession,
}

impl Served {
    /// Mounts, answers FUSE_INIT and serves; publishes nothing.
    pub(crate) fn start(mounter: &Mounter, spec: MountSpec) -> Self {
        let acl = if spec.allow_other {
            SessionACL::All
        } else {
            SessionACL::Owner
        };
        let mounted = mounter.mount(spec).unwrap();
        Self::serve(mounted.id, mounted.dev_fuse, acl)
    }

    pub(crate) fn serve(id: MountId, dev_fuse: OwnedFd, acl: SessionACL) -> Self {
        let changes = Arc::new(AtomicUsize::new(0));
        let memory = Memory {
            changes: Arc::clone(&changes),
        };
        let session = Session::from_fd(memory, dev_fuse, acl, fuser::Config::default()).unwrap();
        Self {
            id,
            changes,
            session: session.spawn().unwrap(),
        }
    }

    pub(crate) fn changes(&self) -> usize {
        self.changes.load(Ordering::SeqCst)
    }
}

/// Runs a program to its end and says whether it succeeded.
pub(crate) fn run(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

pub(crate) fn errno<T>(outcome: io::Result<T>) -> Option<i32> {
    outcome.err().and_then(|e| e.raw_os_error())
}

/// A dead mount; what was asked while it died is ECONNABORTED, everything later ENOTCONN.
pub(crate) fn is_dead(path: &Path) -> bool {
    matches!(
        errno(fs::read_dir(path)),
        Some(libc::ENOTCONN | libc::ECONNABORTED)
    )
}

fn mounted_below(dir: &Path, table: &str) -> Vec<PathBuf> {
    let points = table.lines().filter_map(|line| line.split(' ').nth(4));
    let points = points.map(|point| PathBuf::from(point.replace("\\040", " ")));
    points.filter(|point| point.starts_with(dir)).collect()
}

/// Waits, on the kernel's own event, until nothing is mounted below a folder.
pub(crate) fn wait_until_nothing_is_mounted_below(dir: &Path) {
    let mut table = File::open("/proc/self/mountinfo").unwrap();
    loop {
        let mut text = String::new();
        table.rewind().unwrap();
        table.read_to_string(&mut text).unwrap();
        let left = mounted_below(dir, &text);
        if left.is_empty() {
            return;
        }
        assert!(
            mounts_changed(&table),
            "still mounted after ten seconds: {left:?}"
        );
    }
}

/// Waits at most ten seconds for POLLPRI, see proc_pid_mounts(5).
fn mounts_changed(table: &File) -> bool {
    let mut poll = libc::pollfd {
        fd: table.as_raw_fd(),
        events: libc::POLLPRI,
        revents: 0,
    };
    #[expect(unsafe_code, reason = "std has no poll")]
    // SAFETY: one pollfd, which outlives the call.
    let ready = unsafe { libc::poll(&raw mut poll, 1, 10_000) };
    ready > 0
}
