//! `duplicates/<hash>/`: there once files were hashed that are the same to the byte, live, and gone with them.

use std::fs;

use kphotos_tests::photos::Photo;
use kphotos_tests::{as_user, skip, skip_unless, tree};

use crate::live::events::Window;
use crate::live::{Stage, original};

fn check_duplicates(mut stage: Stage) {
    let first = stage.photos()[0].0.clone();
    let mut all = Window::on(&stage.dir("duplicates"));
    assert!(tree::listed(stage.dir("duplicates")).is_empty());
    let bytes = original(stage.world.library().join(&first));
    let hash = blake3::hash(&bytes).to_hex().to_string();
    let set = format!("duplicates/{}", &hash[..32]);
    assert!(!stage.dir(&set).exists());

    let from = stage.world.library().join(&first);
    let copy = bytes.clone();
    stage.somebody_changes(|library| {
        fs::create_dir(library.join("copies")).unwrap();
        fs::write(library.join("copies").join(&first), &copy).unwrap();
        fs::write(library.join("copies/other.jpg"), &copy).unwrap();
    });
    stage.world.bus().wait_idle();
    all.told(libc::IN_CREATE, &hash[..32]);
    assert_eq!(tree::listed(stage.dir("duplicates")), [&hash[..32]]);
    let names = tree::listed(stage.dir(&set));
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.contains(&"other.jpg".to_owned()), "{names:?}");
    let mut inodes = Vec::new();
    for name in &names {
        let path = stage.dir(&set).join(name);
        assert_eq!(fs::read(&path).unwrap(), bytes, "{name}");
        inodes.push(tree::node(&path).unwrap().inode);
        let said = tree::xattr(&path, "user.kphotos.checksum").unwrap();
        assert_eq!(said, Some(format!("blake3:{hash}")));
    }
    inodes.sort_unstable();
    inodes.dedup();
    assert_eq!(inodes.len(), 3, "each is a file of its own");
    let said = tree::xattr(stage.dir(&set), "user.kphotos.dir").unwrap();
    assert_eq!(said, Some(format!("blake3:{hash}")));
    let listed = stage.world.json(&["duplicates"]);
    assert_eq!(listed["total"], 1, "{listed}");

    let mut window = Window::on(&stage.dir(&set));
    stage.somebody_changes(|library| fs::remove_file(library.join("copies/other.jpg")).unwrap());
    window.told(libc::IN_DELETE, "other.jpg");
    assert_eq!(tree::listed(stage.dir(&set)).len(), 2);
    let before = tree::node(stage.dir(&set)).unwrap().inode;
    stage.world.restart().unwrap();
    assert_eq!(tree::node(stage.dir(&set)).unwrap().inode, before);

    // Hidden ones are not there, nor is what is the only one left.
    let mut all = Window::on(&stage.dir("duplicates"));
    let _ = stage.world.json(&["set", from.to_str().unwrap(), "--hidden"]);
    all.told(libc::IN_DELETE, &hash[..32]);
    assert!(!stage.dir(&set).exists());
    let _ = stage.world.json(&["undo"]);
    all.told(libc::IN_CREATE, &hash[..32]);
    stage.somebody_changes(|library| {
        let photo = Photo::numbered(500).tagged(&[]).taken_at("2022-07-02T10:00:00");
        photo.write_to(library.join("copies"), &first).unwrap();
    });
    stage.world.bus().wait_idle();
    all.told(libc::IN_DELETE, &hash[..32]);
    assert!(tree::listed(stage.dir("duplicates")).is_empty());
    stage.finish();
}

#[test]
fn equal_files_are_side_by_side_for_a_user() {
    skip_unless!(skip::fuse());
    as_user!();
    check_duplicates(Stage::new(2));
}

#[test]
fn equal_files_are_side_by_side_for_root() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    check_duplicates(Stage::new(2));
}
