//! The bytes of originals: whole, in parts, on conditions, and when they are not there.

use super::world::World;
use kphotos_domain::command::{Command, RecordChecksums, SetLibraryState, UpdateFiles};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{Checksum, FileId, LibraryId};
use kphotos_domain::storage::LibraryState;
use std::os::unix::fs::PermissionsExt as _;

fn bytes() -> Vec<u8> {
    (0..600_000u32).map(|at| (at % 251) as u8).collect()
}

#[test]
fn parts_and_conditions_are_those_of_the_file() {
    let world = World::with(&["summer/Übung 1.jpg"]);
    let bytes = bytes();
    world.write("summer/Übung 1.jpg", &bytes);
    let target = format!("/api/v1/assets/{}/original", world.asset("summer/Übung 1.jpg"));
    let whole = world.client.get(&target);
    assert!(whole.status == 200 && whole.body == bytes);
    assert_eq!(whole.header("content-type"), Some("image/jpeg"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let name = "inline; filename=\"_bung 1.jpg\"; filename*=UTF-8''%C3%9Cbung%201.jpg";
    assert_eq!(whole.header("content-disposition"), Some(name));
    let (etag, date) = (
        whole.header("etag").unwrap(),
        whole.header("last-modified").unwrap(),
    );
    let head = world.client.ask("HEAD", &target, &[], &[]);
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, Some("600000"))
    );
    assert_eq!(
        (head.header("etag"), head.header("content-type")),
        (Some(etag), Some("image/jpeg"))
    );

    let check = |headers: &[(&str, &str)], status: u16, part: Option<std::ops::Range<usize>>| {
        let answer = world.client.ask("GET", &target, headers, &[]);
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.text());
        let range = part
            .as_ref()
            .map(|part| format!("bytes {}-{}/600000", part.start, part.end.max(1) - 1));
        if status == 206 {
            assert_eq!(answer.header("content-range"), range.as_deref());
        }
        if let Some(part) = part {
            assert!(answer.body == bytes[part], "{headers:?}");
        }
        if status == 304 {
            assert_eq!(
                (answer.header("etag"), answer.header("last-modified")),
                (Some(etag), Some(date))
            );
        }
    };
    check(&[("range", "bytes=0-0")], 206, Some(0..1));
    check(&[("range", "bytes=262143-262144")], 206, Some(262_143..262_145));
    check(&[("range", "bytes=599999-")], 206, Some(599_999..600_000));
    check(&[("range", "bytes=-300000")], 206, Some(300_000..600_000));
    check(&[("range", "bytes=0-1,5-6")], 200, Some(0..600_000));
    check(&[("range", "bytes=0-9"), ("if-range", etag)], 206, Some(0..10));
    check(
        &[("range", "bytes=0-9"), ("if-range", "\"x\"")],
        200,
        Some(0..600_000),
    );
    check(&[("if-none-match", etag)], 304, Some(0..0));
    check(&[("if-modified-since", date)], 304, Some(0..0));
    check(&[("if-match", etag)], 200, Some(0..600_000));
    check(&[("if-match", "\"x\"")], 412, None);
    let beyond = world
        .client
        .ask("GET", &target, &[("range", "bytes=600000-")], &[]);
    beyond.refused(416, "invalid");
    assert_eq!(beyond.header("content-range"), Some("bytes */600000"));
}

#[test]
fn the_entity_tag_is_the_checksum_while_the_file_is_what_was_hashed() {
    let world = World::with(&["a.jpg"]);
    world.write("a.jpg", b"content");
    let target = format!("/api/v1/assets/{}/original", world.asset("a.jpg"));
    let by_stamp = world.client.get(&target).header("etag").unwrap().to_owned();
    let found = std::fs::metadata(world.folder.path().join("photos/a.jpg")).unwrap();
    let mtime = found
        .modified()
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let file = world.app.view().file_at(LibraryId::new(1), b"a.jpg").unwrap();
    let stamp = FileStamp {
        id: file,
        size: found.len(),
        mtime_ns: mtime.as_nanos() as i64,
        ino: 1,
    };
    let changed = UpdateFiles {
        changed: vec![stamp],
        ..UpdateFiles::default()
    };
    world
        .app
        .execute(Actor::System, &Command::UpdateFiles(changed))
        .unwrap();
    let checksum = Checksum::parse(&format!("blake3:{}", "ab".repeat(32))).unwrap();
    let hashed = RecordChecksums {
        pictures: Vec::new(),
        checksums: vec![(stamp, checksum)],
    };
    world
        .app
        .execute(Actor::System, &Command::RecordChecksums(hashed))
        .unwrap();
    assert_eq!(
        world.client.get(&target).header("etag"),
        Some(format!("\"{checksum}\"").as_str())
    );
    world.write("a.jpg", b"other content");
    let other = world.client.get(&target);
    assert!(other.body == b"other content" && other.header("etag") != Some(by_stamp.as_str()));
    assert_ne!(other.header("etag"), Some(format!("\"{checksum}\"").as_str()));
}

#[test]
fn an_original_that_cannot_be_had_says_why() {
    let world = World::with(&[
        "gone.jpg",
        "shut.jpg",
        "missing.jpg",
        "link.jpg",
        "empty.jpg",
        "dir.jpg",
    ]);
    let get = |path: &str| {
        world
            .client
            .get(&format!("/api/v1/assets/{}/original", world.asset(path)))
    };
    get("gone.jpg").refused(404, "not-found");
    world.write("empty.jpg", b"");
    let empty = get("empty.jpg");
    assert_eq!(
        (empty.status, empty.header("content-length"), empty.body.len()),
        (200, Some("0"), 0)
    );
    world.write("shut.jpg", b"secret");
    let photos = world.folder.path().join("photos");
    std::fs::set_permissions(photos.join("shut.jpg"), std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read everything.
    if std::fs::File::open(photos.join("shut.jpg")).is_err() {
        get("shut.jpg").refused(403, "not-permitted");
    }
    std::os::unix::fs::symlink("/etc/passwd", photos.join("link.jpg")).unwrap();
    get("link.jpg").refused(503, "unavailable");
    std::fs::create_dir(photos.join("dir.jpg")).unwrap();
    get("dir.jpg").refused(503, "unavailable");
    let file = world
        .app
        .view()
        .file_at(LibraryId::new(1), b"missing.jpg")
        .unwrap();
    let gone = UpdateFiles {
        gone: std::iter::once::<FileId>(file).collect(),
        ..UpdateFiles::default()
    };
    world
        .app
        .execute(Actor::System, &Command::UpdateFiles(gone))
        .unwrap();
    get("missing.jpg").refused(404, "not-found");
    world.volumes.detach(LibraryId::new(1));
    get("empty.jpg").refused(409, "conflict");
    let library = LibraryId::new(1);
    let offline = SetLibraryState {
        library,
        state: LibraryState::Offline,
    };
    world
        .app
        .execute(Actor::System, &Command::SetLibraryState(offline))
        .unwrap();
    get("empty.jpg").refused(409, "conflict");
    world
        .client
        .get("/api/v1/assets/999/original")
        .refused(404, "not-found");
}

#[test]
fn clients_who_do_not_read_hold_nobody_up() {
    let world = World::with(&["a.jpg"]);
    world.write("a.jpg", &vec![1; 64 << 20]);
    let target = format!("/api/v1/assets/{}/original", world.asset("a.jpg"));
    let stalled: Vec<std::net::TcpStream> = (0..20)
        .map(|_| {
            use std::io::Write as _;
            let mut stream = std::net::TcpStream::connect(world.client.address).unwrap();
            let token = super::world::TOKEN;
            write!(
                stream,
                "GET {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n"
            )
            .unwrap();
            stream
        })
        .collect();
    let read = world.client.get(&target);
    assert!(read.body.len() == 64 << 20 && read.body.iter().all(|byte| *byte == 1));
    drop(stalled);
}
