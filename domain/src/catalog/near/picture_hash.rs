//! The coarse shape of a picture in 256 signs, and what turning it does to them.
//!
//! Made from the discrete cosine transform of the picture, shrunk to 32×32 grey values:
//! sign (u, v) is set where the coefficient with `u` half waves across and `v` down is
//! negative, for u, v below 16. Mirroring the picture flips the coefficients that have
//! an odd number of half waves in that direction; turning it about its diagonal swaps
//! u and v. So the eight ways to lay a picture are made from its signs alone, exactly
//! but for coefficients near zero, and one hash a picture is enough.
//!
//! The first word holds the 8×8 lowest waves, which survive most; the three others
//! tell apart what only looks alike from afar. The sign of the mean (0, 0) says
//! nothing and is always clear.

use std::fmt;

/// Signs across and down.
const SIDE: usize = 16;

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

/// The word and the bit of a sign: the square of 8×8 that it lies in, and its place there.
const fn place(u: usize, v: usize) -> (usize, u32) {
    let word = (v / 8) * 2 + u / 8;
    #[expect(clippy::cast_possible_truncation, reason = "below 64")]
    let bit = ((v % 8) * 8 + u % 8) as u32;
    (word, bit)
}

/// The signs with an odd number of half waves across; the same in each word.
const ODD_ACROSS: u64 = 0xaaaa_aaaa_aaaa_aaaa;
/// The signs with an odd number of half waves down.
const ODD_DOWN: u64 = 0xff00_ff00_ff00_ff00;

impl PictureHash {
    /// The hash of these signs, as [`Self::words`] gave them.
    #[must_use]
    pub const fn from_words(words: [u64; 4]) -> Self {
        Self(words)
    }

    /// The signs: 8×8 a word, the lowest waves first, then further across, then further down.
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
                let (word, bit) = place(u, v);
                let sign = (u, v) != (0, 0) && is_negative(u, v);
                if let Some(word) = words.get_mut(word) {
                    *word |= u64::from(sign) << bit;
                }
            }
        }
        Self(words)
    }

    /// The hash of the same picture, turned.
    #[must_use]
    pub fn turned(self, turn: Turn) -> Self {
        let [low, across, down, both] = self.0;
        let mut words = if turn.diagonal {
            [
                transposed(low),
                transposed(down),
                transposed(across),
                transposed(both),
            ]
        } else {
            self.0
        };
        for word in &mut words {
            *word ^= if turn.across { ODD_ACROSS } else { 0 };
            *word ^= if turn.down { ODD_DOWN } else { 0 };
        }
        Self(words)
    }

    /// In how many signs it differs from another, as both lie.
    #[must_use]
    pub fn differs(self, other: Self) -> u32 {
        self.0
            .iter()
            .zip(other.0)
            .map(|(a, b)| (a ^ b).count_ones())
            .sum()
    }

    /// The distance of two pictures: that of the best of the eight ways.
    #[must_use]
    pub fn distance(self, other: Self) -> u32 {
        let each = Turn::ALL.map(|turn| self.turned(turn).differs(other));
        each.into_iter().min().unwrap_or_default()
    }
}

/// An 8×8 square of bits with rows and columns changed. Each step swaps the two squares
/// beside the diagonal, of 1, 2 and 4 bits.
const fn transposed(square: u64) -> u64 {
    let mut square = square;
    let swap = (square ^ (square >> 7)) & 0x00aa_00aa_00aa_00aa;
    square = square ^ swap ^ (swap << 7);
    let swap = (square ^ (square >> 14)) & 0x0000_cccc_0000_cccc;
    square = square ^ swap ^ (swap << 14);
    let swap = (square ^ (square >> 28)) & 0x0000_0000_f0f0_f0f0;
    square ^ swap ^ (swap << 28)
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
                assert!(one.distance(*other) > super::super::MAX_DISTANCE);
            }
        }
    }

    proptest! {
        #[test]
        fn distance_is_the_same_both_ways(a: [u64; 4], b: [u64; 4]) {
            let clear = |[low, x, y, z]: [u64; 4]| PictureHash::from_words([low & !1, x, y, z]);
            let (a, b) = (clear(a), clear(b));
            prop_assert_eq!(a.distance(b), b.distance(a));
            prop_assert_eq!(a.distance(a), 0);
        }
    }
}
