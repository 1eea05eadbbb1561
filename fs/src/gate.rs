//! What the replay thread may do, and what it sees.
//!
//! Watchers learn of a change when somebody makes it through the mount, so the
//! daemon does each change once more there, as a file operation of its own. For
//! that one operation the tree has to look as it did before. A gate says which
//! thread that is, what it is about to do, and what it has to see; everybody
//! else's writes are refused, whatever the gate says of them.

use crate::inode::Node;
use std::ffi::OsStr;

/// What the replay thread is about to do on its own mount.
pub trait Gate: Send + Sync {
    /// Whether this thread id (the `pid` of a FUSE request) is the replay thread.
    fn is_replayer(&self, tid: u32) -> bool;

    /// What a lookup by the replay thread must see instead of the tree:
    /// `Some(None)` no entry, `Some(Some(node))` this node, neither to be
    /// cached; `None` the tree's own answer.
    fn lookup(&self, tid: u32, parent: Node, name: &OsStr) -> Option<Option<Node>>;

    /// A mutation reached the file system: true if it is the pending one, and
    /// then it succeeds; otherwise it is refused as read-only.
    fn accept(&self, tid: u32, op: &Mutation<'_>) -> bool;

    /// The node that the pending mknod, mkdir or rename makes visible; its
    /// attributes go into the reply.
    fn pending_node(&self, tid: u32) -> Option<Node>;

    /// The generation to be answered with a directory: another one once it was
    /// removed and is there again, since the kernel keeps a removed one dead.
    fn generation(&self, _node: Node) -> u64 {
        0
    }
}

/// A file operation that would change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation<'a> {
    /// `mknod(2)` of a regular file.
    Mknod {
        /// The directory.
        parent: Node,
        /// The name to appear.
        name: &'a OsStr,
    },
    /// `mkdir(2)`.
    Mkdir {
        /// The directory.
        parent: Node,
        /// The name to appear.
        name: &'a OsStr,
    },
    /// `unlink(2)`.
    Unlink {
        /// The directory.
        parent: Node,
        /// The name to go.
        name: &'a OsStr,
    },
    /// `rmdir(2)`.
    Rmdir {
        /// The directory.
        parent: Node,
        /// The name to go.
        name: &'a OsStr,
    },
    /// `rename(2)` without flags.
    Rename {
        /// The directory it leaves.
        from: Node,
        /// The name to go.
        old: &'a OsStr,
        /// The directory it enters.
        to: Node,
        /// The name to appear.
        new: &'a OsStr,
    },
    /// `utimensat(2)`.
    Touch {
        /// Whose times.
        node: Node,
    },
}

/// The gate that is always shut: no replay, every write refused.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGate;

impl Gate for NoGate {
    fn is_replayer(&self, _tid: u32) -> bool {
        false
    }

    fn lookup(&self, _tid: u32, _parent: Node, _name: &OsStr) -> Option<Option<Node>> {
        None
    }

    fn accept(&self, _tid: u32, _op: &Mutation<'_>) -> bool {
        false
    }

    fn pending_node(&self, _tid: u32) -> Option<Node> {
        None
    }
}
