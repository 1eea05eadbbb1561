//! `people/` is live: who has it open is told who came, who left and who is called otherwise.

use std::path::Path;

use kphotos_tests::photos::Photo;
use kphotos_tests::{as_user, skip, skip_unless, tree};

use crate::live::Stage;
use crate::live::events::Window;

const BOX: &str = "0.5,0.5,0.1,0.1";

fn links(dir: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    dir.metadata().unwrap().nlink()
}

fn check_windows(mut stage: Stage) {
    let photos = stage.photos();
    let (first, second) = (&photos[0].0, photos[1].0.clone());
    let (one, two) = (photos[0].1.to_string(), photos[1].1.to_string());
    let mut people = Window::on(&stage.dir("people"));
    assert_eq!(links(&stage.dir("people")), 2);
    let add = |stage: &Stage, asset: &str, name: &str| {
        let _ = stage
            .world
            .json(&["face", "add", asset, "--box", BOX, "--name", name]);
    };
    add(&stage, &one, "Anna: 1/2");
    let event = people.told(libc::IN_CREATE, "Anna_ 1_2");
    assert_ne!(event.mask & libc::IN_ISDIR, 0, "{event:?}");
    assert_eq!(tree::listed(stage.dir("people")), ["Anna_ 1_2"]);
    assert_eq!(
        tree::listed(stage.dir("people/Anna_ 1_2")),
        std::slice::from_ref(first)
    );
    assert_eq!(links(&stage.dir("people")), 3);
    assert_eq!(links(&stage.dir("people/Anna_ 1_2")), 2);
    let mut anna = Window::on(&stage.dir("people/Anna_ 1_2"));
    add(&stage, &two, "anna_ 1_2");
    anna.told(libc::IN_CREATE, &second);
    let _ = stage.world.json(&["set", &two, "--hidden"]);
    anna.told(libc::IN_DELETE, &second);
    let _ = stage.world.json(&["set", &two, "--no-hidden"]);
    anna.told(libc::IN_CREATE, &second);
    let _ = stage.world.json(&["people", "rename", "Anna: 1/2", "Anna"]);
    people.renamed("Anna_ 1_2", "Anna");
    add(&stage, &two, "Bea");
    people.told(libc::IN_CREATE, "Bea");
    let mut bea = Window::on(&stage.dir("people/Bea"));
    let node = tree::node(stage.dir("people/Anna")).unwrap().inode;
    let _ = stage.world.json(&["people", "merge", "Anna", "Bea"]);
    people.told(libc::IN_DELETE, "Anna");
    bea.told(libc::IN_CREATE, first);
    let _ = stage.world.json(&["undo"]);
    people.told(libc::IN_CREATE, "Anna");
    bea.told(libc::IN_DELETE, first);
    assert_eq!(tree::node(stage.dir("people/Anna")).unwrap().inode, node);

    // Files bring people, too.
    stage.somebody_changes(|library| {
        let photo = Photo::numbered(900).tagged(&[]).taken_at("2021-07-02T10:00:00");
        let photo = photo
            .showing("Cato", [0.5, 0.5, 0.2, 0.2])
            .showing("Bea", [0.2, 0.2, 0.1, 0.1]);
        photo.write_to(library, "NEW.JPG").unwrap();
    });
    people.told(libc::IN_CREATE, "Cato");
    bea.told(libc::IN_CREATE, "NEW.JPG");
    assert_eq!(tree::listed(stage.dir("people")), ["Anna", "Bea", "Cato"]);
    stage.finish();
}

#[test]
fn people_are_live_in_the_public_mount() {
    skip_unless!(skip::root());
    skip_unless!(skip::fuse());
    check_windows(Stage::new(4));
}

#[test]
fn people_are_live_in_a_users_mount() {
    skip_unless!(skip::fuse());
    as_user!();
    check_windows(Stage::new(4));
}
