//! A file system that can be made to hang: a folder shown read-only, as by a server that may go.
//!
//! It has one thread, and to hang it is kept at a question of its own. What others ask is not even
//! taken then, as by a server that is not there: whoever waits can be killed, as one who waits for
//! NFS. (Who waits for an answer to a question that was taken cannot; Linux, fs/fuse/dev.c,
//! `request_wait_answer`.) What it showed when it was mounted is all it has.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fuser::{
    BackgroundSession, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, Generation, INodeNo,
    LockOwner, MountOption, OpenFlags, ReplyAttr, ReplyData, ReplyDirectory, ReplyEntry, Request,
};
use kphotos_tests::world::detach;

/// Nothing is remembered: each look asks.
const NOW: Duration = Duration::ZERO;

/// The name that is asked for to hang it.
const HANG: &str = "hang";

/// Whether it answers.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Answers,
    /// It was asked, or is about to be.
    Hangs,
    /// Its thread is kept.
    IsKept,
}

#[derive(Clone, Default)]
struct Door(Arc<(Mutex<State>, Condvar)>);

impl Door {
    /// Keeps the thread that calls for as long as it hangs.
    fn keep(&self) {
        let (state, changed) = &*self.0;
        let mut now = state.lock().unwrap();
        if *now == State::Hangs {
            *now = State::IsKept;
            changed.notify_all();
        }
        let _open = changed.wait_while(now, |state| *state == State::IsKept).unwrap();
    }

    fn set(&self, state: State) {
        *self.0.0.lock().unwrap() = state;
        self.0.1.notify_all();
    }

    fn wait_until_kept(&self) {
        let (state, changed) = &*self.0;
        let now = state.lock().unwrap();
        let _kept = changed.wait_while(now, |state| *state == State::Hangs).unwrap();
    }
}

/// A mounted one; it answers again and is detached when it is dropped.
pub(super) struct Disk {
    door: Door,
    point: PathBuf,
    _session: BackgroundSession,
}

impl Disk {
    /// Shows a folder at another one.
    pub(super) fn mount(folder: &Path, point: &Path) -> Result<Self, String> {
        let door = Door::default();
        let shown = Shown::of(folder, door.clone()).map_err(|error| error.to_string())?;
        let mut config = Config::default();
        config.mount_options = vec![MountOption::RO, MountOption::FSName("hanging".to_owned())];
        let session = fuser::spawn_mount(shown, point, &config).map_err(|error| error.to_string())?;
        let point = point.to_owned();
        Ok(Self {
            door,
            point,
            _session: session,
        })
    }

    /// Lets it hang from now on, or answer again.
    pub(super) fn hang(&self, on: bool) {
        if !on {
            return self.door.set(State::Answers);
        }
        self.door.set(State::Hangs);
        let asked = self.point.join(HANG);
        thread::spawn(move || fs::symlink_metadata(asked));
        self.door.wait_until_kept();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.door.set(State::Answers);
        detach(&self.point);
    }
}

struct Shown {
    door: Door,
    nodes: Vec<Node>,
}

struct Node {
    path: PathBuf,
    parent: usize,
    children: HashMap<OsString, usize>,
    attr: FileAttr,
}

impl Shown {
    fn of(folder: &Path, door: Door) -> io::Result<Self> {
        let mut nodes = vec![node(folder.to_owned(), 0, 0)?];
        let mut at = 0;
        while at < nodes.len() {
            if nodes[at].attr.kind == FileType::Directory {
                for entry in fs::read_dir(&nodes[at].path)? {
                    let (entry, number) = (entry?, nodes.len());
                    nodes.push(node(entry.path(), number, at)?);
                    nodes[at].children.insert(entry.file_name(), number);
                }
            }
            at += 1;
        }
        Ok(Self { door, nodes })
    }

    /// The node of a number.
    fn node(&self, number: INodeNo) -> Option<&Node> {
        self.nodes.get(usize::try_from(number.0).ok()?.checked_sub(1)?)
    }
}

fn node(path: PathBuf, number: usize, parent: usize) -> io::Result<Node> {
    let meta = fs::symlink_metadata(&path)?;
    let time = |seconds: i64, nanos: i64| -> SystemTime {
        UNIX_EPOCH + Duration::new(seconds.unsigned_abs(), u32::try_from(nanos).unwrap_or(0))
    };
    let modified = time(meta.mtime(), meta.mtime_nsec());
    let attr = FileAttr {
        ino: INodeNo(number as u64 + 1),
        size: if meta.is_dir() { 0 } else { meta.len() },
        blocks: meta.blocks(),
        atime: modified,
        mtime: modified,
        ctime: modified,
        crtime: modified,
        kind: if meta.is_dir() {
            FileType::Directory
        } else {
            FileType::RegularFile
        },
        perm: if meta.is_dir() { 0o755 } else { 0o644 },
        nlink: 1,
        uid: meta.uid(),
        gid: meta.gid(),
        rdev: 0,
        blksize: 4096,
        flags: 0,
    };
    let children = HashMap::new();
    Ok(Node {
        path,
        parent,
        children,
        attr,
    })
}

impl Filesystem for Shown {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        if name == HANG {
            self.door.keep();
        }
        let found = self
            .node(parent)
            .and_then(|dir| self.nodes.get(*dir.children.get(name)?));
        match found {
            Some(found) => reply.entry(&NOW, &found.attr, Generation(0)),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match self.node(ino) {
            Some(node) => reply.attr(&NOW, &node.attr),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn open(&self, _: &Request, ino: INodeNo, _: OpenFlags, reply: fuser::ReplyOpen) {
        match self.node(ino) {
            Some(_) => reply.opened(FileHandle(0), fuser::FopenFlags::empty()),
            None => reply.error(Errno::ENOENT),
        }
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let mut bytes = vec![0; size as usize];
        let read = self
            .node(ino)
            .ok_or(io::ErrorKind::NotFound.into())
            .and_then(|node| File::open(&node.path)?.read_at(&mut bytes, offset));
        match read {
            Ok(count) => reply.data(&bytes[..count]),
            Err(error) => reply.error(error.into()),
        }
    }

    fn readdir(&self, _: &Request, ino: INodeNo, _: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        let Some(dir) = self.node(ino) else {
            return reply.error(Errno::ENOENT);
        };
        let above = self.nodes[dir.parent].attr.ino;
        let mut children: Vec<(&OsString, &usize)> = dir.children.iter().collect();
        children.sort();
        let own = [
            (OsStr::new("."), dir.attr.ino, FileType::Directory),
            (OsStr::new(".."), above, FileType::Directory),
        ];
        let others = children.into_iter().map(|(name, at)| {
            let attr = &self.nodes[*at].attr;
            (name.as_os_str(), attr.ino, attr.kind)
        });
        for ((name, ino, kind), next) in own.into_iter().chain(others).zip(1_u64..).skip(offset as usize) {
            if reply.add(ino, next, kind, name) {
                break;
            }
        }
        reply.ok();
    }
}
