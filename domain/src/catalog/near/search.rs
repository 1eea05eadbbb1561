//! All near pairs of many pictures.
//!
//! Two pictures that differ in at most `d` of their signs differ in at most `d`/12 in one of
//! their twelve pieces of 21; up to 30, say, in at most two in one of the first seven, or in at most one in another:
//! else it would be 7·3 + 5·2. So for each piece the pictures are sorted by it, and who is
//! near to one is found under the values that differ from its own in so few signs: 22 values
//! for one sign, 232 for two. With a million pictures hardly one stands
//! under a value by chance; what stands there is compared whole. Nothing is missed: the test
//! compares with the plain search of every pair.
//!
//! Mirroring flips a piece wholly, so pieces are sorted by the one of both forms
//! that has its highest sign clear, and a comparison takes the best of the four
//! ways of mirroring. For those that lie on their side every picture is looked
//! up a second time, turned about its diagonal.
//!
//! Pictures are walked in the order of the piece, so that the values looked up beside it
//! move through memory in order too; that, more than the number of comparisons, is what makes it fast.
//!
//! Equal hashes are searched once, so that ten thousand equal scans are one entry, not
//! fifty million pairs. No threads here: a piece is a step ([`NearSearch::step`]), and between steps, and while
//! one runs, it can be broken off.

use super::PictureHash;
use super::picture_hash::{PIECE_SIGNS, PIECES, WORD_PIECES};

/// Two pictures that look alike, by their places in the list that was searched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NearPair {
    /// The lower place.
    pub first: u32,
    /// The higher place.
    pub second: u32,
    /// In how many of 256 signs they differ.
    pub distance: u32,
}

impl NearPair {
    pub(super) const fn new(one: u32, two: u32, distance: u32) -> Self {
        let (first, second) = if one < two { (one, two) } else { (two, one) };
        Self {
            first,
            second,
            distance,
        }
    }
}

/// A picture and its place in the list.
#[derive(Clone, Copy)]
pub(super) struct Picture {
    pub(super) hash: PictureHash,
    pub(super) place: u32,
}

/// A search under way; see the module.
pub struct NearSearch {
    /// One for each hash, that of the lowest place; in the order of the piece at hand.
    pictures: Vec<Picture>,
    /// Those of places from here on are searched for, among all.
    pub(super) new_from: u32,
    pub(super) distance: u32,
    /// The values that differ in few signs: what to flip.
    pub(super) flips: Vec<u32>,
    /// Where the pictures of each value of the piece at hand begin; empty if there are few.
    starts: Vec<u32>,
    /// The pictures that are searched for, by their piece when they lie on their side: value and number.
    on_side: Vec<(u32, u32)>,
}

/// What is to be done with a search that is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Onward {
    /// Go on.
    Go,
    /// Break it off.
    Stop,
}

/// Pictures after which it is asked whether to go on.
const ASK: usize = 4096;

/// Up to so many pictures are looked up by halving: a table of all values would cost more.
const FEW: usize = 4096;

impl NearSearch {
    /// How many steps a search has.
    pub const STEPS: usize = PIECES as usize;

    /// A search for all pairs up to this distance of which one at least is at a place from `new_from` on. Tells at once
    /// of those that are equal: each with the first of them.
    #[must_use]
    pub fn new(
        pictures: impl IntoIterator<Item = (PictureHash, u32)>,
        new_from: u32,
        distance: u32,
        each: &mut dyn FnMut(NearPair),
    ) -> Self {
        let picture = |(hash, place)| Picture { hash, place };
        let mut pictures: Vec<Picture> = pictures.into_iter().map(picture).collect();
        pictures.sort_unstable_by_key(|picture| (picture.hash, picture.place));
        pictures.dedup_by(|later, first| {
            let is_same = later.hash == first.hash;
            if is_same && later.place >= new_from {
                each(NearPair::new(first.place, later.place, 0));
            }
            is_same
        });
        Self {
            pictures,
            new_from,
            distance,
            flips: flips(distance / PIECES),
            starts: Vec::new(),
            on_side: Vec::new(),
        }
    }

    /// Does a step: tells of the pairs of different hashes that it finds. All steps together
    /// tell of each pair once. Asks now and then whether to go on; one that was broken
    /// off has told of some.
    pub fn step(
        &mut self,
        step: usize,
        ask: &mut dyn FnMut() -> Onward,
        each: &mut dyn FnMut(NearPair),
    ) -> Onward {
        let Some(most) = self.most(step) else {
            return Onward::Go;
        };
        let few = self.flips.partition_point(|flip| flip.count_ones() <= most);
        self.pictures
            .sort_unstable_by_key(|picture| (value(picture.hash, step), picture.place));
        self.note_starts(step);
        for number in 0..self.pictures.len() {
            if number % ASK == 0 && ask() == Onward::Stop {
                return Onward::Stop;
            }
            self.as_it_lies(number, step, few, each);
        }
        let turned = self.pictures.iter().zip(0..);
        let turned = turned.filter(|(picture, _)| picture.place >= self.new_from);
        let turned = turned.map(|(picture, number)| (value(picture.hash.on_its_side(), step), number));
        self.on_side.clear();
        self.on_side.extend(turned);
        self.on_side.sort_unstable();
        for at in 0..self.on_side.len() {
            if at % ASK == 0 && ask() == Onward::Stop {
                return Onward::Stop;
            }
            self.on_its_side(at, step, few, each);
        }
        Onward::Go
    }

    /// As [`most_of`], of the distance that is searched.
    fn most(&self, step: usize) -> Option<u32> {
        most_of(self.distance, step)
    }

    fn note_starts(&mut self, step: usize) {
        self.starts.clear();
        if self.pictures.len() < FEW {
            return;
        }
        self.starts.resize((1 << PIECE_SIGNS) + 1, 0);
        for picture in &self.pictures {
            if let Some(count) = self.starts.get_mut(value(picture.hash, step) as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
    }

    /// The pictures that have this value of the piece at hand, and the number of the first of them.
    #[inline]
    pub(super) fn with_value(&self, wanted: u32, step: usize) -> (usize, &[Picture]) {
        let place = wanted as usize;
        let (start, end) = match self.starts.get(place..place + 2) {
            Some([start, end]) => (*start as usize, *end as usize),
            Some(_) | None => {
                let is_before = |picture: &Picture| value(picture.hash, step) < wanted;
                let start = self.pictures.partition_point(is_before);
                let there = self.pictures.iter().skip(start);
                let count = there.take_while(|picture| value(picture.hash, step) == wanted);
                (start, start + count.count())
            }
        };
        (start, self.pictures.get(start..end).unwrap_or_default())
    }

    /// The pairs of a picture, as it lies or mirrored.
    fn as_it_lies(&self, number: usize, step: usize, few: usize, each: &mut dyn FnMut(NearPair)) {
        let Some(one) = self.pictures.get(number).copied() else {
            return;
        };
        if one.place < self.new_from {
            return;
        }
        let own = value(one.hash, step);
        for flip in self.flips.iter().take(few) {
            let beside = clear_high(own ^ flip, step);
            // A pair is found from both sides: where all are searched for, by the one that is first in this order.
            if self.new_from == 0 && beside < own {
                continue;
            }
            let (start, there) = self.with_value(beside, step);
            for (other, at) in there.iter().zip(start..) {
                if one.hash.is_beyond(other.hash, self.distance) {
                    continue;
                }
                let distance = one.hash.mirrored_distance(other.hash);
                if distance > self.distance || (other.place >= self.new_from && at <= number) {
                    continue;
                }
                if !self.is_found_before(one.hash, other.hash, step) {
                    let on_side = one.hash.on_its_side().mirrored_distance(other.hash);
                    each(NearPair::new(one.place, other.place, distance.min(on_side)));
                }
            }
        }
    }

    /// The pairs of a picture when it lies on its side, mirrored or not, but those that
    /// are near as they lie. The later of both looks for the earlier one.
    fn on_its_side(&self, at: usize, step: usize, few: usize, each: &mut dyn FnMut(NearPair)) {
        let Some((own, number)) = self.on_side.get(at).copied() else {
            return;
        };
        let Some(one) = self.pictures.get(number as usize).copied() else {
            return;
        };
        let turned = one.hash.on_its_side();
        for flip in self.flips.iter().take(few) {
            let (_, there) = self.with_value(clear_high(own ^ flip, step), step);
            for other in there {
                if turned.is_beyond(other.hash, self.distance) {
                    continue;
                }
                let distance = turned.mirrored_distance(other.hash);
                if distance > self.distance || other.place >= one.place {
                    continue;
                }
                let is_found_as_it_lies = one.hash.mirrored_distance(other.hash) <= self.distance;
                if !is_found_as_it_lies && !self.is_found_before(turned, other.hash, step) {
                    each(NearPair::new(one.place, other.place, distance));
                }
            }
        }
    }

    /// Whether an earlier step finds this pair.
    fn is_found_before(&self, one: PictureHash, two: PictureHash, step: usize) -> bool {
        (0..step).any(|step| {
            let Some(most) = self.most(step) else {
                return false;
            };
            let differs = clear_high(value(one, step) ^ value(two, step), step);
            differs.count_ones() <= most
                || (step >= WORD_PIECES && PIECE_SIGNS - differs.count_ones() <= most)
        })
    }
}

/// In how many signs of a piece pictures may differ that differ in so many in all, unless they are found by another
/// piece; `None`: all are.
pub(super) fn most_of(signs: u32, step: usize) -> Option<u32> {
    let (most, rest) = (signs / PIECES, signs % PIECES);
    if step <= rest as usize {
        Some(most)
    } else {
        most.checked_sub(1)
    }
}

/// All values of a piece with up to so many signs, those with few first.
fn flips(most: u32) -> Vec<u32> {
    let mut flips = vec![0];
    let mut last = 0;
    for _ in 0..most {
        let with_one_more = |flip: &u32| {
            let flip = *flip;
            let above = u32::BITS - flip.leading_zeros();
            (above..PIECE_SIGNS).map(move |sign| flip | 1 << sign)
        };
        let more: Vec<u32> = flips.iter().skip(last).flat_map(with_one_more).collect();
        last = flips.len();
        flips.extend(more);
    }
    flips
}

/// The value of a piece, in the form that has its highest sign clear where mirroring flips it.
#[inline]
pub(super) fn value(hash: PictureHash, step: usize) -> u32 {
    let word = hash.words().get(step / WORD_PIECES).copied().unwrap_or_default();
    let shift = PIECE_SIGNS * u32::try_from(step % WORD_PIECES).unwrap_or_default();
    let piece = (word >> shift) & ((1 << PIECE_SIGNS) - 1);
    clear_high(piece as u32, step)
}

/// The form of a piece's value that has its highest sign clear; the first word is flipped by no mirror.
#[inline]
pub(super) const fn clear_high(value: u32, step: usize) -> u32 {
    let is_high = (value >> (PIECE_SIGNS - 1)) & 1;
    if step >= WORD_PIECES && is_high == 1 {
        !value & ((1 << PIECE_SIGNS) - 1)
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DEFAULT_DISTANCE, MAX_DISTANCE, Turn};
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn all_pairs(hashes: &[PictureHash], new_from: u32, distance: u32) -> BTreeSet<NearPair> {
        let mut pairs = BTreeSet::new();
        let mut each = |pair| assert!(pairs.insert(pair), "told twice: {pair:?}");
        let mut search = NearSearch::new(hashes.iter().copied().zip(0..), new_from, distance, &mut each);
        for step in 0..NearSearch::STEPS {
            assert_eq!(search.step(step, &mut || Onward::Go, &mut each), Onward::Go);
        }
        pairs
    }

    /// The same by comparing each with each.
    fn plain(hashes: &[PictureHash], new_from: u32, distance: u32) -> BTreeSet<NearPair> {
        let first = |hash: &PictureHash| (0u32..).zip(hashes).find(|(_, other)| *other == hash).unwrap().0;
        let mut pairs = BTreeSet::new();
        for (second, two) in (0u32..).zip(hashes) {
            for (first_place, one) in (0..second).zip(hashes) {
                let is_same = one == two;
                let is_first = first(one) == first_place && (is_same || first(two) == second);
                let apart = one.distance(*two);
                if is_first && apart <= distance && second >= new_from {
                    pairs.insert(NearPair::new(first_place, second, apart));
                }
            }
        }
        pairs
    }

    /// Families of pictures: some signs of a few ancestors changed, and turned.
    fn family() -> impl Strategy<Value = Vec<PictureHash>> {
        let ancestor = prop::array::uniform4(any::<u64>());
        let child = (0..4usize, prop::collection::vec(0..255usize, 0..40), 0..8usize);
        let (ancestors, children) = (
            prop::collection::vec(ancestor, 4),
            prop::collection::vec(child, 1..40),
        );
        (ancestors, children).prop_map(|(ancestors, children)| {
            let made = |(ancestor, flips, turn): (usize, Vec<usize>, usize)| {
                let mut words: [u64; 4] = ancestors[ancestor];
                words[0] &= u64::MAX >> 1;
                for flip in flips {
                    let flip = if flip < 63 { flip } else { flip + 1 };
                    words[flip / 64] ^= 1 << (flip % 64);
                }
                PictureHash::from_words(words).turned(Turn::ALL[turn])
            };
            children.into_iter().map(made).collect()
        })
    }

    proptest! {
        #[test]
        fn it_finds_what_comparing_each_with_each_finds(
            hashes in family(),
            new_from in 0..40u32,
            distance in 0..=MAX_DISTANCE,
        ) {
            prop_assert_eq!(all_pairs(&hashes, new_from, distance), plain(&hashes, new_from, distance));
            prop_assert_eq!(all_pairs(&hashes, 0, distance), plain(&hashes, 0, distance));
        }
    }

    #[test]
    fn equal_pictures_are_told_with_the_first_of_them() {
        let hash = PictureHash::from_words([2, 3, 4, 5]);
        let pairs: Vec<_> = all_pairs(&[hash; 4], 0, DEFAULT_DISTANCE)
            .into_iter()
            .map(|pair| (pair.first, pair.second, pair.distance))
            .collect();
        assert_eq!(pairs, [(0, 1, 0), (0, 2, 0), (0, 3, 0)]);
    }

    #[test]
    fn it_is_broken_off_when_it_asks() {
        let hashes = [(PictureHash::from_words([2, 3, 4, 5]), 0)];
        let mut search = NearSearch::new(hashes, 0, DEFAULT_DISTANCE, &mut |_| ());
        let mut never = |_| unreachable!();
        assert_eq!(search.step(0, &mut || Onward::Stop, &mut never), Onward::Stop);
    }

    #[test]
    fn values_to_flip_are_all_of_few_signs() {
        for (most, count) in [(0, 1), (1, 22), (2, 232)] {
            let all: BTreeSet<u32> = flips(most).into_iter().collect();
            assert_eq!(all.len(), count);
            assert!(
                all.iter()
                    .all(|flip| flip.count_ones() <= most && *flip < 1 << PIECE_SIGNS)
            );
        }
    }

    #[test]
    fn many_are_found_by_the_table_as_few_are_without_it() {
        let mut state = 1u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut hashes = Vec::new();
        let mut words = [0; 4];
        for number in 0..2 * FEW {
            // Every fourth is the one before it, some signs changed.
            if number % 4 == 0 {
                (0..12).for_each(|_| words[(next() % 4) as usize] ^= 1 << (next() % 63));
            } else {
                words = [next() >> 1, next(), next(), next()];
            }
            hashes.push(PictureHash::from_words(words).turned(Turn::ALL[(next() % 8) as usize]));
        }
        let all = all_pairs(&hashes, 0, 14);
        assert!(all.len() >= FEW / 2 - 1);
        let some = all_pairs(&hashes[..FEW / 2], 0, 14);
        let first = |pair: &&NearPair| (pair.second as usize) < FEW / 2;
        assert_eq!(some, all.iter().filter(first).copied().collect());
        let new: BTreeSet<_> = all.iter().filter(|pair| pair.second >= 6000).copied().collect();
        assert_eq!(all_pairs(&hashes, 6000, 14), new);
    }

    #[test]
    fn none_has_no_pairs() {
        assert!(all_pairs(&[], 0, MAX_DISTANCE).is_empty());
    }
}
