//! From a small grey square to the signs of its waves: the discrete cosine transform (of type II), of which only the 16×16
//! lowest waves are made; of the whole square, and of what is left when its margins are trimmed.
//!
//! The waves of a trimmed square are those of the picture if somebody trims it there: they are as long as what is left, and
//! each pixel counts by the mean of the wave over the part of it that is left.

use std::sync::LazyLock;

/// Pixels of the square's side.
pub(super) const SIDE: usize = 64;
/// Waves across and down.
const WAVES: usize = 16;

/// Grey levels below which a wave is not seen: re-encoding makes as much.
const FAINT: f32 = 0.2;
/// The most waves that may be faint. On the corpus 95 of 100 photos have at most 48; beyond half of 255 the signs that
/// count are too few to tell pictures apart.
const MOST_FAINT: usize = 128;

/// What is left of a side when it is trimmed: from where to where, the side being 1.
type Span = [f32; 2];
/// All of it.
const ALL: Span = [0.0, 1.0];
/// Without a 40th at the beginning, at the end; without a 20th; without a 25th; and without a 50th at both.
const LESS_40TH: [Span; 2] = [[0.025, 1.0], [0.0, 0.975]];
const LESS_20TH: [Span; 2] = [[0.05, 1.0], [0.0, 0.95]];
const LESS_25TH: [Span; 2] = [[0.04, 1.0], [0.0, 0.96]];
const MIDDLE: Span = [0.02, 0.98];

/// What is looked at of a picture, beside the whole: across and down. From each corner a 40th and a 20th of both sides are trimmed, from
/// each side a 25th, and from all sides a 50th.
const TRIMMED: [[Span; 2]; 13] = {
    let ([left, right], [more_left, more_right]) = (LESS_40TH, LESS_20TH);
    let [beginning, end] = LESS_25TH;
    [
        [left, left],
        [right, left],
        [left, right],
        [right, right],
        [more_left, more_left],
        [more_right, more_left],
        [more_left, more_right],
        [more_right, more_right],
        [beginning, ALL],
        [end, ALL],
        [ALL, beginning],
        [ALL, end],
        [MIDDLE, MIDDLE],
    ]
};

/// The values of a wave at each pixel, of all waves.
type Waves = [[f32; SIDE]; WAVES];

/// The waves across and down of each way of trimming.
static WAYS: LazyLock<Vec<(Waves, Waves)>> = LazyLock::new(|| {
    let ways = TRIMMED.iter();
    ways.map(|[across, down]| (waves_of(*across), waves_of(*down)))
        .collect()
});

/// The signs of the whole, then of what is left trimmed in each of the ways; `None` if the square is too even. Rows of a
/// square that is none are cut or left out.
pub(super) fn looks(square: &[f32]) -> Option<Vec<[u16; WAVES]>> {
    let whole = signs(square)?;
    let trimmed = WAYS.iter().map(|(across, down)| {
        let rows = transformed(square, across, down);
        rows.map(|row| {
            let signs = row.iter().enumerate();
            signs.fold(0, |signs, (u, strength)| signs | u16::from(*strength < 0.0) << u)
        })
    });
    Some([whole].into_iter().chain(trimmed).collect())
}

/// The strengths of waves: rows down, columns across.
fn transformed(square: &[f32], across: &Waves, down: &Waves) -> [[f32; WAVES]; WAVES] {
    let mut columns = [[0.0; SIDE]; WAVES];
    for (y, row) in square.chunks_exact(SIDE).take(SIDE).enumerate() {
        for (wave, column) in across.iter().zip(&mut columns) {
            if let Some(place) = column.get_mut(y) {
                *place = product(row, wave);
            }
        }
    }
    std::array::from_fn(|v| {
        let wave = down.get(v);
        columns.map(|column| wave.map_or(0.0, |wave| product(&column, wave)))
    })
}

fn product(values: &[f32], wave: &[f32; SIDE]) -> f32 {
    values.iter().zip(wave).map(|(value, wave)| value * wave).sum()
}

/// The waves over what is left of a side: at each pixel the mean, times how much of it is left.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn waves_of([from, to]: Span) -> Waves {
    std::array::from_fn(|half_waves| {
        let turn = half_waves as f32 * std::f32::consts::PI / (to - from);
        std::array::from_fn(|at| {
            let (low, high) = (at as f32 / SIDE as f32, (at + 1) as f32 / SIDE as f32);
            let (low, high) = (low.max(from), high.min(to));
            if low >= high {
                return 0.0;
            }
            let half = turn * (high - low) / 2.0;
            let evened = if half_waves == 0 { 1.0 } else { half.sin() / half };
            (turn * (f32::midpoint(low, high) - from)).cos() * evened * (high - low)
        })
    })
}

fn signs(square: &[f32]) -> Option<[u16; WAVES]> {
    let waves: Vec<[f32; SIDE]> = (0..WAVES).map(wave).collect();
    // Across each row, then down each column of that.
    let across: Vec<[f32; WAVES]> = square
        .chunks_exact(SIDE)
        .map(|row| amplitudes(row, &waves))
        .collect();
    let mut rows = [0u16; WAVES];
    let mut faint = 0;
    for u in 0..WAVES {
        let column: Vec<f32> = across.iter().filter_map(|row| row.get(u).copied()).collect();
        for (v, (amplitude, row)) in amplitudes(&column, &waves).into_iter().zip(&mut rows).enumerate() {
            if (u, v) == (0, 0) {
                continue;
            }
            faint += usize::from(amplitude.abs() < FAINT);
            *row |= u16::from(amplitude < 0.0) << u;
        }
    }
    (faint <= MOST_FAINT).then_some(rows)
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn wave(half_waves: usize) -> [f32; SIDE] {
    let step = half_waves as f32 * std::f32::consts::PI / (2 * SIDE) as f32;
    std::array::from_fn(|at| ((2 * at + 1) as f32 * step).cos())
}

/// How strong each wave is in these values, in their own unit.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn amplitudes(values: &[f32], waves: &[[f32; SIDE]]) -> [f32; WAVES] {
    let mut strengths = [0.0; WAVES];
    for (half_waves, (strength, wave)) in strengths.iter_mut().zip(waves).enumerate() {
        let sum: f32 = values.iter().zip(wave).map(|(value, wave)| value * wave).sum();
        *strength = sum * if half_waves == 0 { 1.0 } else { 2.0 } / SIDE as f32;
    }
    strengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wave_is_found_where_it_is_and_which_way_up() {
        let square = |u: usize, v: usize, strength: f32| -> Vec<f32> {
            let (across, down) = (wave(u), wave(v));
            let at = |at: usize| 100.0 + strength * across[at % SIDE] * down[at / SIDE];
            (0..SIDE * SIDE).map(at).collect()
        };
        let mut all = vec![0.0; SIDE * SIDE];
        for (u, v) in (0..WAVES).flat_map(|u| (0..WAVES).map(move |v| (u, v))) {
            let strength = if (u * 7 + v * 3) % 5 < 2 { -3.0 } else { 3.0 };
            for (sum, value) in all.iter_mut().zip(square(u, v, strength)) {
                *sum += value;
            }
            // One wave alone is too even a picture.
            assert_eq!(signs(&square(u, v, 50.0)), None);
        }
        let rows = signs(&all).unwrap();
        for (u, v) in (0..WAVES).flat_map(|u| (0..WAVES).map(move |v| (u, v))) {
            let expect = (u, v) != (0, 0) && (u * 7 + v * 3) % 5 < 2;
            assert_eq!(rows[v] >> u & 1 == 1, expect, "{u} {v}");
        }
    }

    #[test]
    fn a_square_that_is_none_is_too_even() {
        assert_eq!(looks(&[]), None);
        assert_eq!(looks(&[1.0; 100]), None);
    }

    #[test]
    fn waves_over_all_of_a_side_are_those_of_the_whole() {
        for (half_waves, exact) in waves_of(ALL).iter().enumerate() {
            let whole = wave(half_waves);
            let strength = exact[0] / whole[0];
            assert!(strength > 0.0);
            for (one, two) in exact.iter().zip(whole) {
                assert!((one - two * strength).abs() < 1e-6, "{half_waves}");
            }
        }
    }

    #[test]
    fn waves_over_a_part_see_nothing_of_what_is_trimmed_and_begin_and_end_with_it() {
        let waves = waves_of([0.125, 0.75]);
        for (half_waves, wave) in waves.iter().enumerate() {
            let left = 8..48;
            let at_end = if half_waves % 2 == 0 { 1.0 } else { -1.0 };
            assert!(wave[8] > 0.0 && wave[47] * at_end > 0.0, "{half_waves}");
            for (at, value) in wave.iter().enumerate() {
                assert!(left.contains(&at) || *value == 0.0, "{half_waves} at {at}");
            }
        }
        let all: f32 = waves[0].iter().sum();
        assert!((all - 0.625).abs() < 1e-6);
    }
}
