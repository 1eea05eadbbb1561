//! The readers as functions of bytes alone, for those who try to break them.
//!
//! Each takes any bytes, must come back in bounded time and memory without a panic, and asserts what has to hold of an
//! answer, however broken the file: no size of nothing, no place outside the world, no date that cannot be read again. It
//! says whether the bytes were of its kind, by which seeds are chosen. `tests/fuzz` has a target for each; the test
//! `broken` runs the same functions over the same seeds and thousands of mutations of them.
//!
//! What exiv2 reads alone is not among them: it is not ours to mend, and is tried through a whole worker by the daemon's
//! tests.

use crate::extract::{self, container, mend, motion, sidecar, time};
use crate::movie::iso6709;
use crate::protocol::FactsRecord;
use crate::{image, look, movie};

/// A reader: whether the bytes are of its kind.
pub type Reader = fn(&[u8]) -> bool;

/// All of them, by the names of their targets.
pub const ALL: [(&str, Reader); 7] = [
    ("containers", containers),
    ("movies", movies),
    ("image_hash", image_hash),
    ("looks", looks),
    ("sidecars", sidecars),
    ("packets", packets),
    ("notes", notes),
];

/// Starts exiv2, which sidecars and the packets in movies need; may be called again.
///
/// # Errors
/// It does not start.
pub fn prepare() -> Result<(), crate::WorkerError> {
    extract::prepare().map_err(|_| crate::WorkerError::Library)
}

/// What containers of pictures say beside exiv2: PNG, JPEG, TIFF, HEIF, JPEG XL, GIF, WebP, CR3, X3F, other RAW;
/// and where something behind the picture is a movie.
pub fn containers(bytes: &[u8]) -> bool {
    let found = container::read(bytes);
    holds(&found.texts);
    for (width, height) in [found.size, found.spare_size].into_iter().flatten() {
        assert!(width > 0 && height > 0);
    }
    assert!(found.orientation.is_none_or(|turn| (1..=8).contains(&turn)));
    let motion = motion::appended(bytes);
    let end = motion.map_or(0, |at| at.offset.saturating_add(at.length));
    assert!(end <= bytes.len() as u64, "{motion:?}");
    found.mime.is_some() || found.size.is_some() || found.exif.is_some() || found.xmp.is_some()
}

/// Movies.
pub fn movies(bytes: &[u8]) -> bool {
    let read = movie::facts(bytes);
    if let Some(Ok(facts)) = &read {
        holds(facts);
    }
    read.is_some()
}

/// The hash of a picture without its metadata.
pub fn image_hash(bytes: &[u8]) -> bool {
    image::hash(bytes).is_some()
}

/// What a picture looks like that is decoded as it is, without exiv2's looking for a preview.
pub fn looks(bytes: &[u8]) -> bool {
    let is_decoded = ::image::guess_format(bytes).is_ok_and(|format| format.reading_enabled());
    is_decoded && look::signs(bytes, "tif").is_ok()
}

/// XMP sidecars, put right where need be, then read by exiv2's toolkit.
pub fn sidecars(bytes: &[u8]) -> bool {
    let read = sidecar::read(bytes, "xmp");
    if let Some(Ok(facts)) = &read {
        holds(facts);
    }
    matches!(read, Some(Ok(_)))
}

/// XMP packets put right, without exiv2: what is written must be XML with the same limits.
pub fn packets(bytes: &[u8]) -> bool {
    let text = sidecar::text(bytes);
    let written = [mend::without_empty(&text), mend::rewritten(&text)];
    for packet in written.iter().flatten() {
        let options = roxmltree::ParsingOptions::default();
        let read = roxmltree::Document::parse_with_options(packet, options);
        assert!(read.is_ok(), "{:?}: {packet}", read.err());
    }
    written.iter().any(Option::is_some)
}

/// Small things: dates and places as texts, Apple's maker note.
pub fn notes(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let taken = time::of_text(&text, "test");
    if let Some(taken) = &taken {
        assert!(time::of_text(&taken.local, "test").is_some(), "{taken:?}");
    }
    let place = iso6709::parse(&text);
    let identifier = [extract::apple::CONTENT_IDENTIFIER, extract::apple::BURST]
        .into_iter()
        .any(|tag| extract::apple::identifier(bytes, tag).is_some());
    taken.is_some() || place.is_some() || identifier
}

/// What must hold of any answer.
fn holds(facts: &FactsRecord) {
    assert_eq!(facts.latitude.is_some(), facts.longitude.is_some());
    assert!(facts.latitude.is_none_or(|latitude| latitude.abs() <= 90.0));
    assert!(facts.longitude.is_none_or(|longitude| longitude.abs() <= 180.0));
    assert!(facts.altitude.is_none_or(f64::is_finite));
    assert!(facts.orientation.is_none_or(|turn| (1..=8).contains(&turn)));
    assert!(facts.rating.is_none_or(|stars| (-1..=5).contains(&stars)));
    assert!(facts.width.is_none_or(|width| width > 0) && facts.height.is_none_or(|height| height > 0));
    assert!(facts.duration_ms.is_none_or(|ms| ms > 0));
    for face in &facts.faces {
        let sides = [
            face.x - face.w / 2.0,
            face.x + face.w / 2.0,
            face.y - face.h / 2.0,
            face.y + face.h / 2.0,
        ];
        assert!(face.w > 0.0 && face.h > 0.0, "{face:?}");
        assert!(
            sides.iter().all(|side| (-1e-6..=1.0 + 1e-6).contains(side)),
            "{face:?}"
        );
    }
    let dated = facts.taken.as_ref().map(|taken| &taken.local);
    assert!(dated.is_none_or(|local| time::is_stated(local)), "{dated:?}");
}
