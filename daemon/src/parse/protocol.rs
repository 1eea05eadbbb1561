//! What the daemon and its workers say to each other.
//!
//! This one file is compiled in both packages (the worker includes it by path), so the two cannot drift apart. It holds
//! serde types and limits only; how frames and descriptors travel is each side's own business:
//!
//! - a frame is a little-endian `u32` length, then that many bytes of JSON, over a stream socket pair;
//! - the worker speaks first, one [`HelloRecord`];
//! - a request is one [`RequestRecord`] of 1..=[`MAX_BATCH`] files, whose descriptors travel with its first byte
//!   (`SCM_RIGHTS`), one a file, in the order of `files`;
//! - the worker answers one [`ReplyRecord`] a file, in the same order, and nothing else.
//!
//! Facts that a file does not state are absent. Nothing is guessed here.

use serde::{Deserialize, Serialize};

/// The version both sides must name; a worker of another build is refused.
pub const PROTOCOL_VERSION: u32 = 6;
/// The most files, and so descriptors, in one request.
pub const MAX_BATCH: usize = 64;
/// The most bytes of JSON in a request frame.
pub const MAX_REQUEST_BYTES: usize = 64 << 10;
/// The most bytes of JSON in a frame that a worker sends.
pub const MAX_REPLY_BYTES: usize = 1 << 20;

/// Bytes that a worker is given a second for, when it hashes or decodes, beyond the time for any file.
pub const HASHED_A_SECOND: u64 = 8 << 20;
/// The most bytes of a text. A longer one is cut and ends with ` …`, by which it is longer than this; no other is.
pub const MAX_TEXT_BYTES: usize = (32 << 10) - 8;
/// The most tags that are read of one file.
pub const MAX_TAGS: usize = 4096;
/// The most faces of one file, and the most people without a face.
pub const MAX_FACES: usize = 256;

/// The first frame of a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloRecord {
    /// [`PROTOCOL_VERSION`] of the worker.
    pub version: u32,
    /// What holds the worker.
    pub sandbox: SandboxRecord,
}

/// What the kernel enforces on a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxRecord {
    /// `full`, `partial` (an older kernel) or `none`.
    pub landlock: String,
    /// Whether the system call filters are in place.
    pub seccomp: bool,
}

/// A batch of files to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// One a descriptor, in the order of the descriptors.
    pub files: Vec<FileRecord>,
}

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// The caller's number, repeated in the answer.
    pub ticket: u64,
    /// The file name's extension without the dot, any case; may be empty. Tells TIFF-based RAW formats apart.
    pub ext: String,
    /// What is wanted of it.
    #[serde(default)]
    pub task: TaskRecord,
}

/// What a worker does with a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskRecord {
    /// Reads what it states.
    #[default]
    Facts,
    /// Hashes the picture without its metadata; of the record, `image_hash` alone is filled.
    ImageHash,
    /// Decodes the picture and tells what it looks like; of the record, `signs` alone is filled.
    Look,
    /// Tells where a sidecar says what; of the record, `anatomy` alone is filled.
    Anatomy,
}

/// The answer for one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplyRecord {
    /// The ticket of the request.
    pub ticket: u64,
    /// What came of it.
    pub outcome: OutcomeRecord,
}

/// What came of reading one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeRecord {
    /// The file was understood; whatever it states is in the record.
    Read(Box<FactsRecord>),
    /// The parser refused the file.
    Failed {
        /// Why, in lowercase words.
        reason: String,
    },
}

/// What a file states about itself. `None` and empty lists mean that it does not say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FactsRecord {
    /// Media type found by content; the extension only tells TIFF-based RAW formats apart.
    pub mime: Option<String>,
    /// Pixels across as stored, before orientation; of a movie as its track header says, before the matrix turns it.
    pub width: Option<u32>,
    /// Pixels down as stored, before orientation.
    pub height: Option<u32>,
    /// EXIF orientation, 1..=8; of a movie what its matrix comes to.
    pub orientation: Option<u8>,
    /// When the picture was taken.
    pub taken: Option<TakenRecord>,
    /// dc:title, IPTC ObjectName, XPTitle.
    pub title: Option<String>,
    /// EXIF ImageDescription, dc:description, IPTC Caption, acdsee:notes, UserComment.
    pub description: Option<String>,
    /// -1 (rejected) ..= 5; 0 is a stated "no stars".
    pub rating: Option<i8>,
    /// Colour or text label.
    pub label: Option<String>,
    /// Degrees, north positive; always together with `longitude`.
    pub latitude: Option<f64>,
    /// Degrees, east positive; always together with `latitude`.
    pub longitude: Option<f64>,
    /// Metres above sea level.
    pub altitude: Option<f64>,
    /// Camera maker.
    pub make: Option<String>,
    /// Camera model.
    pub model: Option<String>,
    /// Lens as the file names it.
    pub lens: Option<String>,
    /// Serial number of the camera body.
    pub serial: Option<String>,
    /// Sensitivity.
    pub iso: Option<u32>,
    /// Aperture as f-number.
    pub f_number: Option<f64>,
    /// Exposure in seconds.
    pub exposure_seconds: Option<f64>,
    /// Focal length in millimetres, not the 35 mm equivalent.
    pub focal_mm: Option<f64>,
    /// Tags as paths, root first; in the order found, without repeats; at most [`MAX_TAGS`].
    pub tags: Vec<Vec<String>>,
    /// Milliseconds of a moving picture.
    pub duration_ms: Option<u64>,
    /// Apple's ContentIdentifier, the same in a live photo's picture and movie.
    pub content_id: Option<String>,
    /// xmpMM:DocumentID.
    pub document_id: Option<String>,
    /// Of a sidecar, whose it says it is: photoshop:SidecarForExtension, without a dot.
    pub for_extension: Option<String>,
    /// xmpMM:OriginalDocumentID: what this picture was made from.
    pub original_document_id: Option<String>,
    /// EXIF ImageUniqueID.
    pub image_unique_id: Option<String>,
    /// Apple's BurstUUID, or Google's burst id: the same in all pictures of a burst.
    pub burst_id: Option<String>,
    /// The movie within a motion photo's file.
    pub motion: Option<MotionRecord>,
    /// What programs that wrote this call themselves, the one that wrote last first, as far as that can be told.
    pub programs: Vec<String>,
    /// Of a sidecar, what it has a property for, even an empty one.
    pub present: Option<PresentRecord>,
    /// BLAKE3 of the picture without its metadata, where that was asked for and the format allows it.
    pub image_hash: Option<[u8; 32]>,
    /// Where that was asked for: bit u of row v is set where the wave with u half waves across the picture and v down is
    /// upside down, as the picture is stored, before its orientation turns it; first of the whole picture, then of what is
    /// left trimmed in each of thirteen ways, always the same. `None` of one too even to be told apart.
    pub signs: Option<Vec<[u16; 16]>>,
    /// Faces and other regions, those of all programs merged; at most [`MAX_FACES`].
    pub faces: Vec<FaceRecord>,
    /// People the file names who have no face in `faces`; at most [`MAX_FACES`].
    pub persons: Vec<String>,
    /// Of a sidecar, where it says what, where that was asked for.
    pub anatomy: Option<Box<AnatomyRecord>>,
}

/// From where to where something reaches in a text, in bytes.
pub type PlaceRecord = (usize, usize);

/// Where a sidecar says what, so that some of it can be replaced and the rest stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AnatomyRecord {
    /// The text that the places are in, of a sidecar that is not in UTF-8; else they are in its own bytes.
    pub text: Option<String>,
    /// What is replaced by further properties; empty where nothing has to go for them.
    pub at_end: PlaceRecord,
    /// What goes before them.
    pub open: String,
    /// What goes after them.
    pub close: String,
    /// The resource described.
    pub about: String,
    /// Whether the prefix `rdf` is something else's there.
    pub declares_rdf: bool,
    /// Properties of the outermost level in the namespaces that K-Photos writes.
    pub properties: Vec<PropertyRecord>,
    /// Lists of regions, one a form at most.
    pub regions: Vec<RegionsRecord>,
    /// Tags as paths, as [`FactsRecord::tags`].
    pub tags: Vec<Vec<String>>,
    /// Whom it names, with a face or without.
    pub people: Vec<String>,
}

/// A property and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyRecord {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// With the blanks before it.
    pub place: PlaceRecord,
    /// `Bag`, `Seq`, `Alt`.
    pub list: Option<String>,
}

/// A list of regions of the picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegionsRecord {
    /// Microsoft's form instead of MWG's.
    pub is_microsoft: bool,
    /// Where the last one ends.
    pub end: usize,
    /// At least one, at most [`MAX_FACES`].
    pub regions: Vec<RegionRecord>,
}

/// A region of the picture and where it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegionRecord {
    /// With the blanks before it.
    pub place: PlaceRecord,
    /// Centre, width and height in parts of the picture, if it is a rectangle in it.
    pub at: Option<[f64; 4]>,
    /// What it says it is.
    pub kind: Option<String>,
    /// Who is there.
    pub name: Option<String>,
    /// Where alone the name is written, to be replaced by another.
    pub name_place: Option<PlaceRecord>,
}

/// A rectangle of the picture and who is there. The numbers are parts (0..=1) of the picture as it is stored, before its
/// orientation turns it; the rectangle lies within it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaceRecord {
    /// Who it is, where the file says.
    pub name: Option<String>,
    /// `Face`, `Pet`, `Focus`, `BarCode`, or another word of the file's; `Face` where it has none.
    pub kind: String,
    /// The centre from the left.
    pub x: f64,
    /// The centre from the top.
    pub y: f64,
    /// The width, above 0.
    pub w: f64,
    /// The height, above 0.
    pub h: f64,
}

/// Which groups of properties a sidecar has. One that is there and states nothing takes away what the original states.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresentRecord {
    /// Any list of tags.
    pub tags: bool,
    /// dc:title.
    pub title: bool,
    /// dc:description, tiff:ImageDescription, acdsee:notes.
    pub description: bool,
    /// A rating of any program's.
    pub rating: bool,
    /// A label of any program's.
    pub label: bool,
}

/// A stretch of the file that is a movie of its own: an MP4 begins there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MotionRecord {
    /// Bytes from the file's start.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
}

/// When a picture was taken, as the file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenRecord {
    /// Wall time as exactly as the file states it: `YYYY-MM-DDTHH:MM:SS[.n…]` with 1 to 9 decimals, `YYYY-MM-DD`,
    /// `YYYY-MM` or `YYYY`.
    pub local: String,
    /// Minutes east of UTC, where the file states it.
    pub offset_minutes: Option<i16>,
    /// Where the offset comes from if not from the date's own text: `exif:OffsetTimeOriginal`,
    /// `exif:OffsetTimeDigitized`, `exif:OffsetTime`, `gps` (the wall time less the satellites' time, where a
    /// zone has that offset).
    #[serde(default)]
    pub offset_source: Option<String>,
    /// The property it came from, such as `exif:DateTimeOriginal`.
    pub source: String,
}
