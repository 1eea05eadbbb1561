//! From a folder to a library that can be browsed: what is said on the way, what was left out and why, and a daemon
//! that is waited for while it starts.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use kphotos_tests::photos::Photo;
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

#[test]
fn adding_a_library_says_what_it_holds_and_what_was_left_out() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let nas = world.path("nas");
    for number in 1..=3 {
        let photo = Photo::numbered(number).taken_at("2024-06-14T10:30:05");
        photo
            .write_to(nas.join("2024"), format!("IMG_{number:04}.JPG"))
            .unwrap();
    }
    fs::write(nas.join("movie.mp4"), "a movie by its name").unwrap();
    for left_out in [
        "@eaDir/thumb.jpg",
        "private/.kphotosignore",
        "private/x.jpg",
        "readme.txt",
    ] {
        let file = nas.join(left_out);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
    }
    symlink("2024", nas.join("link")).unwrap();
    world.start().unwrap();
    let dir = nas.to_str().unwrap();

    let tried = world.kphotos(&["library", "add", dir, "--dry-run"]).ok();
    assert!(tried.stdout.starts_with("would do: "), "{tried}");
    let added = world.kphotos(&["library", "add", dir, "--name", "nas"]).ok();
    let held = "nas: 3 photos, 1 video; 4 skipped (kphotos library show 2 --skipped); browsable now";
    assert!(added.stdout.contains(held), "{added}");
    assert_eq!(added.stderr, "", "nothing is drawn where nobody looks: {added}");
    assert!(world.mount().join("library/nas/2024/IMG_0001.JPG").exists());

    let skipped = world.kphotos(&["library", "show", "nas", "--skipped"]).ok();
    let mut lines: Vec<_> = skipped
        .stdout
        .lines()
        .map(|line| {
            line.replace(dir, "")
                .split("  ")
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "holds .kphotosignore /private/",
            "left out by rule: @eaDir /@eaDir/",
            "no photo or video /readme.txt",
            "symbolic link /link",
        ]
    );
    world.wait_idle(crate::sacred::JOBS);
    let shown = world.kphotos(&["library", "show", dir]).ok();
    assert!(
        shown.stdout.starts_with(
            "nas: 3 photos, 1 video; 4 skipped (--skipped); browsable now; all read and hashed\n"
        ),
        "{shown}"
    );

    let more = world.path("more");
    Photo::numbered(9)
        .taken_at("2024-06-14T10:30:05")
        .write_to(&more, "a.jpg")
        .unwrap();
    let added = world.json(&["library", "add", more.to_str().unwrap(), "--wait"]);
    let holds = &added["holds"];
    assert_eq!(
        (
            &holds["photos"],
            &holds["read"],
            &holds["hashed"],
            &holds["skipped"]
        ),
        (&1.into(), &1.into(), &holds["size"], &0.into()),
        "{added}"
    );
    let again = world.kphotos(&["library", "add", dir]).exits(5);
    assert!(again.stderr.contains(dir), "{again}");
}

#[test]
fn a_daemon_that_is_being_started_is_waited_for() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let nobody = world.kphotos(&["wait", "--ready", "--timeout", "0.2"]).exits(6);
    assert!(nobody.stderr.contains("start kphotosd"), "{nobody}");
    let mut command = world.kphotos_command().unwrap();
    let waiting = command
        .args(["wait", "--ready", "--timeout", "30"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    world.launch().unwrap();
    let done = waiting.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_doctor_finds_the_machine_well_with_a_daemon_and_says_what_is_wrong_without() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let without = world.kphotos(&["doctor", "--json"]).exits(1);
    let level = |document: &serde_json::Value, check: &str| {
        let items = document["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["check"] == check);
        item.map(|item| item["level"].as_str().unwrap().to_owned())
    };
    let document = without.json();
    assert_eq!(
        level(&document, "daemon").as_deref(),
        Some("problem"),
        "{without}"
    );
    assert_eq!(level(&document, "mount"), None);
    Photo::numbered(1)
        .undated()
        .write_to(world.library(), "a.jpg")
        .unwrap();
    world.start().unwrap();
    world.wait_idle(crate::sacred::JOBS);
    let with = world.kphotos(&["doctor", "--json"]).ok();
    let document = with.json();
    for check in [
        "fuse",
        "daemon",
        "mount",
        "library",
        "space",
        "clock",
        "user_allow_other",
    ] {
        assert_eq!(level(&document, check).as_deref(), Some("ok"), "{check}: {with}");
    }
    // The world has them in one temporary folder.
    assert_eq!(level(&document, "export").as_deref(), Some("warning"), "{with}");
}
