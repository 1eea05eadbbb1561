//! A library of real files in a temporary folder, and its mount.

#![expect(unsafe_code, reason = "mount(2) and umount2(2)")]

use kphotos_domain::app::App;
use kphotos_domain::command::{Command, RegisterFiles};
use kphotos_domain::kernel::{LibraryId, Owner, UserId};
use kphotos_domain::storage::FileSighting;
use kphotos_domain::testing::World;
use kphotos_fs::access::{Access, Checks, Ownership};
use kphotos_fs::filesystem::Filesystem;
use kphotos_fs::gate::NoGate;
use kphotos_fs::originals::Directories;
use kphotos_fs::requests::Op;
use kphotos_fs::session::{Mounted, Options};
use std::ffi::{CString, OsStr};
use std::fs::{File, OpenOptions};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The library whose originals are in the scene's folder.
pub(crate) const LIBRARY: LibraryId = LibraryId::new(1);

/// A mounted world; detached when dropped.
pub(crate) struct Scene {
    pub(crate) app: Arc<App>,
    mounted: Mounted,
    point: TempDir,
    originals: PathBuf,
    _folder: TempDir,
}

/// Writes originals in a folder of their own: path, bytes.
pub(crate) struct Originals(TempDir);

impl Originals {
    pub(crate) fn new(files: &[(&[u8], &[u8])]) -> Self {
        let folder = TempDir::new().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(OsStr::from_bytes(path));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Self(folder)
    }

    /// Registers these files in a world, as a scan would see them.
    pub(crate) fn register(&self, world: &World, paths: &[&[u8]]) {
        let sighting = |path: &&[u8]| {
            let meta = std::fs::metadata(self.0.path().join(OsStr::from_bytes(path))).unwrap();
            FileSighting {
                path: path.split(|byte| *byte == b'/').map(Box::from).collect(),
                size: meta.len(),
                mtime_ns: meta.mtime() * 1_000_000_000 + meta.mtime_nsec(),
                ino: meta.ino(),
                kind: None,
            }
        };
        world.observe(&Command::RegisterFiles(RegisterFiles {
            library: LIBRARY,
            files: paths.iter().map(sighting).collect(),
        }));
    }
}

/// What a scene's mount is like.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) access: Access,
    pub(crate) checks: Checks,
    pub(crate) stack_depth: u32,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            access: Access::Private,
            checks: Checks::Here,
            stack_depth: 1,
        }
    }
}

impl Scene {
    /// Mounts a world; `None`, said by name, where this machine cannot.
    pub(crate) fn mount(test: &str, originals: Originals, world: World, setting: Setting) -> Option<Self> {
        let point = TempDir::new().unwrap();
        let device = match attach(point.path(), setting) {
            Ok(device) => device,
            Err(why) => {
                eprintln!("skipped: {test}: {why}");
                return None;
            }
        };
        // From here on the mount exists: whatever fails, it is detached.
        let guard = Detach(point.path().to_owned());
        let app = Arc::new(world.app);
        let folder = originals.0.path().to_owned();
        let ownership = Ownership {
            uid: 0,
            gid: 0,
            access: setting.access,
            checks: setting.checks,
        };
        let fs = Filesystem::new(
            app.clone(),
            Owner::User(UserId::new(1)),
            ownership,
            Arc::new(Directories::new([(LIBRARY, folder.clone())])),
            Arc::new(NoGate),
        );
        let options = Options {
            is_open_to_others: true,
            stack_depth: setting.stack_depth,
            ..Options::default()
        };
        let mounted = Mounted::serve(Arc::new(fs), device, options).unwrap();
        std::mem::forget(guard);
        Some(Self {
            app,
            mounted,
            point,
            originals: folder,
            _folder: originals.0,
        })
    }

    /// A path in the mount.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.point.path().join(below)
    }

    /// A path of an original.
    pub(crate) fn original(&self, below: &str) -> PathBuf {
        self.originals.join(below)
    }

    /// How often the kernel asked.
    pub(crate) fn count(&self, op: Op) -> u64 {
        self.mounted.requests().get(op)
    }

    /// What serves the mount.
    pub(crate) fn mounted(&self) -> &Mounted {
        &self.mounted
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        detach(self.point.path());
        // The threads end with the mount; a handle that a test still has open is its own.
        if !std::thread::panicking() {
            self.mounted.wait().unwrap();
        }
    }
}

struct Detach(PathBuf);

impl Drop for Detach {
    fn drop(&mut self) {
        detach(&self.0);
    }
}

fn c_string(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

fn attach(point: &Path, setting: Setting) -> Result<OwnedFd, String> {
    let device = OpenOptions::new().read(true).write(true).open("/dev/fuse");
    let device: File = device.map_err(|error| format!("/dev/fuse: {error}"))?;
    let checks = match setting.checks {
        Checks::Kernel => ",default_permissions",
        Checks::Here => "",
    };
    let data = format!(
        "fd={},rootmode=40000,user_id=0,group_id=0,allow_other{checks}",
        device.as_raw_fd()
    );
    let (target, data) = (c_string(point), CString::new(data).unwrap());
    let flags = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOATIME;
    // SAFETY: all strings are NUL-terminated and live until the call returns.
    let done = unsafe {
        libc::mount(
            c"kphotos".as_ptr(),
            target.as_ptr(),
            c"fuse.kphotos".as_ptr(),
            flags,
            data.as_ptr().cast(),
        )
    };
    if done != 0 {
        return Err(format!("mount: {}", std::io::Error::last_os_error()));
    }
    Ok(device.into())
}

fn detach(point: &Path) {
    let target = c_string(point);
    // SAFETY: the string is NUL-terminated and lives until the call returns.
    unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) };
}
