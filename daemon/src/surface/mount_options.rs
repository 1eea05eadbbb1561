//! The options of a mount as people write them, in the settings and in commands.
//!
//! Each is a word or a few; a mistake names what could have been said.

use crate::system::gid_of;
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::storage::{MountAccess, MountFolderFile, MountFolderFiles, MountOffline, MountSidecars};
use kphotos_domain::storage::{MountStacks, MountView, MountViews, MtimeSource};

/// `private`, `group:G` (a group's name or number), `all`.
///
/// # Errors
/// What was not understood, and what would be.
pub fn parse_access(text: &str) -> Result<MountAccess, String> {
    MountAccess::parse(text, gid_of).ok_or_else(|| match text.strip_prefix("group:") {
        Some(group) => format!("there is no group `{group}` on this machine; `getent group` lists them"),
        None => format!("`{text}` is nobody: access is `private`, `group:G` or `all`"),
    })
}

/// Names of folders at the root.
///
/// # Errors
/// What was not understood, and what would be.
pub fn parse_views(names: &[String]) -> Result<MountViews, String> {
    MountViews::parse(&names.join(",")).map_err(|name| {
        let known = MountView::ALL.map(MountView::as_str).join(", ");
        match &*name {
            "" => format!("no view was named: a mount shows some of {known}"),
            _ => format!("there is no view `{name}`: a mount shows some of {known}"),
        }
    })
}

/// `directory`, `hidden`; none: no such file.
///
/// # Errors
/// What was not understood, and what would be.
pub fn parse_folder_files(words: &[String]) -> Result<MountFolderFiles, String> {
    let found = words.iter().map(|word| MountFolderFile::parse(word).ok_or(word));
    let found = found.collect::<Result<Vec<_>, _>>().map_err(|word| {
        let known = MountFolderFile::ALL.map(MountFolderFile::as_str).join(", ");
        format!("there is no folder file `{word}`: a mount has some of {known}, or none")
    })?;
    Ok(MountFolderFiles::only(found))
}

/// `portable`, `posix`.
///
/// # Errors
/// What was not understood, and what would be.
pub fn parse_names(text: &str) -> Result<NameStyle, String> {
    NameStyle::parse(text)
        .ok_or_else(|| format!("`{text}` is no style of names: they are `portable` or `posix`"))
}

/// `taken`, `original`.
///
/// # Errors
/// What was not understood, and what would be.
pub fn parse_mtime(text: &str) -> Result<MtimeSource, String> {
    MtimeSource::parse(text)
        .ok_or_else(|| format!("`{text}` is no time of a photo: mtime is `taken` or `original`"))
}

/// `off`, `xmp`.
///
/// # Errors
/// What was not understood, and what would be.
pub fn parse_sidecars(text: &str) -> Result<MountSidecars, String> {
    MountSidecars::parse(text)
        .ok_or_else(|| format!("`{text}` is no kind of sidecar: sidecars is `off` or `xmp`"))
}

/// `all`, `cover`.
///
/// # Errors
/// What was not understood, and what would be.
pub fn parse_stacks(text: &str) -> Result<MountStacks, String> {
    MountStacks::parse(text)
        .ok_or_else(|| format!("`{text}` is no part of a stack: stacks is `all` or `cover`"))
}

/// `show`, `hide`.
///
/// # Errors
/// What was not understood, and what would be.
pub fn parse_offline(text: &str) -> Result<MountOffline, String> {
    MountOffline::parse(text)
        .ok_or_else(|| format!("`{text}` is nothing to do with photos: offline is `show` or `hide`"))
}
