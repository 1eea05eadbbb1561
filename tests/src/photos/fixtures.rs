//! The few files that are committed, in `tests/fixtures/`.
//!
//! Most tests make their photos when they run. These are committed because tests of other crates, and people with
//! another program at hand, want a file and not a library; each is the smallest case of something that the
//! program must tell apart. `make_fixtures` writes them; a test keeps them equal to this list.

use jiff::civil::date;

use super::{ByteOrder, Photo, Place, RawKind};

/// Name below `tests/fixtures/`, and content.
pub fn fixtures() -> Vec<(&'static str, Vec<u8>)> {
    let pair = shot(5);
    let xmp_only = Photo {
        description: None,
        place: None,
        ..shot(7).undated()
    }
    .tagged(&["travel/italy", "beach"]);
    let xmp_only = Photo {
        title: Some("Only in XMP".to_owned()),
        rating: Some(5),
        ..xmp_only
    };
    let sidecar = Photo {
        title: Some("From the sidecar".to_owned()),
        rating: Some(3),
        ..shot(8)
    }
    .tagged(&["people/anna"]);
    let everything = Photo {
        offset_minutes: Some(120),
        taken_ms: Some(250),
        place: Some(Place {
            latitude: -33.8568,
            longitude: 151.2153,
            altitude: Some(-3.5),
        }),
        description: Some("Grüße aus Sydney".to_owned()),
        title: Some("Opera & <harbour>".to_owned()),
        rating: Some(4),
        ..shot(1).tagged(&["travel/australia", "sea"])
    };
    vec![
        ("everything.jpg", everything.bytes()),
        (
            "big-endian.jpg",
            Photo {
                byte_order: ByteOrder::Big,
                ..shot(2)
            }
            .bytes(),
        ),
        (
            "orientation-6.jpg",
            Photo {
                orientation: 6,
                ..shot(3)
            }
            .bytes(),
        ),
        ("undated.jpg", shot(4).undated().bytes()),
        ("pair/IMG_0005.CR2", pair.raw_bytes(RawKind::Cr2)),
        ("pair/IMG_0005.JPG", pair.bytes()),
        (
            "nikon.NEF",
            Photo {
                byte_order: ByteOrder::Big,
                ..shot(6)
            }
            .raw_bytes(RawKind::Nef),
        ),
        ("adobe.DNG", shot(9).raw_bytes(RawKind::Dng)),
        ("xmp-only.jpg", xmp_only.bytes()),
        ("sidecar/IMG_0008.JPG", shot(8).bytes()),
        (
            "sidecar/IMG_0008.JPG.xmp",
            sidecar.xmp().unwrap_or_default().into_bytes(),
        ),
    ]
}

/// A plain photo: camera, exposure and time, nothing that cameras leave out.
fn shot(number: u64) -> Photo {
    let camera = match number {
        5 => ("Canon", "Canon EOS 5D Mark II"),
        6 => ("NIKON CORPORATION", "NIKON D90"),
        _ => ("OLYMPUS IMAGING CORP.", "E-M5"),
    };
    Photo {
        number,
        byte_order: ByteOrder::Little,
        make: camera.0.to_owned(),
        model: camera.1.to_owned(),
        lens: None,
        orientation: 1,
        taken: Some(date(2024, 6, 15).at(12, 30, number as i8, 0)),
        taken_ms: None,
        offset_minutes: None,
        exposure: (1, 250),
        f_number_tenths: 56,
        iso: 200,
        focal_mm: 50,
        place: None,
        description: None,
        title: None,
        tags: Vec::new(),
        rating: None,
        faces: Vec::new(),
    }
}
