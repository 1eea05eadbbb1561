//! Trimmed pictures: what of a picture is left when its margins are cut off, looked at like a picture.
//!
//! Cutting off a twentieth at one corner moves the finest waves by most of their length, so a trimmed
//! picture is as far from its original as a stranger is. But it is what the original shows between other
//! borders. So each picture has besides its own hash those of what is left of it when it is trimmed in some ways
//! ([`TRIMS`] of them, the worker says which), and two pictures are near too if one is nearly what is left of the other.
//!
//! Such a pair is [`TRIMMED`] signs further apart than the signs say, so that small distances stay with
//! pictures that show the same, and it is looked for up to [`MAX_TRIMMED_SIGNS`] signs: strangers that are tried in more ways
//! must not become more often near, and to look up twenty-three signs takes a fraction of what thirty-five take (`cargo bench -p
//! kphotos-domain --bench near`). That comes to [`super::DEFAULT_DISTANCE`] at most.
//!
//! Refuses: pictures trimmed in two different ways. What is left of one is compared with the whole other.

use super::PictureHash;
use super::search::{NearPair, NearSearch, clear_high, most_of, value};

/// In how many ways a picture is trimmed.
pub const TRIMS: usize = 13;
/// What is added to the signs in which a trimmed picture differs from a whole one.
pub const TRIMMED: u32 = 7;
/// The most signs in which a trimmed picture may differ from a whole one.
pub const MAX_TRIMMED_SIGNS: u32 = 23;

/// The hashes of what is left of a picture in each way of trimming it.
pub type Trims = [PictureHash; TRIMS];

/// A picture, whole and trimmed, at a place of the list that is searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrimmedPicture {
    /// The hash of the whole.
    pub whole: PictureHash,
    /// Those of what is left of it.
    pub trims: Trims,
    /// Its place.
    pub place: u32,
}

/// In how many signs trimmed pictures may differ where pairs up to this distance are asked for; `None`: there are none.
fn most_signs(distance: u32) -> Option<u32> {
    Some(distance.checked_sub(TRIMMED)?.min(MAX_TRIMMED_SIGNS))
}

impl TrimmedPicture {
    /// The pair that it makes, trimmed, with the whole picture at another place, if there is one up to this distance and
    /// both, whole, are further apart.
    #[must_use]
    pub fn pair(&self, (other, place): (PictureHash, u32), distance: u32) -> Option<NearPair> {
        let most = most_signs(distance)?;
        let lays = [other, other.on_its_side()];
        let signs = |(trim, lay): (&PictureHash, PictureHash)| {
            (!trim.is_beyond(lay, most)).then(|| trim.mirrored_distance(lay))
        };
        let ways = self.trims.iter().flat_map(|trim| lays.map(|lay| (trim, lay)));
        let signs = ways.filter_map(signs).min()?;
        (signs <= most).then(|| self.told(other, place, signs)).flatten()
    }

    fn told(&self, other: PictureHash, place: u32, signs: u32) -> Option<NearPair> {
        let distance = signs + TRIMMED;
        let is_nearer = place != self.place && distance < self.whole.distance(other);
        is_nearer.then(|| NearPair::new(self.place, place, distance))
    }
}

/// One way to lay what is left of a picture: its value of the piece at hand, and which of them it is.
struct Laid {
    value: u32,
    hash: PictureHash,
    of: usize,
}

impl NearSearch {
    /// Tells of the pairs that these make, trimmed, with whole pictures of the search, as far as the step
    /// finds them that was done last. All steps together tell of each such pair at least once, but not of those
    /// that are as near whole. Who is one of several equal pictures need not be told of: the first is.
    pub fn trimmed(&self, step: usize, some: &[TrimmedPicture], each: &mut dyn FnMut(NearPair)) {
        let Some(signs) = most_signs(self.distance) else {
            return;
        };
        let Some(most) = most_of(signs, step) else {
            return;
        };
        let few = self.flips.partition_point(|flip| flip.count_ones() <= most);
        for turns in [false, true] {
            let laid = some.iter().enumerate().flat_map(|(of, picture)| {
                picture.trims.iter().map(move |trim| {
                    let hash = if turns { trim.on_its_side() } else { *trim };
                    let value = value(hash, step);
                    Laid { value, hash, of }
                })
            });
            let mut laid: Vec<Laid> = laid.collect();
            // In the order of the pictures that they are looked up among.
            laid.sort_unstable_by_key(|laid| laid.value);
            for one in laid {
                let Some(picture) = some.get(one.of) else {
                    continue;
                };
                for flip in self.flips.iter().take(few) {
                    let (_, there) = self.with_value(clear_high(one.value ^ flip, step), step);
                    for other in there {
                        if one.hash.is_beyond(other.hash, signs) {
                            continue;
                        }
                        let differs = one.hash.mirrored_distance(other.hash);
                        let is_new = picture.place >= self.new_from || other.place >= self.new_from;
                        if differs <= signs && is_new {
                            picture
                                .told(other.hash, other.place, differs)
                                .into_iter()
                                .for_each(&mut *each);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MAX_DISTANCE, Onward, Turn};
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type Nearest = BTreeMap<(u32, u32), u32>;

    fn add(pairs: &mut Nearest, pair: NearPair) {
        let known = pairs.entry((pair.first, pair.second)).or_insert(pair.distance);
        *known = pair.distance.min(*known);
    }

    /// Pictures of which some are what is left of others, some signs changed, and turned.
    fn family() -> impl Strategy<Value = Vec<TrimmedPicture>> {
        let hash = || prop::array::uniform4(any::<u64>());
        let kin = (
            0..20usize,
            0..TRIMS,
            prop::collection::vec(0..255usize, 0..30),
            0..8usize,
        );
        let picture = (hash(), kin);
        prop::collection::vec(picture, 1..30).prop_map(|given| {
            let mut pictures: Vec<TrimmedPicture> = Vec::new();
            for (place, (words, (like, way, changed, turn))) in given.into_iter().enumerate() {
                let whole = match pictures.get(like) {
                    Some(original) => {
                        let mut words = original.trims[way].words();
                        for sign in changed {
                            let sign = if sign < 63 { sign } else { sign + 1 };
                            words[sign / 64] ^= 1 << (sign % 64);
                        }
                        PictureHash::from_words(words).turned(Turn::ALL[turn])
                    }
                    None => PictureHash::from_words([words[0] >> 1, words[1], words[2], words[3]]),
                };
                let mut turn = 3;
                let trims = [(); TRIMS].map(|()| {
                    turn += 5;
                    let [even, rest @ ..] = words.map(|word| word.rotate_left(turn));
                    PictureHash::from_words([even >> 1, rest[0], rest[1], rest[2]])
                });
                let place = u32::try_from(place).unwrap();
                pictures.push(TrimmedPicture { whole, trims, place });
            }
            pictures
        })
    }

    proptest! {
        #[test]
        fn the_search_finds_the_trimmed_that_comparing_each_with_each_finds(
            pictures in family(),
            new_from in 0..30u32,
            distance in 0..=MAX_DISTANCE,
        ) {
            let mut found = Nearest::new();
            let wholes = pictures.iter().map(|picture| (picture.whole, picture.place));
            let mut search = NearSearch::new(wholes, new_from, distance, &mut |_| ());
            for step in 0..NearSearch::STEPS {
                search.step(step, &mut || Onward::Go, &mut |_| ());
                for some in pictures.chunks(7) {
                    search.trimmed(step, some, &mut |pair| add(&mut found, pair));
                }
            }
            let mut plain = Nearest::new();
            for one in &pictures {
                for two in &pictures {
                    let is_first = pictures.iter().all(|first| first.whole != two.whole || first.place >= two.place);
                    if is_first && one.place.max(two.place) >= new_from {
                        one.pair((two.whole, two.place), distance).into_iter().for_each(|pair| add(&mut plain, pair));
                    }
                }
            }
            for pair in plain.values() {
                prop_assert!((TRIMMED..=distance.min(TRIMMED + MAX_TRIMMED_SIGNS)).contains(pair));
            }
            prop_assert_eq!(found, plain);
        }
    }

    #[test]
    fn a_pair_is_told_by_what_is_left_of_one_unless_it_is_as_near_whole() {
        let strange = |seed: u64| {
            PictureHash::from_words(
                [1, 2, 3, 4].map(|n: u64| (n * seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1),
            )
        };
        let original = TrimmedPicture {
            whole: strange(1),
            trims: std::array::from_fn(|way| strange(way as u64 + 10)),
            place: 3,
        };
        let changed = |hash: PictureHash, signs: u64| {
            let [a, b, c, d] = hash.words();
            PictureHash::from_words([a, b ^ ((1 << signs) - 1), c, d])
        };
        let told = |other: PictureHash, place: u32, distance: u32| {
            original
                .pair((other, place), distance)
                .map(|pair| (pair.first, pair.second, pair.distance))
        };
        assert_eq!(told(original.trims[5], 8, 30), Some((3, 8, TRIMMED)));
        assert_eq!(
            told(changed(original.trims[12], 4), 1, 30),
            Some((1, 3, TRIMMED + 4))
        );
        assert_eq!(told(changed(original.trims[12], 4), 1, TRIMMED + 3), None);
        assert_eq!(told(original.trims[5], 8, TRIMMED - 1), None);
        assert_eq!(
            told(changed(original.trims[12], 23), 1, MAX_DISTANCE),
            Some((1, 3, 30))
        );
        assert_eq!(told(changed(original.trims[12], 24), 1, MAX_DISTANCE), None);
        assert_eq!(told(original.trims[5], 3, 30), None, "itself");
        let like_its_trim = TrimmedPicture {
            whole: changed(original.trims[5], 6),
            ..original
        };
        assert_eq!(
            like_its_trim.pair((original.trims[5], 9), 30),
            None,
            "6 signs, whole"
        );
    }
}
