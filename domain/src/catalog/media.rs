//! Which files are photos and videos, told by their extension.

/// What a file is, as far as its name tells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MediaKind {
    /// A finished picture: JPEG, HEIC, PNG …
    Photo,
    /// Sensor data: CR2, NEF, DNG …
    Raw,
    /// A movie.
    Video,
}

impl MediaKind {
    /// `photo`, `raw`, `video`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Raw => "raw",
            Self::Video => "video",
        }
    }

    /// The kind of this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Photo, Self::Raw, Self::Video]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// Extensions in lower case, sorted; kind and MIME type.
const TYPES: &[(&str, MediaKind, &str)] = &[
    ("3fr", MediaKind::Raw, "image/x-hasselblad-3fr"),
    ("3g2", MediaKind::Video, "video/3gpp2"),
    ("3gp", MediaKind::Video, "video/3gpp"),
    ("arw", MediaKind::Raw, "image/x-sony-arw"),
    ("avi", MediaKind::Video, "video/x-msvideo"),
    ("avif", MediaKind::Photo, "image/avif"),
    ("bmp", MediaKind::Photo, "image/bmp"),
    ("cr2", MediaKind::Raw, "image/x-canon-cr2"),
    ("cr3", MediaKind::Raw, "image/x-canon-cr3"),
    ("crw", MediaKind::Raw, "image/x-canon-crw"),
    ("dcr", MediaKind::Raw, "image/x-kodak-dcr"),
    ("dng", MediaKind::Raw, "image/x-adobe-dng"),
    ("erf", MediaKind::Raw, "image/x-epson-erf"),
    ("gif", MediaKind::Photo, "image/gif"),
    ("gpr", MediaKind::Raw, "image/x-adobe-dng"),
    ("heic", MediaKind::Photo, "image/heic"),
    ("heif", MediaKind::Photo, "image/heif"),
    ("hif", MediaKind::Photo, "image/heif"),
    ("iiq", MediaKind::Raw, "image/x-phaseone-iiq"),
    ("j2c", MediaKind::Photo, "image/jp2"),
    ("jp2", MediaKind::Photo, "image/jp2"),
    ("jpe", MediaKind::Photo, "image/jpeg"),
    ("jpeg", MediaKind::Photo, "image/jpeg"),
    ("jpg", MediaKind::Photo, "image/jpeg"),
    ("jxl", MediaKind::Photo, "image/jxl"),
    ("k25", MediaKind::Raw, "image/x-kodak-k25"),
    ("kdc", MediaKind::Raw, "image/x-kodak-kdc"),
    ("m2ts", MediaKind::Video, "video/mp2t"),
    ("m4v", MediaKind::Video, "video/x-m4v"),
    ("mef", MediaKind::Raw, "image/x-mamiya-mef"),
    ("mkv", MediaKind::Video, "video/x-matroska"),
    ("mov", MediaKind::Video, "video/quicktime"),
    ("mp", MediaKind::Video, "video/mp4"),
    ("mp4", MediaKind::Video, "video/mp4"),
    ("mpeg", MediaKind::Video, "video/mpeg"),
    ("mpg", MediaKind::Video, "video/mpeg"),
    ("mpo", MediaKind::Photo, "image/mpo"),
    ("mrw", MediaKind::Raw, "image/x-minolta-mrw"),
    ("mts", MediaKind::Video, "video/mp2t"),
    ("nef", MediaKind::Raw, "image/x-nikon-nef"),
    ("nrw", MediaKind::Raw, "image/x-nikon-nrw"),
    ("orf", MediaKind::Raw, "image/x-olympus-orf"),
    ("ori", MediaKind::Raw, "image/x-olympus-ori"),
    ("pef", MediaKind::Raw, "image/x-pentax-pef"),
    ("png", MediaKind::Photo, "image/png"),
    ("psd", MediaKind::Photo, "image/vnd.adobe.photoshop"),
    ("raf", MediaKind::Raw, "image/x-fuji-raf"),
    ("raw", MediaKind::Raw, "image/x-panasonic-raw"),
    ("rw2", MediaKind::Raw, "image/x-panasonic-rw2"),
    ("rwl", MediaKind::Raw, "image/x-leica-rwl"),
    ("sr2", MediaKind::Raw, "image/x-sony-sr2"),
    ("srf", MediaKind::Raw, "image/x-sony-srf"),
    ("srw", MediaKind::Raw, "image/x-samsung-srw"),
    ("tif", MediaKind::Photo, "image/tiff"),
    ("tiff", MediaKind::Photo, "image/tiff"),
    ("webm", MediaKind::Video, "video/webm"),
    ("webp", MediaKind::Photo, "image/webp"),
    ("wmv", MediaKind::Video, "video/x-ms-wmv"),
    ("x3f", MediaKind::Raw, "image/x-sigma-x3f"),
];

/// The kind and MIME type of a file of this extension (without the dot, any
/// case); `None` for a file that is no photo or video.
#[must_use]
pub fn media_kind(extension: &[u8]) -> Option<(MediaKind, &'static str)> {
    if extension.len() > 5 {
        return None;
    }
    let lower = extension.to_ascii_lowercase();
    let at = TYPES
        .binary_search_by(|(ext, _, _)| ext.as_bytes().cmp(&lower))
        .ok()?;
    TYPES.get(at).map(|(_, kind, mime)| (*kind, *mime))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_the_search_finds_every_row() {
        assert!(TYPES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (ext, kind, mime) in TYPES {
            assert_eq!(
                media_kind(ext.to_ascii_uppercase().as_bytes()),
                Some((*kind, *mime))
            );
        }
        assert_eq!(media_kind(b"txt"), None);
    }
}
