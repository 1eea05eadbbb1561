//! Pairs as groups, which is how a person looks at them.
//!
//! A group is what hangs together by near pairs, so an asset is in one group at most.
//! Each member says how far it is from its nearest neighbour in the group. The shots of a burst
//! are one group when the distance asked for lets them; a smaller one takes it apart.

use super::forest::Joined;
use super::{NearPair, NearSearch, Onward, PictureHash};
use crate::kernel::AssetId;
use std::collections::BTreeMap;

/// Up to so many pictures each is compared with each.
const FEW: usize = 256;

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

/// The groups of these pictures, by their first member.
#[must_use]
pub fn near_groups(mut pictures: Vec<(AssetId, PictureHash)>, distance: u32) -> Vec<NearGroup> {
    pictures.sort_unstable();
    pictures.dedup_by_key(|(asset, _)| *asset);
    let pairs = pairs_among(&pictures, distance);
    let mut nearest: BTreeMap<u32, u32> = BTreeMap::new();
    for pair in &pairs {
        for place in [pair.first, pair.second] {
            let known = nearest.entry(place).or_insert(pair.distance);
            *known = pair.distance.min(*known);
        }
    }
    let member = |place: u32| {
        let (asset, _) = pictures.get(place as usize)?;
        Some((*asset, *nearest.get(&place)?))
    };
    let groups = hang_together(&pairs).into_iter();
    groups
        .map(|places| NearGroup {
            members: places.into_iter().filter_map(member).collect(),
        })
        .collect()
}

fn pairs_among(pictures: &[(AssetId, PictureHash)], distance: u32) -> Vec<NearPair> {
    let mut pairs = Vec::new();
    if pictures.len() > FEW {
        let mut search = NearSearch::new(
            pictures.iter().map(|(_, hash)| *hash).zip(0..),
            0,
            distance,
            &mut |pair| {
                pairs.push(pair);
            },
        );
        for step in 0..NearSearch::STEPS {
            search.step(step, &mut || Onward::Go, &mut |pair| pairs.push(pair));
        }
        return pairs;
    }
    for ((_, two), second) in pictures.iter().zip(0u32..) {
        for ((_, one), first) in pictures.iter().zip(0..second) {
            let apart = one.distance(*two);
            if apart <= distance {
                pairs.push(NearPair {
                    first,
                    second,
                    distance: apart,
                });
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(pictures: &[(u32, u64)], distance: u32) -> Vec<Vec<(u32, u32)>> {
        let picture = |(number, across): &(u32, u64)| {
            (
                AssetId::new(*number),
                PictureHash::from_words([0x1234_5678, *across, 77, 0]),
            )
        };
        near_groups(pictures.iter().map(picture).collect(), distance)
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

    fn blake(number: u32) -> u64 {
        let hash = blake3::hash(&number.to_le_bytes());
        u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap())
    }
}
