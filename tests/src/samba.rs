//! A Samba server of its own, on loopback.
//!
//! It is configured by what `kphotos samba-conf` prints; only what keeps it apart from a server of the machine (a
//! port, folders, accounts) is added here. It runs as root, as Samba must, and is ended by its own process number,
//! with all that it started: Samba's children have the folder's name in their environment, and nobody else has.
//! The client is `smbclient`.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::inotify::Watcher;
use crate::process::{self, Daemon, Output};
use crate::skip;
use crate::world::PATIENCE;

/// Of every account.
const PASSWORD: &str = "kphotos";

/// The tools that are needed.
const TOOLS: [&str; 4] = ["smbd", "smbclient", "smbpasswd", "stdbuf"];

/// Whether a server can be started here.
///
/// # Errors
/// Why not.
pub fn is_here() -> Result<(), String> {
    skip::root()?;
    TOOLS
        .into_iter()
        .try_for_each(|tool| skip::program(tool).map(drop))
}

/// Two users of the system, each with a group of its own name: one for the shares' group, one who is not in it.
///
/// # Errors
/// That the system has no two.
pub fn two_users() -> Result<[String; 2], String> {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let (users, groups) = (read("/etc/passwd"), read("/etc/group"));
    let has_group = |name: &str| {
        groups.lines().any(|line| {
            let mut fields = line.split(':');
            // Nobody else is in it: the last field is empty.
            fields.next() == Some(name) && fields.nth(2) == Some("")
        })
    };
    let names = users.lines().filter_map(|line| line.split(':').next());
    let mut names = names.filter(|name| !["root", "nobody"].contains(name) && has_group(name));
    let two = names.next().zip(names.next());
    let (one, other) = two.ok_or("no two users of this system have groups of their own")?;
    Ok([one.to_owned(), other.to_owned()])
}

/// A running server.
#[derive(Debug)]
pub struct Samba {
    folder: TempDir,
    server: Daemon,
    port: u16,
}

impl Samba {
    /// Starts one with these shares and these accounts, and waits until it is ready.
    ///
    /// # Errors
    /// What could not be set up; the log is in the text if the server did not become ready.
    pub fn start(shares: &str, users: &[&str]) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("kphotos-samba-").tempdir()?;
        // Nobody else takes it meanwhile unless by chance; the server would then say so and the test fail.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let conf = folder.path().join("smb.conf");
        fs::write(&conf, global(folder.path(), port)? + shares)?;
        for user in users {
            add(&conf, folder.path(), user)?;
        }
        let log = folder.path().join("log");
        let mut watcher = Watcher::on(folder.path())?;
        let mut command = process::clean_command("smbd", folder.path());
        command.args([
            "--foreground",
            "--no-process-group",
            "--debug-stdout",
            "--configfile",
        ]);
        let server = Daemon::start(command.arg(&conf), &log, folder.path().as_os_str())?;
        let mut samba = Self { folder, server, port };
        let deadline = Instant::now() + PATIENCE;
        while !samba.log().contains("waiting for connections") {
            let left = deadline.saturating_duration_since(Instant::now());
            let is_over = samba.server.ended()?.is_some() || watcher.next(left)?.is_none();
            if is_over {
                return Err(io::Error::other(format!("smbd is not ready\n{}", samba.log())));
            }
        }
        Ok(samba)
    }

    /// Where its settings are.
    pub fn conf(&self) -> PathBuf {
        self.folder.path().join("smb.conf")
    }

    /// Where a desktop's programs find a folder of a share.
    pub fn address(&self, share: &str, folder: &str) -> String {
        format!("smb://127.0.0.1:{}/{share}/{folder}", self.port)
    }

    /// What it said so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.path().join("log")).unwrap_or_default()).into_owned()
    }

    /// `smbclient` on a share as `user`, run in `folder`, to do these commands.
    pub fn client(&self, share: &str, user: &str, folder: &Path, commands: &str) -> Command {
        let mut command = process::clean_command("smbclient", self.folder.path());
        command
            .arg(format!("//127.0.0.1/{share}"))
            .args(["--port", &self.port.to_string()])
            .args(["--user", &format!("{user}%{PASSWORD}")])
            .arg("--configfile")
            .arg(self.conf())
            .args(["--command", commands])
            .current_dir(folder);
        command
    }

    /// As [`Samba::client`], to its end.
    #[track_caller]
    pub fn run(&self, share: &str, user: &str, folder: &Path, commands: &str) -> Output {
        process::run(&mut self.client(share, user, folder, commands))
            .unwrap_or_else(|error| panic!("smbclient: {error}"))
    }

    /// A client that is told what changes in a folder of a share, in Windows' spelling.
    pub fn notified(&self, share: &str, user: &str, dir: &str) -> io::Result<Notified> {
        let folder = self.folder.path().to_owned();
        let client = self.client(share, user, &folder, &format!("notify \"{dir}\""));
        // Into a pipe it would speak only when it has much to say.
        let mut command = process::clean_command("stdbuf", &folder);
        command
            .arg("--output=L")
            .arg(client.get_program())
            .args(client.get_args());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("it has no output"))?;
        Ok(Notified {
            child,
            output,
            pending: Vec::new(),
            text: Vec::new(),
        })
    }
}

impl Drop for Samba {
    fn drop(&mut self) {
        let _ = self.server.stop(Duration::from_secs(5));
        self.server.end();
    }
}

/// What a client is told of a name. Source: \[MS-FSCC\] 2.7.1, `FILE_NOTIFY_INFORMATION`, `Action`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It has come.
    Added = 1,
    /// It has gone.
    Removed = 2,
    /// Its content or attributes are others.
    Modified = 3,
    /// It was renamed from this.
    RenamedFrom = 4,
    /// It was renamed to this.
    RenamedTo = 5,
}

/// A client that waits for changes; ended when dropped.
#[derive(Debug)]
pub struct Notified {
    child: Child,
    output: ChildStdout,
    /// Whole lines, and what has come of the next one.
    pending: Vec<String>,
    text: Vec<u8>,
}

impl Notified {
    /// Whether it is told this in this time. What it was told before is forgotten then.
    pub fn is_told(&mut self, change: Change, name: &str, patience: Duration) -> io::Result<bool> {
        let wanted = format!("{:04} {name}", change as u8);
        let deadline = Instant::now() + patience;
        let mut buffer = [0; 4096];
        loop {
            if let Some(line) = self.pending.iter().position(|line| line.trim_end() == wanted) {
                self.pending.drain(..=line);
                return Ok(true);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || !process::wait_readable(self.output.as_raw_fd(), left)? {
                return Ok(false);
            }
            let length = self.output.read(&mut buffer)?;
            if length == 0 {
                return Err(io::Error::other("the client has ended"));
            }
            self.text.extend_from_slice(&buffer[..length]);
            while let Some(end) = self.text.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.text.drain(..=end).collect();
                self.pending.push(String::from_utf8_lossy(&line).into_owned());
            }
        }
    }

    /// What it was told and nobody asked for.
    pub fn rest(&self) -> &[String] {
        &self.pending
    }
}

impl Drop for Notified {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What keeps this server apart from any other.
fn global(folder: &Path, port: u16) -> io::Result<String> {
    let mut text = format!(
        "[global]\n   server role = standalone server\n   smb ports = {port}\n   interfaces = lo\n   bind interfaces only = yes\n   disable netbios = yes\n   load printers = no\n   disable spoolss = yes\n   log level = 2\n   server min protocol = NT1\n   client min protocol = NT1\n"
    );
    for name in [
        "private dir",
        "lock directory",
        "state directory",
        "cache directory",
        "pid directory",
        "ncalrpc dir",
    ] {
        let dir = folder.join(name.replace(' ', "-"));
        fs::create_dir(&dir)?;
        text.push_str(&format!("   {name} = {}\n", dir.display()));
    }
    Ok(text)
}

/// Gives a user of the system an account.
fn add(conf: &Path, home: &Path, user: &str) -> io::Result<()> {
    let mut command = process::clean_command("smbpasswd", home);
    command.arg("-c").arg(conf).args(["-s", "-a", user]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(format!("{PASSWORD}\n{PASSWORD}\n").as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(io::Error::other(format!("smbpasswd: {said}")))
}
