//! Random operations, against a small model of what a person would expect.
//!
//! After every step, for every directory: its listing has the photos and folders
//! that the model says; each listed name looks up to the listed node, and a
//! probe that is not listed finds nothing; names differ case-folded; a photo
//! that stays where it is keeps its name. After a restart, with and without the
//! store, the whole tree is the same: nodes, numbers and names.

use super::Tree;
use crate::inode::{Node, Top};
use crate::options::TreeOptions;
use kphotos_domain::catalog::{Field, FieldValue};
use kphotos_domain::command::{AlbumAssets, Command, SetDate, SetFields, TagAssets, UpdateFiles};
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::{
    AlbumId, FileId, FolderId, LibraryId, Owner, PersonId, TagId, Taken, TakenSource, UserId, name,
};
use kphotos_domain::organization::{AlbumPath, FaceBox, FaceChange, FaceKind, PersonName, TagPath};
use kphotos_domain::sharing::Scope;
use kphotos_domain::storage::{MountFolderFile, MountFolderFiles, MountOptions};
use kphotos_domain::testing::World;
use kphotos_domain::view::Dir;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const OWNER: Owner = Owner::User(UserId::new(1));
const LIBRARY: LibraryId = LibraryId::new(1);

/// Paths that clash by letter case, by what is made portable, by stem.
const PATHS: [&str; 10] = [
    "a.jpg",
    "A.JPG",
    "a.cr2",
    "x/a.jpg",
    "x/a~0001.jpg",
    "X/b.jpg",
    "x/what?.jpg",
    "x/what_.jpg",
    "x/y/c.mp4",
    "d.jpg",
];
const PLACES: [&str; 5] = ["p", "p/q", "p/_all", "r", "R?"];
const PEOPLE: [&str; 3] = ["Ann", "R?", "a.jpg"];
const DATES: [&str; 5] = [
    "1974",
    "2024-06",
    "2024-06-15",
    "2024-07-01T10:00",
    "2024-06-15T10:00:00+02:00",
];

#[derive(Clone, Copy, Debug)]
enum Step {
    Register(usize),
    Gone(usize),
    Returned(usize),
    Tag(usize, usize),
    Untag(usize, usize),
    Fill(usize, usize),
    Empty(usize, usize),
    Date(usize, usize),
    Hide(usize, bool),
    Favor(usize, bool),
    /// Somebody is in a photo.
    See(usize, usize),
    /// Nobody is.
    Unsee(usize),
    /// A share of a place's album, of its tag, of folders, of a query.
    Share(usize, usize),
    Revoke,
    Undo,
}

fn step() -> impl Strategy<Value = Step> {
    let path = || 0..PATHS.len();
    let place = || 0..PLACES.len();
    prop_oneof![
        6 => path().prop_map(Step::Register),
        1 => path().prop_map(Step::Gone),
        1 => path().prop_map(Step::Returned),
        3 => (place(), path()).prop_map(|(place, path)| Step::Tag(place, path)),
        1 => (place(), path()).prop_map(|(place, path)| Step::Untag(place, path)),
        3 => (place(), path()).prop_map(|(place, path)| Step::Fill(place, path)),
        1 => (place(), path()).prop_map(|(place, path)| Step::Empty(place, path)),
        3 => (path(), 0..DATES.len()).prop_map(|(path, date)| Step::Date(path, date)),
        1 => (path(), any::<bool>()).prop_map(|(path, on)| Step::Hide(path, on)),
        2 => (path(), any::<bool>()).prop_map(|(path, on)| Step::Favor(path, on)),
        3 => (0..PEOPLE.len(), path()).prop_map(|(person, path)| Step::See(person, path)),
        1 => path().prop_map(Step::Unsee),
        2 => (0..7usize, place()).prop_map(|(kind, place)| Step::Share(kind, place)),
        1 => Just(Step::Revoke),
        1 => Just(Step::Undo),
    ]
}

/// What is known of a photo.
#[derive(Clone, Default, PartialEq, Debug)]
struct Photo {
    is_here: bool,
    is_hidden: bool,
    is_favorite: bool,
    date: Option<usize>,
    tags: BTreeSet<&'static str>,
    albums: BTreeSet<&'static str>,
    people: BTreeSet<&'static str>,
}

/// What a person would expect.
#[derive(Clone, Default, PartialEq, Debug)]
struct Model {
    photos: BTreeMap<&'static str, Photo>,
    tags: BTreeSet<&'static str>,
    albums: BTreeSet<&'static str>,
    people: BTreeSet<&'static str>,
}

/// A path with the paths above it.
fn upwards(path: &'static str) -> impl Iterator<Item = &'static str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above))
}

fn below<'a>(paths: &BTreeSet<&'a str>, above: &str) -> BTreeSet<&'a str> {
    let parent = |path: &&&str| path.rsplit_once('/').map_or("", |(parent, _)| parent) == above;
    paths.iter().filter(parent).copied().collect()
}

impl Model {
    fn photo(&mut self, path: usize) -> Option<&mut Photo> {
        self.photos.get_mut(PATHS[path])
    }

    /// The photos that a directory has to show, by path of the original.
    fn shown(&self, is_in: impl Fn(&Photo) -> bool) -> BTreeSet<&'static str> {
        let shown = |(_, photo): &(&&str, &Photo)| photo.is_here && !photo.is_hidden && is_in(photo);
        self.photos.iter().filter(shown).map(|(path, _)| *path).collect()
    }

    fn dated(&self, key: &str) -> BTreeSet<&'static str> {
        self.shown(|photo| photo.date.is_some_and(|date| DATES[date].starts_with(key)))
    }
}

/// Does a step to both; a refusal by the app must be one that the model sees coming.
#[expect(
    clippy::too_many_lines,
    reason = "one arm a step: a table that is read as one"
)]
fn run(world: &World, model: &mut Model, past: &mut Vec<Model>, step: Step) {
    let before = model.clone();
    let is_edit = match step {
        Step::Register(at) => {
            // A path that is used again is another photo; the model knows photos by their paths.
            if model.photos.get(PATHS[at]).is_some_and(|photo| !photo.is_here) {
                return;
            }
            world.files(&[PATHS[at]]);
            model.photos.entry(PATHS[at]).or_insert_with(|| Photo {
                is_here: true,
                ..Photo::default()
            });
            false
        }
        Step::Gone(at) | Step::Returned(at) => {
            let is_here = matches!(step, Step::Returned(_));
            if let Some(photo) = model.photo(at) {
                photo.is_here = is_here;
                set_present(world, PATHS[at], is_here);
            }
            false
        }
        Step::Undo => return undo(world, model, past),
        Step::Tag(place, at) | Step::Untag(place, at) => tag(world, model, PLACES[place], at, step),
        Step::Fill(place, at) | Step::Empty(place, at) => album(world, model, PLACES[place], at, step),
        Step::Date(at, date) => {
            if let Some(photo) = model.photo(at) {
                photo.date = Some(date);
                let taken = Taken::parse(DATES[date], TakenSource::User).unwrap();
                let assets = world.assets(&[PATHS[at]]);
                world.run(&Command::SetDate(SetDate { assets, taken })).unwrap();
            }
            true
        }
        Step::Hide(at, on) => {
            if let Some(photo) = model.photo(at) {
                photo.is_hidden = on;
                // An edit that says what is so already is still one.
                if flag(world, Field::Hidden, on, at) && before == *model {
                    past.push(before);
                    return;
                }
            }
            true
        }
        Step::Favor(at, on) => {
            if let Some(photo) = model.photo(at) {
                photo.is_favorite = on;
                if flag(world, Field::Favorite, on, at) && before == *model {
                    past.push(before);
                    return;
                }
            }
            true
        }
        Step::See(person, at) => {
            if let Some(photo) = model.photo(at)
                && photo.people.insert(PEOPLE[person])
            {
                model.people.insert(PEOPLE[person]);
                let change = FaceChange::Add {
                    at: FaceBox::parse("0.5,0.5,0.1,0.1").unwrap(),
                    kind: FaceKind::Face,
                    name: PersonName::parse(PEOPLE[person]).ok(),
                };
                world.face(PATHS[at], change).unwrap();
            }
            true
        }
        Step::Unsee(at) => {
            if let Some(photo) = model.photo(at) {
                photo.people.clear();
                world.clear(Field::Faces, &[PATHS[at]]);
            }
            true
        }
        Step::Share(kind, place) => {
            if share(world, kind, place) {
                past.push(before);
            }
            return;
        }
        Step::Revoke => {
            let share = world.app.view().shares().next().map(|share| share.id);
            if let Some(share) = share {
                world.revoke(share);
            }
            false
        }
    };
    if is_edit && before != *model {
        past.push(before);
    }
}

/// Takes the last edit back, unless what it made must stay.
fn undo(world: &World, model: &mut Model, past: &mut Vec<Model>) {
    if let Some(last) = past.pop() {
        // A share that was revoked since cannot be unmade, and what is shared must stay.
        if world.run(&Command::Undo(None)).is_err() {
            past.push(last);
            return;
        }
        for (path, photo) in &mut model.photos {
            let old = last.photos.get(path).cloned().unwrap_or_default();
            let is_here = photo.is_here;
            *photo = Photo { is_here, ..old };
        }
        (model.tags, model.albums, model.people) = (last.tags, last.albums, last.people);
    }
}

/// Sets a flag; whether that was an edit.
fn flag(world: &World, field: Field, on: bool, at: usize) -> bool {
    let values = vec![(field, FieldValue::Flag(on))];
    let assets = world.assets(&[PATHS[at]]);
    let command = Command::SetFields(SetFields { assets, values });
    world.run(&command).unwrap().revision.is_some()
}

/// Shares something, if there is such a thing; whether that was an edit.
fn share(world: &World, kind: usize, place: usize) -> bool {
    let number = u32::try_from(place).unwrap() + 1;
    let scope = match kind {
        0 => Scope::Album(AlbumId::new(number)),
        1 => Scope::Tag(TagId::new(number)),
        2 => Scope::Library(LIBRARY),
        3 => Scope::Folder(FolderId::new(number)),
        4 => Scope::Query("is:favorite OR ext:jpg".into()),
        5 => Scope::Person(PersonId::new(number)),
        _ => Scope::Assets(world.app.view().present().clone()),
    };
    world.share(&format!("s{kind}{place}"), scope).is_ok()
}

fn tag(world: &World, model: &mut Model, place: &'static str, at: usize, step: Step) -> bool {
    let Some(photo) = model.photo(at) else { return true };
    let is_on = matches!(step, Step::Tag(..));
    let change = TagAssets {
        tag: TagPath::parse(place).unwrap(),
        assets: world.assets(&[PATHS[at]]),
    };
    if is_on {
        photo.tags.insert(place);
        model.tags.extend(upwards(place));
        world.run(&Command::AddTag(change)).unwrap();
    } else {
        photo.tags.remove(place);
        let known = model.tags.contains(place);
        assert_eq!(world.run(&Command::RemoveTag(change)).is_ok(), known);
    }
    true
}

fn album(world: &World, model: &mut Model, place: &'static str, at: usize, step: Step) -> bool {
    let is_known = model.albums.contains(place);
    let Some(photo) = model.photo(at) else { return true };
    let album = AlbumPath::parse(place).unwrap();
    let assets = world.assets(&[PATHS[at]]);
    if matches!(step, Step::Empty(..)) {
        photo.albums.remove(place);
        let command = Command::RemoveFromAlbum(AlbumAssets { album, assets });
        assert_eq!(world.run(&command).is_ok(), is_known);
    } else if is_known {
        photo.albums.insert(place);
        world
            .run(&Command::AddToAlbum(AlbumAssets { album, assets }))
            .unwrap();
    } else {
        model.albums.extend(upwards(place));
        world.run(&Command::CreateAlbum(album.into())).unwrap();
    }
    true
}

fn set_present(world: &World, path: &str, is_here: bool) {
    let file = world.app.view().file_at(LIBRARY, path.as_bytes());
    let files = file.into_iter().collect();
    let update = if is_here {
        UpdateFiles {
            returned: files,
            ..UpdateFiles::default()
        }
    } else {
        UpdateFiles {
            gone: files,
            ..UpdateFiles::default()
        }
    };
    world.observe(&Command::UpdateFiles(update));
}

/// Every directory below a node, with what it shows: number and name.
type Shown = BTreeMap<Node, BTreeMap<String, Node>>;

fn everything(world: &World) -> Shown {
    let view = world.app.view();
    let tree = Tree::new(&view, OWNER);
    let (mut shown, mut open) = (Shown::new(), vec![Node::Root]);
    while let Some(dir) = open.pop() {
        let list = tree.list(dir);
        let names: BTreeMap<String, Node> = list
            .iter()
            .map(|entry| (entry.name.to_string(), entry.node))
            .collect();
        let folded: BTreeSet<String> = list.iter().map(|entry| name::fold(&entry.name)).collect();
        assert_eq!(folded.len(), list.len(), "names differ case-folded: {list:?}");
        for entry in &list {
            assert_eq!(tree.lookup(dir, &entry.name), Some(entry.node), "{}", entry.name);
            assert_eq!(tree.name(entry.node, dir).as_deref(), Some(&*entry.name));
            assert_eq!(name::portable(entry.name.as_bytes()), *entry.name);
            assert!(tree.exists(entry.node));
            assert_eq!(Node::of(entry.node.ino()), Some(entry.node));
            if !entry.node.is_file() {
                assert_eq!(tree.parent(entry.node), Some(dir));
                open.push(entry.node);
            }
        }
        let folders = list.iter().filter(|entry| !entry.node.is_file()).count();
        assert_eq!(tree.subdirectories(dir) as usize, folders);
        probe(&tree, dir, &names);
        assert!(
            shown.insert(dir, names).is_none(),
            "a directory is in one place only"
        );
    }
    shown
}

/// A mount with posix names shows the same nodes in the same places, under names
/// that differ and lead back.
fn same_in_posix(world: &World, shown: &Shown) {
    let view = world.app.view();
    let posix = MountOptions {
        names: NameStyle::Posix,
        ..MountOptions::default()
    };
    let tree = Tree::new(&view, TreeOptions::new(OWNER, &posix));
    for (dir, names) in shown {
        let list = tree.list(*dir);
        let distinct: BTreeSet<&str> = list.iter().map(|entry| &*entry.name).collect();
        assert_eq!(distinct.len(), list.len(), "{list:?}");
        let nodes: BTreeSet<Node> = list.iter().map(|entry| entry.node).collect();
        assert_eq!(nodes, names.values().copied().collect(), "{dir:?}");
        for entry in &list {
            assert_eq!(tree.lookup(*dir, &entry.name), Some(entry.node), "{}", entry.name);
            assert_eq!(tree.name(entry.node, *dir).as_deref(), Some(&*entry.name));
            assert!(entry.name.len() <= name::NAME_MAX);
        }
    }
}

/// A mount with the files that say how a folder is to be shown has besides what others show only these; an
/// icon is a photo of the folder, and out of sight is who stands behind a cover that is not.
fn same_with_folder_files(world: &World, shown: &Shown) {
    let view = world.app.view();
    let options = MountOptions {
        folder_files: MountFolderFiles::only(MountFolderFile::ALL),
        ..MountOptions::default()
    };
    let tree = Tree::new(&view, TreeOptions::new(OWNER, &options));
    for (dir, names) in shown {
        let mut list: BTreeMap<String, Node> = BTreeMap::new();
        for entry in tree.list(*dir) {
            assert_eq!(tree.lookup(*dir, &entry.name), Some(entry.node), "{}", entry.name);
            list.insert(entry.name.into(), entry.node);
        }
        let icon = tree.folder_file(*dir, MountFolderFile::Directory);
        let hidden = tree.folder_file(*dir, MountFolderFile::Hidden);
        assert_eq!(list.remove(".directory").is_some(), icon.is_some());
        assert_eq!(list.remove(".hidden").is_some(), hidden.is_some());
        assert_eq!(&list, names, "{dir:?}");
        if let Some(icon) = icon {
            let name = icon.strip_prefix("[Desktop Entry]\nIcon=./").unwrap().trim_end();
            assert!(names.get(name).is_some_and(|node| node.is_file()), "{icon}");
        }
        let out: BTreeSet<&str> = hidden.iter().flat_map(|text| text.lines()).collect();
        let photo = |node: Node| view.file(node.file()?).map(|row| row.asset);
        let is_seen = |asset| {
            names
                .iter()
                .any(|(name, node)| !out.contains(&**name) && photo(*node) == Some(asset))
        };
        let is_copies = matches!(dir, Node::Copies(_));
        for (name, node) in names {
            let Some(asset) = photo(*node) else { continue };
            let stack = view.whole_stack(asset);
            let cover = view
                .cover_of(&stack)
                .filter(|cover| stack.len() > 1 && *cover != asset);
            let is_behind = cover.is_some_and(is_seen) && !is_copies;
            assert_eq!(out.contains(&**name), is_behind, "{dir:?} {name}");
        }
    }
}

/// Names that could be found by mistake: plain, in other letters, and suffixed.
fn probe(tree: &Tree<'_>, dir: Node, names: &BTreeMap<String, Node>) {
    let mut probes: BTreeSet<String> = names.keys().map(|name| name.to_uppercase()).collect();
    for path in PATHS {
        let own = name::portable(path.rsplit('/').next().unwrap_or(path).as_bytes());
        for shot in 1..12 {
            let (stem, extension) = own.split_once('.').unwrap();
            probes.insert(format!("{stem}~000{shot}.{extension}"));
        }
        probes.insert(own);
    }
    // Any word is something to search for.
    if dir != Node::Top(Top::Search) {
        probes.extend(PLACES.iter().chain(&DATES).map(|text| (*text).to_owned()));
    }
    for name in probes {
        assert_eq!(
            tree.lookup(dir, &name),
            names.get(&name).copied(),
            "{dir:?} {name}"
        );
    }
}

/// What is shown is what the model expects.
fn compare(world: &World, model: &Model, shown: &Shown) {
    let view = world.app.view();
    let tree = Tree::new(&view, OWNER);
    let file = |path: &str| Node::File(view.file_at(LIBRARY, path.as_bytes()).unwrap());
    let photos = |dir: Node| -> BTreeSet<Node> {
        let names = shown.get(&dir).into_iter().flat_map(BTreeMap::values);
        names.copied().filter(|node| node.is_file()).collect()
    };
    let nodes = |paths: BTreeSet<&str>| -> BTreeSet<Node> { paths.into_iter().map(file).collect() };
    for (top, places) in [(Top::Albums, &model.albums), (Top::Tags, &model.tags)] {
        for place in places.iter().copied().chain([""]) {
            let parts = place.split('/').filter(|part| !part.is_empty());
            let dir = parts.fold(Node::Top(top), |dir, part| {
                // The tag `_all` gives way to what shows all.
                let is_all = top == Top::Tags && part == "_all";
                let part = if is_all { "_all_" } else { part };
                tree.lookup(dir, &name::portable(part.as_bytes())).unwrap()
            });
            let children = shown[&dir].values().filter(|node| !node.is_file()).count();
            let is_parent = !place.is_empty() && !below(places, place).is_empty();
            let all = usize::from(top == Top::Tags && is_parent);
            assert_eq!(children, below(places, place).len() + all, "{top:?} {place}");
            if all > 0 {
                let carries = |photo: &Photo| {
                    photo
                        .tags
                        .iter()
                        .any(|tag| upwards(tag).any(|above| above == place))
                };
                let dir = tree.lookup(dir, "_all").unwrap();
                assert_eq!(photos(dir), nodes(model.shown(carries)), "all of {place}");
            }
            let expected = model.shown(|photo| {
                let places = if top == Top::Tags {
                    &photo.tags
                } else {
                    &photo.albums
                };
                places.contains(place)
            });
            assert_eq!(photos(dir), nodes(expected), "{top:?} {place}");
        }
    }
    for (dir, names) in shown {
        let (Node::Year(key) | Node::Month(key) | Node::Day(key)) = *dir else {
            continue;
        };
        let expected = nodes(model.dated(&key.to_string()));
        assert!(!names.is_empty());
        assert_eq!(photos(*dir), expected, "{key}");
    }
    let people = &shown[&Node::Top(Top::People)];
    assert_eq!(people.len(), model.people.len());
    for person in &model.people {
        let name = name::portable(person.as_bytes());
        let expected = nodes(model.shown(|photo| photo.people.contains(person)));
        assert_eq!(photos(people[&name]), expected, "{person}");
    }
    shares(world, shown);
    let favorites = nodes(model.shown(|photo| photo.is_favorite));
    assert_eq!(photos(Node::Top(Top::Favorites)), favorites);
    assert_eq!(photos(Node::Top(Top::Recent)), nodes(model.shown(|_| true)));
    searches(&tree, model, &nodes);
    let years = model.shown(|photo| photo.date.is_some());
    assert_eq!(shown[&Node::Top(Top::ByYear)].is_empty(), years.is_empty());
    for (path, photo) in &model.photos {
        let node = file(path);
        let is_listed = photos(tree.parent(node).unwrap()).contains(&node);
        assert_eq!(is_listed, photo.is_here, "library {path}");
    }
}

/// What a search shows is what its query finds: hidden photos too, if it asks for them.
fn searches(tree: &Tree<'_>, model: &Model, nodes: &dyn Fn(BTreeSet<&str>) -> BTreeSet<Node>) {
    let hidden = |is_in: &dyn Fn(&Photo) -> bool| {
        let hidden = model.photos.iter();
        let hidden = hidden.filter(|(_, photo)| photo.is_here && photo.is_hidden && is_in(photo));
        hidden.map(|(path, _)| *path).collect::<BTreeSet<_>>()
    };
    let check = |search: &str, expected: BTreeSet<&str>| {
        let mut parts = search.split('/');
        let dir = parts.try_fold(Node::Top(Top::Search), |dir, name| tree.lookup(dir, name));
        let dir = dir.unwrap_or_else(|| panic!("no search {search}"));
        let list = tree.list(dir);
        let found: BTreeSet<Node> = list.iter().map(|entry| entry.node).collect();
        assert_eq!(found, nodes(expected), "{search}");
        assert_eq!(found.len(), list.len());
        for entry in list {
            assert_eq!(tree.lookup(dir, &entry.name), Some(entry.node), "{search}");
            assert_eq!(tree.name(entry.node, dir).as_deref(), Some(&*entry.name));
        }
        assert_eq!(tree.lookup(dir, "nothing.jpg"), None);
    };
    check("is=favorite", model.shown(|photo| photo.is_favorite));
    check("is=hidden", hidden(&|_| true));
    check("is=hidden/is=favorite", hidden(&|photo| photo.is_favorite));
    check("is=favorite/is=hidden", BTreeSet::new());
    let tagged = |photo: &Photo| {
        photo
            .tags
            .iter()
            .any(|tag| upwards(tag).any(|above| above == "p"))
    };
    check("tag=p", model.shown(tagged));
    check(
        "tag=p/is=favorite",
        model.shown(|photo| tagged(photo) && photo.is_favorite),
    );
    check("-tag==p", model.shown(|photo| !photo.tags.contains("p")));
    check("album=p∕q", model.shown(|photo| photo.albums.contains("p/q")));
}

/// What a share shows is what its scope shows, under the same names, but for what is hidden.
fn shares(world: &World, shown: &Shown) {
    let view = world.app.view();
    let tree = Tree::new(&view, OWNER);
    let is_shown = |file: FileId| view.is_shown(view.file(file).unwrap().asset);
    for (node, names) in shown.iter().filter(|(node, _)| node.is_shared()) {
        let dir = tree.stored(*node).unwrap();
        let own = match dir {
            Dir::Album(album) => Node::Album(album),
            Dir::Tag(tag) => Node::Tag(tag),
            Dir::Folder(folder) => Node::Folder(folder),
            Dir::Date(_)
            | Dir::Undated
            | Dir::Favorites(_)
            | Dir::Recent
            | Dir::Person(_)
            | Dir::Share(_)
            | Dir::Collection(_)
            | Dir::AllOf(_)
            | Dir::Copies(_)
            | Dir::Search(_) => {
                let members = view.members(dir);
                let files: BTreeSet<Node> = members
                    .iter()
                    .map(|id| Node::File(view.lead_file(id).unwrap()))
                    .collect();
                assert_eq!(
                    names.values().copied().collect::<BTreeSet<_>>(),
                    files,
                    "{node:?}"
                );
                continue;
            }
        };
        for (name, there) in names {
            let same = if let Node::Shared(_, part) = *there {
                part.node()
            } else {
                *there
            };
            assert_eq!(shown.get(&own).unwrap().get(name), Some(&same), "{node:?} {name}");
        }
        // A folder that has nothing is not there, but the share of it is.
        for (name, there) in shown.get(&own).into_iter().flatten() {
            let is_missing = !names.contains_key(name);
            let may_be = there
                .file()
                .map_or(matches!(there, Node::Folder(_) | Node::AllOf(_)), |file| {
                    !is_shown(file)
                });
            assert!(!is_missing || may_be, "{node:?} {name}");
        }
    }
}

/// A photo that stays where it is keeps its name, but in query directories.
fn keeps_names(before: &Shown, now: &Shown) {
    let is_query = |dir: &Node| {
        matches!(
            dir,
            Node::Top(Top::Favorites | Top::Recent) | Node::Person(_) | Node::Share(_) | Node::AllOf(_)
        )
    };
    for (dir, names) in before.iter().filter(|(dir, _)| !is_query(dir)) {
        for (name, node) in names.iter().filter(|(_, node)| node.is_file()) {
            let stays = now
                .get(dir)
                .into_iter()
                .flatten()
                .find(|(_, other)| *other == node);
            assert!(stays.is_none_or(|(other, _)| other == name), "{dir:?} {name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_tree_shows_what_a_person_expects(steps in prop::collection::vec(step(), 1..40)) {
        let world = World::new();
        let (mut model, mut past) = (Model::default(), Vec::new());
        let mut shown = everything(&world);
        for step in steps {
            run(&world, &mut model, &mut past, step);
            let now = everything(&world);
            compare(&world, &model, &now);
            same_in_posix(&world, &now);
            same_with_folder_files(&world, &now);
            keeps_names(&shown, &now);
            shown = now;
        }
        let world = world.restart();
        prop_assert_eq!(&everything(&world), &shown);
        let world = world.restart_without_store();
        prop_assert_eq!(&everything(&world), &shown);
    }
}

#[test]
fn a_file_keeps_its_number_for_ever() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    let find = |world: &World| {
        let view = world.app.view();
        let tree = Tree::new(&view, OWNER);
        let root = tree.lookup(Node::Top(Top::Library), "photos").unwrap();
        tree.lookup(root, "b.jpg").map(Node::ino)
    };
    assert_eq!(find(&world), Some(Node::File(FileId::new(2)).ino()));
    let world = world.restart_without_store();
    assert_eq!(find(&world), Some(Node::File(FileId::new(2)).ino()));
}
