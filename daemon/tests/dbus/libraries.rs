//! Libraries that are elsewhere now, or removed, as a client sees them.

use super::world::{Dict, World, none, options};
use kphotos_domain::command::{Command, RegisterFiles};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::storage::{FileSighting, NewLibrary};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use zbus::wire::Variant;

fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}

fn with(name: &str) -> Dict {
    options(&[(name, Variant::from(true))])
}

/// A world with library 2, `pictures`, of twenty files of 100 bytes; and its folder.
async fn pictures() -> (World, PathBuf) {
    let world = World::with(&[]).await;
    let root = world.folder.path().canonicalize().unwrap().join("pictures");
    fs::create_dir(&root).unwrap();
    let new = NewLibrary {
        name: None,
        root: bytes(&root).into(),
        timezone: "UTC".into(),
    };
    let me = Actor::User(kphotos_domain::kernel::UserId::new(1));
    world.app.execute(me, &Command::AddLibrary(new)).unwrap();
    let sighted = |at: usize| {
        let name = format!("{at:02}.jpg");
        fs::write(root.join(&name), vec![0; 100]).unwrap();
        FileSighting {
            path: vec![name.as_bytes().into()],
            size: 100,
            mtime_ns: 0,
            ino: 1,
            kind: None,
        }
    };
    let files = (0..20).map(sighted).collect();
    let library = LibraryId::new(2);
    let command = Command::RegisterFiles(RegisterFiles { library, files });
    world.app.execute(Actor::System, &command).unwrap();
    (world, root)
}

async fn relocate(world: &World, to: &Path, options: Dict) -> Result<(u64, u32, String), (String, String)> {
    let body = (2u32, bytes(to), options);
    let reply = world.call("Storage", "RelocateLibrary", &body).await?;
    Ok(reply.body().deserialize().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_is_relocated_where_its_photos_are() {
    let (world, root) = pictures().await;
    let to = root.parent().unwrap().join("moved");
    let (name, text) = relocate(&world, &to, none()).await.unwrap_err();
    assert!(
        name.ends_with("NotFound") && text.contains("no such folder"),
        "{text}"
    );
    fs::rename(&root, &to).unwrap();
    fs::write(to.join("07.jpg"), b"another size").unwrap();
    fs::remove_file(to.join("19.jpg")).unwrap();
    let (name, text) = relocate(&world, &to, none()).await.unwrap_err();
    assert!(name.ends_with("Conflict"), "{name}");
    for words in [
        "of 16 of its files 1",
        "there; `",
        "of 100 bytes is not",
        "--force",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    fs::write(to.join("07.jpg"), vec![1; 100]).unwrap();
    fs::write(to.join("19.jpg"), vec![1; 100]).unwrap();
    let (revision, job, said) = relocate(&world, &to, with("dry_run")).await.unwrap();
    assert_eq!((revision, job), (0, 0));
    assert!(said.contains("library pictures is at"), "{said}");
    let (revision, job, _) = relocate(&world, &to, none()).await.unwrap();
    assert!(revision > 0 && job > 0);
    assert!(
        world
            .volumes
            .get(LibraryId::new(2))
            .unwrap()
            .open(b"07.jpg")
            .is_ok()
    );
    assert_eq!(
        world.app.view().library(LibraryId::new(2)).unwrap().root,
        bytes(&to).into()
    );
    // Where it is already nothing is to be done.
    let (revision, job, said) = relocate(&world, &to, none()).await.unwrap();
    assert!(revision == 0 && job == 0 && said.contains("already"), "{said}");
    assert_eq!(
        world.document("Processing", "ShowJob", &1u32).await["kind"],
        "scan"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_say_that_a_folder_is_the_library_all_the_same() {
    let (world, root) = pictures().await;
    let empty = root.parent().unwrap().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(relocate(&world, &empty, none()).await.is_err());
    assert!(relocate(&world, &empty, with("force")).await.is_ok());
    let unknown = (9u32, bytes(&root), none());
    assert_eq!(
        world.refused("Storage", "RelocateLibrary", &unknown).await,
        "NotFound"
    );
    let nothing = options(&[("colour", Variant::from(true))]);
    let unknown = (2u32, bytes(&root), nothing);
    assert_eq!(
        world.refused("Storage", "RelocateLibrary", &unknown).await,
        "Invalid"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_is_removed_unless_it_is_shared() {
    let (world, root) = pictures().await;
    let share = (
        "Summer",
        "library",
        (0u32, "pictures"),
        kphotos_daemon::surface::Selection::default(),
        none(),
    );
    world.change("Sharing", "CreateShare", &share).await;
    let (name, text) = world
        .call("Storage", "RemoveLibrary", &(2u32, none()))
        .await
        .unwrap_err();
    assert!(name.ends_with("Conflict") && text.contains("`Summer`"), "{text}");
    world
        .change("Sharing", "RevokeShare", &((0u32, "Summer"), none()))
        .await;
    let remove = async |options: Dict| -> (u64, String) {
        let reply = world.call("Storage", "RemoveLibrary", &(2u32, options)).await;
        reply.unwrap().body().deserialize().unwrap()
    };
    let (revision, said) = remove(with("dry_run")).await;
    assert!(
        revision == 0 && said.contains("20 files at ") && said.contains("left as they are"),
        "{said}"
    );
    assert!(remove(none()).await.0 > 0);
    let list = world.document("Storage", "ListLibraries", &()).await;
    assert_eq!(list["total"], 1);
    assert!(world.volumes.get(LibraryId::new(2)).is_none());
    assert_eq!(fs::read_dir(&root).unwrap().count(), 20);
    let missing = world.document("Catalog", "Search", &("is:missing", none())).await;
    assert_eq!(missing["total"], 20);
    assert_eq!(missing["items"][0]["library"], "pictures");
    assert_eq!(missing["items"][0]["state"], "missing");
    assert_eq!(
        world.refused("Storage", "RemoveLibrary", &(2u32, none())).await,
        "NotFound"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_settings_declare_is_moved_and_removed_there() {
    let world = World::with(&[]).await;
    let new = NewLibrary {
        name: None,
        root: b"/declared"[..].into(),
        timezone: "UTC".into(),
    };
    let me = Actor::User(kphotos_domain::kernel::UserId::new(1));
    world.app.execute(me, &Command::AddLibrary(new)).unwrap();
    let (name, text) = relocate(&world, Path::new("/elsewhere"), none())
        .await
        .unwrap_err();
    assert!(name.ends_with("Conflict"), "{name}");
    for words in ["[[library]]", "path = \"/elsewhere\"", "name = \"declared\""] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let removed = world.call("Storage", "RemoveLibrary", &(2u32, none())).await;
    let (name, text) = removed.unwrap_err();
    assert!(
        name.ends_with("Conflict") && text.contains("out of kphotos.toml"),
        "{text}"
    );
}
