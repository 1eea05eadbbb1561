//! Small valid photos with true metadata, made from a number.
//!
//! Tests need photos whose every value is known beforehand, and benchmarks need a hundred thousand of them, each
//! with content of its own. [`Photo::numbered`] gives both: number `n` is the same photo for ever, pictures and
//! metadata differ from number to number, and the fields are public, so that a test states what it cares about:
//!
//! ```
//! use kphotos_tests::photos::Photo;
//! let photo = Photo { rating: Some(4), ..Photo::numbered(7) }.tagged(&["travel/italy"]);
//! assert!(photo.bytes().starts_with(&[0xff, 0xd8]));
//! ```
//!
//! The picture is a mosaic of grey squares (see `jpeg`), about a kilobyte with its EXIF. No image library is
//! involved: what writes the metadata here must not be what reads it in the program under test.
//! Sources: JPEG ITU-T T.81, TIFF 6.0, Exif 2.32 (CIPA DC-008), XMP part 1 and 3, DNG 1.4.

mod fixtures;
mod jpeg;
mod library;
mod raw;
mod tiff;
mod xmp;

pub use fixtures::fixtures;
pub use library::{Library, library};
pub use raw::RawKind;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::{DateTime, date};
use tiff::{Ifd, Value};

/// Byte order of the TIFF structure: `II` or `MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// `II`, most cameras.
    Little,
    /// `MM`, Nikon and Apple among others.
    Big,
}

/// A place, as the GPS directory of EXIF holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Degrees, north positive, −90 to 90.
    pub latitude: f64,
    /// Degrees, east positive, −180 to 180.
    pub longitude: f64,
    /// Metres above sea level, negative below it.
    pub altitude: Option<f64>,
}

/// A photo to be written: everything that its file will say.
#[derive(Clone, Debug, PartialEq)]
pub struct Photo {
    /// Decides the picture; different numbers give different pictures.
    pub number: u64,
    /// Byte order of the EXIF block.
    pub byte_order: ByteOrder,
    /// EXIF Make.
    pub make: String,
    /// EXIF Model.
    pub model: String,
    /// EXIF LensModel.
    pub lens: Option<String>,
    /// EXIF Orientation, 1 to 8.
    pub orientation: u16,
    /// EXIF DateTimeOriginal, whole seconds of wall time.
    pub taken: Option<DateTime>,
    /// EXIF SubSecTimeOriginal in milliseconds, 0 to 999.
    pub taken_ms: Option<u16>,
    /// EXIF OffsetTimeOriginal in minutes east of Greenwich.
    pub offset_minutes: Option<i16>,
    /// EXIF ExposureTime in seconds, as a fraction.
    pub exposure: (u32, u32),
    /// EXIF FNumber in tenths.
    pub f_number_tenths: u32,
    /// EXIF PhotographicSensitivity.
    pub iso: u16,
    /// EXIF FocalLength in millimetres.
    pub focal_mm: u32,
    /// EXIF GPS directory.
    pub place: Option<Place>,
    /// EXIF ImageDescription.
    pub description: Option<String>,
    /// XMP dc:title.
    pub title: Option<String>,
    /// Tags, levels separated by `/`: written to digiKam:TagsList in full and to dc:subject by their last level.
    pub tags: Vec<String>,
    /// XMP xmp:Rating, −1 to 5.
    pub rating: Option<i8>,
    /// XMP mwg-rs:Regions of type Face: a name or "", and centre, width and height.
    pub faces: Vec<(String, [f64; 4])>,
}

/// Make, model, lens of the cameras that numbered photos rotate through.
const CAMERAS: [(&str, &str, Option<&str>); 5] = [
    ("Canon", "Canon EOS 5D Mark II", Some("EF24-105mm f/4L IS USM")),
    ("NIKON CORPORATION", "NIKON D90", Some("18.0-105.0 mm f/3.5-5.6")),
    ("SONY", "ILCE-7M3", Some("FE 35mm F1.8")),
    (
        "Apple",
        "iPhone 12",
        Some("iPhone 12 back dual wide camera 4.2mm f/1.6"),
    ),
    ("OLYMPUS IMAGING CORP.", "E-M5", None),
];

/// First day of the twenty years over which numbered photos are spread.
pub const FIRST_DAY: DateTime = date(2004, 1, 1).at(0, 0, 0, 0);

/// Length of the twenty years from [`FIRST_DAY`], in seconds.
pub const SPAN_S: i64 = 7305 * 86_400;

impl Photo {
    /// The photo with this number: the same for ever, times spread evenly over 2004 to 2023, no two pictures equal.
    ///
    /// What cameras leave out is left out in turn: every third has an offset, every fourth a place, every fifth
    /// XMP (title, rating, tags), every sixth a description, every seventh no sub-seconds.
    pub fn numbered(number: u64) -> Self {
        let noise = mix(number);
        let (make, model, lens) = CAMERAS[(number % 5) as usize];
        let has_xmp = number.is_multiple_of(5);
        Self {
            number,
            byte_order: if number.is_multiple_of(2) {
                ByteOrder::Little
            } else {
                ByteOrder::Big
            },
            make: make.to_owned(),
            model: model.to_owned(),
            lens: lens.map(str::to_owned),
            orientation: if number % 16 < 8 {
                1
            } else {
                1 + (number % 8) as u16
            },
            taken: Some(FIRST_DAY + jiff::SignedDuration::from_secs(spread(number, SPAN_S))),
            taken_ms: (!number.is_multiple_of(7)).then_some((noise % 1000) as u16),
            offset_minutes: number
                .is_multiple_of(3)
                .then(|| [60, -300, 345, 0, -570][(noise % 5) as usize]),
            exposure: [(1, 60), (1, 250), (1, 2000), (1, 8), (2, 1)][(noise / 7 % 5) as usize],
            f_number_tenths: [18, 28, 40, 56, 80, 110][(noise / 11 % 6) as usize],
            iso: [100, 200, 400, 800, 1600, 6400][(noise / 13 % 6) as usize],
            focal_mm: 18 + (noise / 17 % 180) as u32,
            place: number.is_multiple_of(4).then(|| Place {
                latitude: (noise / 19 % 1_700_000) as f64 / 10_000.0 - 85.0,
                longitude: (noise / 23 % 3_590_000) as f64 / 10_000.0 - 179.5,
                altitude: Some((noise / 29 % 90_000) as f64 / 10.0 - 400.0),
            }),
            description: number.is_multiple_of(6).then(|| format!("Photo number {number}")),
            title: has_xmp.then(|| format!("Title {number}")),
            tags: if has_xmp {
                vec![format!("travel/place {}", number % 50)]
            } else {
                Vec::new()
            },
            rating: has_xmp.then_some((noise % 7) as i8 - 1),
            faces: Vec::new(),
        }
    }

    /// This photo with these tags and no others.
    #[must_use]
    pub fn tagged(mut self, tags: &[&str]) -> Self {
        self.tags = tags.iter().map(|&tag| tag.to_owned()).collect();
        self
    }

    /// This photo with one more face: whose ("": the file does not say), and centre, width and height, 0 to 1.
    #[must_use]
    pub fn showing(mut self, name: &str, at: [f64; 4]) -> Self {
        self.faces.push((name.to_owned(), at));
        self
    }

    /// This photo taken at `wall_time` (`2024-06-15T12:30:00`), without sub-seconds and without an offset.
    #[must_use]
    pub fn taken_at(mut self, wall_time: &str) -> Self {
        self.taken = Some(
            wall_time
                .parse()
                .expect("a wall time such as 2024-06-15T12:30:00"),
        );
        self.taken_ms = None;
        self.offset_minutes = None;
        self
    }

    /// This photo without any time.
    #[must_use]
    pub fn undated(mut self) -> Self {
        self.taken = None;
        self.taken_ms = None;
        self.offset_minutes = None;
        self
    }

    /// Width and height of the stored picture in pixels, before orientation.
    pub const SIZE: (u32, u32) = jpeg::SIZE;

    /// The JPEG file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut first = Ifd::new();
        first.add(0x0213, Value::Short(vec![1]));
        let exif = tiff::file(self.byte_order, &self.exif(first));
        jpeg::file(self.number, &exif, self.xmp().as_deref())
    }

    /// A RAW file of this photo: EXIF as in [`Photo::bytes`], the picture as an uncompressed strip.
    pub fn raw_bytes(&self, kind: RawKind) -> Vec<u8> {
        raw::file(self, kind)
    }

    /// The photo as an XMP sidecar would say it; `None` when it has no title, tag, rating or face.
    pub fn xmp(&self) -> Option<String> {
        xmp::packet(self)
    }

    /// Writes the JPEG to `dir/name`, making `dir` if needed; an existing file is replaced.
    pub fn write_to(&self, dir: impl AsRef<Path>, name: impl AsRef<Path>) -> io::Result<PathBuf> {
        write(dir.as_ref(), name.as_ref(), &self.bytes())
    }

    /// Writes a RAW file to `dir/name`, making `dir` if needed; an existing file is replaced.
    pub fn write_raw_to(
        &self,
        dir: impl AsRef<Path>,
        name: impl AsRef<Path>,
        kind: RawKind,
    ) -> io::Result<PathBuf> {
        write(dir.as_ref(), name.as_ref(), &self.raw_bytes(kind))
    }

    /// Adds this photo's EXIF to the first directory of a TIFF structure.
    fn exif(&self, mut first: Ifd) -> Ifd {
        if let Some(description) = &self.description {
            first.add(0x010e, Value::Ascii(description.clone()));
        }
        first.add(0x010f, Value::Ascii(self.make.clone()));
        first.add(0x0110, Value::Ascii(self.model.clone()));
        first.add(0x0112, Value::Short(vec![self.orientation]));
        first.add(0x011a, Value::Rational(vec![(72, 1)]));
        first.add(0x011b, Value::Rational(vec![(72, 1)]));
        first.add(0x0128, Value::Short(vec![2]));
        first.child(0x8769, self.exif_directory());
        if let Some(place) = self.place {
            first.child(0x8825, gps_directory(place));
        }
        first
    }

    fn exif_directory(&self) -> Ifd {
        let mut exif = Ifd::new();
        exif.add(0x829a, Value::Rational(vec![self.exposure]));
        exif.add(0x829d, Value::Rational(vec![(self.f_number_tenths, 10)]));
        exif.add(0x8827, Value::Short(vec![self.iso]));
        exif.add(0x9000, Value::Undefined(b"0232".to_vec()));
        if let Some(taken) = self.taken {
            exif.add(
                0x9003,
                Value::Ascii(taken.strftime("%Y:%m:%d %H:%M:%S").to_string()),
            );
        }
        if let Some(minutes) = self.offset_minutes {
            exif.add(0x9011, Value::Ascii(offset_text(minutes)));
        }
        if let Some(ms) = self.taken_ms {
            exif.add(0x9291, Value::Ascii(format!("{ms:03}")));
        }
        exif.add(0x9101, Value::Undefined(vec![1, 0, 0, 0]));
        exif.add(0x920a, Value::Rational(vec![(self.focal_mm, 1)]));
        exif.add(0xa000, Value::Undefined(b"0100".to_vec()));
        exif.add(0xa001, Value::Short(vec![1]));
        exif.add(0xa002, Value::Long(vec![Self::SIZE.0]));
        exif.add(0xa003, Value::Long(vec![Self::SIZE.1]));
        if let Some(lens) = &self.lens {
            exif.add(0xa434, Value::Ascii(lens.clone()));
        }
        exif
    }
}

/// An offset as EXIF writes it: `+05:45`, `-09:30`.
pub fn offset_text(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn gps_directory(place: Place) -> Ifd {
    let mut gps = Ifd::new();
    gps.add(0x0000, Value::Byte(vec![2, 3, 0, 0]));
    gps.add(
        0x0001,
        Value::Ascii(if place.latitude < 0.0 { "S" } else { "N" }.to_owned()),
    );
    gps.add(0x0002, degrees(place.latitude));
    gps.add(
        0x0003,
        Value::Ascii(if place.longitude < 0.0 { "W" } else { "E" }.to_owned()),
    );
    gps.add(0x0004, degrees(place.longitude));
    if let Some(altitude) = place.altitude {
        gps.add(0x0005, Value::Byte(vec![u8::from(altitude < 0.0)]));
        gps.add(
            0x0006,
            Value::Rational(vec![((altitude.abs() * 100.0).round() as u32, 100)]),
        );
    }
    gps
}

/// Degrees, minutes and seconds, the seconds to a ten-thousandth (3 mm).
fn degrees(signed: f64) -> Value {
    let ten_thousandths = (signed.abs() * 3600.0 * 10_000.0).round() as u64;
    let (degrees, rest) = (ten_thousandths / 36_000_000, ten_thousandths % 36_000_000);
    let (minutes, seconds) = (rest / 600_000, rest % 600_000);
    Value::Rational(vec![
        (degrees as u32, 1),
        (minutes as u32, 1),
        (seconds as u32, 10_000),
    ])
}

fn write(dir: &Path, name: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let path = dir.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&path, bytes)?;
    Ok(path)
}

/// A number in `0..span` for each `n`: any run of neighbours is spread evenly (multiples of the golden ratio).
fn spread(n: u64, span: i64) -> i64 {
    let fraction = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    ((u128::from(fraction) * span.unsigned_abs() as u128) >> 31) as i64
}

/// Mixes a number so that neighbours look unrelated (the finaliser of splitmix64).
fn mix(n: u64) -> u64 {
    let mut x = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
