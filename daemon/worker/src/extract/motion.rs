//! Motion photos: where in a picture's file its short movie lies.
//!
//! Google's container lists what the file is made of, the picture first, each further item by its length (Motion Photo
//! format 1.0); the older form states how far before the end the movie begins. Both are claims about the end of a file
//! that another program may have changed since, so a place counts only if an MP4 begins there. A camera may also have switched the
//! movie off: then there is none.

use super::fields::Fields;
use super::structures::Structures;
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
    let size = u64::try_from(whole.len()).ok()?;
    let (back, length) = listed(fields).or_else(|| counted(fields))?;
    let offset = size.checked_sub(back).filter(|offset| *offset > 0)?;
    let start = usize::try_from(offset).ok()?;
    let is_movie = whole.get(start..)?.get(4..8)? == b"ftyp";
    (is_movie && length > 0 && length <= back).then_some(MotionRecord { offset, length })
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
    use crate::protocol::MotionRecord;

    fn read(properties: &str, tail: &[u8]) -> Option<MotionRecord> {
        crate::extract::prepare().unwrap();
        let packet = format!(
            r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:c="http://ns.google.com/photos/1.0/camera/"
            xmlns:d="http://ns.google.com/photos/1.0/container/" xmlns:i="http://ns.google.com/photos/1.0/container/item/"
            {properties}</rdf:Description></rdf:RDF></x:xmpmeta>"#
        );
        let whole = [&[0; 100][..], b"\0\0\0\x08ftyp", tail].concat();
        super::super::part(&packet, Some(&whole)).unwrap().motion
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
}
