//! The one gap in a read-only tree: what the replay thread may do on its mount.
//!
//! A change is in the view before anybody hears of it. To make watchers hear,
//! one thread performs it once more as a system call on the daemon's own mount
//! ([`crate::replay`]). The tree has to let exactly that call through and to
//! play along: a LOOKUP by that thread finds nothing where a name is about to
//! appear (though the tree has it already) and the old node where a name is
//! about to go (though the tree has it no more).
//!
//! Everybody else gets EROFS: other processes, other threads of this one, and
//! the thread itself for anything but the operation that is pending. A thread
//! is known by its thread id, which is what FUSE requests carry.
//!
//! Measured on Linux 6.18: a directory that was removed by RMDIR while a watch
//! or a working directory holds its inode stays dead in the kernel, even when
//! MKDIR answers with the same number again (every LOOKUP in it is ENOENT).
//! So a directory gets another [`Gate::generation`] when it is removed, and one
//! that is in the tree, wherever, is not removed: whoever has it open reads on.
//!
//! UNLINK, RMDIR and RENAME say a name only. What the kernel takes away is what it
//! has under that name, and a reader may have found another thing there since. So
//! they pass only if the thread's own LOOKUP of the name came right before, in the
//! same call: the directory's lock keeps everybody else out between the two.

use crate::inode::Node;
use rustc_hash::FxHashMap;
use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the replay thread is about to do on its own mount.
pub trait Gate: Send + Sync {
    /// Whether requests of this thread id come from the replay thread.
    fn is_replayer(&self, tid: u32) -> bool;

    /// What a LOOKUP by the replay thread finds, to be answered with a time to
    /// live of 0: `Some(None)` no entry, `Some(Some(node))` this node even if the
    /// tree has it no more; `None`: the tree's own answer.
    fn lookup(&self, tid: u32, parent: Node, name: &OsStr) -> Option<Option<Node>>;

    /// Whether this is the pending operation; if not, the answer is EROFS.
    fn accept(&self, tid: u32, op: &Mutation<'_>) -> bool;

    /// The node that the pending operation is about: what MKNOD and MKDIR answer.
    fn pending_node(&self, tid: u32) -> Option<Node>;

    /// The generation to be answered with a directory; see the module.
    fn generation(&self, _node: Node) -> u64 {
        0
    }
}

/// A request that would change the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutation<'a> {
    /// MKNOD of a regular file.
    Mknod {
        /// In which directory.
        parent: Node,
        /// The name.
        name: &'a OsStr,
    },
    /// MKDIR.
    Mkdir {
        /// In which directory.
        parent: Node,
        /// The name.
        name: &'a OsStr,
    },
    /// UNLINK.
    Unlink {
        /// In which directory.
        parent: Node,
        /// The name.
        name: &'a OsStr,
    },
    /// RMDIR.
    Rmdir {
        /// In which directory.
        parent: Node,
        /// The name.
        name: &'a OsStr,
    },
    /// RENAME without flags.
    Rename {
        /// From which directory.
        from: Node,
        /// The name there.
        old: &'a OsStr,
        /// To which directory.
        to: Node,
        /// The name there.
        new: &'a OsStr,
    },
    /// SETATTR of nothing but times; answered with the true attributes.
    Touch {
        /// Of what.
        node: Node,
    },
}

/// A gate that is always shut: for mounts without live refresh.
#[derive(Clone, Copy, Debug, Default)]
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

/// One operation of the replay thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operation {
    /// A name appears.
    Appear {
        /// In which directory.
        parent: Node,
        /// The name.
        name: OsString,
        /// What it stands for.
        node: Node,
    },
    /// A name goes.
    Vanish {
        /// In which directory.
        parent: Node,
        /// The name.
        name: OsString,
        /// What it stood for.
        node: Node,
    },
    /// A name becomes another one.
    Rename {
        /// From which directory.
        from: Node,
        /// The name there.
        old: OsString,
        /// To which directory.
        to: Node,
        /// The name there.
        new: OsString,
        /// What both stand for.
        node: Node,
    },
    /// Attributes changed.
    Touch {
        /// Of what.
        node: Node,
    },
}

impl Operation {
    const fn node(&self) -> Node {
        match self {
            Self::Appear { node, .. }
            | Self::Vanish { node, .. }
            | Self::Rename { node, .. }
            | Self::Touch { node } => *node,
        }
    }

    fn is(&self, op: &Mutation<'_>) -> bool {
        let file = self.node().is_file();
        match (self, *op) {
            (Self::Appear { parent, name, .. }, Mutation::Mknod { parent: p, name: n }) => {
                file && *parent == p && name == n
            }
            (Self::Appear { parent, name, .. }, Mutation::Mkdir { parent: p, name: n }) => {
                !file && *parent == p && name == n
            }
            (Self::Vanish { parent, name, .. }, Mutation::Unlink { parent: p, name: n }) => {
                file && *parent == p && name == n
            }
            (Self::Vanish { parent, name, .. }, Mutation::Rmdir { parent: p, name: n }) => {
                !file && *parent == p && name == n
            }
            (
                Self::Rename {
                    from, old, to, new, ..
                },
                Mutation::Rename {
                    from: f,
                    old: o,
                    to: t,
                    new: n,
                },
            ) => *from == f && old == o && *to == t && new == n,
            (Self::Touch { node }, Mutation::Touch { node: n }) => *node == n,
            _ => false,
        }
    }
}

#[derive(Debug)]
struct Pending {
    operation: Operation,
    /// The thread found the name that is to go, and has not used it yet.
    is_found: bool,
}

/// The gate of a mount that has a replay thread.
#[derive(Debug, Default)]
pub struct ReplayGate {
    /// 0: no thread yet.
    tid: AtomicU32,
    pending: Mutex<Option<Pending>>,
    /// How often a directory was removed.
    deaths: Mutex<FxHashMap<Node, u64>>,
}

impl ReplayGate {
    /// A gate that is shut until a thread registers and has something pending.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the thread of this id the one whose requests may pass.
    pub fn register(&self, tid: u32) {
        self.tid.store(tid, Ordering::SeqCst);
    }

    /// Gives a directory another generation: the kernel removes it.
    fn bury(&self, node: Node) {
        if !node.is_file() {
            *lock(&self.deaths).entry(node).or_default() += 1;
        }
    }

    /// Opens the gate for one operation while the guard lives.
    pub fn open(&self, operation: Operation) -> Opening<'_> {
        *lock(&self.pending) = Some(Pending {
            operation,
            is_found: false,
        });
        Opening { gate: self }
    }

    /// What was found of the name that is to go was by another call.
    pub fn look_again(&self) {
        if let Some(pending) = &mut *lock(&self.pending) {
            pending.is_found = false;
        }
    }
}

/// Shuts the gate when dropped.
#[derive(Debug)]
pub struct Opening<'a> {
    gate: &'a ReplayGate,
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        *lock(&self.gate.pending) = None;
    }
}

impl Gate for ReplayGate {
    fn is_replayer(&self, tid: u32) -> bool {
        tid != 0 && self.tid.load(Ordering::SeqCst) == tid
    }

    fn lookup(&self, tid: u32, parent: Node, name: &OsStr) -> Option<Option<Node>> {
        if !self.is_replayer(tid) {
            return None;
        }
        let mut pending = lock(&self.pending);
        let Pending { operation, is_found } = pending.as_mut()?;
        match operation {
            Operation::Appear {
                parent: p, name: n, ..
            } => (*p == parent && n == name).then_some(None),
            Operation::Vanish {
                parent: p,
                name: n,
                node,
            } => {
                let is_it = *p == parent && n == name;
                *is_found |= is_it;
                is_it.then_some(Some(*node))
            }
            Operation::Rename {
                from,
                old,
                to,
                new,
                node,
            } => {
                if *from == parent && old == name {
                    *is_found = true;
                    Some(Some(*node))
                } else {
                    (*to == parent && new == name).then_some(None)
                }
            }
            Operation::Touch { .. } => None,
        }
    }

    fn accept(&self, tid: u32, op: &Mutation<'_>) -> bool {
        if !self.is_replayer(tid) {
            return false;
        }
        let mut pending = lock(&self.pending);
        let Some(pending) = pending.as_mut().filter(|pending| pending.operation.is(op)) else {
            return false;
        };
        let takes_away = matches!(
            op,
            Mutation::Unlink { .. } | Mutation::Rmdir { .. } | Mutation::Rename { .. }
        );
        if takes_away && !std::mem::take(&mut pending.is_found) {
            return false;
        }
        if matches!(op, Mutation::Rmdir { .. }) {
            self.bury(pending.operation.node());
        }
        true
    }

    fn pending_node(&self, tid: u32) -> Option<Node> {
        if !self.is_replayer(tid) {
            return None;
        }
        lock(&self.pending)
            .as_ref()
            .map(|pending| pending.operation.node())
    }

    fn generation(&self, node: Node) -> u64 {
        if node.is_file() {
            return 0;
        }
        lock(&self.deaths).get(&node).copied().unwrap_or(0)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::kernel::{AlbumId, FileId};

    const ALBUM: Node = Node::Album(AlbumId::new(1));
    const PHOTO: Node = Node::File(FileId::new(7));

    fn name(text: &str) -> &OsStr {
        OsStr::new(text)
    }

    #[test]
    fn only_the_pending_operation_of_the_registered_thread_passes() {
        let gate = ReplayGate::new();
        let mknod = Mutation::Mknod {
            parent: ALBUM,
            name: name("a.jpg"),
        };
        assert!(!gate.accept(5, &mknod), "no thread");
        gate.register(5);
        assert!(!gate.accept(5, &mknod), "nothing pending");
        let opening = gate.open(Operation::Appear {
            parent: ALBUM,
            name: "a.jpg".into(),
            node: PHOTO,
        });
        assert!(gate.accept(5, &mknod));
        assert!(!gate.accept(6, &mknod) && !gate.accept(0, &mknod));
        let others = [
            Mutation::Mknod {
                parent: ALBUM,
                name: name("b.jpg"),
            },
            Mutation::Mknod {
                parent: Node::Root,
                name: name("a.jpg"),
            },
            Mutation::Mkdir {
                parent: ALBUM,
                name: name("a.jpg"),
            },
            Mutation::Unlink {
                parent: ALBUM,
                name: name("a.jpg"),
            },
            Mutation::Touch { node: PHOTO },
        ];
        assert!(others.iter().all(|other| !gate.accept(5, other)));
        drop(opening);
        assert!(!gate.accept(5, &mknod), "shut again");
        assert_eq!(gate.pending_node(5), None);
    }

    #[test]
    fn the_replay_thread_sees_the_world_before_its_operation() {
        let gate = ReplayGate::new();
        gate.register(5);
        {
            let _open = gate.open(Operation::Appear {
                parent: ALBUM,
                name: "a.jpg".into(),
                node: PHOTO,
            });
            assert_eq!(gate.lookup(5, ALBUM, name("a.jpg")), Some(None));
            assert_eq!(gate.lookup(5, ALBUM, name("b.jpg")), None);
            assert_eq!(gate.lookup(6, ALBUM, name("a.jpg")), None);
            assert_eq!(gate.pending_node(5), Some(PHOTO));
            assert_eq!(gate.pending_node(6), None);
        }
        let _open = gate.open(Operation::Rename {
            from: ALBUM,
            old: "a.jpg".into(),
            to: ALBUM,
            new: "b.jpg".into(),
            node: PHOTO,
        });
        assert_eq!(gate.lookup(5, ALBUM, name("a.jpg")), Some(Some(PHOTO)));
        assert_eq!(gate.lookup(5, ALBUM, name("b.jpg")), Some(None));
    }

    #[test]
    fn a_removed_directory_comes_back_with_another_generation() {
        let gate = ReplayGate::new();
        gate.register(5);
        let parent = Node::Root;
        let _open = gate.open(Operation::Vanish {
            parent,
            name: "rome".into(),
            node: ALBUM,
        });
        let rmdir = Mutation::Rmdir {
            parent,
            name: name("rome"),
        };
        assert!(!gate.accept(5, &rmdir), "what has the name was found by another");
        assert_eq!(gate.lookup(5, parent, name("rome")), Some(Some(ALBUM)));
        gate.look_again();
        assert!(!gate.accept(5, &rmdir), "found by another call");
        assert_eq!(gate.lookup(5, parent, name("rome")), Some(Some(ALBUM)));
        assert_eq!(gate.generation(ALBUM), 0);
        assert!(gate.accept(5, &rmdir));
        assert_eq!(gate.generation(ALBUM), 1);
        assert!(!gate.accept(5, &rmdir), "once");
        assert_eq!(gate.generation(PHOTO), 0);
    }
}
