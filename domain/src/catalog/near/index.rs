//! All near pairs of many pictures.
//!
//! Two pictures that differ in at most 11 of the 64 signs of the first word differ, in
//! at least one of its four pieces of 16 signs, in at most two (eleven over four). So each picture
//! stands in four tables, one a piece; who is near to one is in the places of its own
//! pieces and of those that differ from them in up to two signs. What is found there is compared
//! whole. At a million pictures that is some thousand comparisons a picture instead
//! of a million.
//!
//! Near is therefore, exactly: no further apart than was asked for in all 256 signs,
//! and in at most eleven of the 64 lowest, laid the same way. Beyond
//! that the coarse shape is another one, whatever the rest says. The test compares
//! with the plain search of every pair.
//!
//! Equal hashes are kept once, so that ten thousand black frames are one entry, not
//! fifty million pairs. No threads here: [`NearIndex::pairs_of`] takes a range, and
//! who has two processors asks for two halves.

use super::{PictureHash, Turn};
use crate::kernel::AssetId;
use std::ops::Range;

/// Signs of the first word in which near pictures may differ.
const LOW_SIGNS: u32 = 11;
/// Pieces of the first word, and signs of a piece.
const PIECES: usize = 4;
const PIECE_SIGNS: u32 = 16;

/// Two assets that look alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NearPair {
    /// The lower number.
    pub first: AssetId,
    /// The higher number.
    pub second: AssetId,
    /// In how many of 256 signs they differ.
    pub distance: u32,
}

/// One hash, and the assets that have it, ascending.
struct Look {
    hash: PictureHash,
    assets: Range<usize>,
}

/// Pictures, found by what they look like; see the module.
pub struct NearIndex {
    looks: Vec<Look>,
    /// The assets of all looks, by look.
    assets: Vec<AssetId>,
    /// For each piece: where the looks of each value of it begin, and the looks by value.
    tables: [(Vec<u32>, Vec<u32>); PIECES],
    /// Up to so many signs of a piece, the values to add to it.
    flips: Vec<u16>,
}

impl NearIndex {
    /// An index of these pictures.
    #[must_use]
    pub fn new(mut pictures: Vec<(PictureHash, AssetId)>) -> Self {
        pictures.sort_unstable();
        pictures.dedup();
        let mut looks: Vec<Look> = Vec::new();
        let mut assets = Vec::with_capacity(pictures.len());
        for (hash, asset) in pictures {
            assets.push(asset);
            match looks.last_mut().filter(|look| look.hash == hash) {
                Some(look) => look.assets.end = assets.len(),
                None => looks.push(Look {
                    hash,
                    assets: assets.len() - 1..assets.len(),
                }),
            }
        }
        let tables = [0, 1, 2, 3].map(|at| table(&looks, at));
        let most = LOW_SIGNS / 4;
        let flips = (0..=u16::MAX).filter(|flip| flip.count_ones() <= most).collect();
        Self {
            looks,
            assets,
            tables,
            flips,
        }
    }

    /// How many different hashes there are: what [`Self::pairs_of`] takes ranges of.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.looks.len()
    }

    /// Whether there is no picture.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.looks.is_empty()
    }

    /// The assets that have the same hash as another: each with the lowest of them, at distance 0.
    pub fn equals(&self) -> impl Iterator<Item = NearPair> {
        self.looks.iter().flat_map(|look| {
            let assets = self.assets_of(look);
            let first = assets.first().copied();
            let with_first = move |second: &AssetId| {
                Some(NearPair {
                    first: first?,
                    second: *second,
                    distance: 0,
                })
            };
            assets.iter().skip(1).filter_map(with_first)
        })
    }

    /// The near pairs of different hashes whose later one is in this range, each told once: by
    /// the lowest asset of either hash. Unsorted.
    pub fn pairs_of(&self, range: Range<usize>, distance: u32, each: &mut dyn FnMut(NearPair)) {
        for at in range.start..range.end.min(self.looks.len()) {
            let Some(look) = self.looks.get(at) else { return };
            let mut found: Vec<(u32, u32)> = Vec::new();
            for turn in Turn::ALL {
                self.near(look.hash.turned(turn), at, distance, &mut found);
            }
            // A symmetric picture is found more than one way: the nearest counts.
            found.sort_unstable();
            found.dedup_by_key(|(other, _)| *other);
            for (other, distance) in found {
                let other = self.looks.get(other as usize);
                let lowest = |look: &Look| self.assets_of(look).first().copied();
                let Some((one, two)) = lowest(look).zip(other.and_then(lowest)) else {
                    continue;
                };
                each(NearPair {
                    first: one.min(two),
                    second: one.max(two),
                    distance,
                });
            }
        }
    }

    fn assets_of(&self, look: &Look) -> &[AssetId] {
        self.assets.get(look.assets.clone()).unwrap_or_default()
    }

    /// The looks before `end` that are near to this one as it lies.
    fn near(&self, hash: PictureHash, end: usize, distance: u32, found: &mut Vec<(u32, u32)>) {
        let [low, ..] = hash.words();
        for (piece, (starts, by_value)) in self.tables.iter().enumerate() {
            let value = piece_of(low, piece);
            for flip in &self.flips {
                let value = usize::from(value ^ flip);
                let (Some(start), Some(stop)) = (starts.get(value), starts.get(value + 1)) else {
                    continue;
                };
                let there = by_value.get(*start as usize..*stop as usize).unwrap_or_default();
                // Looks stand in their order, so those from `end` on are the rest.
                for other in there.iter().take_while(|other| (**other as usize) < end) {
                    let Some(look) = self.looks.get(*other as usize) else {
                        continue;
                    };
                    let low_differs = (low ^ look.hash.words()[0]).count_ones();
                    if low_differs > LOW_SIGNS {
                        continue;
                    }
                    let differs = hash.differs(look.hash);
                    if differs <= distance {
                        found.push((*other, differs));
                    }
                }
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low sixteen bits are meant")]
const fn piece_of(low: u64, piece: usize) -> u16 {
    (low >> (piece as u32 * PIECE_SIGNS)) as u16
}

/// Where the looks of each value of a piece begin, and the looks by value, in their order.
fn table(looks: &[Look], piece: usize) -> (Vec<u32>, Vec<u32>) {
    let value = |look: &Look| usize::from(piece_of(look.hash.words()[0], piece));
    let mut starts = vec![0u32; usize::from(u16::MAX) + 2];
    for look in looks {
        if let Some(count) = starts.get_mut(value(look) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut by_value = vec![0u32; looks.len()];
    for (number, look) in (0u32..).zip(looks) {
        if let Some(next) = next.get_mut(value(look)) {
            if let Some(slot) = by_value.get_mut(*next as usize) {
                *slot = number;
            }
            *next += 1;
        }
    }
    (starts, by_value)
}

#[cfg(test)]
mod tests {
    use super::super::DEFAULT_DISTANCE;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn all_pairs(index: &NearIndex, distance: u32) -> BTreeSet<NearPair> {
        let mut pairs = BTreeSet::new();
        let half = index.len() / 2;
        for range in [0..half, half..index.len()] {
            index.pairs_of(range, distance, &mut |pair| {
                assert!(pairs.insert(pair), "told twice: {pair:?}");
            });
        }
        pairs
    }

    /// The same by comparing each with each.
    fn plain(pictures: &[(PictureHash, AssetId)], distance: u32) -> BTreeSet<NearPair> {
        let mut lowest: std::collections::BTreeMap<PictureHash, AssetId> = Default::default();
        for (hash, asset) in pictures {
            let known = lowest.entry(*hash).or_insert(*asset);
            *known = (*known).min(*asset);
        }
        let looks: Vec<_> = lowest.into_iter().collect();
        let mut pairs = BTreeSet::new();
        for (at, (one, first)) in looks.iter().enumerate() {
            for (two, second) in &looks[at + 1..] {
                let ways = Turn::ALL.map(|turn| one.turned(turn));
                let near = ways
                    .iter()
                    .filter(|way| (way.words()[0] ^ two.words()[0]).count_ones() <= LOW_SIGNS);
                let best = near
                    .map(|way| way.differs(*two))
                    .min()
                    .filter(|best| *best <= distance);
                if let Some(best) = best {
                    pairs.insert(NearPair {
                        first: *first.min(second),
                        second: *first.max(second),
                        distance: best,
                    });
                }
            }
        }
        pairs
    }

    /// Families of pictures: some signs of a few ancestors changed, and turned.
    fn family() -> impl Strategy<Value = Vec<(PictureHash, AssetId)>> {
        let ancestor = prop::array::uniform4(any::<u64>());
        let child = (0..4usize, prop::collection::vec(0..256usize, 0..40), 0..8usize);
        (
            prop::collection::vec(ancestor, 4),
            prop::collection::vec(child, 1..40),
        )
            .prop_map(|(ancestors, children)| {
                let made = |(number, (ancestor, flips, turn)): (u32, (usize, Vec<usize>, usize))| {
                    let mut words: [u64; 4] = ancestors[ancestor];
                    for flip in flips {
                        words[flip / 64] ^= 1 << (flip % 64);
                    }
                    words[0] &= !1;
                    let hash = PictureHash::from_words(words).turned(Turn::ALL[turn]);
                    // Numbers in another order than hashes.
                    (hash, AssetId::new(number * 7919 % 97 + 1))
                };
                (0..).zip(children).map(made).collect()
            })
    }

    proptest! {
        #[test]
        fn it_finds_what_comparing_each_with_each_finds(pictures in family(), distance in 0..64u32) {
            let index = NearIndex::new(pictures.clone());
            prop_assert_eq!(all_pairs(&index, distance), plain(&pictures, distance));
        }
    }

    #[test]
    fn equal_pictures_are_one_look() {
        let hash = PictureHash::from_words([2, 3, 4, 5]);
        let pictures = (1..=4).map(|number| (hash, AssetId::new(number))).collect();
        let index = NearIndex::new(pictures);
        assert_eq!(index.len(), 1);
        let equals: Vec<_> = index
            .equals()
            .map(|pair| (pair.first.number(), pair.second.number()))
            .collect();
        assert_eq!(equals, [(1, 2), (1, 3), (1, 4)]);
        assert!(all_pairs(&index, DEFAULT_DISTANCE).is_empty());
    }

    /// What all pairs of many pictures cost, printed: `KPHOTOS_BENCH_PICTURES=1000000 cargo test --release -p
    /// kphotos-domain near::index::tests::all_pairs_of_many -- --nocapture`.
    #[test]
    fn all_pairs_of_many_pictures_are_found_and_what_it_took_is_printed() {
        let count = option_env!("KPHOTOS_BENCH_PICTURES").map_or(20_000, |count| count.parse().unwrap());
        let mut state = 1u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut pictures = Vec::new();
        let mut hash = [0; 4];
        for number in 1..=count {
            // Every fourth is the one before it, some signs changed.
            if number % 4 == 0 {
                (0..12).for_each(|_| hash[(next() % 4) as usize] ^= 1 << (next() % 63 + 1));
            } else {
                hash = [next() & !1, next(), next(), next()];
            }
            pictures.push((PictureHash::from_words(hash), AssetId::new(number)));
        }
        let index = NearIndex::new(pictures);
        let mut pairs = 0;
        index.pairs_of(0..index.len(), DEFAULT_DISTANCE, &mut |_| pairs += 1);
        println!("{pairs} near pairs of {count} pictures");
        // Of those few that changed most in the lowest signs the index says nothing, as its page says.
        assert!(pairs >= count / 4 * 99 / 100);
    }

    #[test]
    fn none_has_no_pairs() {
        let index = NearIndex::new(Vec::new());
        assert!(index.is_empty());
        assert!(all_pairs(&index, 64).is_empty());
    }
}
