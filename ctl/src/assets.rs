//! What an `ASSET` on the command line is.
//!
//! | given | sent |
//! |---|---|
//! | `4711` | the number |
//! | `blake3:HEX` | the checksum |
//! | a file in a mount | the number in its `user.kphotos.id` |
//! | a folder in a mount | the numbers of the photos directly in it, with `-r` of all below |
//! | a file or folder below a `.kphotos` (a mount seen over SMB or NFS) | the rest of its path, and whose mount it is |
//! | any other path | its absolute bytes: the daemon looks them up |
//! | `-` | each line of stdin (each NUL-ended part with `-0`), read as above |
//!
//! A file called `4711` is `./4711`. A file in a mount that is not there is
//! refused here, because the daemon must not look into its own mount.

use crate::client::{Client, Options, Selection};
use crate::copies::{self, Copied};
use crate::exit::{Failure, Kind};
use crate::xattr;
use clap::Args;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use zbus::wire::Variant;

/// Which photos.
#[derive(Args, Debug, Default)]
pub(crate) struct AssetArgs {
    /// Photos: paths in a mount or of originals, numbers, blake3:HEX; - reads them from stdin
    #[arg(value_name = "ASSET")]
    pub(crate) assets: Vec<OsString>,
    /// The photos that this query finds
    #[arg(long, value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// A folder stands for all photos below it
    #[arg(short, long)]
    pub(crate) recursive: bool,
    /// Names end in NUL, not in a line break
    #[arg(short = '0', long = "null")]
    pub(crate) null: bool,
}

/// Which photos to change, and how.
#[derive(Args, Debug, Default)]
pub(crate) struct EditArgs {
    #[command(flatten)]
    pub(crate) which: AssetArgs,
    /// Not the rest of a stack (RAW, JPEG, movie of one shot)
    #[arg(long)]
    pub(crate) only: bool,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

impl AssetArgs {
    /// Whether no photo was named at all.
    pub(crate) const fn is_empty(&self) -> bool {
        self.assets.is_empty() && self.query.is_empty()
    }

    /// What to send for the photos named.
    pub(crate) async fn resolve(&self, client: &Client) -> Result<Selection, Failure> {
        if self.is_empty() {
            return Err(Failure::usage(
                "no photo was named: give paths, numbers or --query",
            ));
        }
        let mut resolver = Resolver::new(mounts(client).await?, self.recursive);
        resolver.remote = client.is_remote();
        for asset in &self.assets {
            if asset == "-" {
                let mut text = Vec::new();
                io::stdin().read_to_end(&mut text)?;
                for part in parts(&text, self.null) {
                    resolver.add(OsStr::from_bytes(part))?;
                }
            } else {
                resolver.add(asset)?;
            }
        }
        resolver.find_copies(client).await?;
        let mut selection = resolver.selection;
        selection.queries.clone_from(&self.query);
        Ok(selection)
    }

    /// The options that go with it.
    pub(crate) fn options(&self) -> Options<'static> {
        flags(&[("recursive", self.recursive)])
    }
}

impl EditArgs {
    /// The options that go with it.
    pub(crate) fn options(&self) -> Options<'static> {
        flags(&[
            ("recursive", self.which.recursive),
            ("only", self.only),
            ("dry_run", self.dry_run),
        ])
    }
}

/// The flags that are set, as options.
pub(crate) fn flags(flags: &[(&'static str, bool)]) -> Options<'static> {
    flags
        .iter()
        .filter(|(_, set)| *set)
        .map(|(name, _)| (*name, Variant::from(true)))
        .collect()
}

/// The tag or album (`kind`) that is meant: its number if its folder in a
/// mount was given, also one seen from another machine, else its path.
pub(crate) async fn target(client: &Client, kind: &str, given: &OsStr) -> Result<(u32, String), Failure> {
    meant(kind, given, folder(client, Path::new(given)).await?)
}

fn meant(kind: &str, given: &OsStr, folder: Option<String>) -> Result<(u32, String), Failure> {
    if let Some(folder) = folder {
        return match folder.split_once(':') {
            Some((found, number)) if found == kind => number
                .parse()
                .map(|number| (number, String::new()))
                .map_err(|_| Failure::usage(format!("`{}` is the folder of no {kind}", shown(given)))),
            _ if folder.is_empty() => Err(Failure::usage(format!("`{}` shows no {kind}", shown(given)))),
            _ => Err(Failure::usage(format!(
                "`{}` shows {folder} and no {kind}",
                shown(given)
            ))),
        };
    }
    match given.to_str() {
        Some(path) => Ok((0, path.to_owned())),
        None => Err(Failure::usage(format!(
            "`{}` is no name: it is not UTF-8",
            shown(given)
        ))),
    }
}

/// What a folder of a mount stands for, `tag:5`, also where no extended attribute
/// says it; `None` for what is no folder of a mount.
pub(crate) async fn folder(client: &Client, given: &Path) -> Result<Option<String>, Failure> {
    if let Some(folder) = xattr::folder(given) {
        return Ok(Some(folder));
    }
    let Some(absolute) = given.canonicalize().ok().filter(|path| path.is_dir()) else {
        return Ok(None);
    };
    match copies::find(&absolute)? {
        Some(copied) if !is_original(client, &absolute).await? => copied.folder(client).await.map(Some),
        _ => Ok(None),
    }
}

/// Whether a path lies in a library of this machine.
async fn is_original(client: &Client, absolute: &Path) -> Result<bool, Failure> {
    if client.is_remote() {
        return Ok(false);
    }
    let text: String = client.call("Storage", "ListLibraries", &()).await?;
    let libraries: PathList = serde_json::from_str(&text)?;
    let mut roots = libraries.items.iter();
    Ok(roots.any(|library| absolute.starts_with(&library.path)))
}

#[derive(serde::Deserialize)]
struct PathList {
    items: Vec<PathItem>,
}

#[derive(serde::Deserialize)]
struct PathItem {
    path: PathBuf,
}

async fn mounts(client: &Client) -> Result<Vec<PathBuf>, Failure> {
    let text: String = client.call("Storage", "ListMounts", &()).await?;
    let list: PathList = serde_json::from_str(&text)?;
    Ok(list.items.into_iter().map(|mount| mount.path).collect())
}

/// The parts of what was read from stdin; empty ones are no names.
fn parts(text: &[u8], null: bool) -> impl Iterator<Item = &[u8]> {
    let end = if null { b'\0' } else { b'\n' };
    text.split(move |byte| *byte == end)
        .filter(|part| !part.is_empty())
}

struct Resolver {
    mounts: Vec<PathBuf>,
    recursive: bool,
    /// Paths below a marker: as given, where the marker is, and the rest.
    copies: Vec<(PathBuf, Copied)>,
    /// The mounts, and paths that are in none here, are another machine's.
    remote: bool,
    selection: Selection,
    seen: BTreeSet<u32>,
}

impl Resolver {
    fn new(mounts: Vec<PathBuf>, recursive: bool) -> Self {
        let (selection, seen) = (Selection::default(), BTreeSet::new());
        Self {
            mounts,
            recursive,
            copies: Vec::new(),
            remote: false,
            selection,
            seen,
        }
    }

    fn add(&mut self, given: &OsStr) -> Result<(), Failure> {
        if let Some(text) = given.to_str() {
            if text.starts_with("blake3:") {
                self.selection.checksums.push(text.to_owned());
                return Ok(());
            }
            if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
                let id = text.parse().map_err(|_| {
                    Failure::new(
                        Kind::NotFound,
                        format!("there is no asset {text}; numbers are not that high"),
                    )
                })?;
                self.add_id(id);
                return Ok(());
            }
        }
        self.add_path(given)
    }

    fn add_id(&mut self, id: u32) {
        if self.seen.insert(id) {
            self.selection.ids.push(id);
        }
    }

    fn add_path(&mut self, given: &OsStr) -> Result<(), Failure> {
        let path = Path::new(given);
        if let Some(id) = xattr::asset_id(path) {
            self.add_id(id);
            return Ok(());
        }
        if self.remote && xattr::folder(path).is_none() {
            // Seen from here over SMB or NFS, perhaps.
            if let Ok(absolute) = path.canonicalize()
                && let Some(copied) = copies::find(&absolute)?
            {
                self.copies.push((absolute, copied));
                return Ok(());
            }
            return self.add_there(given);
        }
        let absolute = match path.canonicalize() {
            Ok(canonical) => canonical,
            // An original that is gone is still known by its path.
            Err(_) => std::path::absolute(path)
                .map_err(|error| Failure::usage(format!("`{}` is no path: {error}", shown(given))))?,
        };
        let is_in_mount = self.mounts.iter().any(|mount| absolute.starts_with(mount));
        if !is_in_mount && xattr::folder(&absolute).is_none() {
            if let Some(copied) = copies::find(&absolute)? {
                self.copies.push((absolute, copied));
                return Ok(());
            }
            self.selection.paths.push(absolute.into_os_string().into_vec());
            return Ok(());
        }
        let before = self.seen.len();
        self.add_folder(&absolute).map_err(|error| {
            let (kind, why) = match error.raw_os_error() {
                Some(libc::ENOENT) => (Kind::NotFound, "there is nothing of this name".to_owned()),
                Some(libc::ENOTDIR) => (Kind::NotFound, "it is no photo".to_owned()),
                Some(libc::EACCES | libc::EPERM) => (Kind::NotPermitted, "it is another user's".to_owned()),
                _ => (Kind::Unavailable, error.to_string()),
            };
            Failure::new(kind, format!("`{}` in the mount: {why}", shown(given)))
        })?;
        if self.seen.len() == before && self.seen.is_empty() {
            return Err(no_photo(given, self.recursive));
        }
        Ok(())
    }

    /// Asks the daemon for what lies below markers. One among originals is no marker:
    /// somebody put a copy of a tree into a library.
    async fn find_copies(&mut self, client: &Client) -> Result<(), Failure> {
        if self.copies.is_empty() {
            return Ok(());
        }
        for (absolute, copied) in std::mem::take(&mut self.copies) {
            if is_original(client, &absolute).await? {
                self.selection.paths.push(absolute.into_os_string().into_vec());
                continue;
            }
            let found = copied
                .resolve(client, flags(&[("recursive", self.recursive)]))
                .await?;
            if found.is_empty() {
                return Err(no_photo(absolute.as_os_str(), self.recursive));
            }
            found.into_iter().for_each(|id| self.add_id(id));
        }
        Ok(())
    }

    /// Adds a path of another machine, which cannot be looked at from here.
    fn add_there(&mut self, given: &OsStr) -> Result<(), Failure> {
        let path = crate::host::there(given)?;
        if self
            .mounts
            .iter()
            .any(|mount| Path::new(given).starts_with(mount))
        {
            return Err(Failure::usage(format!(
                "`{}` lies in a mount of the other machine: give the original's path there, a number, or --query",
                shown(given)
            )));
        }
        self.selection.paths.push(path);
        Ok(())
    }

    /// Adds the photos in a folder of a mount; folders in it are entered with `-r`.
    fn add_folder(&mut self, folder: &Path) -> io::Result<()> {
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() && self.recursive {
                    folders.push(entry.path());
                } else if kind.is_file()
                    && let Some(id) = xattr::asset_id(&entry.path())
                {
                    self.add_id(id);
                }
            }
        }
        Ok(())
    }
}

fn no_photo(given: &OsStr, recursive: bool) -> Failure {
    let hint = if recursive {
        ""
    } else {
        "; -r takes those below it too"
    };
    let message = format!("there is no photo directly in `{}`{hint}", shown(given));
    Failure::new(Kind::NotFound, message)
}

fn shown(given: &OsStr) -> String {
    given.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(given: &[&str]) -> Result<Selection, Failure> {
        let mut resolver = Resolver::new(vec![PathBuf::from("/mnt/none")], false);
        for given in given {
            resolver.add(OsStr::new(given))?;
        }
        Ok(resolver.selection)
    }

    #[test]
    fn numbers_checksums_and_paths_are_told_apart() {
        let selection = resolve(&["12", "blake3:00", "/photos/none.jpg", "12", "/photos/12"]).unwrap();
        assert_eq!(selection.ids, [12]);
        assert_eq!(selection.checksums, ["blake3:00"]);
        assert_eq!(
            selection.paths,
            [b"/photos/none.jpg".to_vec(), b"/photos/12".to_vec()]
        );
    }

    #[test]
    fn a_path_is_made_absolute_and_loses_its_detours() {
        let selection = resolve(&["/usr/../usr/./"]).unwrap();
        assert_eq!(
            selection.paths,
            [Path::new("/usr")
                .canonicalize()
                .unwrap()
                .into_os_string()
                .into_vec()]
        );
    }

    #[test]
    fn a_file_in_a_mount_that_is_not_there_is_not_found() {
        let failure = resolve(&["/mnt/none/tags/x/a.jpg"]).unwrap_err();
        assert_eq!(failure.kind, Kind::NotFound);
    }

    #[test]
    fn paths_of_another_machine_are_sent_as_they_are() {
        let mut resolver = Resolver::new(vec![PathBuf::from("/mnt/none")], false);
        resolver.remote = true;
        resolver.add(OsStr::new("/usr/../photos/a.jpg")).unwrap();
        assert_eq!(resolver.selection.paths, [b"/usr/../photos/a.jpg".to_vec()]);
        for given in ["a.jpg", "/mnt/none/tags/x/a.jpg"] {
            let failure = resolver.add(OsStr::new(given)).unwrap_err();
            assert_eq!(failure.kind, Kind::Invalid, "{given}");
        }
    }

    #[test]
    fn stdin_is_cut_at_lines_or_at_nul() {
        let cut = |null| {
            parts(b"a b\n\nc\0d\n", null)
                .map(<[u8]>::to_vec)
                .collect::<Vec<_>>()
        };
        assert_eq!(cut(false), [b"a b".to_vec(), b"c\0d".to_vec()]);
        assert_eq!(cut(true), [b"a b\n\nc".to_vec(), b"d\n".to_vec()]);
    }

    #[test]
    fn a_folder_of_a_mount_stands_for_what_it_shows_and_another_name_for_itself() {
        let check = |given: &str, folder: Option<&str>, expected: Result<(u32, &str), &str>| {
            let found = meant("tag", OsStr::new(given), folder.map(str::to_owned));
            match expected {
                Ok((number, path)) => assert_eq!(found, Ok((number, path.to_owned()))),
                Err(words) => assert!(found.is_err_and(|failure| failure.message.contains(words))),
            }
        };
        check("travel/italy", None, Ok((0, "travel/italy")));
        check("/mnt/tags/travel", Some("tag:5"), Ok((5, "")));
        check("/mnt/albums/x", Some("album:5"), Err("shows album:5 and no tag"));
        check("/mnt/tags", Some(""), Err("shows no tag"));
    }
}
