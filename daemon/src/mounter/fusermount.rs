//! Mounting without rights of one's own, through the setuid program `fusermount3` of package fuse3.
//!
//! It opens `/dev/fuse` as the calling user, mounts, and sends the descriptor with one byte over the socket
//! that `_FUSE_COMMFD` names; here that is its standard input, so nothing has to be inherited by number.
//! See fusermount3(1) and libfuse `lib/mount.c`. Only fixed directories are searched: the environment of a
//! daemon must not choose which program handles its mounts. A process with `no_new_privs` (Landlock, systemd's
//! `NoNewPrivileges=`) cannot gain the program's rights: the mounter must be started before that.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::FS_NAME;
use super::error::MounterError;
use super::socket;

/// The last one is where NixOS keeps its setuid programs.
const DIRECTORIES: [&str; 4] = ["/usr/bin", "/bin", "/usr/local/bin", "/run/wrappers/bin"];

/// Where the program is.
pub(super) fn find() -> Option<PathBuf> {
    DIRECTORIES
        .iter()
        .map(|dir| Path::new(dir).join("fusermount3"))
        .find(|program| program.is_file())
}

/// Mounts at `path` and hands back the open `/dev/fuse`.
pub(super) fn mount(path: &Path, allow_other: bool) -> Result<OwnedFd, MounterError> {
    let program = find().ok_or(MounterError::FusermountMissing)?;
    let failed = |message: String| MounterError::FusermountFailed {
        path: path.to_owned(),
        message,
    };
    let (ours, theirs) = socket::socket_pair(libc::SOCK_STREAM).map_err(|e| failed(e.to_string()))?;
    let mut options = format!("fsname={FS_NAME},subtype={FS_NAME},nosuid,nodev,noatime");
    if allow_other {
        options.push_str(",allow_other");
    }
    // The command holds their end until the statement is over; after it only the child does.
    let child = Command::new(program)
        .args(["-o", &options, "--"])
        .arg(path)
        .env_clear()
        .env("_FUSE_COMMFD", "0")
        .stdin(Stdio::from(theirs))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| failed(e.to_string()))?;
    let packet = socket::receive_with_fd(ours.as_fd(), 1);
    let ended = child.wait_with_output().map_err(|e| failed(e.to_string()))?;
    match packet {
        Ok(socket::Packet { fd: Some(device), .. }) if ended.status.success() => Ok(device),
        Ok(_) | Err(_) => Err(explain(&String::from_utf8_lossy(&ended.stderr), failed)),
    }
}

/// Unmounts at once, leaving those inside to finish.
pub(super) fn unmount(path: &Path) -> io::Result<()> {
    let program = find().ok_or(io::ErrorKind::NotFound)?;
    let ended = Command::new(program)
        .args(["-u", "-z", "-q", "--"])
        .arg(path)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()?;
    if ended.status.success() {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(libc::EPERM))
    }
}

fn explain(stderr: &str, failed: impl FnOnce(String) -> MounterError) -> MounterError {
    if stderr.contains("user_allow_other") {
        return MounterError::AllowOtherRefused;
    }
    let lines: Vec<&str> = stderr
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    failed(if lines.is_empty() {
        "it gave no reason".into()
    } else {
        lines.join("; ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stderr: &str, expect: &MounterError) {
        let failed = |message| MounterError::FusermountFailed {
            path: "/m".into(),
            message,
        };
        assert_eq!(&explain(stderr, failed), expect);
    }

    #[test]
    fn the_programs_words_become_a_cure_where_one_is_known() {
        check(
            "/usr/bin/fusermount3: option allow_other only allowed if 'user_allow_other' is set in /etc/fuse.conf\n",
            &MounterError::AllowOtherRefused,
        );
        let failed = |message: &str| MounterError::FusermountFailed {
            path: "/m".into(),
            message: message.into(),
        };
        check("one\n\n two\n", &failed("one; two"));
        check("", &failed("it gave no reason"));
    }
}
