//! Pairs as groups, which is how a person looks at them.
//!
//! A group is what hangs together by near pairs, so an asset is in one group at most.
//! Each member says how far it is from its nearest neighbour in the group.

use super::NearPair;
use crate::kernel::AssetId;
use std::collections::BTreeMap;

/// Assets that look alike, by number, each with the distance to its nearest neighbour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NearGroup {
    /// Two or more, ascending.
    pub members: Vec<(AssetId, u32)>,
}

/// The groups that these pairs make, by their first member.
#[must_use]
pub fn near_groups(pairs: impl IntoIterator<Item = NearPair>) -> Vec<NearGroup> {
    let mut nearest: BTreeMap<AssetId, u32> = BTreeMap::new();
    let mut leads: BTreeMap<AssetId, AssetId> = BTreeMap::new();
    for NearPair {
        first,
        second,
        distance,
    } in pairs
    {
        for asset in [first, second] {
            let known = nearest.entry(asset).or_insert(distance);
            *known = (*known).min(distance);
        }
        let (one, two) = (top(&mut leads, first), top(&mut leads, second));
        // The lowest number leads, so that a group is found under its first member.
        leads.insert(one.max(two), one.min(two));
    }
    let mut groups: BTreeMap<AssetId, Vec<(AssetId, u32)>> = BTreeMap::new();
    for (asset, distance) in nearest {
        let lead = top(&mut leads, asset);
        groups.entry(lead).or_default().push((asset, distance));
    }
    groups
        .into_values()
        .map(|members| NearGroup { members })
        .collect()
}

/// Who leads the group of an asset, by a way that is made short for the next who asks.
fn top(leads: &mut BTreeMap<AssetId, AssetId>, asset: AssetId) -> AssetId {
    let mut lead = asset;
    while let Some(next) = leads.get(&lead).filter(|next| **next != lead) {
        lead = *next;
    }
    let mut at = asset;
    while at != lead {
        match leads.insert(at, lead) {
            Some(next) => at = next,
            None => break,
        }
    }
    lead
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_together_is_one_group() {
        let pair = |(first, second, distance)| NearPair {
            first: AssetId::new(first),
            second: AssetId::new(second),
            distance,
        };
        let groups = |pairs: &[(u32, u32, u32)]| -> Vec<Vec<(u32, u32)>> {
            near_groups(pairs.iter().copied().map(pair))
                .into_iter()
                .map(|group| {
                    group
                        .members
                        .iter()
                        .map(|(asset, far)| (asset.number(), *far))
                        .collect()
                })
                .collect()
        };
        assert!(groups(&[]).is_empty());
        assert_eq!(
            groups(&[(7, 9, 4), (1, 2, 8), (2, 3, 5), (8, 9, 0), (5, 6, 1), (3, 6, 30)]),
            [
                vec![(1, 8), (2, 5), (3, 5), (5, 1), (6, 1)],
                vec![(7, 4), (8, 0), (9, 0)]
            ]
        );
    }
}
