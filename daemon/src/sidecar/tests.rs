//! What is written is read back by the worker as the same; what is merged keeps the rest to the byte.
//!
//! The worker is the real one. Contents are made up at random, and put into sidecars as several programs write them.

use super::{anatomy, put_in};
use crate::parse::conformance::worker;
use crate::parse::{FactsRecord, Job, Outcome, Pool, PoolOptions};
use kphotos_domain::catalog::Location;
use kphotos_domain::kernel::{Taken, TakenSource};
use kphotos_domain::organization::{FaceBox, FaceKind};
use kphotos_domain::sidecar::packet::{Anatomy, Said, SaidFace, SaidPerson, SidecarContent, whole};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::io::{Seek as _, Write as _};
use std::os::fd::OwnedFd;
use std::sync::OnceLock;

fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(|| {
        let options = PoolOptions {
            workers: 2,
            best_effort_sandbox: true,
            ..PoolOptions::default()
        };
        Pool::start(worker(), options).unwrap()
    })
}

fn job(bytes: &[u8]) -> Job {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    Job {
        ticket: 0,
        file: OwnedFd::from(std::fs::File::open(file.path()).unwrap()),
        ext: "xmp".into(),
    }
}

#[track_caller]
fn read(bytes: &[u8]) -> FactsRecord {
    match pool().read(vec![job(bytes)], &|| false).remove(0).1 {
        Outcome::Read(facts) => *facts,
        Outcome::Failed { reason } | Outcome::Unreadable { reason } | Outcome::Unserved { reason } => {
            panic!("{reason}\n{}", String::from_utf8_lossy(bytes))
        }
    }
}

#[track_caller]
fn dissected(bytes: &[u8]) -> (String, Anatomy) {
    match pool().anatomy(job(bytes)) {
        Outcome::Read(facts) => anatomy(*facts.anatomy.unwrap(), bytes).unwrap(),
        Outcome::Failed { reason } | Outcome::Unreadable { reason } | Outcome::Unserved { reason } => {
            panic!("{reason}\n{}", String::from_utf8_lossy(bytes))
        }
    }
}

/// A sidecar with this put into it.
#[track_caller]
fn with(lying: &str, content: &SidecarContent) -> String {
    let bytes = put_in(
        lying.as_bytes(),
        Some(&dissected(lying.as_bytes())),
        content,
        true,
    );
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A packet of a program that writes properties as attributes, with things that nobody here knows.
const ATTRIBUTES: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="uuid:1&amp;2" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
   xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
   xmp:Rating="2" xmp:Label='Green' photoshop:DateCreated="2001-02-03T04:05:06" crs:Version="15.4" crs:Exposure2012="+0.35">
   <!-- a remark -->
   <crs:ToneCurvePV2012><rdf:Seq><rdf:li>0, 0</rdf:li><rdf:li>255, 255</rdf:li></rdf:Seq></crs:ToneCurvePV2012>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Old</rdf:li></rdf:Alt></dc:title>
   <dc:subject><rdf:Seq><rdf:li>old</rdf:li></rdf:Seq></dc:subject>
   <lr:hierarchicalSubject><rdf:Bag><rdf:li>old|er</rdf:li></rdf:Bag></lr:hierarchicalSubject>
  </rdf:Description>
  <rdf:Description rdf:about="uuid:1&amp;2" xmlns:exif="http://ns.adobe.com/exif/1.0/">
   <exif:GPSLatitude>1,2.0N</exif:GPSLatitude><exif:GPSLongitude>3,4.0E</exif:GPSLongitude>
   <exif:GPSMapDatum>WGS-84</exif:GPSMapDatum>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>

<?xpacket end="w"?>"#;

/// One of digiKam's, with its own lists of tags and ratings, and regions with more than a name.
const DIGIKAM: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/"
 xmlns:mediapro="http://ns.iview-multimedia.com/mediapro/1.0/" xmlns:acdsee="http://ns.acdsee.com/iptc/1.0/"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" xmlns:area="http://ns.adobe.com/xmp/sType/Area#" xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
 MicrosoftPhoto:Rating="25" acdsee:rating="2" digiKam:PickLabel="2" digiKam:ColorLabel="1" acdsee:categories="&lt;Categories&gt;&lt;Category Assigned=&quot;1&quot;&gt;old&lt;/Category&gt;&lt;/Categories&gt;">
<digiKam:TagsList><rdf:Seq><rdf:li>old</rdf:li></rdf:Seq></digiKam:TagsList>
<MicrosoftPhoto:LastKeywordXMP><rdf:Bag><rdf:li>old/microsoft</rdf:li></rdf:Bag></MicrosoftPhoto:LastKeywordXMP>
<mediapro:CatalogSets><rdf:Bag><rdf:li>old|pro</rdf:li></rdf:Bag></mediapro:CatalogSets>
<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="100" stDim:h="50" stDim:unit="pixel"/>
<mwg-rs:RegionList><rdf:Bag>
<rdf:li><rdf:Description mwg-rs:Name="Old" mwg-rs:Type="Face" mwg-rs:Rotation="0.5"><mwg-rs:Area area:x="0.5" area:y="0.5" area:w="0.125" area:h="0.25" area:unit="normalized"/></rdf:Description></rdf:li>
<rdf:li rdf:parseType="Resource"><mwg-rs:Name>Gone</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type><mwg-rs:Area area:x="10" area:y="10" area:w="5" area:h="5" area:unit="pixel"/></rdf:li>
<rdf:li rdf:parseType="Resource"><mwg-rs:Type>Sky</mwg-rs:Type><mwg-rs:Area area:x="0.5" area:y="0.1" area:w="0.9" area:h="0.1" area:unit="normalized"/></rdf:li>
</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta>"#;

/// Nothing is in it.
const EMPTY: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>"#;

/// Its prefixes are not those that all others use.
const ODD: &str = r#"<m:xmpmeta xmlns:m="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<r:Description r:about="" xmlns:b="http://ns.adobe.com/xap/1.0/" xmlns:rdf="http://example.org/" b:Rating="1"><b:Label>old</b:Label><rdf:note>kept</rdf:note></r:Description>
</r:RDF></m:xmpmeta>"#;

/// What of these nobody here knows, or was not asked to change, in their order.
const KEPT: [(&str, &[&str]); 4] = [
    (
        ATTRIBUTES,
        &[
            "<?xpacket begin",
            "uuid:1&amp;2",
            "crs:Version=\"15.4\" crs:Exposure2012=\"+0.35\"",
            "<!-- a remark -->",
            "<crs:ToneCurvePV2012><rdf:Seq><rdf:li>0, 0</rdf:li><rdf:li>255, 255</rdf:li></rdf:Seq></crs:ToneCurvePV2012>",
            "<exif:GPSMapDatum>WGS-84</exif:GPSMapDatum>",
            "\n </rdf:RDF>\n</x:xmpmeta>\n\n<?xpacket end=\"w\"?>",
        ],
    ),
    (
        DIGIKAM,
        &[
            "x:xmptk=\"XMP Core 4.4.0-Exiv2\"",
            "digiKam:PickLabel=\"2\"",
            "<mwg-rs:Type>Sky</mwg-rs:Type>",
            "</rdf:RDF></x:xmpmeta>",
        ],
    ),
    (EMPTY, &["<rdf:RDF", "</x:xmpmeta>"]),
    (
        ODD,
        &[
            "<r:RDF",
            "<rdf:note>kept</rdf:note></r:Description>",
            "</r:RDF></m:xmpmeta>",
        ],
    ),
];

fn text() -> impl Strategy<Value = Box<str>> {
    "[a-zß<>&\"'|✓][a-z <>&\"',;:√\u{1f4f7}]{0,8}[a-z>&]".prop_map(Into::into)
}

fn name() -> impl Strategy<Value = Box<str>> {
    "[a-z<&\"✓][a-z <>&,;]{0,5}[a-z>]".prop_map(Into::into)
}

fn said<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Said<T>> {
    value.prop_map(|value| Said {
        value,
        is_edited: true,
    })
}

fn maybe<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Said<Option<T>>> {
    said(prop::option::weighted(0.8, value))
}

fn taken() -> impl Strategy<Value = Taken> {
    let offset = prop::option::of(-56i16..=56).prop_map(|quarters| quarters.map(|quarters| quarters * 15));
    (-1_000_000_000i64..4_000_000_000, 0u32..1_000_000_000, offset).prop_map(|(seconds, nanos, offset)| {
        Taken {
            local_seconds: seconds,
            nanos,
            offset_minutes: offset,
            precision: kphotos_domain::kernel::Precision::Second,
            source: TakenSource::User,
        }
    })
}

fn location() -> impl Strategy<Value = Location> {
    let place = (-900_000_000i32..=900_000_000, 1i32..1_800_000_000, any::<bool>());
    (place, prop::option::of(-1_000_000i32..1_000_000)).prop_map(|((lat_e7, lon, is_west), alt_cm)| {
        Location {
            lat_e7,
            lon_e7: if is_west { -lon } else { lon },
            alt_cm,
        }
    })
}

/// Faces apart from each other, each in a field of its own.
fn faces() -> impl Strategy<Value = Vec<SaidFace>> {
    // Two sizes so far apart that they are never taken for one face.
    let face = (0usize..4, any::<bool>(), prop::option::of(name()));
    prop::collection::vec(face, 0..4).prop_map(|faces| {
        (0u32..)
            .zip(faces)
            .map(|(at, (kind, is_large, name))| SaidFace {
                kind: FaceKind::ALL[kind],
                at: FaceBox {
                    x: 125_000 + at * 250_000,
                    y: 300_000,
                    w: if is_large { 123_457 } else { 20_000 },
                    h: if is_large { 100_001 } else { 20_000 },
                },
                name: name.filter(|_| FaceKind::ALL[kind].may_be_somebody()),
            })
            .collect()
    })
}

fn content() -> impl Strategy<Value = SidecarContent> {
    let tags = prop::collection::btree_set(prop::collection::vec(name(), 1..4), 0..5);
    let texts = (maybe(text()), maybe(text()), maybe(text()));
    let marks = (maybe(-1i8..=5), maybe(1u8..=8), maybe(taken()), maybe(location()));
    let who = (said(faces()), prop::collection::vec(name(), 0..3));
    (texts, marks, tags, who).prop_map(|(texts, marks, tags, (faces, mut loose))| {
        let (title, description, label) = texts;
        let (rating, orientation, taken, location) = marks;
        loose.extend(faces.value.iter().filter_map(|face| face.name.clone()));
        let names: BTreeSet<Box<str>> = loose.into_iter().collect();
        let person = |name| SaidPerson {
            name,
            words: Vec::new(),
        };
        SidecarContent {
            extension: "jpg".into(),
            title,
            description,
            rating,
            label,
            taken,
            location,
            orientation,
            tags: Said {
                value: tags.into_iter().collect(),
                is_edited: true,
            },
            tags_meant: Vec::new(),
            faces,
            people: names.into_iter().map(person).collect(),
            size: Some((4000, 3000)),
        }
    })
}

/// That a packet says just this.
fn says(packet: &str, content: &SidecarContent) -> Result<(), TestCaseError> {
    let facts = read(packet.as_bytes());
    let text = |said: &Said<Option<Box<str>>>| said.value.as_deref().map(str::to_owned);
    prop_assert_eq!(&facts.title, &text(&content.title), "{}", packet);
    prop_assert_eq!(&facts.description, &text(&content.description), "{}", packet);
    prop_assert_eq!(&facts.label, &text(&content.label), "{}", packet);
    prop_assert_eq!(facts.rating, content.rating.value, "{}", packet);
    prop_assert_eq!(facts.orientation, content.orientation.value, "{}", packet);
    let taken = facts.taken.as_ref().map(|taken| {
        let read = Taken::parse(&taken.local, TakenSource::User).unwrap();
        Taken {
            offset_minutes: taken.offset_minutes,
            ..read
        }
    });
    prop_assert_eq!(taken, content.taken.value, "{}", packet);
    let place = facts.latitude.zip(facts.longitude);
    let place = place.map(|(lat, lon)| Location::from_degrees(lat, lon, facts.altitude).unwrap());
    prop_assert_eq!(place, content.location.value, "{}", packet);
    let path = |path: &Vec<String>| path.join("\0");
    let tags: BTreeSet<String> = facts.tags.iter().map(path).collect();
    let mut expect: BTreeSet<String> = content.tags.value.iter().map(|path| path.join("\0")).collect();
    expect.extend(
        content
            .people
            .iter()
            .map(|person| format!("People\0{}", person.name)),
    );
    prop_assert_eq!(tags, expect, "{}", packet);
    let faces: BTreeSet<_> = facts
        .faces
        .iter()
        .map(|face| {
            (
                FaceBox::new(face.x, face.y, face.w, face.h).unwrap(),
                face.kind.clone(),
                face.name.clone(),
            )
        })
        .filter(|(_, kind, _)| kind != "Sky")
        .collect();
    let said = content.faces.value.iter();
    let said = said.map(|face| {
        (
            face.at,
            face.kind.as_str().to_owned(),
            face.name.as_deref().map(str::to_owned),
        )
    });
    prop_assert_eq!(faces, said.collect::<BTreeSet<_>>(), "{}", packet);
    let named = facts.faces.iter().filter_map(|face| face.name.clone());
    let people: BTreeSet<String> = named.chain(facts.persons.clone()).collect();
    let expect: BTreeSet<String> = content
        .people
        .iter()
        .map(|person| person.name.to_string())
        .collect();
    prop_assert_eq!(people, expect, "{}", packet);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_as_the_same(content in content()) {
        says(&whole(&content), &content)?;
    }

    #[test]
    fn what_is_put_into_a_sidecar_is_read_back_and_the_rest_stays(content in content(), other in content()) {
        for (lying, kept) in KEPT {
            let merged = with(lying, &content);
            says(&merged, &content)?;
            let mut rest = merged.as_str();
            for piece in kept {
                let at = rest.find(piece);
                prop_assert!(at.is_some(), "{piece} is not in {rest}");
                rest = &rest[at.unwrap() + piece.len()..];
            }
            // Once more, as if another program had taken it over.
            says(&with(&merged, &other), &other)?;
        }
        says(&with(&whole(&content), &other), &other)?;
    }
}

/// Content of which nobody changed anything.
fn unedited() -> SidecarContent {
    SidecarContent {
        title: Said {
            value: Some("not asked".into()),
            is_edited: false,
        },
        ..SidecarContent::default()
    }
}

#[test]
fn where_nobody_changed_anything_not_a_byte_is_another() {
    for (lying, _) in KEPT {
        let (text, anatomy) = dissected(lying.as_bytes());
        let mut content = unedited();
        content.tags_meant = anatomy.tags.clone();
        assert_eq!(with(lying, &content), *lying);
        assert_eq!(text, *lying);
    }
    let latin: Vec<u8> = format!("<?xml version='1.0' encoding='ISO-8859-1'?>{EMPTY}<!-- \u{e9} -->")
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    let known = dissected(&latin);
    assert_eq!(&*put_in(&latin, Some(&known), &unedited(), true), &*latin);
    let rated = SidecarContent {
        rating: Said {
            value: Some(3),
            is_edited: true,
        },
        ..SidecarContent::default()
    };
    let merged = put_in(&latin, Some(&known), &rated, true);
    assert_eq!(read(&merged).rating, Some(3));
    assert!(std::str::from_utf8(&merged).unwrap().contains("<!-- \u{e9} -->"));
}

#[test]
fn a_word_that_is_called_otherwise_now_is_written_so() {
    let lying = with(EMPTY, &{
        let mut content = unedited();
        content.tags = Said {
            value: vec![vec!["travel".into(), "italy".into()]],
            is_edited: true,
        };
        content
    });
    let path = |path: &[&str]| path.iter().map(|name| (*name).into()).collect::<Vec<Box<str>>>();
    let mut content = unedited();
    content.tags.value = vec![path(&["travel", "italia"])];
    content.tags_meant = content.tags.value.clone();
    assert_eq!(
        read(with(&lying, &content).as_bytes()).tags,
        [["travel", "italia"]]
    );
    // Not so if what it says was not read yet: it may be another word by now.
    let known = dissected(lying.as_bytes());
    assert_eq!(
        &*put_in(lying.as_bytes(), Some(&known), &content, false),
        lying.as_bytes()
    );
}

#[test]
fn a_face_that_is_called_otherwise_keeps_what_else_is_noted_of_it() {
    let mut content = unedited();
    content.faces = Said {
        value: vec![SaidFace {
            kind: FaceKind::Face,
            at: FaceBox::new(0.5, 0.5, 0.125, 0.25).unwrap(),
            name: Some("New & <er>".into()),
        }],
        is_edited: true,
    };
    content.people = vec![SaidPerson {
        name: "New & <er>".into(),
        words: Vec::new(),
    }];
    let merged = with(DIGIKAM, &content);
    assert!(
        merged.contains("mwg-rs:Name=\"New &amp; &lt;er&gt;\" mwg-rs:Type=\"Face\" mwg-rs:Rotation=\"0.5\""),
        "{merged}"
    );
    assert!(!merged.contains("Gone") && merged.contains("Sky"), "{merged}");
}

#[test]
fn what_cannot_be_edited_is_refused_and_shown_as_it_lies() {
    for lying in [
        "",
        "hello",
        &ATTRIBUTES[..400],
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"ha\">]><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>",
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>",
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><a></b></x:xmpmeta>",
    ] {
        let outcome = pool().anatomy(job(lying.as_bytes()));
        assert!(matches!(outcome, Outcome::Failed { .. }), "{lying}: {outcome:?}");
    }
    assert_eq!(&*put_in(b"hello", None, &unedited(), true), b"hello");
}
