//! Where photos lie: folders are compared, not photos.
//!
//! A folder whose own path answers has all its files in the answer. A last part that may be the beginning of a name is
//! asked of the files of the folders whose paths end with what stands before it; what has no slash may be part of a name
//! as well, which is for the texts.

use super::super::ast::Text;
use super::Found;
use crate::kernel::{AssetId, AssetSet, name};
use crate::view::{FileRow, FolderRow, View};

/// Whose path has a part, begins with it if a slash stands in front, or is it.
pub(super) fn find(view: &View, text: &Text, exact: bool) -> Found {
    let wanted = &*text.folded;
    let mut path = String::new();
    let (mut sure, mut maybe) = (Vec::new(), Vec::new());
    for (id, folder) in view.folders() {
        path.clear();
        path.push('/');
        let own = view.folder_path(id);
        if !own.is_empty() {
            path.push_str(&name::fold(&String::from_utf8_lossy(&own)));
            path.push('/');
        }
        let is_name = |rest: &str| !rest.is_empty() && !rest.contains('/');
        let of_files = if exact {
            let below = path.strip_prefix('/').unwrap_or_default();
            let rest = wanted.strip_prefix('/').unwrap_or(wanted).strip_prefix(below);
            rest.is_some_and(is_name)
        } else if wanted.starts_with('/') {
            wanted.strip_prefix(&*path).is_some_and(is_name)
        } else {
            let cut = wanted.rfind('/').and_then(|at| wanted.split_at_checked(at + 1));
            cut.is_some_and(|(before, rest)| !rest.is_empty() && path.ends_with(before))
        };
        let of_folder = !exact
            && if wanted.starts_with('/') {
                path.starts_with(wanted)
            } else {
                path.contains(wanted)
            };
        if of_folder {
            sure.extend(photos(view, folder));
        } else if of_files {
            maybe.extend(photos(view, folder));
        }
    }
    let set = |mut found: Vec<AssetId>| {
        found.sort_unstable();
        found.into_iter().collect::<AssetSet>()
    };
    let (sure, maybe) = (set(sure), set(maybe));
    Found { sure, maybe }
}

/// The photos of the files of a folder: of those that are there, or of those that were if none of a photo is.
fn photos(view: &View, folder: &FolderRow) -> impl Iterator<Item = AssetId> {
    let files = folder.files.iter().filter_map(|file| view.file(file));
    let counts = |file: &&FileRow| file.is_present() || !view.present().contains(file.asset);
    files.filter(counts).map(|file| file.asset)
}
