//! `tags/<tag>/_all/`: there while the tag has child tags, right when a command returns, and live.

use kphotos_tests::{as_user, skip, skip_unless, tree};

use crate::live::Stage;
use crate::live::events::Window;

fn check_all(mut stage: Stage) {
    let photos = stage.photos();
    let number = |at: usize| photos[at].1.to_string();
    let names: Vec<&str> = photos.iter().map(|(name, _)| name.as_str()).collect();
    let _ = stage.world.json(&["tag", "add", "sea", &number(0)]);
    let mut sea = Window::on(&stage.dir("tags/sea"));
    assert_eq!(tree::listed(stage.dir("tags/sea")), [names[0]]);
    assert!(!stage.dir("tags/sea/_all").exists());

    // One that is in both is there once.
    let _ = stage
        .world
        .json(&["tag", "add", "sea/north", &number(0), &number(1)]);
    let event = sea.told(libc::IN_CREATE, "_all");
    assert_ne!(event.mask & libc::IN_ISDIR, 0, "{event:?}");
    let shows = |stage: &Stage, dir: &str| tree::listed(stage.dir(dir));
    assert_eq!(shows(&stage, "tags/sea"), [names[0], "_all", "north"]);
    assert_eq!(shows(&stage, "tags/sea/_all"), [names[0], names[1]]);
    let mut all = Window::on(&stage.dir("tags/sea/_all"));
    let _ = stage.world.json(&["tag", "add", "sea/north/ice", &number(2)]);
    all.told(libc::IN_CREATE, names[2]);
    assert_eq!(shows(&stage, "tags/sea/_all"), [names[0], names[1], names[2]]);
    assert_eq!(
        shows(&stage, "tags/sea/north/_all"),
        [names[0], names[1], names[2]]
    );
    let found = stage.world.json(&["search", "tag:sea"]);
    assert_eq!(found["total"], 3);
    let all_path = stage.dir("tags/sea/_all");
    let listed = stage.world.json(&["info", all_path.to_str().unwrap()]);
    assert_eq!(listed["total"], 3, "a folder stands for its photos");
    let said = tree::xattr(&all_path, "user.kphotos.dir").unwrap();
    assert_eq!(said.as_deref(), Some("query:tag:sea"));

    // Moved away, it takes its photos along.
    let before = tree::node(&all_path).unwrap().inode;
    let _ = stage.world.json(&["tag", "move", "sea/north/ice", "/"]);
    all.told(libc::IN_DELETE, names[2]);
    assert_eq!(shows(&stage, "tags/sea/_all"), [names[0], names[1]]);
    assert!(!stage.dir("tags/sea/north/_all").exists());
    let _ = stage.world.json(&["undo"]);
    all.told(libc::IN_CREATE, names[2]);

    // Two of one name, in folders of their own, both are there.
    stage.somebody_changes(|library| {
        let photo = kphotos_tests::photos::Photo::numbered(77).tagged(&[]);
        photo.write_to(library.join("other"), names[0]).unwrap();
    });
    let other = stage.world.library().join("other").join(names[0]);
    let _ = stage
        .world
        .json(&["tag", "add", "sea/south", other.to_str().unwrap()]);
    let found = tree::photos(stage.dir("tags/sea/_all"));
    assert_eq!(found.len(), 4, "{found:?}");

    // Who calls a tag so finds it beside.
    let _ = stage.world.json(&["tag", "add", "sea/_all", &number(3)]);
    assert_eq!(shows(&stage, "tags/sea/_all_"), [names[3]]);
    assert!(tree::photos(stage.dir("tags/sea/_all")).contains_key(names[3]));

    stage.world.restart().unwrap();
    let now = tree::node(stage.dir("tags/sea/_all")).unwrap().inode;
    assert_eq!(now, before, "a number stays");
    assert_eq!(tree::photos(stage.dir("tags/sea/_all")).len(), 5);
    stage.finish();
}

#[test]
fn all_of_a_tag_is_right_and_live_for_a_user() {
    skip_unless!(skip::fuse());
    as_user!();
    check_all(Stage::new(4));
}

#[test]
fn all_of_a_tag_is_right_and_live_for_root() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    check_all(Stage::new(4));
}
