//! The numbers of a QuickTime or MP4 file: how long it lasts, when it was made, how large the picture is, which way up.
//!
//! Read are the movie header and the first picture track of `moov` (ISO/IEC 14496-12, 8.2.2, 8.3.2, 8.4). The size is
//! the track header's, the one players start from: whole pixels, before the matrix turns them; it differs from the
//! coded size where pixels are not square. The matrix becomes an EXIF orientation where it is one of the eight.

use super::bmff::{Boxes, descend, find, i32_at, u16_at, u32_at, u64_at};

/// The most tracks that are looked at.
const MAX_TRACKS: usize = 64;

/// What the headers say.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Headers {
    /// Seconds since 1904, 0 if nothing says.
    pub(crate) created: u64,
    pub(crate) duration_ms: Option<u64>,
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) orientation: Option<u8>,
    /// Whether there is a track of pictures.
    pub(crate) has_picture: bool,
    /// Whether there is a track of sound.
    pub(crate) has_sound: bool,
}

/// Creation time and duration of a header that has both.
struct Clock {
    created: u64,
    timescale: u32,
    duration: Option<u64>,
}

impl Clock {
    /// Of `mvhd` and `mdhd`, whose beginnings are alike.
    fn of(body: &[u8]) -> Option<Self> {
        if *body.first()? == 1 {
            return Some(Self {
                created: u64_at(body, 4)?,
                timescale: u32_at(body, 20)?,
                duration: u64_at(body, 24).filter(|duration| *duration != u64::MAX),
            });
        }
        Some(Self {
            created: u32_at(body, 4)?.into(),
            timescale: u32_at(body, 12)?,
            duration: u32_at(body, 16)
                .filter(|duration| *duration != u32::MAX)
                .map(u64::from),
        })
    }

    fn milliseconds(&self, duration: u64) -> Option<u64> {
        let timescale = u128::from(self.timescale);
        let milliseconds = (u128::from(duration) * 1000 + timescale / 2).checked_div(timescale)?;
        u64::try_from(milliseconds).ok().filter(|duration| *duration > 0)
    }

    fn duration_ms(&self) -> Option<u64> {
        self.milliseconds(self.duration?)
    }
}

/// Reads the headers in the body of `moov`.
pub(crate) fn read(moov: &[u8]) -> Headers {
    let mut headers = Headers::default();
    let movie = find(moov, b"mvhd").and_then(Clock::of);
    let mut longest_track = None;
    for track in Boxes::of(moov)
        .filter(|found| found.kind == *b"trak")
        .take(MAX_TRACKS)
    {
        let media = descend(track.body, &[b"mdia", b"mdhd"]).and_then(Clock::of);
        longest_track = longest_track.max(media.as_ref().and_then(Clock::duration_ms));
        match handler(track.body) {
            Some(b"vide" | b"pict") if !headers.has_picture => {
                headers.has_picture = true;
                picture(track.body, &mut headers);
                headers.created = headers.created.max(media.map_or(0, |media| media.created));
            }
            Some(b"soun") => headers.has_sound = true,
            _ => {}
        }
    }
    if let Some(created) = movie
        .as_ref()
        .map(|movie| movie.created)
        .filter(|created| *created != 0)
    {
        headers.created = created;
    }
    // A movie in fragments has no duration in its first header but may state it behind (8.8.2).
    let fragments = || {
        let body = descend(moov, &[b"mvex", b"mehd"])?;
        let duration = if *body.first()? == 1 {
            u64_at(body, 4)?
        } else {
            u32_at(body, 4)?.into()
        };
        movie.as_ref()?.milliseconds(duration)
    };
    headers.duration_ms = movie
        .as_ref()
        .and_then(Clock::duration_ms)
        .or_else(fragments)
        .or(longest_track);
    headers
}

/// What a track holds: `vide`, `soun`, `meta` …
pub(super) fn handler(track: &[u8]) -> Option<&[u8; 4]> {
    descend(track, &[b"mdia", b"hdlr"])?.get(8..12)?.try_into().ok()
}

fn picture(track: &[u8], headers: &mut Headers) {
    let Some(header) = find(track, b"tkhd") else {
        return;
    };
    let wide = header.first() == Some(&1);
    let created = if wide {
        u64_at(header, 4)
    } else {
        u32_at(header, 4).map(u64::from)
    };
    headers.created = created.unwrap_or_default();
    let matrix = if wide { 52 } else { 40 };
    headers.orientation = orientation(header, matrix);
    let stated = pixels(header, matrix + 36).zip(pixels(header, matrix + 40));
    headers.size = stated.or_else(|| coded_size(track));
}

/// A 16.16 number, without its fraction; some old writers put whole pixels there.
fn pixels(bytes: &[u8], at: usize) -> Option<u32> {
    let value = u32_at(bytes, at)?;
    let whole = if value >> 20 == 0 { value } else { value >> 16 };
    (whole > 0).then_some(whole)
}

/// The size in the first sample description (8.5.2, 12.1.3), for tracks whose header states none.
fn coded_size(track: &[u8]) -> Option<(u32, u32)> {
    let descriptions = descend(track, &[b"mdia", b"minf", b"stbl", b"stsd"])?;
    let first = Boxes::of(descriptions.get(8..)?).next()?;
    let positive = |at| u16_at(first.body, at).filter(|pixels| *pixels > 0).map(u32::from);
    positive(24).zip(positive(26))
}

/// The EXIF orientation that the matrix comes to; scaling aside, only the signs count. Rows are `a b u`, `c d v`, `x y w`,
/// and a point moves to `(ax + cy, bx + dy)`.
fn orientation(bytes: &[u8], at: usize) -> Option<u8> {
    let sign = |index: usize| i32_at(bytes, at + index * 4).map(i32::signum);
    of_matrix([sign(0)?, sign(1)?, sign(3)?, sign(4)?])
}

/// The EXIF orientation that moves a point to `(ax + cy, bx + dy)`; `y` grows downwards.
pub(crate) fn of_matrix(matrix: [i32; 4]) -> Option<u8> {
    match matrix {
        [1, 0, 0, 1] => Some(1),
        [-1, 0, 0, 1] => Some(2),
        [-1, 0, 0, -1] => Some(3),
        [1, 0, 0, -1] => Some(4),
        [0, 1, 1, 0] => Some(5),
        [0, 1, -1, 0] => Some(6),
        [0, -1, -1, 0] => Some(7),
        [0, -1, 1, 0] => Some(8),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::bmff::build::{boxed, parent};
    use super::*;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// A movie header: created, time scale, duration.
    pub(in super::super) fn mvhd(created: u32, timescale: u32, duration: u32) -> Vec<u8> {
        boxed(
            b"mvhd",
            &words(&[0, created, created, timescale, duration, 0x10000, 0, 0, 0]),
        )
    }

    /// A track of pictures with this matrix (`a b c d`, in whole numbers) and size.
    pub(in super::super) fn track([a, b, c, d]: [i32; 4], width: u32, height: u32) -> Vec<u8> {
        let fixed = |value: i32| (value << 16).cast_unsigned();
        let mut header = words(&[3, 0, 0, 1, 0, 500, 0, 0, 0, 0]);
        header.extend(words(&[
            fixed(a),
            fixed(b),
            0,
            fixed(c),
            fixed(d),
            0,
            0,
            0,
            1 << 30,
        ]));
        header.extend(words(&[width << 16 | 0x8000, height << 16]));
        let handler = [&[0; 8], b"vide".as_slice(), &[0; 12]].concat();
        parent(
            b"trak",
            &[
                boxed(b"tkhd", &header),
                parent(b"mdia", &[boxed(b"hdlr", &handler)]),
            ],
        )
    }

    #[test]
    fn every_turn_of_the_matrix_is_an_orientation() {
        let turns = [
            ([1, 0, 0, 1], Some(1)),
            ([-1, 0, 0, 1], Some(2)),
            ([-1, 0, 0, -1], Some(3)),
            ([1, 0, 0, -1], Some(4)),
            ([0, 1, 1, 0], Some(5)),
            ([0, 1, -1, 0], Some(6)),
            ([0, -1, -1, 0], Some(7)),
            ([0, -1, 1, 0], Some(8)),
            ([0, 0, 0, 0], None),
            ([1, 1, 0, 1], None),
        ];
        for (matrix, expect) in turns {
            let found = read(&track(matrix, 640, 480));
            assert_eq!(
                (found.orientation, found.size),
                (expect, Some((640, 480))),
                "{matrix:?}"
            );
            assert!(found.has_picture && !found.has_sound);
        }
    }

    #[test]
    fn durations_are_rounded_and_unknown_ones_are_none() {
        let check = |timescale, duration, expect| {
            assert_eq!(
                read(&mvhd(0, timescale, duration)).duration_ms,
                expect,
                "{duration}/{timescale}"
            );
        };
        check(600, 1762, Some(2937));
        check(1000, 0, None);
        check(0, 100, None);
        check(1000, u32::MAX, None);
        let long = [vec![1, 0, 0, 0], vec![0; 16], words(&[1000, 1, 500])].concat();
        assert_eq!(read(&boxed(b"mvhd", &long)).duration_ms, Some((1 << 32) + 500));
    }

    #[test]
    fn a_movie_in_fragments_states_its_duration_behind() {
        let mehd = parent(b"mvex", &[boxed(b"mehd", &words(&[0, 1500]))]);
        assert_eq!(read(&[mvhd(0, 1000, 0), mehd].concat()).duration_ms, Some(1500));
        let media = boxed(b"mdhd", &words(&[0, 77, 0, 100, 250, 0]));
        let track = parent(b"trak", &[parent(b"mdia", &[media])]);
        assert_eq!(read(&[mvhd(0, 1000, 0), track].concat()).duration_ms, Some(2500));
    }

    #[test]
    fn a_track_without_a_size_is_as_large_as_its_samples() {
        let mut sample = vec![0; 28];
        sample[24..].copy_from_slice(&[2, 0, 1, 0]);
        let descriptions = [vec![0, 0, 0, 0, 0, 0, 0, 1], boxed(b"avc1", &sample)].concat();
        let stbl = parent(b"stbl", &[boxed(b"stsd", &descriptions)]);
        let track = parent(b"trak", &[parent(b"mdia", &[parent(b"minf", &[stbl])])]);
        assert_eq!(
            coded_size(Boxes::of(&track).next().unwrap().body),
            Some((512, 256))
        );
    }
}
