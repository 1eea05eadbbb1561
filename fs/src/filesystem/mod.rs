//! The operations of the mounted tree, without FUSE's types.
//!
//! A handler asks the view, answers and is done: it holds the view only to copy
//! what it needs, never while an original is opened or read. Whether a name that
//! the kernel was told of may be remembered is part of the answer. Every change
//! is refused, but for the one that the replay thread is about to make
//! ([`crate::gate`]). How directories are read is in `listing`, what originals are asked in [`crate::bytes`].

mod listing;

pub use listing::Listed;

use crate::access::{Caller, Ownership, has_group};
use crate::attr::{self, Attributes};
use crate::errno::FsError;
use crate::gate::{Gate, Mutation};
use crate::held::Held;
use crate::inode::{Node, Top};
use crate::kept::{hold, is_kept, let_go};
use crate::marker::Marker;
use crate::notify::Announcer;
use crate::options::TreeOptions;
use crate::originals::Originals;
use crate::places::PlacesCache;
use crate::sidecars::{ENDING, Sidecar, Sidecars};
use crate::stale::Stale;
use crate::tree::Tree;
use crate::xattr;
use kphotos_domain::app::App;
use kphotos_domain::kernel::{FileId, name};
use kphotos_domain::storage::{MountFolderFile, MountSidecars};
use kphotos_domain::view::View;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::{Arc, OnceLock, Weak};

/// The mounted tree of one viewer.
pub struct Filesystem {
    pub(crate) app: Arc<App>,
    pub(crate) originals: Arc<dyn Originals>,
    gate: Arc<dyn Gate>,
    held: Arc<Held>,
    pub(crate) options: TreeOptions,
    ownership: Ownership,
    marker: Marker,
    places: PlacesCache,
    sidecars: Option<Arc<dyn Sidecars>>,
    /// Who makes the kernel forget searches that were given up.
    announcer: OnceLock<Weak<Announcer>>,
}

/// What can be opened for reading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Readable {
    /// The original of a file.
    File(FileId),
    /// The sidecar beside a file.
    Sidecar(FileId),
    /// What says how a directory is to be shown, as it was when it was opened.
    Text(Arc<[u8]>),
    /// The marker.
    Marker,
}

/// By what a node is asked for its attributes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AskedBy {
    /// By its number: it has to be in the tree.
    Number,
    /// By its number, while somebody has it open: `fstat` of what is gone meanwhile.
    NumberOfOpen,
    /// By a handle, which whoever may not look was not given.
    Handle,
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// The node and its attributes; `None`: there is nothing of that name.
    pub attributes: Option<Attributes>,
    /// Whether the answer may be remembered.
    pub is_cached: bool,
}

/// The answer to a question for an attribute's value or a list of names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Attribute {
    /// How many bytes it has: the caller gave no buffer.
    Size(u32),
    /// The bytes.
    Data(Vec<u8>),
}

impl Filesystem {
    /// The tree with these options (an owner: the default ones for his world), to
    /// be read by these people.
    #[must_use]
    pub fn new(
        app: Arc<App>,
        options: impl Into<TreeOptions>,
        ownership: Ownership,
        originals: Arc<dyn Originals>,
        gate: Arc<dyn Gate>,
    ) -> Self {
        let mut options = options.into();
        options.session = app.view().new_session();
        Self {
            app,
            originals,
            gate,
            held: Arc::default(),
            options,
            ownership,
            marker: Marker::default(),
            places: PlacesCache::default(),
            sidecars: None,
            announcer: OnceLock::new(),
        }
    }

    /// Has searches that had to be given up forgotten by the kernel, through this one.
    pub fn announce_by(&self, announcer: &Arc<Announcer>) {
        // A mount has one; the first stays.
        let _first = self.announcer.set(Arc::downgrade(announcer));
    }

    /// The same, with this marker at its root.
    #[must_use]
    pub fn with_marker(mut self, marker: Marker) -> Self {
        self.marker = marker;
        self
    }

    /// The same, with sidecars made by this, if the options say that they are shown.
    #[must_use]
    pub fn with_sidecars(mut self, sidecars: Arc<dyn Sidecars>) -> Self {
        self.sidecars = Some(sidecars);
        self
    }

    /// Whether a name may be a sidecar's, which takes its time.
    #[must_use]
    pub fn is_slow_name(&self, wanted: &OsStr) -> bool {
        self.options.sidecars == MountSidecars::Xmp && wanted.as_bytes().ends_with(ENDING.as_bytes())
    }

    /// The sidecar of a file as it is now; waits for what it takes to make it.
    ///
    /// # Errors
    /// [`FsError::NotFound`], or what reading the real one says.
    pub fn sidecar(&self, file: FileId) -> Result<Sidecar, FsError> {
        let sidecars = self.sidecars.as_ref().ok_or(FsError::NotFound)?;
        Ok(sidecars.sidecar(file)?)
    }

    /// The attributes of a sidecar, made for that.
    fn of_sidecar(&self, file: FileId) -> Result<Attributes, FsError> {
        let made = self.sidecar(file)?;
        let view = self.app.view();
        let attributes = attr::of_sidecar(&self.tree(&view), &self.ownership, file, Some(&made));
        attributes.ok_or(FsError::NotFound)
    }

    /// The bytes of the marker.
    #[must_use]
    pub fn marker(&self) -> Arc<[u8]> {
        self.marker.bytes.clone()
    }

    /// Which directories the kernel holds; shared with those who tell it of changes.
    #[must_use]
    pub fn held(&self) -> Arc<Held> {
        self.held.clone()
    }

    /// The generation of a node's number.
    #[must_use]
    pub fn generation(&self, node: Node) -> u64 {
        if node.is_file() {
            0
        } else {
            self.gate.generation(node)
        }
    }

    pub(crate) fn tree<'a>(&self, view: &'a View) -> Tree<'a> {
        Tree::new(view, self.options)
    }

    fn attributes(&self, tree: &Tree<'_>, node: Node) -> Option<Attributes> {
        if node == Node::Marker {
            let size = self.marker.bytes.len() as u64;
            return Some(attr::of_marker(&self.ownership, size, self.marker.born));
        }
        if let Node::Sidecar(file) = node {
            let known = self.sidecars.as_ref()?.known(tree.view(), file);
            return attr::of_sidecar(tree, &self.ownership, file, known.as_ref());
        }
        if let Node::FolderFile(file, dir) = node {
            // One that is just going says nothing any more.
            let says = tree.folder_file(dir.node(), file).unwrap_or_default();
            let since = self.held.folder_files().since(dir.node(), file, &says);
            let size = says.len() as u64;
            return Some(attr::of_folder_file(&self.ownership, node, size, since));
        }
        let Some(file) = node.file() else {
            let mut attributes = attr::of_directory(tree, &self.ownership, node);
            if let Some(changed) = self.held.folder_files().changed(node) {
                attributes.modified = changed;
                attributes.changed = changed;
            }
            return Some(attributes);
        };
        let asset = tree.view().file(file)?.asset;
        let places = self.places.of(tree.view(), asset);
        attr::of_file(tree, &self.ownership, file, places)
    }

    fn admit(&self, caller: Caller) -> Result<(), FsError> {
        let in_group = |gid| has_group(caller.tid, gid);
        if self.ownership.admits(caller, in_group) {
            Ok(())
        } else {
            Err(FsError::Denied)
        }
    }

    /// What a name stands for in a directory; the kernel counts it as held.
    ///
    /// # Errors
    /// [`FsError::NotFound`] for a directory that never was, [`FsError::Denied`],
    /// [`FsError::NameTooLong`], [`FsError::Stale`] in a search that is known no more. A name
    /// that is not there is no error.
    pub fn lookup(&self, caller: Caller, parent: u64, wanted: &OsStr) -> Result<Found, FsError> {
        let dir = Node::of(parent).ok_or(FsError::NotFound)?;
        self.admit(caller)?;
        if wanted.len() > name::NAME_MAX {
            return Err(FsError::NameTooLong);
        }
        let answer = self.gate.lookup(caller.tid, dir, wanted);
        let view = self.app.view();
        let tree = self.tree(&view);
        if matches!(dir, Node::Search(_)) && !tree.exists(dir) {
            return Err(FsError::Stale);
        }
        if wanted.to_str().and_then(MountFolderFile::called).is_some() {
            self.held.folder_files().note(&tree, dir);
        }
        let node = match (answer, wanted.as_bytes()) {
            (Some(seen), _) => seen,
            (None, b".") => tree.exists(dir).then_some(dir),
            (None, b"..") => tree.parent(dir),
            (None, _) => wanted.to_str().and_then(|wanted| tree.lookup(dir, wanted)),
        };
        if let Some(Node::Sidecar(file)) = node {
            drop(view);
            return Ok(Found {
                attributes: Some(self.of_sidecar(file)?),
                is_cached: answer.is_none(),
            });
        }
        let attributes = node.and_then(|node| self.attributes(&tree, node));
        let is_for_now = attributes.is_none()
            && wanted
                .to_str()
                .is_some_and(|wanted| tree.is_absent_for_now(dir, wanted));
        if let Some(attributes) = &attributes {
            self.told(&view, attributes.node);
        }
        if matches!(dir, Node::Top(Top::Search) | Node::Search(_)) {
            self.forget_searches(&view);
        }
        Ok(Found {
            attributes,
            is_cached: answer.is_none() && !is_for_now,
        })
    }

    /// The kernel forgets that many lookups of a node.
    pub fn forget(&self, ino: u64, lookups: u64) {
        if let Some(node) = Node::of(ino)
            && self.held.forgotten(node, lookups)
            && is_kept(node)
        {
            let_go(&self.app.view(), node);
        }
    }

    /// The kernel was told of a node: what it shows is kept while the kernel holds it.
    fn told(&self, view: &View, node: Node) {
        if self.held.told(node) {
            hold(view, node);
        }
    }

    /// Has the kernel forget the searches that had to be given up, and all below them. No
    /// entry is applied while `view` lives: what it remembers of them is right until then.
    fn forget_searches(&self, view: &View) {
        let forgotten = view.take_forgotten(self.options.session);
        if forgotten.is_empty() {
            return;
        }
        let forgotten = forgotten.into_iter().map(|search| Stale::Forgotten {
            parent: search.parent.map_or(Node::Top(Top::Search), Node::Search),
            name: search.name.to_string(),
        });
        if let Some(announcer) = self.announcer.get().and_then(Weak::upgrade) {
            announcer.forget(forgotten.collect());
        }
    }

    /// The attributes of a node; those of an open file even after it is gone.
    ///
    /// # Errors
    /// [`FsError::NotFound`], [`FsError::Stale`], [`FsError::Denied`].
    pub fn getattr(&self, caller: Caller, ino: u64, by: AskedBy) -> Result<Attributes, FsError> {
        let node = Node::of(ino).ok_or(FsError::NotFound)?;
        let is_replayer = self.gate.is_replayer(caller.tid);
        if by != AskedBy::Handle && !is_replayer {
            self.admit(caller)?;
        }
        let view = self.app.view();
        let tree = self.tree(&view);
        if by == AskedBy::Number && !is_replayer && !tree.exists(node) {
            return Err(FsError::Stale);
        }
        if let Node::Sidecar(file) = node {
            drop(view);
            return self.of_sidecar(file);
        }
        self.attributes(&tree, node).ok_or(FsError::NotFound)
    }

    /// Whether a node may be used in this way: a mask of access(2).
    ///
    /// # Errors
    /// [`FsError::ReadOnly`] if writing is asked for, [`FsError::Denied`].
    pub fn access(&self, caller: Caller, ino: u64, mask: i32) -> Result<(), FsError> {
        if mask & libc::W_OK != 0 && !self.gate.is_replayer(caller.tid) {
            return Err(FsError::ReadOnly);
        }
        self.admit(caller)?;
        let is_file = Node::of(ino).is_some_and(Node::is_file);
        if is_file && mask & libc::X_OK != 0 {
            return Err(FsError::Denied);
        }
        Ok(())
    }

    /// What can be read behind a number, if it may be opened in this way: flags of open(2).
    ///
    /// # Errors
    /// [`FsError::ReadOnly`], [`FsError::NotFound`], [`FsError::IsADirectory`], [`FsError::Denied`].
    pub fn check_open(&self, caller: Caller, ino: u64, flags: i32) -> Result<Readable, FsError> {
        if flags & libc::O_ACCMODE != libc::O_RDONLY || flags & libc::O_TRUNC != 0 {
            return Err(FsError::ReadOnly);
        }
        self.admit(caller)?;
        let node = Node::of(ino).ok_or(FsError::NotFound)?;
        if node == Node::Marker {
            return Ok(Readable::Marker);
        }
        if let Node::Sidecar(file) = node {
            let is_there = self.tree(&self.app.view()).exists(node);
            return is_there
                .then_some(Readable::Sidecar(file))
                .ok_or(FsError::NotFound);
        }
        if let Node::FolderFile(file, dir) = node {
            let view = self.app.view();
            let says = self.tree(&view).folder_file(dir.node(), file);
            let bytes = says.map(|says| Arc::from(says.into_bytes()));
            return bytes.map(Readable::Text).ok_or(FsError::NotFound);
        }
        node.file().map(Readable::File).ok_or(FsError::IsADirectory)
    }

    /// The value of an extended attribute.
    ///
    /// # Errors
    /// [`FsError::AttributeUnsupported`] outside `user.`, [`FsError::NoAttribute`],
    /// [`FsError::BufferTooSmall`], [`FsError::NotFound`], [`FsError::Denied`].
    pub fn getxattr(
        &self,
        caller: Caller,
        ino: u64,
        wanted: &OsStr,
        size: u32,
    ) -> Result<Attribute, FsError> {
        if !wanted.as_bytes().starts_with(b"user.") {
            return Err(FsError::AttributeUnsupported);
        }
        self.admit(caller)?;
        let node = Node::of(ino).ok_or(FsError::NotFound)?;
        let wanted = wanted.to_str().ok_or(FsError::NoAttribute)?;
        let value = xattr::get(&self.tree(&self.app.view()), node, wanted);
        fit(value.ok_or(FsError::NoAttribute)?, size)
    }

    /// The names of a node's extended attributes, each ended by a NUL.
    ///
    /// # Errors
    /// [`FsError::BufferTooSmall`], [`FsError::NotFound`], [`FsError::Denied`].
    pub fn listxattr(&self, caller: Caller, ino: u64, size: u32) -> Result<Attribute, FsError> {
        self.admit(caller)?;
        let node = Node::of(ino).ok_or(FsError::NotFound)?;
        let names = xattr::list(&self.tree(&self.app.view()), node);
        fit(names, size)
    }

    /// A mutation that makes a name appear: refused, unless it is the replay's.
    ///
    /// # Errors
    /// [`FsError::ReadOnly`].
    pub fn make(&self, caller: Caller, op: &Mutation<'_>) -> Result<Attributes, FsError> {
        self.change(caller, op)?;
        let node = self.gate.pending_node(caller.tid).ok_or(FsError::ReadOnly)?;
        if let Node::Sidecar(file) = node {
            return self.of_sidecar(file);
        }
        let view = self.app.view();
        let made = self
            .attributes(&self.tree(&view), node)
            .ok_or(FsError::NotFound)?;
        self.told(&view, node);
        Ok(made)
    }

    /// Any other mutation: refused, unless it is the replay's.
    ///
    /// # Errors
    /// [`FsError::ReadOnly`].
    pub fn change(&self, caller: Caller, op: &Mutation<'_>) -> Result<(), FsError> {
        if !self.gate.is_replayer(caller.tid) {
            return Err(FsError::ReadOnly);
        }
        // No entry is applied while it lives: what is not in the tree comes back only after
        // it has another generation.
        let view = self.app.view();
        let is_there = |node| self.tree(&view).exists(node);
        let would_kill =
            matches!(op, Mutation::Rmdir { .. }) && self.gate.pending_node(caller.tid).is_some_and(is_there);
        if !would_kill && self.gate.accept(caller.tid, op) {
            Ok(())
        } else {
            Err(FsError::ReadOnly)
        }
    }
}

/// A mount that ends sends no forgets.
impl Drop for Filesystem {
    fn drop(&mut self) {
        let view = self.app.view();
        let dirs = self.held.dirs().into_iter();
        dirs.filter(|node| is_kept(*node))
            .for_each(|node| let_go(&view, node));
    }
}

fn fit(value: Vec<u8>, size: u32) -> Result<Attribute, FsError> {
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
    if size == 0 {
        Ok(Attribute::Size(length))
    } else if length > size {
        Err(FsError::BufferTooSmall)
    } else {
        Ok(Attribute::Data(value))
    }
}
