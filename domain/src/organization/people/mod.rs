//! People and the faces by which photos know them.
//!
//! Words: a *person* is a name, unique in the owner's world, made when a file or
//! somebody first names one. A *face* is a box in one picture, stored and not
//! turned, of a face or a pet, which may be a person's, or of what the camera
//! focused on. Files bring faces, and names of persons without a box; edits name
//! them, reject them and add others: see [`FaceEdit`]. What a photo shows is the
//! union (`view::people`).
//!
//! A person who is renamed or merged is found again by the name that files go on
//! saying, as tags are: the old name stays a *word* for that person, one who was
//! merged stays as a number that leads to the other, and facts and edits keep
//! the number that the name led to then. So taking a merge back parts the photos again.
//!
//! A file's face keeps its number while its box stays where it is (an edit is of
//! that face and no other); faces added by hand have numbers of their own from
//! [`FaceId::FIRST_ADDED`], so that no later reading of the file can take one.
//!
//! Refuses: boxes that are none or lie outside the picture, names of what is
//! neither a face nor a pet, a name that is another person's, taking away a
//! face that the file brings (reject it), rejecting one that was added (remove it).

mod command;
mod face;
mod name;
mod numbering;
pub(crate) mod plan;
mod reading;
#[cfg(test)]
mod tests;
mod uniting;

pub use command::{FaceChange, PeopleArrangement, arrange_people, edit_face};
pub use face::{FaceBox, FaceEdit, FaceFate, FaceId, FaceKind, FileFace, ReadFace};
pub use name::PersonName;
use numbering::number_faces;
pub use plan::find_person;
pub(crate) use reading::{moved_faces, number_layers, resolve_people, unbox, united};
pub(crate) use uniting::unite_faces;

/// What became of a person.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PersonFate {
    /// There is one.
    Live,
    /// Who named them first took that back, and nobody else names them.
    Deleted,
    /// It is the same as this one.
    Merged(crate::kernel::PersonId),
}
