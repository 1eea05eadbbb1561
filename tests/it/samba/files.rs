//! Files over the network: as many, called the same, byte for byte, and the same after a restart.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use kphotos_tests::reading::Tree;
use kphotos_tests::{process, skip, skip_unless};

use super::{SHARE, Stage};

const MONTH: &str = "dates/by-month/2024/2024-06";

/// Everything of a share, folder by folder.
const ALL: &str = "recurse ON; prompt OFF; mget *";

/// Content by path.
fn contents(tree: &Tree) -> BTreeMap<&PathBuf, &str> {
    let files = tree.files.iter();
    files.map(|(path, seen)| (path, &*seen.content)).collect()
}

#[test]
fn every_file_is_listed_and_comes_byte_for_byte() {
    skip_unless!(skip::fuse());
    let stage = skip_unless!(Stage::started());
    let said = stage.says(ALL);
    assert!(!said.contains("NT_STATUS"), "{said}");
    let (shared, fetched) = (
        Tree::read(stage.shared()).unwrap(),
        Tree::read(stage.fetched()).unwrap(),
    );
    assert!(shared.files.len() > 500);
    assert_eq!(contents(&shared), contents(&fetched));
    assert_eq!(shared.directories, fetched.directories);
    stage.end();
}

#[test]
fn names_as_on_the_disk_are_all_listed() {
    skip_unless!(skip::fuse());
    let stage = skip_unless!(Stage::with(&["--names", "posix", "--views", "library"]));
    let said = stage.says("cd library/library/odd; ls");
    // Windows gets a substitute for a name that it refuses.
    for name in ["text.jpg", "empty.jpg", "caf\u{e9}.jpg", "cafe\u{301}.jpg"] {
        assert!(said.contains(name), "{name}: {said}");
    }
    assert!(!said.contains("colon:star"), "{said}");
    let shared = fs::read_dir(stage.shared().join("library/library/odd"))
        .unwrap()
        .count();
    let is_entry = |line: &&str| line.contains("  N  ") || line.contains("  D  ");
    let listed = said.lines().filter(is_entry).count();
    // `.` and `..` more.
    assert_eq!(listed, shared + 2, "{said}");
    let said = stage.says(&format!("cd library/library/odd; {ALL}"));
    assert!(!said.contains("NT_STATUS"), "{said}");
    let fetched = Tree::read(stage.fetched()).unwrap();
    let shared = Tree::read(stage.shared().join("library/library/odd")).unwrap();
    let all = |tree: &Tree| {
        let mut all: Vec<String> = tree.files.values().map(|seen| seen.content.clone()).collect();
        all.sort();
        all
    };
    assert_eq!(all(&fetched), all(&shared));
    stage.end();
}

#[test]
fn names_are_found_as_windows_and_macos_ask_for_them() {
    skip_unless!(skip::fuse());
    let stage = skip_unless!(Stage::started());
    let odd = stage.shared().join("library/library/odd");
    // Windows asks in any case, macOS composed, whatever the original is called.
    for (asked, name) in [
        ("LIBRARY\\Library\\ODD\\TEXT.JPG", "text.jpg"),
        (
            "library\\library\\odd\\COLON_STAR_QUESTION_.jpg",
            "colon_star_question_.jpg",
        ),
        ("library\\library\\odd\\con_.JPG", "CON_.jpg"),
        ("library\\library\\odd\\CAF\u{c9}.jpg", "caf\u{e9}.jpg"),
    ] {
        let said = stage.says(&format!("get \"{asked}\" one"));
        assert!(!said.contains("NT_STATUS"), "{asked}: {said}");
        let fetched = fs::read(stage.fetched().join("one")).unwrap();
        assert_eq!(fetched, fs::read(odd.join(name)).unwrap(), "{asked}");
    }
    for asked in [
        "desktop.ini",
        "Thumbs.db",
        ".DS_Store",
        "._IMG_9001.JPG",
        "albums\\none",
    ] {
        let said = stage.refuses(&format!("allinfo \"{asked}\""));
        assert!(
            said.contains("NT_STATUS_OBJECT_NAME_NOT_FOUND"),
            "{asked}: {said}"
        );
    }
    stage.end();
}

#[test]
fn numbers_of_files_stay_over_a_restart() {
    skip_unless!(skip::fuse());
    let mut stage = skip_unless!(Stage::started());
    let paths = [
        MONTH,
        "tags",
        "library/library/odd",
        "library/library/odd/text.jpg",
    ];
    let photo = format!("{MONTH}/IMG_9001.JPG");
    let paths = [&paths[..], &[&photo]].concat();
    // The file id of SMB 2 and 3 is what SMB 1 has a command to show.
    let number = |stage: &Stage, path: &str| {
        let folder = stage.world.path("home");
        let mut client =
            stage
                .samba
                .client(SHARE, &stage.member, &folder, &format!("posix; stat \"{path}\""));
        let said = process::run(client.arg("--max-protocol=NT1")).unwrap().stdout;
        let (_, after) = said
            .split_once("Inode: ")
            .unwrap_or_else(|| panic!("{path}: {said}"));
        let digits = after.split(|c: char| !c.is_ascii_digit()).next().unwrap();
        digits.parse::<u64>().unwrap_or_else(|_| panic!("{path}: {said}"))
    };
    let numbers = |stage: &Stage| paths.iter().map(|path| number(stage, path)).collect::<Vec<u64>>();
    let before = numbers(&stage);
    for (path, number) in paths.iter().zip(&before) {
        assert_eq!(
            fs::metadata(stage.shared().join(path)).unwrap().ino(),
            *number,
            "{path}"
        );
    }
    stage.world.restart().unwrap();
    assert_eq!(numbers(&stage), before);
    stage.end();
}

#[test]
fn a_client_can_change_nothing() {
    skip_unless!(skip::fuse());
    let stage = skip_unless!(Stage::started());
    let before = Tree::read(stage.shared()).unwrap();
    let photo = format!("{MONTH}/IMG_9001.JPG").replace('/', "\\");
    fs::write(stage.world.path("home/new"), b"new").unwrap();
    for command in [
        "put new new",
        "mkdir new",
        "rmdir albums",
        &format!("put new \"{photo}\""),
        &format!("del \"{photo}\""),
        &format!("rename \"{photo}\" new"),
        &format!("setmode \"{photo}\" +r"),
        &format!("utimes \"{photo}\" 2020:01:01-00:00:00 -1 -1 -1"),
    ] {
        let said = stage.refuses(command);
        let is_refused = ["NT_STATUS_ACCESS_DENIED", "NT_STATUS_MEDIA_WRITE_PROTECTED"]
            .iter()
            .any(|status| said.contains(status));
        assert!(is_refused, "{command}: {said}");
    }
    assert_eq!(before, Tree::read(stage.shared()).unwrap());
    stage.end();
}

#[test]
fn only_whom_the_mount_lets_in_gets_in() {
    skip_unless!(skip::fuse());
    let stage = skip_unless!(Stage::started());
    let home = stage.world.path("home");
    assert!(stage.says("ls").contains("albums"));
    let refused = stage.samba.run(SHARE, &stage.stranger, &home, "ls").exits(1);
    assert!(refused.stdout.contains("NT_STATUS_ACCESS_DENIED"), "{refused}");
    let refused = stage.samba.run(SHARE, "", &home, "ls").exits(1);
    assert!(!refused.stdout.contains("albums"), "{refused}");
    stage.end();
}
