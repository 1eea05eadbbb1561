//! Where the bytes of virtual sidecars come from, and how they are called.
//!
//! A mount may show a sidecar beside each photo and movie: `IMG.jpg.xmp` beside
//! `IMG.jpg`, whatever a real one is called, and never two of one name: where a
//! folder is called so, or the name would be too long, there is none. It is made
//! when somebody asks for it. That may take the reading of a real sidecar and another
//! process, so it is asked for with the view unlocked, on threads of its library's ([`crate::later`]); only what
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
use std::io;
use std::sync::Arc;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_be_too_long_is_none() {
        assert_eq!(named("a.jpg").as_deref(), Some("a.jpg.xmp"));
        assert_eq!(named(&"a".repeat(251)).map(|name| name.len()), Some(255));
        assert_eq!(named(&"a".repeat(252)), None);
    }
}
