//! A daemon with folders of its own, ended and unmounted whatever happens.
//!
//! A test writes photos to [`World::library`], starts the world, and speaks to it as a user does: the `kphotos`
//! command and the mounted tree. Each world lies in a temporary folder, so tests run in parallel. When it is
//! dropped, also by a failed assertion, its processes are ended, everything mounted below its folder is
//! detached, and after a failure the daemon's log is printed.
//!
//! Refused: a bus or an HTTP port of the machine (both are off, unless a test asks for HTTP on any port), and waiting by time: a world is ready when
//! `kphotos wait --ready` says so.
#![expect(unsafe_code, reason = "umount2 is not in std")]

use std::ffi::{CString, OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::http::Client;
use crate::process::{self, Daemon, Output};
use crate::sacred::{Inventory, backdate_access_times};

/// How long a daemon may take to start or to end.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A daemon and its folders.
#[derive(Debug)]
pub struct World {
    folder: TempDir,
    daemon: Option<Daemon>,
    /// Killed ones, whose helpers may still be there.
    fallen: Vec<Daemon>,
    arguments: Vec<OsString>,
    /// What the daemon finds in its environment besides.
    environment: Vec<(&'static str, OsString)>,
    /// Whether the settings file says where to mount, and no flag does.
    is_declared: bool,
    has_settings: bool,
    programs: PathBuf,
    /// Whether the command line has `--http`.
    says_http: bool,
    /// The folder of originals and the mount, below the world's own.
    library: &'static str,
    mount: &'static str,
}

impl World {
    /// Folders without a daemon: put photos into [`World::library`], then call [`World::start`].
    pub fn new() -> io::Result<Self> {
        Self::in_folder(&std::env::temp_dir())
    }

    /// As [`World::new`], on the disk where `parent` is.
    pub fn in_folder(parent: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("kphotos-test-")
            .tempdir_in(parent)?;
        let (fallen, arguments, programs) = (Vec::new(), Vec::new(), process::programs_dir()?);
        let world = Self {
            folder,
            daemon: None,
            fallen,
            arguments,
            environment: Vec::new(),
            is_declared: false,
            has_settings: false,
            programs,
            says_http: true,
            library: "library",
            mount: "mount",
        };
        for name in ["library", "state", "cache", "runtime", "export", "mount", "home"] {
            fs::create_dir(world.path(name))?;
        }
        Ok(world)
    }

    /// As [`World::new`], with the originals in `Pictures` and the tree at `KPhotos` of a person's home.
    pub fn at_home() -> io::Result<Self> {
        let mut world = Self::new()?;
        (world.library, world.mount) = ("home/Pictures", "home/KPhotos");
        fs::create_dir(world.library())?;
        fs::create_dir(world.mount())?;
        Ok(world)
    }

    /// As [`World::new`], with `arguments` added to the daemon's command line.
    pub fn with_arguments<S: AsRef<OsStr>>(arguments: &[S]) -> io::Result<Self> {
        let mut world = Self::new()?;
        world.arguments = arguments
            .iter()
            .map(|argument| argument.as_ref().to_owned())
            .collect();
        Ok(world)
    }

    /// Adds `arguments` to the daemon's command line from its next start on.
    pub fn add_arguments<S: AsRef<OsStr>>(&mut self, arguments: &[S]) {
        let given = arguments.iter().map(|argument| argument.as_ref().to_owned());
        self.arguments.extend(given);
    }

    /// Gives the daemon a variable of its environment from its next start on.
    pub fn set_variable(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.environment.push((name, value.into()));
    }

    /// Says nothing of HTTP on the daemon's command line: it listens on its default port, if that is free.
    pub fn leave_http_to_the_daemon(&mut self) {
        self.says_http = false;
    }

    /// Has the daemon mount what these settings declare, and nothing else.
    pub fn declare(&mut self, settings: &str) -> io::Result<()> {
        (self.is_declared, self.has_settings) = (true, true);
        fs::write(self.path("kphotos.toml"), settings)
    }

    /// Has the daemon not look at pictures unless it is asked: of hundreds that takes long on a machine that is busy, since
    /// it is done with what is to spare.
    pub fn spare_pictures(&mut self) -> io::Result<()> {
        self.has_settings = true;
        fs::write(self.path("kphotos.toml"), "[scan]\nnear = false\n")
    }

    /// Has the daemon keep quiet hours from its next start on, now and for some time: what it hashes, a person starts.
    pub fn keep_quiet(&mut self) -> io::Result<()> {
        // The world's clock is UTC.
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let time = |hours| {
            (&now + jiff::SignedDuration::from_hours(hours))
                .strftime("%H:%M")
                .to_string()
        };
        self.has_settings = true;
        let quiet = format!("[scan]\nquiet = '{}-{}'\n", time(-1), time(2));
        fs::write(self.path("kphotos.toml"), quiet)
    }

    /// Takes the settings back that were written, from its next start on.
    pub fn forget_settings(&mut self) -> io::Result<()> {
        fs::write(self.path("kphotos.toml"), "")
    }

    /// Takes the programs from `dir` instead of where cargo builds them.
    pub fn use_programs(&mut self, dir: impl Into<PathBuf>) {
        self.programs = dir.into();
    }

    /// A path in the world's own folder.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of originals.
    pub fn library(&self) -> PathBuf {
        self.path(self.library)
    }

    /// Where the tree is mounted.
    pub fn mount(&self) -> PathBuf {
        self.path(self.mount)
    }

    /// The daemon's state: layer, journal, secrets.
    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// The continuous export.
    pub fn export(&self) -> PathBuf {
        self.path("export")
    }

    /// The daemon's own socket.
    pub fn socket(&self) -> PathBuf {
        self.path("runtime/bus")
    }

    /// A client of the daemon's HTTP interface, for a world made with `--http`; ends the test if there is none.
    pub fn http(&self) -> Client {
        let read = |path: &str| {
            fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
        };
        let address = read("runtime/http").trim().parse().expect("an address");
        let token = Some(read("state/tokens/http").trim().to_owned());
        Client { address, token }
    }

    /// The daemon's log so far, of all its lives.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.path("log")).unwrap_or_default()).into_owned()
    }

    /// The running daemon's process id; ends the test if there is none.
    pub fn pid(&self) -> u32 {
        self.daemon.as_ref().expect("the daemon is running").id()
    }

    /// The processes of the running daemon that are called `name` (its first fifteen bytes), by number, sorted.
    pub fn processes(&self, name: &str) -> Vec<u32> {
        let named = |id: &u32| {
            fs::read_to_string(format!("/proc/{id}/comm"))
                .is_ok_and(|comm| comm.trim_end() == &name[..name.len().min(15)])
        };
        let all = self.daemon.as_ref().map(Daemon::remaining).unwrap_or_default();
        all.into_iter().filter(named).collect()
    }

    /// All processes of the running daemon, itself included, by number.
    pub fn all_processes(&self) -> Vec<u32> {
        self.daemon.as_ref().map(Daemon::remaining).unwrap_or_default()
    }

    /// Waits until no job is pending; ends the test if that takes longer than `patience`.
    #[track_caller]
    pub fn wait_idle(&self, patience: Duration) {
        let seconds = patience.as_secs().to_string();
        let _ = self.kphotos(&["wait", "--idle", "--timeout", &seconds]).ok();
    }

    /// Starts the daemon and waits until it is ready.
    ///
    /// # Errors
    /// That it is not built, ended by itself, or was not ready in [`PATIENCE`]; the log is in the text.
    pub fn start(&mut self) -> io::Result<()> {
        self.launch()?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            // It waits for the socket too; in short turns, so that a daemon that ended is seen.
            let answer = self.try_kphotos(&["wait", "--ready", "--timeout", "1"])?;
            if answer.status == 0 {
                return Ok(());
            }
            let ended = self.daemon.as_mut().map_or(Ok(None), Daemon::ended)?;
            let failure = match ended {
                Some(status) => format!("the daemon ended while starting ({status})"),
                None if Instant::now() < deadline => continue,
                None => format!("the daemon is not ready after {PATIENCE:?}: {answer}"),
            };
            return Err(io::Error::other(format!(
                "{failure}\n--- log of the daemon\n{}",
                self.log()
            )));
        }
    }

    /// Takes down what the originals of [`Self::library`] are, access times included, before the daemon sees them; then
    /// starts it and waits as [`Self::wait_idle`].
    #[track_caller]
    pub fn start_on_originals(&mut self, patience: Duration) -> Inventory {
        let library = self.library();
        backdate_access_times(&library).unwrap();
        let originals = Inventory::take(&library).unwrap();
        self.start().unwrap();
        self.wait_idle(patience);
        originals
    }

    /// Starts the daemon without waiting for it: for tests that kill it while it starts.
    pub fn launch(&mut self) -> io::Result<()> {
        let mut command = self.daemon_command()?;
        let (log, mark) = (self.path("log"), self.folder.path().as_os_str());
        self.daemon = Some(Daemon::start(&mut command, &log, mark)?);
        Ok(())
    }

    /// Runs `kphotos` on this world's daemon; ends the test only if it cannot be run at all.
    #[track_caller]
    pub fn kphotos(&self, arguments: &[impl AsRef<OsStr>]) -> Output {
        self.try_kphotos(arguments)
            .unwrap_or_else(|error| panic!("kphotos: {error}"))
    }

    /// As [`World::kphotos`] with `--json`, must exit 0, and gives the document.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        self.kphotos(&[&["--json"], arguments].concat()).ok().json()
    }

    /// The `kphotos` command on this world's daemon, for tests that feed it or run it beside themselves.
    pub fn kphotos_command(&self) -> io::Result<Command> {
        let program = process::program_in(&self.programs, "kphotos")?;
        let mut command = process::clean_command(program, &self.path("home"));
        command.arg("--socket").arg(self.socket());
        Ok(command)
    }

    /// Kills the daemon as a crash would, and waits until it is gone. Its mount is left as it is.
    pub fn kill9(&mut self) -> io::Result<()> {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill9()?;
            self.fallen.push(daemon);
        }
        Ok(())
    }

    /// Stops the daemon if it runs, and starts it on the same folders.
    pub fn restart(&mut self) -> io::Result<()> {
        if self.daemon.is_some() {
            self.stop()?;
        }
        self.start()
    }

    /// Asks the daemon to end, and waits for it.
    ///
    /// # Errors
    /// That none runs, or that it has not ended in [`PATIENCE`].
    pub fn stop(&mut self) -> io::Result<ExitStatus> {
        let daemon = self
            .daemon
            .as_mut()
            .ok_or_else(|| io::Error::other("the daemon is not running"))?;
        let status = daemon.stop(PATIENCE)?;
        self.fallen.extend(self.daemon.take());
        Ok(status)
    }

    /// What is mounted below the world's folder, in the order of mounting.
    pub fn mounts(&self) -> Vec<PathBuf> {
        mounts_below(self.folder.path())
    }

    fn try_kphotos(&self, arguments: &[impl AsRef<OsStr>]) -> io::Result<Output> {
        process::run(self.kphotos_command()?.args(arguments))
    }

    fn daemon_command(&self) -> io::Result<Command> {
        let program = process::program_in(&self.programs, "kphotosd")?;
        let mut command = process::clean_command(program, &self.path("home"));
        let folders = [
            ("--library", self.library),
            ("--mount", self.mount),
            ("--state-dir", "state"),
            ("--cache-dir", "cache"),
            ("--runtime-dir", "runtime"),
            ("--export-dir", "export"),
        ];
        let is_flag = |option: &&str| *option != "--mount" || !self.is_declared;
        for (option, name) in folders.iter().filter(|(option, _)| is_flag(option)) {
            command.arg(option).arg(self.path(name));
        }
        if self.has_settings {
            command.arg("--config").arg(self.path("kphotos.toml"));
        }
        for (option, is_said) in [("--bus", true), ("--http", self.says_http)] {
            if is_said && !self.arguments.iter().any(|argument| argument == option) {
                command.args([option, "off"]);
            }
        }
        command.args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("--- log of the daemon\n{}--- end of the log", self.log());
        }
        // An orderly end first: a daemon that unmounts by itself leaves nothing to detach.
        let patience = if thread::panicking() {
            Duration::from_secs(2)
        } else {
            PATIENCE
        };
        if let Some(daemon) = &mut self.daemon {
            let _ = daemon.stop(patience);
        }
        for daemon in self.daemon.iter_mut().chain(&mut self.fallen) {
            daemon.end();
        }
        // Last mounted, first detached; otherwise removing the folder would walk into the tree.
        for point in self.mounts().iter().rev() {
            detach(point);
        }
    }
}

/// What is mounted at `folder` or below it, in the order of mounting. Source: proc_pid_mountinfo(5).
pub fn mounts_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(folder) = folder.canonicalize() else {
        return Vec::new();
    };
    let table = fs::read("/proc/self/mountinfo").unwrap_or_default();
    let points = table
        .split(|&byte| byte == b'\n')
        .filter_map(|line| line.split(|&byte| byte == b' ').nth(4));
    points
        .map(unescaped)
        .filter(|point| point.starts_with(&folder))
        .collect()
}

/// Detaches one mount, whoever still uses it; says so when it cannot.
pub fn detach(point: &Path) {
    let Ok(c_point) = CString::new(point.as_os_str().as_bytes()) else {
        return;
    };
    // SAFETY: the path is NUL-terminated and lives through the call.
    let detached = unsafe { libc::umount2(c_point.as_ptr(), libc::MNT_DETACH | libc::UMOUNT_NOFOLLOW) } == 0;
    let helped = || {
        Command::new("fusermount3")
            .args(["-u", "-z", "--"])
            .arg(point)
            .output()
    };
    if !detached && !helped().is_ok_and(|output| output.status.success()) {
        println!(
            "{} is still mounted: {}",
            point.display(),
            io::Error::last_os_error()
        );
    }
}

/// The kernel writes space, tab, newline and backslash as three octal digits.
fn unescaped(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::new();
    let mut rest = field;
    while let Some((&byte, tail)) = rest.split_first() {
        let code = tail.get(..3).filter(|_| byte == b'\\');
        let code = code.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        bytes.push(code.unwrap_or(byte));
        rest = if code.is_some() { &tail[3..] } else { tail };
    }
    PathBuf::from(OsString::from_vec(bytes))
}
