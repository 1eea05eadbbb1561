//! Where the bytes of virtual sidecars come from, and how they are called.
//!
//! A mount may show a sidecar beside each photo and movie: `IMG.jpg.xmp` beside
//! `IMG.jpg`, whatever a real one is called, and never two of one name: where a
//! folder is called so, or the name would be too long, there is none. It is made
//! when somebody asks for it. That may take the reading of a real sidecar and another
//! process, so it is asked for with the view unlocked, on threads of its own; only what
//! is known without waiting goes into a listing.
//!
//! Its bytes are those of the moment it was opened, whatever is edited meanwhile; the
//! kernel keeps none of them.

use crate::attr::Time;
use crate::inode::Node;
use crate::options::TreeOptions;
use crate::stale::Stale;
use kphotos_domain::kernel::{FileId, name};
use kphotos_domain::storage::MountSidecars;
use kphotos_domain::view::View;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// A virtual sidecar, made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sidecar {
    /// All of it.
    pub bytes: Arc<[u8]>,
    /// When what it says last changed.
    pub modified: Time,
}

/// Makes virtual sidecars; see the module.
pub trait Sidecars: Send + Sync {
    /// The sidecar of a file. Reads files and waits; locks the view by itself.
    ///
    /// # Errors
    /// `ENOENT` for a file that never was; `EIO` if a real sidecar is there and cannot be had.
    fn sidecar(&self, file: FileId) -> io::Result<Sidecar>;

    /// The same, if it is known without waiting for anything.
    fn known(&self, view: &View, file: FileId) -> Option<Sidecar>;
}

/// What ends a sidecar's name.
pub(crate) const ENDING: &str = ".xmp";

/// What the sidecar of a photo is called that is called so; `None`: too long.
pub(crate) fn named(photo: &str) -> Option<String> {
    (photo.len() + ENDING.len() <= name::NAME_MAX).then(|| format!("{photo}{ENDING}"))
}

/// What is stale, and what is besides because sidecars are shown beside the photos.
pub(crate) fn with_sidecars(options: &TreeOptions, found: Vec<Stale>) -> Vec<Stale> {
    if options.sidecars == MountSidecars::Off {
        return found;
    }
    let mut all = Vec::with_capacity(found.len() * 2);
    for one in found {
        let beside = beside(&one);
        all.push(one);
        all.extend(beside);
    }
    all
}

/// The same of the sidecar beside the photo of which this tells.
fn beside(one: &Stale) -> Option<Stale> {
    let twin = |node: &Node| node.file().map(Node::Sidecar);
    let at = |(parent, photo): &(Node, String)| Some((*parent, named(photo)?));
    Some(match one {
        Stale::Appeared { parent, name, node } => Stale::Appeared {
            parent: *parent,
            name: named(name)?,
            node: twin(node)?,
        },
        Stale::Vanished { parent, name, node } => Stale::Vanished {
            parent: *parent,
            name: named(name)?,
            node: twin(node)?,
        },
        Stale::Renamed { from, to, node } => {
            let node = twin(node)?;
            match (at(from), at(to)) {
                (Some(from), Some(to)) => Stale::Renamed { from, to, node },
                (Some((parent, name)), None) => Stale::Vanished { parent, name, node },
                (None, Some((parent, name))) => Stale::Appeared { parent, name, node },
                (None, None) => return None,
            }
        }
        Stale::Attributes { node, places } | Stale::Content { node, places } => Stale::Content {
            node: twin(node)?,
            places: places.iter().filter_map(at).collect(),
        },
        Stale::Touched(nodes) => {
            let nodes: Vec<Node> = nodes.iter().filter_map(twin).collect();
            if nodes.is_empty() {
                return None;
            }
            Stale::Touched(nodes)
        }
        // Named with their sidecars, piece by piece.
        Stale::Members(_) => return None,
        // A search has none.
        Stale::Forgotten { .. } => return None,
    })
}

/// The most threads that make sidecars for one mount.
const MOST_THREADS: usize = 8;

type Work = Box<dyn FnOnce() + Send>;

/// Threads for what takes longer than a handler may; started as they are needed.
#[derive(Clone, Default)]
pub(crate) struct Later(Arc<Desk>);

#[derive(Default)]
struct Desk {
    queue: Mutex<Queue>,
    came: Condvar,
}

#[derive(Default)]
struct Queue {
    work: VecDeque<Work>,
    threads: usize,
    idle: usize,
}

impl Later {
    /// Has this done by another thread; at once by this one if there is none to be had.
    pub(crate) fn run(&self, work: impl FnOnce() + Send + 'static) {
        let mut queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.idle <= queue.work.len() && queue.threads < MOST_THREADS {
            let desk = self.0.clone();
            let thread = std::thread::Builder::new().name("kphotos-sidecar".into());
            match thread.spawn(move || desk.serve()) {
                Ok(_) => queue.threads += 1,
                Err(error) if queue.threads == 0 => {
                    tracing::warn!(%error, "no thread to make sidecars: the mount waits for them");
                    drop(queue);
                    return work();
                }
                Err(_) => {}
            }
        }
        queue.work.push_back(Box::new(work));
        drop(queue);
        self.0.came.notify_one();
    }
}

/// So long a thread waits for more.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

impl Desk {
    fn serve(&self) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(work) = queue.work.pop_front() {
                drop(queue);
                work();
                queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            queue.idle += 1;
            let waited = self
                .came
                .wait_timeout_while(queue, PATIENCE, |queue| queue.work.is_empty());
            let (again, waited) = waited.unwrap_or_else(PoisonError::into_inner);
            queue = again;
            queue.idle -= 1;
            if waited.timed_out() && queue.work.is_empty() {
                queue.threads -= 1;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::mpsc::channel;

    #[test]
    fn work_that_waits_for_other_work_is_not_in_its_way() {
        let (later, meeting) = (Later::default(), Arc::new(Barrier::new(3)));
        let (done, outcome) = channel();
        for _ in 0..3 {
            let (meeting, done) = (meeting.clone(), done.clone());
            later.run(move || {
                meeting.wait();
                done.send(()).unwrap();
            });
        }
        (0..3).for_each(|_| outcome.recv().unwrap());
        for number in 0..100 {
            let done = done.clone();
            later.run(move || {
                let _ = number;
                done.send(()).unwrap();
            });
        }
        (0..100).for_each(|_| outcome.recv().unwrap());
        let queue = later.0.queue.lock().unwrap();
        assert!((1..=MOST_THREADS).contains(&queue.threads));
    }

    #[test]
    fn a_name_that_would_be_too_long_is_none() {
        assert_eq!(named("a.jpg").as_deref(), Some("a.jpg.xmp"));
        assert_eq!(named(&"a".repeat(251)).map(|name| name.len()), Some(255));
        assert_eq!(named(&"a".repeat(252)), None);
    }
}
