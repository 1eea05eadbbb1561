//! Shutting the daemon in: from here on the kernel refuses it every write, but
//! in its own folders and on its own mount.
//!
//! Landlock binds the calling thread and what it starts later, so this is called
//! before the first thread. It says nothing about reading, nor about times, modes
//! and xattrs: those are what the read-only clones of the library roots are for
//! ([`crate::mounter`]). Measured on Linux 6.18: below a mount the rules of the
//! folders above the mount point count, those of the mount point itself do not;
//! so a mount in the runtime folder is covered, one elsewhere needs its own rule.

#![expect(
    unsafe_code,
    reason = "a rule for a mount that nobody serves yet has no safe form in the crate"
)]

use landlock::{
    ABI, AccessFs, PathBeneath, PathFd, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetError,
    RulesetStatus, make_bitflags,
};
use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The newest interface that is known to work as written here.
const KNOWN: ABI = ABI::V5;

/// How far the kernel holds the daemon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confined {
    /// Everything that was asked for.
    Fully,
    /// An older kernel: a part of it.
    Partly,
    /// A kernel without Landlock.
    Not,
}

/// Why the daemon could not be shut in.
#[derive(Debug, thiserror::Error)]
pub enum ConfineError {
    /// The kernel refuses the rules.
    #[error("the kernel refuses the rules that keep the daemon in its folders: {0}")]
    Rules(#[from] RulesetError),
    /// The kernel refuses the rule for the mount.
    #[error("the kernel refuses the rule for the daemon's own mount: {0}")]
    Mount(#[from] io::Error),
}

/// Refuses this process every write outside these folders and mounts, for ever.
/// The mounts need not be served yet; one below a folder of these needs not be named.
///
/// # Errors
/// If the kernel refuses the rules. A kernel without Landlock is no error: see
/// [`Confined`].
pub fn confine(folders: &[&Path], mounts: &[&Path]) -> Result<Confined, ConfineError> {
    let writes = AccessFs::from_write(KNOWN);
    let device = make_bitflags!(AccessFs::{WriteFile});
    let mut rules = Ruleset::default().handle_access(writes)?.create()?;
    for folder in folders {
        // A folder that is gone needs no rule; the one who needs it says so.
        if let Ok(folder) = PathFd::new(folder) {
            rules = rules.add_rule(PathBeneath::new(folder, writes))?;
        }
    }
    if let Ok(null) = PathFd::new("/dev/null") {
        rules = rules.add_rule(PathBeneath::new(null, device))?;
    }
    for mount in mounts {
        if let Some(rules) = Option::<OwnedFd>::from(rules.try_clone()?) {
            allow_mount(&rules, mount, writes.bits())?;
        }
    }
    Ok(match rules.restrict_self()?.ruleset {
        RulesetStatus::FullyEnforced => Confined::Fully,
        RulesetStatus::PartiallyEnforced => Confined::Partly,
        RulesetStatus::NotEnforced => Confined::Not,
    })
}

/// Adds the rule for a mount that is not served yet. Not by the crate: it asks for
/// the file's type first, which would wait for an answer of our own.
/// Source: landlock_add_rule(2).
fn allow_mount(rules: &OwnedFd, mount: &Path, allowed: u64) -> io::Result<()> {
    #[repr(C, packed)]
    struct PathBeneathAttr {
        allowed_access: u64,
        parent_fd: RawFd,
    }
    const RULE_PATH_BENEATH: libc::c_int = 1;
    let root = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_CLOEXEC)
        .open(mount)?;
    let attr = PathBeneathAttr {
        allowed_access: allowed,
        parent_fd: root.as_raw_fd(),
    };
    // SAFETY: both descriptors are open, and the attribute has the layout of the kernel's and lives through the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_landlock_add_rule,
            rules.as_raw_fd(),
            RULE_PATH_BENEATH,
            &raw const attr,
            0u32,
        )
    };
    if done == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_confined_thread_writes_in_its_folders_only() {
        let dir = tempfile::tempdir().unwrap();
        let (own, other) = (dir.path().join("own"), dir.path().join("other"));
        fs::create_dir_all(&own).unwrap();
        fs::create_dir_all(&other).unwrap();
        fs::write(other.join("photo.jpg"), b"photo").unwrap();
        let (inner, outer) = (own.clone(), other.clone());
        // A thread of its own: the test runner has to stay free.
        let done = std::thread::spawn(move || {
            let confined = confine(&[&inner], &[]).unwrap();
            if confined == Confined::Not {
                return false;
            }
            fs::write(inner.join("new"), b"x").unwrap();
            assert!(fs::write(outer.join("new"), b"x").is_err());
            assert!(fs::write(outer.join("photo.jpg"), b"x").is_err());
            assert!(fs::remove_file(outer.join("photo.jpg")).is_err());
            assert!(fs::rename(outer.join("photo.jpg"), inner.join("photo.jpg")).is_err());
            assert_eq!(fs::read(outer.join("photo.jpg")).unwrap(), b"photo");
            true
        });
        if !done.join().unwrap() {
            println!("skipped: a_confined_thread_writes_in_its_folders_only: the kernel has no Landlock");
        }
        assert_eq!(fs::read(other.join("photo.jpg")).unwrap(), b"photo");
    }
}
