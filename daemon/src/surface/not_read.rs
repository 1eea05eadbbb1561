//! Why a field is empty that no photo or movie of this format could fill: what the readers do not read of it.
//!
//! A format that may say everything is not here (JPEG, TIFF and what is built like it, HEIF, AVIF, PNG, WebP, JPEG XL, GIF by
//! its XMP, MP4 and QuickTime): there an empty field means that the file says nothing of it. Of old X3F, which may have
//! no metadata but its maker's, nothing is told. Sidecars fill every field of every format.

/// What a file may say, as an asset names it.
const FIELDS: [&str; 15] = [
    "title",
    "description",
    "rating",
    "label",
    "tags",
    "location",
    "orientation",
    "taken",
    "faces",
    "people",
    "camera",
    "exposure",
    "width",
    "height",
    "duration",
];

/// What is never read of a file of this media type, and why; `None`: all may be.
pub(super) fn not_read(mime: &str) -> Option<(&'static str, impl Iterator<Item = &'static str>)> {
    let (why, read): (_, &[_]) = match mime {
        // A picture lasts no time: that is no matter of its format.
        "image/bmp" => ("a BMP has no place for it", &["width", "height", "duration"]),
        "video/x-ms-wmv" => ("of Windows Media nothing but the media type is read", &[]),
        "video/mp2t" => (
            "not read from MPEG streams",
            &["taken", "camera", "width", "height", "duration"],
        ),
        "video/mpeg" => ("not read from MPEG streams", &["width", "height"]),
        "video/x-msvideo" => (
            "not read from AVI",
            &[
                "title",
                "description",
                "tags",
                "taken",
                "width",
                "height",
                "duration",
            ],
        ),
        "video/x-matroska" | "video/webm" => (
            "not read from Matroska and WebM",
            &[
                "title",
                "description",
                "tags",
                "location",
                "orientation",
                "taken",
                "camera",
                "width",
                "height",
                "duration",
            ],
        ),
        _ => return None,
    };
    let fields = FIELDS.into_iter().filter(|field| !read.contains(field));
    Some((why, fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::catalog::media_kind;

    #[test]
    fn formats_that_are_not_read_whole_say_so_by_their_extensions() {
        let fields = |extension: &str| -> Option<Vec<&str>> {
            let (_, mime) = media_kind(extension.as_bytes()).unwrap();
            not_read(mime).map(|(_, fields)| fields.collect())
        };
        let check = |extension: &str, named: &[&str], not_named: &[&str]| {
            let fields = fields(extension).unwrap();
            assert!(
                named.iter().all(|field| fields.contains(field)),
                "{extension}: {fields:?}"
            );
            assert!(
                !not_named.iter().any(|field| fields.contains(field)),
                "{extension}: {fields:?}"
            );
        };
        check("bmp", &["title", "taken", "camera"], &["width", "duration"]);
        check("wmv", &["title", "taken", "camera", "width", "duration"], &[]);
        for extension in ["mts", "m2ts"] {
            check(extension, &["title", "tags"], &["taken", "camera", "duration"]);
        }
        for extension in ["mpg", "mpeg"] {
            check(extension, &["title", "taken", "camera", "duration"], &["width"]);
        }
        check(
            "avi",
            &["rating", "camera", "people"],
            &["title", "taken", "duration"],
        );
        for extension in ["mkv", "webm"] {
            check(
                extension,
                &["rating", "faces", "exposure"],
                &["title", "location", "camera"],
            );
        }
        for extension in ["jpg", "heic", "png", "gif", "cr2", "mp4", "mov", "3gp"] {
            assert_eq!(fields(extension), None, "{extension}");
        }
    }
}
