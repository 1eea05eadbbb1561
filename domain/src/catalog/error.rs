//! What the catalog refuses.

use crate::kernel::{AssetId, ErrorCode, Revision, Taken};

/// A refusal of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// No such asset.
    #[error("there is no asset {asset}; `kphotos search` lists those there are")]
    NoAsset {
        /// The number given.
        asset: AssetId,
    },
    /// A rating that is none.
    #[error("{rating} is no rating: give -1 (rejected) to 5")]
    RatingOutOfRange {
        /// What was given.
        rating: i8,
    },
    /// An orientation that is none.
    #[error("{orientation} is no orientation: give 1 to 8, as EXIF counts them")]
    OrientationOutOfRange {
        /// What was given.
        orientation: u8,
    },
    /// Degrees that no place has.
    #[error("{text} is no place: latitude goes from -90 to 90, longitude from -180 to 180")]
    OffTheGlobe {
        /// What was given.
        text: String,
    },
    /// A value of the wrong kind for its field.
    #[error("the value given is of the wrong kind for {field}")]
    WrongKind {
        /// The field.
        field: &'static str,
    },
    /// A text that is too long.
    #[error("the {field} has {bytes} bytes: it may have {max} at most", max = super::field::TEXT_MAX)]
    TooLong {
        /// The field.
        field: &'static str,
        /// Its length.
        bytes: usize,
    },
    /// A field nobody knows.
    #[error(
        "there is no field `{name}`: the fields are title, description, rating, label, favorite, hidden, location, orientation, taken, faces"
    )]
    UnknownField {
        /// The name given.
        name: String,
    },
    /// A text that is no span of time.
    #[error("`{text}` is no span of time: give a sign and days, hours, minutes, seconds, as +1h30m or -2d")]
    NoShift {
        /// What was given.
        text: String,
    },
    /// A text that is no time zone.
    #[error("`{text}` is no time zone: give one of this machine, as Europe/Berlin, or an offset, as +02:00")]
    NoZone {
        /// What was given.
        text: String,
    },
    /// A date that would leave the calendar.
    #[error("{taken} of asset {asset} would leave the years 1 to 9999")]
    OffTheCalendar {
        /// Whose date.
        asset: AssetId,
        /// What it is now.
        taken: Taken,
    },
    /// It is not what the caller thinks it is.
    #[error("asset {asset} has changed meanwhile: it is at revision {revision} now; read it again")]
    ChangedSince {
        /// Which.
        asset: AssetId,
        /// Where it stands.
        revision: Revision,
    },
    /// It cannot be forgotten while there is something of it.
    #[error(
        "asset {asset} is not missing: a file of it is there, or in a library that is offline; `kphotos info {asset}` shows where"
    )]
    NotMissing {
        /// Which.
        asset: AssetId,
    },
    /// Nothing to work on.
    #[error("no photo was named")]
    NoAssets,
}

impl CatalogError {
    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NoAsset { .. } => ErrorCode::NotFound,
            Self::ChangedSince { .. } | Self::NotMissing { .. } => ErrorCode::Conflict,
            Self::RatingOutOfRange { .. }
            | Self::OrientationOutOfRange { .. }
            | Self::OffTheGlobe { .. }
            | Self::WrongKind { .. }
            | Self::TooLong { .. }
            | Self::NoShift { .. }
            | Self::NoZone { .. }
            | Self::OffTheCalendar { .. }
            | Self::UnknownField { .. }
            | Self::NoAssets => ErrorCode::Invalid,
        }
    }
}
