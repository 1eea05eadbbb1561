//! What Samsung's phones put behind a picture: a trailer of named parts, one of which may be a movie.
//!
//! The file ends with the length of a directory and `SEFT`. The directory, which begins with `SEFH`, a version and a
//! count, has 12 bytes a part: 2 of nothing, the part's kind, how far before the directory it begins, its length. A part
//! begins with 8 bytes (kind again, the length of its name) and its name, here `MotionPhoto_Data`. All numbers are
//! little-endian (as exiftool documents it). It refuses parts outside the file and directories longer than
//! [`MAX_DIRECTORY_BYTES`].

use crate::protocol::MotionRecord;

/// The part that is a movie.
const MOVIE: u16 = 0x0a30;
/// Longer ones are none (as exiftool has it): over 5,000 parts.
const MAX_DIRECTORY_BYTES: usize = 0xffff;

/// Where the trailer says that a movie is; whether one begins there is not looked at.
pub(super) fn movie(whole: &[u8]) -> Option<MotionRecord> {
    let body = whole.strip_suffix(b"SEFT")?;
    let (body, length) = body.split_last_chunk::<4>()?;
    let length = number(length, 0).filter(|length| *length <= MAX_DIRECTORY_BYTES)?;
    let (parts, directory) = body.split_at_checked(body.len().checked_sub(length)?)?;
    let count = number(directory.strip_prefix(b"SEFH")?, 4)?;
    let mut entries = directory.get(12..)?.chunks_exact(12).take(count);
    entries.find_map(|entry| part(parts, entry))
}

/// The movie, if this entry of the directory is about one.
fn part(parts: &[u8], entry: &[u8]) -> Option<MotionRecord> {
    let kind = u16::from_le_bytes(entry.get(2..4)?.try_into().ok()?);
    if kind != MOVIE {
        return None;
    }
    let start = parts.len().checked_sub(number(entry, 4)?)?;
    let part = parts.get(start..)?.get(..number(entry, 8)?)?;
    let head = number(part, 4)?.checked_add(8)?;
    let length = part.get(head..)?.len();
    Some(MotionRecord {
        offset: u64::try_from(start.checked_add(head)?).ok()?,
        length: u64::try_from(length).ok()?,
    })
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let number = bytes.get(at..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*number)).ok()
}

#[cfg(test)]
pub(super) mod build {
    //! Trailers for tests.

    /// A trailer of these parts: kind, name, what is in it.
    pub(in crate::extract) fn trailer(parts: &[(u16, &str, &[u8])]) -> Vec<u8> {
        let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let part = |(kind, name, body): &(u16, &str, &[u8])| {
            let head = [&[0, 0][..], &kind.to_le_bytes(), &number(name.len())].concat();
            [&head, name.as_bytes(), body].concat()
        };
        let written: Vec<Vec<u8>> = parts.iter().map(part).collect();
        let mut directory = [b"SEFH", &number(107)[..], &number(parts.len())].concat();
        for (index, (kind, ..)) in parts.iter().enumerate() {
            let back = written.iter().skip(index).map(Vec::len).sum();
            directory.extend([0, 0]);
            directory.extend(kind.to_le_bytes());
            directory.extend([number(back), number(written[index].len())].concat());
        }
        let length = number(directory.len());
        [&written.concat()[..], &directory, &length, b"SEFT"].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::build::trailer;
    use super::*;

    const PICTURE: &[u8] = b"\xff\xd8\xff\xd9";

    fn found(parts: &[(u16, &str, &[u8])]) -> Option<Vec<u8>> {
        let whole = [PICTURE, &trailer(parts)].concat();
        let at = movie(&whole)?;
        let (start, length) = (
            usize::try_from(at.offset).unwrap(),
            usize::try_from(at.length).unwrap(),
        );
        Some(whole[start..start + length].to_vec())
    }

    #[test]
    fn the_movie_is_found_wherever_it_stands_among_the_parts() {
        let time = (0x0a01, "Image_UTC_Data", &b"1696689965904"[..]);
        let motion = (0x0a30, "MotionPhoto_Data", &b"a movie"[..]);
        let check =
            |parts: &[(u16, &str, &[u8])], expect: Option<&[u8]>| assert_eq!(found(parts).as_deref(), expect);
        check(&[motion], Some(b"a movie"));
        check(&[time, motion], Some(b"a movie"));
        check(&[motion, time], Some(b"a movie"));
        check(&[time], None);
        check(&[], None);
    }

    #[test]
    fn a_trailer_cut_anywhere_or_changed_anywhere_yields_nothing_outside_the_file() {
        let whole = [PICTURE, &trailer(&[(0x0a30, "MotionPhoto_Data", b"a movie")])].concat();
        for at in 0..whole.len() {
            assert_eq!(movie(&whole[..at]), None);
            for value in [0, 1, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                if let Some(at) = movie(&bytes) {
                    assert!(at.offset + at.length <= u64::try_from(bytes.len()).unwrap());
                }
            }
        }
    }
}
