//! What a term finds in the whole library, without asking each photo.
//!
//! An *index* holds a part of the answers to many questions of one kind: the photos by a value (`facets`), the texts of all
//! photos one after the other (`texts`), the places (`places`). It is made when a question first needs it, at the cost of
//! asking every photo once (some tenth of a second for a million), or before by who has nothing better to do
//! ([`Index::prepare`]). `cargo bench -p kphotos-domain --bench view` says what each question costs, and the memory.
//!
//! It is not corrected with every entry. Those that an entry touched are *stale* ([`Index::doubt`]): a question leaves
//! them out of what it finds in an index and asks them one by one; when they are more than a few, it enters them anew
//! first. So an index knows nothing of the kinds of entries, a first scan or a bulk change costs it the union of two sets,
//! and who is stale is what live sets are told already.
//!
//! | term | index |
//! |---|---|
//! | `rating: iso: f: focal: width: height: size: duration:` | photos by number; of great numbers by the 64th part of an octave, and those at the ends of a span are asked |
//! | `camera: lens: ext: label: added:` | photos by value: values are compared, which are few |
//! | `type: is: has:` | those who answer |
//! | words, `name: title: description:` | texts, folded, searched through |
//! | `near:` | places by latitude |
//! | `path:` | none: folders are compared, which are few; a last part that may be a name is asked of the files |
//!
//! Few candidates are asked one by one always.

mod facets;
mod lately;
mod paths;
mod places;
mod texts;

use super::ast::{Term, Text, TextKey};
use super::matching::Asked;
use crate::kernel::AssetSet;
use crate::view::View;
use facets::Facets;
pub(super) use facets::{Facet, SPAN, lowest};
use places::Places;
use std::sync::{Mutex, MutexGuard, PoisonError};
use texts::{Texts, Written};

/// Up to so many are asked one by one: a tenth of a millisecond.
pub(super) const FEW: u64 = if cfg!(test) { 2 } else { 1_024 };

/// So many are entered at a time by who has nothing better to do, since others may wait for the view.
const PART: usize = if cfg!(test) { 5 } else { 20_000 };

/// The indexes that were needed so far.
#[derive(Default)]
pub(crate) struct Index(Mutex<Kept>);

#[derive(Default)]
pub(super) struct Kept {
    facets: Vec<Current<Facets>>,
    texts: Vec<Current<Texts>>,
    places: Option<Current<Places>>,
    stems: Stems,
}

/// The stems of names, folded, by their texts. None is ever taken out.
#[derive(Default)]
struct Stems(Vec<u32>);

/// An index, and those of whom it may say what was.
pub(super) struct Current<P> {
    pub(super) part: P,
    pub(super) stale: AssetSet,
    /// Those of whom it says anything.
    entered: AssetSet,
}

/// What an index does with photos.
pub(super) trait Part {
    /// Knows nothing of these any more.
    fn forget(&mut self, assets: &AssetSet);

    /// Enters what these are, of whom it knows nothing.
    fn enter(&mut self, view: &View, assets: &AssetSet);

    /// All are entered: takes as little room as it can.
    fn settle(&mut self);
}

/// What an index finds of a term, of all photos.
#[derive(Default)]
struct Found {
    /// They answer.
    sure: AssetSet,
    /// They may: each is to be asked.
    maybe: AssetSet,
}

impl<P: Part> Current<P> {
    /// Enters those who are stale, if they are more than a few; so many of them at most. Whether there are more.
    fn refresh(&mut self, view: &View, most: usize) -> bool {
        if self.stale.len() <= FEW {
            return false;
        }
        let some: AssetSet = self.stale.iter().take(most).collect();
        let again = &some & &self.entered;
        if !again.is_empty() {
            self.part.forget(&again);
        }
        self.part.enter(view, &some);
        self.entered |= &some;
        self.stale -= &some;
        let is_over = self.stale.len() <= FEW;
        if is_over {
            self.part.settle();
        }
        !is_over
    }

    /// With all entered but a few.
    fn fresh(&mut self, view: &View) -> &mut Self {
        self.refresh(view, usize::MAX);
        self
    }

    fn new(view: &View, part: P) -> Self {
        Self {
            part,
            stale: view.assets().map(|(asset, _)| asset).collect(),
            entered: AssetSet::new(),
        }
    }

    /// The one of several that this tells; made if there is none.
    fn among<'a>(
        all: &'a mut Vec<Self>,
        view: &View,
        is: impl Fn(&P) -> bool,
        make: impl FnOnce() -> P,
    ) -> &'a mut Self {
        let at = all.iter().position(|one| is(&one.part)).unwrap_or_else(|| {
            all.push(Self::new(view, make()));
            all.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "found or pushed just before")]
        &mut all[at]
    }
}

impl Index {
    /// What is known of these may be wrong from now on.
    pub(crate) fn doubt(&mut self, assets: &AssetSet) {
        let kept = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let facets = kept.facets.iter_mut().map(|one| &mut one.stale);
        let texts = kept.texts.iter_mut().map(|one| &mut one.stale);
        let places = kept.places.iter_mut().map(|one| &mut one.stale);
        facets
            .chain(texts)
            .chain(places)
            .for_each(|stale| *stale |= assets);
    }

    /// Whether nothing was needed yet.
    pub(crate) fn is_unused(&self) -> bool {
        let kept = self.kept();
        kept.facets.is_empty() && kept.texts.is_empty() && kept.places.is_none()
    }

    /// Whether it has to hear of photos whose ties to others change.
    pub(crate) fn asks_stacks(&self) -> bool {
        self.kept().facets.iter().any(|one| one.part.is_of_ties())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // It would be half made by one who panicked with it, and none does.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a part of what searches of every kind would have to make first, as much as takes some milliseconds;
    /// whether anything is left to make.
    pub(crate) fn prepare(&self, view: &View) -> bool {
        if view.present().len() <= FEW {
            // They are asked one by one: what is made for nobody has to hear of a whole first scan.
            return false;
        }
        let mut kept = self.kept();
        let mut written = Written::ALL.into_iter();
        kept.stems.refresh(view, PART)
            || Facet::usual().any(|facet| kept.facet(view, facet).refresh(view, PART))
            || written
                .clone()
                .any(|written| kept.texts(view, written).refresh(view, PART))
            || kept.places(view).refresh(view, PART)
            || written.any(|written| kept.texts(view, written).part.prepare_letter())
    }

    /// Runs with the photos by a value, up to date but for those that are stale.
    pub(super) fn by<T>(&self, view: &View, facet: Facet, run: impl FnOnce(&Current<Facets>) -> T) -> T {
        run(self.kept().facet(view, facet).fresh(view))
    }

    /// Runs with all stems of names, by their texts; see [`View::stem`].
    pub(super) fn by_stem<T>(&self, view: &View, run: impl FnOnce(&[u32]) -> T) -> T {
        let mut kept = self.kept();
        kept.stems.refresh(view, usize::MAX);
        run(&kept.stems.0)
    }
}

impl Stems {
    /// Puts those in their places that came since, so many of them at most. Whether there are more.
    fn refresh(&mut self, view: &View, most: usize) -> bool {
        let known = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        let mut new: Vec<u32> = (known..view.stems_end()).take(most).collect();
        new.sort_unstable_by(|a, b| view.stem(*a).cmp(view.stem(*b)));
        // From behind, each at once to where it stays: the others are moved once, and not compared.
        let mut end = self.0.len();
        self.0.resize(end + new.len(), 0);
        while let Some(stem) = new.pop() {
            let text = view.stem(stem);
            let known = self.0.get(..end).unwrap_or_default();
            let at = known.partition_point(|other| view.stem(*other) < text);
            self.0.copy_within(at..end, at + new.len() + 1);
            if let Some(place) = self.0.get_mut(at + new.len()) {
                *place = stem;
            }
            end = at;
        }
        u32::try_from(self.0.len()).unwrap_or(u32::MAX) < view.stems_end()
    }
}

/// The indexes by what they are of; made, with nobody entered, where there is none.
impl Kept {
    fn facet(&mut self, view: &View, facet: Facet) -> &mut Current<Facets> {
        let is = |facets: &Facets| facets.facet() == facet;
        Current::among(&mut self.facets, view, is, || Facets::new(facet))
    }

    fn texts(&mut self, view: &View, written: Written) -> &mut Current<Texts> {
        let is = |texts: &Texts| texts.written() == written;
        Current::among(&mut self.texts, view, is, || Texts::new(written))
    }

    fn places(&mut self, view: &View) -> &mut Current<Places> {
        self.places
            .get_or_insert_with(|| Current::new(view, Places::default()))
    }
}

impl Asked<'_> {
    /// Those of many candidates that answer a term, but for what is kept of it as a set, by an index; `None` where
    /// there is none for it.
    pub(super) fn indexed(&self, term: &Term, candidates: &AssetSet) -> Option<AssetSet> {
        let view = self.view;
        let answer = |found: &Found, stale: &AssetSet| {
            let mut answer = &(&found.sure - stale) & candidates;
            let mut asked = &(&found.maybe | stale) & candidates;
            asked -= &answer;
            answer.extend(asked.iter().filter(|asset| self.matches(term, *asset)));
            answer
        };
        let mut kept = view.indexes().kept();
        if let Some(facet) = Facet::of(term, self.viewer) {
            let Current { part, stale, .. } = kept.facet(view, facet).fresh(view);
            return Some(answer(&part.find(view, term), stale));
        }
        let mut in_texts = |written: &[Written], text: &Text, exact: bool| {
            written.iter().try_fold(AssetSet::new(), |mut all, written| {
                let Current { part, stale, .. } = kept.texts(view, *written).fresh(view);
                all |= &answer(&part.find(text, exact)?, stale);
                Some(all)
            })
        };
        match term {
            Term::Word(text) => in_texts(Written::of_word(text), text, false),
            Term::Text {
                key: key @ TextKey::Path,
                exact,
                text,
            } => {
                let mut all = answer(&paths::find(view, text, *exact), &AssetSet::new());
                if !exact && !text.folded.contains('/') {
                    all |= &in_texts(Written::of(*key, text), text, false)?;
                }
                Some(all)
            }
            Term::Text {
                key: key @ (TextKey::Name | TextKey::Title | TextKey::Description),
                exact,
                text,
            } => in_texts(Written::of(*key, text), text, *exact),
            Term::Near(near) => {
                let Current { part, stale, .. } = kept.places(view).fresh(view);
                Some(answer(&part.find(near), stale))
            }
            // Those of facets are answered above; the others are sets, or no index is for them.
            Term::Text { .. }
            | Term::Tag { .. }
            | Term::Album { .. }
            | Term::Person { .. }
            | Term::Collection(_)
            | Term::Date(..)
            | Term::Number(..)
            | Term::Type(_)
            | Term::Is(_)
            | Term::Has(_) => None,
        }
    }
}
