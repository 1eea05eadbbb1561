//! From a file's bytes to the facts it states, by way of exiv2.
//!
//! [`facts`] opens the bytes once and lets each group of fields be read by its own file: [`time`], [`tags`], [`captions`]
//! (title, description, rating, label), [`place`], [`camera`], [`faces`], [`motion`], [`programs`]; [`fields`] is the one door to exiv2's tags and decides
//! what a text is, [`lists`] reads those that exiv2 spoils; [`sidecar`] reads XMP files, [`apple`] the one maker note that pairs live photos,
//! [`samsung`] what phones put behind a picture.
//!
//! What exiv2 0.27 gives: JPEG, TIFF, PNG, WebP, PSD, JP2, GIF and BMP (size alone), the RAW formats it knows, XMP
//! sidecars. Where it was built with BMFF, which is a property of the installed library (Debian's is): HEIC, HEIF, AVIF,
//! CR3 and JPEG XL containers too. [`container`] reads by itself what exiv2 leaves out: the stored size of HEIF and JPEG
//! XL, where exiv2 repeats what EXIF claims, formats that it refuses (BigTIFF, X3F), and parts that it does not find. XMP
//! packets that its toolkit misreads are put right first ([`mend`]). [`mod@anatomy`] tells where a sidecar says what. Movies are not read here.
//!
//! It refuses to make anything up: a value that is blank, out of its range or unreadable is absent.

mod anatomy;
pub(crate) mod apple;
mod camera;
pub(crate) mod captions;
pub(crate) mod container;
mod faces;
pub(crate) mod fields;
mod lists;
pub(crate) mod mend;
pub(crate) mod motion;
pub(crate) mod place;
mod programs;
mod samsung;
pub(crate) mod sidecar;
mod stamp;
mod structures;
mod tags;
pub(crate) mod time;

use rexiv2::{LogLevel, Metadata, Rexiv2Error};

pub(crate) use self::anatomy::anatomy;
pub(crate) use self::container::heif_pieces;
use self::fields::Fields;
use crate::protocol::FactsRecord;

/// XMP namespaces that exiv2 does not know by itself. Their order and prefixes are those of the programs that write them.
const NAMESPACES: [(&str, &str); 12] = [
    ("http://www.digikam.org/ns/1.0/", "digiKam"),
    ("http://ns.adobe.com/lightroom/1.0/", "lr"),
    ("http://ns.microsoft.com/photo/1.0/", "MicrosoftPhoto"),
    ("http://ns.iview-multimedia.com/mediapro/1.0/", "mediapro"),
    ("http://ns.acdsee.com/iptc/1.0/", "acdsee"),
    ("http://www.metadataworkinggroup.com/schemas/keywords/", "mwg-kw"),
    ("http://darktable.sf.net/", "darktable"),
    ("http://ns.acdsee.com/regions/", "acdsee-rs"),
    ("http://ns.acdsee.com/sType/Area#", "acdsee-stArea"),
    ("http://ns.google.com/photos/1.0/camera/", "GCamera"),
    ("http://ns.google.com/photos/1.0/creations/", "GCreations"),
    ("http://ns.google.com/photos/1.0/container/", "GContainer"),
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
/// exiv2 refuses the file, and nothing else is known about it; the text says why in exiv2's words.
pub(crate) fn facts(bytes: &[u8], ext: &str) -> Result<FactsRecord, String> {
    if let Some(sidecar) = sidecar::read(bytes, ext) {
        return sidecar;
    }
    let found = container::read(bytes);
    let whole = Metadata::new_from_buffer(bytes);
    // The parts may be sound where exiv2 stumbles over their container.
    let whole = match &whole {
        Ok(metadata) => Some(metadata),
        Err(_) if found.size.is_some() => None,
        Err(error) => return Err(refusal(error)),
    };
    // What exiv2 finds in the file by itself, else what is found here; but a packet that it would misread goes before.
    let exif = found.exif.filter(|_| !whole.is_some_and(Metadata::has_exif));
    let exif = exif.and_then(|block| Metadata::new_from_buffer(&block).ok());
    let packet = found.xmp.map(|packet| sidecar::text(&packet));
    let mended = packet.as_deref().and_then(mend::without_empty);
    let own = match mended.and_then(|text| xmp(&text)) {
        Some(mended) => Some(mended),
        None if whole.is_some_and(Metadata::has_xmp) => None,
        None => packet.as_deref().and_then(xmp),
    };
    let fields = Fields {
        exif: exif.as_ref().or(whole),
        xmp: own.as_ref().or(whole),
        packet: packet.as_deref(),
        iptc: whole,
        iptc_block: found.iptc,
        iptc_is_newer: found.iptc_is_newer,
        undescribed: found.undescribed,
    };
    let mut facts = stated(&fields, Some(bytes));
    if let Some(whole) = whole {
        let size = size(whole, bytes).or(found.spare_size);
        facts.width = size.map(|(width, _)| width);
        facts.height = size.map(|(_, height)| height);
        facts.mime = mime(whole, bytes, ext);
        if facts.mime.as_deref() == Some("image/x-sony-arw") {
            camera::sony_size(&fields, &mut facts);
        }
    }
    if let Some((width, height)) = found.size {
        facts.width = Some(width);
        facts.height = Some(height);
    }
    if let Some(more) = found.extended.as_deref().and_then(self::packet) {
        complete(&mut facts, more);
    }
    if let Some(picture) = found.jpeg.and_then(|picture| self::facts(picture, "jpg").ok()) {
        complete(&mut facts, picture);
    }
    complete(&mut facts, found.texts);
    // Of the packet, wherever in the file it is; a preview may have another one.
    let toolkit = programs::toolkit(packet.as_deref().map_or(bytes, str::as_bytes));
    facts.programs.splice(..0, toolkit);
    facts.mime = facts.mime.or_else(|| found.mime.map(str::to_owned));
    facts.orientation = facts.orientation.or(found.orientation);
    Ok(facts)
}

/// What an XMP packet states; nothing if it is none.
pub(crate) fn packet(bytes: &[u8]) -> Option<FactsRecord> {
    let text = sidecar::text(bytes);
    let mut facts = part(&text, None)?;
    facts.programs.splice(..0, programs::toolkit(text.as_bytes()));
    Some(facts)
}

/// The same of a packet out of this file.
fn part(packet: &str, whole: Option<&[u8]>) -> Option<FactsRecord> {
    let mended = mend::without_empty(packet);
    let metadata = mended.and_then(|text| xmp(&text)).or_else(|| xmp(packet))?;
    let fields = Fields {
        xmp: Some(&metadata),
        packet: Some(packet),
        ..Fields::default()
    };
    Some(stated(&fields, whole))
}

/// A packet in exiv2's hands, if need be in the form that it understands.
///
/// It fills EXIF and IPTC from a packet that it reads alone, and loses offsets in doing so: those are not asked.
fn xmp(text: &str) -> Option<Metadata> {
    let read = |text: &str| {
        let metadata = Metadata::new_from_buffer(text.as_bytes()).ok()?;
        metadata.has_xmp().then_some(metadata)
    };
    read(text).or_else(|| read(&mend::rewritten(text)?))
}

fn size(metadata: &Metadata, bytes: &[u8]) -> Option<(u32, u32)> {
    let size = positive(metadata.get_pixel_width()).zip(positive(metadata.get_pixel_height()));
    // exiv2 reads the 12-byte header of OS/2 bitmaps as if it were Windows' longer one.
    size.filter(|_| !(bytes.starts_with(b"BM") && bytes.get(14) == Some(&12)))
}

/// Everything but type and size; `whole` is the file, where places in it are told.
fn stated(fields: &Fields<'_>, whole: Option<&[u8]>) -> FactsRecord {
    let note = fields.raw("Exif.Photo.MakerNote").unwrap_or_default();
    let apple = |tag: u16| apple::identifier(&note, tag);
    let mut facts = FactsRecord {
        taken: time::taken(fields),
        tags: tags::tags(fields),
        document_id: fields.text("Xmp.xmpMM.DocumentID"),
        for_extension: fields.text("Xmp.photoshop.SidecarForExtension"),
        original_document_id: fields.text("Xmp.xmpMM.OriginalDocumentID"),
        image_unique_id: fields.text("Exif.Photo.ImageUniqueID"),
        content_id: apple(apple::CONTENT_IDENTIFIER),
        burst_id: apple(apple::BURST)
            .or_else(|| fields.first_text(&["Xmp.GCamera.BurstID", "Xmp.GCreations.CameraBurstID"])),
        programs: programs::named(fields),
        motion: whole.and_then(|whole| motion::motion(fields, whole)),
        ..FactsRecord::default()
    };
    captions::read(fields, &mut facts);
    place::read(fields, &mut facts);
    camera::read(fields, &mut facts);
    faces::read(fields, &mut facts);
    facts
}

/// Puts what `other` states where `facts` state nothing.
fn complete(facts: &mut FactsRecord, other: FactsRecord) {
    macro_rules! fill {
        ($($field:ident)*) => { $(facts.$field = facts.$field.take().or(other.$field);)* };
    }
    fill!(width height orientation taken title description rating label make model lens serial iso f_number exposure_seconds);
    fill!(focal_mm content_id document_id original_document_id image_unique_id burst_id motion);
    if facts.latitude.is_none() {
        fill!(latitude longitude altitude);
    }
    if facts.tags.is_empty() {
        facts.tags = other.tags;
    }
    if facts.programs.is_empty() {
        facts.programs = other.programs;
    }
    if facts.faces.is_empty() {
        facts.faces = other.faces;
    }
    if facts.persons.is_empty() {
        facts.persons = other.persons;
    }
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
        // What exiv2 says of BMFF brands that it does not know.
        "image/generic" => brand(bytes)?,
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
        _ => None,
    }
}
