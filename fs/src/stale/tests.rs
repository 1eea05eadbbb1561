//! Entries of a world on fakes, and what each makes stale.

use super::*;
use kphotos_domain::catalog::{Field, FieldValue};
use kphotos_domain::command::{AlbumAssets, Command, SetDate, SetFields, TagAssets, UpdateFiles};
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::port::Subscriber;
use kphotos_domain::kernel::{
    AlbumId, DateKey, FileSet, FolderId, LibraryId, TagId, Taken, TakenSource, UserId,
};
use kphotos_domain::organization::{AlbumArrangement, AlbumPath, TagArrangement, TagPath};
use kphotos_domain::testing::{World, sighting};
use std::sync::{Arc, Mutex};

const OWNER: Owner = Owner::User(UserId::new(1));
const ROME: Node = Node::Album(AlbumId::new(1));
const BEACH: Node = Node::Tag(TagId::new(1));
const ROOT: Node = Node::Folder(FolderId::new(1));

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

pub(super) struct Stage {
    pub(super) world: World,
    recorder: Arc<Recorder>,
}

impl Stage {
    pub(super) fn new() -> Self {
        let (world, recorder) = (World::new(), Arc::<Recorder>::default());
        world.app.subscribe(recorder.clone());
        Self { world, recorder }
    }

    /// What the entries since the last call make stale where these are held, as text, sorted.
    pub(super) fn stale(&self, held: &[Node]) -> Vec<String> {
        let held: FxHashSet<Node> = held.iter().copied().collect();
        let view = self.world.app.view();
        let entries = std::mem::take(&mut *self.recorder.0.lock().unwrap());
        let found = entries.iter().flat_map(|entry| stale(&view, OWNER, entry, &held));
        let mut shown: Vec<String> = found.map(|one| show(&one)).collect();
        shown.sort();
        shown
    }

    pub(super) fn check(&self, held: &[Node], expect: &[&str]) {
        let mut expect = expect.to_vec();
        expect.sort_unstable();
        assert_eq!(self.stale(held), expect);
    }

    fn date(&self, paths: &[&str], taken: &str) {
        let (assets, taken) = (
            self.world.assets(paths),
            Taken::parse(taken, TakenSource::User).unwrap(),
        );
        self.world
            .run(&Command::SetDate(SetDate { assets, taken }))
            .unwrap();
    }

    fn file(&self, path: &str) -> FileId {
        self.world.stamp(path).id
    }

    fn update(&self, update: UpdateFiles) {
        self.world.observe(&Command::UpdateFiles(update));
    }
}

fn place(node: Node) -> String {
    match node {
        Node::Root => "/".into(),
        Node::Top(top) => top.name().into(),
        Node::Album(id) => format!("album{id}"),
        Node::Tag(id) => format!("tag{id}"),
        Node::Year(key) => format!("year{key}"),
        Node::YearOfMonths(key) => format!("months{key}"),
        Node::Month(key) => format!("month{key}"),
        Node::YearOfDays(key) => format!("days{key}"),
        Node::Day(key) => format!("day{key}"),
        Node::Folder(id) => format!("folder{id}"),
        Node::Share(id) => format!("share{id}"),
        Node::Person(id) => format!("person{id}"),
        Node::Shared(id, part) => format!("share{id}.{}", place(part.node())),
        Node::Collection(id) => format!("collection{id}"),
        Node::AllOf(id) => format!("all{id}"),
        Node::Copies(id) => format!("copies{id}"),
        Node::Search(id) => format!("search{}", id.number()),
        Node::File(id) => format!("file{id}"),
        Node::Sidecar(id) => format!("sidecar{id}"),
        Node::FolderFile(file, dir) => format!("{} of {:?}", file.file_name(), dir.node()),
        Node::Marker => "marker".into(),
    }
}

fn show(stale: &Stale) -> String {
    let at = |places: &[(Node, String)]| {
        let at: Vec<String> = places
            .iter()
            .map(|(dir, name)| format!(" {}/{name}", place(*dir)))
            .collect();
        at.concat()
    };
    match stale {
        Stale::Appeared { parent, name, node } => format!("+ {}/{name} {}", place(*parent), place(*node)),
        Stale::Vanished { parent, name, node } => format!("- {}/{name} {}", place(*parent), place(*node)),
        Stale::Renamed { from, to, node } => format!(
            "r {}/{} {}/{} {}",
            place(from.0),
            from.1,
            place(to.0),
            to.1,
            place(*node)
        ),
        Stale::Attributes { node, places } => format!("a {}{}", place(*node), at(places)),
        Stale::Content { node, places } => format!("c {}{}", place(*node), at(places)),
        Stale::Members(members) => format!("m {} {} {}", place(members.parent), members.came, members.len()),
        Stale::Touched(nodes) => format!("t {}", nodes.len()),
        Stale::Forgotten { parent, name } => format!("f {}/{name}", place(*parent)),
    }
}

const ALBUMS: Node = Node::Top(Top::Albums);
const TAGS: Node = Node::Top(Top::Tags);

#[test]
fn albums_and_tags_appear_with_their_photos_where_they_are_held() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg", "b.jpg"]);
    stage.stale(&[]);
    stage.world.album("rome", &["a.jpg"]);
    stage.check(
        &[ALBUMS, ROME],
        &["+ albums/rome album1", "+ album1/a.jpg file1", "a file1"],
    );
    stage.world.album("rome/food", &["b.jpg"]);
    stage.check(&[ROME], &["+ album1/food album2"]);
    stage.world.tag("beach", &["a.jpg"]);
    stage.check(
        &[TAGS, BEACH, ROME, ROOT],
        &[
            "+ tags/beach tag1",
            "+ tag1/a.jpg file1",
            "a file1 album1/a.jpg folder1/a.jpg",
        ],
    );
    let (tag, assets) = (TagPath::parse("beach").unwrap(), stage.world.assets(&["a.jpg"]));
    stage
        .world
        .run(&Command::RemoveTag(TagAssets { tag, assets }))
        .unwrap();
    stage.check(&[BEACH], &["- tag1/a.jpg file1"]);
    let (album, assets) = (AlbumPath::parse("rome").unwrap(), stage.world.assets(&["a.jpg"]));
    stage
        .world
        .run(&Command::RemoveFromAlbum(AlbumAssets { album, assets }))
        .unwrap();
    stage.check(&[ROME, ROOT], &["- album1/a.jpg file1", "a file1 folder1/a.jpg"]);
}

#[test]
fn a_photo_that_was_looked_for_in_vain_below_a_tag_is_told_when_it_is_there() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg", "b.jpg"]);
    stage.world.tag("beach/sand", &["a.jpg"]);
    stage.world.hide(&["a.jpg"]);
    let (all, dir) = (Node::AllOf(TagId::new(1)), Dir::AllOf(TagId::new(1)));
    let look_in_vain = |name: &str| {
        stage.stale(&[]);
        let view = stage.world.app.view();
        view.hold(dir);
        assert_eq!(Tree::new(&view, OWNER).lookup(all, name), None);
    };
    look_in_vain("a.jpg");
    stage.world.undo(None).unwrap();
    stage.check(&[all], &["+ all1/a.jpg file1", "a file1"]);
    stage.world.app.view().let_go(dir);
    // Nobody is called so yet.
    look_in_vain("new.jpg");
    stage.world.files(&["new.jpg"]);
    stage.stale(&[]);
    stage.world.tag("beach/sand", &["new.jpg"]);
    stage.check(&[all], &["+ all1/new.jpg file3", "a file3"]);
}

#[test]
fn undo_takes_the_album_away_again() {
    let stage = Stage::new();
    stage
        .world
        .run(&Command::CreateAlbum(AlbumPath::parse("rome").unwrap().into()))
        .unwrap();
    stage.check(&[ALBUMS], &["+ albums/rome album1"]);
    stage.world.run(&Command::Undo(None)).unwrap();
    stage.check(&[ALBUMS], &["- albums/rome album1"]);
}

#[test]
fn a_date_makes_its_folders_appear_and_vanish() {
    let year = DateKey::new(2024, 0, 0);
    let (june, day) = (DateKey::new(2024, 6, 0), DateKey::new(2024, 6, 15));
    let tops = [
        Node::Top(Top::ByYear),
        Node::Top(Top::ByMonth),
        Node::Top(Top::ByDay),
    ];
    let inner = [
        Node::Year(year),
        Node::YearOfMonths(year),
        Node::YearOfDays(year),
        Node::Month(june),
    ];
    let all: Vec<Node> = tops.into_iter().chain(inner).chain([Node::Day(day)]).collect();
    let stage = Stage::new();
    stage.world.files(&["a.jpg", "b.jpg"]);
    stage.stale(&[]);
    stage.date(&["a.jpg"], "2024-06-15");
    let full = [
        "+ by-year/2024 year2024",
        "+ by-month/2024 months2024",
        "+ by-day/2024 days2024",
        "+ months2024/2024-06 month2024-06",
        "+ days2024/2024-06-15 day2024-06-15",
        "+ year2024/a.jpg file1",
        "+ month2024-06/a.jpg file1",
        "+ day2024-06-15/a.jpg file1",
        "a file1",
    ];
    stage.check(&all, &full);
    stage.date(&["b.jpg"], "2024-06");
    stage.check(
        &all,
        &["+ year2024/b.jpg file2", "+ month2024-06/b.jpg file2", "a file2"],
    );
    stage.date(&["a.jpg"], "2024-07-01");
    stage.check(&tops, &[]);
    stage.date(&["a.jpg"], "2024-06-15");
    stage.stale(&[]);
    stage.date(&["a.jpg"], "1974");
    stage.check(
        &all,
        &[
            "+ by-year/1974 year1974",
            "- year2024/a.jpg file1",
            "- month2024-06/a.jpg file1",
            "- day2024-06-15/a.jpg file1",
            "- days2024/2024-06-15 day2024-06-15",
            "- by-day/2024 days2024",
        ],
    );
    stage.date(&["b.jpg"], "1974");
    stage.check(
        &[tops[0], tops[1], Node::YearOfMonths(year)],
        &[
            "- by-year/2024 year2024",
            "- by-month/2024 months2024",
            "- months2024/2024-06 month2024-06",
        ],
    );
}

#[test]
fn an_undated_photo_moves_to_its_date() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg"]);
    stage.stale(&[]);
    let undated = Node::Top(Top::Undated);
    stage.world.read("a.jpg", None, &[]);
    stage.check(&[undated], &["+ undated/a.jpg file1", "a file1"]);
    stage.date(&["a.jpg"], "2024");
    stage.check(&[undated], &["- undated/a.jpg file1"]);
}

#[test]
fn a_folder_appears_with_the_first_file_below_it() {
    let library = Node::Top(Top::Library);
    let (a, b, other) = (2, 3, 4);
    let folder = |id| Node::Folder(FolderId::new(id));
    let stage = Stage::new();
    stage.world.files(&["a/b/x.jpg", "other/z.jpg"]);
    let held = [library, ROOT, folder(a), folder(b), folder(other)];
    stage.check(
        &held,
        &[
            "+ folder1/a folder2",
            "+ folder2/b folder3",
            "+ folder3/x.jpg file1",
            "+ folder1/other folder4",
            "+ folder4/z.jpg file2",
            "a file1",
            "a file2",
        ],
    );
    let gone = FileSet::one(stage.file("a/b/x.jpg"));
    stage.update(UpdateFiles {
        gone: gone.clone(),
        ..UpdateFiles::default()
    });
    stage.check(
        &held,
        &[
            "- folder1/a folder2",
            "- folder2/b folder3",
            "- folder3/x.jpg file1",
        ],
    );
    stage.update(UpdateFiles {
        returned: gone,
        ..UpdateFiles::default()
    });
    let back = [
        "+ folder1/a folder2",
        "+ folder2/b folder3",
        "+ folder3/x.jpg file1",
        "a file1",
    ];
    stage.check(&held, &back);
}

#[test]
fn a_photo_that_goes_leaves_all_its_folders() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg"]);
    stage.world.album("rome", &["a.jpg"]);
    stage.world.tag("beach", &["a.jpg"]);
    stage.stale(&[]);
    let gone = FileSet::one(stage.file("a.jpg"));
    stage.update(UpdateFiles {
        gone,
        ..UpdateFiles::default()
    });
    let held = [ROME, BEACH, ROOT];
    stage.check(
        &held,
        &[
            "- album1/a.jpg file1",
            "- tag1/a.jpg file1",
            "- folder1/a.jpg file1",
        ],
    );
}

#[test]
fn a_hidden_photo_stays_in_the_library() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg"]);
    stage.world.album("rome", &["a.jpg"]);
    stage.stale(&[]);
    let hide = SetFields {
        assets: stage.world.assets(&["a.jpg"]),
        values: vec![(Field::Hidden, FieldValue::Flag(true))],
    };
    stage.world.run(&Command::SetFields(hide)).unwrap();
    stage.check(&[ROME, ROOT], &["- album1/a.jpg file1", "a file1 folder1/a.jpg"]);
}

#[test]
fn a_renamed_file_is_renamed_wherever_it_is_shown() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg", "sub/x.jpg"]);
    stage.world.album("rome", &["a.jpg"]);
    stage.stale(&[]);
    let moved = |path: &str, to: &str| UpdateFiles {
        moved: vec![(stage.file(path), sighting(to))],
        ..UpdateFiles::default()
    };
    let sub = Node::Folder(FolderId::new(2));
    stage.update(moved("a.jpg", "b.jpg"));
    stage.check(
        &[ROME, ROOT],
        &[
            "r album1/a.jpg album1/b.jpg file1",
            "r folder1/a.jpg folder1/b.jpg file1",
            "a file1 album1/b.jpg folder1/b.jpg",
        ],
    );
    stage.update(moved("b.jpg", "sub/b.jpg"));
    stage.check(&[ROME, ROOT], &["- folder1/b.jpg file1", "a file1 album1/b.jpg"]);
    stage.update(moved("sub/b.jpg", "c.jpg"));
    stage.check(
        &[ROOT, sub],
        &["r folder2/b.jpg folder1/c.jpg file1", "a file1 folder1/c.jpg"],
    );
    stage.update(moved("sub/x.jpg", "x.jpg"));
    stage.check(
        &[ROOT, sub],
        &[
            "r folder2/x.jpg folder1/x.jpg file2",
            "a file2 folder1/x.jpg",
            "- folder1/sub folder2",
        ],
    );
}

#[test]
fn rewritten_bytes_are_told_even_where_nothing_is_held() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg"]);
    stage.stale(&[]);
    let mut stamp = stage.world.stamp("a.jpg");
    stamp.size += 1;
    stage.update(UpdateFiles {
        changed: vec![stamp],
        ..UpdateFiles::default()
    });
    let mut again = stamp;
    again.size += 1;
    stage.check(&[], &["c file1"]);
    stage.update(UpdateFiles {
        changed: vec![again],
        ..UpdateFiles::default()
    });
    stage.check(&[ROOT], &["c file1 folder1/a.jpg"]);
}

#[test]
fn a_library_is_there_at_once() {
    let stage = Stage::new();
    let library = kphotos_domain::storage::NewLibrary {
        name: Some("more".into()),
        root: b"/more"[..].into(),
        timezone: "UTC".into(),
    };
    stage.world.run(&Command::AddLibrary(library)).unwrap();
    stage.check(&[Node::Top(Top::Library)], &["+ library/more folder2"]);
}

#[test]
fn many_photos_are_named_in_pieces_and_not_at_all_where_nobody_looks() {
    let stage = Stage::new();
    let paths: Vec<String> = (0..2500).map(|n| format!("{n:04}.jpg")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    stage.world.files(&paths);
    stage.stale(&[]);
    let all = stage.world.app.view().present().clone();
    let album = AlbumPath::parse("rome").unwrap();
    stage
        .world
        .run(&Command::CreateAlbum(album.clone().into()))
        .unwrap();
    let add = Command::AddToAlbum(AlbumAssets { album, assets: all });
    stage.world.run(&add).unwrap();
    let entry = stage.recorder.0.lock().unwrap().pop().unwrap();
    let view = stage.world.app.view();
    let nobody = FxHashSet::default();
    assert_eq!(stale(&view, OWNER, &entry, &nobody), []);
    let held: FxHashSet<Node> = [ROME].into_iter().collect();
    let found = stale(&view, OWNER, &entry, &held);
    let shown: Vec<String> = found.iter().map(show).collect();
    assert_eq!(shown, ["m album1 true 2500", "t 2500"]);
    let Some(Stale::Members(mut members)) = found.into_iter().next() else {
        panic!("members expected")
    };
    let pieces: Vec<usize> = std::iter::from_fn(|| Some(members.take(&Tree::new(&view, OWNER), CHUNK).len()))
        .take_while(|count| *count > 0)
        .collect();
    assert_eq!(pieces, [1000, 1000, 500]);
}

#[test]
fn a_photo_gives_way_to_an_album_of_its_name() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg"]);
    stage.world.album("rome", &["a.jpg"]);
    stage.stale(&[]);
    let album = Command::CreateAlbum(AlbumPath::parse("rome/a.jpg").unwrap().into());
    stage.world.run(&album).unwrap();
    let aside = {
        let view = stage.world.app.view();
        Tree::new(&view, OWNER)
            .name(Node::File(FileId::new(1)), ROME)
            .unwrap()
    };
    assert_ne!(aside, "a.jpg");
    let renamed = format!("r album1/a.jpg album1/{aside} file1");
    stage.check(&[ROME], &["+ album1/a.jpg album2", &renamed]);
    stage.world.run(&Command::Undo(None)).unwrap();
    let renamed = format!("r album1/{aside} album1/a.jpg file1");
    stage.check(&[ROME], &["- album1/a.jpg album2", &renamed]);
}

#[test]
fn a_tag_or_album_put_elsewhere_is_renamed_where_both_places_are_held() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg"]);
    stage.world.tag("beach", &["a.jpg"]);
    stage.world.album("rome", &["a.jpg"]);
    stage.world.album("trips", &["a.jpg"]);
    stage.stale(&[]);
    let rename = |tag: &str, name: &str| {
        let (tag, name) = (TagPath::parse(tag).unwrap(), name.into());
        stage.world.arrange(TagArrangement::Rename { tag, name }).unwrap();
    };
    rename("beach", "shore");
    stage.check(&[TAGS], &["r tags/beach tags/shore tag1"]);
    rename("shore", "sea");
    stage.check(&[ALBUMS], &[]);
    let to = Some(AlbumPath::parse("trips").unwrap());
    let album = AlbumPath::parse("rome").unwrap();
    stage
        .world
        .arrange_albums(AlbumArrangement::Move { album, to })
        .unwrap();
    stage.check(&[ALBUMS], &["- albums/rome album1"]);
    stage.world.undo(None).unwrap();
    stage.check(
        &[ALBUMS, Node::Album(AlbumId::new(2))],
        &["a file1 album2/a.jpg", "r album2/rome albums/rome album1"],
    );
    let (tag, recursive) = (TagPath::parse("sea").unwrap(), false);
    stage
        .world
        .arrange(TagArrangement::Delete { tag, recursive })
        .unwrap();
    stage.check(&[TAGS], &["- tags/sea tag1"]);
}

#[test]
fn a_rename_is_told_in_the_names_of_the_mount() {
    let stage = Stage::new();
    stage.world.files(&["a:1.jpg"]);
    stage.stale(&[]);
    stage.world.moved(&[("a:1.jpg", "a:2.jpg")]);
    let entries = std::mem::take(&mut *stage.recorder.0.lock().unwrap());
    let view = stage.world.app.view();
    let held: FxHashSet<Node> = [ROOT].into_iter().collect();
    let told = |names| -> Vec<(String, String)> {
        let options = TreeOptions {
            names,
            ..OWNER.into()
        };
        let found = entries
            .iter()
            .flat_map(|entry| stale(&view, options, entry, &held));
        let renamed = found.filter_map(|stale| match stale {
            Stale::Renamed { from, to, .. } => Some((from.1, to.1)),
            Stale::Appeared { .. }
            | Stale::Vanished { .. }
            | Stale::Attributes { .. }
            | Stale::Content { .. }
            | Stale::Members(_)
            | Stale::Forgotten { .. }
            | Stale::Touched(_) => None,
        });
        renamed.collect()
    };
    let pair = |old: &str, new: &str| [(old.to_owned(), new.to_owned())];
    assert_eq!(told(NameStyle::Posix), pair("a:1.jpg", "a:2.jpg"));
    assert_eq!(told(NameStyle::Portable), pair("a_1.jpg", "a_2.jpg"));
}

#[test]
fn a_library_that_is_removed_goes_with_what_it_shows_everywhere() {
    let stage = Stage::new();
    stage.world.files(&["x/a.jpg"]);
    stage.world.tag("beach", &["x/a.jpg"]);
    stage.stale(&[]);
    stage
        .world
        .run(&Command::RemoveLibrary(LibraryId::new(1)))
        .unwrap();
    stage.check(
        &[Node::Top(Top::Library), ROOT, BEACH],
        &[
            "- folder1/x folder2",
            "- library/photos folder1",
            "- tag1/a.jpg file1",
        ],
    );
    let view = stage.world.app.view();
    let tree = Tree::new(&view, OWNER);
    assert!(tree.list(Node::Top(Top::Library)).is_empty());
    assert_eq!(tree.lookup(ROOT, "x"), None);
}
