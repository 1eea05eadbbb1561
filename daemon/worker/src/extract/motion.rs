//! Motion photos: where in a picture's file its short movie lies.
//!
//! Google's container lists what the file is made of, the picture first, each further item by its length (Motion Photo
//! format 1.0); the older form states how far before the end the movie begins. Both are claims about the end of a file
//! that another program may have changed since, so a place counts only if an MP4 begins there. A camera may also have switched the
//! movie off: then there is none.
//!
//! Where they lead nowhere the file itself is asked: for the box `mpvd`, which is a movie in HEIF, and Samsung's trailer
//! ([`samsung`]), which older phones write without any of the above. The end of a file is a disk's seek away, so this is
//! done only for pictures of Samsung's cameras and those that say that they have a movie.

use super::fields::Fields;
use super::samsung;
use super::structures::Structures;
use crate::movie::bmff::Boxes;
use crate::protocol::MotionRecord;

/// The most items of a container that are looked at.
const MAX_PARTS: usize = 64;
const DIRECTORY: &str = "Xmp.GContainer.Directory";

/// Properties of a camera that say by `0` that a picture is to be shown without its movie.
const SWITCHES: [&str; 2] = ["Xmp.GCamera.MotionPhoto", "Xmp.GCamera.MicroVideo"];

/// The movie in this file, unless it is switched off.
pub(super) fn motion(fields: &Fields<'_>, whole: &[u8]) -> Option<MotionRecord> {
    let stated = SWITCHES.into_iter().find_map(|tag| fields.text(tag));
    if stated.as_deref() == Some("0") {
        return None;
    }
    let claimed = listed(fields).or_else(|| counted(fields));
    claimed
        .and_then(|(back, length)| {
            let offset = u64::try_from(whole.len()).ok()?.checked_sub(back)?;
            movie(whole, MotionRecord { offset, length })
        })
        .or_else(|| {
            let make = fields.text("Exif.Image.Make").unwrap_or_default();
            let may_be = stated.is_some() || make.to_ascii_lowercase().contains("samsung");
            may_be.then(|| appended(whole)).flatten()
        })
}

/// The movie in this file by what is put behind the picture.
pub(crate) fn appended(whole: &[u8]) -> Option<MotionRecord> {
    let found = boxed(whole).or_else(|| samsung::movie(whole));
    movie(whole, found?)
}

/// This stretch behind the picture's start, if an MP4 begins there.
fn movie(whole: &[u8], at: MotionRecord) -> Option<MotionRecord> {
    let start = usize::try_from(at.offset).ok().filter(|start| *start > 0)?;
    let length = usize::try_from(at.length).ok()?;
    let body = whole.get(start..)?.get(..length)?;
    (body.get(4..8)? == b"ftyp").then_some(at)
}

/// The box of a HEIF file that is a movie (Motion Photo format 1.0).
fn boxed(whole: &[u8]) -> Option<MotionRecord> {
    if whole.get(4..8)? != b"ftyp" {
        return None;
    }
    let mut boxes = Boxes::of(whole);
    let found = boxes.find(|found| found.kind == *b"mpvd")?;
    let end = whole.len().checked_sub(boxes.rest().len())?;
    Some(MotionRecord {
        offset: u64::try_from(end.checked_sub(found.body.len())?).ok()?,
        length: u64::try_from(found.body.len()).ok()?,
    })
}

/// How far before the end the movie begins, and how long it is, by the container's list.
fn listed(fields: &Fields<'_>) -> Option<(u64, u64)> {
    let structures = Structures::of(fields, &[DIRECTORY]);
    let whole = |item: &str, name: &str| {
        let text = structures
            .text(item, &format!("Item/{name}"))
            .or_else(|| structures.text(item, name));
        text.and_then(|text| text.parse::<u64>().ok())
    };
    let parts: Vec<String> = structures.items(DIRECTORY, MAX_PARTS).collect();
    let mut back = 0u64;
    // From the end: each part lies before those that follow it.
    for item in parts.iter().rev() {
        let length = whole(item, "Length").unwrap_or(0);
        back = back
            .checked_add(length)?
            .checked_add(whole(item, "Padding").unwrap_or(0))?;
        let semantic = structures
            .text(item, "Item/Semantic")
            .or_else(|| structures.text(item, "Semantic"));
        if semantic.as_deref() == Some("MotionPhoto") {
            return Some((back, length));
        }
    }
    None
}

/// The same by the older property, which counts from the end.
fn counted(fields: &Fields<'_>) -> Option<(u64, u64)> {
    let tags = ["Xmp.GCamera.MicroVideoOffset", "Xmp.GCamera.MotionPhotoOffset"];
    let back = tags.into_iter().find_map(|tag| fields.text(tag)?.parse().ok())?;
    Some((back, back))
}

#[cfg(test)]
mod tests {
    use crate::extract::samsung::build::trailer;
    use crate::movie::bmff::build::boxed;
    use crate::protocol::MotionRecord;

    const MOVIE: &[u8] = b"\0\0\0\x0cftypmp42";

    fn read(properties: &str, tail: &[u8]) -> Option<MotionRecord> {
        let whole = [&[0; 100][..], b"\0\0\0\x08ftyp", tail].concat();
        read_from(properties, &whole)
    }

    fn read_from(properties: &str, whole: &[u8]) -> Option<MotionRecord> {
        crate::extract::prepare().unwrap();
        let packet = format!(
            r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:c="http://ns.google.com/photos/1.0/camera/"
            xmlns:d="http://ns.google.com/photos/1.0/container/" xmlns:i="http://ns.google.com/photos/1.0/container/item/"
            {properties}</rdf:Description></rdf:RDF></x:xmpmeta>"#
        );
        super::super::part(&packet, Some(whole)).unwrap().motion
    }

    #[test]
    fn the_movie_is_found_before_the_end_and_only_where_one_begins() {
        let at = |length: u64| Some(MotionRecord { offset: 100, length });
        assert_eq!(
            read(r#"c:MicroVideo="1" c:MicroVideoOffset="20">"#, &[0; 12]),
            at(20)
        );
        assert_eq!(
            read(r#"c:MicroVideo="1" c:MicroVideoOffset="20">"#, &[0; 13]),
            None
        );
        assert_eq!(read(r#"c:MicroVideoOffset="99999">"#, &[0; 12]), None);
        let listed = r#"><d:Directory><rdf:Seq>
            <rdf:li rdf:parseType="Resource"><d:Item i:Semantic="Primary" i:Length="0" i:Padding="0"/></rdf:li>
            <rdf:li rdf:parseType="Resource"><d:Item i:Semantic="MotionPhoto" i:Length="20"/></rdf:li>
            <rdf:li rdf:parseType="Resource"><d:Item i:Semantic="Depth" i:Length="5" i:Padding="1"/></rdf:li>
            </rdf:Seq></d:Directory>"#;
        assert_eq!(read(listed, &[0; 18]), at(20));
        assert_eq!(read(listed, &[0; 19]), None);
        assert_eq!(read(r#"c:MotionPhoto="1">"#, &[0; 12]), None);
    }

    #[test]
    fn a_movie_that_is_switched_off_is_none() {
        let check = |switches: &str, is_movie: bool| {
            let properties = format!(r#"{switches} c:MicroVideoOffset="20">"#);
            assert_eq!(read(&properties, &[0; 12]).is_some(), is_movie, "{switches}");
        };
        check(r#"c:MicroVideo="0""#, false);
        check(r#"c:MotionPhoto="0""#, false);
        check(r#"c:MotionPhoto="1" c:MicroVideo="0""#, true);
        check(r#"c:MotionPhoto="0" c:MicroVideo="1""#, false);
        check("", true);
    }

    /// A JPEG of this maker with this behind it.
    fn jpeg(make: &str, behind: &[u8]) -> Vec<u8> {
        let length = u8::try_from(make.len()).unwrap();
        let exif = [
            &b"\xff\xe1\0"[..],
            &[length + 34],
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0",
            &[length, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0],
            make.as_bytes(),
        ]
        .concat();
        let picture = b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xda\0\x02\xff\xd9";
        [b"\xff\xd8", &exif[..], picture, behind].concat()
    }

    #[test]
    fn the_movie_in_samsungs_trailer_is_one_without_any_other_statement() {
        crate::extract::prepare().unwrap();
        let time = (0x0a01, "Image_UTC_Data", &b"1696689965904"[..]);
        let motion = |body: &[u8]| trailer(&[(0x0a30, "MotionPhoto_Data", body), time]);
        let check = |make: &str, behind: &[u8], is_movie: bool| {
            let file = jpeg(make, behind);
            let found = crate::extract::facts(&file, "jpg").unwrap().motion;
            let start = u64::try_from(file.len() - behind.len() + 24).unwrap();
            let expect = MotionRecord {
                offset: start,
                length: 12,
            };
            assert_eq!(found, is_movie.then_some(expect), "{make}");
        };
        check("samsung\0", &motion(MOVIE), true);
        check("SAMSUNG\0", &motion(MOVIE), true);
        check("samsung\0", &motion(b"no movie....."), false);
        check("samsung\0", &trailer(&[time]), false);
        check("samsung\0", b"", false);
        // Nobody else's files are looked at from behind unless they say that there is a movie.
        check("Canon!\0", &motion(MOVIE), false);
    }

    #[test]
    fn what_is_behind_the_picture_counts_where_a_movie_is_stated_and_not_where_it_is_switched_off() {
        let trailed = [&[0; 100][..], &trailer(&[(0x0a30, "MotionPhoto_Data", MOVIE)])].concat();
        let heif = [
            boxed(b"ftyp", b"heic\0\0\0\0"),
            boxed(b"mdat", &[0; 8]),
            boxed(b"mpvd", MOVIE),
            boxed(b"sefd", b"SEFT"),
        ]
        .concat();
        for (whole, offset) in [(&trailed, 124), (&heif, 40)] {
            let expect = Some(MotionRecord { offset, length: 12 });
            let check =
                |properties: &str, expect| assert_eq!(read_from(properties, whole), expect, "{properties}");
            check(r#"c:MotionPhoto="1">"#, expect);
            check(
                r#"c:MotionPhoto="1" c:MicroVideo="1" c:MicroVideoOffset="9">"#,
                expect,
            );
            check(r#"c:MotionPhoto="0">"#, None);
            check(r#"c:BurstID="1">"#, None);
        }
    }
}
