//! The view: the read model, in memory, kept current by entries.
//!
//! It answers what directories, attributes, filters and sorts need, without
//! I/O. [`View::apply`] is its only way to change: it takes an entry, notes what
//! became different for those who watch ([`Delta`]), and which rows the store
//! has to replace ([`Row`]). Loading the rows and applying the entries after
//! them gives the same view again.
//!
//! Words: a *dir* is a directory that shows photos ([`Dir`]): stored, then its
//! members keep their names, or a query directory; a *live* set is what a query
//! finds, kept current with every entry; a *watched* one is that only while somebody may
//! remember it; a photo is *shown* if a file of it is present and it is not hidden; a
//! *claim* says which shot keeps the plain name in a dir where stems clash.
//!
//! Reading order: `record` (the rows in memory), `compact` (how they are kept small), `dir`, `names`, then `lookup`,
//! `find`, `content`, `values`, `members`, `counts`, `stacks`, `covers`, `away`, `shares` and `alike`
//! (questions), `apply`, `folders`, `shots`, `sidecars`, `organize`, `collections`, `tags`, `people`, `jobs`, `dated`,
//! `files`, `identity` (with `parted` and `recast`), `live`, `watched` and `copies`
//! (changes), `claims`, `row`, `persist` and `load` (at rest).

mod alike;
mod apply;
mod away;
mod below;
mod claims;
mod collections;
mod compact;
mod content;
mod copies;
mod counts;
mod covers;
mod dated;
mod delta;
mod dir;
mod files;
mod find;
mod folders;
mod identity;
mod jobs;
mod live;
mod load;
mod lookup;
mod members;
mod names;
mod organize;
mod parted;
mod people;
mod persist;
mod recast;
mod record;
mod row;
mod shares;
mod shots;
mod sidecars;
mod stacks;
mod table;
mod tags;
mod values;
mod watched;

pub use compact::{FactsRef, Few, SmallBytes};
pub use copies::Copies;
pub use counts::FileCounts;
pub use delta::{Applied, Called, CopiesDelta, Delta, DirDelta, FolderDelta, Recast, Renamed};
pub use dir::Dir;
pub use live::RECENT;
pub use load::Loader;
pub use members::ToDo;
pub use names::{Claim, sibling_key};
pub use people::Face;
pub use record::{
    AlbumRow, AssetRow, Counters, Doubt, FileRow, FolderRow, Mark, PersonRow, ShotRow, TagRow, Word,
};
pub use row::{AlbumAtRest, CHUNK, PACK, PersonAtRest, ROW_PACK, Row, SetKind, TagAtRest};
pub use watched::{Forgotten, MOST_SEARCHES, Search, Session};

use crate::identity::User;
use crate::kernel::port::Zones;
use crate::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, CollectionId, DateKey, FileId, FileSet, FolderId, JobId, LibraryId,
    MountId, Owner, PersonId, Revision, ShareId, ShotId, TagId, UserId,
};
use crate::organization::Collection;
use crate::organization::query::Index;
use crate::processing::Job;
use crate::sharing::Share;
use crate::sidecar::SidecarStamp;
use crate::storage::{Library, Mount};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;
use table::Table;

pub(crate) use claims::claims;

/// The read model; see the module.
pub struct View {
    zones: Arc<dyn Zones>,
    revision: Revision,
    next: Counters,
    users: BTreeMap<UserId, User>,
    libraries: BTreeMap<LibraryId, LibraryRow>,
    folders: Table<FolderId, FolderRow>,
    files: Table<FileId, FileRow>,
    assets: Table<AssetId, AssetRow>,
    shots: Table<ShotId, ShotRow>,
    stems: names::Stems,
    shared: compact::Shared,
    tags: BTreeMap<TagId, TagRow>,
    /// The tags in the tree by place.
    tag_names: BTreeMap<(Owner, Option<TagId>, String), TagId>,
    /// What files mean by a name below a tag, where that is not who is called so.
    tag_words: BTreeMap<(Owner, Option<TagId>, String), TagId>,
    people: BTreeMap<PersonId, PersonRow>,
    /// The people there are, by name.
    person_names: BTreeMap<(Owner, String), PersonId>,
    /// Whom files mean by a name, where that is not who is called so.
    person_words: BTreeMap<(Owner, String), PersonId>,
    albums: BTreeMap<AlbumId, AlbumRow>,
    album_names: BTreeMap<(Owner, Option<AlbumId>, String), AlbumId>,
    /// By the finest key that is known of the date; only non-empty sets.
    dates: BTreeMap<DateKey, AssetSet>,
    /// Read, and without a date.
    undated: AssetSet,
    /// The sidecars of a folder, sorted by name; only of folders that have any.
    sidecars: FxHashMap<FolderId, Vec<SidecarStamp>>,
    /// The layers below the facts, of photos with a sidecar.
    layers: FxHashMap<AssetId, Box<sidecars::LayerRow>>,
    present: AssetSet,
    hidden: AssetSet,
    /// Favourites, shown or not; only non-empty sets.
    favorites: BTreeMap<UserId, AssetSet>,
    /// The newest that are shown.
    recent: AssetSet,
    shares: BTreeMap<ShareId, Share>,
    share_names: BTreeMap<(Owner, String), ShareId>,
    collections: BTreeMap<CollectionId, Collection>,
    collection_names: BTreeMap<(Owner, String), CollectionId>,
    /// What queries find, by the directory that shows it.
    live: BTreeMap<Dir, live::Live>,
    /// What is found when somebody looks, and kept while he may remember it.
    watched: watched::Watched,
    /// What terms of queries find in the whole library, once somebody asked.
    index: Index,
    /// How many files the libraries have, once somebody asked.
    counts: counts::Counts,
    /// The photos below library roots and shared folders.
    below: below::Below,
    claims: FxHashMap<Dir, FxHashMap<names::StemId, ShotId>>,
    /// Who has which stem in directories that were asked much of late.
    owners: claims::KeptOwners,
    /// Which asset is a content; see `content`.
    contents: content::Contents,
    /// What assets were before files of them were edited in place.
    formers: BTreeMap<AssetId, Vec<Checksum>>,
    /// Numbers of assets that became part of others, each lower than its own.
    aliases: BTreeMap<AssetId, AssetId>,
    /// Files that have new bytes, of which nothing is known yet.
    doubts: BTreeMap<FileId, Doubt>,
    /// Photos of which several present files are the same to the byte.
    duplicates: AssetSet,
    /// Who goes by which id, and whom a person joined.
    stacks: stacks::Stacks,
    /// Who is in a stack and not its cover, once somebody asked.
    covered: std::sync::OnceLock<AssetSet>,
    /// Files that are away with their libraries, once somebody asked.
    away: std::sync::OnceLock<FileSet>,
    jobs: BTreeMap<JobId, Job>,
    mounts: BTreeMap<MountId, Mount>,
    marks: BTreeMap<Revision, Mark>,
}

/// A library with what is derived of it.
struct LibraryRow {
    library: Library,
    zone: jiff::tz::TimeZone,
    root: Option<FolderId>,
}

impl View {
    /// An empty view at revision 0.
    #[must_use]
    pub fn new(zones: Arc<dyn Zones>) -> Self {
        Self {
            zones,
            revision: Revision::default(),
            next: Counters::default(),
            users: BTreeMap::new(),
            libraries: BTreeMap::new(),
            folders: Table::default(),
            files: Table::default(),
            assets: Table::default(),
            shots: Table::default(),
            stems: names::Stems::default(),
            shared: compact::Shared::default(),
            tags: BTreeMap::new(),
            tag_names: BTreeMap::new(),
            tag_words: BTreeMap::new(),
            people: BTreeMap::new(),
            person_names: BTreeMap::new(),
            person_words: BTreeMap::new(),
            albums: BTreeMap::new(),
            album_names: BTreeMap::new(),
            dates: BTreeMap::new(),
            undated: AssetSet::new(),
            sidecars: FxHashMap::default(),
            layers: FxHashMap::default(),
            present: AssetSet::new(),
            hidden: AssetSet::new(),
            favorites: BTreeMap::new(),
            recent: AssetSet::new(),
            shares: BTreeMap::new(),
            share_names: BTreeMap::new(),
            collections: BTreeMap::new(),
            collection_names: BTreeMap::new(),
            live: BTreeMap::new(),
            watched: watched::Watched::default(),
            index: Index::default(),
            counts: counts::Counts::default(),
            below: below::Below::default(),
            claims: FxHashMap::default(),
            owners: claims::KeptOwners::default(),
            contents: content::Contents::default(),
            formers: BTreeMap::new(),
            aliases: BTreeMap::new(),
            doubts: BTreeMap::new(),
            duplicates: AssetSet::new(),
            stacks: stacks::Stacks::default(),
            covered: std::sync::OnceLock::new(),
            away: std::sync::OnceLock::new(),
            jobs: BTreeMap::new(),
            mounts: BTreeMap::new(),
            marks: BTreeMap::new(),
        }
    }

    /// What terms of queries find in the whole library.
    pub(crate) const fn indexes(&self) -> &Index {
        &self.index
    }

    /// Makes a part of what searches would have to make first, as much as takes some milliseconds; whether
    /// anything is left to make.
    #[must_use]
    pub fn prepare_searches(&self) -> bool {
        self.index.prepare(self)
    }

    /// The last entry applied.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// The numbers that come next.
    #[must_use]
    pub const fn next(&self) -> Counters {
        self.next
    }
}
