//! Libraries that go elsewhere, and those that are removed: what stays of them, what
//! is refused, and that a restart knows all of it.

use crate::catalog::{Field, FieldValue};
use crate::command::{Command, EnqueueJob, RegisterFiles, RelocateLibrary, UpdateFiles};
use crate::kernel::{FileSet, FolderId, JobId, LibraryId, Owner, ShareId, UserId};
use crate::organization::Query;
use crate::organization::query::evaluate;
use crate::processing::{AskedBy, JobKind, JobState};
use crate::sharing::Scope;
use crate::storage::{LibraryState, NewLibrary, SAMPLE, sample};
use crate::testing::{World, sighting};
use crate::view::View;

const PHOTOS: LibraryId = LibraryId::new(1);
const ME: UserId = UserId::new(1);

fn add(world: &World, root: &str) -> Result<LibraryId, String> {
    let new = NewLibrary {
        name: None,
        root: root.as_bytes().into(),
        timezone: "UTC".into(),
    };
    let added = world.run(&Command::AddLibrary(new));
    added.map_err(|error| error.code().as_str().to_owned())?;
    Ok(world.app.view().libraries().last().unwrap().id)
}

fn relocate(world: &World, library: LibraryId, root: &str) -> Result<String, String> {
    let root = root.as_bytes().into();
    let command = Command::RelocateLibrary(RelocateLibrary { library, root });
    let done = world.run(&command).map(|receipt| receipt.summary);
    done.map_err(|error| error.code().as_str().to_owned())
}

fn enqueue(world: &World, kind: JobKind) {
    world
        .run(&Command::EnqueueJob(EnqueueJob {
            kind,
            library: PHOTOS,
            asked: AskedBy::Person,
            priority: None,
        }))
        .unwrap();
}

fn found(view: &View, query: &str) -> u64 {
    evaluate(view, ME, &Query::parse(query).unwrap()).len()
}

#[test]
fn a_library_that_lies_elsewhere_is_the_same_library() {
    let world = World::new();
    world.files(&["x/a.jpg", "b.jpg"]);
    world.rate(4, &["b.jpg"]);
    world.share("all", Scope::Library(PHOTOS)).unwrap();
    enqueue(&world, JobKind::Hash);
    let file = world.stamp("x/a.jpg").id;
    let said = relocate(&world, PHOTOS, "/mnt/photos").unwrap();
    assert_eq!(said, "library photos is at /mnt/photos now; it was at /photos");
    assert!(
        relocate(&world, PHOTOS, "/mnt/photos")
            .unwrap()
            .contains("already")
    );
    for (library, root, code) in [
        (2, "/x", "not-found"),
        (1, "x", "invalid"),
        (1, "/", "invalid"),
        (1, "/x/", "invalid"),
    ] {
        assert_eq!(
            relocate(&world, LibraryId::new(library), root).unwrap_err(),
            code,
            "{root}"
        );
    }
    let check = |world: &World| {
        let view = world.app.view();
        let library = view.library(PHOTOS).unwrap();
        assert_eq!((&*library.name, library.state), ("photos", LibraryState::Online));
        assert_eq!(view.original_path(file).unwrap(), b"/mnt/photos/x/a.jpg");
        assert_eq!(found(&view, "rating:4 library:photos"), 1);
        assert_eq!(view.shares().count(), 1);
        assert_eq!(view.job(JobId::new(1)).unwrap().state, JobState::Cancelled);
    };
    check(&world);
    let world = world.restart();
    check(&world);
    let world = world.restart_without_store();
    check(&world);
    // By what is there and by what was: a set for the one, the files for the other.
    world.gone(&["x/a.jpg"]);
    let view = world.app.view();
    assert_eq!(found(&view, "library:photos"), 1);
    assert_eq!(found(&view, "library:photos is:missing"), 1);
    assert_eq!(found(&view, "-library:photos"), 0);
}

#[test]
fn a_library_goes_nowhere_that_none_could_be_added() {
    let world = World::new();
    let other = add(&world, "/other").unwrap();
    assert_eq!(relocate(&world, other, "/photos").unwrap_err(), "already-exists");
    assert_eq!(relocate(&world, other, "/photos/x").unwrap_err(), "conflict");
    // Its own old place is free for it, and then for others.
    relocate(&world, other, "/other/below").unwrap();
    add(&world, "/other/beside").unwrap();
    assert_eq!(relocate(&world, other, "/other").unwrap_err(), "conflict");
}

#[test]
fn the_sample_is_spread_over_what_is_there() {
    let world = World::new();
    assert!(sample(&world.app.view(), PHOTOS).is_empty());
    world.files(&["gone.jpg", "a.jpg"]);
    world.gone(&["gone.jpg"]);
    let one = sample(&world.app.view(), PHOTOS);
    assert_eq!(one.len(), 1);
    assert_eq!(
        (&*one[0].path, one[0].size),
        (&b"a.jpg"[..], world.stamp("a.jpg").size)
    );
    let paths: Vec<String> = (0..100).map(|at| format!("d/{at:03}.jpg")).collect();
    world.files(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    let sampled = sample(&world.app.view(), PHOTOS);
    assert_eq!(sampled.len(), SAMPLE);
    assert_eq!(sampled.first().unwrap().path, b"a.jpg");
    assert_eq!(sampled.last().unwrap().path, b"d/099.jpg");
    let mut paths: Vec<_> = sampled.into_iter().map(|one| one.path).collect();
    paths.dedup();
    assert_eq!(paths.len(), SAMPLE);
}

#[test]
fn what_is_removed_is_missing_and_keeps_its_edits() {
    let world = World::new();
    world.files(&["x/a.jpg", "b.jpg", "gone.jpg"]);
    world.gone(&["gone.jpg"]);
    world.tag("beach", &["x/a.jpg"]);
    let title = FieldValue::Text("A".into());
    let titled = world.set(Field::Title, title, &["x/a.jpg"]).revision;
    world
        .share("live", Scope::Query("library:photos".into()))
        .unwrap();
    enqueue(&world, JobKind::Scan);
    enqueue(&world, JobKind::Hash);
    world.run(&Command::PauseJob(JobId::new(2))).unwrap();
    let receipt = world.run(&Command::RemoveLibrary(PHOTOS)).unwrap();
    assert_eq!(
        receipt.summary,
        "library photos removed: 2 files at /photos left as they are, edits kept"
    );
    assert_eq!(receipt.touched, 2);
    let refused = world.run(&Command::RemoveLibrary(PHOTOS)).unwrap_err();
    assert_eq!(refused.code().as_str(), "not-found");
    let undone = world.undo(receipt.revision).unwrap_err();
    assert_eq!(undone.code().as_str(), "unsupported");
    let check = |world: &World| {
        let view = world.app.view();
        assert_eq!(view.libraries().count(), 0);
        assert!(view.library(PHOTOS).is_none() && view.any_library(PHOTOS).is_some());
        assert_eq!(
            (found(&view, "is:missing"), found(&view, "tag:beach is:missing")),
            (3, 1)
        );
        assert_eq!(found(&view, "library:photos is:missing"), 0);
        assert_eq!(found(&view, "is:shared"), 0);
        let file = view.file_at(PHOTOS, b"x/a.jpg").unwrap();
        assert_eq!(view.original_path(file).unwrap(), b"/photos/x/a.jpg");
        for job in [1, 2] {
            assert_eq!(view.job(JobId::new(job)).unwrap().state, JobState::Cancelled);
        }
    };
    check(&world);
    let world = world.restart();
    check(&world);
    let world = world.restart_without_store();
    check(&world);
    // An edit of a missing photo can be taken back as ever.
    world.undo(titled).unwrap();
    // Name and root are free, for another library.
    let again = add(&world, "/photos").unwrap();
    assert_eq!(again, LibraryId::new(2));
    assert_eq!(&*world.app.view().library(again).unwrap().name, "photos");
}

#[test]
fn what_was_under_way_when_a_library_was_removed_brings_nothing_back() {
    let world = World::new();
    world.files(&["a.jpg"]);
    let file = world.stamp("a.jpg").id;
    world.run(&Command::RemoveLibrary(PHOTOS)).unwrap();
    world.observe(&Command::UpdateFiles(UpdateFiles {
        returned: FileSet::one(file),
        ..UpdateFiles::default()
    }));
    assert_eq!(found(&world.app.view(), ""), 0);
    let files = vec![sighting("b.jpg")];
    let late = Command::RegisterFiles(RegisterFiles {
        library: PHOTOS,
        files,
    });
    let refused = world
        .app
        .execute(crate::identity::Actor::System, &late)
        .unwrap_err();
    assert_eq!(refused.code().as_str(), "not-found");
}

#[test]
fn what_is_shared_of_a_library_keeps_it() {
    let world = World::new();
    world.files(&["x/a.jpg"]);
    let folder = world.app.view().folder_at(PHOTOS, b"x").unwrap();
    assert_ne!(folder, FolderId::new(1));
    for (number, scope) in [(1, Scope::Library(PHOTOS)), (2, Scope::Folder(folder))] {
        world.share("Summer", scope).unwrap();
        let refused = world.run(&Command::RemoveLibrary(PHOTOS)).unwrap_err();
        assert_eq!(refused.code().as_str(), "conflict");
        let said = refused.to_string();
        assert!(
            said.contains("shared as `Summer` and cannot be removed"),
            "{said}"
        );
        world.revoke(ShareId::new(number));
    }
    // A share that was taken back does not come back without what it showed.
    let made = world.share("Winter", Scope::Folder(folder)).unwrap().revision;
    world.undo(made).unwrap();
    world.run(&Command::RemoveLibrary(PHOTOS)).unwrap();
    drop(world.redo());
    assert_eq!(world.app.view().share_named(Owner::User(ME), "Winter"), None);
}
