//! Why a field is empty that no photo or movie of this format could fill: what the readers do not read of it.
//!
//! A format that may say everything is not here (JPEG, TIFF and the RAW that is built like it, HEIF, PNG, WebP, JPEG XL,
//! GIF by its XMP, MP4 and QuickTime): there an empty field means that the file says nothing of it. Sidecars fill every
//! field of every format.

/// One format's fields, as an asset names them, and why they stay empty.
type NotRead = (&'static str, &'static [&'static str]);

const BMP: NotRead = (
    "a BMP has no place for it",
    &[
        "title",
        "description",
        "rating",
        "label",
        "tags",
        "location",
        "orientation",
        "taken",
        "faces",
        "camera",
        "exposure",
    ],
);
const WINDOWS_MEDIA: NotRead = (
    "of Windows Media nothing but the media type is read",
    &[
        "title",
        "description",
        "rating",
        "label",
        "tags",
        "location",
        "orientation",
        "taken",
        "faces",
        "camera",
        "exposure",
        "width",
        "height",
        "duration",
    ],
);
const TRANSPORT_STREAM: NotRead = (
    "not read from MPEG streams",
    &[
        "title",
        "description",
        "rating",
        "label",
        "tags",
        "location",
        "orientation",
        "faces",
        "exposure",
    ],
);
const PROGRAM_STREAM: NotRead = (
    "not read from MPEG streams",
    &[
        "title",
        "description",
        "rating",
        "label",
        "tags",
        "location",
        "orientation",
        "taken",
        "faces",
        "camera",
        "exposure",
        "duration",
    ],
);
const AVI: NotRead = (
    "not read from AVI",
    &[
        "rating",
        "label",
        "location",
        "orientation",
        "faces",
        "camera",
        "exposure",
    ],
);
const MATROSKA: NotRead = (
    "not read from Matroska and WebM",
    &["rating", "label", "faces", "exposure"],
);

/// What is never read of a file of this media type, and why; `None`: all may be.
pub(super) fn not_read(mime: &str) -> Option<NotRead> {
    Some(match mime {
        "image/bmp" => BMP,
        "video/x-ms-wmv" => WINDOWS_MEDIA,
        "video/mp2t" => TRANSPORT_STREAM,
        "video/mpeg" => PROGRAM_STREAM,
        "video/x-msvideo" => AVI,
        "video/x-matroska" | "video/webm" => MATROSKA,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::catalog::media_kind;

    #[test]
    fn formats_that_are_not_read_whole_say_so_by_their_extensions() {
        let reason = |extension: &str| {
            let (_, mime) = media_kind(extension.as_bytes()).unwrap();
            not_read(mime).map(|(why, _)| why)
        };
        for extension in ["bmp", "wmv", "mts", "m2ts", "mpg", "mpeg", "avi", "mkv", "webm"] {
            assert!(reason(extension).is_some(), "{extension}");
        }
        for extension in ["jpg", "heic", "png", "gif", "cr2", "mp4", "mov", "3gp"] {
            assert_eq!(reason(extension), None, "{extension}");
        }
    }
}
