//! `search/<query>/…`: what a query finds, for whoever enters its name.
//!
//! Neither `search/` nor a search lists the searches below it: there is no end of them. A name
//! that is looked up is read as a query, with `=` for `:` and `∕` for `/` as the domain
//! says, and makes the search known; within a search it is first one of its photos, then a
//! query that narrows it.
//!
//! What is refused: names that programs look for on their own, or that once were those of
//! photos. They would all be words to search for, and a file manager that asks whether there is a
//! `folder.jpg` would find a folder. So a name that ends as a file does is no query
//! unless it has a key (`name=folder.jpg`), nor is one that begins with a dot. And words that
//! find nothing are not there: whoever would make a folder of that name is told that he may not
//! write, and not that it exists. One with a key is there also while it finds nothing.

use super::Tree;
use super::photos::{NONE_TAKEN, find};
use crate::inode::Node;
use kphotos_domain::catalog::media_kind;
use kphotos_domain::kernel::{Owner, SearchId, name};
use kphotos_domain::view::{Dir, Search};

/// A search that is known, and is the viewer's.
pub(super) fn known(tree: &Tree<'_>, id: SearchId) -> Option<Search> {
    let Owner::User(viewer) = tree.owner;
    tree.view.search(id).filter(|search| search.viewer == viewer)
}

/// The photo or the search of this name in `search/`, or in a search.
pub(super) fn lookup(tree: &Tree<'_>, parent: Option<SearchId>, wanted: &str) -> Option<Node> {
    if let Some(parent) = parent {
        known(tree, parent)?;
        if let Some(file) = find(tree, Dir::Search(parent), wanted, NONE_TAKEN) {
            return Some(Node::File(file));
        }
    }
    let found = enter(tree, parent, wanted);
    if let (None, Some(parent)) = (found, parent) {
        // That there is no such photo may be remembered, until there is one.
        tree.view.look_into(Dir::Search(parent));
    }
    found
}

fn enter(tree: &Tree<'_>, parent: Option<SearchId>, wanted: &str) -> Option<Node> {
    if is_no_query(wanted) {
        return None;
    }
    let Owner::User(viewer) = tree.owner;
    let (view, who) = (tree.view, (tree.options.session, viewer));
    let found = if has_key(wanted) {
        view.enter_search(who, parent, wanted)
    } else {
        view.find_search(who, parent, wanted)
    };
    found.map(Node::Search)
}

/// Whether a name that is not there in a search, or in `search/`, may be without any change
/// that is told: words that find nothing yet.
pub(super) fn may_come(wanted: &str) -> bool {
    !is_no_query(wanted) && !has_key(wanted)
}

fn has_key(wanted: &str) -> bool {
    wanted.contains([':', '=', '<', '>'])
}

/// Whether a name is looked for by programs, and is no search of a person.
fn is_no_query(wanted: &str) -> bool {
    if wanted.starts_with(['.', '$', '@', '#', '~']) {
        return true;
    }
    if FOLDERS.iter().any(|folder| folder.eq_ignore_ascii_case(wanted)) {
        return true;
    }
    if has_key(wanted) {
        return false;
    }
    let (_, extension) = name::split_extension(wanted.as_bytes());
    let lower = extension.to_ascii_lowercase();
    media_kind(extension).is_some() || BESIDES.iter().any(|other| other.as_bytes() == lower)
}

/// Folders that systems look for at every place that they visit.
const FOLDERS: [&str; 6] = [
    "lost+found",
    "Network Trash Folder",
    "RECYCLER",
    "System Volume Information",
    "Temporary Items",
    "TheVolumeSettingsFolder",
];

/// Extensions of files that programs look for beside photos, in lower case.
const BESIDES: [&str; 22] = [
    "aae", "cache", "conf", "db", "dop", "exe", "htm", "html", "icns", "ico", "inf", "ini", "json", "lnk",
    "nfo", "pp3", "svg", "thm", "txt", "url", "xml", "xmp",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_look_for_is_no_query() {
        let check = |name: &str, is_none: bool| assert_eq!(is_no_query(name), is_none, "{name}");
        for probe in [
            ".hidden",
            ".kphotos",
            "desktop.ini",
            "Desktop.INI",
            "Thumbs.db",
            "autorun.inf",
            "AutoRun.inf",
            "folder.jpg",
            "Folder.PNG",
            "cover.jpeg",
            "AlbumArt.jpg",
            "IMG_1.jpg.xmp",
            "my (1).jpg",
            "$RECYCLE.BIN",
            "@eaDir",
            "System Volume Information",
        ] {
            check(probe, true);
        }
        for query in [
            "beach",
            "rating=4+",
            "name=folder.jpg",
            "name:=a.jpg",
            "tag=travel∕italy",
            "St. Moritz",
            "f=2.8",
            "\"folder.jpg\"",
            "-is=favorite",
        ] {
            check(query, false);
        }
    }
}
