//! Finding and running the programs, and ending what was started.
//!
//! The programs under test lie beside the test executable (`target/debug/kphotosd`), or where KPHOTOS_BIN_DIR
//! says, so that an installed package can be tested too. They run in an environment without the tester's own
//! settings. The daemon has children of its own (it mounts in one and parses in others), which outlive it when it
//! is killed: [`Daemon::end`] ends those as well, and only those, found by process group and command line.
#![expect(
    unsafe_code,
    reason = "kill, geteuid, poll and process descriptors are not in std"
)]

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// What a command answered.
#[derive(Clone, Debug)]
pub struct Output {
    /// The command, for messages.
    pub command: String,
    /// Exit status; 128 + number for a signal, as shells count.
    pub status: i32,
    /// Standard output, bytes that are not UTF-8 replaced.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
}

impl Output {
    /// The output, read as one JSON document; ends the test if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }

    /// Itself; ends the test unless the command exited 0.
    #[must_use]
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 0, "{self}");
        self
    }

    /// Itself; ends the test unless the command exited with `status`.
    #[must_use]
    #[track_caller]
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            command,
            status,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "{command}: exit {status}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// Where the programs under test are: KPHOTOS_BIN_DIR, or the folder that cargo builds them into.
pub fn programs_dir() -> io::Result<PathBuf> {
    match env::var_os("KPHOTOS_BIN_DIR") {
        Some(dir) => Ok(PathBuf::from(dir)),
        // The test itself is target/PROFILE/deps/it-HASH.
        None => Ok(env::current_exe()?
            .ancestors()
            .nth(2)
            .map(Path::to_owned)
            .unwrap_or_default()),
    }
}

/// The path of a program under test (`kphotosd`, `kphotos`, `kphotos-worker`) in `dir`.
///
/// # Errors
/// That it is not built, and how to build it.
pub fn program_in(dir: &Path, name: &str) -> io::Result<PathBuf> {
    let file = dir.join(name);
    if file.is_file() {
        return Ok(file);
    }
    let text = format!(
        "{} is not there; build the programs first: cargo build -p kphotos-daemon -p kphotos-worker -p kphotos-ctl \
         (or name their folder with KPHOTOS_BIN_DIR)",
        file.display()
    );
    Err(io::Error::new(io::ErrorKind::NotFound, text))
}

/// A command whose home is `home`, without KPHOTOS_* and XDG_* of the one who runs the tests.
pub fn clean_command(program: impl AsRef<OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("KPHOTOS_") || text.starts_with("XDG_") || text == "DBUS_SESSION_BUS_ADDRESS" {
            command.env_remove(&name);
        }
    }
    command
        .env("HOME", home)
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> io::Result<Output> {
    let output = command.output()?;
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    Ok(Output {
        command: words.join(" "),
        status: exit_number(output.status),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// The number a shell would give: the exit code, or 128 + signal.
pub fn exit_number(status: ExitStatus) -> i32 {
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

/// A daemon that was started here, with all that it started.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    /// Occurs in the arguments and the environment of this daemon's own processes alone.
    mark: OsString,
}

impl Daemon {
    /// Starts it as the leader of a process group, its output appended to `log`; `mark`, such as the path of its
    /// temporary folder, occurs in its arguments and its environment, and in no other process's.
    pub fn start(command: &mut Command, log: &Path, mark: &OsStr) -> io::Result<Self> {
        let log = File::options().create(true).append(true).open(log)?;
        command.process_group(0).stdout(log.try_clone()?).stderr(log);
        Ok(Self {
            child: command.spawn()?,
            mark: mark.to_owned(),
        })
    }

    /// Process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended; `None` while it runs.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Kills the daemon alone, as a crash would: its helpers are left to notice.
    pub fn kill9(&mut self) -> io::Result<ExitStatus> {
        self.child.kill()?;
        self.child.wait()
    }

    /// Asks it to end (SIGTERM) and waits at most `patience`.
    ///
    /// # Errors
    /// `TimedOut` if it is still there; it is left running.
    pub fn stop(&mut self, patience: Duration) -> io::Result<ExitStatus> {
        if let Some(status) = self.ended()? {
            return Ok(status);
        }
        // Opened before the signal: the number is still this child's, which has not been waited for.
        let process = pidfd(self.child.id())?;
        signal(self.child.id(), libc::SIGTERM)?;
        wait_readable(process.as_raw_fd(), patience)?;
        self.ended()?.ok_or_else(|| {
            let text = format!("the daemon did not end in {patience:?} after SIGTERM");
            io::Error::new(io::ErrorKind::TimedOut, text)
        })
    }

    /// The processes that this daemon started and that are still there, itself included.
    pub fn remaining(&self) -> Vec<u32> {
        let Ok(processes) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        let ids = processes
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter(|&id| self.owns(id).unwrap_or(false)).collect()
    }

    /// Kills whatever is left of it, and waits until that is gone. Never fails: it runs when a test has failed
    /// already.
    pub fn end(&mut self) {
        // A child in a group of its own is known by its parent alone, so it goes first.
        for id in self.remaining().into_iter().filter(|&id| id != self.child.id()) {
            let _ = signal(id, libc::SIGKILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        // Again, for what was started meanwhile by one of them.
        for _ in 0..10 {
            let remaining = self.remaining();
            if remaining.is_empty() {
                return;
            }
            for id in remaining {
                // Not our child, so it cannot be waited for, only watched.
                let process = pidfd(id);
                let _ = signal(id, libc::SIGKILL);
                let _ = process.and_then(|fd| wait_readable(fd.as_raw_fd(), Duration::from_secs(5)));
            }
        }
    }

    /// Numbers alone could be another's: it was given this daemon's environment, or is named `kphotos…` and is its
    /// child, of its group, or has its folders as arguments.
    fn owns(&self, id: u32) -> Option<bool> {
        let stat = fs::read(format!("/proc/{id}/stat")).ok()?;
        // `ID (NAME) STATE PARENT GROUP …`, and the name may hold anything, a parenthesis too: proc_pid_stat(5).
        let (open, close) = (
            stat.iter().position(|&b| b == b'(')?,
            stat.iter().rposition(|&b| b == b')')?,
        );
        let rest = String::from_utf8_lossy(stat.get(close + 1..)?).into_owned();
        let mut fields = rest.split_whitespace();
        if matches!(fields.next()?, "Z" | "X") {
            return Some(false);
        }
        let parent: u32 = fields.next()?.parse().ok()?;
        let group: u32 = fields.next()?.parse().ok()?;
        let named = stat.get(open + 1..close)?.starts_with(b"kphotos");
        let marked = |file: &str| {
            let text = fs::read(format!("/proc/{id}/{file}")).unwrap_or_default();
            text.windows(self.mark.len())
                .any(|window| window == self.mark.as_encoded_bytes())
        };
        let of_this = [parent, group].contains(&self.child.id());
        Some(marked("environ") || named && (of_this || marked("cmdline")))
    }
}

/// A descriptor that becomes readable when the process ends: pidfd_open(2).
pub fn pidfd(id: u32) -> io::Result<OwnedFd> {
    // SAFETY: takes two numbers and no pointer.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, libc::c_long::from(id), 0) };
    match i32::try_from(fd) {
        // SAFETY: `fd` was just opened here, and nothing else owns it.
        Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Waits until a descriptor is readable, or `patience` is over; a signal may end the wait early. Whether it is.
pub(crate) fn wait_readable(fd: RawFd, patience: Duration) -> io::Result<bool> {
    // Rounded up: rounding down would spin through the last millisecond.
    let ms = i32::try_from(patience.as_millis() + 1).unwrap_or(i32::MAX);
    let mut fd = libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: points to one pollfd that lives through the call, and says so.
    let ready = unsafe { libc::poll(&raw mut fd, 1, ms) };
    match io::Error::last_os_error() {
        error if ready < 0 && error.kind() != io::ErrorKind::Interrupted => Err(error),
        _ => Ok(ready > 0),
    }
}

/// Sends a signal to one process that was started here.
pub fn signal(id: u32, signal: i32) -> io::Result<()> {
    // 0 and negative numbers would mean groups of processes.
    let id = i32::try_from(id)
        .ok()
        .filter(|&id| id > 1)
        .ok_or(io::ErrorKind::InvalidInput)?;
    // SAFETY: takes no pointer; the number is that of one process.
    let sent = unsafe { libc::kill(id, signal) };
    if sent < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
