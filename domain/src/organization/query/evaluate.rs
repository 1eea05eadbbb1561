//! Answering a query: sets first, then indexes, and few photos one by one.
//!
//! A part is never answered for the whole library but narrowed from candidates.
//! In a conjunction the parts that are sets (tags, albums, dates, marks) narrow
//! first, then the cheap questions, then the texts; so a query with one tag asks
//! few photos for their titles. Of many candidates an index knows who answers (`index`).

use super::Query;
use super::ast::{DateOf, DateSpan, Has, Is, Node, Term, Text, TextKey};
use super::index::FEW;
use super::matching::{Asked, contains, fits};
use crate::kernel::{AlbumId, AssetSet, DateKey, Owner, TagId, UserId, name};
use crate::organization::people::{PersonName, find_person};
use crate::organization::resolve::{find_album, find_tag};
use crate::storage::{Library, LibraryState};
use crate::view::{Dir, TagRow, View};

/// The photos that answer a query, for this person (whose favourites, tags and
/// albums are meant). Sorted by number; empty if nothing answers.
#[must_use]
pub fn evaluate(view: &View, viewer: UserId, query: &Query) -> AssetSet {
    answers(Asked { view, viewer }, query, None)
}

/// Those of these photos that answer a query: what [`evaluate`] finds, cut to
/// them, at a cost that goes with their number.
#[must_use]
pub fn evaluate_within(view: &View, viewer: UserId, query: &Query, photos: &AssetSet) -> AssetSet {
    answers(Asked { view, viewer }, query, Some(photos))
}

/// Those of these photos that answer a query, hidden and missing ones as well: for what
/// is asked of an answer.
#[must_use]
pub fn narrow(view: &View, viewer: UserId, query: &Query, photos: AssetSet) -> AssetSet {
    Asked { view, viewer }.narrow(&query.root, photos)
}

fn answers(asked: Asked<'_>, query: &Query, photos: Option<&AssetSet>) -> AssetSet {
    match &query.root {
        Node::Or(nodes) => nodes.iter().fold(AssetSet::new(), |mut found, node| {
            found |= &asked.answer(node, photos);
            found
        }),
        node @ (Node::And(_) | Node::Not(_) | Node::Term(_)) => asked.answer(node, photos),
    }
}

/// Up to so many photos are asked for their date one by one.
const FEW_DATES: u64 = 64;

/// Which photos are candidates although directories do not show them.
#[derive(Clone, Copy, Default)]
pub(super) struct Opens {
    pub(super) hidden: bool,
    pub(super) missing: bool,
}

impl Opens {
    /// What the terms of a node ask for by name.
    pub(super) fn of(node: &Node) -> Self {
        match node {
            Node::And(nodes) | Node::Or(nodes) => {
                nodes.iter().map(Self::of).fold(Self::default(), |a, b| Self {
                    hidden: a.hidden || b.hidden,
                    missing: a.missing || b.missing,
                })
            }
            Node::Not(_) => Self::default(),
            Node::Term(term) => Self {
                hidden: *term == Term::Is(Is::Hidden),
                missing: *term == Term::Is(Is::Missing),
            },
        }
    }
}

impl Asked<'_> {
    fn answer(&self, node: &Node, photos: Option<&AssetSet>) -> AssetSet {
        let opens = Opens::of(node);
        let hidden = self.view.hidden();
        let mut candidates = match photos {
            Some(photos) if opens.missing => photos.clone(),
            Some(photos) => photos & self.view.present(),
            None if opens.missing => self.view.assets().map(|(asset, _)| asset).collect(),
            None => self.view.present().clone(),
        };
        if !opens.hidden {
            candidates -= hidden;
        }
        self.narrow(node, candidates)
    }

    /// Those of the candidates that answer.
    fn narrow(&self, node: &Node, candidates: AssetSet) -> AssetSet {
        match node {
            Node::And(nodes) => {
                let mut nodes: Vec<&Node> = nodes.iter().collect();
                nodes.sort_by_key(|node| cost(node));
                nodes.into_iter().fold(candidates, |left, node| {
                    if left.is_empty() {
                        left
                    } else {
                        self.narrow(node, left)
                    }
                })
            }
            Node::Or(nodes) => {
                let mut left = candidates;
                let mut found = AssetSet::new();
                for node in nodes {
                    let more = self.narrow(node, left.clone());
                    left -= &more;
                    found |= &more;
                }
                found
            }
            Node::Not(node) => {
                let out = self.narrow(node, candidates.clone());
                &candidates - &out
            }
            Node::Term(term) => self.narrow_term(term, candidates),
        }
    }

    fn narrow_term(&self, term: &Term, candidates: AssetSet) -> AssetSet {
        if matches!(term, Term::Date(DateOf::Taken, _)) && candidates.len() <= FEW_DATES {
            return candidates
                .iter()
                .filter(|asset| self.matches(term, *asset))
                .collect();
        }
        let sure = self.sure(term, &candidates);
        if is_set(term) {
            return &candidates & &sure;
        }
        let mut found = &candidates & &sure;
        let mut left = &candidates - &sure;
        if left.len() > FEW
            && let Some(more) = self.indexed(term, &left)
        {
            found |= &more;
            return found;
        }
        self.leave_out_others(term, &mut left);
        found.extend(left.iter().filter(|asset| self.matches(term, *asset)));
        found
    }

    /// Leaves out of these, which no set answered for, whoever cannot answer a term.
    fn leave_out_others(&self, term: &Term, left: &mut AssetSet) {
        let is_offline = |library: &Library| library.state == LibraryState::Offline;
        match term {
            // Where a photo is that is there, the set knows; where one was, its files.
            Term::Text {
                key: TextKey::Library,
                ..
            } => *left -= self.view.present(),
            Term::Is(Is::Offline) if !self.view.libraries().any(is_offline) => *left = AssetSet::new(),
            Term::Text { .. }
            | Term::Word(_)
            | Term::Tag { .. }
            | Term::Album { .. }
            | Term::Person { .. }
            | Term::Collection(_)
            | Term::Date(..)
            | Term::Number(..)
            | Term::Near(_)
            | Term::Type(_)
            | Term::Is(_)
            | Term::Has(_) => {}
        }
    }

    /// Those of the candidates, and perhaps others, that answer a term by a set; for
    /// a term that is no set, some of them.
    fn sure(&self, term: &Term, candidates: &AssetSet) -> AssetSet {
        let owner = Owner::User(self.viewer);
        match term {
            Term::Tag { path, exact } => match find_tag(self.view, owner, path) {
                Some(tag) => self.tagged(owner, tag, *exact, candidates),
                None => AssetSet::new(),
            },
            Term::Album { path, exact } => match find_album(self.view, owner, path) {
                Some(album) => self.in_album(owner, album, *exact, candidates),
                None => AssetSet::new(),
            },
            Term::Person { text, exact } => self.named(owner, text, *exact, candidates),
            Term::Collection(name) => self
                .view
                .collection_named(owner, name)
                .map(|id| &self.view.members(Dir::Collection(id)) & candidates)
                .unwrap_or_default(),
            Term::Date(DateOf::Taken, span) => self.dated(span),
            Term::Is(Is::Hidden) => self.view.hidden() & candidates,
            Term::Is(Is::Missing) => candidates - self.view.present(),
            Term::Is(Is::Duplicate) => self.view.duplicates() & candidates,
            Term::Is(Is::Undated) => self.view.undated() & candidates,
            Term::Is(Is::Favorite) => self.view.favorites(self.viewer).cloned().unwrap_or_default(),
            Term::Is(Is::Shared) => self.view.shared_assets(owner),
            Term::Is(Is::Edited) => {
                let edited = self
                    .view
                    .tags()
                    .flat_map(|(_, row)| [&row.added, &row.suppressed]);
                self.union(edited.map(|set| set & candidates))
            }
            Term::Has(Has::Tags) => self.union(self.view.tags().map(|(_, row)| cut(row, candidates))),
            Term::Word(text) => {
                &self.tag_named(owner, text, candidates) | &self.person_named(owner, text, candidates)
            }
            Term::Text {
                key: TextKey::Library,
                text,
                ..
            } => self.in_libraries(text),
            Term::Date(DateOf::Added, _)
            | Term::Text { .. }
            | Term::Number(..)
            | Term::Near(_)
            | Term::Type(_)
            | Term::Is(Is::Offline | Is::Unreadable | Is::Stacked)
            | Term::Has(
                Has::Location
                | Has::Faces
                | Has::Title
                | Has::Description
                | Has::Rating
                | Has::Label
                | Has::Sidecar,
            ) => AssetSet::new(),
        }
    }

    /// Photos with a file that is present in a library of this name.
    fn in_libraries(&self, text: &Text) -> AssetSet {
        let named = self
            .view
            .libraries()
            .filter(|library| fits(&library.name, text, true));
        let roots = named.filter_map(|library| self.view.root_folder(library.id));
        self.union(roots.map(|root| self.view.photos_below(root).into_owned()))
    }

    fn union(&self, sets: impl Iterator<Item = AssetSet>) -> AssetSet {
        sets.fold(AssetSet::new(), |mut all, set| {
            all |= &set;
            all
        })
    }

    fn tagged(&self, owner: Owner, tag: TagId, exact: bool, candidates: &AssetSet) -> AssetSet {
        let mut found = self
            .view
            .tag(tag)
            .map(|row| cut(row, candidates))
            .unwrap_or_default();
        if !exact {
            for child in self.view.tag_children(owner, Some(tag)) {
                found |= &self.tagged(owner, child, false, candidates);
            }
        }
        found
    }

    fn in_album(&self, owner: Owner, album: AlbumId, exact: bool, candidates: &AssetSet) -> AssetSet {
        let mut found = self
            .view
            .album(album)
            .map(|row| &row.assets & candidates)
            .unwrap_or_default();
        if !exact {
            for child in self.view.album_children(owner, Some(album)) {
                found |= &self.in_album(owner, child, false, candidates);
            }
        }
        found
    }

    fn dated(&self, span: &DateSpan) -> AssetSet {
        let (from, to) = span.numbers();
        let keys = DateKey::from_number(from)..=DateKey::from_number(to.max(from));
        let mut found = AssetSet::new();
        for (_, assets) in self.view.dates_within(keys).filter(|(key, _)| span.holds(*key)) {
            found |= assets;
        }
        found
    }

    /// Photos with a tag whose path contains the word.
    fn tag_named(&self, owner: Owner, text: &Text, candidates: &AssetSet) -> AssetSet {
        // Whether a candidate has it is cheaper to ask than what it is called.
        let named = self.view.tags().filter(|(tag, row)| {
            row.owner == owner
                && !(row.added.is_disjoint(candidates) && row.embedded.is_disjoint(candidates))
                && contains(&self.view.tag_path(*tag), &text.folded)
        });
        self.union(named.map(|(_, row)| cut(row, candidates)))
    }

    /// Photos of a person whose name contains the word.
    fn person_named(&self, owner: Owner, text: &Text, candidates: &AssetSet) -> AssetSet {
        let named = self.view.people().filter(|(_, row)| {
            row.owner == owner && !row.assets.is_disjoint(candidates) && contains(&row.name, &text.folded)
        });
        self.union(named.map(|(_, row)| &row.assets & candidates))
    }

    /// Photos of those who are called so: by their whole name, by words of it one
    /// after another, or as files call them.
    fn named(&self, owner: Owner, text: &Text, exact: bool, candidates: &AssetSet) -> AssetSet {
        let mut found = AssetSet::new();
        if let Ok(name) = PersonName::parse(&text.given)
            && let Some(row) = find_person(self.view, owner, &name).and_then(|id| self.view.person(id))
        {
            found |= &(&row.assets & candidates);
        }
        if !exact {
            let named = self.view.people().filter(|(_, row)| {
                row.owner == owner
                    && !row.assets.is_disjoint(candidates)
                    && has_words(&row.name, &text.folded)
            });
            found |= &self.union(named.map(|(_, row)| &row.assets & candidates));
        }
        found
    }
}

/// Whether a name has these words, folded, one after another.
pub(super) fn has_words(own_name: &str, words: &str) -> bool {
    let folded = name::fold(own_name);
    let own: Vec<&str> = folded.split_whitespace().collect();
    let wanted: Vec<&str> = words.split_whitespace().collect();
    !wanted.is_empty() && own.windows(wanted.len()).any(|some| some == wanted)
}

/// Those of the candidates that have a tag.
fn cut(row: &TagRow, candidates: &AssetSet) -> AssetSet {
    &(&(&row.embedded & candidates) - &row.suppressed) | &(&row.added & candidates)
}

/// Whether [`Asked::sure`] is the whole answer.
const fn is_set(term: &Term) -> bool {
    matches!(
        term,
        Term::Tag { .. }
            | Term::Album { .. }
            | Term::Person { .. }
            | Term::Collection(_)
            | Term::Date(DateOf::Taken, _)
            | Term::Is(Is::Hidden | Is::Missing | Is::Duplicate | Is::Undated | Is::Favorite | Is::Shared)
            | Term::Has(Has::Tags)
    )
}

/// What asking one photo costs, roughly; sets are 0.
fn cost(node: &Node) -> u8 {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().map(cost).max().unwrap_or(0),
        Node::Not(node) => cost(node),
        Node::Term(term) => match term {
            term if is_set(term) => 0,
            Term::Text {
                key: TextKey::Library,
                ..
            } => 0,
            Term::Number(..) | Term::Is(_) | Term::Has(_) | Term::Type(_) => 1,
            Term::Near(_) | Term::Date(..) => 2,
            Term::Text {
                key: TextKey::Path, ..
            }
            | Term::Word(_) => 4,
            Term::Text { .. }
            | Term::Tag { .. }
            | Term::Album { .. }
            | Term::Person { .. }
            | Term::Collection(_) => 3,
        },
    }
}
