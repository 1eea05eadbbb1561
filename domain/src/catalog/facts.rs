//! What a parser read in a file: the embedded layer of an asset.

use super::field::Location;
use super::stack::LinkId;
use crate::kernel::{PersonId, TagId, Taken};
use crate::organization::{FileFace, ReadFace, TagPath};
use std::sync::Arc;

/// Everything a file says of itself; `None` is "the file does not say".
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Facts {
    /// MIME type, where the reader knows better than the extension.
    pub mime: Option<Box<str>>,
    /// Pixels, as stored (before orientation).
    pub width: Option<u32>,
    /// Pixels, as stored (before orientation).
    pub height: Option<u32>,
    /// EXIF orientation, 1 to 8.
    pub orientation: Option<u8>,
    /// Milliseconds of a movie.
    pub duration_ms: Option<u32>,
    /// When it was taken.
    pub taken: Option<Taken>,
    /// Title.
    pub title: Option<Box<str>>,
    /// Description.
    pub description: Option<Box<str>>,
    /// -1 (rejected) to 5.
    pub rating: Option<i8>,
    /// Colour label.
    pub label: Option<Box<str>>,
    /// Where it was taken.
    pub location: Option<Location>,
    /// What took it; shared by the photos of one camera.
    pub camera: Option<Arc<Camera>>,
    /// How it was exposed.
    pub exposure: Option<Box<Exposure>>,
    /// Tags as the parser read them, each a path from the root: the union of all
    /// namespaces. Empty once they are resolved into `tags`.
    pub tag_paths: Vec<TagPath>,
    /// The tags that these are, sorted.
    pub tags: Vec<TagId>,
    /// Faces as the parser read them. Empty once they are numbered in `faces`.
    pub face_reads: Vec<ReadFace>,
    /// The faces that these are, sorted by number.
    pub faces: Vec<FileFace>,
    /// Who is in the picture, as the parser read it, without a box. Empty once they
    /// are resolved into `persons`.
    pub person_names: Vec<Box<str>>,
    /// The persons that these are, sorted; not those of whom there is a face.
    pub persons: Vec<PersonId>,
    /// Apple's ContentIdentifier: the same in a Live Photo's picture and movie.
    pub content_id: Option<LinkId>,
    /// Apple's BurstUUID, Google's burst id: the same in all pictures of a burst.
    pub burst_id: Option<LinkId>,
    /// Whether there is a movie in the picture's own file.
    pub has_motion: bool,
    /// Why the file could not be read, if it could not.
    pub unreadable: Option<Box<str>>,
    /// Whether another reader read this than the one there is: it stands until the file is read again.
    pub is_outdated: bool,
}

/// What took a picture.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Camera {
    /// EXIF Make.
    pub make: Option<Box<str>>,
    /// EXIF Model.
    pub model: Option<Box<str>>,
    /// Lens.
    pub lens: Option<Box<str>>,
    /// Serial number of the body.
    pub serial: Option<Box<str>>,
}

/// How a picture was exposed.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Exposure {
    /// ISO speed.
    pub iso: Option<u32>,
    /// Aperture.
    pub f_number: Option<f64>,
    /// Seconds.
    pub time: Option<f64>,
    /// Millimetres.
    pub focal_length: Option<f64>,
}
