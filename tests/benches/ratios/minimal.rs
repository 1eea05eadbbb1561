//! The kernel's own limit: one folder of files, passed through by as little code as does it.
//!
//! What is slower through K-Photos than through this is slow by K-Photos; the rest is the kernel's and FUSE's. It has
//! one flat folder, read when it is mounted, and attributes that never change.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use fuser::{
    BackgroundSession, BackingId, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags,
    Generation, INodeNo, InitFlags, KernelConfig, LockOwner, MountOption, OpenFlags, ReplyAttr,
    ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, Request, SessionACL,
};

const FOREVER: Duration = Duration::from_secs(1 << 30);
/// The inode number of the first file; the root has 1.
const FIRST: u64 = 2;

/// Mounts a folder's files at `point` (made here) until what is returned is dropped.
pub(crate) fn mount(folder: &Path, point: &Path) -> io::Result<BackgroundSession> {
    fs::create_dir_all(point)?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files.push((entry.file_name(), entry.metadata()?.size()));
    }
    files.sort();
    let names = files
        .iter()
        .zip(FIRST..)
        .map(|((name, _), ino)| (name.clone(), ino));
    let minimal = Minimal {
        names: names.collect(),
        files,
        folder: folder.to_owned(),
        open: Mutex::default(),
    };
    let mut config = Config::default();
    config.mount_options = vec![MountOption::RO, MountOption::FSName("minimal".to_owned())];
    // Samba is somebody else.
    config.acl = SessionACL::All;
    // As many as K-Photos has on two processors.
    config.n_threads = Some(2);
    fuser::spawn_mount(minimal, point, &config)
}

struct Minimal {
    folder: PathBuf,
    files: Vec<(OsString, u64)>,
    names: HashMap<OsString, u64>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last: u64,
    backings: HashMap<u64, BackingId>,
}

impl Minimal {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, ino: u64) -> Option<&(OsString, u64)> {
        self.files.get(usize::try_from(ino.checked_sub(FIRST)?).ok()?)
    }

    fn attr(&self, ino: u64) -> Option<FileAttr> {
        let (kind, size) = match ino {
            1 => (FileType::Directory, 0),
            _ => (FileType::RegularFile, self.file(ino)?.1),
        };
        Some(FileAttr {
            ino: INodeNo(ino),
            size,
            blocks: size.div_ceil(512),
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind,
            perm: 0o555,
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        })
    }
}

impl Filesystem for Minimal {
    fn init(&mut self, _: &Request, config: &mut KernelConfig) -> io::Result<()> {
        let passes = config.add_capabilities(InitFlags::FUSE_PASSTHROUGH).is_ok()
            && config.set_max_stack_depth(1).is_ok();
        if passes {
            Ok(())
        } else {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    fn lookup(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        match self.names.get(name).and_then(|ino| self.attr(*ino)) {
            Some(attr) => reply.entry(&FOREVER, &attr, Generation(0)),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match self.attr(ino.0) {
            Some(attr) => reply.attr(&FOREVER, &attr),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn opendir(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        let flags = FopenFlags::FOPEN_CACHE_DIR | FopenFlags::FOPEN_KEEP_CACHE;
        reply.opened(FileHandle(0), flags);
    }

    fn open(&self, _: &Request, ino: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        let opened = self.file(ino.0).ok_or(io::ErrorKind::NotFound.into());
        let opened = opened.and_then(|(name, _)| reply.open_backing(File::open(self.folder.join(name))?));
        match opened {
            Ok(backing) => {
                let mut open = self.open();
                open.last += 1;
                let handle = open.last;
                reply.opened_passthrough(FileHandle(handle), FopenFlags::empty(), &backing);
                open.backings.insert(handle, backing);
            }
            Err(error) => reply.error(error.into()),
        }
    }

    fn release(
        &self,
        _: &Request,
        _: INodeNo,
        handle: FileHandle,
        _: OpenFlags,
        _: Option<LockOwner>,
        _: bool,
        reply: ReplyEmpty,
    ) {
        let backing = self.open().backings.remove(&handle.0);
        reply.ok();
        drop(backing);
    }

    fn readdir(&self, _: &Request, _: INodeNo, _: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        for ((name, _), at) in self.files.iter().zip(0_u64..).skip(offset as usize) {
            if reply.add(INodeNo(FIRST + at), at + 1, FileType::RegularFile, name) {
                break;
            }
        }
        reply.ok();
    }
}
