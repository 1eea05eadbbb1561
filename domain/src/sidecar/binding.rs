//! Whose sidecar is it? Told by names, and by what the sidecar says where names do not do.
//!
//! Two schemes are in use (sources: digiKam, darktable, Immich for the whole
//! name; Lightroom, Bridge, Capture One, Apple for the stem):
//!
//! | sidecar | names |
//! |---|---|
//! | `IMG.jpg.xmp` | `IMG.jpg`, else a file that differs in the case of the extension |
//! | `IMG.xmp` | every file of the stem `IMG`: see [`bound`] |
//!
//! Stems are compared byte for byte, extensions without regard to ASCII case;
//! where both are there, the exact one is meant. The whole name wins over the stem.

use crate::catalog::MediaKind;
use crate::kernel::name::split_extension;

/// What a sidecar's name is without its `.xmp`, in whatever case; `None`: the name is that of no sidecar.
#[must_use]
pub fn base_of(name: &[u8]) -> Option<&[u8]> {
    let (base, extension) = name.split_at_checked(name.len().checked_sub(4)?)?;
    (extension.eq_ignore_ascii_case(b".xmp") && !base.is_empty()).then_some(base)
}

/// How well a sidecar's name names a file, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fit {
    /// It is the file's name with `.xmp` after it.
    Whole,
    /// The same but for the case of the file's extension.
    WholeAnyCase,
    /// It is the file's stem with `.xmp` after it.
    Stem,
}

/// How the sidecar of this name names the file of that name in the same folder, if it does.
#[must_use]
pub fn fit(sidecar: &[u8], file: &[u8]) -> Option<Fit> {
    let base = base_of(sidecar)?;
    if base == file {
        return Some(Fit::Whole);
    }
    let (stem, extension) = split_extension(file);
    let (base_stem, base_extension) = split_extension(base);
    if base_stem == stem && !extension.is_empty() && base_extension.eq_ignore_ascii_case(extension) {
        return Some(Fit::WholeAnyCase);
    }
    (base == stem && !extension.is_empty()).then_some(Fit::Stem)
}

/// A file that a sidecar names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member<'a> {
    /// Its extension, without the dot.
    pub extension: &'a [u8],
    /// What it is.
    pub kind: MediaKind,
}

/// Which of the files of its stem a sidecar `IMG.xmp` belongs to: the one whose
/// extension it says (photoshop:SidecarForExtension), else the RAW, else the only
/// one; `None`: nobody can tell.
#[must_use]
pub fn bound(members: &[Member<'_>], for_extension: Option<&str>) -> Option<usize> {
    let the_only = |is: &dyn Fn(&Member<'_>) -> bool| {
        let mut all = members.iter().enumerate().filter(|(_, member)| is(member));
        let first = all.next()?.0;
        all.next().is_none().then_some(first)
    };
    match for_extension {
        Some(said) => the_only(&|member| member.extension == said.as_bytes())
            .or_else(|| the_only(&|member| member.extension.eq_ignore_ascii_case(said.as_bytes()))),
        // Of two RAWs of one stem the only file is none, so neither is meant.
        None => the_only(&|member| member.kind == MediaKind::Raw).or_else(|| the_only(&|_| true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::media_kind;

    #[test]
    fn a_sidecar_is_known_by_its_ending() {
        fn check(name: &str, expect: Option<&str>) {
            assert_eq!(base_of(name.as_bytes()), expect.map(str::as_bytes), "{name}");
        }
        check("IMG.xmp", Some("IMG"));
        check("IMG.jpg.XMP", Some("IMG.jpg"));
        check("a.b.Xmp", Some("a.b"));
        check(".xmp", None);
        check("xmp", None);
        check("IMG.xmpx", None);
    }

    #[test]
    fn a_name_fits_wholly_or_by_its_stem() {
        fn check(sidecar: &str, file: &str, expect: Option<Fit>) {
            assert_eq!(
                fit(sidecar.as_bytes(), file.as_bytes()),
                expect,
                "{sidecar} {file}"
            );
        }
        check("IMG.jpg.xmp", "IMG.jpg", Some(Fit::Whole));
        check("IMG.JPG.xmp", "IMG.jpg", Some(Fit::WholeAnyCase));
        check("IMG.xmp", "IMG.JPG", Some(Fit::Stem));
        check("IMG.XMP", "IMG.JPG", Some(Fit::Stem));
        check("img.xmp", "IMG.JPG", None);
        check("IMG.jpg.xmp", "IMG.cr2", None);
        check("IMG.jpg.xmp", "IMG.jpg.png", Some(Fit::Stem));
        check("IMG_1.xmp", "IMG_10.jpg", None);
    }

    #[test]
    fn of_a_stem_the_named_one_the_raw_or_the_only_one_is_meant() {
        fn check(extensions: &[&'static str], says: Option<&str>, expect: Option<usize>) {
            let member = |extension: &&'static str| Member {
                extension: extension.as_bytes(),
                kind: media_kind(extension.as_bytes()).unwrap().0,
            };
            let members: Vec<_> = extensions.iter().map(member).collect();
            assert_eq!(bound(&members, says), expect, "{extensions:?} {says:?}");
        }
        check(&["jpg"], None, Some(0));
        check(&["jpg", "CR2"], None, Some(1));
        check(&["jpg", "CR2"], Some("JPG"), Some(0));
        check(&["jpg", "JPG"], Some("JPG"), Some(1));
        check(&["jpg", "JPG"], Some("Jpg"), None);
        check(&["CR2", "dng"], None, None);
        check(&["CR2", "dng"], Some("DNG"), Some(1));
        check(&["jpg", "mov"], None, None);
        check(&["jpg"], Some("CR2"), None);
        check(&[], None, None);
    }
}
