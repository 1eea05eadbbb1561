//! Whole movies made by code, and thousands of broken ones made of them.

use super::bmff::build::{boxed, parent};
use super::header::tests::{mvhd, track};
use super::*;

/// 2020-01-05T15:04:00 since 1904.
const CREATED: u32 = 0xda37_ab60;
const UPRIGHT: [i32; 4] = [1, 0, 0, 1];

fn ftyp(brand: &[u8; 4]) -> Vec<u8> {
    boxed(b"ftyp", &[&brand[..], b"\0\0\0\0"].concat())
}

fn keys(entries: &[(&str, &str)]) -> Vec<u8> {
    let count = u32::try_from(entries.len()).unwrap().to_be_bytes();
    let names: Vec<_> = entries
        .iter()
        .map(|(name, _)| boxed(b"mdta", name.as_bytes()))
        .collect();
    let values = (1u32..).zip(entries).map(|(number, (_, text))| {
        let value = [&[0, 0, 0, 1, 0, 0, 0, 0], text.as_bytes()].concat();
        boxed(&number.to_be_bytes(), &boxed(b"data", &value))
    });
    let names = [&[0; 4][..], &count, &names.concat()].concat();
    let list = parent(b"ilst", &values.collect::<Vec<_>>());
    parent(b"meta", &[boxed(b"hdlr", &[0; 24]), boxed(b"keys", &names), list])
}

fn movie(parts: &[Vec<u8>]) -> Vec<u8> {
    let moov = [&[mvhd(CREATED, 600, 36_600), track(UPRIGHT, 1920, 1080)], parts].concat();
    [ftyp(b"qt  "), boxed(b"mdat", &[7; 64]), parent(b"moov", &moov)].concat()
}

fn read(bytes: &[u8]) -> FactsRecord {
    facts(bytes).unwrap().unwrap()
}

/// An iPhone's movie with everything it says.
fn phone() -> Vec<u8> {
    movie(&[keys(&[
        ("com.apple.quicktime.creationdate", "2020-01-05T16:04:00+0100"),
        ("com.apple.quicktime.location.ISO6709", "+52.5200+013.4050+034.5/"),
        ("com.apple.quicktime.make", "Apple"),
        ("com.apple.quicktime.model", "iPhone 6"),
        ("com.apple.quicktime.content.identifier", "AB-12"),
        ("com.apple.quicktime.keywords", "sea, sun,sea"),
        ("com.apple.quicktime.title", "Sea"),
        ("com.apple.quicktime.rating.user", "4"),
    ])])
}

#[test]
fn a_phones_movie_tells_all_it_knows() {
    let facts = read(&phone());
    let taken = facts.taken.unwrap();
    assert_eq!(
        (taken.local.as_str(), taken.offset_minutes),
        ("2020-01-05T16:04:00", Some(60))
    );
    assert_eq!(taken.source, "quicktime:CreationDate");
    assert_eq!(
        (facts.width, facts.height, facts.orientation),
        (Some(1920), Some(1080), Some(1))
    );
    assert_eq!(
        (facts.latitude, facts.longitude, facts.altitude),
        (Some(52.52), Some(13.405), Some(34.5))
    );
    assert_eq!(
        (facts.make.as_deref(), facts.model.as_deref()),
        (Some("Apple"), Some("iPhone 6"))
    );
    assert_eq!((facts.title.as_deref(), facts.rating), (Some("Sea"), Some(4)));
    assert_eq!(
        (facts.duration_ms, facts.content_id.as_deref()),
        (Some(61_000), Some("AB-12"))
    );
    assert_eq!(facts.tags, vec![vec!["sea".to_owned()], vec!["sun".to_owned()]]);
}

#[test]
fn the_header_is_utc_and_gives_way_to_a_date_with_its_own_offset() {
    let check = |parts: &[Vec<u8>], local: &str, offset: Option<i16>, source: &str| {
        let taken = read(&movie(parts)).taken.unwrap();
        assert_eq!(
            (taken.local.as_str(), taken.offset_minutes, taken.source.as_str()),
            (local, offset, source)
        );
    };
    check(&[], "2020-01-05T15:04:00", Some(0), "quicktime:CreateDate");
    let day = |text: &[u8]| {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        boxed(b"\xa9day", &[&length[..], &[0x15, 0xc7], text].concat())
    };
    let user = |text: &[u8]| [parent(b"udta", &[day(text)])];
    let content = "quicktime:ContentCreateDate";
    check(
        &user(b"2020-01-05T16:04:00+01:00"),
        "2020-01-05T16:04:00",
        Some(60),
        content,
    );
    check(
        &user(b"2020-01-05 16:04:00"),
        "2020-01-05T16:04:00",
        None,
        content,
    );
    check(
        &user(b"2020"),
        "2020-01-05T15:04:00",
        Some(0),
        "quicktime:CreateDate",
    );
    check(
        &user(b"0000-00-00"),
        "2020-01-05T15:04:00",
        Some(0),
        "quicktime:CreateDate",
    );
    let broken = [keys(&[("com.apple.quicktime.creationdate", "yesterday")])];
    check(&broken, "2020-01-05T15:04:00", Some(0), "quicktime:CreateDate");
}

#[test]
fn a_movie_whose_clock_was_never_set_has_no_date() {
    let file = [
        ftyp(b"isom"),
        parent(b"moov", &[mvhd(0, 1000, 500), track(UPRIGHT, 2, 2)]),
    ]
    .concat();
    assert_eq!(read(&file).taken, None);
}

/// A JPEG of nothing but EXIF: the maker and the time of taking.
fn thumbnail() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [
            &tag.to_be_bytes()[..],
            &kind.to_be_bytes(),
            &count.to_be_bytes(),
            &value.to_be_bytes(),
        ]
        .concat()
    };
    let (maker, inner, date) = (38, 44, 62);
    let tiff = [
        b"MM\0*\0\0\0\x08\0\x02".to_vec(),
        entry(0x010f, 2, 6, maker),
        entry(0x8769, 4, 1, inner),
        vec![0; 4],
        b"Canon\0".to_vec(),
        vec![0, 1],
        entry(0x9003, 2, 20, date),
        vec![0; 4],
        b"2020:01:05 16:03:59\0".to_vec(),
    ];
    let body = [b"Exif\0\0".to_vec(), tiff.concat()].concat();
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [b"\xff\xd8\xff\xe1", &length[..], &body, b"\xff\xda\0\x02\xff\xd9"].concat()
}

#[test]
fn canons_thumbnail_tells_camera_and_wall_time() {
    crate::extract::prepare().unwrap();
    let user = parent(b"udta", &[parent(b"CNTH", &[boxed(b"CNDA", &thumbnail())])]);
    let facts = read(&movie(&[user]));
    let taken = facts.taken.unwrap();
    assert_eq!(
        (taken.local.as_str(), taken.offset_minutes),
        ("2020-01-05T16:03:59", None)
    );
    assert_eq!(facts.make.as_deref(), Some("Canon"));
}

#[test]
fn an_xmp_packet_is_read_where_programs_put_it_and_keeps_its_offset() {
    crate::extract::prepare().unwrap();
    let packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='Image::ExifTool 12.57'>\
        <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
        <rdf:Description xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:CreateDate='2020-01-05T15:30:00+03:00' \
        xmp:Rating='3' xmp:Label='Red' xmp:CreatorTool='digiKam'/></rdf:RDF></x:xmpmeta>";
    let uuid = [
        b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac",
        packet.as_bytes(),
    ]
    .concat();
    let files = [
        [movie(&[]), boxed(b"uuid", &uuid)].concat(),
        movie(&[boxed(b"uuid", &uuid)]),
        movie(&[parent(b"udta", &[boxed(b"XMP_", packet.as_bytes())])]),
    ];
    for file in files {
        let facts = read(&file);
        let taken = facts.taken.unwrap();
        assert_eq!(
            (taken.local.as_str(), taken.offset_minutes),
            ("2020-01-05T15:30:00", Some(180))
        );
        assert_eq!((facts.rating, facts.label.as_deref()), (Some(3), Some("Red")));
        assert_eq!(facts.programs, ["Image::ExifTool 12.57", "digiKam"]);
        assert_eq!((facts.width, facts.duration_ms), (Some(1920), Some(61_000)));
    }
}

#[test]
fn null_island_and_broken_places_are_no_places() {
    for text in ["+00.0000+000.0000/", "+91.0+013.0/", "here"] {
        let file = movie(&[keys(&[("com.apple.quicktime.location.ISO6709", text)])]);
        assert_eq!(read(&file).latitude, None, "{text}");
    }
}

#[test]
fn kinds_are_told_by_content() {
    let check = |start: Vec<u8>, expect: Option<&str>| {
        let file = [start, parent(b"moov", &[mvhd(CREATED, 1, 1)])].concat();
        let found = facts(&file).map(|read| read.unwrap().mime.unwrap());
        assert_eq!(found.as_deref(), expect);
    };
    check(ftyp(b"isom"), Some("video/mp4"));
    check(ftyp(b"3gp5"), Some("video/3gpp"));
    check(ftyp(b"3g2a"), Some("video/3gpp2"));
    check(ftyp(b"M4V "), Some("video/x-m4v"));
    check(boxed(b"wide", b""), Some("video/quicktime"));
    for picture in [b"heic", b"mif1", b"avif", b"crx ", b"jxl "] {
        check(ftyp(picture), None);
    }
    check(b"\xff\xd8\xff\xe0".to_vec(), None);
    assert!(facts(b"").is_none());
    let packets = [&[0u8; 4][..], &[b"\x47".as_slice(), &[0; 191]].concat().repeat(4)].concat();
    assert_eq!(
        facts(&packets).unwrap().unwrap().mime.as_deref(),
        Some("video/mp2t")
    );
}

#[test]
fn a_movie_without_its_header_is_refused_with_the_reason() {
    let cut = [ftyp(b"isom"), b"\0\xff\xff\xffmdat\0\0".to_vec()].concat();
    assert!(facts(&cut).unwrap().unwrap_err().contains("moov"));
}
