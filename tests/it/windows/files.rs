//! Windows on the mount itself.

use kphotos_tests::{skip, skip_unless};

use super::{Window, shows, world};

/// A photo comes into the album that is open, and another goes.
fn refreshes(manager: &str) -> Result<(), String> {
    skip::fuse()?;
    skip::program(manager)?;
    skip::program("convert")?;
    let mut world = world();
    let album = world.mount().join("albums/Trip");
    let photo = |name: &str| world.library().join(name).to_str().unwrap().to_owned();
    let window = Window {
        manager,
        place: album.to_str().unwrap(),
        before: &["A.JPG"],
        appears: &["blue.jpg"],
        vanishes: &["red.jpg"],
        rest: 0,
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
    skip_unless!(refreshes("thunar"));
}

#[test]
fn pcmanfm_shows_what_comes_and_goes_in_an_open_album() {
    skip_unless!(refreshes("pcmanfm"));
}

#[test]
fn dolphin_shows_what_comes_and_goes_in_an_open_album() {
    skip_unless!(refreshes("dolphin"));
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
        rest: 0,
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

/// GIO asks `.hidden` of a folder again after five seconds. Source: GLib, gio/glocalfileinfo.c (`file_is_hidden`).
const HIDDEN_CACHE: u32 = 6;

/// Of a pair the cover alone is in sight, and the other one as soon as it is the cover.
fn hides(manager: &str, rest: u32) -> Result<(), String> {
    skip::fuse()?;
    skip::program(manager)?;
    skip::program("convert")?;
    let mut world = world();
    let day = world.mount().join("dates/by-day/2021/2021-07-04");
    assert!(day.join("A.NEF").exists(), "it is there for programs");
    let photo = world.library().join("A.NEF").to_str().unwrap().to_owned();
    let window = Window {
        manager,
        place: day.to_str().unwrap(),
        before: &["A.JPG"],
        appears: &["A.NEF"],
        // A window that is open shows who came in sight; who went out of it, the next time it is opened.
        vanishes: &[],
        rest,
    };
    let commands: [&[&str]; 1] = [&["stack", "cover", &photo]];
    let _ = shows(&world, &window, &format!("{manager}-pair"), &commands)?;
    assert!(world.stop().unwrap().success());
    Ok(())
}

#[test]
fn dolphin_shows_the_cover_of_a_pair_and_the_next_one_at_once() {
    skip_unless!(hides("dolphin", 0));
}

#[test]
fn thunar_shows_the_cover_of_a_pair_and_the_next_one_at_once() {
    skip_unless!(hides("thunar", HIDDEN_CACHE));
}
