//! What the kernel says of the mounts of this machine, and the system of its users.
//!
//! The mounts themselves are not looked at: one that hangs must not hang this.
//! Sources: proc_pid_mountinfo(5), passwd(5).

use std::collections::HashMap;

/// What the kernel knows of a FUSE mount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Known {
    /// Whether the kernel lets in others than the owner (`allow_other`).
    pub(super) is_open: bool,
    /// Whose it is.
    pub(super) owner: u32,
}

/// Mounts and users of a machine.
pub(super) struct System {
    mounts: HashMap<Vec<u8>, Known>,
    users: HashMap<u32, String>,
}

impl System {
    /// Those of this one.
    pub(super) fn read() -> Self {
        let read = |path| std::fs::read(path).unwrap_or_default();
        Self {
            mounts: mounts(&read("/proc/self/mountinfo")),
            users: users(&String::from_utf8_lossy(&read("/etc/passwd"))),
        }
    }

    /// Mounts in `/srv`, and a user `anna` with one in her home.
    #[cfg(test)]
    pub(super) fn example() -> Self {
        let line = |path: &str, rest: &str| format!("30 1 0:40 / {path} ro - fuse kphotos rw,{rest}\n");
        let system = "user_id=0,group_id=0,default_permissions,allow_other";
        let mut text = String::new();
        for path in [
            "/srv/kphotos",
            "/srv/photos",
            "/srv/other/photos",
            "/srv/my\\040photos",
            "/srv/Global",
        ] {
            text.push_str(&line(path, system));
        }
        text.push_str(&line(
            "/srv/anna",
            "user_id=1000,group_id=1000,default_permissions,allow_other",
        ));
        text.push_str(&line(
            "/srv/nobody",
            "user_id=1234,group_id=1,default_permissions,allow_other",
        ));
        text.push_str(&line("/home/anna/KPhotos", "user_id=1000,group_id=1000"));
        Self {
            mounts: mounts(text.as_bytes()),
            users: users("root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n"),
        }
    }

    /// The mount at this place; `None` if there is none.
    pub(super) fn mount(&self, path: &str) -> Option<Known> {
        self.mounts.get(path.as_bytes()).copied()
    }

    /// What a user is called.
    pub(super) fn user(&self, uid: u32) -> Option<&str> {
        self.users.get(&uid).map(String::as_str)
    }
}

/// FUSE mounts by place; of several over each other the last, which is seen.
fn mounts(table: &[u8]) -> HashMap<Vec<u8>, Known> {
    let line = |line: &[u8]| {
        let text = String::from_utf8_lossy(line);
        let (_, rest) = text.split_once(" - ")?;
        let options = rest.split(' ').nth(2)?;
        let owner = options
            .split(',')
            .find_map(|option| option.strip_prefix("user_id="));
        let known = Known {
            is_open: options.split(',').any(|option| option == "allow_other"),
            owner: owner?.parse().ok()?,
        };
        Some((unescaped(line.split(|byte| *byte == b' ').nth(4)?), known))
    };
    table.split(|byte| *byte == b'\n').filter_map(line).collect()
}

/// The kernel writes space, tab, newline and backslash as three octal digits.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = field;
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = tail.get(..3).filter(|_| byte == b'\\');
        let code = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        bytes.push(code.unwrap_or(byte));
        rest = code.and_then(|_| tail.get(3..)).unwrap_or(tail);
    }
    bytes
}

fn users(passwd: &str) -> HashMap<u32, String> {
    let user = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        Some((fields.nth(1)?.parse().ok()?, name))
    };
    passwd.lines().filter_map(user).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_known_by_place_and_by_whom_they_let_in() {
        let system = System::example();
        let known = |path| system.mount(path).map(|known| (known.is_open, known.owner));
        assert_eq!(known("/srv/kphotos"), Some((true, 0)));
        assert_eq!(known("/srv/my photos"), Some((true, 0)));
        assert_eq!(known("/home/anna/KPhotos"), Some((false, 1000)));
        assert_eq!(known("/srv"), None);
        assert_eq!(system.user(1000), Some("anna"));
        assert_eq!(system.user(7), None);
    }

    #[test]
    fn lines_that_are_no_fuse_mount_are_passed_over() {
        let table = b"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\nnonsense\n23 22 0:5 / /x\\04 - fuse a rw";
        assert!(mounts(table).is_empty());
        assert_eq!(unescaped(b"a\\134b\\"), b"a\\b\\");
    }
}
