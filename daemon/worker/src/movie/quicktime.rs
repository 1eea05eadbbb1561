//! QuickTime and what came of it: MOV, MP4, M4V, 3GP, 3G2.
//!
//! A file is one if its first box says so: `ftyp` with a brand that is no picture's, or, as old cameras write, no `ftyp`
//! but one of the boxes that movies start with. Its header `moov` may be the last box, behind gigabytes of `mdat`.

use super::bmff::{Boxed, Boxes, Kind, find};
use super::texts::Texts;
use super::{clock, header, udta};
use crate::extract;
use crate::protocol::{FactsRecord, TakenRecord};

/// An XMP packet's box (XMP specification part 3, MPEG-4).
pub(crate) const XMP_UUID: [u8; 16] = *b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
/// Longer packets, and thumbnails, are no person's work.
const MAX_PACKET_BYTES: usize = 4 << 20;
/// Packets looked at; the first that is one wins.
const MAX_PACKETS: usize = 4;

/// What such a file says, apart from its words.
#[derive(Default)]
pub(super) struct Movie {
    /// With what an XMP packet says.
    pub(super) facts: FactsRecord,
    /// A date that the camera wrote beside the movie.
    pub(super) dated: Option<TakenRecord>,
    /// The header's date.
    pub(super) created: Option<TakenRecord>,
}

/// Reads a movie of this family; `None` if the bytes are none.
///
/// # Errors
/// There is no header.
pub(super) fn read(bytes: &[u8], texts: &mut Texts) -> Option<Result<Movie, String>> {
    let first = Boxes::of(bytes).next()?;
    let mime = mime(&first)?;
    let mut moov = None;
    let mut packets = Vec::new();
    for found in Boxes::of(bytes) {
        match &found.kind {
            b"moov" if moov.is_none() => moov = Some(found.body),
            b"uuid" => packets.extend(found.body.strip_prefix(&XMP_UUID)),
            b"meta" => udta::read_meta(found.body, texts),
            _ => {}
        }
    }
    let Some(moov) = moov else {
        if first.kind != *b"ftyp" {
            // Without it, the first letters may be chance.
            return None;
        }
        return Some(Err(
            "the movie has no header (moov): it was cut off, or its recording never ended".to_owned(),
        ));
    };
    let headers = header::read(moov);
    let mut movie = Movie {
        created: clock::of_quicktime(headers.created),
        ..Movie::default()
    };
    read_words(moov, texts, &mut packets, &mut movie);
    let packet = packets
        .into_iter()
        .filter(|packet| packet.len() <= MAX_PACKET_BYTES)
        .take(MAX_PACKETS)
        .find_map(extract::packet);
    let camera = std::mem::take(&mut movie.facts);
    movie.facts = packet.unwrap_or_default();
    let facts = &mut movie.facts;
    facts.make = camera.make.or_else(|| facts.make.take());
    facts.model = camera.model.or_else(|| facts.model.take());
    facts.serial = camera.serial.or_else(|| facts.serial.take());
    let sound_alone = headers.has_sound && !headers.has_picture;
    facts.mime = Some(
        if sound_alone && mime == "video/mp4" {
            "audio/mp4"
        } else {
            mime
        }
        .to_owned(),
    );
    facts.width = headers.size.map(|(width, _)| width);
    facts.height = headers.size.map(|(_, height)| height);
    facts.orientation = headers.orientation.or(facts.orientation);
    facts.duration_ms = headers.duration_ms;
    Some(Ok(movie))
}

/// Everything in `moov` that is a text or a packet, and Canon's thumbnail, a JPEG with the camera's EXIF.
fn read_words<'a>(moov: &'a [u8], texts: &mut Texts, packets: &mut Vec<&'a [u8]>, movie: &mut Movie) {
    for found in Boxes::of(moov) {
        match &found.kind {
            b"meta" => udta::read_meta(found.body, texts),
            b"uuid" => packets.extend(found.body.strip_prefix(&XMP_UUID)),
            b"udta" => {
                udta::read(found.body, texts);
                packets.extend(find(found.body, b"XMP_"));
                let thumbnail = find(found.body, b"CNTH").and_then(|inside| find(inside, b"CNDA"));
                let thumbnail = thumbnail.filter(|bytes| bytes.len() <= MAX_PACKET_BYTES);
                if let Some(still) = thumbnail.and_then(|bytes| extract::facts(bytes, "jpg").ok()) {
                    movie.dated = still.taken;
                    movie.facts.make = still.make;
                    movie.facts.model = still.model;
                    movie.facts.serial = still.serial;
                }
            }
            _ => {}
        }
    }
    // Words about the picture track, of which Apple's lens is one; the movie's own came first.
    let mut tracks = Boxes::of(moov).filter(|found| found.kind == *b"trak");
    let picture = tracks.find(|track| header::handler(track.body) == Some(b"vide"));
    for found in picture.into_iter().flat_map(|track| Boxes::of(track.body)) {
        match &found.kind {
            b"meta" => udta::read_meta(found.body, texts),
            b"udta" => udta::read(found.body, texts),
            _ => {}
        }
    }
}

/// The media type by the first box; `None` if no movie starts so.
fn mime(first: &Boxed<'_>) -> Option<&'static str> {
    match &first.kind {
        b"ftyp" => brand(first.body.get(..4)?.try_into().ok()?),
        b"moov" | b"wide" | b"pnot" => Some("video/quicktime"),
        b"mdat" | b"free" | b"skip" => Some("video/quicktime"),
        _ => None,
    }
}

fn brand(brand: &Kind) -> Option<&'static str> {
    match brand {
        b"qt  " => Some("video/quicktime"),
        b"M4V " | b"M4VH" | b"M4VP" => Some("video/x-m4v"),
        b"M4A " | b"M4B " | b"M4P " | b"F4A " => Some("audio/mp4"),
        [b'3', b'g', b'2', _] | b"KDDI" => Some("video/3gpp2"),
        [b'3', b'g', ..] => Some("video/3gpp"),
        // Pictures, and sequences of them (ISO/IEC 23008-12, the AVIF and JPEG families), and Canon's RAW.
        b"mif1" | b"mif2" | b"mif3" | b"msf1" | b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx"
        | b"hevm" | b"hevs" | b"avif" | b"avis" | b"avio" | b"avci" | b"avcs" | b"jpeg" | b"jpgs"
        | b"j2ki" | b"j2is" | b"vvic" | b"vvis" | b"evbi" | b"evbs" | b"MA1A" | b"MA1B" | b"miaf"
        | b"crx " | b"jxl " | b"jp2 " | b"jpx " | b"jpm " | b"mjp2" => None,
        _ => Some("video/mp4"),
    }
}
