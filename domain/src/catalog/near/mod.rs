//! Near duplicates: pictures that look alike, found without comparing each with each.
//!
//! Words: a *picture hash* is 256 signs of a picture's coarse shape; the *distance* of two
//! pictures is the number of signs in which they differ, in the best of the eight ways
//! in which one can be turned and mirrored onto the other; a *trimmed* picture is what is left of one when margins are
//! cut off, hashed like a whole one, and a pair of which one is trimmed is [`TRIMMED`] further apart; a *near pair* is two
//! pictures that are no further apart than a person asks for; a *group* is
//! what hangs together by near pairs.
//!
//! A re-encoded or resized picture is a few signs away from its original; one of which up to a twentieth of the sides was cut off,
//! all round, at a side or at a corner, up to [`DEFAULT_DISTANCE`], nearly always; and strangers are some hundred apart,
//! whole or trimmed (`daemon/worker/src/look/figures.rs` measures it on photos). Between them are the
//! shots of a burst, the further the more happened; two between which nothing did are as near as if they were one shot, saved
//! twice. Which distance is near enough is the person's to say ([`DEFAULT_DISTANCE`] unless told).
//!
//! Refuses: distances above [`MAX_DISTANCE`], up to which all pairs of a million
//! pictures are found in minutes.
//! No pixels here: what makes the signs is in the worker, which decodes pictures.
//!
//! Reading order: `picture_hash`, `search` (all near pairs), `trims` (those of which one is trimmed), `forest` (those that are kept), `groups`.

mod forest;
mod groups;
mod picture_hash;
mod search;
mod trims;

pub use forest::NearForest;
pub use groups::{NearGroup, Pictured, hang_together, near_groups};
pub use picture_hash::{PictureHash, Turn};
pub use search::{NearPair, NearSearch, Onward};
pub use trims::{MAX_TRIMMED_SIGNS, TRIMMED, TRIMS, TrimmedPicture, Trims};

/// The distance up to which pictures are near unless a person asks for another.
pub const DEFAULT_DISTANCE: u32 = 30;
/// The largest distance that can be asked for.
pub const MAX_DISTANCE: u32 = 35;
