//! Photos by a value: a set for each.
//!
//! A set costs two bytes a photo, less where many have one value. Numbers below 1,024 have sets of their own; greater
//! ones, bytes of files above all, share one with those within the 64th part of an octave (1.1 to 1.6 %), so that there
//! are some hundred sets and few photos to ask at the ends of a span.

use super::super::ast::{DateOf, Has, Is, Kind, NumberKey, Term, TextKey};
use super::super::matching::{Asked, camera_fits, fits, folded};
use super::{Found, Part};
use crate::catalog::Camera;
use crate::kernel::{AssetId, AssetSet, DateKey, UserId};
use crate::view::View;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// By what photos are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) enum Facet {
    /// A number.
    Number(NumberKey),
    /// What took them, with which lens.
    Camera,
    /// The extensions of their files.
    Extension,
    /// The colour label.
    Label,
    /// The day of the first sighting, in the library's zone.
    Added,
    /// The first sighting, in spans of [`SPAN`] seconds: an order.
    Since,
    /// Whether they are that.
    Type(Kind),
    /// Whether they are that, for this person.
    Is(Is, UserId),
    /// Whether they have that.
    Has(Has),
}

/// Seconds in one set of [`Facet::Since`].
pub(in super::super) const SPAN: u64 = 16;
/// Numbers below have a set each.
const EACH: u64 = 1_024;
/// Parts of an octave: 2 to the power of this.
const PARTS: u32 = 6;
/// The set of those who answer yes.
const YES: u64 = 1;
/// Of whom what is the same for all is asked.
const NOBODY: UserId = UserId::new(0);

/// How the photos of a set answer.
enum Fit {
    All,
    Some,
    None,
}

/// The photos by one facet; a photo with several files may be in several sets.
pub(in super::super) struct Facets {
    facet: Facet,
    sets: BTreeMap<u64, AssetSet>,
    /// The texts whose places in it are keys of sets, folded.
    texts: FxHashMap<Box<str>, u64>,
}

impl Facet {
    /// Those that are no more one person's than another's.
    pub(super) fn usual() -> impl Iterator<Item = Self> {
        let numbers = NumberKey::ALL.iter().copied().map(Self::Number);
        let others = [
            Self::Camera,
            Self::Extension,
            Self::Label,
            Self::Added,
            Self::Since,
        ];
        let types = Kind::ALL.into_iter().map(Self::Type);
        let states = [Is::Unreadable, Is::Stacked].map(|is| Self::Is(is, NOBODY));
        let has = Has::ALL
            .iter()
            .copied()
            .filter(|has| *has != Has::Tags)
            .map(Self::Has);
        numbers.chain(others).chain(types).chain(states).chain(has)
    }

    /// The facet that answers a term for this person.
    pub(super) fn of(term: &Term, viewer: UserId) -> Option<Self> {
        match term {
            Term::Number(key, _) => Some(Self::Number(*key)),
            Term::Text { key, .. } => match key {
                TextKey::Camera | TextKey::Lens => Some(Self::Camera),
                TextKey::Ext => Some(Self::Extension),
                TextKey::Label => Some(Self::Label),
                TextKey::Name | TextKey::Title | TextKey::Description | TextKey::Path | TextKey::Library => {
                    None
                }
            },
            Term::Date(DateOf::Added, _) => Some(Self::Added),
            Term::Type(kind) => Some(Self::Type(*kind)),
            Term::Is(is @ (Is::Unreadable | Is::Stacked)) => Some(Self::Is(*is, NOBODY)),
            Term::Is(is @ Is::Edited) => Some(Self::Is(*is, viewer)),
            Term::Has(Has::Tags) => None,
            Term::Has(has) => Some(Self::Has(*has)),
            Term::Word(_)
            | Term::Tag { .. }
            | Term::Album { .. }
            | Term::Person { .. }
            | Term::Collection(_)
            | Term::Date(DateOf::Taken, _)
            | Term::Near(_)
            | Term::Is(
                Is::Favorite
                | Is::Hidden
                | Is::Missing
                | Is::Offline
                | Is::Duplicate
                | Is::Undated
                | Is::Shared,
            ) => None,
        }
    }
}

/// The set of a number.
fn key(number: i64) -> u64 {
    // The lowest is -1, of ratings; whatever is below shares its set.
    let number = u64::try_from(number.saturating_add(1)).unwrap_or(0);
    if number < EACH {
        return number;
    }
    let octave = number.ilog2();
    let part = (number >> (octave - PARTS)) - (1 << PARTS);
    EACH + (u64::from(octave - EACH.ilog2()) << PARTS) + part
}

/// The lowest number of a set.
pub(in super::super) fn lowest(key: u64) -> i64 {
    let number = if key < EACH {
        key
    } else {
        let (octaves, part) = ((key - EACH) >> PARTS, (key - EACH) & ((1 << PARTS) - 1));
        // One past the last set is past the last number.
        let octave = u32::try_from(octaves)
            .unwrap_or(u32::MAX)
            .saturating_add(EACH.ilog2());
        ((1 << PARTS) + part)
            .checked_shl(octave.saturating_sub(PARTS))
            .filter(|_| octave < 64)
            .unwrap_or(u64::MAX)
    };
    i64::try_from(number).map_or(i64::MAX, |number| number - 1)
}

impl Facets {
    pub(super) fn new(facet: Facet) -> Self {
        Self {
            facet,
            sets: BTreeMap::new(),
            texts: FxHashMap::default(),
        }
    }

    pub(super) const fn facet(&self) -> Facet {
        self.facet
    }

    /// Whether it depends on other photos of a stack.
    pub(super) const fn is_of_ties(&self) -> bool {
        matches!(self.facet, Facet::Type(Kind::Live) | Facet::Is(Is::Stacked, _))
    }

    /// The sets, by what they are of.
    pub(in super::super) const fn sets(&self) -> &BTreeMap<u64, AssetSet> {
        &self.sets
    }

    pub(super) fn find(&self, view: &View, term: &Term) -> Found {
        let mut found = Found::default();
        for (key, set) in &self.sets {
            match self.fit(view, term, *key) {
                Fit::All => found.sure |= set,
                Fit::Some => found.maybe |= set,
                Fit::None => {}
            }
        }
        found
    }

    fn fit(&self, view: &View, term: &Term, set: u64) -> Fit {
        let all = |fits: bool| if fits { Fit::All } else { Fit::None };
        match term {
            Term::Number(_, span) => {
                let (first, last) = (lowest(set), lowest(set + 1) - 1);
                let is_out =
                    span.to.is_some_and(|to| to < first) || span.from.is_some_and(|from| last < from);
                match (is_out, set == 0) {
                    (true, _) => Fit::None,
                    // What is below the lowest number that has a set is there too.
                    (false, true) => Fit::Some,
                    (false, false) if span.holds(first) && span.holds(last) => Fit::All,
                    (false, false) => Fit::Some,
                }
            }
            Term::Text { key, exact, text } if self.facet == Facet::Camera => {
                let camera = u32::try_from(set).ok().and_then(|number| view.camera(number));
                let is_meant = |camera: &Camera| {
                    if *key == TextKey::Lens {
                        let lens = camera.lens.as_deref();
                        return lens.is_some_and(|lens| fits(lens, text, *exact));
                    }
                    camera_fits(camera, text, *exact)
                };
                all(camera.is_some_and(is_meant))
            }
            Term::Text { text, .. } => all(self.texts.get(&text.folded) == Some(&set)),
            Term::Date(_, span) => {
                let day = u32::try_from(set).map(DateKey::from_number);
                all(day.is_ok_and(|day| span.holds(day)))
            }
            Term::Type(_)
            | Term::Is(_)
            | Term::Has(_)
            | Term::Word(_)
            | Term::Tag { .. }
            | Term::Album { .. }
            | Term::Person { .. }
            | Term::Collection(_)
            | Term::Near(_) => all(set == YES),
        }
    }

    fn text(&mut self, text: &str) -> u64 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let number = self.texts.len() as u64;
        self.texts.insert(text.into(), number);
        number
    }

    fn put(&mut self, key: u64, asset: AssetId) {
        self.sets.entry(key).or_default().insert(asset);
    }

    fn enter_one(&mut self, view: &View, asset: AssetId) {
        let asked = |viewer| Asked { view, viewer };
        let nobody = asked(NOBODY);
        let key = match self.facet {
            Facet::Number(number) => nobody.number(number, asset).map(key),
            Facet::Camera => view
                .facts(asset)
                .and_then(|facts| facts.camera_number())
                .map(u64::from),
            Facet::Label => view.label(asset).map(|label| self.text(&folded(label))),
            Facet::Extension => {
                for extension in nobody.extensions(asset) {
                    let key = self.text(&folded(&extension));
                    self.put(key, asset);
                }
                None
            }
            Facet::Added => nobody.added(asset).map(|day| u64::from(day.number())),
            Facet::Since => view.added(asset).map(|second| u64::from(second) / SPAN),
            Facet::Type(kind) => nobody.matches(&Term::Type(kind), asset).then_some(YES),
            Facet::Is(is, viewer) => asked(viewer).matches(&Term::Is(is), asset).then_some(YES),
            Facet::Has(has) => nobody.matches(&Term::Has(has), asset).then_some(YES),
        };
        if let Some(key) = key {
            self.put(key, asset);
        }
    }
}

impl Part for Facets {
    fn forget(&mut self, assets: &AssetSet) {
        self.sets.retain(|_, set| {
            *set -= assets;
            !set.is_empty()
        });
    }

    fn enter(&mut self, view: &View, assets: &AssetSet) {
        assets.iter().for_each(|asset| self.enter_one(view, asset));
    }

    fn settle(&mut self) {
        for set in self.sets.values_mut() {
            // Runs where they are shorter; a copy has no room that it does not need.
            let mut bits: RoaringBitmap = set.bitmap().clone();
            bits.optimize();
            *set = AssetSet::from_bitmap(bits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_lies_within_the_bounds_of_its_set_and_sets_follow_one_another(
            number in prop_oneof![-1..3_000i64, 0..i64::MAX, (0u32..63).prop_map(|bit| (1i64 << bit) - 1)],
        ) {
            let set = key(number);
            prop_assert!(lowest(set) <= number, "{} in {}", number, set);
            prop_assert!(number < lowest(set + 1) || number == i64::MAX, "{} in {}", number, set);
            prop_assert!(lowest(set) < lowest(set + 1));
            prop_assert_eq!(key(lowest(set)), set);
            // No set of great numbers spans more than the part of an octave.
            prop_assert!(set < EACH || (lowest(set + 1) - lowest(set)) <= lowest(set) / 32);
        }
    }
}
