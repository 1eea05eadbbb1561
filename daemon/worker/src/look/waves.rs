//! From a small grey square to the signs of its waves: the discrete cosine transform (of type II), of which only the 16×16
//! lowest waves are made.

/// Pixels of the square's side.
pub(super) const SIDE: usize = 64;
/// Waves across and down.
const WAVES: usize = 16;

/// Grey levels below which a wave is not seen: re-encoding makes as much.
const FAINT: f32 = 0.2;
/// The most waves that may be faint. On the corpus 95 of 100 photos have at most 48; beyond half of 255 the signs that
/// count are too few to tell pictures apart.
const MOST_FAINT: usize = 128;

/// The signs, or `None` if the square is too even. Rows of a square that is none are cut or left out.
pub(super) fn signs(square: &[f32]) -> Option<[u16; WAVES]> {
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
        assert_eq!(signs(&[]), None);
        assert_eq!(signs(&[1.0; 100]), None);
    }
}
