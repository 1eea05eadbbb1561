//! HEIF and AVIF: items with properties in the `meta` box (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12).
//!
//! The size is `ispe` of the primary item, which of a picture in tiles is the whole; of a sequence without one the
//! track's. `irot` and `imir` turn and mirror in the order in which the item names them. The EXIF and XMP items are taken
//! where they lie in one piece in the file or in `idat`.

use super::Found;
use crate::movie::bmff::{Boxes, find, meta, u16_at, u32_at};
use crate::movie::header;

/// Properties of an item, and items, that are looked at.
const MAX_ENTRIES: usize = 4096;

/// Reads the boxes; `None` if these bytes are no HEIF.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let first = Boxes::of(bytes).next()?;
    if first.kind != *b"ftyp" {
        return None;
    }
    let mime = match first.body.get(..4)? {
        b"avif" | b"avis" | b"avio" => "image/avif",
        b"heic" | b"heix" | b"heim" | b"heis" => "image/heic",
        b"hevc" | b"hevx" => "image/heic-sequence",
        b"mif1" | b"mif2" | b"msf1" | b"miaf" | b"MA1A" | b"MA1B" | b"avci" | b"j2ki" | b"jpeg" | b"vvic" => {
            "image/heif"
        }
        _ => return None,
    };
    let mut found = Found {
        mime: Some(mime),
        ..Found::default()
    };
    let inside = find(bytes, b"meta").map(meta).unwrap_or_default();
    let mut turn = [1, 0, 0, 1];
    for (kind, property) in primary(inside)
        .and_then(|item| properties(inside, item))
        .unwrap_or_default()
    {
        match &kind {
            b"ispe" => found.size = u32_at(property, 4).zip(u32_at(property, 8)),
            b"irot" => (0..property.first().map_or(0, |angle| angle & 3))
                .for_each(|_| turn = then(turn, [0, -1, 1, 0])),
            b"imir" => {
                let left_right = property.first().is_some_and(|mode| mode & 1 == 1);
                turn = then(turn, if left_right { [-1, 0, 0, 1] } else { [1, 0, 0, -1] });
            }
            _ => {}
        }
    }
    found.size = found.size.filter(|(width, height)| *width > 0 && *height > 0);
    if found.size.is_none() {
        found.size = find(bytes, b"moov").and_then(|moov| header::read(moov).size);
    }
    found.orientation = header::of_matrix(turn).filter(|turn| *turn != 1);
    for (id, kind) in items(inside) {
        match kind {
            Part::Exif if found.exif.is_none() => {
                found.exif = location(bytes, inside, id).and_then(super::exif).map(Into::into);
            }
            Part::Xmp if found.xmp.is_none() => {
                found.xmp = location(bytes, inside, id).map(Into::into);
            }
            Part::Exif | Part::Xmp => {}
        }
    }
    Some(found)
}

/// One turn after another.
fn then([a, b, c, d]: [i32; 4], [e, f, g, h]: [i32; 4]) -> [i32; 4] {
    [e * a + g * b, f * a + h * b, e * c + g * d, f * c + h * d]
}

/// A number whose width depends on the version of its box.
fn number(bytes: &[u8], at: usize, wide: bool) -> Option<u32> {
    if wide {
        u32_at(bytes, at)
    } else {
        u16_at(bytes, at).map(u32::from)
    }
}

fn primary(inside: &[u8]) -> Option<u32> {
    let body = find(inside, b"pitm")?;
    number(body, 4, *body.first()? > 0)
}

/// The properties of an item, in its order.
fn properties(inside: &[u8], item: u32) -> Option<Vec<([u8; 4], &[u8])>> {
    let boxes = find(inside, b"iprp")?;
    let all: Vec<_> = Boxes::of(find(boxes, b"ipco")?).collect();
    for body in Boxes::of(boxes)
        .filter(|found| found.kind == *b"ipma")
        .map(|found| found.body)
    {
        let (wide_id, wide_index) = (*body.first()? > 0, body.get(3)? & 1 == 1);
        let mut at = 8usize;
        let entries = usize::try_from(u32_at(body, 4)?).ok()?.min(MAX_ENTRIES);
        for _ in 0..entries {
            let id = number(body, at, wide_id)?;
            at += if wide_id { 4 } else { 2 };
            let count = usize::from(*body.get(at)?);
            at += 1;
            let step = if wide_index { 2 } else { 1 };
            if id == item {
                let index = |entry: usize| {
                    let at = at + entry * step;
                    let index = if wide_index {
                        u16_at(body, at)? & 0x7fff
                    } else {
                        u16::from(body.get(at)? & 0x7f)
                    };
                    let found = all.get(usize::from(index).checked_sub(1)?)?;
                    Some((found.kind, found.body))
                };
                return Some((0..count).filter_map(index).collect());
            }
            at += count * step;
        }
    }
    None
}

enum Part {
    Exif,
    Xmp,
}

/// The items of metadata, by number.
fn items(inside: &[u8]) -> Vec<(u32, Part)> {
    let entries = |body: &'_ [u8]| -> Option<Vec<(u32, Part)>> {
        let behind = if *body.first()? == 0 { 6 } else { 8 };
        let item = |body: &[u8]| {
            let version = *body.first()?;
            let id = number(body, 4, version > 2)?;
            let at = if version > 2 { 10 } else { 8 };
            match body.get(at..at + 4)? {
                b"Exif" => Some((id, Part::Exif)),
                b"mime" => {
                    let rest = body.get(at + 4..)?;
                    let name = rest.iter().position(|byte| *byte == 0)?;
                    let kind = rest.get(name + 1..)?;
                    kind.starts_with(b"application/rdf+xml\0")
                        .then_some((id, Part::Xmp))
                }
                _ => None,
            }
        };
        let infos = Boxes::of(body.get(behind..)?).filter(|found| found.kind == *b"infe");
        Some(
            infos
                .take(MAX_ENTRIES)
                .filter_map(|found| item(found.body))
                .collect(),
        )
    };
    find(inside, b"iinf").and_then(entries).unwrap_or_default()
}

/// The bytes of an item that lies in one piece.
fn location<'a>(bytes: &'a [u8], inside: &'a [u8], item: u32) -> Option<&'a [u8]> {
    match extents(bytes, inside, item)?.as_slice() {
        [whole] => Some(whole),
        _ => None,
    }
}

/// The bytes that make the picture: those of the primary item, and of the items that it is derived from (tiles), in the
/// order in which it names them. `None` if these bytes are no HEIF or it has no primary item.
pub(crate) fn pieces(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let first = Boxes::of(bytes).next().filter(|first| first.kind == *b"ftyp")?;
    let brands = [
        b"hei", b"hev", b"mif", b"msf", b"avi", b"mia", b"MA1", b"j2k", b"jpe", b"vvi",
    ];
    let brand = first.body.get(..3)?;
    brands.iter().any(|known| *known == brand).then_some(())?;
    let inside = find(bytes, b"meta").map(meta)?;
    let mut items = vec![primary(inside)?];
    let mut at = 0;
    let mut pieces = Vec::new();
    while let Some(item) = items.get(at).copied() {
        pieces.extend(extents(bytes, inside, item).unwrap_or_default());
        for source in sources(inside, item).unwrap_or_default() {
            if items.len() < MAX_ENTRIES && !items.contains(&source) {
                items.push(source);
            }
        }
        at += 1;
    }
    Some(pieces)
}

/// The items that an item is derived from (`iref`, `dimg`).
fn sources(inside: &[u8], item: u32) -> Option<Vec<u32>> {
    let body = find(inside, b"iref")?;
    let wide = *body.first()? > 0;
    let step = if wide { 4 } else { 2 };
    let named = |body: &[u8]| {
        let count = usize::from(u16_at(body, step)?);
        let all = (0..count).map(|index| number(body, step + 2 + index * step, wide));
        (number(body, 0, wide)? == item)
            .then(|| all.collect::<Option<Vec<u32>>>())
            .flatten()
    };
    Boxes::of(body.get(4..)?)
        .filter(|found| found.kind == *b"dimg")
        .find_map(|found| named(found.body))
}

/// The bytes of an item, piece by piece (`iloc`).
fn extents<'a>(bytes: &'a [u8], inside: &'a [u8], item: u32) -> Option<Vec<&'a [u8]>> {
    let body = find(inside, b"iloc")?;
    let version = *body.first()?;
    let widths = u16_at(body, 4)?;
    let width = |shift: u16| usize::from(widths >> shift & 15);
    let (offset_width, length_width, base_width) = (width(12), width(8), width(4));
    let index_width = if version == 0 { 0 } else { width(0) };
    let mut at = 6usize;
    let mut take = |width: usize| -> Option<u64> {
        let value = body
            .get(at..at + width)?
            .iter()
            .fold(0u64, |all, byte| all << 8 | u64::from(*byte));
        at += width;
        (width <= 8).then_some(value)
    };
    let wide = if version < 2 { 2 } else { 4 };
    let count = usize::try_from(take(wide)?).ok()?.min(MAX_ENTRIES);
    for _ in 0..count {
        let id = take(wide)?;
        let method = if version == 0 { 0 } else { take(2)? & 15 };
        take(2)?;
        let base = take(base_width)?;
        let extents = take(2)?;
        let mut pieces = Vec::new();
        for _ in 0..extents {
            take(index_width)?;
            let piece = (take(offset_width)?, take(length_width)?);
            if id == u64::from(item) {
                pieces.push(piece);
            }
        }
        if id == u64::from(item) {
            let place = match method {
                0 => bytes,
                1 => find(inside, b"idat")?,
                _ => return None,
            };
            let piece = |(offset, length): (u64, u64)| {
                let start = usize::try_from(base.checked_add(offset)?).ok()?;
                place.get(start..start.checked_add(usize::try_from(length).ok()?)?)
            };
            return pieces.into_iter().map(piece).collect();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::movie::bmff::build::{boxed, parent};

    /// A picture of 30 × 20 with a smaller second item, these turns, and an EXIF item in `idat`.
    fn picture(turns: &[Vec<u8>]) -> Vec<u8> {
        let size = |width: u8, height: u8| boxed(b"ispe", &[0, 0, 0, 0, 0, 0, 0, width, 0, 0, 0, height]);
        let all = [&[size(3, 2), size(30, 20)], turns].concat();
        let mut named = vec![0, 0, 0, 0, 0, 0, 0, 2, 0, 7, 1, 1, 0, 9];
        named.push(u8::try_from(turns.len() + 1).unwrap());
        named.extend(2..=u8::try_from(turns.len() + 2).unwrap());
        let exif = boxed(b"infe", b"\x02\0\0\0\0\x05\0\0Exif\0");
        let parts = [
            boxed(b"hdlr", &[0; 24]),
            boxed(b"pitm", &[0, 0, 0, 0, 0, 9]),
            parent(b"iprp", &[parent(b"ipco", &all), boxed(b"ipma", &named)]),
            boxed(b"iinf", &[&[0, 0, 0, 0, 0, 1][..], &exif].concat()),
            boxed(
                b"iloc",
                &[
                    1, 0, 0, 0, 0x44, 0, 0, 1, 0, 5, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9,
                ],
            ),
            boxed(b"idat", b"x\0\0\0\0II*\0yz"),
        ];
        let meta = boxed(b"meta", &[&[0; 4][..], &parts.concat()].concat());
        [boxed(b"ftyp", b"heic\0\0\0\0"), meta].concat()
    }

    #[test]
    fn the_size_is_the_primary_items_and_turns_follow_in_their_order() {
        let turned = |angle: u8| boxed(b"irot", &[angle]);
        let mirrored = |mode: u8| boxed(b"imir", &[mode]);
        let check = |turns: &[Vec<u8>], expect: Option<u8>| {
            let file = picture(turns);
            let found = read(&file).unwrap();
            assert_eq!((found.size, found.orientation), (Some((30, 20)), expect));
            assert_eq!(found.exif.as_deref(), Some(b"II*\0y".as_slice()));
        };
        check(&[], None);
        check(&[turned(1)], Some(8));
        check(&[turned(2)], Some(3));
        check(&[turned(3)], Some(6));
        check(&[mirrored(1)], Some(2));
        check(&[mirrored(0)], Some(4));
        check(&[turned(1), mirrored(0)], Some(5));
        check(&[turned(3), mirrored(0)], Some(7));
    }

    #[test]
    fn a_picture_cut_anywhere_or_changed_anywhere_is_survived() {
        let whole = picture(&[boxed(b"irot", &[1])]);
        for at in 0..whole.len() {
            let _ = read(whole.get(..at).unwrap());
            for value in [0, 1, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                let _ = read(&bytes);
            }
        }
    }
}
