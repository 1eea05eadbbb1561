//! Pairs as groups, which is how a person looks at them.
//!
//! A group is what hangs together by near pairs, so an asset is in one group at most.
//! Each member says how far it is from its nearest neighbour in the group. The shots of a burst
//! are one group when the distance asked for lets them; a smaller one takes it apart.

use super::forest::{Joined, NearForest};
use super::{NearPair, NearSearch, Onward, PictureHash, TRIMMED, TrimmedPicture, Trims};
use crate::kernel::AssetId;
use std::collections::BTreeMap;

/// Up to so many pictures each is compared with each.
const FEW: usize = 256;
/// Of more, the trimmed are read so many at a time.
const SOME: usize = 1024;

/// The picture of an asset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Pictured {
    /// Whose picture it is.
    pub asset: AssetId,
    /// Its hash, whole.
    pub whole: PictureHash,
    /// Where it is known what it is trimmed.
    pub place: u32,
}

/// Assets that look alike, by number, each with the distance to its nearest neighbour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NearGroup {
    /// Two or more, ascending.
    pub members: Vec<(AssetId, u32)>,
}

/// What hangs together by these pairs, ascending, by their first; each two or more.
#[must_use]
pub fn hang_together(pairs: &[NearPair]) -> Vec<Vec<u32>> {
    let places = pairs.iter().map(|pair| pair.second as usize + 1).max();
    let mut joined = Joined::new(places.unwrap_or(0));
    for pair in pairs {
        joined.join(pair.first, pair.second);
    }
    let mut places: Vec<u32> = pairs.iter().flat_map(|pair| [pair.first, pair.second]).collect();
    places.sort_unstable();
    places.dedup();
    let mut together: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for place in places {
        together.entry(joined.lead(place)).or_default().push(place);
    }
    together.into_values().collect()
}

/// The groups of these pictures, by their first member. `trims` gives what each is trimmed, by [`Pictured::place`];
/// one of which it gives nothing is compared whole only. It is asked for each more than once where there are many.
#[must_use]
pub fn near_groups(
    mut pictures: Vec<Pictured>,
    distance: u32,
    trims: &mut dyn FnMut(u32) -> Option<Trims>,
) -> Vec<NearGroup> {
    pictures.sort_unstable();
    pictures.dedup_by_key(|picture| picture.asset);
    let pairs = if pictures.len() > FEW {
        pairs_among_many(&pictures, distance, trims)
    } else {
        pairs_among_few(&pictures, distance, trims)
    };
    let mut nearest: BTreeMap<u32, u32> = BTreeMap::new();
    for pair in &pairs {
        for place in [pair.first, pair.second] {
            let known = nearest.entry(place).or_insert(pair.distance);
            *known = pair.distance.min(*known);
        }
    }
    let member = |place: u32| {
        let picture = pictures.get(place as usize)?;
        Some((picture.asset, *nearest.get(&place)?))
    };
    let groups = hang_together(&pairs).into_iter();
    groups
        .map(|places| NearGroup {
            members: places.into_iter().filter_map(member).collect(),
        })
        .collect()
}

/// These pictures as they are trimmed, with their places from `first` on.
fn trimmed(
    pictures: &[Pictured],
    first: usize,
    trims: &mut dyn FnMut(u32) -> Option<Trims>,
) -> Vec<TrimmedPicture> {
    let numbered = pictures.iter().zip(0u32..).skip(first);
    let trimmed = numbered.filter_map(|(picture, place)| {
        let (whole, trims) = (picture.whole, trims(picture.place)?);
        Some(TrimmedPicture { whole, trims, place })
    });
    trimmed.collect()
}

fn pairs_among_many(
    pictures: &[Pictured],
    distance: u32,
    trims: &mut dyn FnMut(u32) -> Option<Trims>,
) -> Vec<NearPair> {
    let mut pairs = NearForest::new(Vec::new());
    let mut each = |pair| pairs.add(pair);
    let wholes = pictures.iter().map(|picture| picture.whole).zip(0..);
    let mut search = NearSearch::new(wholes, 0, distance, &mut each);
    for step in 0..NearSearch::STEPS {
        search.step(step, &mut || Onward::Go, &mut each);
        if distance < TRIMMED {
            continue;
        }
        for first in (0..pictures.len()).step_by(SOME) {
            let some = pictures
                .get(..pictures.len().min(first + SOME))
                .unwrap_or_default();
            search.trimmed(step, &trimmed(some, first, trims), &mut each);
        }
    }
    pairs.into_pairs()
}

fn pairs_among_few(
    pictures: &[Pictured],
    distance: u32,
    trims: &mut dyn FnMut(u32) -> Option<Trims>,
) -> Vec<NearPair> {
    let mut pairs = Vec::new();
    for (two, second) in pictures.iter().zip(0u32..) {
        for (one, first) in pictures.iter().zip(0..second) {
            let apart = one.whole.distance(two.whole);
            if apart <= distance {
                pairs.push(NearPair::new(first, second, apart));
            }
        }
    }
    if distance < TRIMMED {
        return pairs;
    }
    for one in trimmed(pictures, 0, trims) {
        let others = pictures.iter().map(|other| other.whole).zip(0u32..);
        pairs.extend(others.filter_map(|other| one.pair(other, distance)));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::TRIMS;
    use super::*;

    const FIVE: u64 = 0xdead_beef_dead_beef;

    fn groups(pictures: &[(u32, u64)], distance: u32) -> Vec<Vec<(u32, u32)>> {
        let picture = |(number, across): &(u32, u64)| Pictured {
            asset: AssetId::new(*number),
            whole: PictureHash::from_words([0x1234_5678, *across, 77, 0]),
            place: number + 1000,
        };
        // What is left of 9 trimmed is 5.
        let five = PictureHash::from_words([0x1234_5678, FIVE, 77, 0]);
        let mut trims = |place: u32| {
            let strange =
                [3, 5, 7, 9].map(|n: u64| (n * u64::from(place)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1);
            let mut trims = [PictureHash::from_words(strange); TRIMS];
            trims[4] = if place == 1009 { five } else { trims[4] };
            (!place.is_multiple_of(7)).then_some(trims)
        };
        near_groups(pictures.iter().map(picture).collect(), distance, &mut trims)
            .into_iter()
            .map(|group| {
                let number = |(asset, far): &(AssetId, u32)| (asset.number(), *far);
                group.members.iter().map(number).collect()
            })
            .collect()
    }

    #[test]
    fn what_hangs_together_is_one_group_and_a_smaller_distance_takes_it_apart() {
        assert!(groups(&[], 9).is_empty());
        assert!(groups(&[(1, 0)], 9).is_empty());
        let shots = [
            (9, 0b1),
            (4, 0b111),
            (2, 0b1111_1111),
            (7, 0xffff_0000),
            (8, 0xffff_0000),
        ];
        assert_eq!(
            groups(&shots, 5),
            [vec![(2, 5), (4, 2), (9, 2)], vec![(7, 0), (8, 0)]]
        );
        assert_eq!(groups(&shots, 2), [vec![(4, 2), (9, 2)], vec![(7, 0), (8, 0)]]);
        assert_eq!(groups(&shots, 0), [vec![(7, 0), (8, 0)]]);
    }

    #[test]
    fn many_are_grouped_as_few_are() {
        // Five that are alike, then 300 strangers: more than are compared each with each.
        let mut pictures: Vec<(u32, u64)> = (1..=5).map(|number| (number, (1 << number) - 1)).collect();
        let few = groups(&pictures, 1);
        pictures.extend((0..300u32).map(|number| (number + 10, blake(number))));
        assert_eq!(groups(&pictures, 1), few);
        assert_eq!(few, [vec![(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]]);
    }

    #[test]
    fn one_that_is_what_is_left_of_another_is_in_its_group_among_few_and_among_many() {
        let mut pictures = vec![(9, 0b1), (4, 0b111), (5, FIVE), (6, FIVE ^ 1), (7, !FIVE)];
        let together = [vec![(4, 2), (5, 1), (6, 1), (9, 2)]];
        assert_eq!(groups(&pictures, TRIMMED), together);
        assert_eq!(
            groups(&pictures, TRIMMED - 1),
            [vec![(4, 2), (9, 2)], vec![(5, 1), (6, 1)]]
        );
        // Who is near only so says how near.
        assert_eq!(
            groups(&[(9, 0), (5, FIVE)], 30),
            [vec![(5, TRIMMED), (9, TRIMMED)]]
        );
        pictures.extend((0..300u32).map(|number| (number + 10, blake(number))));
        assert_eq!(groups(&pictures, TRIMMED), together);
    }

    fn blake(number: u32) -> u64 {
        let hash = blake3::hash(&number.to_le_bytes());
        u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap())
    }
}
