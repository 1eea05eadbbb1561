//! From a file's bytes to the facts it states, by way of exiv2.
//!
//! [`facts`] opens the bytes once and lets each group of fields be read by its own file: [`time`], [`tags`], [`captions`]
//! (title, description, rating, label), [`place`], [`camera`]; [`fields`] is the one door to exiv2's tags and decides
//! what a text is; [`apple`] reads the one maker note that pairs live photos.
//!
//! What exiv2 0.27 gives: JPEG, TIFF, PNG, WebP, PSD, JP2, GIF and BMP (size alone), the RAW formats it knows, XMP
//! sidecars. Where it was built with BMFF, which is a property of the installed library (Debian's is): HEIC, HEIF, AVIF,
//! CR3 and JPEG XL containers too, with two gaps: the size of a BMFF picture is the one its EXIF claims where it claims
//! one, and of a JPEG XL there is none. Of movies it tells the kind at best, so `duration_ms` stays empty.
//!
//! It refuses to make anything up: a value that is blank, out of its range or unreadable is absent.

mod apple;
mod camera;
mod captions;
mod fields;
mod place;
mod tags;
mod time;

use rexiv2::{LogLevel, Metadata, Rexiv2Error};

use self::fields::Fields;
use crate::protocol::FactsRecord;

/// XMP namespaces that exiv2 does not know by itself. Their order and prefixes are those of the programs that write them.
const NAMESPACES: [(&str, &str); 7] = [
    ("http://www.digikam.org/ns/1.0/", "digiKam"),
    ("http://ns.adobe.com/lightroom/1.0/", "lr"),
    ("http://ns.microsoft.com/photo/1.0/", "MicrosoftPhoto"),
    ("http://ns.iview-multimedia.com/mediapro/1.0/", "mediapro"),
    ("http://ns.acdsee.com/iptc/1.0/", "acdsee"),
    ("http://www.metadataworkinggroup.com/schemas/keywords/", "mwg-kw"),
    ("http://darktable.sf.net/", "darktable"),
];

/// Starts the library. To be called once, before the sandbox closes and before anything is read.
///
/// # Errors
/// The library does not start.
pub(crate) fn prepare() -> Result<(), Rexiv2Error> {
    rexiv2::initialize()?;
    rexiv2::set_log_level(LogLevel::MUTE);
    for (name, prefix) in NAMESPACES {
        // Refused for those that the installed exiv2 knows, which is as good.
        let _ = rexiv2::register_xmp_namespace(name, prefix);
    }
    Ok(())
}

/// Reads what a file states. `ext` is its name's extension and tells formats apart that look alike.
///
/// # Errors
/// exiv2 refuses the file; the text says why in its words.
pub(crate) fn facts(bytes: &[u8], ext: &str) -> Result<FactsRecord, String> {
    let metadata = Metadata::new_from_buffer(bytes).map_err(|error| refusal(&error))?;
    let fields = Fields::of(&metadata);
    let size = positive(metadata.get_pixel_width()).zip(positive(metadata.get_pixel_height()));
    // exiv2 reads the 12-byte header of OS/2 bitmaps as if it were Windows' longer one.
    let size = size.filter(|_| !(bytes.starts_with(b"BM") && bytes.get(14) == Some(&12)));
    let mut facts = FactsRecord {
        mime: mime(&metadata, bytes, ext),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        taken: time::taken(&fields),
        tags: tags::tags(&fields),
        document_id: fields.text("Xmp.xmpMM.DocumentID"),
        content_id: fields
            .raw("Exif.Photo.MakerNote")
            .and_then(|note| apple::content_id(&note)),
        ..FactsRecord::default()
    };
    captions::read(&fields, &mut facts);
    place::read(&fields, &mut facts);
    camera::read(&fields, &mut facts);
    Ok(facts)
}

fn refusal(error: &Rexiv2Error) -> String {
    match error {
        Rexiv2Error::Internal(Some(text)) => {
            // The text may quote what it was opened from, which here is nothing but a buffer.
            let text: String = text
                .chars()
                .filter(|letter| !letter.is_control())
                .take(200)
                .collect();
            format!("not readable as a picture: {text}")
        }
        Rexiv2Error::Internal(None) | Rexiv2Error::NoValue | Rexiv2Error::Utf8(_) => {
            "not readable as a picture".to_owned()
        }
    }
}

fn positive(pixels: i32) -> Option<u32> {
    u32::try_from(pixels).ok().filter(|pixels| *pixels > 0)
}

/// The media type; exiv2 calls most RAW formats TIFF, which they are, so there the extension decides.
fn mime(metadata: &Metadata, bytes: &[u8], ext: &str) -> Option<String> {
    let found = metadata.get_media_type().ok()?.to_string();
    let known = match found.as_str() {
        "image/tiff" => match ext.to_ascii_lowercase().as_str() {
            "arw" | "sr2" | "srf" => "image/x-sony-arw",
            "cr2" => "image/x-canon-cr2",
            "dng" | "gpr" => "image/x-adobe-dng",
            "nef" | "nrw" => "image/x-nikon-nef",
            "pef" => "image/x-pentax-pef",
            "srw" => "image/x-samsung-srw",
            "kdc" | "dcr" => "image/x-kodak-kdc",
            "3fr" | "fff" => "image/x-hasselblad-3fr",
            "iiq" => "image/x-phaseone-iiq",
            "erf" => "image/x-epson-erf",
            "mef" => "image/x-mamiya-mef",
            _ => "image/tiff",
        },
        // What exiv2 says of BMFF brands that it does not know, movies among them.
        "image/generic" => brand(bytes)?,
        "video/riff" => "video/x-msvideo",
        "video/matroska" => "video/x-matroska",
        "image/x-ms-bmp" => "image/bmp",
        "image/targa" => "image/x-tga",
        other => other,
    };
    Some(known.to_owned())
}

/// The kind of a BMFF file by the brand in its first box (ISO/IEC 14496-12, ftyp).
fn brand(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8)? == b"JXL " {
        return Some("image/jxl");
    }
    match (bytes.get(4..8)?, bytes.get(8..12)?) {
        (b"ftyp", b"jxl ") => Some("image/jxl"),
        (b"ftyp", b"mif1" | b"msf1") => Some("image/heif"),
        (b"ftyp", b"qt  ") => Some("video/quicktime"),
        (b"ftyp", [b'3', b'g', ..]) => Some("video/3gpp"),
        (
            b"ftyp",
            b"isom" | b"iso2" | b"mp41" | b"mp42" | b"avc1" | b"M4V " | b"M4VP" | b"MSNV" | b"dash",
        ) => Some("video/mp4"),
        _ => None,
    }
}
