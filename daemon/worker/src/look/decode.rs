//! From a file's bytes to a small grey square.
//!
//! The bytes themselves are decoded where the `image` crate knows the format; TIFF-based RAW files look like TIFF and
//! have their thumbnail first, so unless the name says TIFF their embedded previews, found by exiv2, go first.
//! The square is the mean of what lies under each of its pixels, so no size of the picture matters; its sides need not
//! be in proportion, because the same picture always has the same.

use crate::movie;
use ::image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use rexiv2::Metadata;
use std::io::Cursor;

use super::waves::SIDE;

/// The most bytes that the decoded pixels may take: 128 megapixels of three bytes.
pub(super) const MAX_BYTES: u64 = 384 << 20;
/// What a decoder may take for itself beside them; a worker may take a gibibyte in all.
const MAX_WORKING_BYTES: u64 = 256 << 20;
/// The fewest pixels of a side: fewer have no sixteen waves.
pub(super) const MIN_SIDE: u32 = 32;
/// The most bytes of a preview, and the most previews that are tried.
const MAX_PREVIEW_BYTES: u32 = 64 << 20;
const MAX_PREVIEWS: usize = 4;

/// The grey square of a file's picture, row by row, 0 to 255.
///
/// # Errors
/// Why there is none.
pub(super) fn shrunk(bytes: &[u8], ext: &str) -> Result<Vec<f32>, String> {
    let format = ::image::guess_format(bytes).ok();
    let may_be_raw = format == Some(ImageFormat::Tiff)
        && !ext.eq_ignore_ascii_case("tif")
        && !ext.eq_ignore_ascii_case("tiff");
    if let Some(format) = format.filter(|format| format.reading_enabled() && !may_be_raw) {
        return decoded(bytes, format);
    }
    // exiv2 reads movies too, and not well; whatever a movie is called, it has no preview here.
    if format.is_none() && movie::facts(bytes).is_some() {
        return Err("it is a movie".to_owned());
    }
    if let Some(square) = preview(bytes) {
        return Ok(square);
    }
    match format {
        Some(ImageFormat::Tiff) => decoded(bytes, ImageFormat::Tiff),
        Some(_) | None => Err("no picture in it can be decoded".to_owned()),
    }
}

/// The square of the largest embedded preview that can be decoded.
fn preview(bytes: &[u8]) -> Option<Vec<f32>> {
    let metadata = Metadata::new_from_buffer(bytes).ok()?;
    let mut previews = metadata.get_preview_images().unwrap_or_default();
    previews.retain(|preview| preview.get_size() <= MAX_PREVIEW_BYTES);
    previews.sort_by_key(|preview| {
        std::cmp::Reverse(u64::from(preview.get_width()) * u64::from(preview.get_height()))
    });
    let embedded = previews.iter().take(MAX_PREVIEWS).find_map(|preview| {
        let data = preview.get_data().ok()?;
        decoded(&data, ::image::guess_format(&data).ok()?).ok()
    });
    embedded.or_else(|| {
        let thumbnail = metadata.get_thumbnail()?;
        decoded(thumbnail, ::image::guess_format(thumbnail).ok()?).ok()
    })
}

fn decoded(bytes: &[u8], format: ImageFormat) -> Result<Vec<f32>, String> {
    let fails = |error: ::image::ImageError| {
        let cause = error.to_string();
        format!("the picture cannot be decoded: {}", cause.replace('\n', " "))
    };
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_BYTES + MAX_WORKING_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(fails)?;
    let (width, height) = decoder.dimensions();
    if width < MIN_SIDE || height < MIN_SIDE {
        return Err(format!(
            "the picture is too small to compare: {width}×{height} pixels"
        ));
    }
    if decoder.total_bytes() > MAX_BYTES {
        return Err(format!(
            "the picture is larger than is decoded: {width}×{height} pixels"
        ));
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(fails)?;
    if let Some(luma) = picture.as_luma8() {
        let pixels = Pixels::<1>::of(luma.as_raw(), width);
        return Ok(square(&pixels, |[grey]| f32::from(grey)));
    }
    if !picture.color().has_alpha() {
        // Where it is of three bytes a pixel already, nothing is copied.
        let rgb = picture.into_rgb8();
        return Ok(square(&Pixels::<3>::of(rgb.as_raw(), width), grey));
    }
    let rgba = picture.into_rgba8();
    Ok(square(
        &Pixels::<4>::of(rgba.as_raw(), width),
        |[r, g, b, alpha]| {
            let alpha = f32::from(alpha) / 255.0;
            // On white paper.
            grey([r, g, b]) * alpha + 255.0 * (1.0 - alpha)
        },
    ))
}

/// The brightness of a colour (ITU-R BT.709).
fn grey([r, g, b]: [u8; 3]) -> f32 {
    0.2126 * f32::from(r) + 0.7152 * f32::from(g) + 0.0722 * f32::from(b)
}

/// Rows of pixels of so many bytes.
struct Pixels<'a, const N: usize> {
    rows: Vec<&'a [[u8; N]]>,
}

impl<'a, const N: usize> Pixels<'a, N> {
    fn of(bytes: &'a [u8], width: u32) -> Self {
        let (pixels, _) = bytes.as_chunks::<N>();
        Self {
            rows: pixels.chunks_exact(width as usize).collect(),
        }
    }
}

/// The mean of what lies under each pixel of the square.
fn square<const N: usize>(pixels: &Pixels<'_, N>, grey: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let width = pixels.rows.first().map_or(0, |row| row.len());
    let (across, down) = (spans(width), spans(pixels.rows.len()));
    let mut square = Vec::with_capacity(SIDE * SIDE);
    let mut greys = Vec::with_capacity(width);
    // Rows at the border of two spans belong to both, so the last one shrunk is kept.
    let mut last: Option<(usize, [f32; SIDE])> = None;
    for span in &down {
        let mut sums = [0.0; SIDE];
        for (at, share) in span.parts() {
            let row = match last {
                Some((known, row)) if known == at => row,
                Some(_) | None => {
                    greys.clear();
                    greys.extend(
                        pixels
                            .rows
                            .get(at)
                            .into_iter()
                            .flat_map(|row| row.iter())
                            .map(|pixel| grey(*pixel)),
                    );
                    shrink_row(&greys, &across)
                }
            };
            last = Some((at, row));
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value * share;
            }
        }
        square.extend(sums);
    }
    square
}

fn shrink_row(greys: &[f32], spans: &[Span]) -> [f32; SIDE] {
    let mut row = [0.0; SIDE];
    for (value, span) in row.iter_mut().zip(spans) {
        let part = |(at, share): (usize, f32)| greys.get(at).map_or(0.0, |grey| grey * share);
        *value = span.parts().map(part).sum();
    }
    row
}

/// What of a row or column lies under a pixel of the square: from where to where.
struct Span {
    from: f32,
    to: f32,
}

impl Span {
    /// The pixels, each with its share of the whole.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "places in a picture, of fewer pixels than a float counts"
    )]
    fn parts(&self) -> impl Iterator<Item = (usize, f32)> {
        let Self { from, to } = *self;
        (from.floor() as usize..to.ceil() as usize).map(move |at| {
            let (low, high) = (from.max(at as f32), to.min((at + 1) as f32));
            (at, (high - low).max(0.0) / (to - from))
        })
    }
}

/// The spans that so many pixels make.
#[expect(clippy::cast_precision_loss, reason = "fewer pixels than a float counts")]
fn spans(pixels: usize) -> Vec<Span> {
    let border = |at: usize| (at * pixels) as f32 / SIDE as f32;
    (0..SIDE)
        .map(|at| Span {
            from: border(at),
            to: border(at + 1),
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "values of test pictures")]
mod tests {
    use super::*;

    #[test]
    fn the_square_is_the_mean_of_what_lies_under_each_pixel() {
        let check =
            |width: usize, height: usize, pixel: fn(usize, usize) -> u8, expect: fn(usize, usize) -> f32| {
                let bytes: Vec<u8> = (0..width * height)
                    .map(|at| pixel(at % width, at / width))
                    .collect();
                let width = u32::try_from(width).unwrap();
                let square = square(&Pixels::<1>::of(&bytes, width), |[grey]| f32::from(grey));
                assert_eq!(square.len(), SIDE * SIDE);
                for (at, value) in square.iter().enumerate() {
                    let expect = expect(at % SIDE, at / SIDE);
                    assert!((value - expect).abs() < 0.01, "{value} at {at}, not {expect}");
                }
            };
        check(100, 37, |_, _| 77, |_, _| 77.0);
        check(128, 128, |x, y| ((x % 2) * 100 + (y % 2) * 20) as u8, |_, _| 60.0);
        check(
            16,
            16,
            |x, y| (x * 10 + y) as u8,
            |x, y| (x / 4 * 10 + y / 4) as f32,
        );
        // Three pixels under two of the square: the middle one is shared.
        check(96, 64, |x, _| if x % 3 == 1 { 90 } else { 30 }, |_, _| 50.0);
    }

    #[test]
    fn no_pixels_are_an_even_square() {
        assert_eq!(
            square(&Pixels::<1>::of(&[], 16), |[grey]| f32::from(grey)),
            vec![0.0; SIDE * SIDE]
        );
    }
}
