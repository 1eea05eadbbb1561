//! What a picture looks like: the signs of its coarse waves, by which pictures that look alike are found.
//!
//! [`signs`] decodes the picture ([`decode`]), shrinks it to a small grey square and tells for each of 16×16 waves whether
//! it is there upside down ([`waves`]): of the whole picture, and of what is left of it when its margins are trimmed in thirteen
//! ways, so that who trims it is found. The ways are a few hundredths apart, which is as far as signs bear with borders
//! that are not the same (`figures` measures it). What the signs mean, and how far apart two pictures are by them, is the domain's.
//! Orientation is not applied: the domain compares all eight ways to lay a picture.
//!
//! Decoded are JPEG, PNG, WebP, GIF, BMP and TIFF, of moving ones the first frame; of RAW files, and of others that hold a
//! preview (HEIC, PSD), the largest JPEG that they embed. A preview is the picture as the camera shows it: on
//! the corpus a picture shrunk to the 160 pixels of the smallest thumbnails is at most 14 signs from itself.
//! JPEGs are decoded in full: reading them at an eighth of their size takes as long, because most of the time goes to what
//! comes before (measured on the corpus with a decoder that can).
//!
//! It refuses, as an ordinary answer: what cannot be decoded, what would take more memory than [`decode::MAX_BYTES`],
//! pictures of less than [`decode::MIN_SIDE`] pixels. Those too even to be told apart (a black frame, a blank page) are
//! `None`: their signs would be noise.

mod decode;
#[cfg(test)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small numbers of a table"
)]
mod figures;
mod waves;

/// The signs of the picture in these bytes, first of the whole, then of what is left trimmed in each of thirteen ways: bit u of
/// row v is set where the wave with u half waves across and v down is upside down. `ext` is the name's extension.
/// `None`: it is too even.
///
/// # Errors
/// Why it cannot be decoded, in lowercase words.
pub(crate) fn signs(bytes: &[u8], ext: &str) -> Result<Option<Vec<[u16; 16]>>, String> {
    Ok(waves::looks(&decode::shrunk(bytes, ext)?))
}

#[cfg(test)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "values of test pictures"
)]
mod tests {
    use super::*;
    use ::image::{DynamicImage, ImageFormat, RgbImage, codecs::jpeg::JpegEncoder, imageops::FilterType};
    use std::io::Cursor;

    /// A picture with a horizon, some discs and a texture, made from a number; `shift` moves the discs, as time does.
    pub(super) fn scene(seed: u64, width: u32, height: u32, shift: f64) -> DynamicImage {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let discs: Vec<[f64; 5]> = (0..40)
            .map(|_| [next(), next(), next() * 0.15, next(), next()])
            .collect();
        let (tilt, horizon) = (next() - 0.5, 0.3 + next() * 0.4);
        let colour = |x: f64, y: f64| {
            let ground = f64::from(u8::from(y > horizon + tilt * (x - 0.5))) * 0.4 + 0.25 * y;
            let mut light = ground + 0.06 * ((x * 61.0).sin() * (y * 47.0).cos());
            let mut tint = 0.5;
            for [cx, cy, radius, tone, hue] in &discs {
                let moved = cx + shift * (hue - 0.3);
                if (x - moved).hypot(y - cy) < *radius {
                    (light, tint) = (*tone, *hue);
                }
            }
            [light, light * (0.7 + 0.3 * tint), light * (1.0 - 0.4 * tint)]
        };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
            let at = |n: u32, of: u32| (f64::from(n) + 0.5) / f64::from(of);
            ::image::Rgb(colour(at(x, width), at(y, height)).map(|part| (part.clamp(0.0, 1.0) * 255.0) as u8))
        }))
    }

    pub(super) fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
        picture.to_rgb8().write_with_encoder(encoder).unwrap();
        bytes
    }

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn look(bytes: &[u8]) -> [u16; 16] {
        signs(bytes, "").unwrap().unwrap()[0]
    }

    /// In how many signs two differ as they lie; the domain's distance is this in the best of eight ways.
    fn apart(one: &[u16; 16], two: &[u16; 16]) -> u32 {
        let rows = one.iter().zip(two);
        rows.map(|(one, two)| (one ^ two).count_ones()).sum()
    }

    #[test]
    fn a_movie_has_no_look_whatever_it_is_called() {
        // A box that ends within its own head is one that exiv2 reads beyond.
        for brand in [b"isom", b"sdv ", b"qt  "] {
            let bytes = [b"\0\0\0\x0dftyp", &brand[..], b" \0\0\0\x40url ", &[0x20; 60]].concat();
            let refused = signs(&bytes, "jpg").unwrap_err();
            assert!(refused.contains("movie"), "{refused}");
        }
    }

    #[test]
    fn every_format_that_is_decoded_gives_the_same_look() {
        let picture = scene(7, 480, 320, 0.0);
        let original = look(&written(&picture, ImageFormat::Png));
        for format in [ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::WebP] {
            assert_eq!(look(&written(&picture, format)), original, "{format:?}");
        }
        // 256 colours.
        let gif = written(&picture, ImageFormat::Gif);
        assert!(
            apart(&look(&gif), &original) <= 8,
            "{}",
            apart(&look(&gif), &original)
        );
        let deep = DynamicImage::ImageRgb16(picture.to_rgb16());
        assert!(apart(&look(&written(&deep, ImageFormat::Png)), &original) <= 2);
    }

    #[test]
    fn a_picture_encoded_anew_or_resized_looks_the_same_and_a_trimmed_one_nearly() {
        for seed in 1..=6 {
            let picture = scene(seed, 600, 400, 0.0);
            let original = look(&jpeg(&picture, 95));
            let check = |what: &str, bytes: &[u8], most: u32| {
                let apart = apart(&look(bytes), &original);
                assert!(apart <= most, "{what} of scene {seed} is {apart} away");
            };
            check("quality 50", &jpeg(&picture, 50), 10);
            let smaller = |width, height| picture.resize_exact(width, height, FilterType::Triangle);
            check("half the size", &jpeg(&smaller(300, 200), 90), 10);
            check("a thumbnail", &jpeg(&smaller(160, 107), 75), 14);
            check(
                "a hundredth trimmed",
                &jpeg(&picture.crop_imm(3, 2, 594, 396), 90),
                23,
            );
            check(
                "a fiftieth trimmed",
                &jpeg(&picture.crop_imm(6, 4, 588, 392), 90),
                30,
            );
        }
    }

    #[test]
    fn a_burst_is_told_apart_by_distance_and_strangers_are_far() {
        let mut strangers = Vec::new();
        for seed in 1..=8 {
            let first = look(&jpeg(&scene(seed, 450, 300, 0.0), 90));
            let anew = apart(&look(&jpeg(&scene(seed, 450, 300, 0.0), 60)), &first);
            let soon = apart(&look(&jpeg(&scene(seed, 450, 300, 0.02), 90)), &first);
            let later = apart(&look(&jpeg(&scene(seed, 450, 300, 0.12), 90)), &first);
            assert!(
                anew < soon && soon < later,
                "scene {seed}: {anew}, {soon}, {later}"
            );
            strangers.push(first);
        }
        for (at, one) in strangers.iter().enumerate() {
            for two in &strangers[at + 1..] {
                assert!(apart(one, two) > 70, "{}", apart(one, two));
            }
        }
    }

    #[test]
    fn a_turned_picture_has_the_signs_turned() {
        let picture = scene(3, 640, 480, 0.0);
        let original = look(&jpeg(&picture, 92));
        // Mirrored, waves with an odd number of half waves across change their sign.
        let mirrored = look(&jpeg(&picture.fliph(), 92)).map(|row| row ^ 0xaaaa);
        assert!(
            apart(&mirrored, &original) <= 6,
            "{}",
            apart(&mirrored, &original)
        );
        // A quarter to the right swaps rows and columns, then mirrors.
        let quarter = look(&jpeg(&picture.rotate90(), 92)).map(|row| row ^ 0xaaaa);
        let mut swapped = [0u16; 16];
        for (v, row) in quarter.iter().enumerate() {
            for (u, column) in swapped.iter_mut().enumerate() {
                *column |= (row >> u & 1) << v;
            }
        }
        // The mean has no sign, though it was mirrored above.
        swapped[0] &= !1;
        assert!(apart(&swapped, &original) <= 6, "{}", apart(&swapped, &original));
    }

    #[test]
    fn transparency_is_white_paper() {
        let picture = scene(5, 300, 200, 0.0).to_rgb8();
        let mut clear = ::image::RgbaImage::from_fn(300, 200, |x, y| {
            let ::image::Rgb([r, g, b]) = *picture.get_pixel(x, y);
            ::image::Rgba([r, g, b, 255])
        });
        let mut white = picture.clone();
        for (x, y) in (0..100).flat_map(|x| (0..100).map(move |y| (x, y))) {
            clear.put_pixel(x, y, ::image::Rgba([9, 9, 9, 0]));
            white.put_pixel(x, y, ::image::Rgb([255; 3]));
        }
        let look = |picture: DynamicImage| look(&written(&picture, ImageFormat::Png));
        assert_eq!(
            look(DynamicImage::ImageRgba8(clear)),
            look(DynamicImage::ImageRgb8(white))
        );
    }

    #[test]
    fn what_is_too_even_has_no_look_and_what_is_no_picture_says_why() {
        for tone in [0, 128, 255] {
            let plain = DynamicImage::ImageRgb8(RgbImage::from_pixel(400, 300, ::image::Rgb([tone; 3])));
            assert_eq!(signs(&jpeg(&plain, 80), "jpg"), Ok(None));
        }
        let slope = DynamicImage::ImageRgb8(RgbImage::from_fn(400, 300, |x, _| {
            ::image::Rgb([(x / 2) as u8; 3])
        }));
        assert_eq!(signs(&jpeg(&slope, 95), "jpg"), Ok(None));
        let refuses = |bytes: &[u8], why: &str| {
            let said = signs(bytes, "").unwrap_err();
            assert!(said.contains(why), "{said}");
        };
        refuses(b"hello, world", "no picture in it can be decoded");
        refuses(b"", "no picture in it can be decoded");
        refuses(&written(&scene(1, 31, 200, 0.0), ImageFormat::Png), "too small");
        let png = written(&scene(1, 300, 200, 0.0), ImageFormat::Png);
        refuses(&png[..png.len() / 2], "cannot be decoded");
    }

    #[test]
    fn a_size_that_is_only_claimed_takes_no_memory() {
        // A header of 60,000×60,000 pixels with nothing behind it.
        let mut png = written(&scene(1, 32, 32, 0.0), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let crc = crc(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        let said = signs(&png, "png").unwrap_err();
        assert!(said.contains("60000×60000"), "{said}");
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |mut crc: u32, byte| {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 {
                    crc >> 1 ^ 0xedb8_8320
                } else {
                    crc >> 1
                };
            }
            crc
        })
    }
}
