//! Programs that write metadata of photos, beside this one.

/// A program that wrote a file or a sidecar: the name in `file:darktable`.
///
/// A closed list: what a file says wrote it is any text, and an actor is a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub enum Tool {
    /// The file does not say, or it is none of these.
    #[default]
    Unknown,
    /// ACDSee.
    Acdsee,
    /// Adobe Bridge.
    Bridge,
    /// Capture One.
    CaptureOne,
    /// darktable.
    Darktable,
    /// digiKam.
    Digikam,
    /// Exiftool, alone or within another program.
    Exiftool,
    /// Geeqie.
    Geeqie,
    /// GIMP.
    Gimp,
    /// gThumb.
    Gthumb,
    /// Adobe Lightroom, and Camera Raw.
    Lightroom,
    /// Adobe Photoshop.
    Photoshop,
    /// Picasa.
    Picasa,
    /// RawTherapee and ART.
    Rawtherapee,
    /// Shotwell.
    Shotwell,
    /// Windows' own photo viewers.
    Windows,
    /// XnView.
    Xnview,
}

/// What programs call themselves in files, in lower case; the more special first.
const CALLED: [(&str, Tool); 19] = [
    ("darktable", Tool::Darktable),
    ("digikam", Tool::Digikam),
    ("exiftool", Tool::Exiftool),
    ("lightroom", Tool::Lightroom),
    ("camera raw", Tool::Lightroom),
    ("photoshop", Tool::Photoshop),
    ("adobe bridge", Tool::Bridge),
    ("capture one", Tool::CaptureOne),
    ("acdsee", Tool::Acdsee),
    ("geeqie", Tool::Geeqie),
    ("gimp", Tool::Gimp),
    ("gthumb", Tool::Gthumb),
    ("picasa", Tool::Picasa),
    ("rawtherapee", Tool::Rawtherapee),
    ("shotwell", Tool::Shotwell),
    ("microsoft windows photo", Tool::Windows),
    ("microsoft photo gallery", Tool::Windows),
    ("windows photo editor", Tool::Windows),
    ("xnview", Tool::Xnview),
];

impl Tool {
    /// All.
    pub const ALL: [Self; 17] = [
        Self::Unknown,
        Self::Acdsee,
        Self::Bridge,
        Self::CaptureOne,
        Self::Darktable,
        Self::Digikam,
        Self::Exiftool,
        Self::Geeqie,
        Self::Gimp,
        Self::Gthumb,
        Self::Lightroom,
        Self::Photoshop,
        Self::Picasa,
        Self::Rawtherapee,
        Self::Shotwell,
        Self::Windows,
        Self::Xnview,
    ];

    /// Its name, in lower case and one word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Acdsee => "acdsee",
            Self::Bridge => "bridge",
            Self::CaptureOne => "captureone",
            Self::Darktable => "darktable",
            Self::Digikam => "digikam",
            Self::Exiftool => "exiftool",
            Self::Geeqie => "geeqie",
            Self::Gimp => "gimp",
            Self::Gthumb => "gthumb",
            Self::Lightroom => "lightroom",
            Self::Photoshop => "photoshop",
            Self::Picasa => "picasa",
            Self::Rawtherapee => "rawtherapee",
            Self::Shotwell => "shotwell",
            Self::Windows => "windows",
            Self::Xnview => "xnview",
        }
    }

    /// The program of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == name)
    }

    /// The program that the first of these texts names that names one.
    #[must_use]
    pub fn named_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let tool = |text: &str| {
            let text = text.to_lowercase();
            let called = CALLED.iter().find(|(word, _)| text.contains(word));
            called.map(|(_, tool)| *tool)
        };
        texts.into_iter().find_map(tool).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_what_they_call_themselves() {
        for (texts, expect) in [
            (&["Image::ExifTool 12.57", "darktable 4.2.1"][..], "exiftool"),
            (&["XMP Core 4.4.0-Exiv2", "digiKam-8.1.0"], "digikam"),
            (
                &["Adobe XMP Core 7.0", "Adobe Photoshop Lightroom Classic 12.3"],
                "lightroom",
            ),
            (&["Adobe Photoshop 24.1 (Windows)"], "photoshop"),
            (&["XMP Core 4.4.0-Exiv2", "17.1"], "unknown"),
            (&[], "unknown"),
        ] {
            assert_eq!(
                Tool::named_in(texts.iter().copied()).as_str(),
                expect,
                "{texts:?}"
            );
        }
        for tool in Tool::ALL {
            assert_eq!(Tool::parse(tool.as_str()), Some(tool));
        }
        assert!(CALLED.iter().all(|(_, tool)| Tool::ALL.contains(tool)));
    }
}
