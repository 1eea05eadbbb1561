//! Sets that are found when somebody looks, and kept while somebody may remember them:
//! searches, and tags with all below them.
//!
//! A search is a name that was looked up below `search/`, so there is no entry that
//! makes it and none that ends it. It has a number while it is known, which is never
//! given twice; what it finds is found when it is asked for the first time, and kept
//! current from then on as [`super::live`] keeps the answers of collections: with
//! every entry, of the photos alone whose answer may be another one. So a search costs
//! a page of its listing nothing, and who came and who left is part of the entry's
//! [`super::Delta`], exactly and in order.
//!
//! What nobody holds is dropped with the next entry: there is nobody to be told of it.
//! A session (a mount) has at most [`MOST_SEARCHES`]; one more, and the one that was used
//! longest ago is forgotten, and has another number when it is entered again. All of it is behind
//! a lock of its own, because looking is reading: a search is entered and found under the
//! reader's lock of the view, under which no entry is applied.
//!
//! What carries a tag or one below it is found by walking the tags; an entry changes it
//! by the photos that came into or left one of those tags, or by tags that were moved.
//!
//! A folder below a search narrows it: it shows those of its photos that answer another
//! query. What a search opens (`is:hidden`) stays open below it, and what it does not
//! open no folder below opens. What has no file to show is never in one.

use super::apply::Changes;
use super::delta::Delta;
use super::recast::having;
use super::{Dir, View};
use crate::kernel::{AssetSet, SearchId, TagId, UserId};
use crate::organization::Query;
use crate::organization::query::{evaluate, evaluate_within, narrow};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many searches of one session are known at a time.
pub const MOST_SEARCHES: usize = 64;
/// So many searches may lie within each other.
const DEEPEST: usize = 16;
/// Bits of a number.
const BITS: u32 = 48;
/// Bits that count within a millisecond: looking a name up takes longer than 8 µs.
const COUNTED: u32 = 7;

/// Who enters searches: a mount, or those who only ask for a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Session(u32);

/// A search that is known.
#[derive(Clone, Debug)]
pub struct Search {
    /// For whom it finds.
    pub viewer: UserId,
    /// The search that it narrows.
    pub parent: Option<SearchId>,
    /// As it was entered.
    pub name: Arc<str>,
    /// What is asked, one within the other; one at least.
    queries: Arc<[Query]>,
    session: Session,
    used: u64,
}

impl Search {
    /// The query that says the same without folders; what the outer ones do not open is
    /// not said by it.
    #[must_use]
    pub fn query(&self) -> Option<Query> {
        self.queries.iter().cloned().reduce(Query::and)
    }

    /// How many searches it lies in, itself counted.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.queries.len()
    }
}

/// Where a search is found: by whom, below what, under which name.
type Place = (Session, UserId, Option<SearchId>, Arc<str>);

/// What is known and kept; see the module.
#[derive(Default)]
pub(super) struct Watched {
    inner: Mutex<Inner>,
    duplicates: Mutex<Duplicates>,
}

/// See [`super::copies`].
#[derive(Default)]
pub(super) struct Duplicates {
    pub(super) holders: u32,
    pub(super) before: super::copies::Before,
}

#[derive(Default)]
struct Inner {
    sessions: u32,
    /// The last number that was given.
    last: u64,
    /// Counts uses.
    clock: u64,
    searches: FxHashMap<SearchId, Search>,
    places: FxHashMap<Place, SearchId>,
    kept: BTreeMap<Dir, Kept>,
    /// Forgotten while they were held, by session.
    forgotten: FxHashMap<Session, Vec<Forgotten>>,
}

#[derive(Default)]
struct Kept {
    holders: u32,
    found: Option<Arc<AssetSet>>,
}

impl Watched {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn duplicates(&self) -> MutexGuard<'_, Duplicates> {
        self.duplicates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing is known that an entry may change or drop.
    pub(super) fn is_empty(&self) -> bool {
        let inner = self.lock();
        inner.kept.is_empty() && inner.searches.is_empty()
    }
}

impl Inner {
    fn use_now(&mut self, id: SearchId) -> Option<&Search> {
        self.clock += 1;
        let search = self.searches.get_mut(&id)?;
        search.used = self.clock;
        Some(search)
    }

    fn forget(&mut self, id: SearchId) {
        if let Some(search) = self.searches.remove(&id) {
            self.places
                .remove(&(search.session, search.viewer, search.parent, search.name));
        }
        self.kept.remove(&Dir::Search(id));
    }

    /// Makes a search known, in the place of another one if there are too many; `found` is kept.
    fn put(&mut self, place: Place, queries: Arc<[Query]>, found: Option<Arc<AssetSet>>) -> SearchId {
        let (session, viewer, parent, name) = place.clone();
        let mine = self.searches.values().filter(|search| search.session == session);
        if mine.count() >= MOST_SEARCHES
            && let Some(least) = self.least(session)
        {
            self.give_up(least);
        }
        self.last = (self.last + 1) & ((1 << BITS) - 1);
        self.clock += 1;
        let (id, used) = (SearchId::new(self.last), self.clock);
        let search = Search {
            viewer,
            parent,
            name,
            queries,
            session,
            used,
        };
        self.places.insert(place, id);
        self.searches.insert(id, search);
        if found.is_some() {
            self.kept.entry(Dir::Search(id)).or_default().found = found;
        }
        id
    }

    /// Forgets one that may be held.
    fn give_up(&mut self, id: SearchId) {
        if self.is_held(Dir::Search(id))
            && let Some(Search {
                parent,
                name,
                session,
                ..
            }) = self.searches.get(&id)
        {
            let (parent, name) = (*parent, name.clone());
            let forgotten = self.forgotten.entry(*session).or_default();
            forgotten.push(Forgotten { parent, name });
        }
        self.forget(id);
    }

    fn is_held(&self, dir: Dir) -> bool {
        self.kept.get(&dir).is_some_and(|kept| kept.holders > 0)
    }

    /// The search that a session misses least.
    fn least(&self, session: Session) -> Option<SearchId> {
        let mine = self
            .searches
            .iter()
            .filter(|(_, search)| search.session == session);
        let least = mine.min_by_key(|(id, search)| (self.is_held(Dir::Search(**id)), search.used));
        least.map(|(id, _)| *id)
    }

    fn drop_unheld(&mut self) {
        self.kept.retain(|_, kept| kept.holders > 0);
        let ids = self.searches.keys().copied();
        let unheld: Vec<SearchId> = ids.filter(|id| !self.is_held(Dir::Search(*id))).collect();
        unheld.into_iter().for_each(|id| self.forget(id));
    }
}

/// A name that is looked up: of a search that is known, or of one to be.
enum Entering {
    Known(SearchId),
    New(Place, Arc<[Query]>),
}

/// What is looked for.
enum Wanted {
    Search(UserId, Arc<[Query]>),
    AllOf(TagId),
}

impl View {
    /// Numbers of searches from now on are above those of every process that began before
    /// this millisecond since 1970: none is given twice.
    pub(crate) fn number_searches_from(&self, ms: i64) {
        let first = (ms.unsigned_abs() << COUNTED) & ((1 << BITS) - 1);
        let mut inner = self.watched.lock();
        inner.last = inner.last.max(first);
    }

    /// One more who enters searches.
    #[must_use]
    pub fn new_session(&self) -> Session {
        let mut inner = self.watched.lock();
        inner.sessions += 1;
        Session(inner.sessions)
    }

    /// The search of this name, below another one or not; `None` if the name is no query, or
    /// is too deep. Whom that makes forgotten, see [`View::take_forgotten`].
    pub fn enter_search(
        &self,
        who: (Session, UserId),
        below: Option<SearchId>,
        name: &str,
    ) -> Option<SearchId> {
        let (place, queries) = match self.place_of(who, below, name)? {
            Entering::Known(id) => return Some(id),
            Entering::New(place, queries) => (place, queries),
        };
        Some(self.watched.lock().put(place, queries, None))
    }

    /// The same; `None` also for one that is not known yet and finds nothing.
    pub fn find_search(
        &self,
        who: (Session, UserId),
        below: Option<SearchId>,
        name: &str,
    ) -> Option<SearchId> {
        let (place, queries) = match self.place_of(who, below, name)? {
            Entering::Known(id) => return Some(id),
            Entering::New(place, queries) => (place, queries),
        };
        let found = self.find(&Wanted::Search(who.1, queries.clone()), None);
        if found.is_empty() {
            return None;
        }
        Some(self.watched.lock().put(place, queries, Some(Arc::new(found))))
    }

    fn place_of(
        &self,
        (session, viewer): (Session, UserId),
        parent: Option<SearchId>,
        name: &str,
    ) -> Option<Entering> {
        let mut inner = self.watched.lock();
        let outer: Arc<[Query]> = match parent {
            Some(parent) => inner.use_now(parent)?.queries.clone(),
            None => Arc::default(),
        };
        let place: Place = (session, viewer, parent, name.into());
        if let Some(id) = inner.places.get(&place).copied() {
            inner.use_now(id);
            return Some(Entering::Known(id));
        }
        let query = Query::parse(name).ok().filter(|query| !query.is_empty())?;
        let queries = outer.iter().cloned().chain([query]).collect();
        (outer.len() < DEEPEST).then_some(Entering::New(place, queries))
    }

    /// The searches of a session that were given up although they were held, since this was
    /// asked last: whoever remembers what they showed must forget it before the next entry.
    #[must_use]
    pub fn take_forgotten(&self, session: Session) -> Vec<Forgotten> {
        self.watched.lock().forgotten.remove(&session).unwrap_or_default()
    }

    /// A search, while it is known.
    #[must_use]
    pub fn search(&self, id: SearchId) -> Option<Search> {
        self.watched.lock().use_now(id).cloned()
    }

    /// Somebody may remember what a directory shows, and is to be told when it is
    /// otherwise; for each time [`View::let_go`]. Of no use for directories that are always kept.
    pub fn hold(&self, dir: Dir) {
        let mut inner = self.watched.lock();
        if inner.wanted(dir).is_some() {
            inner.kept.entry(dir).or_default().holders += 1;
        }
    }

    /// One of those who hold a directory remembers it no more.
    pub fn let_go(&self, dir: Dir) {
        let mut inner = self.watched.lock();
        if let Some(kept) = inner.kept.get_mut(&dir) {
            kept.holders = kept.holders.saturating_sub(1);
            if kept.holders == 0 {
                inner.kept.remove(&dir);
                if let Dir::Search(id) = dir {
                    inner.forget(id);
                }
            }
        }
    }

    /// What is kept of a directory that is found when somebody looks; `None`: nobody
    /// looked yet, or it is none of these.
    #[must_use]
    pub fn watched_set(&self, dir: Dir) -> Option<Arc<AssetSet>> {
        self.watched.lock().kept.get(&dir)?.found.clone()
    }

    /// Somebody looks into a directory, and may remember what is not there: it is kept from now on.
    pub fn look_into(&self, dir: Dir) {
        self.found(dir);
    }

    /// What is in such a directory: kept from now on.
    pub(super) fn found(&self, dir: Dir) -> Arc<AssetSet> {
        let wanted = {
            let inner = self.watched.lock();
            if let Some(found) = inner.kept.get(&dir).and_then(|kept| kept.found.clone()) {
                return found;
            }
            inner.wanted(dir)
        };
        let Some(wanted) = wanted else {
            return Arc::default();
        };
        let found = Arc::new(self.find(&wanted, None));
        let mut inner = self.watched.lock();
        // It may be forgotten by now.
        if inner.wanted(dir).is_some() {
            inner.kept.entry(dir).or_default().found = Some(found.clone());
        }
        found
    }

    fn find(&self, wanted: &Wanted, within: Option<&AssetSet>) -> AssetSet {
        match wanted {
            Wanted::AllOf(tag) => self.shown(&self.tag_and_below(*tag, within)),
            Wanted::Search(viewer, queries) => {
                let Some((first, inner)) = queries.split_first() else {
                    return AssetSet::new();
                };
                let found = match within {
                    Some(photos) => evaluate_within(self, *viewer, first, photos),
                    None => evaluate(self, *viewer, first),
                };
                let found = &found & &self.present;
                inner
                    .iter()
                    .fold(found, |left, query| narrow(self, *viewer, query, left))
            }
        }
    }

    /// Brings what is kept up to date with an entry: `asked` are those whose answer may be
    /// another one.
    pub(super) fn renew_watched(&mut self, asked: &AssetSet, changes: &mut Changes) {
        let inner = self.watched.inner.get_mut();
        let mut inner = std::mem::take(inner.unwrap_or_else(PoisonError::into_inner));
        inner.drop_unheld();
        let changed = self.changed_below(&changes.delta);
        let dirs: Vec<Dir> = inner.kept.keys().copied().collect();
        for dir in dirs {
            let Some(wanted) = inner.wanted(dir) else { continue };
            let Some(found) = inner.kept.get_mut(&dir).and_then(|kept| kept.found.as_mut()) else {
                continue;
            };
            let tagged = changed.get(&dir);
            let is_untouched = matches!(dir, Dir::AllOf(_)) && tagged.is_none();
            if is_untouched && !changes.all_asked {
                continue;
            }
            let within = (!changes.all_asked).then(|| tagged.unwrap_or(asked));
            let before = within.map_or_else(|| (**found).clone(), |asked| &**found & asked);
            let now = self.find(&wanted, within);
            let (joined, left) = (&now - &before, &before - &now);
            if joined.is_empty() && left.is_empty() {
                continue;
            }
            let found = Arc::make_mut(found);
            *found -= &left;
            *found |= &joined;
            changes.delta.leave(dir, &left);
            changes.delta.join(dir, &joined);
        }
        *self
            .watched
            .inner
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner) = inner;
    }

    /// Who came into or left tags, by each of them and by each above it.
    fn changed_below(&self, delta: &Delta) -> FxHashMap<Dir, AssetSet> {
        let up = |tag: &TagId| self.tag(*tag).and_then(|row| row.parent);
        let mut changed: FxHashMap<Dir, AssetSet> = FxHashMap::default();
        for (dir, change) in &delta.dirs {
            let Dir::Tag(tag) = *dir else { continue };
            for tag in std::iter::successors(Some(tag), up) {
                let all = changed.entry(Dir::AllOf(tag)).or_default();
                *all |= &change.joined;
                *all |= &change.left;
            }
        }
        changed
    }

    /// Those of these photos, or all, that carry a tag or one below it.
    fn tag_and_below(&self, tag: TagId, within: Option<&AssetSet>) -> AssetSet {
        let Some(row) = self.tag(tag) else {
            return AssetSet::new();
        };
        let mut all = within.map_or_else(|| row.assets(), |photos| having(row, photos));
        for child in self.tag_children(row.owner, Some(tag)) {
            all |= &self.tag_and_below(child, within);
        }
        all
    }

    /// The directories that are kept, each with what is in it.
    pub(super) fn kept_dirs(&self) -> Vec<(Dir, Arc<AssetSet>)> {
        let inner = self.watched.lock();
        let kept = inner.kept.iter();
        kept.filter_map(|(dir, kept)| Some((*dir, kept.found.clone()?)))
            .collect()
    }
}

impl Inner {
    fn wanted(&self, dir: Dir) -> Option<Wanted> {
        match dir {
            Dir::Search(id) => {
                let search = self.searches.get(&id)?;
                Some(Wanted::Search(search.viewer, search.queries.clone()))
            }
            Dir::AllOf(tag) => Some(Wanted::AllOf(tag)),
            Dir::Album(_)
            | Dir::Tag(_)
            | Dir::Date(_)
            | Dir::Undated
            | Dir::Folder(_)
            | Dir::Favorites(_)
            | Dir::Recent
            | Dir::Share(_)
            | Dir::Person(_)
            | Dir::Copies(_)
            | Dir::Collection(_) => None,
        }
    }
}

/// A search that was given up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Forgotten {
    /// The search that it narrowed.
    pub parent: Option<SearchId>,
    /// What it was called there.
    pub name: Arc<str>,
}
