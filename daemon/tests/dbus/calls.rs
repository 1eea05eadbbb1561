//! Each method once, as a client sees it, and what it refuses.

use super::world::{World, connect, ids, none, options, path, query};
use kphotos_daemon::dbus::{OBJECT_PATH, PeerServer};
use kphotos_daemon::scan::{SkipReason, Skips};
use kphotos_daemon::surface::{Announcer, JobProgress, MountState, ProgressUnit, Selection, Services};
use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::testing::FakeZones;
use std::os::unix::fs::PermissionsExt;
use std::pin::Pin;
use std::sync::Arc;
use zbus::export::futures_core::Stream;
use zbus::wire::Variant;

const SUMMER: [&str; 4] = ["summer/a.cr2", "summer/a.jpg", "summer/b.jpg", "winter/c.jpg"];

fn dry() -> super::world::Dict {
    options(&[("dry_run", Variant::from(true))])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_reaches_the_whole_stack_and_can_be_undone() {
    let world = World::with(&SUMMER).await;
    let tag = (0u32, "travel/italy");
    let (revision, touched, undoable, summary) = world
        .change(
            "Organization",
            "AddTag",
            &(tag, path("/photos/summer/a.jpg"), none()),
        )
        .await;
    assert_eq!(
        (touched, undoable, summary.as_str()),
        (2, true, "travel/italy: 2 photos")
    );
    let tags = world.document("Organization", "ListTags", &()).await;
    assert_eq!(tags["items"][1]["path"], "travel/italy");
    assert_eq!(tags["items"][1]["count"], 2);

    let number = u32::try_from(tags["items"][1]["id"].as_u64().unwrap()).unwrap();
    let only = options(&[("only", Variant::from(true))]);
    let by_number = (number, "");
    let removed = world
        .change(
            "Organization",
            "RemoveTag",
            &(by_number, path("/photos/summer/a.jpg"), only),
        )
        .await;
    assert_eq!(removed.1, 1);

    let undone = world.change("Manager", "Undo", &(removed.0, none())).await;
    assert_eq!(undone.1, 1);
    let history = world
        .document("Manager", "History", &(Selection::default(), none()))
        .await;
    let item = &history["items"][1];
    assert_eq!(
        (item["revision"].as_u64(), item["undone_by"].as_u64()),
        (Some(removed.0), Some(undone.0))
    );
    assert!(
        history["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["revision"] == revision)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let world = World::with(&SUMMER).await;
    let before = world.app.view().revision();
    let assets = query("");
    let done = world
        .change("Organization", "AddTag", &((0u32, "x"), &assets, dry()))
        .await;
    assert_eq!((done.0, done.1, done.2), (0, 4, false));
    world.change("Organization", "CreateAlbum", &("y", dry())).await;
    let title = options(&[("title", Variant::from("z"))]);
    world
        .change("Catalog", "SetFields", &(&assets, title, dry()))
        .await;
    assert_eq!(world.app.view().revision(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn albums_are_made_filled_shown_and_emptied() {
    let world = World::with(&SUMMER).await;
    world
        .change("Organization", "CreateAlbum", &("best/of", none()))
        .await;
    let album = (0u32, "best/of");
    let folder = path("/photos/summer");
    assert_eq!(
        world
            .change("Organization", "AddToAlbum", &(album, &folder, none()))
            .await
            .1,
        3
    );
    let page = options(&[("limit", Variant::from(2u32))]);
    let shown = world.document("Organization", "ShowAlbum", &(album, page)).await;
    assert_eq!(
        (shown["total"].as_u64(), shown["items"].as_array().unwrap().len()),
        (Some(3), 2)
    );
    let next = shown["next"].as_str().unwrap();
    let rest = options(&[("after", Variant::from(next))]);
    let shown = world.document("Organization", "ShowAlbum", &(album, rest)).await;
    assert_eq!(
        (shown["items"].as_array().unwrap().len(), shown["next"].is_null()),
        (1, true)
    );
    assert_eq!(
        world
            .change("Organization", "RemoveFromAlbum", &(album, &folder, none()))
            .await
            .1,
        3
    );
    let albums = world.document("Organization", "ListAlbums", &()).await;
    assert_eq!(albums["items"][1]["path"], "best/of");
    assert_eq!(
        world
            .refused("Organization", "CreateAlbum", &("best/of", none()))
            .await,
        "AlreadyExists"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_set_shown_and_cleared() {
    let world = World::with(&SUMMER).await;
    let asset = path("/photos/winter/c.jpg");
    let values = options(&[
        ("title", Variant::from("Ice")),
        ("rating", Variant::from(4i32)),
        ("favorite", Variant::from(true)),
        ("location", Variant::from(vec![52.5f64, -13.25])),
        ("orientation", Variant::from(6u32)),
    ]);
    assert_eq!(
        world
            .change("Catalog", "SetFields", &(&asset, values, none()))
            .await
            .1,
        1
    );
    world
        .change("Catalog", "SetDate", &(&asset, "1974-06", none()))
        .await;
    let info = world.document("Catalog", "Info", &(&asset, none())).await;
    let item = &info["items"][0];
    assert_eq!(item["title"], "Ice");
    assert_eq!(item["rating"], 4);
    assert_eq!(item["favorite"], true);
    assert_eq!(item["location"]["lon"], -13.25);
    assert_eq!(item["taken"], "1974-06");
    assert_eq!(item["taken_source"], "user");
    assert_eq!(item["path"], "/photos/winter/c.jpg");
    assert_eq!(item["kind"], "photo");
    assert_eq!(item["mime"], "image/jpeg");
    assert_eq!(item["state"], "present");
    assert!(item["width"].is_null() && item["description"].is_null());
    assert!(item.get("layers").is_none());
    let layered = options(&[("layers", Variant::from(true))]);
    let info = world.document("Catalog", "Info", &(&asset, layered)).await;
    let layers = &info["items"][0]["layers"];
    assert_eq!(layers["embedded"], serde_json::json!({}));
    assert_eq!(
        layers["user"],
        serde_json::json!({
            "title": "Ice", "rating": 4, "favorite": true, "orientation": 6, "taken": "1974-06",
            "location": {"lat": 52.5, "lon": -13.25, "alt": null},
        })
    );
    let fields = ["title", "date"];
    assert_eq!(
        world
            .change("Catalog", "ClearFields", &(&asset, &fields[..], none()))
            .await
            .1,
        1
    );
    let info = world.document("Catalog", "Info", &(&asset, none())).await;
    assert!(info["items"][0]["title"].is_null() && info["items"][0]["taken"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_by_name() {
    let world = World::with(&SUMMER).await;
    let info = async |assets: Selection| world.refused("Catalog", "Info", &(assets, none())).await;
    assert_eq!(info(ids(&[99])).await, "NotFound");
    assert_eq!(info(path("/elsewhere/a.jpg")).await, "NotFound");
    assert_eq!(info(path("/photos/none.jpg")).await, "NotFound");
    assert_eq!(info(query("((")).await, "Invalid");
    assert_eq!(info(Selection::default()).await, "Invalid");
    let set = async |name: &str, value: Variant<'static>| {
        let values = options(&[(name, value)]);
        world
            .refused("Catalog", "SetFields", &(ids(&[1]), values, none()))
            .await
    };
    assert_eq!(set("rating", Variant::from(9i32)).await, "Invalid");
    assert_eq!(set("rating", Variant::from("9")).await, "Invalid");
    assert_eq!(set("colour", Variant::from("red")).await, "Invalid");
    assert_eq!(
        world
            .refused("Organization", "CreateAlbum", &("a//b", none()))
            .await,
        "Invalid"
    );
    assert_eq!(
        world.refused("Manager", "Undo", &(0u64, none())).await,
        "Conflict"
    );
    let unknown = options(&[("dryrun", Variant::from(true))]);
    let (name, text) = world.call("Manager", "Undo", &(0u64, unknown)).await.unwrap_err();
    assert_eq!(
        (name.as_str(), text.contains("dryrun")),
        ("org.kphotos.Error.Invalid", true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_stands_for_its_own_photos_and_recursively_for_all_below() {
    let world = World::with(&SUMMER).await;
    let count = async |folder: &str, recursive: bool| {
        let options = options(&[("recursive", Variant::from(recursive))]);
        let reply = world
            .call("Catalog", "Resolve", &(path(folder), options))
            .await
            .unwrap();
        reply.body().deserialize::<Vec<u32>>().unwrap().len()
    };
    assert_eq!(count("/photos", false).await, 0);
    assert_eq!(count("/photos", true).await, 4);
    assert_eq!(count("/photos/summer", false).await, 3);
    let reply = world
        .call("Catalog", "Paths", &(ids(&[4, 1]), none()))
        .await
        .unwrap();
    let paths: Vec<Vec<u8>> = reply.body().deserialize().unwrap();
    assert_eq!(
        paths,
        [b"/photos/winter/c.jpg".to_vec(), b"/photos/summer/a.cr2".to_vec()]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_gives_assets_a_total_and_the_way_to_the_rest() {
    let world = World::with(&SUMMER).await;
    let limit = options(&[("limit", Variant::from(3u32)), ("sort", Variant::from("name"))]);
    let found = world.document("Catalog", "Search", &("", limit)).await;
    assert_eq!(
        (found["total"].as_u64(), found["items"].as_array().unwrap().len()),
        (Some(4), 3)
    );
    assert!(found["next"].is_string());
    assert_eq!(
        found["items"][0]["stack"],
        serde_json::json!({"cover": 2, "reason": "stem", "members": [1, 2], "edits": [1, 2]})
    );
    world
        .change("Catalog", "SetDate", &(ids(&[4]), "2024-06-15", none()))
        .await;
    let dates = world.document("Catalog", "Timeline", &("", "year")).await;
    assert_eq!(dates["items"][0], serde_json::json!({"date": "2024", "count": 1}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_is_added_once_scanned_and_listed() {
    let world = World::with(&[]).await;
    let photos = world.folder.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    let bytes = |path: &std::path::Path| path.as_os_str().as_encoded_bytes().to_vec();
    let canonical = photos.canonicalize().unwrap();
    let spelt = photos.join("../photos/.");
    let reply = world
        .call("Storage", "AddLibrary", &(bytes(&spelt), none()))
        .await
        .unwrap();
    let (library, job, revision, _): (u32, u32, u64, String) = reply.body().deserialize().unwrap();
    assert!(library == 2 && job > 0 && revision > 0);
    let list = world.document("Storage", "ListLibraries", &()).await;
    assert_eq!(list["items"][1]["path"], canonical.to_str().unwrap());
    assert_eq!(list["items"][1]["timezone"], "Europe/Berlin");
    let refused = async |path: &std::path::Path| {
        world
            .refused("Storage", "AddLibrary", &(bytes(path), none()))
            .await
    };
    assert_eq!(refused(&photos).await, "AlreadyExists");
    assert_eq!(refused(world.folder.path()).await, "Conflict");
    assert_eq!(refused(&world.folder.path().join("none")).await, "NotFound");
    assert_eq!(refused(&world.socket()).await, "Invalid");
    world
        .mounts
        .set(canonical.join("mount").to_str().unwrap(), MountState::Ready);
    assert_eq!(refused(&photos).await, "Conflict");

    let reply = world
        .call("Storage", "Scan", &(Vec::<u32>::new(), vec![bytes(&canonical)]))
        .await
        .unwrap();
    assert_eq!(reply.body().deserialize::<Vec<u32>>().unwrap(), [job]);
    let show = world.document("Processing", "ShowJob", &job).await;
    assert_eq!(
        (&show["kind"], &show["state"]),
        (&"scan".into(), &"pending".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_says_what_it_holds_and_what_was_left_out_of_it() {
    let world = World::with(&["a.jpg", "a.cr2", "b.mov"]).await;
    let library = &world.document("Storage", "ListLibraries", &()).await["items"][0];
    assert_eq!(
        (&library["files"], &library["photos"], &library["videos"]),
        (&3.into(), &2.into(), &1.into())
    );
    assert!(library["skipped"].is_null());
    assert_eq!(
        (&library["read"], &library["hashed"]),
        (&0.into(), &0.into()),
        "{library}"
    );
    let refused = async |library: u32| world.refused("Storage", "ListSkipped", &library).await;
    assert_eq!(refused(1).await, "Unavailable");
    assert_eq!(refused(99).await, "NotFound");
    let mut skips = Skips::default();
    skips.note(b"x/notes.txt", false, SkipReason::NotMedia);
    skips.note(b"x/@eaDir", true, SkipReason::Ignored("@eaDir"));
    world.skipped.put(LibraryId::new(1), skips);
    let library = &world.document("Storage", "ListLibraries", &()).await["items"][0];
    assert_eq!(library["skipped"], 2);
    let list = world.document("Storage", "ListSkipped", &1u32).await;
    assert_eq!(
        list,
        serde_json::json!({
            "items": [
                {"path": "/photos/x/notes.txt", "folder": false, "reason": "not-media", "detail": null},
                {"path": "/photos/x/@eaDir", "folder": true, "reason": "ignored", "detail": "@eaDir"},
            ],
            "total": 2, "next": null, "reasons": {"ignored": 1, "not-media": 1},
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_jobs_waits_for_a_step() {
    let world = World::with(&[]).await;
    world
        .call("Storage", "Scan", &(vec![1u32], Vec::<Vec<u8>>::new()))
        .await
        .unwrap();
    let reply = world
        .call("Processing", "Watch", &(0u64, u64::MAX))
        .await
        .unwrap();
    let (sequence, _): (u64, String) = reply.body().deserialize().unwrap();
    let next = (sequence, u64::MAX);
    let watch = world.call("Processing", "Watch", &next);
    let jobs = world.jobs.clone();
    let step = tokio::task::spawn_blocking(move || {
        jobs.step(JobProgress {
            job: JobId::new(1),
            done: 3,
            total: Some(9),
            unit: ProgressUnit::Files,
            rate: Some(1.5),
            left: Some(std::time::Duration::from_secs(4)),
            message: "a.jpg".into(),
        });
    });
    let (reply, _) = tokio::join!(watch, step);
    let (_, text): (u64, String) = reply.unwrap().body().deserialize().unwrap();
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    let job = &list["items"][0];
    assert_eq!(
        (&job["state"], &job["done"], &job["total"]),
        (&"running".into(), &3.into(), &9.into())
    );
    assert_eq!((&job["rate"], &job["eta_seconds"]), (&1.5.into(), &4.into()));
    let reply = world.call("Manager", "Wait", &("idle", 1u64)).await.unwrap();
    assert!(!reply.body().deserialize::<bool>().unwrap());
    let all = options(&[("all", Variant::from(true))]);
    assert_eq!(world.document("Processing", "ListJobs", &all).await["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mount_point_comes_when_the_mount_answers() {
    let world = World::with(&[]).await;
    world.mounts.set("/mnt/kphotos", MountState::Starting);
    let reply = world.call("Manager", "Wait", &("ready", 1u64)).await.unwrap();
    assert!(!reply.body().deserialize::<bool>().unwrap());
    let status = world.document("Manager", "Status", &()).await;
    assert_eq!(
        (&status["state"], &status["version"]),
        (&"starting".into(), &"1.2.3".into())
    );
    let point = world.call("Manager", "GetMountPoint", &());
    let mounts = world.mounts.clone();
    let ready = tokio::task::spawn_blocking(move || mounts.set("/mnt/kphotos", MountState::Ready));
    let (reply, _) = tokio::join!(point, ready);
    assert_eq!(
        reply.unwrap().body().deserialize::<Vec<u8>>().unwrap(),
        b"/mnt/kphotos"
    );
    let mounts = world.document("Storage", "ListMounts", &()).await;
    assert_eq!(mounts["items"][0]["path"], "/mnt/kphotos");
    assert_eq!(world.refused("Manager", "Wait", &("rich", 1u64)).await, "Invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_told_of_changes_that_others_make() {
    let world = World::with(&SUMMER).await;
    let watcher = connect(&world.socket()).await;
    let mut signals = zbus::MessageStream::from(&watcher);
    // A call that came back says that the connection is served, its announcements with it.
    let properties = "org.freedesktop.DBus.Properties";
    let name = ("org.kphotos.Manager1", "Revision");
    watcher
        .call_method(None::<&str>, OBJECT_PATH, Some(properties), "Get", &name)
        .await
        .unwrap();
    let done = world
        .change("Organization", "AddTag", &((0u32, "x"), ids(&[3]), none()))
        .await;
    loop {
        let message = std::future::poll_fn(|cx| Pin::new(&mut signals).poll_next(cx))
            .await
            .unwrap()
            .unwrap();
        if message
            .header()
            .member()
            .is_some_and(|member| member.as_str() == "Changed")
        {
            let (revision, kinds, ids): (u64, Vec<String>, Vec<u32>) = message.body().deserialize().unwrap();
            assert_eq!(
                (revision, kinds, ids),
                (done.0, vec!["assets".to_owned(), "tags".to_owned()], vec![3])
            );
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_is_its_users_alone_and_a_stranger_may_do_nothing() {
    let world = World::for_strangers().await;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.socket()), 0o600);
    assert_eq!(mode(world.socket().parent().unwrap()), 0o700);
    for (interface, method) in [
        ("Identity", "WhoAmI"),
        ("Manager", "Status"),
        ("Storage", "ListLibraries"),
    ] {
        assert_eq!(
            world.refused(interface, method, &()).await,
            "NotPermitted",
            "{method}"
        );
    }
    let world = World::with(&[]).await;
    assert_eq!(world.document("Identity", "WhoAmI", &()).await["name"], "me");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_daemon_is_refused_and_a_dead_ones_socket_replaced() {
    let world = World::with(&[]).await;
    let services = || {
        Arc::new(Services {
            app: world.app.clone(),
            jobs: world.jobs.clone(),
            mounts: world.mounts.clone(),
            roots: world.services.roots.clone(),
            declared: Vec::new(),
            daemon_id: "0".into(),
            skipped: Arc::default(),
            watches: Arc::default(),
            near: world.services.near.clone(),
            zones: Arc::new(FakeZones),
            default_timezone: "UTC".into(),
            version: "0".into(),
            limits: Vec::new(),
            http: None,
            own_folders: Vec::new(),
        })
    };
    let bind = |folder: &std::path::Path| PeerServer::bind(folder, services(), Arc::new(Announcer::new()));
    let error = bind(world.socket().parent().unwrap()).err().unwrap();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    let crashed = world.folder.path().join("crashed");
    std::fs::create_dir(&crashed).unwrap();
    drop(std::os::unix::net::UnixListener::bind(crashed.join("bus")).unwrap());
    assert!(bind(&crashed).is_ok());
}
