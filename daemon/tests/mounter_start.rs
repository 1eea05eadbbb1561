//! `Mounter::start` as the daemon uses it: this program has a `main` of its own that begins like the daemon's,
//! and is executed again as the mounter. It refuses to pass silently: without rights it says what was skipped.
//!
//! Executed once more it is a daemon that waits in its own file system, as replay threads do, and is killed there:
//! the kernel lets such a process end only when somebody takes the mount away by force.

#![expect(
    clippy::print_stdout,
    reason = "a program of its own: its lines tell the test, or whoever runs it"
)]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use fuser::{
    Errno, FileAttr, FileHandle, FileType, Filesystem, INodeNo, ReplyAttr, ReplyEntry, Request, Session,
    SessionACL,
};
use kphotos_daemon::mounter::{self, MountMode, MountSpec, Mounter, RightsKind};

/// The folder of the daemon that is to be killed.
const FOLDER: &str = "KPHOTOS_TEST_FOLDER";
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    if let Some(code) = mounter::run_if_asked() {
        return code;
    }
    let outcome = match std::env::var_os(FOLDER) {
        Some(folder) => wait_in_own_mount(Path::new(&folder)),
        None => start(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), String> {
    let mounter = Mounter::start().map_err(|e| format!("the mounter did not start: {e}"))?;
    let comm = mounter
        .pid()
        .and_then(|pid| std::fs::read_to_string(format!("/proc/{pid}/comm")).ok());
    if comm.as_deref() != Some("kphotos-mounter\n") {
        return Err(format!("the process is called {comm:?}"));
    }
    mounter.open_root(Path::new("/")).map_err(|e| e.to_string())?;
    if mounter.rights().kind == RightsKind::System {
        return a_daemon_killed_in_its_own_mount_ends();
    }
    eprintln!("skipped: system mode: {:?}", mounter.rights().missing);
    if !mounter::can_mount_directly() && mounter.rights().initial_user_namespace {
        return Err("the mounter may do what this process may not".to_owned());
    }
    Ok(())
}

fn a_daemon_killed_in_its_own_mount_ends() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut daemon = Command::new("/proc/self/exe")
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let said = daemon.stdout.take().map(BufReader::new);
    let waits = said.is_some_and(|said| said.lines().map_while(Result::ok).any(|line| line == "waiting"));
    let killed = daemon.kill();
    let ended = ended(daemon);
    if !ended {
        // Else it would stay for ever.
        let mount = private(folder.path());
        drop(
            Command::new("umount")
                .args(["--force", "--lazy"])
                .arg(mount)
                .status(),
        );
    }
    match (waits, killed, ended) {
        (true, Ok(()), true) => Ok(()),
        (waits, killed, ended) => Err(format!(
            "killed in its own mount: waits {waits}, {killed:?}, ended {ended}"
        )),
    }
}

fn ended(mut daemon: Child) -> bool {
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(daemon.wait().is_ok()));
    ended.recv_timeout(PATIENCE).unwrap_or(false)
}

fn private(folder: &Path) -> PathBuf {
    folder.join("run/mnt/main")
}

/// Plays the daemon.
fn wait_in_own_mount(folder: &Path) -> Result<(), String> {
    let mounter = Mounter::start().map_err(|e| e.to_string())?;
    std::fs::create_dir_all(folder.join("run/mnt")).map_err(|e| e.to_string())?;
    let spec = MountSpec {
        public: folder.join("public"),
        mode: MountMode::System {
            private: private(folder),
            is_checked: true,
        },
        allow_other: true,
        owner_uid: 0,
        owner_gid: 0,
    };
    let mounted = mounter.mount(spec).map_err(|e| e.to_string())?;
    let config = fuser::Config::default();
    let session = Session::from_fd(Silent, mounted.dev_fuse, SessionACL::All, config);
    let _served = session.and_then(Session::spawn).map_err(|e| e.to_string())?;
    // As in the daemon, not the first thread, whose end the mounter is told of.
    let name = private(folder).join("name");
    let looked = thread::spawn(|| std::fs::metadata(name)).join();
    Err(format!("somebody answered: {looked:?}"))
}

/// Answers no lookup.
struct Silent;

impl Filesystem for Silent {
    fn lookup(&self, _: &Request, _: INodeNo, _: &OsStr, reply: ReplyEntry) {
        println!("waiting");
        // Dropped it would answer.
        std::mem::forget(reply);
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        if ino != INodeNo::ROOT {
            return reply.error(Errno::ENOENT);
        }
        let attr = FileAttr {
            ino,
            size: 0,
            blocks: 0,
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind: FileType::Directory,
            perm: 0o755,
            nlink: 2,
            uid: 0,
            gid: 0,
            rdev: 0,
            flags: 0,
            blksize: 4096,
        };
        reply.attr(&Duration::from_secs(1), &attr);
    }
}
