//! What must hold of a view after every step of the random life of a world, and what is
//! told of it when it is compared with itself after a restart.

use super::model_sets::in_smart;
use crate::app::Committed;
use crate::catalog::StackEdit;
use crate::kernel::port::Subscriber;
use crate::kernel::{AssetId, AssetSet, FileId, UserId};
use crate::organization::Query;
use crate::organization::query::evaluate;
use crate::sharing::Scope;
use crate::view::{Delta, Dir, Face, Session, View};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The directories of a view with what they show: (directory, photo, its file in a library
/// folder) and name.
pub(super) fn shown(view: &View) -> BTreeMap<(String, AssetId, Option<FileId>), String> {
    let mut dirs: Vec<Dir> = view.tags().map(|(tag, _)| Dir::Tag(tag)).collect();
    let plain = view.albums().filter(|(album, _)| !view.is_smart(*album));
    dirs.extend(plain.map(|(album, _)| Dir::Album(album)));
    dirs.extend(
        view.dates()
            .flat_map(|(key, _)| key.with_coarser())
            .map(Dir::Date),
    );
    dirs.push(Dir::Undated);
    dirs.sort_unstable();
    dirs.dedup();
    let mut all = BTreeMap::new();
    for dir in dirs {
        for asset in view.members(dir).iter() {
            let name = view.name_in(dir, asset).unwrap();
            all.insert((format!("{dir:?}"), asset, None), name);
        }
    }
    for (id, file) in view.files().filter(|(_, file)| file.is_present()) {
        let dir = Dir::Folder(file.folder);
        all.insert(
            (format!("{dir:?}"), file.asset, Some(id)),
            view.file_name_in(dir, id).unwrap(),
        );
    }
    all
}

/// Everything a view says of tags, albums and photos.
pub(super) fn told(view: &View) -> Vec<String> {
    let mut lines: Vec<String> = shown(view).iter().map(|line| format!("{line:?}")).collect();
    lines.extend(
        view.tags()
            .map(|(id, _)| format!("tag {id} {} {:?}", view.tag_path(id), view.tag_synonyms(id))),
    );
    lines.extend(
        view.albums()
            .map(|(id, row)| format!("album {id} {} {row:?}", view.album_path(id))),
    );
    lines.extend(view.people().map(|(id, row)| {
        let words = view.person_synonyms(id);
        format!("person {id} {} {words:?} {:?}", row.name, row.assets)
    }));
    lines.extend(view.collections().map(|one| format!("{one:?}")));
    lines.extend(view.shares().map(|share| format!("{share:?}")));
    lines.extend(
        query_dirs(view)
            .iter()
            .map(|(dir, found)| format!("{dir:?} {found:?}")),
    );
    lines.extend(view.assets().map(|(id, _)| {
        let (hidden, tags) = (view.hidden().contains(id), view.tags_of(id));
        let stack = stack(view, id);
        format!(
            "{id} {stack} {:?} {:?} {hidden} {tags:?} {:?} {:?} {:?} {:?} {:?}",
            faces(view, id),
            view.people_of(id),
            view.taken(id),
            view.rating(id),
            view.query_name(id),
            view.sidecar_path(id),
            view.lead_file(id).and_then(|file| view.file_path(file))
        )
    }));
    lines
}

/// The faces of a photo; with their numbers where edits know them.
fn faces(view: &View, asset: AssetId) -> Vec<String> {
    let line = |face: &Face| {
        let edit = view.face_edit(asset, face.id).map(|edit| (face.id, edit.fate));
        format!("{} {:?} {edit:?}", face.at, face.person)
    };
    let mut lines: Vec<String> = view.faces(asset).iter().map(line).collect();
    lines.sort_unstable();
    lines
}

/// What a view says of the stack of a photo.
fn stack(view: &View, asset: AssetId) -> String {
    let all = view.whole_stack(asset);
    let cover = view.cover_of(&all);
    let (reason, edit) = (view.stack_reason(asset), view.stack_edit(asset));
    let live = view.is_live(asset);
    format!(
        "{:?} {all:?} {reason:?} {edit:?} {cover:?} {live}",
        view.stack(asset)
    )
}

/// A stack is the same from each of its members, and nobody is in one who was split out;
/// who is known to be behind a cover is so.
pub(super) fn check_stacks(view: &View) {
    for asset in view.present().iter() {
        let (edits, all) = (view.stack(asset), view.whole_stack(asset));
        let behind = all.len() > 1 && view.cover_of(&all) != Some(asset);
        assert_eq!(view.covered().contains(asset), behind, "{asset} in {all:?}");
        assert!(edits.contains(asset) && (&edits - &all).is_empty());
        let alone = view.stack_edit(asset) == Some(StackEdit::Alone);
        assert!(!alone || all.len() == 1, "{asset} {all:?}");
        for other in all.iter() {
            assert_eq!(view.whole_stack(other), all, "of {other} and {asset}");
            assert!(view.is_stacked(asset) || all.len() == 1, "{asset}");
        }
        for other in edits.iter() {
            assert_eq!(view.stack(other), edits, "of {other} and {asset}");
        }
    }
}

pub(super) const ME: UserId = UserId::new(1);

/// The query directories, each with what it shows and under which names.
pub(super) fn query_dirs(view: &View) -> BTreeMap<Dir, BTreeMap<AssetId, String>> {
    let shares = view.shares().map(|share| Dir::Share(share.id));
    let people = view.people().map(|(id, _)| Dir::Person(id));
    let dirs = shares.chain([Dir::Recent, Dir::Favorites(ME)]).chain(people);
    let dirs = dirs.chain(view.collections().map(|one| Dir::Collection(one.id)));
    let smart = view.albums().filter(|(album, _)| view.is_smart(*album));
    let dirs = dirs.chain(smart.map(|(album, _)| Dir::Album(album)));
    let named = |dir: Dir| {
        let members = view.members(dir);
        let named = members
            .iter()
            .map(|asset| (asset, view.name_in(dir, asset).unwrap()));
        (dir, named.collect())
    };
    dirs.map(named).collect()
}

/// What is kept of a search is its answer from scratch, hidden photos too if it asks for them.
fn check_searches(view: &View) {
    const SEARCHES: [&str; 13] = [
        "is:hidden",
        "ext:jpg",
        "is:favorite OR is:hidden",
        "-is:favorite",
        "has:tags",
        "tag:p",
        "has:faces",
        "is:stacked",
        "is:shared",
        "is:missing",
        "is:duplicate",
        "undated OR is:undated",
        "rating:3+",
    ];
    let who = (Session::default(), ME);
    for text in SEARCHES {
        let query = Query::parse(text).unwrap();
        let id = view.enter_search(who, None, text).unwrap();
        let found = &evaluate(view, ME, &query) & view.present();
        assert_eq!(view.members(Dir::Search(id)), found, "{text}");
        let within = view.enter_search(who, Some(id), "is=favorite").unwrap();
        let favorites = view.favorites(ME).cloned().unwrap_or_default();
        assert_eq!(view.members(Dir::Search(within)), &found & &favorites, "{text}");
        for asset in found.iter() {
            let name = view.name_in(Dir::Search(id), asset).unwrap();
            assert_eq!(view.find_in(Dir::Search(id), &name), Some(asset), "{name}");
        }
        view.hold(Dir::Search(id));
        view.hold(Dir::Search(within));
    }
    for (tag, row) in view.tags() {
        let query = Query::parse(&format!("tag:\"{}\"", view.tag_path(tag))).unwrap();
        let found = evaluate(view, ME, &query);
        assert_eq!(view.members(Dir::AllOf(tag)), found, "{tag} {row:?}");
        view.hold(Dir::AllOf(tag));
    }
}

/// What is kept of a question is its answer from scratch, and is found by name.
pub(super) fn check_live(view: &View) {
    check_searches(view);
    for (dir, found) in query_dirs(view) {
        let members: AssetSet = found.keys().copied().collect();
        let expected = match dir {
            Dir::Recent => view.shown(view.present()),
            Dir::Person(person) => {
                let all = view.assets().map(|(id, _)| id);
                all.filter(|id| view.people_of(*id).contains(&person) && view.is_shown(*id))
                    .collect()
            }
            Dir::Favorites(user) => {
                let all = view.assets().map(|(id, _)| id);
                let favorites = all.filter(|id| view.is_favorite(*id, user) && view.is_shown(*id));
                favorites.collect()
            }
            Dir::Share(id) => match &view.share(id).unwrap().scope {
                Scope::Query(text) => view.shown(&evaluate(view, ME, &Query::parse(text).unwrap())),
                Scope::Assets(assets) => view.shown(assets),
                Scope::Album(_)
                | Scope::Tag(_)
                | Scope::Person(_)
                | Scope::Library(_)
                | Scope::Folder(_)
                | Scope::Collection(_) => AssetSet::new(),
            },
            Dir::Collection(id) => {
                let query = Query::parse(&view.collection(id).unwrap().query).unwrap();
                view.shown(&evaluate(view, ME, &query))
            }
            Dir::Album(id) => in_smart(view, id),
            Dir::Tag(_)
            | Dir::Date(_)
            | Dir::Undated
            | Dir::Folder(_)
            | Dir::AllOf(_)
            | Dir::Copies(_)
            | Dir::Search(_) => {
                panic!("no query directory: {dir:?}")
            }
        };
        assert_eq!(
            members,
            expected,
            "{dir:?} {:?}",
            view.shares().collect::<Vec<_>>()
        );
        for (asset, name) in &found {
            assert_eq!(view.find_in(dir, name), Some(*asset), "{name}");
            assert!(view.dirs_of(*asset).contains(&dir));
        }
    }
    for share in view.shares() {
        let found = view.share_assets(share);
        for asset in view.present().iter() {
            assert_eq!(
                found.contains(asset),
                view.is_in_share(share, asset),
                "{asset} {share:?}"
            );
        }
    }
}

/// What a step told watchers leads from what was to what is.
pub(super) fn check_deltas(
    before: &BTreeMap<Dir, BTreeMap<AssetId, String>>,
    now: &BTreeMap<Dir, BTreeMap<AssetId, String>>,
    view: &View,
    deltas: &[Delta],
) {
    let recast = recast(view, deltas);
    for (dir, found) in before {
        let Some(after) = now.get(dir) else { continue };
        let mut told: AssetSet = found.keys().copied().collect();
        for change in deltas.iter().filter_map(|delta| delta.dirs.get(dir)) {
            assert!(told.is_disjoint(&change.joined), "{dir:?}");
            told |= &change.joined;
            told -= &change.left;
        }
        assert_eq!(told, after.keys().copied().collect(), "{dir:?}");
        for (asset, name) in after {
            let shot = view.file(view.lead_file(*asset).unwrap()).unwrap().shot;
            let is_told = recast.contains(*asset)
                || deltas.iter().any(|delta| {
                    delta.restemmed.contains_key(&shot) || delta.renamed.iter().any(|one| one.asset == *asset)
                });
            assert!(
                found.get(asset).is_none_or(|old| old == name || is_told),
                "{dir:?} {name}"
            );
        }
    }
}

/// Photos that are shown by other files than before, or may be.
pub(super) fn recast(view: &View, deltas: &[Delta]) -> AssetSet {
    let several = |file: &FileId| {
        let asset = view.file(*file)?.asset;
        (view.asset(asset)?.files.len() > 1).then_some(asset)
    };
    let folders = deltas.iter().flat_map(|delta| delta.folders.values());
    let moved = folders.flat_map(|change| change.joined.iter().chain(change.left.iter()));
    let led: AssetSet = moved.filter_map(|file| several(&file)).collect();
    let all = deltas.iter().flat_map(|delta| &delta.recast);
    let recast: AssetSet = all.map(|recast| view.resolve(recast.asset)).collect();
    &led | &recast
}

/// Keeps every delta.
#[derive(Default)]
pub(super) struct Recorder(pub(super) Mutex<Vec<Delta>>);

impl Subscriber for Recorder {
    fn committed(&self, committed: &Committed) {
        self.0.lock().unwrap().push(committed.delta.clone());
    }
}

/// In every directory names differ, compared as Windows does, and lead back to their photos.
pub(super) fn check_names(view: &View) {
    let mut seen = BTreeMap::new();
    for ((dir, asset, _), name) in shown(view) {
        let folded = crate::kernel::name::fold(&name);
        let before = seen.insert((dir.clone(), folded), asset);
        assert_eq!(before, None, "{name} twice in {dir}");
    }
    for (tag, row) in view.tags() {
        assert!(
            row.parent.is_none_or(|parent| view.tag(parent).is_some()),
            "an orphan: {tag}"
        );
        for asset in view.members(Dir::Tag(tag)).iter() {
            let name = view.name_in(Dir::Tag(tag), asset).unwrap();
            assert_eq!(view.find_in(Dir::Tag(tag), &name), Some(asset), "{name}");
        }
    }
}
