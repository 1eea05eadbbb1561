//! Who may look into a mount, and who asks.
//!
//! A mount shows one person's world and is private unless told otherwise. In
//! system mode the kernel checks the modes that [`Access`] gives
//! (`default_permissions`), unless all may look. In user mode it must not, because it would then stop
//! the daemon's own operations too; lookups, listings and opens are checked here
//! instead, whenever the kernel asks. What it does not ask is one gap of user mode:
//! once a member of the group has looked at a file, an outsider who knows its path
//! can learn its attributes (not its bytes, nor what else is there) from the
//! kernel's cache. A private mount has no such gap: there the kernel lets in nobody.
//! Root is never refused: it could become anybody.

pub use kphotos_domain::storage::MountAccess as Access;

/// Who asks: from the header of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caller {
    /// File system uid.
    pub uid: u32,
    /// File system gid.
    pub gid: u32,
    /// Thread id; FUSE calls it pid. 0 where the kernel asks by itself.
    pub tid: u32,
}

/// Who checks permissions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Checks {
    /// The kernel, by mode: the mount has `default_permissions`.
    ///
    /// For who is not the owner it asks for an access list where the group has a right. FUSE gives none while
    /// the path is walked without locks, so the walk begins anew with them: 0.5 µs each time that a name is looked up
    /// (Linux 6.18, `check_acl` in fs/namei.c), which a listing by Samba does not show. To have it remember that there are
    /// none (`FUSE_POSIX_ACL`) would cost `ls -l` a request for each file.
    Kernel,
    /// The handlers.
    Here,
}

/// To whom the files of a mount belong, and who may read them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ownership {
    /// Owner of everything in the mount.
    pub uid: u32,
    /// Their group; with [`Access::Group`] that group is shown instead.
    pub gid: u32,
    /// Who may read.
    pub access: Access,
    /// Who checks that.
    pub checks: Checks,
}

impl Ownership {
    /// The permission bits of a directory or a file.
    #[must_use]
    pub const fn mode(&self, is_file: bool) -> u16 {
        match (self.access, is_file) {
            (Access::Private, false) => 0o500,
            (Access::Private, true) => 0o400,
            (Access::Group(_), false) => 0o550,
            (Access::Group(_), true) => 0o440,
            (Access::All, false) => 0o555,
            (Access::All, true) => 0o444,
        }
    }

    /// The group that is shown.
    #[must_use]
    pub const fn shown_gid(&self) -> u32 {
        match self.access {
            Access::Group(gid) => gid,
            Access::Private | Access::All => self.gid,
        }
    }

    /// Whether this caller may read. `in_group` is asked only where the caller's
    /// own gid does not settle it: supplementary groups do not travel in requests.
    pub fn admits(&self, caller: Caller, in_group: impl FnOnce(u32) -> bool) -> bool {
        if self.checks == Checks::Kernel || caller.uid == 0 || caller.uid == self.uid {
            return true;
        }
        match self.access {
            Access::Private => false,
            Access::Group(gid) => caller.gid == gid || in_group(gid),
            Access::All => true,
        }
    }
}

/// Whether a thread has a supplementary group, as `/proc` says.
/// Source: proc_pid_status(5), `Groups`.
#[must_use]
pub fn has_group(tid: u32, gid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{tid}/status")).unwrap_or_default();
    let groups = status.lines().find_map(|line| line.strip_prefix("Groups:"));
    groups.is_some_and(|groups| {
        groups
            .split_ascii_whitespace()
            .any(|group| group.parse() == Ok(gid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_admits_whom_its_access_names_and_root() {
        let check = |access, checks, uid, gid, supplementary: bool, admitted| {
            let ownership = Ownership {
                uid: 1000,
                gid: 1000,
                access,
                checks,
            };
            let caller = Caller { uid, gid, tid: 1 };
            assert_eq!(
                ownership.admits(caller, |_| supplementary),
                admitted,
                "{access:?} {checks:?} {uid}:{gid}"
            );
        };
        check(Access::Private, Checks::Here, 1000, 1000, false, true);
        check(Access::Private, Checks::Here, 0, 0, false, true);
        check(Access::Private, Checks::Here, 1001, 1000, true, false);
        check(Access::Private, Checks::Kernel, 1001, 1001, false, true);
        check(Access::Group(50), Checks::Here, 1001, 1001, false, false);
        check(Access::Group(50), Checks::Here, 1001, 50, false, true);
        check(Access::Group(50), Checks::Here, 1001, 1001, true, true);
        check(Access::All, Checks::Here, 65534, 65534, false, true);
    }
}
