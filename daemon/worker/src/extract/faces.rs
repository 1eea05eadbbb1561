//! Faces: named rectangles of the picture, and people whom a file names without a place.
//!
//! Four programs' ways of writing the same thing are read: MWG regions (a centre and a size), Microsoft's (the top left
//! corner and a size), ACDSee's (as MWG) and those of IPTC that show a person (corner and size). All are
//! relative to the stored picture, before it is turned; MWG's pixels are brought to that by `AppliedToDimensions`.
//!
//! [`merge`]: two rectangles that share half of what they cover are the same face. The earlier source is believed, and
//! takes a name from the later where it has none. A face at the edge is cut to the picture. It refuses a centre off the
//! picture, sizes of nothing or of more than the picture, what is no number, and what goes beyond [`MAX_FACES`].

use super::fields::{Fields, number};
use super::structures::Structures;
use crate::protocol::{FaceRecord, FactsRecord, MAX_FACES};

/// The most bytes of a person's name or a face's kind.
const MAX_NAME_BYTES: usize = 512;
/// How much two rectangles must share to be one face, of what they cover together.
const SAME: f64 = 0.5;
/// The kind of a region that states none.
const FACE: &str = "Face";

/// Fills faces and persons.
pub(super) fn read(fields: &Fields<'_>, facts: &mut FactsRecord) {
    let structures = Structures::of(fields, &LISTS);
    let mut loose = Vec::new();
    let sources = [
        mwg(&structures),
        microsoft(&structures, &mut loose),
        acdsee(&structures),
        iptc(&structures, &mut loose),
    ];
    let mut faces = Vec::new();
    for source in sources {
        merge(&mut faces, source);
    }
    loose.extend(fields.list("Xmp.iptcExt.PersonInImage"));
    let detailed = structures.items(PERSONS, MAX_FACES);
    loose.extend(detailed.filter_map(|person| structures.text(&person, "PersonName")));
    loose.extend(fields.list("Xmp.mediapro.People"));
    facts.persons = unplaced(loose, &faces);
    facts.faces = faces;
}

/// The people named who have no face, each once.
fn unplaced(named: Vec<String>, faces: &[FaceRecord]) -> Vec<String> {
    let mut persons: Vec<String> = Vec::new();
    for name in named {
        let name = short(&name);
        let known = |face: &FaceRecord| face.name.as_ref() == Some(&name);
        if persons.len() < MAX_FACES && !faces.iter().any(known) && !persons.contains(&name) {
            persons.push(name);
        }
    }
    persons
}

/// A rectangle by centre and size, in parts of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Area {
    /// By its top left corner.
    pub(super) fn cornered(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self {
            x: x + w / 2.0,
            y: y + h / 2.0,
            w,
            h,
        }
    }

    /// Of one in pixels, that of a picture of this size.
    pub(super) fn in_parts_of(self, width: f64, height: f64) -> Self {
        Self {
            x: self.x / width,
            y: self.y / height,
            w: self.w / width,
            h: self.h / height,
        }
    }

    /// Cut to the picture; `None` if it is none.
    pub(super) fn sound(self) -> Option<Self> {
        // Writers round, so that a whole picture may be a little more.
        let length = |size: f64| size > 0.0 && size <= 1.001;
        let within = |place: f64| (0.0..=1.0).contains(&place);
        if !(within(self.x) && within(self.y) && length(self.w) && length(self.h)) {
            return None;
        }
        let cut = |centre: f64, size: f64| {
            let (from, to) = (centre - size / 2.0, centre + size / 2.0);
            if from >= 0.0 && to <= 1.0 {
                return (centre, size);
            }
            let (from, to) = (from.max(0.0), to.min(1.0));
            (f64::midpoint(from, to), to - from)
        };
        let ((x, w), (y, h)) = (cut(self.x, self.w), cut(self.y, self.h));
        Some(Self { x, y, w, h })
    }
}

fn face(name: Option<String>, kind: Option<String>, area: Area) -> Option<FaceRecord> {
    let Area { x, y, w, h } = area.sound()?;
    let kind = kind.map_or_else(|| FACE.to_owned(), |kind| short(&kind));
    Some(FaceRecord {
        name: name.map(|name| short(&name)),
        kind,
        x,
        y,
        w,
        h,
    })
}

pub(super) fn short(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_NAME_BYTES);
    text.get(..end).unwrap_or_default().trim_end().to_owned()
}

/// Adds what a later source says. Faces of one source are never merged with each other.
fn merge(faces: &mut Vec<FaceRecord>, source: Vec<FaceRecord>) {
    let room = MAX_FACES.saturating_sub(faces.len());
    let mut new = Vec::new();
    for found in source {
        let known = faces
            .iter_mut()
            .map(|known| (shared(known, &found), known))
            .filter(|(shared, _)| *shared >= SAME)
            .max_by(|(one, _), (other, _)| one.total_cmp(other));
        match known {
            Some((_, known)) => known.name = known.name.take().or(found.name),
            None if new.len() < room => new.push(found),
            None => {}
        }
    }
    faces.extend(new);
}

/// What two rectangles share, of what they cover together.
fn shared(one: &FaceRecord, other: &FaceRecord) -> f64 {
    let overlap = |a: f64, a_size: f64, b: f64, b_size: f64| {
        let from = (a - a_size / 2.0).max(b - b_size / 2.0);
        let to = (a + a_size / 2.0).min(b + b_size / 2.0);
        (to - from).max(0.0)
    };
    let both = overlap(one.x, one.w, other.x, other.w) * overlap(one.y, one.h, other.y, other.h);
    both / (one.w * one.h + other.w * other.h - both)
}

const MWG: &str = "Xmp.mwg-rs.Regions/RegionList";
const MICROSOFT: &str = "Xmp.MP.RegionInfo/Regions";
const ACDSEE: &str = "Xmp.acdsee-rs.Regions/RegionList";
const IPTC: &str = "Xmp.iptcExt.ImageRegion";
const PERSONS: &str = "Xmp.iptcExt.PersonInImageWDetails";
const LISTS: [&str; 5] = [MWG, MICROSOFT, ACDSEE, IPTC, PERSONS];

/// Metadata Working Group guidelines 2.0, image regions. A circle has a diameter instead of a size.
fn mwg(structures: &Structures<'_>) -> Vec<FaceRecord> {
    let applied = |side: &str| structures.number("Xmp.mwg-rs.Regions/AppliedToDimensions", side);
    let region = |item: String| {
        let side = |name: &str| structures.number(&item, &format!("Area/{name}"));
        let mut area = Area {
            x: side("x")?,
            y: side("y")?,
            w: side("w").or_else(|| side("d"))?,
            h: side("h").or_else(|| side("d"))?,
        };
        let unit = structures.text(&item, "Area/unit");
        if unit.is_some_and(|unit| unit.eq_ignore_ascii_case("pixel")) {
            area = area.in_parts_of(applied("w")?, applied("h")?);
        }
        let text = |name: &str| structures.text(&item, name);
        face(text("Name"), text("Type"), area)
    };
    structures.items(MWG, MAX_FACES).filter_map(region).collect()
}

/// Windows Photo Gallery: `Rectangle` is "left, top, width, height"; a person without one goes to `loose`.
fn microsoft(structures: &Structures<'_>, loose: &mut Vec<String>) -> Vec<FaceRecord> {
    let mut faces = Vec::new();
    for item in structures.items(MICROSOFT, MAX_FACES) {
        let name = structures.text(&item, "PersonDisplayName");
        let rectangle = structures.text(&item, "Rectangle");
        match rectangle.and_then(|text| four(&text)) {
            Some([x, y, w, h]) => faces.extend(face(name, None, Area::cornered(x, y, w, h))),
            None => loose.extend(name),
        }
    }
    faces
}

pub(super) fn four(text: &str) -> Option<[f64; 4]> {
    let mut parts = text.splitn(5, ',').map(number);
    let four = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(four)
}

/// ACDSee: what its user drew, else what it found.
fn acdsee(structures: &Structures<'_>) -> Vec<FaceRecord> {
    let region = |item: String| {
        let area = ["DLYArea", "ALGArea"].into_iter().find_map(|drawn| {
            let side = |name: &str| structures.number(&item, &format!("{drawn}/{name}"));
            Some(Area {
                x: side("x")?,
                y: side("y")?,
                w: side("w")?,
                h: side("h")?,
            })
        })?;
        let text = |name: &str| structures.text(&item, name);
        face(text("Name"), text("Type"), area)
    };
    structures.items(ACDSEE, MAX_FACES).filter_map(region).collect()
}

/// IPTC Photo Metadata 2019, image regions, of those that show a person: it is named in the region. Pixels are not
/// converted, since nothing says of which picture; such a person, and one in a polygon or a circle (whose radius is a
/// part of one side alone), goes to `loose`.
fn iptc(structures: &Structures<'_>, loose: &mut Vec<String>) -> Vec<FaceRecord> {
    let mut faces = Vec::new();
    for item in structures.items(IPTC, MAX_FACES) {
        let persons = structures.list(&item, "PersonInImage");
        let boundary = |name: &str| structures.text(&item, &format!("RegionBoundary/{name}"));
        let side = |name: &str| number(&boundary(name)?);
        let relative = boundary("rbUnit").is_none_or(|unit| unit == "relative");
        let rectangle = boundary("rbShape").is_some_and(|shape| shape == "rectangle");
        let sides = side("rbX").zip(side("rbY")).zip(side("rbW").zip(side("rbH")));
        match (sides.filter(|_| relative && rectangle), persons.as_slice()) {
            (Some(((x, y), (w, h))), [name]) => {
                faces.extend(face(Some(name.clone()), None, Area::cornered(x, y, w, h)));
            }
            // Several people in one rectangle: nobody's face.
            (_, _) => loose.extend(persons),
        }
    }
    faces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: Option<&str>, x: f64, y: f64, w: f64, h: f64) -> FaceRecord {
        face(name.map(str::to_owned), None, Area { x, y, w, h }).unwrap()
    }

    #[test]
    fn a_box_that_is_none_is_refused_and_one_at_the_edge_is_cut() {
        let check = |given: [f64; 4], expect: Option<[f64; 4]>| {
            let [x, y, w, h] = given;
            let found = Area { x, y, w, h }
                .sound()
                .map(|area| [area.x, area.y, area.w, area.h]);
            match (found, expect) {
                (Some(found), Some(expect)) => {
                    let near = found
                        .iter()
                        .zip(expect)
                        .all(|(one, other)| (one - other).abs() < 1e-9);
                    assert!(near, "{given:?}: {found:?}");
                }
                (found, expect) => assert_eq!(found, expect, "{given:?}"),
            }
        };
        check([0.5, 0.5, 0.2, 0.2], Some([0.5, 0.5, 0.2, 0.2]));
        check([0.5, 0.5, 1.0, 1.0], Some([0.5, 0.5, 1.0, 1.0]));
        check([0.05, 0.5, 0.2, 0.2], Some([0.075, 0.5, 0.15, 0.2]));
        check([1.2, 0.5, 0.2, 0.2], None);
        check([-0.1, 0.5, 0.4, 0.2], None);
        check([0.5, 0.5, 0.0, 0.2], None);
        check([0.5, 0.5, 0.2, -0.2], None);
        check([0.5, 0.5, 2.0, 0.2], None);
        check([f64::NAN, 0.5, 0.2, 0.2], None);
        check([0.5, 0.5, 0.2, f64::INFINITY], None);
    }

    #[test]
    fn the_same_face_of_two_sources_is_one_and_takes_the_name_it_lacks() {
        let mut faces = Vec::new();
        merge(
            &mut faces,
            vec![at(None, 0.3, 0.3, 0.2, 0.2), at(Some("Ann"), 0.7, 0.3, 0.2, 0.2)],
        );
        merge(
            &mut faces,
            vec![
                at(Some("Bob"), 0.31, 0.3, 0.2, 0.2),
                at(Some("Cid"), 0.7, 0.31, 0.2, 0.2),
                at(Some("Dee"), 0.4, 0.4, 0.2, 0.2),
            ],
        );
        let names: Vec<_> = faces.iter().map(|face| face.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["Bob", "Ann", "Dee"]);
    }

    #[test]
    fn faces_of_one_source_are_left_apart() {
        let mut faces = Vec::new();
        merge(
            &mut faces,
            vec![
                at(Some("Ann"), 0.5, 0.5, 0.2, 0.2),
                at(Some("Bob"), 0.5, 0.5, 0.2, 0.2),
            ],
        );
        assert_eq!(faces.len(), 2);
    }

    #[test]
    fn however_many_there_are_no_more_than_the_bound_is_told() {
        let mut faces = Vec::new();
        merge(&mut faces, vec![at(None, 0.5, 0.5, 0.2, 0.2); MAX_FACES + 9]);
        assert_eq!(faces.len(), MAX_FACES);
        let names = (0..MAX_FACES + 9).map(|number| number.to_string()).collect();
        assert_eq!(unplaced(names, &faces).len(), MAX_FACES);
        assert_eq!(short(&"ä".repeat(MAX_NAME_BYTES)).len(), MAX_NAME_BYTES);
    }

    #[test]
    fn four_numbers_make_a_rectangle() {
        assert_eq!(four("0.1, 0.2, 0.3, 0.4"), Some([0.1, 0.2, 0.3, 0.4]));
        assert_eq!(four("0.1,0.2,0.3"), None);
        assert_eq!(four("0.1,0.2,0.3,0.4,0.5"), None);
        assert_eq!(four("0.1,0.2,0.3,nan"), None);
    }

    /// A packet with these properties.
    fn packet(properties: &str) -> FactsRecord {
        crate::extract::prepare().unwrap();
        let text = format!(
            r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:mwg="http://www.metadataworkinggroup.com/schemas/regions/"
            xmlns:dim="http://ns.adobe.com/xap/1.0/sType/Dimensions#" xmlns:area="http://ns.adobe.com/xmp/sType/Area#"
            xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
            xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#"
            xmlns:ar="http://ns.acdsee.com/regions/" xmlns:as="http://ns.acdsee.com/sType/Area#"
            xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
            xmlns:mediapro="http://ns.iview-multimedia.com/mediapro/1.0/">{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"#
        );
        crate::extract::packet(text.as_bytes()).unwrap()
    }

    /// Faces as `name kind x y w h`, to two decimals.
    fn shown(facts: &FactsRecord) -> Vec<String> {
        let line = |face: &FaceRecord| {
            let name = face.name.as_deref().unwrap_or("-");
            let FaceRecord { kind, x, y, w, h, .. } = face;
            format!("{name} {kind} {x:.2} {y:.2} {w:.2} {h:.2}")
        };
        facts.faces.iter().map(line).collect()
    }

    #[test]
    fn regions_in_pixels_are_brought_to_parts_of_the_picture() {
        let facts = packet(
            r#"<mwg:Regions rdf:parseType="Resource">
            <mwg:AppliedToDimensions dim:w="200" dim:h="100" dim:unit="pixel"/>
            <mwg:RegionList><rdf:Bag><rdf:li><rdf:Description mwg:Name="Ann" mwg:Type="Face">
            <mwg:Area area:x="100" area:y="25" area:w="20" area:h="20" area:unit="pixel"/></rdf:Description></rdf:li>
            <rdf:li><rdf:Description mwg:Type="Pet"><mwg:Area area:x="0.5" area:y="0.75" area:d="0.1"
            area:unit="normalized"/></rdf:Description></rdf:li></rdf:Bag></mwg:RegionList></mwg:Regions>"#,
        );
        assert_eq!(
            shown(&facts),
            ["Ann Face 0.50 0.25 0.10 0.20", "- Pet 0.50 0.75 0.10 0.10"]
        );
    }

    #[test]
    fn every_programs_form_is_read() {
        let facts = packet(
            r#"<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
            <rdf:li MPReg:Rectangle="0.1, 0.2, 0.2, 0.2" MPReg:PersonDisplayName="Bob"/>
            <rdf:li MPReg:PersonDisplayName="Loose"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>
            <ar:Regions rdf:parseType="Resource"><ar:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource">
            <ar:Name>Cid</ar:Name><ar:Type>Face</ar:Type><ar:ALGArea as:x="0.9" as:y="0.9" as:w="0.1" as:h="0.1"/>
            <ar:DLYArea as:x="0.6" as:y="0.6" as:w="0.1" as:h="0.1"/></rdf:li></rdf:Bag></ar:RegionList></ar:Regions>
            <ext:ImageRegion><rdf:Bag><rdf:li rdf:parseType="Resource">
            <ext:RegionBoundary rdf:parseType="Resource"><ext:rbShape>rectangle</ext:rbShape>
            <ext:rbUnit>relative</ext:rbUnit><ext:rbX>0.5</ext:rbX><ext:rbY>0.1</ext:rbY><ext:rbW>0.2</ext:rbW>
            <ext:rbH>0.2</ext:rbH></ext:RegionBoundary>
            <ext:PersonInImage><rdf:Bag><rdf:li>Dee</rdf:li></rdf:Bag></ext:PersonInImage></rdf:li>
            <rdf:li rdf:parseType="Resource"><ext:RegionBoundary rdf:parseType="Resource">
            <ext:rbShape>rectangle</ext:rbShape><ext:rbUnit>relative</ext:rbUnit><ext:rbX>0</ext:rbX><ext:rbY>0</ext:rbY>
            <ext:rbW>1</ext:rbW><ext:rbH>1</ext:rbH></ext:RegionBoundary></rdf:li></rdf:Bag></ext:ImageRegion>
            <ext:PersonInImage><rdf:Bag><rdf:li>Bob</rdf:li><rdf:li>Eve</rdf:li></rdf:Bag></ext:PersonInImage>
            <mediapro:People><rdf:Bag><rdf:li>Eve</rdf:li><rdf:li>Fay</rdf:li></rdf:Bag></mediapro:People>"#,
        );
        assert_eq!(
            shown(&facts),
            [
                "Bob Face 0.20 0.30 0.20 0.20",
                "Cid Face 0.60 0.60 0.10 0.10",
                "Dee Face 0.60 0.20 0.20 0.20"
            ]
        );
        assert_eq!(facts.persons, ["Loose", "Eve", "Fay"]);
    }
}
