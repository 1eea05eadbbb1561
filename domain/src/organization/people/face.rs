//! Faces: boxes in a picture, as a file brings them and as edits change them.
//!
//! A box is fixed point, millionths of the stored picture's width and height, so
//! that equal boxes are equal and a box comes back as it was given. `x` and `y`
//! are its centre (MWG regions: `stArea:x`, `stArea:y`).

use crate::kernel::PersonId;
use crate::organization::OrganizationError;
use std::fmt;

/// Parts of the picture's width or height in a whole one.
const WHOLE: f64 = 1e6;

/// A box in a stored, un-turned picture: centre, width and height.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FaceBox {
    /// Millionths of the width, to the centre.
    pub x: u32,
    /// Millionths of the height, to the centre.
    pub y: u32,
    /// Millionths of the width.
    pub w: u32,
    /// Millionths of the height.
    pub h: u32,
}

impl FaceBox {
    /// The box of these parts of the whole, 0 to 1: centre, width, height.
    ///
    /// # Errors
    /// [`OrganizationError::NoBox`] for a centre outside the picture, and for a
    /// width or height that is nothing or more than the picture.
    pub fn new(x: f64, y: f64, w: f64, h: f64) -> Result<Self, OrganizationError> {
        let none = || OrganizationError::NoBox {
            text: format!("{x},{y},{w},{h}"),
        };
        let part = |part: f64| -> Option<u32> {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and a million, as was asked just before"
            )]
            let number = (part * WHOLE).round() as u32;
            ((0.0..=1.0).contains(&part)).then_some(number)
        };
        let [x, y, w, h] = [part(x), part(y), part(w), part(h)].map(|part| part.ok_or_else(none));
        let found = Self {
            x: x?,
            y: y?,
            w: w?,
            h: h?,
        };
        if found.w == 0 || found.h == 0 {
            return Err(none());
        }
        Ok(found)
    }

    /// The box of `X,Y,W,H`.
    ///
    /// # Errors
    /// As [`Self::new`], and for what is no four numbers.
    pub fn parse(text: &str) -> Result<Self, OrganizationError> {
        let none = || OrganizationError::NoBox {
            text: text.to_owned(),
        };
        let numbers: Vec<f64> = text
            .split(',')
            .map(|part| part.trim().parse().map_err(|_| none()))
            .collect::<Result<_, _>>()?;
        match *numbers {
            [x, y, w, h] => Self::new(x, y, w, h).map_err(|_| none()),
            _ => Err(none()),
        }
    }

    /// Centre, width and height as parts of the whole, 0 to 1.
    #[must_use]
    pub fn parts(&self) -> [f64; 4] {
        [self.x, self.y, self.w, self.h].map(|part| f64::from(part) / WHOLE)
    }

    /// Whether two boxes are of the same thing: what they share is at least half
    /// of what they cover together.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let (shared, covered) = self.overlap(other);
        shared.saturating_mul(2) >= covered
    }

    /// The area that two boxes share, and the area that they cover together;
    /// their quotient is how much they overlap.
    pub(super) fn overlap(&self, other: &Self) -> (u64, u64) {
        // Twice the distances, so that a centre between two parts stays whole.
        let along = |centre: u32, length: u32, other_centre: u32, other_length: u32| -> u64 {
            let ends = |centre: u32, length: u32| {
                let (centre, length) = (2 * i64::from(centre), i64::from(length));
                (centre - length, centre + length)
            };
            let ((from, to), (other_from, other_to)) =
                (ends(centre, length), ends(other_centre, other_length));
            u64::try_from(to.min(other_to) - from.max(other_from)).unwrap_or(0)
        };
        let area = |one: &Self| 4 * u64::from(one.w) * u64::from(one.h);
        let shared = along(self.x, self.w, other.x, other.w) * along(self.y, self.h, other.y, other.h);
        (shared, area(self) + area(other) - shared)
    }
}

/// `0.5,0.4,0.1,0.2`, as [`FaceBox::parse`] reads it.
impl fmt::Display for FaceBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [x, y, w, h] = self.parts();
        write!(f, "{x},{y},{w},{h}")
    }
}

/// What a box is round (MWG regions: `mwg-rs:Type`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum FaceKind {
    /// A person's face.
    #[default]
    Face,
    /// An animal.
    Pet,
    /// What the camera focused on.
    Focus,
    /// A bar code.
    BarCode,
}

impl FaceKind {
    /// All, in the order of their numbers at rest: new ones come last.
    pub const ALL: [Self; 4] = [Self::Face, Self::Pet, Self::Focus, Self::BarCode];

    /// `Face`, `Pet`, `Focus`, `BarCode`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Face => "Face",
            Self::Pet => "Pet",
            Self::Focus => "Focus",
            Self::BarCode => "BarCode",
        }
    }

    /// The kind of this text, in whatever case.
    ///
    /// # Errors
    /// [`OrganizationError::NoFaceKind`] with those there are.
    pub fn parse(text: &str) -> Result<Self, OrganizationError> {
        let is = |kind: &Self| kind.as_str().eq_ignore_ascii_case(text);
        Self::ALL
            .into_iter()
            .find(is)
            .ok_or_else(|| OrganizationError::NoFaceKind {
                text: text.to_owned(),
            })
    }

    /// Whether it may be somebody: a face, or a pet.
    #[must_use]
    pub const fn may_be_somebody(self) -> bool {
        matches!(self, Self::Face | Self::Pet)
    }
}

/// The number of a face, within its photo.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FaceId(u16);

impl FaceId {
    /// The first number of a face that was added by hand; below it are the file's.
    pub const FIRST_ADDED: Self = Self(1001);

    /// The id of this number.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether the face was added by hand.
    #[must_use]
    pub const fn is_added(self) -> bool {
        self.0 >= Self::FIRST_ADDED.0
    }
}

impl fmt::Display for FaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A face as a parser read it, not yet numbered.
#[derive(Clone, PartialEq, Debug)]
pub struct ReadFace {
    /// What it is.
    pub kind: FaceKind,
    /// Where.
    pub at: FaceBox,
    /// Who, as the file says it.
    pub name: Option<Box<str>>,
}

/// A face that the file brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileFace {
    /// Its number, below [`FaceId::FIRST_ADDED`].
    pub id: FaceId,
    /// What it is.
    pub kind: FaceKind,
    /// Where.
    pub at: FaceBox,
    /// Who, by the number that the file's word led to when it was read.
    pub person: Option<PersonId>,
}

/// What a person made of one face; the number is that of the face.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FaceEdit {
    /// Where the face is or, of a file's, was when the edit was made: by this a
    /// file that is read again finds the number.
    pub at: FaceBox,
    /// What it is.
    pub kind: FaceKind,
    /// What was made of it.
    pub fate: FaceFate,
}

/// What was made of a face.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FaceFate {
    /// The file's face is this person's, or nobody's that is known.
    Named(Option<PersonId>),
    /// The file's face is none, or is not to be shown.
    Rejected,
    /// It is there by hand, and this person's or nobody's that is known.
    Added(Option<PersonId>),
}

impl FaceFate {
    /// Who it is by this edit.
    #[must_use]
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Named(person) | Self::Added(person) => person,
            Self::Rejected => None,
        }
    }
}
