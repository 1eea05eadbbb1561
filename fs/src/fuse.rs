//! FUSE's side: requests in, the operations of [`Filesystem`], replies out.
//!
//! What the kernel remembers: names, misses and attributes for an hour, cached
//! listings and pages until told otherwise; all of it is taken back explicitly.
//! A miss is answered with inode 0, which the kernel remembers, not with ENOENT,
//! which it does not. READDIRPLUS comes only when stats follow. FLUSH and FSYNC
//! are answered ENOSYS once and never come again. What is no question is a
//! write, and a write is EROFS. Source: Linux, Documentation/filesystems/fuse.

use crate::access::Caller;
use crate::attr::{Attributes, Time};
use crate::errno::FsError;
use crate::filesystem::{AskedBy, Attribute, Filesystem, Found, Listed, Readable};
use crate::gate::Mutation;
use crate::handles::{Backings, Handles, OpenDir, Way};
use crate::inode::Node;
use crate::requests::{Op, Requests};
use crate::sidecars::Later;
use fuser::{
    AccessFlags, BackingId, BsdFileFlags, Errno, FileAttr, FileHandle, FileType, FopenFlags, Generation,
    INodeNo, InitFlags, IoctlFlags, KernelConfig, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate,
    ReplyData, ReplyDirectory, ReplyDirectoryPlus, ReplyEmpty, ReplyEntry, ReplyIoctl, ReplyOpen,
    ReplyStatfs, ReplyWrite, ReplyXattr, Request, TimeOrNow, WriteFlags,
};
use kphotos_domain::kernel::FileId;
use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long the kernel may remember; everything is taken back explicitly.
const TTL: Duration = Duration::from_secs(3600);
/// Requests that the kernel keeps in flight by itself: readahead.
const MAX_BACKGROUND: u16 = 128;

/// Answers the kernel's requests.
pub(crate) struct Adapter {
    fs: Arc<Filesystem>,
    requests: Arc<Requests>,
    dirs: Handles<OpenDir>,
    files: Arc<Handles<OpenFile>>,
    backings: Backings<BackingId>,
    stack_depth: u32,
    later: Later,
}

struct OpenFile {
    /// Whose way is kept in [`Backings`]; the marker has none.
    file: Option<FileId>,
    source: Source,
}

enum Source {
    /// In memory.
    Bytes(Arc<[u8]>),
    /// The kernel reads; kept so that the backing file stays registered.
    Passed(#[expect(dead_code, reason = "held, never read")] Arc<BackingId>),
    /// The daemon reads.
    Plain(File),
}

/// How an open file is answered.
enum Opened {
    Passed(u64, Arc<BackingId>),
    Plain(u64, FopenFlags),
    /// The sidecar of this file has to be made first.
    Later(FileId),
}

impl Adapter {
    /// Serves this tree; `stack_depth` 0 passes no file to the kernel.
    pub(crate) fn new(fs: Arc<Filesystem>, requests: Arc<Requests>, stack_depth: u32) -> Self {
        Self {
            fs,
            requests,
            dirs: Handles::default(),
            files: Arc::default(),
            backings: Backings::default(),
            stack_depth,
            later: Later::default(),
        }
    }

    fn attr(attributes: &Attributes) -> FileAttr {
        let mtime = system_time(attributes.modified);
        FileAttr {
            ino: INodeNo(attributes.node.ino()),
            size: attributes.size,
            blocks: attributes.size.div_ceil(512),
            atime: mtime,
            mtime,
            ctime: system_time(attributes.changed),
            crtime: system_time(attributes.born),
            kind: kind(attributes.node),
            perm: attributes.mode,
            nlink: attributes.links,
            uid: attributes.uid,
            gid: attributes.gid,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        }
    }

    /// What stands for "no such name" and can be remembered.
    fn nothing() -> FileAttr {
        FileAttr {
            ino: INodeNo(0),
            size: 0,
            blocks: 0,
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind: FileType::RegularFile,
            perm: 0,
            nlink: 0,
            uid: 0,
            gid: 0,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        }
    }

    fn open_file(&self, req: &Request, ino: u64, flags: i32, reply: &ReplyOpen) -> Result<Opened, FsError> {
        let file = match self.fs.check_open(caller(req), ino, flags)? {
            Readable::File(file) => file,
            Readable::Sidecar(file) => return Ok(Opened::Later(file)),
            Readable::Text(bytes) => {
                let source = Source::Bytes(bytes);
                let handle = self.files.open(OpenFile { file: None, source });
                // Whoever opens it next may get other bytes.
                return Ok(Opened::Plain(handle, FopenFlags::FOPEN_DIRECT_IO));
            }
            Readable::Marker => {
                let source = Source::Bytes(self.fs.marker());
                let handle = self.files.open(OpenFile { file: None, source });
                return Ok(Opened::Plain(handle, FopenFlags::FOPEN_KEEP_CACHE));
            }
        };
        if let Some(backing) = self.backings.join(file) {
            return Ok(self.passed(file, backing));
        }
        let original = self.fs.open(file)?;
        match self.backings.enter(file, || reply.open_backing(&original.file)) {
            Way::Passed(backing) => Ok(self.passed(file, backing)),
            Way::Plain => {
                let flags = if !original.is_size_known {
                    // Past the size that the kernel knows, only direct reads go on.
                    FopenFlags::FOPEN_DIRECT_IO
                } else if original.is_current {
                    FopenFlags::FOPEN_KEEP_CACHE
                } else {
                    FopenFlags::empty()
                };
                let source = Source::Plain(original.file);
                let file = Some(file);
                let handle = self.files.open(OpenFile { file, source });
                Ok(Opened::Plain(handle, flags))
            }
        }
    }

    fn passed(&self, file: FileId, backing: Arc<BackingId>) -> Opened {
        let source = Source::Passed(backing.clone());
        let file = Some(file);
        Opened::Passed(self.files.open(OpenFile { file, source }), backing)
    }
}

fn generation(fs: &Filesystem, node: Node) -> Generation {
    Generation(fs.generation(node))
}

/// What was made is not remembered: it may be gone again by now, and was told
/// to be before this answer arrives.
fn reply_made(fs: &Filesystem, made: Result<Attributes, FsError>, reply: ReplyEntry) {
    match made {
        Ok(made) => {
            let (attr, generation) = (Adapter::attr(&made), generation(fs, made.node));
            reply.entry_with_ttls(&TTL, &Duration::ZERO, &attr, generation);
        }
        Err(error) => reply.error(errno(&error)),
    }
}

/// Whether what is asked of a number takes its time.
fn is_slow(ino: u64) -> bool {
    matches!(Node::of(ino), Some(Node::Sidecar(_)))
}

fn look_up(fs: &Filesystem, caller: Caller, parent: u64, name: &OsStr, reply: ReplyEntry) {
    match fs.lookup(caller, parent, name) {
        Ok(Found {
            attributes: Some(found),
            is_cached,
        }) => {
            let ttl = if is_cached { TTL } else { Duration::ZERO };
            reply.entry_with_ttls(&TTL, &ttl, &Adapter::attr(&found), generation(fs, found.node));
        }
        Ok(Found { is_cached: true, .. }) => reply.entry(&TTL, &Adapter::nothing(), Generation(0)),
        Ok(Found { .. }) => reply.error(Errno::ENOENT),
        Err(error) => reply.error(errno(&error)),
    }
}

fn get_attributes(fs: &Filesystem, caller: Caller, ino: u64, by: AskedBy, reply: ReplyAttr) {
    match fs.getattr(caller, ino, by) {
        Ok(attributes) => reply.attr(&TTL, &Adapter::attr(&attributes)),
        Err(error) => reply.error(errno(&error)),
    }
}

/// Whoever opened it reads what it said then; the kernel keeps nothing of it, since
/// whoever opens it next may get other bytes.
fn open_sidecar(fs: &Filesystem, files: &Handles<OpenFile>, file: FileId, reply: ReplyOpen) {
    match fs.sidecar(file) {
        Ok(made) => {
            let source = Source::Bytes(made.bytes);
            let handle = files.open(OpenFile { file: None, source });
            reply.opened(FileHandle(handle), FopenFlags::FOPEN_DIRECT_IO);
        }
        Err(error) => reply.error(errno(&error)),
    }
}

fn caller(req: &Request) -> Caller {
    Caller {
        uid: req.uid(),
        gid: req.gid(),
        tid: req.pid(),
    }
}

fn errno(error: &FsError) -> Errno {
    Errno::from_i32(error.errno())
}

fn kind(node: Node) -> FileType {
    if node.is_file() {
        FileType::RegularFile
    } else {
        FileType::Directory
    }
}

fn system_time(time: Time) -> SystemTime {
    let whole = Duration::from_secs(time.seconds.unsigned_abs());
    let second = if time.seconds < 0 {
        UNIX_EPOCH.checked_sub(whole)
    } else {
        UNIX_EPOCH.checked_add(whole)
    };
    let nanos = Duration::from_nanos(time.nanos.into());
    second
        .and_then(|second| second.checked_add(nanos))
        .unwrap_or(UNIX_EPOCH)
}

fn reply_xattr(answer: Result<Attribute, FsError>, reply: ReplyXattr) {
    match answer {
        Ok(Attribute::Size(size)) => reply.size(size),
        Ok(Attribute::Data(data)) => reply.data(&data),
        Err(error) => reply.error(errno(&error)),
    }
}

fn reply_empty(done: Result<(), FsError>, reply: ReplyEmpty) {
    match done {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(errno(&error)),
    }
}

impl fuser::Filesystem for Adapter {
    fn init(&mut self, _req: &Request, config: &mut KernelConfig) -> std::io::Result<()> {
        let wanted = [
            InitFlags::FUSE_ASYNC_READ,
            InitFlags::FUSE_DO_READDIRPLUS,
            InitFlags::FUSE_READDIRPLUS_AUTO,
            InitFlags::FUSE_PARALLEL_DIROPS,
            InitFlags::FUSE_EXPORT_SUPPORT,
            InitFlags::FUSE_ATOMIC_O_TRUNC,
            InitFlags::FUSE_DIRECT_IO_ALLOW_MMAP,
        ];
        for flag in wanted {
            if config.add_capabilities(flag).is_err() {
                tracing::debug!("the kernel has no {flag:?}");
            }
        }
        let _previous = config.set_max_background(MAX_BACKGROUND);
        let passes = self.stack_depth > 0
            && config.add_capabilities(InitFlags::FUSE_PASSTHROUGH).is_ok()
            && config.set_max_stack_depth(self.stack_depth.min(2)).is_ok();
        if !passes {
            tracing::info!("files are read by the daemon: no passthrough");
            self.backings.turn_off();
        }
        Ok(())
    }

    fn lookup(&self, req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        self.requests.count(Op::Lookup);
        let caller = caller(req);
        if self.fs.is_slow_name(name) {
            let (fs, name) = (self.fs.clone(), name.to_owned());
            self.later
                .run(move || look_up(&fs, caller, parent.0, &name, reply));
        } else {
            look_up(&self.fs, caller, parent.0, name, reply);
        }
    }

    fn forget(&self, _req: &Request, ino: INodeNo, nlookup: u64) {
        self.requests.count(Op::Forget);
        self.fs.forget(ino.0, nlookup);
    }

    fn getattr(&self, req: &Request, ino: INodeNo, fh: Option<FileHandle>, reply: ReplyAttr) {
        self.requests.count(Op::Getattr);
        // The kernel names no handle for fstat: what is open is known here.
        let file = Node::of(ino.0).and_then(Node::file);
        let by = match fh {
            Some(_) => AskedBy::Handle,
            None if file.is_some_and(|file| self.backings.is_open(file)) => AskedBy::NumberOfOpen,
            None => AskedBy::Number,
        };
        let caller = caller(req);
        if is_slow(ino.0) {
            let fs = self.fs.clone();
            self.later
                .run(move || get_attributes(&fs, caller, ino.0, by, reply));
        } else {
            get_attributes(&self.fs, caller, ino.0, by, reply);
        }
    }

    fn setattr(
        &self,
        req: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        uid: Option<u32>,
        gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        _mtime: Option<TimeOrNow>,
        _ctime: Option<SystemTime>,
        _fh: Option<FileHandle>,
        _crtime: Option<SystemTime>,
        _chgtime: Option<SystemTime>,
        _bkuptime: Option<SystemTime>,
        _flags: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        self.requests.count(Op::Write);
        let is_touch = mode.is_none() && uid.is_none() && gid.is_none() && size.is_none();
        let touched = match Node::of(ino.0).filter(|_| is_touch) {
            Some(node) => self.fs.change(caller(req), &Mutation::Touch { node }),
            None => Err(FsError::ReadOnly),
        };
        match touched {
            Ok(()) if is_slow(ino.0) => {
                let (fs, caller) = (self.fs.clone(), caller(req));
                self.later
                    .run(move || get_attributes(&fs, caller, ino.0, AskedBy::Handle, reply));
            }
            Ok(()) => get_attributes(&self.fs, caller(req), ino.0, AskedBy::Handle, reply),
            Err(error) => reply.error(errno(&error)),
        }
    }

    fn readlink(&self, _req: &Request, _ino: INodeNo, reply: ReplyData) {
        reply.error(Errno::EINVAL);
    }

    fn mknod(
        &self,
        req: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        _rdev: u32,
        reply: ReplyEntry,
    ) {
        self.requests.count(Op::Write);
        let Some(parent) = Node::of(parent.0) else {
            return reply.error(Errno::EROFS);
        };
        let caller = caller(req);
        if self.fs.is_slow_name(name) {
            let (fs, name) = (self.fs.clone(), name.to_owned());
            self.later.run(move || {
                let name = &*name;
                reply_made(&fs, fs.make(caller, &Mutation::Mknod { parent, name }), reply);
            });
        } else {
            let made = self.fs.make(caller, &Mutation::Mknod { parent, name });
            reply_made(&self.fs, made, reply);
        }
    }

    fn mkdir(
        &self,
        req: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        reply: ReplyEntry,
    ) {
        self.requests.count(Op::Write);
        let made = Node::of(parent.0).ok_or(FsError::ReadOnly);
        let made = made.and_then(|parent| self.fs.make(caller(req), &Mutation::Mkdir { parent, name }));
        reply_made(&self.fs, made, reply);
    }

    fn unlink(&self, req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        self.requests.count(Op::Write);
        let done = Node::of(parent.0).ok_or(FsError::ReadOnly);
        let done = done.and_then(|parent| self.fs.change(caller(req), &Mutation::Unlink { parent, name }));
        reply_empty(done, reply);
    }

    fn rmdir(&self, req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        self.requests.count(Op::Write);
        let done = Node::of(parent.0).ok_or(FsError::ReadOnly);
        let done = done.and_then(|parent| self.fs.change(caller(req), &Mutation::Rmdir { parent, name }));
        reply_empty(done, reply);
    }

    fn symlink(&self, _req: &Request, _parent: INodeNo, _name: &OsStr, _target: &Path, reply: ReplyEntry) {
        self.requests.count(Op::Write);
        reply.error(Errno::EROFS);
    }

    fn rename(
        &self,
        req: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        self.requests.count(Op::Write);
        let done = match (Node::of(parent.0), Node::of(newparent.0)) {
            (Some(from), Some(to)) if flags.is_empty() => {
                let (old, new) = (name, newname);
                self.fs
                    .change(caller(req), &Mutation::Rename { from, old, to, new })
            }
            _ => Err(FsError::ReadOnly),
        };
        reply_empty(done, reply);
    }

    fn link(&self, _req: &Request, _ino: INodeNo, _parent: INodeNo, _name: &OsStr, reply: ReplyEntry) {
        self.requests.count(Op::Write);
        reply.error(Errno::EROFS);
    }

    fn open(&self, req: &Request, ino: INodeNo, flags: OpenFlags, reply: ReplyOpen) {
        self.requests.count(Op::Open);
        match self.open_file(req, ino.0, flags.0, &reply) {
            Ok(Opened::Passed(handle, backing)) => {
                reply.opened_passthrough(FileHandle(handle), FopenFlags::empty(), &backing);
            }
            Ok(Opened::Plain(handle, flags)) => reply.opened(FileHandle(handle), flags),
            Ok(Opened::Later(file)) => {
                let (fs, files) = (self.fs.clone(), self.files.clone());
                self.later.run(move || open_sidecar(&fs, &files, file, reply));
            }
            Err(error) => {
                if let FsError::Original(cause) = &error {
                    tracing::debug!("file {} cannot be opened: {cause}", ino.0);
                }
                reply.error(errno(&error));
            }
        }
    }

    fn read(
        &self,
        _req: &Request,
        _ino: INodeNo,
        fh: FileHandle,
        offset: u64,
        size: u32,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyData,
    ) {
        self.requests.count(Op::Read);
        let read = match self.files.get(fh.0).as_deref() {
            Some(OpenFile {
                source: Source::Plain(file),
                ..
            }) => Filesystem::read(file, offset, size),
            Some(OpenFile {
                source: Source::Bytes(bytes),
                ..
            }) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let to = from.saturating_add(size as usize).min(bytes.len());
                Ok(bytes.get(from..to).unwrap_or_default().to_vec())
            }
            Some(OpenFile {
                source: Source::Passed(_),
                ..
            })
            | None => Err(FsError::BadHandle),
        };
        match read {
            Ok(bytes) => reply.data(&bytes),
            Err(error) => reply.error(errno(&error)),
        }
    }

    fn write(
        &self,
        _req: &Request,
        _ino: INodeNo,
        _fh: FileHandle,
        _offset: u64,
        _data: &[u8],
        _write_flags: WriteFlags,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        self.requests.count(Op::Write);
        reply.error(Errno::EROFS);
    }

    fn flush(&self, _req: &Request, _ino: INodeNo, _fh: FileHandle, _owner: LockOwner, reply: ReplyEmpty) {
        self.requests.count(Op::Flush);
        reply.error(Errno::ENOSYS);
    }

    fn release(
        &self,
        _req: &Request,
        _ino: INodeNo,
        fh: FileHandle,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        _flush: bool,
        reply: ReplyEmpty,
    ) {
        self.requests.count(Op::Release);
        if let Some(open) = self.files.close(fh.0) {
            let file = open.file;
            drop(open);
            if let Some(file) = file {
                self.backings.leave(file);
            }
        }
        reply.ok();
    }

    fn fsync(&self, _req: &Request, _ino: INodeNo, _fh: FileHandle, _datasync: bool, reply: ReplyEmpty) {
        reply.error(Errno::ENOSYS);
    }

    fn opendir(&self, req: &Request, ino: INodeNo, _flags: OpenFlags, reply: ReplyOpen) {
        self.requests.count(Op::Opendir);
        match self.fs.opendir(caller(req), ino.0) {
            Ok(dir) => {
                // One without the other caches nothing.
                let flags = FopenFlags::FOPEN_CACHE_DIR | FopenFlags::FOPEN_KEEP_CACHE;
                reply.opened(FileHandle(self.dirs.open(dir)), flags);
            }
            Err(error) => reply.error(errno(&error)),
        }
    }

    fn readdir(&self, _req: &Request, _ino: INodeNo, fh: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        self.requests.count(Op::Readdir);
        let Some(dir) = self.dirs.get(fh.0) else {
            return reply.error(Errno::EBADF);
        };
        let mut add = |listed: Listed<'_>| {
            reply.add(
                INodeNo(listed.node.ino()),
                listed.next,
                kind(listed.node),
                listed.name,
            )
        };
        self.fs.readdir(&dir, offset, &mut add);
        reply.ok();
    }

    fn readdirplus(
        &self,
        _req: &Request,
        _ino: INodeNo,
        fh: FileHandle,
        offset: u64,
        mut reply: ReplyDirectoryPlus,
    ) {
        self.requests.count(Op::Readdirplus);
        let Some(dir) = self.dirs.get(fh.0) else {
            return reply.error(Errno::EBADF);
        };
        let mut add = |listed: Listed<'_>, attributes: &Attributes| {
            let attr = Self::attr(attributes);
            let generation = generation(&self.fs, listed.node);
            let ttl = if attributes.is_rough { Duration::ZERO } else { TTL };
            reply.add(attr.ino, listed.next, listed.name, &ttl, &attr, generation)
        };
        self.fs.readdir_plus(&dir, offset, &mut add);
        reply.ok();
    }

    fn releasedir(
        &self,
        _req: &Request,
        _ino: INodeNo,
        fh: FileHandle,
        _flags: OpenFlags,
        reply: ReplyEmpty,
    ) {
        self.requests.count(Op::Releasedir);
        self.dirs.close(fh.0);
        reply.ok();
    }

    fn fsyncdir(&self, _req: &Request, _ino: INodeNo, _fh: FileHandle, _datasync: bool, reply: ReplyEmpty) {
        reply.error(Errno::ENOSYS);
    }

    fn statfs(&self, _req: &Request, ino: INodeNo, reply: ReplyStatfs) {
        self.requests.count(Op::Statfs);
        match self.fs.statfs(ino.0) {
            // Nothing can be written here, so nothing is free; GIO takes that for "unknown".
            Ok(space) => {
                let block = space.block_size.max(512);
                reply.statfs(space.blocks, 0, 0, space.files, 0, block, 255, block);
            }
            Err(error) => reply.error(errno(&error)),
        }
    }

    fn setxattr(
        &self,
        _req: &Request,
        _ino: INodeNo,
        _name: &OsStr,
        _value: &[u8],
        _flags: i32,
        _position: u32,
        reply: ReplyEmpty,
    ) {
        self.requests.count(Op::Write);
        reply.error(Errno::EROFS);
    }

    fn getxattr(&self, req: &Request, ino: INodeNo, name: &OsStr, size: u32, reply: ReplyXattr) {
        self.requests.count(Op::Getxattr);
        reply_xattr(self.fs.getxattr(caller(req), ino.0, name, size), reply);
    }

    fn listxattr(&self, req: &Request, ino: INodeNo, size: u32, reply: ReplyXattr) {
        self.requests.count(Op::Listxattr);
        reply_xattr(self.fs.listxattr(caller(req), ino.0, size), reply);
    }

    fn removexattr(&self, _req: &Request, _ino: INodeNo, _name: &OsStr, reply: ReplyEmpty) {
        self.requests.count(Op::Write);
        reply.error(Errno::EROFS);
    }

    fn access(&self, req: &Request, ino: INodeNo, mask: AccessFlags, reply: ReplyEmpty) {
        self.requests.count(Op::Access);
        reply_empty(self.fs.access(caller(req), ino.0, mask.bits()), reply);
    }

    fn create(
        &self,
        _req: &Request,
        _parent: INodeNo,
        _name: &OsStr,
        _mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        self.requests.count(Op::Write);
        reply.error(Errno::EROFS);
    }

    fn ioctl(
        &self,
        _req: &Request,
        _ino: INodeNo,
        _fh: FileHandle,
        _flags: IoctlFlags,
        _cmd: u32,
        _in_data: &[u8],
        _out_size: u32,
        reply: ReplyIoctl,
    ) {
        reply.error(Errno::ENOTTY);
    }

    fn fallocate(
        &self,
        _req: &Request,
        _ino: INodeNo,
        _fh: FileHandle,
        _offset: u64,
        _length: u64,
        _mode: i32,
        reply: ReplyEmpty,
    ) {
        self.requests.count(Op::Write);
        reply.error(Errno::EROFS);
    }
}
