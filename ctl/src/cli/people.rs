//! The command lines of `kphotos people` and `kphotos face`; see [`crate::cli`].

use clap::{ArgGroup, Args, Subcommand};
use std::ffi::OsString;

#[derive(Subcommand, Debug)]
pub(crate) enum PeopleCommand {
    /// The people, and how many photos each is in
    List,
    /// The photos that a person is in
    Show {
        /// A name, or the person's folder in a mount
        #[arg(value_name = "PERSON")]
        person: OsString,
    },
    /// Call a person otherwise; the old name still stands for them in files
    Rename {
        /// A name, or the person's folder in a mount
        #[arg(value_name = "PERSON")]
        person: OsString,
        /// The new name
        name: String,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Make several persons one, with the photos of all
    Merge {
        /// Names, or folders in a mount; the last one stays
        #[arg(required = true, num_args = 2.., value_name = "PERSON… INTO")]
        people: Vec<OsString>,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum FaceCommand {
    /// The faces of photos: number, who, type, box, and whether the file or an edit says so
    List {
        #[command(flatten)]
        which: crate::assets::AssetArgs,
        /// Those that were rejected, too
        #[arg(long)]
        all: bool,
    },
    /// Add a face that the file does not have
    Add(AddFaceArgs),
    /// Say who a face is; one that was rejected is back
    Name(NameFaceArgs),
    /// Hide a face of the file: it is none, or not to be shown
    Reject(FaceArgs),
    /// Take a face away that was added by hand
    Remove(FaceArgs),
}

/// Which face, of one photo; the rest of its stack is left alone.
#[derive(Args, Debug)]
pub(crate) struct FaceArgs {
    /// A photo: a path in a mount or of an original, a number, blake3:HEX
    #[arg(value_name = "ASSET")]
    pub(crate) asset: OsString,
    /// Its number, as `kphotos face list` shows it
    pub(crate) face: u16,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("who").required(true), override_usage = "kphotos face name ASSET FACE NAME|--none")]
pub(crate) struct NameFaceArgs {
    #[command(flatten)]
    pub(crate) which: FaceArgs,
    /// Who it is; the person is made if there is none
    #[arg(group = "who")]
    pub(crate) name: Option<String>,
    /// Nobody that is known, whatever the file says
    #[arg(long, group = "who")]
    pub(crate) none: bool,
}

#[derive(Args, Debug)]
pub(crate) struct AddFaceArgs {
    /// A photo: a path in a mount or of an original, a number, blake3:HEX
    #[arg(value_name = "ASSET")]
    pub(crate) asset: OsString,
    /// Centre, width and height as parts of the stored, un-turned picture, 0 to 1
    #[arg(long = "box", value_name = "X,Y,W,H", value_parser = four_numbers, allow_hyphen_values = true)]
    pub(crate) at: (f64, f64, f64, f64),
    /// Who it is; the person is made if there is none
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Face, Pet, Focus or BarCode [default: Face]
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: Option<String>,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

fn four_numbers(text: &str) -> Result<(f64, f64, f64, f64), String> {
    let wrong = || "give four numbers, as 0.5,0.4,0.1,0.2".to_owned();
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse().map_err(|_| wrong()))
        .collect::<Result<_, _>>()?;
    match *numbers {
        [x, y, w, h] => Ok((x, y, w, h)),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::Parser;

    fn check(line: &str, expect: bool) {
        let parsed = Cli::try_parse_from(std::iter::once("kphotos").chain(line.split_whitespace()));
        assert_eq!(parsed.is_ok(), expect, "{line}: {parsed:?}");
    }

    #[test]
    fn commands_of_faces_and_people_are_understood() {
        for line in [
            "share create x --person Anna",
            "people list",
            "people show Anna",
            "people rename Anna Bea --dry-run",
            "people merge A B C",
            "face list 1 2 --all",
            "face list --query person:anna",
            "face add 1 --box 0.5,0.5,0.1,0.2 --name Anna --type pet --dry-run",
            "face name 1 2 Anna",
            "face name 1 2 --none --dry-run",
            "face reject 1 2",
            "face remove 1 1001",
        ] {
            check(line, true);
        }
        for line in [
            "face name 1 2",
            "face name 1 2 Anna --none",
            "face add 1",
            "face add 1 --box 0.5,0.5,0.1",
            "face reject 1 x",
            "people merge A",
        ] {
            check(line, false);
        }
    }
}
