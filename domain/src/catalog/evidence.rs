//! Whether a file that has new bytes under its old path shows the same picture.
//!
//! A file that is rewritten is either *edited* (a program wrote a rating into it, or
//! saved the picture anew) or *replaced* (a card's counter began again, and another
//! picture got the name). What the file said of itself before and what it says now
//! decides, in this order:
//!
//! | the two | it is |
//! |---|---|
//! | have the same picture data | the same picture |
//! | what is there now is the content of another photo, to the byte | another picture |
//! | have one document id | the same picture |
//! | were taken at different times | another picture |
//! | were taken by different cameras (make, model or serial number) | another picture |
//! | else: they agree, or one of them says nothing | the same picture |
//!
//! So a drawing that never said anything keeps its edits when it is saved again, and so
//! does a photo from which somebody removed what it said. Where nothing can be decided
//! the edits stay: nothing is lost by that, and a person can drop them. But where two files
//! were swapped, or one was copied over another, bytes that are known tell it, and who
//! believed that either was edited would make one photo of two. A date that is
//! only the file name's is no evidence, since the name is the same by nature.

use super::{Camera, Facts};
use crate::kernel::{Checksum, Taken, TakenSource};
use crate::view::FactsRef;

/// What a file says of the picture in it; `None` is "it does not say".
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Evidence {
    /// When it was taken.
    pub taken: Option<Taken>,
    /// EXIF Make.
    pub make: Option<Box<str>>,
    /// EXIF Model.
    pub model: Option<Box<str>>,
    /// Serial number of the body.
    pub serial: Option<Box<str>>,
    /// `xmpMM:OriginalDocumentID`, else `xmpMM:DocumentID`.
    pub document: Option<Box<str>>,
    /// A hash of the picture data, without metadata.
    pub image: Option<Checksum>,
}

/// The least difference of two times that say a fraction of the second: programs round it, and the fastest
/// cameras take a shot every thirtieth.
const SAME_MOMENT: u32 = 10_000_000;

impl Evidence {
    /// What facts that are known say of the picture.
    #[must_use]
    pub fn of(facts: FactsRef<'_>) -> Self {
        Self::new(facts.taken(), facts.camera().map(std::sync::Arc::as_ref))
    }

    /// What facts that were read just now say of it.
    #[must_use]
    pub fn of_read(facts: &Facts) -> Self {
        Self::new(facts.taken, facts.camera.as_deref())
    }

    fn new(taken: Option<Taken>, camera: Option<&Camera>) -> Self {
        Self {
            taken: taken.filter(|taken| taken.source != TakenSource::FileName),
            make: camera.and_then(|camera| camera.make.clone()),
            model: camera.and_then(|camera| camera.model.clone()),
            serial: camera.and_then(|camera| camera.serial.clone()),
            document: None,
            image: None,
        }
    }

    /// Whether it says nothing at all.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether the picture's data is known, and the same: all that counts where what is there now is the content of another photo.
pub(super) fn same_image(old: &Evidence, new: &Evidence) -> bool {
    equal(old.image.as_ref(), new.image.as_ref()) == Some(true)
}

/// Whether what a file said before and what it says now can be of one picture, where its bytes are nobody
/// else's; the table is in the module's docs.
pub(super) fn same_picture(old: &Evidence, new: &Evidence) -> bool {
    let agree = |one: Option<bool>| one == Some(true);
    let differ = |one: Option<bool>| one == Some(false);
    if same_image(old, new) || agree(equal(old.document.as_ref(), new.document.as_ref())) {
        return true;
    }
    let taken = old.taken.zip(new.taken);
    ![
        taken.map(|(old, new)| is_one_moment(&old, &new)),
        equal(old.make.as_ref(), new.make.as_ref()),
        equal(old.model.as_ref(), new.model.as_ref()),
        equal(old.serial.as_ref(), new.serial.as_ref()),
    ]
    .into_iter()
    .any(differ)
}

/// Whether two times can be of one shot. A program that saves a picture may drop fractions and the offset, not the second.
fn is_one_moment(one: &Taken, other: &Taken) -> bool {
    let say_fractions = one.nanos > 0 && other.nanos > 0;
    one.local_seconds == other.local_seconds
        && !(say_fractions && one.nanos.abs_diff(other.nanos) >= SAME_MOMENT)
}

/// Whether two are equal; `None` where one of them is unknown.
fn equal<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> Option<bool> {
    Some(old? == new?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(taken: &str, camera: &str, document: &str, image: u8) -> Evidence {
        let mut parts = camera
            .split('/')
            .map(|part| (!part.is_empty()).then(|| part.into()));
        let text = |text: &str| (!text.is_empty()).then(|| text.into());
        Evidence {
            taken: Taken::parse(taken, TakenSource::ExifOriginal).ok(),
            make: parts.next().flatten(),
            model: parts.next().flatten(),
            serial: parts.next().flatten(),
            document: text(document),
            image: (image > 0).then(|| Checksum::new([image; 32])),
        }
    }

    #[test]
    fn a_picture_is_another_one_only_where_both_say_so() {
        let noon = "2024-06-15T12:00:00";
        let one = "2024-06-15T13:00:00";
        for (old, new, same) in [
            // A rating was written into it.
            ((noon, "Canon/R5/7", "", 0), (noon, "Canon/R5/7", "", 0), true),
            // It was saved anew without fractions and offset.
            (
                ("2024-06-15T12:00:00.5+02:00", "Canon/R5/7", "", 0),
                (noon, "Canon/R5", "", 0),
                true,
            ),
            // The fraction was rounded; the next shot of a burst.
            (
                ("2024-06-15T12:00:00.472", "Canon/R5/7", "", 0),
                ("2024-06-15T12:00:00.47", "Canon/R5/7", "", 0),
                true,
            ),
            (
                ("2024-06-15T12:00:00.472", "Canon/R5/7", "", 0),
                ("2024-06-15T12:00:00.565", "Canon/R5/7", "", 0),
                false,
            ),
            // The counter began again.
            ((noon, "Canon/R5/7", "", 0), (one, "Canon/R5/7", "", 0), false),
            // Another camera's card, at the very second.
            ((noon, "Canon/R5/7", "", 0), (noon, "Canon/R5/8", "", 0), false),
            ((noon, "Canon/R5/", "", 0), (noon, "Nikon/Z6/", "", 0), false),
            ((noon, "", "", 0), (one, "", "", 0), false),
            // A drawing; a photo whose metadata was removed; a scan that got some.
            (("", "", "", 0), ("", "", "", 0), true),
            ((noon, "Canon/R5/7", "", 0), ("", "", "", 0), true),
            (("", "", "", 0), (noon, "Canon/R5/7", "", 0), true),
            // The clock was set right: the picture or the document is the same.
            ((noon, "Canon/R5/7", "", 3), (one, "Canon/R5/7", "", 3), true),
            ((noon, "Canon/R5/7", "d1", 3), (one, "Canon/R5/7", "d1", 4), true),
            ((noon, "Canon/R5/7", "d1", 3), (one, "Canon/R5/7", "d2", 4), false),
            // Developed anew: other picture data of the same shot.
            ((noon, "Canon/R5/7", "", 3), (noon, "Canon/R5/7", "", 4), true),
        ] {
            let of = |(taken, camera, document, image)| evidence(taken, camera, document, image);
            assert_eq!(same_picture(&of(old), &of(new)), same, "{old:?} {new:?}");
            assert_eq!(same_picture(&of(new), &of(old)), same, "{new:?} {old:?}");
        }
    }

    #[test]
    fn what_says_nothing_is_no_evidence() {
        assert!(Evidence::default().is_none());
        assert!(!evidence("2024", "", "", 0).is_none());
    }
}
