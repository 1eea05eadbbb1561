//! FUSE's side: requests in, the operations of [`Filesystem`], replies out.
//!
//! What the kernel remembers: names, misses and attributes for an hour, cached
//! listings and pages until told otherwise; all of it is taken back explicitly.
//! A miss is answered with inode 0, which the kernel remembers, not with ENOENT,
//! which it does not. READDIRPLUS comes only when stats follow. FLUSH and FSYNC
//! are answered ENOSYS once and never come again. What is no question is a
//! write, and a write is EROFS. Source: Linux, Documentation/filesystems/fuse.

mod reading;

use crate::access::Caller;
use crate::attr::{Attributes, Time};
use crate::errno::FsError;
use crate::filesystem::{AskedBy, Attribute, Filesystem, Found, Listed};
use crate::gate::Mutation;
use crate::handles::{Handles, OpenDir};
use crate::inode::Node;
use crate::later::{Lane, Lanes};
use crate::requests::{Op, Requests};
use fuser::{
    AccessFlags, BsdFileFlags, Errno, FileAttr, FileHandle, FileType, FopenFlags, Generation, INodeNo,
    InitFlags, IoctlFlags, KernelConfig, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate,
    ReplyData, ReplyDirectory, ReplyDirectoryPlus, ReplyEmpty, ReplyEntry, ReplyIoctl, ReplyOpen,
    ReplyStatfs, ReplyWrite, ReplyXattr, Request, TimeOrNow, WriteFlags,
};
use reading::Reading;
use std::ffi::OsStr;
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
    reading: Arc<Reading>,
    stack_depth: u32,
}

impl Adapter {
    /// Serves this tree; `stack_depth` 0 passes no file to the kernel.
    pub(crate) fn new(
        fs: Arc<Filesystem>,
        requests: Arc<Requests>,
        stack_depth: u32,
        lanes: Arc<Lanes>,
    ) -> Self {
        Self {
            reading: Arc::new(Reading::new(fs.clone(), lanes)),
            fs,
            requests,
            dirs: Handles::default(),
            stack_depth,
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

    /// Answers with the attributes of a node; those of a sidecar take their time.
    fn attributes(&self, caller: Caller, ino: u64, by: AskedBy, reply: ReplyAttr) {
        let Some(lane) = slow_lane(&self.fs, ino) else {
            return reply_attributes(self.fs.getattr(caller, ino, by), reply);
        };
        let ask = move |fs: &Filesystem| fs.getattr(caller, ino, by);
        let say = |_: &Filesystem, found, reply| reply_attributes(found, reply);
        self.reading.answer(lane, reply, ask, say);
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

/// Who answers what is asked of a number, where it takes its time.
fn slow_lane(fs: &Filesystem, ino: u64) -> Option<Lane> {
    match Node::of(ino) {
        Some(Node::Sidecar(file)) => Some(fs.sidecar_lane(file)),
        _ => None,
    }
}

fn reply_found(fs: &Filesystem, found: Result<Found, FsError>, reply: ReplyEntry) {
    match found {
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

fn reply_attributes(attributes: Result<Attributes, FsError>, reply: ReplyAttr) {
    match attributes {
        Ok(attributes) => reply.attr(&TTL, &Adapter::attr(&attributes)),
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
            self.reading.turn_passing_off();
        }
        Ok(())
    }

    fn lookup(&self, req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        self.requests.count(Op::Lookup);
        let caller = caller(req);
        if self.fs.is_slow_name(name) {
            let lane = self.fs.lane_of_name(parent.0, name);
            let name = name.to_owned();
            let ask = move |fs: &Filesystem| fs.lookup(caller, parent.0, &name);
            self.reading.answer(lane, reply, ask, reply_found);
        } else {
            reply_found(&self.fs, self.fs.lookup(caller, parent.0, name), reply);
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
            None if file.is_some_and(|file| self.reading.is_open(file)) => AskedBy::NumberOfOpen,
            None => AskedBy::Number,
        };
        self.attributes(caller(req), ino.0, by, reply);
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
            Ok(()) => self.attributes(caller(req), ino.0, AskedBy::Handle, reply),
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
            let lane = self.fs.lane_of_name(parent.ino(), name);
            let name = name.to_owned();
            let ask = move |fs: &Filesystem| {
                let name = &*name;
                fs.make(caller, &Mutation::Mknod { parent, name })
            };
            self.reading.answer(lane, reply, ask, reply_made);
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
        self.reading
            .open(self.fs.check_open(caller(req), ino.0, flags.0), reply);
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
        self.reading.read(fh.0, offset, size, reply);
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
        self.reading.release(fh.0);
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
        self.reading.statfs(self.fs.behind(ino.0), reply);
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
