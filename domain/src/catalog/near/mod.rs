//! Near duplicates: pictures that look alike, found without comparing each with each.
//!
//! Words: a *picture hash* is 256 signs of a picture's coarse shape; the *distance* of two
//! pictures is the number of signs in which they differ, in the best of the eight ways
//! in which one can be turned and mirrored onto the other; a *near pair* is two assets
//! that are no further apart than a person asks for.
//!
//! A re-encoded or resized picture is some signs away from its original, a trimmed
//! one some dozens, and two shots of a burst further than those; which distance
//! is near enough is the person's to say ([`DEFAULT_DISTANCE`] unless told).
//!
//! Refuses: distances above [`MAX_DISTANCE`], at which strangers are near.
//! No pixels here: what makes the signs is in the worker, which decodes pictures.

mod groups;
mod index;
mod picture_hash;

pub use groups::{NearGroup, near_groups};
pub use index::{NearIndex, NearPair};
pub use picture_hash::{PictureHash, Turn};

/// The distance up to which pictures are near unless a person asks for another.
pub const DEFAULT_DISTANCE: u32 = 32;
/// The largest distance that can be asked for: half of what two strangers have.
pub const MAX_DISTANCE: u32 = 64;
