//! Mounts as a client sees them: added, listed, removed, and photos named by their place in one.

use super::world::{Dict, World, none, options};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use zbus::wire::Variant;

fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}

fn dry() -> Dict {
    options(&[("dry_run", Variant::from(true))])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mount_is_added_listed_and_removed() {
    let world = World::with(&["a.jpg"]).await;
    let place = world.folder.path().canonicalize().unwrap().join("tree");
    let add = async |options: Dict| -> (u32, u64, String, String) {
        let reply = world.call("Storage", "AddMount", &(bytes(&place), options)).await;
        reply.unwrap().body().deserialize().unwrap()
    };
    let (number, revision, summary, _) = add(dry()).await;
    assert_eq!((number, revision), (0, 0));
    assert!(summary.contains(place.to_str().unwrap()), "{summary}");
    let views = Variant::from(vec!["tags".to_owned(), "albums".to_owned()]);
    let (number, revision, _, note) = add(options(&[
        ("access", Variant::from("all")),
        ("views", views),
        ("names", Variant::from("posix")),
        ("mtime", Variant::from("original")),
        ("sidecars", Variant::from("xmp")),
        ("stacks", Variant::from("cover")),
    ]))
    .await;
    assert!(number == 1 && revision > 0 && note == "a note");
    let list = world.document("Storage", "ListMounts", &()).await;
    let [declared, added] = list["items"].as_array().unwrap().as_slice() else {
        panic!("{list}")
    };
    assert_eq!(
        (&declared["declared"], &declared["number"]),
        (&true.into(), &serde_json::Value::Null)
    );
    let expected = serde_json::json!({"declared": false, "number": 1, "access": "all",
        "views": ["albums", "tags"], "names": "posix", "mtime": "original", "sidecars": "xmp",
        "stacks": "cover", "state": "ready"});
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&added[key], value, "{key}");
    }
    assert_eq!(
        world
            .refused("Storage", "AddMount", &(bytes(&place), none()))
            .await,
        "AlreadyExists"
    );
    let remove = (0u32, bytes(&place), none());
    assert!(world.call("Storage", "RemoveMount", &remove).await.is_ok());
    assert_eq!(world.refused("Storage", "RemoveMount", &remove).await, "NotFound");
    let declared = (0u32, b"/mnt/kphotos".to_vec(), none());
    assert_eq!(
        world.refused("Storage", "RemoveMount", &declared).await,
        "Conflict"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_not_fit_is_refused() {
    let world = World::with(&["a.jpg"]).await;
    let folder = world.folder.path().canonicalize().unwrap();
    let (file, full) = (folder.join("file"), folder.join("full"));
    std::fs::write(&file, b"x").unwrap();
    std::fs::create_dir_all(full.join("x")).unwrap();
    let link = folder.join("link");
    std::os::unix::fs::symlink(&full, &link).unwrap();
    for (path, name) in [
        (Path::new("relative"), "Invalid"),
        (Path::new("/"), "Invalid"),
        (&file, "Invalid"),
        (&link, "Invalid"),
        (&full, "Conflict"),
        (&folder.join("no/such"), "NotFound"),
        (Path::new("/photos/below"), "Conflict"),
        (Path::new("/mnt"), "Conflict"),
        (Path::new("/mnt/kphotos/below"), "Conflict"),
        (Path::new("/mnt/kphotos"), "AlreadyExists"),
    ] {
        let refused = world.refused("Storage", "AddMount", &(bytes(path), dry())).await;
        assert_eq!(refused, name, "{}", path.display());
    }
    for (option, value) in [
        ("access", "group:no such group"),
        ("names", "x"),
        ("mtime", "x"),
        ("sidecars", "x"),
        ("stacks", "x"),
    ] {
        let body = (
            bytes(&folder.join("new")),
            options(&[(option, Variant::from(value))]),
        );
        assert_eq!(
            world.refused("Storage", "AddMount", &body).await,
            "Invalid",
            "{option}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_are_named_by_their_place_in_a_mount() {
    let world = World::with(&["x/a.jpg", "x/y/b.jpg"]).await;
    let (own, mount) = ("d".repeat(32), "0123456789abcdef".to_owned());
    let resolve = async |path: &str, recursive: bool| -> Result<Vec<u32>, String> {
        let options = options(&[("recursive", Variant::from(recursive))]);
        let body = (&own, &mount, vec![path.as_bytes().to_vec()], options);
        let reply = world.call("Catalog", "ResolveInMount", &body).await;
        reply
            .map(|reply| reply.body().deserialize().unwrap())
            .map_err(|(name, _)| name)
    };
    assert_eq!(resolve("library/photos/x/a.jpg", false).await, Ok(vec![1]));
    assert_eq!(resolve("library/photos/x", false).await, Ok(vec![1]));
    assert_eq!(resolve("library/photos/x", true).await, Ok(vec![1, 2]));
    assert_eq!(resolve("dates", true).await, Ok(vec![]));
    assert_eq!(resolve("", true).await.unwrap().len(), 2);
    for path in ["library/photos/none.jpg", ".kphotos", "../x"] {
        assert_eq!(
            resolve(path, false).await,
            Err("org.kphotos.Error.NotFound".into()),
            "{path}"
        );
    }
    let folder = async |path: &str| -> Result<String, String> {
        let body = (&own, &mount, path.as_bytes().to_vec());
        let reply = world.call("Catalog", "FolderInMount", &body).await;
        reply
            .map(|reply| reply.body().deserialize().unwrap())
            .map_err(|(name, _)| name)
    };
    assert_eq!(folder("library/photos/x/y").await, Ok("folder:3".into()));
    assert_eq!(folder("dates/undated").await, Ok("undated".into()));
    assert_eq!(folder("albums").await, Ok(String::new()));
    for path in ["library/photos/x/a.jpg", "library/none", ".kphotos"] {
        assert_eq!(
            folder(path).await,
            Err("org.kphotos.Error.NotFound".into()),
            "{path}"
        );
    }
    let paths = vec![b"library".to_vec()];
    for (daemon, mount, name) in [
        (&own, "gone", "NotFound"),
        (&"e".repeat(32), "0123456789abcdef", "Conflict"),
    ] {
        let body = (daemon, mount, &paths, none());
        assert_eq!(world.refused("Catalog", "ResolveInMount", &body).await, name);
        let body = (daemon, mount, b"library".to_vec());
        assert_eq!(world.refused("Catalog", "FolderInMount", &body).await, name);
    }
}
