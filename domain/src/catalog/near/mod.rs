//! Near duplicates: pictures that look alike, found without comparing each with each.
//!
//! Words: a *picture hash* is 256 signs of a picture's coarse shape; the *distance* of two
//! pictures is the number of signs in which they differ, in the best of the eight ways
//! in which one can be turned and mirrored onto the other; a *near pair* is two
//! pictures that are no further apart than a person asks for; a *group* is
//! what hangs together by near pairs.
//!
//! A re-encoded or resized picture is a few signs away from its original, one that was trimmed by a hundredth
//! a dozen or two, by a fiftieth up to thirty, and strangers are some hundred apart; between them are the
//! shots of a burst, the further the more happened. Which distance is near enough is
//! the person's to say ([`DEFAULT_DISTANCE`] unless told).
//!
//! Refuses: distances above [`MAX_DISTANCE`], up to which all pairs of a million
//! pictures are found in minutes.
//! No pixels here: what makes the signs is in the worker, which decodes pictures.
//!
//! Reading order: `picture_hash`, `search` (all near pairs), `forest` (those that are kept), `groups`.

mod forest;
mod groups;
mod picture_hash;
mod search;

pub use forest::NearForest;
pub use groups::{NearGroup, hang_together, near_groups};
pub use picture_hash::{PictureHash, Turn};
pub use search::{NearPair, NearSearch, Onward};

/// The distance up to which pictures are near unless a person asks for another.
pub const DEFAULT_DISTANCE: u32 = 30;
/// The largest distance that can be asked for.
pub const MAX_DISTANCE: u32 = 35;
