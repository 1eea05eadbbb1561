//! The app on the real journal and the real store: what a kill leaves opens as the same app, with the store and without it.
//!
//! A kill is a copy of the files as the kernel has them, taken while the app runs. Without the store, what parsers read is to be read
//! again, so only what people made is compared.

use super::{Dice, SledStore};
use crate::journal::{FileJournal, Options};
use crate::store::Behind;
use kphotos_domain::app::{App, OpenError};
use kphotos_domain::catalog::{Facts, Field, FieldValue};
use kphotos_domain::command::{
    AlbumAssets, ClearFields, Command, RecordChecksums, RecordFacts, RegisterFiles, SetDate, SetFields,
    TagAssets, UpdateFiles,
};
use kphotos_domain::identity::{Actor, Tool, User};
use kphotos_domain::kernel::{
    AssetId, AssetSet, Checksum, FileId, FileSet, LibraryId, Taken, TakenSource, UserId,
};
use kphotos_domain::organization::{AlbumPath, TagPath};
use kphotos_domain::storage::NewLibrary;
use kphotos_domain::testing::{FakeClock, FakeZones, sighting};
use kphotos_domain::view::{Dir, View};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const ME: Actor = Actor::User(UserId::new(1));

/// The app on `home/journal` and `home/layer`; a layer that is unusable is moved aside. True if it was.
fn open(home: &Path) -> (App, bool) {
    let layer = home.join("layer");
    let (journal, _) = FileJournal::open(&home.join("journal"), Options::default()).unwrap();
    let journal = Arc::new(journal);
    let open = || {
        let store = SledStore::open(&layer).map_err(|error| error.to_string())?;
        let opened = App::open(
            journal.clone(),
            Arc::new(Behind::new(Box::new(store))),
            Arc::<FakeClock>::default(),
            Arc::new(FakeZones),
        );
        match opened {
            Ok(opened) => Ok(opened.app),
            Err(OpenError::StoreUnusable { why }) => Err(why),
            Err(error) => panic!("{error}"),
        }
    };
    match open() {
        Ok(app) => (app, false),
        Err(_) => {
            SledStore::move_aside(&layer).unwrap();
            (open().unwrap(), true)
        }
    }
}

/// All that people made, as text; with `facts`, what parsers read too.
fn portrait(view: &View, facts: bool) -> String {
    let mut text = format!("{}\n", view.revision());
    for user in view.users() {
        writeln!(text, "{user:?}").unwrap();
    }
    for library in view.libraries() {
        writeln!(text, "{library:?}").unwrap();
    }
    for (id, file) in view.files() {
        let shot = view.shot(file.shot).unwrap();
        writeln!(
            text,
            "{id} {file:?} {:?} {:?} {:?}",
            view.file_name_in(Dir::Folder(file.folder), id),
            shot.files,
            view.file_path(id)
        )
        .unwrap();
    }
    for (id, asset) in view.assets() {
        writeln!(text, "{id} {:?} {:?}", asset.files, asset.edits).unwrap();
        if facts {
            // An effective value that facts changed counts as a change of the asset.
            writeln!(text, "{} {:?}", asset.revision, view.facts(id)).unwrap();
            writeln!(text, "{:?} {:?}", view.dirs_of(id), view.tags_of(id)).unwrap();
        }
    }
    for (id, tag) in view.tags() {
        writeln!(
            text,
            "{id} {} {:?} {:?} {:?}",
            view.tag_path(id),
            view.tag_synonyms(id),
            tag.added,
            tag.suppressed
        )
        .unwrap();
    }
    for (id, album) in view.albums() {
        writeln!(text, "{id} {} {album:?}", view.album_path(id)).unwrap();
    }
    for job in view.jobs() {
        writeln!(text, "{job:?}").unwrap();
    }
    for (revision, mark) in view.marks() {
        writeln!(text, "{revision} {mark:?}").unwrap();
    }
    text
}

fn start(app: &App) {
    let me = User {
        id: UserId::new(1),
        name: "me".into(),
        uid: 1000,
    };
    app.execute(Actor::System, &Command::RegisterUser(me)).unwrap();
    let library = NewLibrary {
        name: None,
        root: b"/bad\xff/photos"[..].into(),
        timezone: "UTC".into(),
    };
    app.execute(ME, &Command::AddLibrary(library)).unwrap();
    // Stems that clash, so that there are claims.
    let files = (0..24).map(|file| sighting(&format!("day {}/img_{:02}.jpg", file % 3, file / 2)));
    let mut files: Vec<_> = files.collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    let register = RegisterFiles {
        library: LibraryId::new(1),
        files,
    };
    app.execute(Actor::System, &Command::RegisterFiles(register))
        .unwrap();
}

/// Some command; it may well be refused.
fn command(app: &App, dice: &mut Dice) -> (Actor, Command) {
    let number = dice.roll(3);
    let assets: AssetSet = {
        let view = app.view();
        let all: Vec<AssetId> = view.assets().map(|(id, _)| id).collect();
        (0..=dice.roll(6))
            .map(|_| all[dice.roll(all.len() as u64) as usize])
            .collect()
    };
    let stamp = |dice: &mut Dice| {
        let view = app.view();
        let id = FileId::new(1 + dice.roll(20) as u32);
        let row = view.file(id).unwrap();
        row.stamp(id)
    };
    let tag = TagPath::parse(&format!("travel/t{number}")).unwrap();
    let album = AlbumPath::parse(&format!("album {number}")).unwrap();
    let day = format!("2024-06-{:02}", 10 + dice.roll(5));
    let command = match dice.roll(12) {
        0 | 1 => Command::AddTag(TagAssets { tag, assets }),
        2 => Command::RemoveTag(TagAssets { tag, assets }),
        3 => Command::CreateAlbum(album.into()),
        4 => Command::AddToAlbum(AlbumAssets { album, assets }),
        5 => Command::RemoveFromAlbum(AlbumAssets { album, assets }),
        6 => Command::SetFields(SetFields {
            assets,
            values: vec![
                (
                    Field::Title,
                    FieldValue::Text(format!("title \"{number}\"\n").into()),
                ),
                (Field::Favorite, FieldValue::Flag(true)),
            ],
        }),
        7 => Command::ClearFields(ClearFields {
            assets,
            fields: vec![Field::Title],
        }),
        8 => {
            let taken = Taken::parse(&day, TakenSource::User).unwrap();
            Command::SetDate(SetDate { assets, taken })
        }
        9 => Command::Undo(None),
        10 => {
            let facts = Facts {
                taken: Taken::parse(&day, TakenSource::ExifOriginal).ok(),
                tag_paths: vec![TagPath::parse("travel/t1").unwrap()],
                ..Facts::default()
            };
            let facts = vec![(stamp(dice), Box::new(facts))];
            let (bytes, sidecars, tool) = (Vec::new(), Vec::new(), Tool::Unknown);
            let read = RecordFacts {
                facts,
                sidecars,
                bytes,
                tool,
            };
            return (Actor::System, Command::RecordFacts(read));
        }
        _ => {
            let observed = if dice.roll(2) == 0 {
                let sum = Checksum::new([number as u8; 32]);
                let (checksums, pictures) = (vec![(stamp(dice), sum)], Vec::new());
                Command::RecordChecksums(RecordChecksums { checksums, pictures })
            } else {
                let gone = FileSet::one(FileId::new(1 + dice.roll(20) as u32));
                Command::UpdateFiles(UpdateFiles {
                    gone,
                    ..UpdateFiles::default()
                })
            };
            return (Actor::System, observed);
        }
    };
    (ME, command)
}

/// Compares line by line, for a difference that can be read.
fn same(left: &str, right: &str, when: &str) {
    for (left, right) in left.lines().zip(right.lines()) {
        assert_eq!(left, right, "{when}");
    }
    assert_eq!(left.lines().count(), right.lines().count(), "{when}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn what_a_kill_leaves_opens_as_the_same_app_with_the_store_and_without() {
    let (mut refused, mut done, mut rebuilt) = (0, 0, 0);
    for seed in 1..=6 {
        let mut dice = Dice::new(seed);
        let home = tempfile::tempdir().unwrap();
        let (app, _) = open(home.path());
        start(&app);
        for _ in 0..4 {
            for _ in 0..dice.roll(40) {
                let (actor, command) = command(&app, &mut dice);
                match app.execute(actor, &command) {
                    Ok(_) => done += 1,
                    Err(_) => refused += 1,
                }
            }
            let edits = portrait(&app.view(), false);
            // What the files hold now is what a kill would leave: the store is not flushed.
            let killed = tempfile::tempdir().unwrap();
            copy(home.path(), killed.path());
            let (again, moved) = open(killed.path());
            rebuilt += u32::from(moved);
            same(
                &portrait(&again.view(), false),
                &edits,
                &format!("seed {seed}: after a kill"),
            );
            drop(again);
            let lost = tempfile::tempdir().unwrap();
            copy(&home.path().join("journal"), &lost.path().join("journal"));
            let (again, _) = open(lost.path());
            same(
                &portrait(&again.view(), false),
                &edits,
                &format!("seed {seed}: without the store"),
            );
        }
        let whole = portrait(&app.view(), true);
        drop(app);
        let (app, moved) = open(home.path());
        assert!(!moved, "seed {seed}: a store that was closed is usable");
        same(
            &portrait(&app.view(), true),
            &whole,
            &format!("seed {seed}: after a restart"),
        );
    }
    println!("{done} commands done, {refused} refused, {rebuilt} rebuilt after a kill");
    assert!(done > refused, "most commands do something");
}
