//! The command line of edits: fields, dates, and taking changes back.
//!
//! A value's form is checked by the daemon, which says what it expected; here is only
//! what one line may not say at once.

use crate::assets::EditArgs;
use clap::{ArgGroup, Args, Subcommand};

#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("values").multiple(true).required(true),
    override_usage = "kphotos set ASSET… --title TITLE|--rating -1..5|… (one or more of the options below)"
)]
pub(crate) struct SetArgs {
    #[command(flatten)]
    pub(crate) edit: EditArgs,
    /// Title; an empty one hides the file's own
    #[arg(long, group = "values")]
    pub(crate) title: Option<String>,
    /// Description
    #[arg(long, group = "values")]
    pub(crate) description: Option<String>,
    /// -1 (rejected) to 5
    #[arg(long, group = "values", allow_negative_numbers = true)]
    pub(crate) rating: Option<i32>,
    /// Colour label
    #[arg(long, group = "values")]
    pub(crate) label: Option<String>,
    /// A favourite of yours
    #[arg(long, group = "values", overrides_with = "no_favorite")]
    pub(crate) favorite: bool,
    /// No favourite of yours
    #[arg(long, group = "values")]
    pub(crate) no_favorite: bool,
    /// Shown in library/ and by is:hidden only
    #[arg(long, group = "values", overrides_with = "no_hidden")]
    pub(crate) hidden: bool,
    /// Shown everywhere
    #[arg(long, group = "values")]
    pub(crate) no_hidden: bool,
    /// Where it was taken: degrees north and east, metres above the sea
    #[arg(
        long,
        group = "values",
        value_name = "LAT,LON[,ALT]",
        allow_hyphen_values = true,
        conflicts_with = "no_location"
    )]
    pub(crate) location: Option<String>,
    /// Nowhere, whatever the file says
    #[arg(long, group = "values")]
    pub(crate) no_location: bool,
    /// 1 to 8, as EXIF counts
    #[arg(long, group = "values")]
    pub(crate) orientation: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct ClearArgs {
    /// title, description, rating, label, favorite, hidden, location, orientation, date, faces, stack, cover
    #[arg(value_name = "FIELD[,FIELD…]")]
    pub(crate) fields: String,
    #[command(flatten)]
    pub(crate) edit: EditArgs,
}

#[derive(Subcommand, Debug)]
pub(crate) enum DateCommand {
    /// Set it, as exactly as it is known
    Set {
        /// 1974, 1974-06, 2024-06-15, 2024-06-15T10:30:00, with an offset (+02:00) or without
        #[arg(value_name = "WHEN")]
        when: String,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Move them: the camera's clock was wrong
    Shift {
        /// +1h30m or -2d: days, hours, minutes, seconds
        #[arg(value_name = "SHIFT", allow_hyphen_values = true)]
        shift: String,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Say in which time zone they were taken; the clock time stays
    Zone {
        /// Europe/Berlin, or an offset as +02:00
        #[arg(value_name = "ZONE", allow_hyphen_values = true)]
        zone: String,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Move them from the time zone of the camera's clock to another; the instant stays
    Convert {
        /// What the camera's clock showed; a photo that has an offset goes by that one
        #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
        from: String,
        /// What it should have shown
        #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
        to: String,
        #[command(flatten)]
        edit: EditArgs,
    },
}

#[derive(Args, Debug)]
pub(crate) struct UndoArgs {
    /// The revision that the change said; undoing an undo does the change again
    #[arg(value_name = "REVISION", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) revision: Option<u64>,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
