//! Windows on the mount itself.

use kphotos_tests::{skip, skip_unless};

use super::{Window, shows, world};

/// A photo comes into the album that is open, and another goes; what is never to be shown is out of sight.
fn refreshes(manager: &str, never: &[&str]) -> Result<(), String> {
    skip::fuse()?;
    skip::program(manager)?;
    skip::program("convert")?;
    let mut world = world();
    let album = world.mount().join("albums/Trip");
    assert!(album.join("A.NEF").exists(), "it is there for programs");
    let photo = |name: &str| world.library().join(name).to_str().unwrap().to_owned();
    let window = Window {
        manager,
        place: album.to_str().unwrap(),
        before: &["A.JPG"],
        appears: &["blue.jpg"],
        vanishes: &["red.jpg"],
        never,
    };
    let (blue, red) = (photo("blue.jpg"), photo("red.jpg"));
    let commands: [&[&str]; 2] = [
        &["album", "add", "Trip", &blue],
        &["album", "remove", "Trip", &red],
    ];
    let _ = shows(&world, &window, manager, &commands)?;
    assert!(world.stop().unwrap().success());
    Ok(())
}

#[test]
fn thunar_shows_what_comes_and_goes_in_an_open_album() {
    skip_unless!(refreshes("thunar", &["A.NEF"]));
}

#[test]
fn pcmanfm_shows_what_comes_and_goes_in_an_open_album() {
    // It does not read `.hidden`.
    skip_unless!(refreshes("pcmanfm", &[]));
}

#[test]
fn dolphin_shows_what_comes_and_goes_in_an_open_album() {
    skip_unless!(refreshes("dolphin", &["A.NEF"]));
}

#[test]
fn dolphin_shows_an_album_by_its_cover_and_the_next_one_at_once() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("dolphin"));
    skip_unless!(skip::program("convert"));
    let mut world = world();
    let albums = world.mount().join("albums");
    let blue = world.library().join("blue.jpg").to_str().unwrap().to_owned();
    let window = Window {
        manager: "dolphin",
        place: albums.to_str().unwrap(),
        before: &["Trip"],
        appears: &["Next"],
        vanishes: &[],
        never: &[],
    };
    let commands: [&[&str]; 3] = [
        &["album", "add", "Trip", &blue],
        &["album", "cover", "Trip", &blue],
        &["album", "create", "Next"],
    ];
    let pictures = skip_unless!(shows(&world, &window, "dolphin-icons", &commands));
    let (before, after) = (
        pictures.red_and_blue("before.png"),
        pictures.red_and_blue("after.png"),
    );
    assert!(before[0] > 500 && before[1] == 0, "red before: {before:?}");
    assert!(after[1] > 500 && after[0] == 0, "blue after: {after:?}");
    assert!(world.stop().unwrap().success());
}

/// Those of GIO show who came in sight when the folder is opened again: they ask for what is hidden only then.
#[test]
fn dolphin_shows_the_cover_of_a_pair_and_the_next_one_at_once() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("dolphin"));
    skip_unless!(skip::program("convert"));
    let mut world = world();
    let day = world.mount().join("dates/by-day/2021/2021-07-04");
    assert!(day.join("A.NEF").exists(), "it is there for programs");
    let raw = world.library().join("A.NEF").to_str().unwrap().to_owned();
    let window = Window {
        manager: "dolphin",
        place: day.to_str().unwrap(),
        before: &["A.JPG"],
        appears: &["A.NEF"],
        // Who went out of sight is so when the folder is opened again.
        vanishes: &[],
        never: &[".hidden"],
    };
    let commands: [&[&str]; 1] = [&["stack", "cover", &raw]];
    let _ = skip_unless!(shows(&world, &window, "dolphin-pair", &commands));
    assert!(world.stop().unwrap().success());
}
