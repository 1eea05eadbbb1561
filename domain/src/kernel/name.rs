//! File names: splitting, making portable, folding for comparison, suffixes.
//!
//! A *portable* name is NFC, valid UTF-8, at most 255 bytes, and free of what
//! Windows refuses (`< > : " / \ | ? *`, controls, trailing dots and blanks,
//! device names). Each refused character becomes `_`; bytes that are not UTF-8
//! too. Two originals may so get one portable name: the suffix tells them apart.
//!
//! A *suffix* is `~` and the shot's number in base 32, at least four digits:
//! it cannot clash with another shot's. A stem that looks like one by itself is
//! *tricky* and is always shown with its own suffix, so that no plain name ever
//! equals a suffixed one.
//! Source: Microsoft, "Naming Files, Paths, and Namespaces".
//!
//! An *exact* name is the bytes of the file system as they are: that is what a
//! mount with posix names shows. It is valid UTF-8 all the same, because one name
//! that is not cuts off a whole listing in Samba and in many programs. A name with
//! other bytes is *marked*: each of them becomes U+FFFD, and the shot's suffix
//! follows the stem, always. A name that holds U+FFFD by itself is marked too, so
//! that no exact name ever equals a marked one.

use super::ShotId;
use unicode_normalization::UnicodeNormalization;

/// Bytes that a name may have.
pub const NAME_MAX: usize = 255;

/// The name of a folder that a person gives: NFC, one part of a path, accepted by
/// every system; blanks round it are dropped.
///
/// # Errors
/// What is wrong with it, and what would do: it is empty, `.`, `..`, over 255
/// bytes, or one that Windows or a path refuses.
pub fn folder_name(text: &str) -> Result<Box<str>, String> {
    let name: String = text.trim().nfc().collect();
    if name.is_empty() {
        return Err("it is empty".to_owned());
    }
    if name == "." || name == ".." {
        return Err("`.` and `..` cannot be names".to_owned());
    }
    if name.len() > NAME_MAX {
        return Err("a name may have 255 bytes at most".to_owned());
    }
    let accepted = portable(name.as_bytes());
    if accepted != name {
        return Err(format!(
            "not every system can have a folder of that name; `{accepted}` would do"
        ));
    }
    Ok(name.into())
}

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// How names are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum NameStyle {
    /// Such that every system accepts them.
    #[default]
    Portable,
    /// As they are on the disk, or as a person gave them, as far as Linux allows.
    Posix,
}

impl NameStyle {
    /// `portable`, `posix`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Posix => "posix",
        }
    }

    /// The style of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Portable, Self::Posix]
            .into_iter()
            .find(|style| style.as_str() == text)
    }

    /// A name that a person gave (a tag's, an album's), which is text: in posix
    /// style itself where Linux allows it, else portable.
    #[must_use]
    pub fn of_text(self, text: &str) -> String {
        match self {
            Self::Posix if exact(text.as_bytes()).is_some() => text.to_owned(),
            Self::Posix | Self::Portable => portable(text.as_bytes()),
        }
    }
}

/// The name itself, if it can be shown as it is; see the module.
#[must_use]
pub fn exact(raw: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(raw).ok()?;
    let is_name = !matches!(text, "" | "." | "..") && raw.len() <= NAME_MAX;
    (is_name && !text.contains(['/', '\0', '\u{fffd}'])).then_some(text)
}

/// The name of a file or folder that cannot be shown exactly; see the module.
#[must_use]
pub fn marked(stem: &[u8], suffix: &str, extension: &[u8]) -> String {
    let (stem, extension) = (String::from_utf8_lossy(stem), String::from_utf8_lossy(extension));
    let name = join(&stem, suffix, &extension);
    if name.contains('\u{fffd}') {
        return name;
    }
    // The mark was in the part that had to be cut.
    join(&stem, &format!("\u{fffd}{suffix}"), &extension)
}

/// Cuts a file name at its last dot: stem and extension without the dot.
/// A name that starts with its only dot, or ends with one, has no extension.
#[must_use]
pub fn split_extension(name: &[u8]) -> (&[u8], &[u8]) {
    match name.iter().rposition(|byte| *byte == b'.') {
        Some(at) if at > 0 && at + 1 < name.len() && name.len() - at <= 12 => {
            let (stem, rest) = name.split_at(at);
            (stem, rest.get(1..).unwrap_or_default())
        }
        _ => (name, b""),
    }
}

/// The portable form of a name or a part of one.
#[must_use]
pub fn portable(raw: &[u8]) -> String {
    if let Some(text) = plain(raw) {
        return text.to_owned();
    }
    let mut text = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        text.extend(chunk.valid().nfc().map(|c| if is_refused(c) { '_' } else { c }));
        text.extend(chunk.invalid().iter().map(|_| '_'));
    }
    finish(&mut text);
    if let Some(device) = device_in(&text) {
        // Behind the device's own name: `CON_.txt`, since `CON.txt_` is the device still.
        text.insert(device, '_');
        finish(&mut text);
    }
    text
}

/// Cuts a name to its length, and puts marks for the dots and blanks at its end.
fn finish(text: &mut String) {
    truncate(text, NAME_MAX);
    let kept = text.trim_end_matches(['.', ' ']).len();
    let cut = text.len() - kept;
    text.truncate(kept);
    text.extend(std::iter::repeat_n('_', cut));
}

fn is_refused(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '\u{fffd}'
        )
}

/// How long the name of a device at its start is, if it begins with one and a dot or nothing follows.
fn device_in(name: &str) -> Option<usize> {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    // No device name is shorter or longer: most names are done here.
    if !(3..=5).contains(&stem.len()) {
        return None;
    }
    let is = |device: &&str| stem.eq_ignore_ascii_case(device);
    let is_port = || {
        let (port, number) = stem.split_at_checked(3)?;
        let numbered = matches!(
            number,
            "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
        );
        (numbered && (port.eq_ignore_ascii_case("COM") || port.eq_ignore_ascii_case("LPT"))).then_some(())
    };
    let is_device = ["CON", "PRN", "AUX", "NUL"].iter().any(is) || is_port().is_some();
    is_device.then_some(stem.len())
}

/// The name itself, if it is ASCII and nothing in it is refused: nearly all are.
fn plain(raw: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(raw).ok()?;
    let is_plain = raw.len() <= NAME_MAX
        && text.is_ascii()
        && !text.chars().any(is_refused)
        && !text.ends_with(['.', ' '])
        && device_in(text).is_none();
    is_plain.then_some(text)
}

fn truncate(text: &mut String, bytes: usize) {
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes));
    }
}

/// The form in which two names are compared: NFC, case folded.
#[must_use]
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    caseless::default_case_fold_str(name).nfc().collect()
}

/// A shot's suffix, for example `~000z`.
#[must_use]
pub fn suffix(shot: ShotId) -> String {
    let mut digits = Vec::with_capacity(8);
    let mut rest = shot.number();
    while rest > 0 || digits.len() < 4 {
        digits.push(DIGITS.get((rest % 32) as usize).copied().unwrap_or(b'0'));
        rest /= 32;
    }
    digits.push(b'~');
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}

/// Cuts a suffix off a stem: the stem before it, and whose suffix it is.
#[must_use]
pub fn split_suffix(stem: &str) -> Option<(&str, ShotId)> {
    let (plain, digits) = stem.rsplit_once('~')?;
    if !(4..=7).contains(&digits.len()) || (digits.len() > 4 && digits.starts_with('0')) {
        return None;
    }
    let mut number = 0u32;
    for byte in digits.bytes() {
        let digit = DIGITS.iter().position(|known| *known == byte)?;
        number = number.checked_mul(32)?.checked_add(u32::try_from(digit).ok()?)?;
    }
    Some((plain, ShotId::new(number)))
}

/// Whether this folded stem looks like a suffixed one.
#[must_use]
pub fn is_tricky(folded: &str) -> bool {
    split_suffix(folded).is_some()
}

/// Puts stem, suffix and extension together in at most 255 bytes; what is too
/// long is cut from the stem.
#[must_use]
pub fn join(stem: &str, suffix: &str, extension: &str) -> String {
    let tail = suffix.len()
        + if extension.is_empty() {
            0
        } else {
            extension.len() + 1
        };
    let mut name = String::with_capacity(stem.len() + tail);
    name.push_str(stem);
    truncate(&mut name, NAME_MAX.saturating_sub(tail));
    name.push_str(suffix);
    if !extension.is_empty() {
        name.push('.');
        name.push_str(extension);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_at_their_last_dot() {
        let check = |name: &str, stem: &str, ext: &str| {
            assert_eq!(
                split_extension(name.as_bytes()),
                (stem.as_bytes(), ext.as_bytes()),
                "{name}"
            );
        };
        check("IMG_1.JPG", "IMG_1", "JPG");
        check("a.b.cr2", "a.b", "cr2");
        check(".hidden", ".hidden", "");
        check("trailing.", "trailing.", "");
        check("none", "none", "");
    }

    #[test]
    fn a_portable_name_is_one_that_every_system_accepts() {
        let check = |raw: &[u8], name: &str| assert_eq!(portable(raw), name);
        check(b"IMG_1.JPG", "IMG_1.JPG");
        check(b"what?.jpg", "what_.jpg");
        check("cafe\u{301}".as_bytes(), "café");
        check(b"bad\xff.jpg", "bad_.jpg");
        check(b"dot. ", "dot__");
        check(b"con.jpg", "con_.jpg");
        check(b"Aux .tar.gz", "Aux_ .tar.gz");
        check(b"con.", "con_");
        check(b"LPT1", "LPT1_");
        check("com\u{b2}.txt".as_bytes(), "com\u{b2}_.txt");
        check(b"lpt0", "lpt0");
        check(b"console", "console");
        assert!(portable("ä".repeat(200).as_bytes()).len() <= NAME_MAX);
        let cut = portable(format!("{}. x", "y".repeat(254)).as_bytes());
        assert!(
            cut.len() == NAME_MAX && cut.ends_with("y_"),
            "also where it was cut: {cut}"
        );
    }

    #[test]
    fn a_posix_name_is_the_one_on_the_disk_or_is_marked() {
        for name in ["what?.jpg", "a:b", "cafe\u{301}", "con", "dot. ", "line\nbreak"] {
            assert_eq!(exact(name.as_bytes()), Some(name));
            assert_eq!(NameStyle::Posix.of_text(name), name);
        }
        for name in [
            &b"bad\xff.jpg"[..],
            "odd\u{fffd}".as_bytes(),
            b"",
            b".",
            b"..",
            b"a/b",
        ] {
            assert_eq!(exact(name), None, "{name:?}");
        }
        assert_eq!(NameStyle::Posix.of_text("a/b"), "a_b");
        assert_eq!(marked(b"bad\xff", "~0001", b"jpg"), "bad\u{fffd}~0001.jpg");
        let long = marked(&[&[b'x'; 249][..], b"\xff"].concat(), "~0001", b"jpg");
        assert!(
            long.len() <= NAME_MAX && long.ends_with("\u{fffd}~0001.jpg"),
            "{long}"
        );
    }

    #[test]
    fn a_suffix_reads_back_as_its_shot_and_no_other_text_does() {
        for number in [0, 1, 31, 32, 1_048_575, 1_048_576, u32::MAX] {
            let stem = format!("IMG{}", suffix(ShotId::new(number)));
            assert_eq!(split_suffix(&stem), Some(("IMG", ShotId::new(number))), "{stem}");
        }
        for stem in ["IMG", "IMG~", "IMG~123", "IMG~12l4", "IMG~00001", "IMG~zzzzzzzz"] {
            assert_eq!(split_suffix(stem), None, "{stem}");
        }
    }

    #[test]
    fn a_long_stem_gives_way_to_suffix_and_extension() {
        let name = join(&"x".repeat(300), "~0001", "jpg");
        assert_eq!(name.len(), NAME_MAX);
        assert!(name.ends_with("~0001.jpg"));
    }
}
