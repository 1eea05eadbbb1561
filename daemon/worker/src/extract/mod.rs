//! From a file's bytes to the facts it states, by way of exiv2.
//!
//! [`facts`] opens the bytes once and lets each group of fields be read by its own file: [`time`], [`tags`], [`captions`]
//! (title, description, rating, label), [`place`], [`camera`]; [`fields`] is the one door to exiv2's tags and decides
//! what a text is; [`apple`] reads the one maker note that pairs live photos.
//!
//! What exiv2 0.27 gives: JPEG, TIFF, PNG, WebP, PSD, JP2, GIF and BMP (size alone) and the RAW formats it knows; HEIC,
//! HEIF, AVIF and CR3 where it was built with BMFF, which is a property of the installed library; XMP sidecars. It reads
//! no JPEG XL and no movies, so those files are answered as failed and `duration_ms` stays empty.
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
    let mut facts = FactsRecord {
        mime: mime(&metadata, ext),
        width: positive(metadata.get_pixel_width()),
        height: positive(metadata.get_pixel_height()),
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
fn mime(metadata: &Metadata, ext: &str) -> Option<String> {
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
        "image/x-ms-bmp" => "image/bmp",
        "image/targa" => "image/x-tga",
        other => other,
    };
    Some(known.to_owned())
}
