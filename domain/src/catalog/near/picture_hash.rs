//! The coarse shape of a picture in 256 signs, and what turning it does to them.
//!
//! Made from the discrete cosine transform of the picture, shrunk to a small square of grey
//! values: sign (u, v) is set where the coefficient with `u` half waves across and `v` down is
//! negative, for u, v below 16. Mirroring the picture flips the coefficients that have
//! an odd number of half waves in that direction; turning it about its diagonal swaps
//! u and v. So the eight ways to lay a picture are made from its signs alone, exactly
//! but for coefficients near zero, and one hash a picture is enough.
//!
//! The signs stand as turning treats them: a word for each of the four cases that u and v
//! are even or odd. A mirror flips whole words, so the four ways of mirroring are compared
//! by one count a word; the diagonal swaps two words and, in the two others, neighbours.
//! Each word has three *pieces* of 21 signs, of high and low waves alike, by which the
//! search finds who is near, and one sign beside them. The sign of the mean (0, 0) says
//! nothing and is always clear.

use std::fmt;

/// Signs across and down.
const SIDE: usize = 16;
/// Pieces of a word.
pub(super) const WORD_PIECES: usize = 3;
/// Signs of a piece.
pub(super) const PIECE_SIGNS: u32 = 21;
/// Pieces of a hash.
pub(super) const PIECES: u32 = 12;

/// 256 signs of a picture's shape; see the module.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PictureHash([u64; 4]);

/// How a picture is laid onto another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Turn {
    /// Left and right change places.
    pub across: bool,
    /// Up and down change places.
    pub down: bool,
    /// Rows and columns change places, before the others.
    pub diagonal: bool,
}

impl Turn {
    /// The eight ways, the one that does nothing first.
    pub const ALL: [Self; 8] = {
        let mut all = [Self {
            across: false,
            down: false,
            diagonal: false,
        }; 8];
        let mut number = 0;
        while number < 8 {
            let turn = Self {
                across: number & 1 != 0,
                down: number & 2 != 0,
                diagonal: number & 4 != 0,
            };
            #[expect(
                clippy::indexing_slicing,
                reason = "the loop's own bound, checked when it is compiled"
            )]
            {
                all[number] = turn;
            }
            number += 1;
        }
        all
    };
}

/// The bit of each square of an 8×8 grid, by row and column.
///
/// Squares beside the diagonal are neighbours of those they change places with, at an even
/// bit and the next; the pieces get pairs and squares of the diagonal in turn, the lowest
/// waves first. The corner is the one beside the pieces.
const BITS: [[u32; 8]; 8] = {
    // Where the next pair, and the next of the diagonal, of each piece goes.
    let mut pair = [0, 21, 42];
    let mut diagonal = [18, 39, 62];
    let mut bits = [[63; 8]; 8];
    let (mut sum, mut number) = (1, 0);
    #[expect(
        clippy::indexing_slicing,
        reason = "the loops' own bounds, checked when this is compiled"
    )]
    while sum < 15 {
        let mut i = 0;
        while 2 * i < sum {
            let j = sum - i;
            if i < 8 && j < 8 {
                // 28 pairs: ten for the last piece, nine for the others.
                let piece = (number + 2) % 3;
                bits[j][i] = pair[piece];
                bits[i][j] = pair[piece] + 1;
                pair[piece] += 2;
                number += 1;
            }
            i += 1;
        }
        if sum % 2 == 0 {
            let i = sum / 2;
            let piece = if i == 7 { 2 } else { (i + 1) % 2 };
            bits[i][i] = diagonal[piece];
            diagonal[piece] += 1;
        }
        sum += 1;
    }
    bits
};

/// The first of each pair that the diagonal swaps.
const FIRSTS: u64 = {
    let nine = 0x1_5555;
    nine | nine << 21 | (nine | 1 << 18) << 42
};

/// The word and the bit of a sign.
fn place(u: usize, v: usize) -> Option<(usize, u32)> {
    let (word, i, j) = (u % 2 + 2 * (v % 2), u / 2, v / 2);
    // The third word is the second, turned about the diagonal.
    let (row, column) = if word == 2 { (i, j) } else { (j, i) };
    Some((word, *BITS.get(row)?.get(column)?))
}

impl PictureHash {
    /// The hash of these signs, as [`Self::words`] gave them.
    #[must_use]
    pub const fn from_words(words: [u64; 4]) -> Self {
        Self(words)
    }

    /// The signs: of waves even both ways, odd across, odd down, odd both ways.
    #[must_use]
    pub const fn words(&self) -> [u64; 4] {
        self.0
    }

    /// The hash of coefficients: `is_negative(u, v)` for u half waves across and v down, both below 16.
    #[must_use]
    pub fn of_signs(is_negative: impl Fn(usize, usize) -> bool) -> Self {
        let mut words = [0; 4];
        for v in 0..SIDE {
            for u in 0..SIDE {
                let sign = (u, v) != (0, 0) && is_negative(u, v);
                let place = place(u, v);
                if let Some((word, bit)) = place.and_then(|(word, bit)| Some((words.get_mut(word)?, bit))) {
                    *word |= u64::from(sign) << bit;
                }
            }
        }
        Self(words)
    }

    /// The hash of the same picture, turned.
    #[must_use]
    pub fn turned(self, turn: Turn) -> Self {
        let [even, across, down, both] = if turn.diagonal {
            self.on_its_side().0
        } else {
            self.0
        };
        let flip = |does: bool| if does { u64::MAX } else { 0 };
        Self([
            even,
            across ^ flip(turn.across),
            down ^ flip(turn.down),
            both ^ flip(turn.across != turn.down),
        ])
    }

    /// The hash of the same picture with rows and columns swapped.
    pub(super) const fn on_its_side(self) -> Self {
        let [even, across, down, both] = self.0;
        Self([swapped(even), down, across, swapped(both)])
    }

    /// In how many signs it differs from another, as both lie.
    #[must_use]
    pub fn differs(self, other: Self) -> u32 {
        let words = self.0.iter().zip(other.0);
        words.map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    /// In how many signs it differs from another in the best of the four ways of mirroring.
    #[inline]
    pub(super) fn mirrored_distance(self, other: Self) -> u32 {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        let even = (a ^ e).count_ones();
        let (across, down, both) = ((b ^ f).count_ones(), (c ^ g).count_ones(), (d ^ h).count_ones());
        let as_it_lies = across + down + both;
        let one_way = (128 - across + down - both).min(128 + across - down - both);
        even + as_it_lies.min(one_way).min(128 - across - down + both)
    }

    /// Whether two words tell already that it is further from another than this, mirrored or not: so it is of
    /// nearly all that are.
    #[inline]
    pub(super) const fn is_beyond(self, other: Self, distance: u32) -> bool {
        let ([a, b, ..], [e, f, ..]) = (self.0, other.0);
        let (even, across) = ((a ^ e).count_ones(), (b ^ f).count_ones());
        even + (if across > 32 { 64 - across } else { across }) > distance
    }

    /// The distance of two pictures: that of the best of the eight ways.
    #[must_use]
    pub fn distance(self, other: Self) -> u32 {
        self.mirrored_distance(other)
            .min(self.on_its_side().mirrored_distance(other))
    }
}

/// A word of signs with rows and columns swapped.
const fn swapped(word: u64) -> u64 {
    (word & FIRSTS) << 1 | (word >> 1) & FIRSTS | word & !(FIRSTS | FIRSTS << 1)
}

impl fmt::Debug for PictureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{a:016x}{b:016x}{c:016x}{d:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A picture of 32×32 made from a number, and its hash by the textbook's transform.
    fn picture(seed: u64) -> Vec<Vec<f64>> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f64
        };
        (0..32).map(|_| (0..32).map(|_| next()).collect()).collect()
    }

    fn hash(picture: &[Vec<f64>]) -> PictureHash {
        let wave = |n: usize, k: usize| ((2 * n + 1) as f64 * k as f64 * std::f64::consts::PI / 64.0).cos();
        PictureHash::of_signs(|u, v| {
            let mut sum = 0.0;
            for (y, row) in picture.iter().enumerate() {
                for (x, value) in row.iter().enumerate() {
                    sum += value * wave(x, u) * wave(y, v);
                }
            }
            sum < 0.0
        })
    }

    fn turn(picture: &[Vec<f64>], turn: Turn) -> Vec<Vec<f64>> {
        let at = |y: usize, x: usize| {
            let (y, x) = (
                if turn.down { 31 - y } else { y },
                if turn.across { 31 - x } else { x },
            );
            if turn.diagonal {
                picture[x][y]
            } else {
                picture[y][x]
            }
        };
        (0..32).map(|y| (0..32).map(|x| at(y, x)).collect()).collect()
    }

    #[test]
    fn each_sign_has_a_place_of_its_own() {
        let mut places: Vec<_> = (0..256).map(|at| place(at % 16, at / 16).unwrap()).collect();
        places.sort_unstable();
        let all: Vec<_> = (0..4usize)
            .flat_map(|word| (0..64).map(move |bit| (word, bit)))
            .collect();
        assert_eq!(places, all);
        assert_eq!(place(0, 0), Some((0, 63)));
    }

    #[test]
    fn turning_the_signs_is_turning_the_picture() {
        for seed in 1..4 {
            let picture = picture(seed);
            let signs = hash(&picture);
            for how in Turn::ALL {
                let turned = turn(&picture, how);
                assert_eq!(signs.turned(how), hash(&turned), "{how:?}");
                assert_eq!(signs.distance(hash(&turned)), 0, "{how:?}");
            }
        }
    }

    #[test]
    fn strangers_are_far_apart() {
        let hashes: Vec<_> = (1..12).map(|seed| hash(&picture(seed * 7919))).collect();
        for (at, one) in hashes.iter().enumerate() {
            for other in &hashes[at + 1..] {
                assert!(one.distance(*other) > 2 * super::super::MAX_DISTANCE);
            }
        }
    }

    proptest! {
        #[test]
        fn distance_is_that_of_the_best_way_and_the_same_both_ways(a: [u64; 4], b: [u64; 4]) {
            let clear = |[even, x, y, z]: [u64; 4]| PictureHash::from_words([even & (u64::MAX >> 1), x, y, z]);
            let (a, b) = (clear(a), clear(b));
            let best = Turn::ALL.map(|turn| a.turned(turn).differs(b)).into_iter().min();
            prop_assert_eq!(Some(a.distance(b)), best);
            prop_assert_eq!(a.distance(b), b.distance(a));
            prop_assert_eq!(a.distance(a), 0);
        }
    }
}
