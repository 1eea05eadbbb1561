//! The system: FUSE, the kernel, watches, the clock, the programs.

use super::{Finding, sys};
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A version of Linux: major, minor.
type Version = (u32, u32);

/// `mount_setattr`, by which roots of libraries are cloned read-only.
const CLONES: Version = (5, 12);
/// FUSE passthrough.
const PASSTHROUGH: Version = (6, 9);

/// The interfaces of Landlock that hold the daemon and the parsers wholly.
const LANDLOCK_DAEMON: u32 = 5;
const LANDLOCK_PARSERS: u32 = 6;

/// Before this nobody ran this program: the clock is wrong.
const NOT_BEFORE: Duration = Duration::from_secs(1_767_225_600);

/// Where things of a machine are; a test shows another root.
pub(super) struct Machine {
    pub(super) root: PathBuf,
    pub(super) uid: u32,
    /// `PATH`, in the order of search.
    pub(super) path: Vec<PathBuf>,
    /// The folder of this program.
    pub(super) own_folder: Option<PathBuf>,
    pub(super) landlock: Option<u32>,
}

impl Machine {
    /// The machine that this runs on.
    pub(super) fn this() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self {
            root: PathBuf::from("/"),
            uid: fs::metadata("/proc/self").map_or(u32::MAX, |own| own.uid()),
            path: std::env::split_paths(&path).collect(),
            own_folder: std::env::current_exe()
                .ok()
                .and_then(|own| own.parent().map(Path::to_owned)),
            landlock: sys::landlock_abi(),
        }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The content of a small file of the system, without blanks around it.
    pub(super) fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.at(path))
            .ok()
            .map(|text| text.trim().to_owned())
    }

    fn find(&self, program: &str) -> Option<PathBuf> {
        self.own_folder
            .iter()
            .chain(&self.path)
            .map(|folder| folder.join(program))
            .find(|file| {
                file.metadata()
                    .is_ok_and(|meta| meta.is_file() && meta.mode() & 0o111 != 0)
            })
    }

    /// All checks that need no daemon and no folder of it.
    pub(super) fn checks(&self) -> Vec<Finding> {
        vec![
            self.fuse_device(),
            self.fusermount(),
            self.kernel(),
            landlock(self.landlock),
            self.programs(),
            clock(SystemTime::now()),
        ]
    }

    fn fuse_device(&self) -> Finding {
        const CHECK: &str = "fuse";
        let device = self.at("dev/fuse");
        let opened = OpenOptions::new().read(true).write(true).open(&device);
        let is_device = || fs::metadata(&device).is_ok_and(|meta| meta.file_type().is_char_device());
        match opened {
            Ok(_) if is_device() => Finding::ok(CHECK, "/dev/fuse can be opened"),
            Ok(_) => Finding::problem(CHECK, "/dev/fuse is no device", "modprobe fuse, as root"),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Finding::problem(
                CHECK,
                "/dev/fuse may not be opened by you",
                "chmod 666 /dev/fuse, as root (its mode on most systems); in a container start it with --device /dev/fuse",
            ),
            Err(error) => Finding::problem(
                CHECK,
                format!("/dev/fuse cannot be opened: {error}"),
                "modprobe fuse, as root; in a container start it with --device /dev/fuse",
            ),
        }
    }

    fn fusermount(&self) -> Finding {
        const CHECK: &str = "fusermount3";
        const INSTALL: &str = "install the package fuse3";
        let found = self
            .path
            .iter()
            .map(|folder| folder.join("fusermount3"))
            .find(|file| file.is_file());
        match found {
            _ if self.uid == 0 => Finding::ok(CHECK, "not needed by root"),
            None => Finding::problem(CHECK, "it is not in PATH, and mounts as a user need it", INSTALL),
            Some(file) => {
                let mode = fs::metadata(&file).map_or(0, |meta| meta.permissions().mode());
                if mode & 0o4000 == 0 {
                    let mend = format!("chmod u+s {}, as root, or {INSTALL} anew", file.display());
                    return Finding::problem(
                        CHECK,
                        format!("{} is not setuid: no user can mount", file.display()),
                        mend,
                    );
                }
                Finding::ok(CHECK, file.display().to_string())
            }
        }
    }

    fn kernel(&self) -> Finding {
        const CHECK: &str = "kernel";
        let release = self.read("proc/sys/kernel/osrelease").unwrap_or_default();
        let Some(version) = version(&release) else {
            let mend = "mount /proc";
            return Finding::warning(CHECK, "the kernel's version is not known", mend);
        };
        if version < CLONES {
            return Finding::problem(
                CHECK,
                format!("Linux {release} cannot keep originals read-only for the daemon"),
                "use Linux 5.12 or later",
            );
        }
        if version < PASSTHROUGH {
            return Finding::warning(
                CHECK,
                format!("Linux {release} reads originals through the daemon, not by passthrough"),
                "use Linux 6.9 or later for native speed",
            );
        }
        let how = if self.uid == 0 {
            "passthrough is possible"
        } else {
            "passthrough is possible for root's daemon"
        };
        Finding::ok(CHECK, format!("Linux {release}: {how}"))
    }

    fn programs(&self) -> Finding {
        const CHECK: &str = "programs";
        let missing: Vec<&str> = ["kphotosd", "kphotos-worker"]
            .into_iter()
            .filter(|program| self.find(program).is_none())
            .collect();
        if missing.is_empty() {
            return Finding::ok(CHECK, "kphotosd and kphotos-worker are installed");
        }
        Finding::warning(
            CHECK,
            format!("{} is neither beside kphotos nor in PATH", missing.join(", ")),
            "install the whole package, or add its folder to PATH",
        )
    }

    /// Whether there can be as many watches as there are folders.
    pub(super) fn watches(&self, folders: u64) -> Finding {
        const CHECK: &str = "watches";
        const FILE: &str = "proc/sys/fs/inotify/max_user_watches";
        let Some(limit) = self.read(FILE).and_then(|text| text.parse::<u64>().ok()) else {
            return Finding::warning(CHECK, "the limit of inotify watches is not known", "mount /proc");
        };
        // File managers and sync tools of the same user have theirs too.
        if limit / 2 >= folders {
            return Finding::ok(CHECK, format!("{limit} are allowed, for {folders} folders"));
        }
        let wanted = folders.saturating_mul(2).next_power_of_two();
        Finding::warning(
            CHECK,
            format!(
                "{limit} are allowed, which is few for {folders} folders: changes may be seen by scans only"
            ),
            format!(
                "sysctl fs.inotify.max_user_watches={wanted}, as root; keep it in /etc/sysctl.d/kphotos.conf"
            ),
        )
    }

    /// Whether others than the daemon's user can enter a mount that is open to them.
    pub(super) fn allow_other(&self, daemon_uid: u32, is_open: bool) -> Finding {
        const CHECK: &str = "user_allow_other";
        if daemon_uid == 0 || !is_open {
            return Finding::ok(CHECK, "not needed");
        }
        let conf = self.read("etc/fuse.conf").unwrap_or_default();
        if conf.lines().any(|line| line.trim() == "user_allow_other") {
            return Finding::ok(CHECK, "set in /etc/fuse.conf");
        }
        Finding::problem(
            CHECK,
            "a mount is open to others, and /etc/fuse.conf does not let users do that",
            "add the line user_allow_other to /etc/fuse.conf, as root, and restart kphotosd",
        )
    }
}

/// `6.18.44-generic` is 6.18.
fn version(release: &str) -> Option<Version> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn landlock(abi: Option<u32>) -> Finding {
    const CHECK: &str = "landlock";
    match abi {
        Some(abi) if abi >= LANDLOCK_PARSERS => {
            Finding::ok(CHECK, "the kernel holds the daemon and the parsers wholly")
        }
        Some(abi) if abi >= LANDLOCK_DAEMON => Finding::warning(
            CHECK,
            "the kernel holds the daemon wholly, the parsers in part",
            "use Linux 6.12 or later",
        ),
        Some(_) => Finding::warning(
            CHECK,
            "the kernel holds the daemon and the parsers in part",
            "use Linux 6.12 or later",
        ),
        None => Finding::warning(
            CHECK,
            "the kernel does not hold the daemon to its own folders",
            "use Linux 6.12 or later with landlock among its security modules (the boot option lsm=)",
        ),
    }
}

fn clock(now: SystemTime) -> Finding {
    const CHECK: &str = "clock";
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    if since < NOT_BEFORE {
        return Finding::problem(
            CHECK,
            "it shows a time before this program was made: edits would be dated wrongly",
            "set the clock (timedatectl set-ntp true)",
        );
    }
    Finding::ok(CHECK, "it shows a time that can be")
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    struct Fake {
        machine: Machine,
        root: PathBuf,
    }

    impl Fake {
        fn new(uid: u32) -> Self {
            static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
            let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let root = std::env::temp_dir().join(format!("kphotos-doctor-{}-{number}", std::process::id()));
            fs::create_dir_all(&root).unwrap();
            let machine = Machine {
                root: root.clone(),
                uid,
                path: vec![root.join("bin")],
                own_folder: None,
                landlock: None,
            };
            Self { machine, root }
        }

        fn put(&self, path: &str, text: &str, mode: u32) {
            let file = self.root.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        }
    }

    impl Drop for Fake {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.root);
        }
    }

    #[test]
    fn fuse_has_to_be_there_and_be_a_device() {
        let fake = Fake::new(1000);
        assert_eq!(fake.machine.fuse_device().level, Level::Problem);
        fake.put("dev/fuse", "", 0o666);
        assert!(fake.machine.fuse_device().message.contains("no device"));
    }

    #[test]
    fn users_need_fusermount_with_its_setuid_bit() {
        let fake = Fake::new(1000);
        let level = || fake.machine.fusermount().level;
        assert_eq!(level(), Level::Problem);
        fake.put("bin/fusermount3", "", 0o755);
        assert_eq!(level(), Level::Problem);
        fake.put("bin/fusermount3", "", 0o4755);
        assert_eq!(level(), Level::Ok);
        assert_eq!(Fake::new(0).machine.fusermount().level, Level::Ok);
    }

    #[test]
    fn what_a_kernel_can_do_follows_from_its_version() {
        let fake = Fake::new(0);
        for (release, level) in [
            ("5.10.0-8-amd64\n", Level::Problem),
            ("5.12.1", Level::Warning),
            ("6.8.0-31-generic", Level::Warning),
            ("6.9.0", Level::Ok),
            ("6.18.44", Level::Ok),
            ("7.0.1", Level::Ok),
            ("", Level::Warning),
        ] {
            fake.put("proc/sys/kernel/osrelease", release, 0o644);
            assert_eq!(fake.machine.kernel().level, level, "{release}");
        }
        for (abi, level) in [
            (None, Level::Warning),
            (Some(4), Level::Warning),
            (Some(5), Level::Warning),
            (Some(6), Level::Ok),
        ] {
            assert_eq!(landlock(abi).level, level, "{abi:?}");
        }
    }

    #[test]
    fn few_watches_for_many_folders_are_a_warning_with_the_number_that_does() {
        let fake = Fake::new(0);
        assert_eq!(fake.machine.watches(10).level, Level::Warning);
        fake.put("proc/sys/fs/inotify/max_user_watches", "8192\n", 0o644);
        assert_eq!(fake.machine.watches(4096).level, Level::Ok);
        let finding = fake.machine.watches(5000);
        assert_eq!(finding.level, Level::Warning);
        assert!(finding.mend.unwrap().contains("max_user_watches=16384"));
    }

    #[test]
    fn a_mount_that_is_open_needs_user_allow_other_unless_it_is_roots() {
        let fake = Fake::new(1000);
        let level = |uid, open| fake.machine.allow_other(uid, open).level;
        assert_eq!(
            (level(1000, true), level(1000, false), level(0, true)),
            (Level::Problem, Level::Ok, Level::Ok)
        );
        fake.put("etc/fuse.conf", "# x\n#user_allow_other\n", 0o644);
        assert_eq!(level(1000, true), Level::Problem);
        fake.put("etc/fuse.conf", "# x\nuser_allow_other\n", 0o644);
        assert_eq!(level(1000, true), Level::Ok);
    }

    #[test]
    fn programs_are_looked_for_beside_this_one_and_in_path() {
        let mut fake = Fake::new(0);
        fake.put("bin/kphotosd", "", 0o755);
        assert!(
            fake.machine
                .programs()
                .message
                .contains("kphotos-worker is neither")
        );
        fake.put("own/kphotos-worker", "", 0o755);
        fake.machine.own_folder = Some(fake.root.join("own"));
        assert_eq!(fake.machine.programs().level, Level::Ok);
    }

    #[test]
    fn a_clock_at_its_beginning_is_a_problem() {
        assert_eq!(clock(SystemTime::UNIX_EPOCH).level, Level::Problem);
        assert_eq!(clock(SystemTime::now()).level, Level::Ok);
    }
}
