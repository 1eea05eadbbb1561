//! What a scan leaves out, built in: what NAS systems, desktops, sync tools and
//! photo programs leave in photo folders and no person would call a photo.

/// A folder that holds a file of this name is left out, with all below it.
pub const IGNORE_MARK: &[u8] = b".kphotosignore";

const FOLDERS: &[&[u8]] = &[
    b"#recycle",
    b"#snapshot",
    b"$RECYCLE.BIN",
    b".@__thumb",
    b".AppleDouble",
    b".Spotlight-V100",
    b".Trash",
    b".Trashes",
    b".fseventsd",
    b".kphotos",
    b".sh_thumbnails",
    b".stfolder",
    b".stversions",
    b".thumbnails",
    b"@Recycle",
    b"@Recently-Snapshot",
    b"@eaDir",
    b"System Volume Information",
    b"lost+found",
];

const FILES: &[&[u8]] = &[b".DS_Store", b"Thumbs.db", b"desktop.ini", IGNORE_MARK];

/// Whether a scan leaves this name out; `folder` says what it names.
#[must_use]
pub fn is_ignored(name: &[u8], folder: bool) -> bool {
    ignored_by(name, folder).is_some()
}

/// The rule by which a scan leaves this name out, as a person writes it: `@eaDir`, `._*`.
#[must_use]
pub fn ignored_by(name: &[u8], folder: bool) -> Option<&'static str> {
    let (names, start, pattern) = if folder {
        (FOLDERS, &b".Trash-"[..], ".Trash-*")
    } else {
        (FILES, &b"._"[..], "._*")
    };
    if let Some(rule) = names.iter().find(|rule| **rule == name) {
        return str::from_utf8(rule).ok();
    }
    if name.starts_with(start) {
        return Some(pattern);
    }
    name.ends_with(b".lrdata").then_some("*.lrdata")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_programs_leave_behind_is_left_out() {
        for folder in [
            "@eaDir",
            ".@__thumb",
            "#recycle",
            ".Trash-1000",
            ".stfolder",
            "Previews.lrdata",
        ] {
            assert!(is_ignored(folder.as_bytes(), true), "{folder}");
        }
        for file in ["._IMG_1.JPG", ".DS_Store", ".kphotosignore"] {
            assert!(is_ignored(file.as_bytes(), false), "{file}");
        }
        assert!(!is_ignored(b"IMG_1.JPG", false) && !is_ignored(b"2024", true));
    }

    #[test]
    fn the_rule_that_leaves_a_name_out_is_said_as_a_person_writes_it() {
        for (name, folder, rule) in [
            ("@eaDir", true, "@eaDir"),
            (".Trash-1000", true, ".Trash-*"),
            ("._a.jpg", false, "._*"),
            ("x.lrdata", true, "*.lrdata"),
        ] {
            assert_eq!(ignored_by(name.as_bytes(), folder), Some(rule));
        }
    }
}
