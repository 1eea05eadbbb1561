//! A world of real files, mounted twice: for the daemon, and read-only beside it.

#![expect(unsafe_code, reason = "mount(2) and umount2(2)")]

use kphotos_domain::app::App;
use kphotos_domain::command::{AlbumAssets, Command, RecordChecksums, RegisterFiles, TagAssets, UpdateFiles};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{AssetSet, Checksum, FileId, LibraryId, Owner, UserId};
use kphotos_domain::organization::{AlbumArrangement, AlbumPath, TagArrangement, TagPath};
use kphotos_domain::storage::FileSighting;
use kphotos_domain::testing::World;
use kphotos_fs::access::{Access, Checks, Ownership};
use kphotos_fs::filesystem::Filesystem;
use kphotos_fs::gate::ReplayGate;
use kphotos_fs::notify::Announcer;
use kphotos_fs::originals::Directories;
use kphotos_fs::replay::Replay;
use kphotos_fs::session::{Mounted, Options};
use std::ffi::{CStr, CString};
use std::fs::OpenOptions;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

const LIBRARY: LibraryId = LibraryId::new(1);
const OWNER: Owner = Owner::User(UserId::new(1));

/// A mounted world with live refresh; detached when dropped.
pub(crate) struct Scene {
    pub(crate) app: Arc<App>,
    announcer: Arc<Announcer>,
    replay: Replay,
    mounted: Mounted,
    _mounts: Mounts,
    folder: TempDir,
}

/// Mount points below a folder; detached when dropped.
struct Mounts {
    private: PathBuf,
    public: PathBuf,
}

impl Drop for Mounts {
    fn drop(&mut self) {
        for point in [&self.public, &self.private] {
            let target = c_string(point);
            // SAFETY: the string is NUL-terminated and lives until the call returns.
            unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) };
        }
    }
}

impl Scene {
    /// A mounted world with these originals; `None`, said by name, where this machine cannot.
    pub(crate) fn new(test: &str, checks: Checks, paths: &[&str]) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        for path in paths {
            let path = folder.path().join("originals").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"12345").unwrap();
        }
        let mounts = Mounts {
            private: folder.path().join("private"),
            public: folder.path().join("public"),
        };
        std::fs::create_dir(&mounts.private).unwrap();
        std::fs::create_dir(&mounts.public).unwrap();
        let device = match attach(&mounts.private, checks) {
            Ok(device) => device,
            Err(why) => {
                eprintln!("skipped: {test}: {why}");
                return None;
            }
        };
        let app = Arc::new(World::new().app);
        let (gate, ownership) = (Arc::new(ReplayGate::new()), ownership(checks));
        let originals = Directories::new([(LIBRARY, folder.path().join("originals"))]);
        let fs = Filesystem::new(app.clone(), OWNER, ownership, Arc::new(originals), gate.clone());
        let options = Options {
            is_open_to_others: true,
            ..Options::default()
        };
        let fs = Arc::new(fs);
        let mounted = Mounted::serve(fs.clone(), device, options).unwrap();
        bind_read_only(&mounts.private, &mounts.public);
        let kernel = Arc::new(mounted.notifier());
        let (mount, weak, held) = (mounts.private.clone(), Arc::downgrade(&app), mounted.held());
        let replay = Replay::start(mount, gate, weak.clone(), OWNER, held.clone(), kernel.clone()).unwrap();
        let announcer = Announcer::start(weak, OWNER, held, kernel, Some(replay.queue())).unwrap();
        fs.announce_by(&announcer);
        drop(fs);
        app.subscribe(announcer.clone());
        let scene = Self {
            app,
            announcer,
            replay,
            mounted,
            _mounts: mounts,
            folder,
        };
        scene.register(paths);
        Some(scene)
    }

    /// A path in the daemon's mount.
    pub(crate) fn private(&self, below: &str) -> PathBuf {
        self.folder.path().join("private").join(below)
    }

    /// A path in the read-only mount.
    pub(crate) fn public(&self, below: &str) -> PathBuf {
        self.folder.path().join("public").join(below)
    }

    /// How many directories the kernel holds.
    pub(crate) fn held(&self) -> usize {
        self.mounted.held().len()
    }

    /// Waits until watchers were told of everything.
    pub(crate) fn settle(&self) {
        assert!(self.replay.settle(Duration::from_secs(60)));
    }

    pub(crate) fn run(&self, command: &Command) {
        self.app.execute(World::ME, command).unwrap();
    }

    fn observe(&self, command: &Command) {
        self.app.execute(Actor::System, command).unwrap();
    }

    /// Registers originals, as a scan would see them.
    pub(crate) fn register(&self, paths: &[&str]) {
        let mut paths = paths.to_vec();
        paths.sort_unstable();
        let files = paths.iter().map(|path| self.sighting(path)).collect();
        let library = LIBRARY;
        self.observe(&Command::RegisterFiles(RegisterFiles { library, files }));
    }

    /// Writes an original; returns what a scan sees of it.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> FileSighting {
        let at = self.folder.path().join("originals").join(path);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::fs::write(at, bytes).unwrap();
        self.sighting(path)
    }

    fn sighting(&self, path: &str) -> FileSighting {
        let meta = std::fs::metadata(self.folder.path().join("originals").join(path)).unwrap();
        FileSighting {
            path: path.split('/').map(|part| part.as_bytes().into()).collect(),
            size: meta.len(),
            mtime_ns: meta.mtime() * 1_000_000_000 + meta.mtime_nsec(),
            ino: meta.ino(),
            kind: None,
        }
    }

    /// Calls a tag otherwise.
    pub(crate) fn rename_tag(&self, tag: &str, name: &str) {
        let (tag, name) = (TagPath::parse(tag).unwrap(), name.into());
        self.run(&Command::ArrangeTags(TagArrangement::Rename { tag, name }));
    }

    /// Puts an album into another, or at the top.
    pub(crate) fn move_album(&self, album: &str, to: Option<&str>) {
        let album = AlbumPath::parse(album).unwrap();
        let to = to.map(|to| AlbumPath::parse(to).unwrap());
        self.run(&Command::ArrangeAlbums(AlbumArrangement::Move { album, to }));
    }

    /// Deletes an album.
    pub(crate) fn delete_album(&self, album: &str) {
        let (album, recursive) = (AlbumPath::parse(album).unwrap(), false);
        self.run(&Command::ArrangeAlbums(AlbumArrangement::Delete {
            album,
            recursive,
        }));
    }

    pub(crate) fn update(&self, update: UpdateFiles) {
        self.observe(&Command::UpdateFiles(update));
    }

    /// Notes the content of originals, as the hash job would.
    pub(crate) fn hash(&self, paths: &[&str], content: [u8; 32]) {
        let checksums = paths
            .iter()
            .map(|path| (self.stamp(path), Checksum::new(content)));
        let checksums = checksums.collect();
        self.observe(&Command::RecordChecksums(RecordChecksums {
            checksums,
            pictures: Vec::new(),
        }));
    }

    fn stamp(&self, path: &str) -> FileStamp {
        let id = self.file(path);
        let view = self.app.view();
        let row = view.file(id).unwrap();
        row.stamp(id)
    }

    pub(crate) fn file(&self, path: &str) -> FileId {
        self.app.view().file_at(LIBRARY, path.as_bytes()).unwrap()
    }

    pub(crate) fn assets(&self, paths: &[&str]) -> AssetSet {
        let view = self.app.view();
        let asset = |path: &&str| {
            let file = view.file_at(LIBRARY, path.as_bytes()).unwrap();
            view.file(file).unwrap().asset
        };
        paths.iter().map(asset).collect()
    }

    pub(crate) fn album(&self, album: &str) {
        self.run(&Command::CreateAlbum(AlbumPath::parse(album).unwrap().into()));
    }

    pub(crate) fn fill(&self, album: &str, paths: &[&str]) {
        let (album, assets) = (AlbumPath::parse(album).unwrap(), self.assets(paths));
        self.run(&Command::AddToAlbum(AlbumAssets { album, assets }));
    }

    pub(crate) fn empty(&self, album: &str, paths: &[&str]) {
        let (album, assets) = (AlbumPath::parse(album).unwrap(), self.assets(paths));
        self.run(&Command::RemoveFromAlbum(AlbumAssets { album, assets }));
    }

    pub(crate) fn tag(&self, tag: &str, paths: &[&str]) {
        let (tag, assets) = (TagPath::parse(tag).unwrap(), self.assets(paths));
        self.run(&Command::AddTag(TagAssets { tag, assets }));
    }

    pub(crate) fn undo(&self) {
        self.run(&Command::Undo(None));
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.announcer.stop();
        self.replay.stop();
        for point in [self.public(""), self.private("")] {
            let target = c_string(&point);
            // SAFETY: the string is NUL-terminated and lives until the call returns.
            unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) };
        }
        // The threads end with the mount; what a failed test still has open is its own.
        if !std::thread::panicking() {
            self.mounted.wait().unwrap();
        }
    }
}

fn ownership(checks: Checks) -> Ownership {
    Ownership {
        uid: 0,
        gid: 0,
        access: Access::Private,
        checks,
    }
}

fn c_string(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

fn attach(point: &Path, checks: Checks) -> Result<OwnedFd, String> {
    let device = OpenOptions::new().read(true).write(true).open("/dev/fuse");
    let device = device.map_err(|error| format!("/dev/fuse: {error}"))?;
    let checks = if checks == Checks::Kernel {
        ",default_permissions"
    } else {
        ""
    };
    let fd = device.as_raw_fd();
    let data = format!("fd={fd},rootmode=40000,user_id=0,group_id=0,allow_other{checks}");
    let (target, data) = (c_string(point), CString::new(data).unwrap());
    mount(
        c"kphotos",
        &target,
        c"fuse.kphotos",
        libc::MS_NOSUID | libc::MS_NODEV,
        &data,
    )?;
    Ok(device.into())
}

fn bind_read_only(from: &Path, to: &Path) {
    let (from, to) = (c_string(from), c_string(to));
    mount(&from, &to, c"none", libc::MS_BIND, c"").unwrap();
    let flags = libc::MS_BIND | libc::MS_REMOUNT | libc::MS_RDONLY;
    mount(&from, &to, c"none", flags, c"").unwrap();
}

fn mount(from: &CStr, to: &CStr, kind: &CStr, flags: libc::c_ulong, data: &CStr) -> Result<(), String> {
    // SAFETY: all strings are NUL-terminated and live until the call returns.
    let done = unsafe {
        libc::mount(
            from.as_ptr(),
            to.as_ptr(),
            kind.as_ptr(),
            flags,
            data.as_ptr().cast(),
        )
    };
    if done == 0 {
        Ok(())
    } else {
        Err(format!("mount: {}", std::io::Error::last_os_error()))
    }
}
