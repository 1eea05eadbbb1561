//! Random operations: what an entry makes stale, told to one who remembers every
//! directory, leads from what each showed to what it shows: in a mount as it is by
//! default, in one with posix names, in one that shows some views alone, in one
//! with sidecars, in one that shows covers of stacks alone, and in two that hide what is away
//! with its library; the last of each kind with the files that say how a folder is to be shown,
//! and what they say.

use super::{CHUNK, Held, Stale, stale};
use crate::folder_files::FolderFiles;
use crate::inode::{Node, Top};
use crate::options::TreeOptions;
use crate::tree::Tree;
use kphotos_domain::app::Committed;
use kphotos_domain::catalog::{Field, FieldValue};
use kphotos_domain::command::{AlbumAssets, ChangeAlbum, Command, RegisterFiles, TagAssets};
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::port::Subscriber;
use kphotos_domain::kernel::{
    AlbumId, AssetSet, CollectionId, FileId, FolderId, LibraryId, Owner, PersonId, TagId, UserId,
};
use kphotos_domain::organization::{
    AlbumArrangement, AlbumChange, AlbumPath, AlbumRule, CollectionChange, CollectionName, FaceBox,
    FaceChange, FaceId, FaceKind, OrderBy, PeopleArrangement, PersonName, TagArrangement, TagPath,
};
use kphotos_domain::sharing::Scope;
use kphotos_domain::storage::{
    LibraryState, MountFolderFile, MountFolderFiles, MountOffline, MountOptions, MountSidecars, MountStacks,
    MountView, MountViews, NewLibrary,
};
use kphotos_domain::testing::{World, sighting};
use kphotos_domain::view::{Dir, View};
use proptest::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const OWNER: Owner = Owner::User(UserId::new(1));
const PATHS: [&str; 12] = [
    "a.jpg",
    "a.cr2",
    "x/a.jpg",
    "x/b.jpg",
    "x/y/a.jpg",
    "x/y/c.jpg",
    "z/a.jpg",
    "z/d.mp4",
    "A.JPG",
    "w/v/e.jpg",
    "x/a?.jpg",
    "z/a_.jpg",
];
const PLACES: [&str; 6] = ["p", "p/q", "p/a.jpg", "r", "p/_all", "p/q/_ALL_"];
const PEOPLE: [&str; 4] = ["Ann", "a.jpg", "Bo?", "ann"];
/// What is searched for, and within what.
const SEARCHES: [&str; 14] = [
    "is=hidden",
    "is=hidden/tag=p",
    "ext=jpg",
    "ext=jpg/is=favorite",
    "is=favorite OR name=cr2",
    "-is=favorite",
    "tag=p",
    "album=p",
    "collection=one",
    "person=ann",
    "is=stacked",
    "is=shared",
    "is=missing",
    "is=duplicate",
];
const QUERIES: [&str; 6] = [
    "is:favorite",
    "path:x/",
    "name:~000",
    "tag:p -is:stacked",
    "ext:jpg",
    "person:ann OR has:faces",
];

#[derive(Default)]
struct Recorder(Mutex<Vec<Committed>>);

impl Subscriber for Recorder {
    fn committed(&self, committed: &Committed) {
        self.0.lock().unwrap().push(Committed {
            revision: committed.revision,
            entry: committed.entry.clone(),
            delta: committed.delta.clone(),
        });
    }
}

/// Mounts that are told side by side.
fn mounts() -> [TreeOptions; 7] {
    let posix = MountOptions {
        names: NameStyle::Posix,
        ..MountOptions::default()
    };
    let some = MountOptions {
        views: MountViews::only([
            MountView::Albums,
            MountView::Library,
            MountView::Recent,
            MountView::Collections,
            MountView::Duplicates,
        ]),
        ..MountOptions::default()
    };
    let beside = MountOptions {
        sidecars: MountSidecars::Xmp,
        folder_files: MountFolderFiles::only(MountFolderFile::ALL),
        ..MountOptions::default()
    };
    let covers = MountOptions {
        stacks: MountStacks::Cover,
        sidecars: MountSidecars::Xmp,
        folder_files: MountFolderFiles::only(MountFolderFile::ALL),
        ..MountOptions::default()
    };
    let hides = MountOptions {
        offline: MountOffline::Hide,
        ..MountOptions::default()
    };
    let hides_more = MountOptions {
        offline: MountOffline::Hide,
        names: NameStyle::Posix,
        ..covers
    };
    let all = [
        MountOptions::default(),
        posix,
        some,
        beside,
        covers,
        hides,
        hides_more,
    ];
    all.map(|options| TreeOptions::new(OWNER, &options))
}

/// Every directory with what it shows.
type Shown = BTreeMap<Node, BTreeMap<String, Node>>;

/// What a kernel remembers of a mount.
struct Known {
    options: TreeOptions,
    shown: Shown,
    /// What each file says that says how a folder is to be shown.
    says: BTreeMap<Node, String>,
    folder_files: FolderFiles,
}

impl Known {
    /// All of it, as it is now.
    fn of(view: &View, options: TreeOptions) -> Self {
        let mut known = Self {
            options,
            shown: Shown::new(),
            says: BTreeMap::new(),
            folder_files: FolderFiles::default(),
        };
        known.learn(view);
        known
    }

    /// Reads everything: what was told before stays as it was told.
    fn learn(&mut self, view: &View) {
        self.shown = everything(view, self.options);
        let tree = Tree::new(view, self.options);
        for dir in self.shown.keys() {
            self.folder_files.note(&tree, *dir);
        }
        self.says = says(&tree, &self.shown);
    }
}

/// A kernel that holds these directories.
struct Kernel<'a>(FxHashSet<Node>, &'a FolderFiles);

impl Held for Kernel<'_> {
    fn has(&self, dir: Node) -> bool {
        self.0.has(dir)
    }

    fn dirs(&self) -> Vec<Node> {
        self.0.dirs()
    }

    fn folder_files(&self) -> Option<&FolderFiles> {
        Some(self.1)
    }
}

/// What the files say that are shown.
fn says(tree: &Tree<'_>, shown: &Shown) -> BTreeMap<Node, String> {
    let nodes = shown.values().flat_map(BTreeMap::values);
    nodes
        .filter_map(|node| Some((*node, text(tree, *node)?)))
        .collect()
}

fn text(tree: &Tree<'_>, node: Node) -> Option<String> {
    let Node::FolderFile(file, dir) = node else {
        return None;
    };
    tree.folder_file(dir.node(), file)
}

fn everything(view: &View, options: TreeOptions) -> Shown {
    let tree = Tree::new(view, options);
    let (mut shown, mut open) = (Shown::new(), vec![Node::Root]);
    for search in SEARCHES {
        let mut parts = search.split('/');
        let found = parts.try_fold(Node::Top(Top::Search), |dir, name| tree.lookup(dir, name));
        if let Some(Node::Search(id)) = found {
            view.hold(Dir::Search(id));
            open.push(Node::Search(id));
        }
    }
    while let Some(dir) = open.pop() {
        if let Node::AllOf(tag) = dir {
            view.hold(Dir::AllOf(tag));
        }
        let list = tree.list(dir);
        open.extend(list.iter().map(|entry| entry.node).filter(|node| !node.is_file()));
        shown.insert(
            dir,
            list.into_iter()
                .map(|entry| (entry.name.into(), entry.node))
                .collect(),
        );
    }
    shown
}

/// Forgets and learns as a kernel does that is told; a change of its own is told last.
fn told(shown: &mut Shown, one: Stale, tree: &Tree<'_>) {
    let vanish = |shown: &mut Shown, parent: Node, name: &str, node: Node| {
        if let Some(dir) = shown.get_mut(&parent)
            && dir.get(name) == Some(&node)
        {
            dir.remove(name);
        }
    };
    match one {
        Stale::Appeared { parent, name, node } => {
            shown.entry(parent).or_default().insert(name, node);
        }
        Stale::Vanished { parent, name, node } => vanish(shown, parent, &name, node),
        Stale::Renamed { from, to, node } => {
            vanish(shown, from.0, &from.1, node);
            shown.entry(to.0).or_default().insert(to.1, node);
        }
        Stale::Members(mut members) => {
            for one in members.take(tree, CHUNK) {
                told(shown, one, tree);
            }
        }
        Stale::Attributes { node, places } | Stale::Content { node, places } => {
            for (parent, name) in places {
                assert_eq!(tree.lookup(parent, &name), Some(node), "{parent:?} {name}");
            }
        }
        Stale::Touched(_) | Stale::Forgotten { .. } => {}
    }
}

/// Tells a mount of an entry: of directories that it holds alone.
fn tell(view: &View, entry: &Committed, known: &mut Known) {
    let held: FxHashSet<Node> = known.shown.keys().copied().collect();
    let kernel = Kernel(held, &known.folder_files);
    let tree = Tree::new(view, known.options);
    for one in stale(view, known.options, entry, &kernel) {
        if let Stale::Appeared { node, .. } | Stale::Content { node, .. } = &one
            && let Some(text) = text(&tree, *node)
        {
            known.says.insert(*node, text);
        }
        told(&mut known.shown, one, &tree);
    }
    assert!(
        known.shown.keys().all(|dir| kernel.0.contains(dir)),
        "{:?}",
        known.shown
    );
}

fn step(world: &World, (operation, at, choice): (u8, usize, usize)) {
    let known: Vec<String> = {
        let view = world.app.view();
        let paths = view
            .files()
            .filter(|(_, row)| view.library_of(row.folder) == LibraryId::new(1))
            .map(|(id, _)| String::from_utf8(view.file_path(id).unwrap().1).unwrap());
        paths.collect()
    };
    let is_free = |path: &str| !known.iter().any(|other| other == path);
    let Some(path) = known.get(at % known.len().max(1)) else {
        return world.files(&[PATHS[choice]]);
    };
    let (paths, place) = ([path.as_str()], PLACES[choice % PLACES.len()]);
    let number = u32::try_from(choice).unwrap();
    match operation {
        0..=2 if is_free(PATHS[choice]) => world.files(&[PATHS[choice]]),
        3 => world.gone(&paths),
        4 => world.returned(&paths),
        5 if is_free(PATHS[choice]) => world.moved(&[(path, PATHS[choice])]),
        6 | 7 => drop(world.tag(place, &paths)),
        8 => {
            let album = AlbumPath::parse(place).unwrap();
            drop(world.make_album(&album, None));
            let assets = world.assets(&paths);
            world
                .run(&Command::AddToAlbum(AlbumAssets { album, assets }))
                .unwrap();
        }
        9 => drop(world.date("2024-06-15", &paths)),
        10 => drop(world.set(Field::Hidden, FieldValue::Flag(choice % 2 == 0), &paths)),
        11 => drop(world.set(Field::Favorite, FieldValue::Flag(choice % 3 > 0), &paths)),
        12..=14 => {
            let scope = match at % 7 {
                6 => Scope::Person(PersonId::new(number / 3)),
                0 => Scope::Album(AlbumId::new(number)),
                1 => Scope::Tag(TagId::new(number)),
                2 => Scope::Library(LibraryId::new(1)),
                3 => Scope::Folder(FolderId::new(number)),
                4 if choice > 5 => Scope::Collection(CollectionId::new(number % 3)),
                4 => Scope::Query(QUERIES[choice % QUERIES.len()].into()),
                _ => Scope::Assets(world.assets(&paths)),
            };
            drop(world.share(&format!("s{at}{choice}"), scope));
        }
        15 => {
            let share = world.app.view().shares().next().map(|share| share.id);
            if let Some(share) = share {
                world.revoke(share);
            }
        }
        23 => another_library(world, place, number),
        24 => {
            let libraries: Vec<LibraryId> = world.app.view().libraries().map(|row| row.id).collect();
            if let [_, last] = libraries.as_slice() {
                // Refused where it, or a folder of it, is shared.
                drop(world.run(&Command::RemoveLibrary(*last)));
            }
        }
        16..=19 => rearrange(world, at, choice),
        27..=32 => people(world, path, operation, at, choice),
        20 => ruled(world, at, choice),
        21 => on_album(world, &paths, at, choice),
        22 => collection(world, at, choice),
        33..=35 => world.hash(path, u8::try_from(choice % 4).unwrap()),
        36 => world.changed(path, 1),
        37 | 38 => {
            let date = ["2024-06-15", "2024-06-16", "2023"][choice % 3];
            let tags: &[&str] = if choice % 2 == 0 { &["p"] } else { &[] };
            world.read(path, Some(date), tags);
        }
        39 => drop(world.forget(&paths)),
        41..=43 => move_folders(world, at, choice),
        45..=49 => away(world, operation, at, choice),
        _ => drop(world.undo(None)),
    }
}

/// A library goes or comes; or a file of any is hashed, and may be a copy of another's.
fn away(world: &World, operation: u8, at: usize, choice: usize) {
    let libraries: Vec<LibraryId> = world.app.view().libraries().map(|row| row.id).collect();
    let library = libraries[at % libraries.len()];
    if operation < 48 {
        let state = if choice.is_multiple_of(2) {
            LibraryState::Offline
        } else {
            LibraryState::Online
        };
        return world.library_is(library, state);
    }
    let files: Vec<FileId> = {
        let view = world.app.view();
        let all = view.files().filter(|(_, row)| row.is_present());
        all.filter(|(_, row)| view.library_of(row.folder) == library)
            .map(|(id, _)| id)
            .collect()
    };
    if let Some(file) = files.get(choice % files.len().max(1)) {
        world.hash_file(*file, u8::try_from(choice % 3).unwrap());
    }
}

/// Renames or moves one folder or two, which may take each other's place, or that of a photo
/// or a folder that is shown under another name by that; what cannot be is left out.
fn move_folders(world: &World, at: usize, choice: usize) {
    const FOLDERS: [&str; 9] = ["x", "x/y", "z", "w", "w/v", "X", "A.jpg", "z/x", "n/m/x"];
    let one = (FOLDERS[at % 5], FOLDERS[choice % FOLDERS.len()]);
    let other = (FOLDERS[choice % 5], FOLDERS[at % FOLDERS.len()]);
    match (at + choice) % 3 {
        0 => world.folders_moved(&[one, other]),
        1 => world.folders_moved(&[one, (one.1, one.0)]),
        _ => world.folders_moved(&[one]),
    }
}

/// Changes faces or people; what cannot be is refused.
fn people(world: &World, path: &str, operation: u8, at: usize, choice: usize) {
    let name = |at: usize| PersonName::parse(PEOPLE[at % PEOPLE.len()]).unwrap();
    let (person, other) = (name(choice), name(at));
    match operation {
        27 => {
            let named = (choice > 3).then(|| PEOPLE[at % PEOPLE.len()]);
            let faces = [("0.3,0.3,0.2,0.2", named), ("0.8,0.3,0.2,0.2", None)];
            world.read_faces(
                path,
                &faces[..at % 3],
                &[PEOPLE[choice % PEOPLE.len()]][..choice % 2],
            );
        }
        28 => {
            let at = FaceBox::parse("0.5,0.5,0.1,0.1").unwrap();
            let (kind, name) = (FaceKind::Face, Some(person));
            drop(world.face(path, FaceChange::Add { at, kind, name }));
        }
        29 => {
            let face = [1, 2, 1001][at % 3];
            drop(world.name_face(path, face, (choice > 2).then(|| PEOPLE[choice % PEOPLE.len()])));
        }
        30 => {
            let face = FaceId::new([1, 2, 1001][at % 3]);
            let change = match choice % 2 {
                0 => FaceChange::Reject { face },
                _ => FaceChange::Remove { face },
            };
            drop(world.face(path, change));
        }
        31 => {
            let name = other;
            drop(world.arrange_people(PeopleArrangement::Rename { person, name }));
        }
        _ => {
            let (from, into) = (vec![person], other);
            drop(world.arrange_people(PeopleArrangement::Merge { from, into }));
        }
    }
}

/// A second library with two photos, one of which is tagged and in an album.
fn another_library(world: &World, place: &str, number: u32) {
    let new = NewLibrary {
        name: Some("more".into()),
        root: b"/more"[..].into(),
        timezone: "UTC".into(),
    };
    if world.run(&Command::AddLibrary(new)).is_err() {
        return;
    }
    let library = world.app.view().libraries().last().map(|row| row.id).unwrap();
    let files = vec![sighting("s.jpg"), sighting(&format!("f{number}/a.jpg"))];
    world.observe(&Command::RegisterFiles(RegisterFiles { library, files }));
    let assets = {
        let view = world.app.view();
        let file = view.file_at(library, b"s.jpg").unwrap();
        AssetSet::one(view.file(file).unwrap().asset)
    };
    let (tag, album) = (TagPath::parse(place).unwrap(), AlbumPath::parse(place).unwrap());
    let tagged = Command::AddTag(TagAssets {
        tag,
        assets: assets.clone(),
    });
    drop(world.run(&tagged));
    drop(world.run(&Command::CreateAlbum(album.clone().into())));
    drop(world.run(&Command::AddToAlbum(AlbumAssets { album, assets })));
}

/// Gives an album a rule, or takes it; makes a smart one.
fn ruled(world: &World, at: usize, choice: usize) {
    let place = PLACES[choice % PLACES.len()];
    let number = u32::try_from(at % 4 + 1).unwrap();
    let rule = match at % 4 {
        0 => None,
        1 => Some(AlbumRule::Folder(FolderId::new(number))),
        2 => Some(AlbumRule::Collection(CollectionId::new(number % 3))),
        _ => Some(AlbumRule::Query(QUERIES[choice % QUERIES.len()].into())),
    };
    match &rule {
        Some(rule) if choice > 7 => drop(world.smart_album(place, rule.clone())),
        _ => drop(world.change_album(place, AlbumChange::Bind(rule))),
    }
}

/// Takes a photo out of an album, excludes it, or sets what shows nowhere.
fn on_album(world: &World, paths: &[&str], at: usize, choice: usize) {
    let album = AlbumPath::parse(PLACES[choice % PLACES.len()]).unwrap();
    let assets = world.assets(paths);
    let which = AlbumAssets { album, assets };
    drop(world.run(&match at % 3 {
        0 => Command::RemoveFromAlbum(which),
        1 => Command::ExcludeFromAlbum(which),
        _ => {
            let (album, by) = (which.album, OrderBy::Manual);
            let changes = vec![AlbumChange::Sort { by, reverse: false }];
            Command::ChangeAlbum(ChangeAlbum { album, changes })
        }
    }));
}

/// Makes, changes or deletes a collection.
fn collection(world: &World, at: usize, choice: usize) {
    let text = ["album:p", "ext:jpg -is:stacked", "tag:p", "path:/x/"][choice % 4];
    let id = CollectionId::new(u32::try_from(at % 3).unwrap());
    let name = CollectionName::parse(["one", "two", "a.jpg"][choice % 3]).unwrap();
    drop(world.run(&Command::ChangeCollection(match at % 4 {
        0 | 1 => CollectionChange::Create {
            name,
            query: text.into(),
        },
        2 => CollectionChange::Update {
            id,
            name: Some(name),
            query: Some(text.into()),
        },
        _ => CollectionChange::Delete { id },
    })));
}

/// Renames, moves, merges or deletes a tag or an album; what cannot be is refused.
fn rearrange(world: &World, at: usize, choice: usize) {
    let (from, to) = (PLACES[choice % PLACES.len()], PLACES[at % PLACES.len()]);
    let name: Box<str> = ["q", "n", "a.jpg", "P", "_all", "_all_"][(at * 5 + choice) % 6].into();
    let (tag, into) = (TagPath::parse(from).unwrap(), TagPath::parse(to).unwrap());
    let (album, other) = (AlbumPath::parse(from).unwrap(), AlbumPath::parse(to).unwrap());
    let to = |top: bool| (!top).then_some(());
    let tags = match (at + choice) % 7 {
        0 => TagArrangement::Rename {
            tag,
            name: name.clone(),
        },
        1 => TagArrangement::Move {
            tag,
            to: to(at > 8).map(|()| into),
        },
        2 => TagArrangement::Merge {
            from: vec![tag],
            into,
        },
        3 => TagArrangement::Delete {
            tag,
            recursive: at.is_multiple_of(2),
        },
        4 => return drop(world.arrange_albums(AlbumArrangement::Rename { album, name })),
        5 => {
            let to = to(at > 8).map(|()| other);
            return drop(world.arrange_albums(AlbumArrangement::Move { album, to }));
        }
        _ => {
            let recursive = at.is_multiple_of(2);
            return drop(world.arrange_albums(AlbumArrangement::Delete { album, recursive }));
        }
    };
    drop(world.arrange(tags));
}

/// A mount that hides shows what another shows but for what is away, under the same names and numbers.
fn hides_what_is_away(view: &View, shows: &Shown, hides: &Shown) {
    let is_away = |node: &Node| {
        let row = node.file().and_then(|file| view.file(file));
        row.is_some_and(|row| view.is_offline(row.asset))
    };
    for (dir, all) in shows {
        let can_be_read = |(_, node): &(&String, &Node)| node.is_file() && !is_away(node);
        let wanted: BTreeMap<&String, &Node> = all.iter().filter(can_be_read).collect();
        let shown = hides.get(dir).into_iter().flatten();
        let shown: BTreeMap<&String, &Node> = shown.filter(|(_, node)| node.is_file()).collect();
        assert_eq!(shown, wanted, "{dir:?}");
    }
    for (dir, names) in hides {
        let all = &shows[dir];
        assert!(
            names.iter().all(|(name, node)| all.get(name) == Some(node)),
            "{dir:?}"
        );
    }
}

/// Does these, and tells each mount of each entry before the next one is made, as the notify thread does; then every
/// mount must know what is shown.
fn check(steps: Vec<(u8, usize, usize)>) {
    let (world, recorder) = (World::new(), Arc::<Recorder>::default());
    world.app.subscribe(recorder.clone());
    world.app.view().hold_duplicates();
    let mut mounts = mounts().map(|options| Known::of(&world.app.view(), options));
    for operation in steps {
        step(&world, operation);
        let entries = std::mem::take(&mut *recorder.0.lock().unwrap());
        let view = world.app.view();
        for known in &mut mounts {
            let now = everything(&view, known.options);
            if let [entry] = entries.as_slice() {
                tell(&view, entry, known);
                for (dir, names) in now.iter().filter(|(dir, _)| known.shown.contains_key(dir)) {
                    assert_eq!(known.shown.get(dir), Some(names), "{dir:?} after {operation:?}");
                }
                let tree = Tree::new(&view, known.options);
                for (node, text) in says(&tree, &now) {
                    if known.says.contains_key(&node) {
                        assert_eq!(known.says.get(&node), Some(&text), "{node:?} after {operation:?}");
                    }
                }
            } else {
                known.folder_files = FolderFiles::default();
            }
            known.learn(&view);
        }
        let [shows, .., hides, _] = &mounts;
        hides_what_is_away(&view, &shows.shown, &hides.shown);
    }
}

/// A copy of the photo that keeps a name, in an album that has a rule again: it was called by that name before.
#[test]
fn a_copy_of_who_keeps_a_name_had_it_before_the_rule_came_back() {
    check(vec![
        (0, 0, 2),
        (0, 0, 1),
        (33, 8, 0),
        (37, 2, 9),
        (8, 8, 5),
        (0, 0, 0),
        (36, 3, 0),
        (20, 1, 5),
        (37, 0, 1),
        (33, 2, 4),
        (6, 0, 0),
        (20, 0, 5),
        (44, 0, 0),
    ]);
}

/// A photo of two files in two folders, one of which goes: it is shown by the other, under another name.
#[test]
fn who_is_out_of_sight_is_so_under_its_new_name_too() {
    check(vec![
        (0, 0, 3),
        (0, 0, 0),
        (0, 0, 2),
        (33, 2, 9),
        (0, 0, 4),
        (0, 0, 1),
        (33, 4, 1),
        (0, 0, 5),
        (3, 8, 0),
    ]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 240, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_is_told_what_is_stale_knows_what_is_shown(
        steps in prop::collection::vec((0..50u8, 0..12usize, 0..12usize), 1..60)
    ) {
        check(steps);
    }
}

/// Merging a tag into its parent put a photo where the tag had been, and undo puts the tag there again: the photo was
/// called by the tag's name, and so was the sidecar beside it.
#[test]
fn a_photo_that_leaves_as_a_tag_takes_its_name_leaves_by_that_name() {
    check(vec![(0, 0, 2), (6, 0, 8), (0, 0, 0), (16, 0, 2), (44, 0, 0)]);
}

/// The same the other way round: the photo stood aside for a tag that leaves with it.
#[test]
fn a_photo_that_leaves_with_the_tag_it_stood_aside_for_leaves_by_its_other_name() {
    check(vec![
        (0, 0, 0),
        (6, 0, 2),
        (37, 0, 6),
        (23, 0, 3),
        (0, 0, 0),
        (16, 9, 0),
        (25, 0, 0),
    ]);
}

/// A photo that was away becomes one with a copy that is here, which has its tag by that.
#[test]
fn a_photo_that_is_back_because_it_is_anothers_copy_appears() {
    check(vec![
        (0, 0, 0),
        (23, 0, 0),
        (33, 0, 2),
        (3, 0, 0),
        (0, 0, 1),
        (0, 0, 0),
        (33, 1, 2),
        (45, 1, 2),
        (48, 1, 8),
    ]);
}
