//! Movies: from a file's bytes to the facts it states, in Rust, without exiv2.
//!
//! [`facts`] tells a movie by its content, never by its name, and says `None` of anything else, which is then read as a
//! picture. Reading order: this page, [`quicktime`] (MP4, MOV, M4V, 3GP) with [`header`] for numbers and [`udta`] for
//! words, [`matroska`] (MKV, WebM), [`riff`] (AVI), [`mpeg`] (MPEG's transport and program streams, AVCHD) with the
//! pictures' own headers in [`h26x`]; under them the walkers [`bmff`] and [`ebml`], the clocks [`clock`] and the places
//! [`iso6709`]. Of Windows Media the media type alone is known.
//!
//! **Own code instead of a crate**: nom-exif 3.8 reads MP4 and Matroska and gives size, duration, date, place, make and
//! model. On the corpus it states 1904 for the five files whose clock was not set and fails on the Matroska file that is
//! cut off; it has no AVI, orientation, title, description, keywords, rating or identifier, nor any date but the
//! header's and Apple's. Other crates were not measured. What is read here is some fixed paths through boxes.
//!
//! **Limits**: the file is a mapped slice; headers are read in place and bodies that do not matter are never touched, so
//! an index at the end of a long file costs the pages of the index. No length of the file's is used to allocate, all
//! arithmetic on them is checked or on slices, levels are those of the code (no recursion), entries a level are counted.
//!
//! **Order**: for words, an XMP packet in the file, then keys, item list, user data. For the date: Apple's or Android's
//! creation date, user data and the maker's own, which have wall time and offset; then XMP; then the header, which is
//! UTC by its specification and is given as such.

pub(crate) mod bmff;
pub(crate) mod clock;
mod ebml;
mod h26x;
pub(crate) mod header;
pub(crate) mod iso6709;
mod matroska;
mod mpeg;
pub(crate) mod quicktime;
mod riff;
mod texts;
mod udta;

use self::texts::Texts;
use crate::extract::{place, time};
use crate::protocol::{FactsRecord, TakenRecord};

/// Reads a movie; `None` if these bytes are none.
///
/// # Errors
/// It is a movie that was cut off before its header, or never finished.
pub(crate) fn facts(bytes: &[u8]) -> Option<Result<FactsRecord, String>> {
    let mut texts = Texts::default();
    if let Some(read) = quicktime::read(bytes, &mut texts) {
        return Some(read.map(|movie| {
            let date = dated(&texts).or(movie.dated);
            let mut facts = movie.facts;
            facts.taken = date.or(facts.taken).or(movie.created);
            fill(&texts, &mut facts);
            facts
        }));
    }
    let read = matroska::read(bytes, &mut texts).or_else(|| riff::read(bytes, &mut texts));
    if let Some(mut facts) = read {
        facts.taken = dated(&texts).or(facts.taken);
        fill(&texts, &mut facts);
        return Some(Ok(facts));
    }
    mpeg::read(bytes).or_else(|| windows_media(bytes)).map(Ok)
}

/// Windows Media, of which nothing else is read (ASF specification, 3.1).
fn windows_media(bytes: &[u8]) -> Option<FactsRecord> {
    let header = [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11];
    bytes.starts_with(&header).then(|| FactsRecord {
        mime: Some("video/x-ms-wmv".to_owned()),
        ..FactsRecord::default()
    })
}

/// The date that words state, wall time with or without an offset.
fn dated(texts: &Texts) -> Option<TakenRecord> {
    let creation = |text: &str| time::of_text(text, "quicktime:CreationDate");
    let content = |text: &str| time::of_text(text, "quicktime:ContentCreateDate");
    // In an item list this is a release date, often a mere year, unless it is exact.
    let exact = |text: &str| content(text).filter(|taken| taken.local.contains('T'));
    texts
        .find(
            &["keys/creationdate", "tag/com.apple.quicktime.creationdate"],
            creation,
        )
        .or_else(|| {
            texts.find(
                &["xml/date", "udta/\u{a9}day", "udta/date", "tag/date_recorded"],
                content,
            )
        })
        .or_else(|| texts.find(&["ilst/\u{a9}day", "info/ICRD"], exact))
}

/// Puts words where nothing stands yet; the camera's own before a packet's.
fn fill(texts: &Texts, facts: &mut FactsRecord) {
    let text = |names: &[&str]| texts.first(names).map(str::to_owned);
    let add = |field: &mut Option<String>, names: &[&str]| {
        if field.is_none() {
            *field = text(names);
        }
    };
    add(&mut facts.title, &TITLE);
    add(&mut facts.description, &DESCRIPTION);
    facts.make = text(&MAKE).or_else(|| facts.make.take());
    facts.model = text(&MODEL).or_else(|| facts.model.take());
    facts.lens = text(&LENS).or_else(|| facts.lens.take());
    facts.serial = text(&["xml/serial"]).or_else(|| facts.serial.take());
    add(
        &mut facts.content_id,
        &[
            "keys/content.identifier",
            "tag/com.apple.quicktime.content.identifier",
        ],
    );
    if facts.rating.is_none() {
        let stars = |text: &str| text.parse().ok().and_then(crate::extract::captions::stars);
        facts.rating = texts.find(&["keys/rating.user"], stars);
    }
    if facts.tags.is_empty() {
        let words = texts.first(&KEYWORDS).unwrap_or_default().split([',', ';']);
        for word in words.map(str::trim).filter(|word| !word.is_empty()) {
            let path = vec![word.to_owned()];
            if !facts.tags.contains(&path) {
                facts.tags.push(path);
            }
        }
    }
    let found = texts.find(&PLACE, |text| {
        let (latitude, longitude, altitude) = iso6709::parse(text)?;
        place::plausible(latitude, longitude).map(|at| (at, altitude))
    });
    if let Some(((latitude, longitude), altitude)) = found {
        facts.latitude = Some(latitude);
        facts.longitude = Some(longitude);
        facts.altitude = altitude;
    }
}

const TITLE: [&str; 8] = [
    "keys/title",
    "keys/displayname",
    "ilst/\u{a9}nam",
    "udta/\u{a9}nam",
    "udta/titl",
    "info/title",
    "tag/title",
    "info/INAM",
];
const DESCRIPTION: [&str; 12] = [
    "keys/description",
    "ilst/desc",
    "ilst/\u{a9}des",
    "udta/\u{a9}des",
    "udta/dscp",
    "tag/description",
    "keys/comment",
    "ilst/\u{a9}cmt",
    "udta/\u{a9}cmt",
    "tag/comment",
    "info/ISBJ",
    "info/ICMT",
];
const MAKE: [&str; 8] = [
    "keys/make",
    "keys/com.android.manufacturer",
    "xml/make",
    "ilst/\u{a9}mak",
    "udta/\u{a9}mak",
    "udta/manu",
    "tag/com.apple.quicktime.make",
    "tag/make",
];
const MODEL: [&str; 8] = [
    "keys/model",
    "keys/com.android.model",
    "xml/model",
    "ilst/\u{a9}mod",
    "udta/\u{a9}mod",
    "udta/modl",
    "tag/com.apple.quicktime.model",
    "tag/model",
];
const LENS: [&str; 3] = ["keys/camera.lens_model", "keys/camera.lens-model", "xml/lens"];
const KEYWORDS: [&str; 5] = [
    "keys/keywords",
    "ilst/keyw",
    "ilst/\u{a9}key",
    "tag/keywords",
    "info/IKEY",
];
const PLACE: [&str; 7] = [
    "keys/location.iso6709",
    "keys/location",
    "udta/\u{a9}xyz",
    "ilst/\u{a9}xyz",
    "udta/loci",
    "tag/com.apple.quicktime.location.iso6709",
    "tag/location",
];

#[cfg(test)]
mod tests;
