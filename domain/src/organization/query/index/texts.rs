//! The texts of all photos, one after the other: searched through as one.
//!
//! Folded texts of a photo stand behind one another, each with a zero after it, and the next photo's behind them. A part
//! that is looked for is found by the processor's wide instructions, gigabytes a second, and never reaches from one text
//! into the next, since it holds no zero. A million names are some fifteen megabytes, and as many numbers.
//!
//! The names of the originals are one such index. The name in the tree differs from them by `_` and by the suffix after
//! `~` alone ([`Asked::matches`] has the rule): where it may differ by `_` it is in another, which is asked where a `_` is
//! looked for; what is looked for with a `~` is looked for without it, and those who are found are asked.
//!
//! Who has a part is kept for the parts that were looked for lately (`lately`): whoever types asks for the same words
//! again with each letter, and a word that millions have takes some milliseconds. The letters and digits are looked for
//! beforehand, so that several of them in one question take no longer than one.

use super::super::ast::{Text, TextKey};
use super::super::matching::{Asked, folded};
use super::lately::Lately;
use super::{Found, Part};
use crate::kernel::{AssetId, AssetSet, Marks, UserId};
use crate::view::View;
use memchr::memmem;

/// Which texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Written {
    /// The names of originals.
    Name,
    /// Names in the tree that are not made of the original's by a suffix alone.
    Shown,
    /// Titles.
    Title,
    /// Descriptions.
    Description,
}

/// Stands behind each text, and is in none.
const END: u8 = 0;
/// What a text has in the place of a zero of its own.
const ZERO: u8 = 1;
/// Bytes of the longest texts of a photo that are kept here.
const LONGEST: usize = 16 * 1024;
/// Bytes of all of them.
const ROOM: usize = 1 << 28;

pub(super) struct Texts {
    written: Written,
    bytes: Vec<u8>,
    /// Whose texts end where, ascending.
    ends: Vec<(u32, AssetId)>,
    /// Those whose texts are too long, or came when there was no room: asked one by one.
    apart: AssetSet,
    lately: Lately,
}

impl Written {
    pub(super) const ALL: [Self; 4] = [Self::Name, Self::Shown, Self::Title, Self::Description];

    /// Where a word is looked for.
    pub(super) fn of_word(text: &Text) -> &'static [Self] {
        match Self::of(TextKey::Name, text) {
            [Self::Name] => &[Self::Name, Self::Title, Self::Description],
            _ => &[Self::Name, Self::Shown, Self::Title, Self::Description],
        }
    }

    /// Where the text of a term is looked for.
    pub(super) fn of(key: TextKey, text: &Text) -> &'static [Self] {
        match key {
            TextKey::Name if text.folded.contains(['_', '~']) => &[Self::Name, Self::Shown],
            TextKey::Name | TextKey::Path => &[Self::Name],
            TextKey::Title => &[Self::Title],
            TextKey::Description => &[Self::Description],
            TextKey::Camera | TextKey::Lens | TextKey::Ext | TextKey::Label | TextKey::Library => &[],
        }
    }
}

/// What is looked for, ready to be compared at one place: the first eight bytes as one number.
struct Beginning<'a> {
    wanted: &'a [u8],
    first: u64,
    mask: u64,
}

impl<'a> Beginning<'a> {
    fn of(wanted: &'a [u8]) -> Self {
        let number = |byte: fn(&u8) -> u8| {
            let mut first = [0; 8];
            first
                .iter_mut()
                .zip(wanted)
                .for_each(|(to, from)| *to = byte(from));
            u64::from_le_bytes(first)
        };
        Self {
            wanted,
            first: number(|byte| *byte),
            mask: number(|_| u8::MAX),
        }
    }

    fn is_at(&self, bytes: &[u8], at: usize) -> bool {
        let Some(rest) = bytes.get(at..) else {
            return false;
        };
        match rest.first_chunk() {
            Some(first) if u64::from_le_bytes(*first) & self.mask != self.first => false,
            Some(_) if self.wanted.len() <= 8 => true,
            _ => rest.starts_with(self.wanted),
        }
    }
}

impl Texts {
    pub(super) fn new(written: Written) -> Self {
        Self {
            written,
            bytes: Vec::new(),
            ends: Vec::new(),
            apart: AssetSet::new(),
            lately: Lately::default(),
        }
    }

    pub(super) const fn written(&self) -> Written {
        self.written
    }

    /// Those of whom a text has this part, or is it; `None` where it cannot be looked for.
    pub(super) fn find(&mut self, text: &Text, exact: bool) -> Option<Found> {
        let wanted = text.folded.as_bytes();
        if wanted.is_empty() || wanted.contains(&END) || wanted.contains(&ZERO) {
            return None;
        }
        let sure = self.who_have(wanted, exact);
        let mut maybe = self.apart.clone();
        if let (Written::Name, Some((before, _))) = (self.written, text.folded.split_once('~')) {
            if before.is_empty() {
                return None;
            }
            maybe |= &self.who_have(before.as_bytes(), false);
        }
        Some(Found { sure, maybe })
    }

    /// Looks for one of the letters and digits of which it is not known yet who has them; whether there was one.
    pub(super) fn prepare_letter(&mut self) -> bool {
        let letter = (b'a'..=b'z')
            .chain(b'0'..=b'9')
            .find(|letter| !self.lately.knows(&[*letter], false));
        letter.map(|letter| self.who_have(&[letter], false)).is_some()
    }

    fn who_have(&mut self, wanted: &[u8], exact: bool) -> AssetSet {
        if let Some(known) = self.lately.found(wanted, exact) {
            return known.clone();
        }
        let found = self.search(wanted, exact);
        self.lately.keep(wanted, exact, found.clone());
        found
    }

    fn search(&self, wanted: &[u8], exact: bool) -> AssetSet {
        let (finder, part) = (memmem::Finder::new(wanted), Beginning::of(wanted));
        let mut found = Marks::new();
        let (mut from, mut entry) = (0, 0);
        while let Some(at) = self.bytes.get(from..).and_then(|rest| finder.find(rest)) {
            let at = from + at;
            if exact && !self.is_whole(at, wanted.len()) {
                from = at + 1;
                continue;
            }
            entry += self.entries_to(entry, at);
            let start = entry.checked_sub(1).map_or(0, |before| self.end(before));
            let Some((end, asset)) = self.ends.get(entry) else {
                break;
            };
            found.mark(*asset);
            from = *end as usize;
            // Names that a camera gives have it all at one place: to look there is a tenth of a search.
            let place = at - start;
            for (end, asset) in self.ends.get(entry + 1..).unwrap_or_default() {
                let at = from + place;
                if !part.is_at(&self.bytes, at)
                    || at >= *end as usize
                    || (exact && !self.is_whole(at, wanted.len()))
                {
                    break;
                }
                found.mark(*asset);
                from = *end as usize;
                entry += 1;
            }
        }
        found.set()
    }

    /// Whether a text begins here and ends after so many bytes.
    fn is_whole(&self, at: usize, length: usize) -> bool {
        let is_end = |at: usize| self.bytes.get(at) == Some(&END);
        (at == 0 || is_end(at - 1)) && is_end(at + length)
    }

    /// Where the texts of an entry end.
    fn end(&self, entry: usize) -> usize {
        self.ends
            .get(entry)
            .map_or(self.bytes.len(), |(end, _)| *end as usize)
    }

    /// How many entries from this one on end at or before a place: mostly none or few.
    fn entries_to(&self, entry: usize, at: usize) -> usize {
        let rest = self.ends.get(entry..).unwrap_or_default();
        let ends_before = |(end, _): &(u32, AssetId)| *end as usize <= at;
        // Without a branch that depends on where the next one is.
        if let Some((near, _)) = rest.split_first_chunk::<8>() {
            let passed = near.iter().map(|end| usize::from(ends_before(end))).sum();
            if passed < near.len() {
                return passed;
            }
        }
        let mut step = 1;
        while rest.get(step - 1).is_some_and(ends_before) {
            step *= 2;
        }
        let (first, last) = (step / 2, step.min(rest.len()));
        first
            + rest
                .get(first..last)
                .map_or(0, |some| some.partition_point(ends_before))
    }

    fn push(&mut self, text: &str) {
        let folded = folded(text);
        let bytes = folded.bytes().map(|byte| if byte == END { ZERO } else { byte });
        self.bytes.extend(bytes);
        self.bytes.push(END);
    }

    fn enter_one(&mut self, view: &View, asset: AssetId) {
        let viewer = UserId::new(0);
        let asked = Asked { view, viewer };
        let start = self.bytes.len();
        match self.written {
            Written::Name => asked.names(asset).for_each(|own_name| self.push(&own_name)),
            Written::Shown => {
                if asked.is_shown_otherwise(asset)
                    && let Some(shown) = view.query_name(asset)
                {
                    self.push(&shown);
                }
            }
            Written::Title => view.title(asset).into_iter().for_each(|title| self.push(title)),
            Written::Description => {
                let description = view.description(asset);
                description.into_iter().for_each(|text| self.push(text));
            }
        }
        let end = self.bytes.len();
        match u32::try_from(end) {
            Ok(_) if end == start => {}
            Ok(end) if self.bytes.len() - start <= LONGEST && self.bytes.len() <= ROOM => {
                self.ends.push((end, asset));
            }
            _ => {
                self.bytes.truncate(start);
                self.apart.insert(asset);
            }
        }
    }
}

impl Part for Texts {
    fn forget(&mut self, assets: &AssetSet) {
        self.lately = Lately::default();
        self.apart -= assets;
        let Self { bytes, ends, .. } = self;
        let (mut start, mut kept) = (0, 0);
        ends.retain_mut(|(end, asset)| {
            let text = start..*end as usize;
            start = text.end;
            if assets.contains(*asset) {
                return false;
            }
            let length = text.len();
            bytes.copy_within(text, kept);
            kept += length;
            // No place gets higher.
            *end = u32::try_from(kept).unwrap_or(*end);
            true
        });
        bytes.truncate(kept);
    }

    fn enter(&mut self, view: &View, assets: &AssetSet) {
        self.lately = Lately::default();
        assets.iter().for_each(|asset| self.enter_one(view, asset));
    }

    fn settle(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(all: &[Vec<String>]) -> Texts {
        let mut texts = Texts::new(Written::Name);
        for (number, own) in (1..).zip(all) {
            own.iter().for_each(|text| texts.push(text));
            if !own.is_empty() {
                let end = u32::try_from(texts.bytes.len()).unwrap();
                texts.ends.push((end, AssetId::new(number)));
            }
        }
        texts
    }

    proptest! {
        #[test]
        fn a_part_is_found_in_every_text_that_has_it_and_in_no_other(
            all in prop::collection::vec(prop::collection::vec("[aAbé\\x00\\x01]{0,5}", 0..3), 0..12),
            part in "[ab\u{e9}]{1,3}",
            gone in prop::collection::btree_set(1u32..12, 0..4),
        ) {
            let mut texts = texts(&all);
            let gone: AssetSet = gone.into_iter().map(AssetId::new).collect();
            let text = Text::new(&part);
            // Before and after, as it is found and as it is known.
            for gone in [AssetSet::new(), gone] {
                texts.forget(&gone);
                for exact in [false, true, false, true] {
                    let found = texts.find(&text, exact).unwrap();
                    prop_assert!(found.maybe.is_empty());
                    let has = |text: &String| {
                        let folded = folded(text);
                        if exact { *folded == part } else { folded.contains(&part) }
                    };
                    let wanted: AssetSet = (1..)
                        .zip(&all)
                        .map(|(number, own)| (AssetId::new(number), own))
                        .filter(|(asset, own)| !gone.contains(*asset) && own.iter().any(has))
                        .map(|(asset, _)| asset)
                        .collect();
                    prop_assert_eq!(found.sure, wanted);
                }
            }
        }
    }

    #[test]
    fn each_letter_is_looked_for_once() {
        let mut texts = texts(&[vec!["img_1".to_owned()], vec!["2".to_owned()]]);
        let letters = std::iter::from_fn(|| texts.prepare_letter().then_some(())).count();
        assert_eq!(letters, 36);
        let found = texts.find(&Text::new("G"), false).unwrap();
        assert_eq!(found.sure, AssetSet::one(AssetId::new(1)));
        assert!(!texts.prepare_letter());
    }

    #[test]
    fn what_cannot_be_looked_for_is_said() {
        let mut texts = texts(&[vec!["a".to_owned()]]);
        for part in ["", "\0", "a\0", "\u{1}", "~0001"] {
            assert!(texts.find(&Text::new(part), false).is_none(), "{part:?}");
        }
        let with_suffix = texts.find(&Text::new("A~0001"), false).unwrap();
        assert_eq!((with_suffix.sure.len(), with_suffix.maybe.len()), (0, 1));
    }
}
