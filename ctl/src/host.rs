//! Another machine's daemon: `--host [USER@]HOST`.
//!
//! ```text
//! kphotos ── socket pair ── ssh ── kphotos bridge ── the daemon's socket there
//! ```
//!
//! D-Bus is spoken through the pipe as if the socket were here. Who asks is
//! whom ssh logged in: the daemon sees the uid of the bridge. D-Bus wants the
//! client to name that uid, so the bridge says it first, in a line of its own.
//!
//! The remote shell reads the command, so the socket's path is quoted for it.
//! `KPHOTOS_SSH` names another program than `ssh`.

use crate::client::Client;
use crate::exit::{Failure, Kind};
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What the bridge's first line begins with; its uid follows.
const GREETING: &str = "kphotos-bridge ";

/// The longest first line that is read: what a chatty login says is no greeting.
const LINE: usize = 64;

/// How long the daemon there may take to greet, once the bridge stands.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connects to the daemon of `host`; on its own socket there, unless told otherwise.
///
/// # Errors
/// [`Kind::Unreachable`]: no ssh, no such host, no kphotos or no daemon there.
pub(crate) async fn connect(host: &str, socket: Option<&Path>) -> Result<Client, Failure> {
    let host = host.trim();
    if host.is_empty() {
        return Err(Failure::usage("--host names no host: give HOST or USER@HOST"));
    }
    let ssh = std::env::var_os("KPHOTOS_SSH").filter(|program| !program.is_empty());
    let ssh = ssh.unwrap_or_else(|| "ssh".into());
    let (mut own, theirs) = UnixStream::pair()?;
    let input = OwnedFd::from(theirs.try_clone()?);
    let child = Command::new(&ssh)
        .args(["-xT", "--", host])
        .args(remote_command(socket)?)
        .stdin(Stdio::from(input))
        .stdout(Stdio::from(OwnedFd::from(theirs)))
        .spawn();
    let child = child.map_err(|error| {
        let program = ssh.to_string_lossy();
        unreachable(
            host,
            &format!("`{program}` cannot be run ({error}): install ssh, or name it with KPHOTOS_SSH"),
        )
    })?;
    match greeting(&mut own) {
        Ok(uid) => Client::over(own, uid, Path::new(host), PATIENCE).await,
        Err(error) => Err(ended(host, child, own, &error)),
    }
}

fn unreachable(host: &str, why: &str) -> Failure {
    Failure::new(
        Kind::Unreachable,
        format!("the daemon on {host} cannot be reached: {why}"),
    )
}

/// The command line that the shell there reads.
fn remote_command(socket: Option<&Path>) -> Result<Vec<String>, Failure> {
    let mut words = vec!["kphotos".to_owned()];
    if let Some(socket) = socket {
        let path = socket
            .to_str()
            .ok_or_else(|| Failure::usage("with --host the socket's path has to be UTF-8"))?;
        words.push("--socket".to_owned());
        words.push(quoted(path));
    }
    words.extend(["bridge", "--greet"].map(str::to_owned));
    Ok(words)
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Reads the bridge's first line, and not a byte more: what follows is D-Bus.
fn greeting(stream: &mut impl Read) -> io::Result<u32> {
    let mut line = Vec::new();
    let mut byte = [0u8];
    loop {
        stream.read_exact(&mut byte)?;
        if byte == *b"\n" {
            break;
        }
        line.extend(byte);
        if line.len() > LINE {
            break;
        }
    }
    let uid = str::from_utf8(&line)
        .ok()
        .and_then(|line| line.strip_prefix(GREETING)?.trim().parse().ok());
    uid.ok_or_else(|| {
        let said = String::from_utf8_lossy(&line).into_owned();
        io::Error::new(io::ErrorKind::InvalidData, said)
    })
}

/// Why no bridge stands: by how ssh ended, which said more on stderr.
fn ended(host: &str, mut child: Child, own: UnixStream, error: &io::Error) -> Failure {
    drop(own);
    if error.kind() == io::ErrorKind::InvalidData {
        return unreachable(
            host,
            &format!("its shell answered `{error}`; a login without a terminal must say nothing"),
        );
    }
    let status = child.wait().ok().and_then(|status| status.code());
    unreachable(host, ended_with(status))
}

/// Source: ssh(1), EXIT STATUS; POSIX shells end with 127 where a program is not found.
fn ended_with(status: Option<i32>) -> &'static str {
    match status {
        Some(255) => "ssh did not get there; it says above why",
        Some(127) => "kphotos is not installed there, or not in the PATH of a login without a terminal",
        Some(2) => "its kphotos knows no bridge: install the same version there",
        Some(6) => "kphotosd does not run there",
        _ => "the connection ended; what is above may say why",
    }
}

/// Copies this process's input to the daemon's socket, and what the daemon says to its output.
///
/// # Errors
/// [`Kind::Unreachable`] if nobody listens on the socket.
pub(crate) fn bridge(socket: &Path, greet: bool) -> Result<(), Failure> {
    let daemon = UnixStream::connect(socket).map_err(|error| {
        let kind = if error.kind() == io::ErrorKind::PermissionDenied {
            Kind::NotPermitted
        } else {
            Kind::Unreachable
        };
        let message = format!(
            "the daemon cannot be reached at {}: {error}; start kphotosd",
            socket.display()
        );
        Failure::new(kind, message)
    })?;
    let mut output = io::stdout().lock();
    if greet {
        let uid = std::fs::metadata("/proc/self")?.uid();
        writeln!(output, "{GREETING}{uid}")?;
        output.flush()?;
    }
    let to_daemon = daemon.try_clone()?;
    // Not waited for: it may stand in a read of the input for as long as that is open.
    std::thread::spawn(move || {
        let mut to_daemon = to_daemon;
        let _ = copy(&mut io::stdin().lock(), &mut to_daemon);
        // The daemon is told that no more comes, and ends the other direction.
        let _ = to_daemon.shutdown(Shutdown::Write);
    });
    Ok(copy(&mut { daemon }, &mut output)?)
}

/// Copies what is there at once: a message must not wait for the next.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        to.write_all(buffer.get(..read).unwrap_or_default())?;
        to.flush()?;
    }
}

/// A path as it is sent to another machine: absolute, because this one's folder means nothing there.
pub(crate) fn there(path: &OsStr) -> Result<Vec<u8>, Failure> {
    if path.as_bytes().starts_with(b"/") {
        return Ok(path.as_bytes().to_vec());
    }
    Err(Failure::usage(format!(
        "`{}` means nothing on another machine: with --host give the whole path there, a number, or --query",
        path.to_string_lossy()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remote_shell_gets_each_word_as_it_is() {
        let words = |socket: Option<&str>| remote_command(socket.map(Path::new)).unwrap().join(" ");
        assert_eq!(words(None), "kphotos bridge --greet");
        assert_eq!(
            words(Some("/run/it's here/bus")),
            r"kphotos --socket '/run/it'\''s here/bus' bridge --greet"
        );
    }

    #[test]
    fn a_bridge_greets_with_its_uid_and_anything_else_is_none() {
        let mut stream = &b"kphotos-bridge 1000\nl\0\x01"[..];
        assert_eq!(greeting(&mut stream).unwrap(), 1000);
        assert_eq!(stream, b"l\0\x01");
        for (text, kind) in [
            ("Welcome to nas!\n", io::ErrorKind::InvalidData),
            ("kphotos-bridge x\n", io::ErrorKind::InvalidData),
            ("", io::ErrorKind::UnexpectedEof),
            ("kphotos-b", io::ErrorKind::UnexpectedEof),
        ] {
            assert_eq!(greeting(&mut text.as_bytes()).unwrap_err().kind(), kind, "{text}");
        }
        assert!(greeting(&mut [b'x'; 4096].as_slice()).is_err());
    }

    #[test]
    fn only_whole_paths_mean_something_elsewhere() {
        assert_eq!(there(OsStr::new("/p/./a")).unwrap(), b"/p/./a");
        assert_eq!(there(OsStr::new("a.jpg")).unwrap_err().kind, Kind::Invalid);
    }
}
