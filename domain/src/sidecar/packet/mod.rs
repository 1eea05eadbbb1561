//! The packet: what a virtual sidecar says, and how it is written.
//!
//! A mount may show a sidecar beside each photo, so that other programs see what
//! was made of it. Without a real one, all that is known of the photo is written
//! into a packet of its own ([`whole`]). With one, its bytes stay as they are: of
//! what a person changed, what it said is cut out, and what is so now is put at its
//! end ([`merged`]); history stacks, unknown properties and layout are not touched,
//! and where nobody changed anything not one byte differs.
//!
//! Words: the *content* is what is to be said ([`SidecarContent`]); the *anatomy*
//! is where a real sidecar says what, in bytes, as a parser in another process found
//! it ([`Anatomy`]).
//!
//! Which properties (the mapping is that of digiKam, Lightroom and MWG):
//!
//! | what | properties |
//! |---|---|
//! | tags, and `People/NAME` of each person | `digiKam:TagsList` (Seq, `/`), `lr:hierarchicalSubject` (Bag, `\|`), `dc:subject` (Bag, last names) |
//! | title, description | `dc:title`; `dc:description`, `tiff:ImageDescription` |
//! | rating, label, orientation | `xmp:Rating`, `xmp:Label`, `tiff:Orientation` |
//! | date | `exif:DateTimeOriginal`, `photoshop:DateCreated`, `xmp:CreateDate`, `exif:OffsetTimeOriginal` |
//! | place | `exif:GPSLatitude`, `exif:GPSLongitude`, `exif:GPSAltitude`, `exif:GPSAltitudeRef` |
//! | faces and people | `mwg-rs:Regions`, `MP:RegionInfo`, `Iptc4xmpExt:PersonInImage` |
//!
//! Refuses: a date that only a file's name says, an offset that nobody stated, and
//! empty properties (exiv2 0.27 misreads them): what was taken away is absent.

mod content;
mod merge;
mod properties;
mod regions;

pub use content::{RealSidecar, Said, SaidFace, SaidPerson, SidecarContent};
pub use merge::{Anatomy, Found, Region, RegionList, merged};
pub use properties::{ListKind, whole};
pub use regions::RegionForm;
