//! The near pairs that hold groups together, and no others.
//!
//! Ten thousand frames of one scene are fifty million near pairs, of which a
//! group needs 9,999. Kept are the pairs of a minimum spanning forest: whatever distance is asked for later, those of them
//! up to it join what all pairs up to it join, and the nearest neighbour of
//! each picture is among them. Pairs come in any order; memory is that of some
//! pairs a picture.

use super::NearPair;

/// Pairs as they are found, and of them those that are needed; see the module.
pub struct NearForest {
    /// Of a forest, then those that came since.
    pairs: Vec<NearPair>,
    /// How many of them are of the forest.
    kept: usize,
    /// How many may wait, at least, before those that join nothing are dropped.
    waiting: usize,
}

impl NearForest {
    /// A forest of these, to which more are added.
    #[must_use]
    pub const fn new(pairs: Vec<NearPair>) -> Self {
        Self {
            pairs,
            kept: 0,
            waiting: 1 << 20,
        }
    }

    /// Adds a pair.
    pub fn add(&mut self, pair: NearPair) {
        self.pairs.push(pair);
        if self.pairs.len() > self.waiting.max(2 * self.kept) {
            self.thin_out();
        }
    }

    /// The pairs of the forest, the nearest first.
    #[must_use]
    pub fn into_pairs(mut self) -> Vec<NearPair> {
        self.thin_out();
        self.pairs.shrink_to_fit();
        self.pairs
    }

    /// Drops what joins only what nearer pairs join (Kruskal's way).
    fn thin_out(&mut self) {
        self.pairs
            .sort_unstable_by_key(|pair| (pair.distance, pair.first, pair.second));
        let places = self.pairs.iter().map(|pair| pair.second as usize + 1).max();
        let mut joined = Joined::new(places.unwrap_or(0));
        self.pairs.retain(|pair| joined.join(pair.first, pair.second));
        self.kept = self.pairs.len();
    }
}

/// Which of the numbers from 0 on hang together.
pub(super) struct Joined {
    /// Who is followed, in the end to the one who leads.
    follows: Vec<u32>,
}

impl Joined {
    /// So many, each for itself.
    pub(super) fn new(count: usize) -> Self {
        Self {
            follows: (0..).take(count).collect(),
        }
    }

    /// Joins two; false if they hang together already, or are none.
    pub(super) fn join(&mut self, one: u32, two: u32) -> bool {
        let (one, two) = (self.lead(one), self.lead(two));
        // The lowest leads.
        match self.follows.get_mut(one.max(two) as usize) {
            Some(follows) if one != two => {
                *follows = one.min(two);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Who leads those with whom this one hangs together: the lowest of them.
    pub(super) fn lead(&mut self, mut at: u32) -> u32 {
        loop {
            let next = self.follows.get(at as usize).copied().unwrap_or(at);
            let after = self.follows.get(next as usize).copied().unwrap_or(next);
            if next == after {
                return next;
            }
            if let Some(follows) = self.follows.get_mut(at as usize) {
                *follows = after;
            }
            at = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn pair((first, second, distance): (u32, u32, u32)) -> NearPair {
        NearPair {
            first: first.min(second),
            second: first.max(second),
            distance,
        }
    }

    /// Who hangs together by pairs up to a distance, and how near each one's nearest is.
    fn told(pairs: &[NearPair], distance: u32) -> (Vec<u32>, BTreeMap<u32, u32>) {
        let mut joined = Joined::new(20);
        let mut nearest = BTreeMap::new();
        for pair in pairs.iter().filter(|pair| pair.distance <= distance) {
            joined.join(pair.first, pair.second);
            for place in [pair.first, pair.second] {
                let known = nearest.entry(place).or_insert(pair.distance);
                *known = pair.distance.min(*known);
            }
        }
        ((0..20).map(|place| joined.lead(place)).collect(), nearest)
    }

    proptest! {
        #[test]
        fn it_joins_what_all_pairs_join_at_every_distance(
            given in prop::collection::vec((0..20u32, 0..20u32, 0..6u32), 0..60),
            kept in 0..60usize,
        ) {
            let pairs: Vec<_> = given.into_iter().filter(|(one, two, _)| one != two).map(pair).collect();
            let (before, since) = pairs.split_at(kept.min(pairs.len()));
            let mut forest = NearForest::new(NearForest::new(before.to_vec()).into_pairs());
            since.iter().for_each(|pair| forest.add(*pair));
            let forest = forest.into_pairs();
            prop_assert!(forest.len() < 20);
            for distance in 0..6 {
                prop_assert_eq!(told(&forest, distance), told(&pairs, distance));
            }
        }
    }

    #[test]
    fn what_joins_nothing_is_dropped_while_pairs_come() {
        let mut forest = NearForest::new(Vec::new());
        forest.waiting = 100;
        for at in 0..1000 {
            forest.add(pair((at % 50, at % 50 + 1, at % 7)));
            assert!(forest.pairs.len() <= 100);
        }
        assert_eq!(forest.into_pairs().len(), 50);
    }
}
