//! A state that cannot be written, or was written by a later version.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use kphotos_tests::world::{World, detach};
use kphotos_tests::{process, skip, skip_unless};

use super::photo;
use crate::sacred::JOBS;

/// Writes zeros until the disk takes no more.
fn fill_up(file: &Path) {
    let mut file = File::create(file).unwrap();
    for block in [1 << 16, 1 << 10, 1] {
        while file.write_all(&vec![0; block]).is_ok() {}
    }
}

#[test]
fn a_full_disk_refuses_edits_loses_none_and_shows_the_photos() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut world = World::new().unwrap();
    let state = world.state();
    let mounted = process::run(
        Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs"])
            .arg(&state),
    )
    .unwrap();
    if mounted.status != 0 {
        skip!("a small disk cannot be mounted: {}", mounted.stderr.trim());
    }
    for number in 0..20 {
        photo(number, world.library(), format!("{number}.jpg"));
    }
    world.start().unwrap();
    world.wait_idle(JOBS);
    let filler = state.join("filler");
    fill_up(&filler);
    // Some fit into what is left of the last blocks; the first that does not says so.
    let mut done = 0;
    let refused = loop {
        let text = format!("{done} {}", "x".repeat(2000));
        let answer = world.kphotos(&["set", "--query", "name:1.jpg", "--description", &text]);
        if answer.status != 0 {
            break answer;
        }
        done += 1;
        assert!(done < 100, "the disk is not full");
    };
    let refused = refused.exits(1);
    assert!(refused.stderr.to_lowercase().contains("space"), "{refused}");
    let browsed = world.mount().join("dates/by-day/2024/2024-06-02/1.jpg");
    assert!(
        !fs::read(browsed).unwrap().is_empty(),
        "the photos are still there"
    );
    let _ = world.stop().unwrap();

    // With the disk still full it starts, or says why not; with room again everything acknowledged is there.
    fs::remove_file(&filler).unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    let shown = world.json(&["search", "name:1.jpg"]);
    let description = shown["items"][0]["description"].as_str().unwrap_or("").to_owned();
    if done > 0 {
        assert!(
            description.starts_with(&format!("{} ", done - 1)),
            "{done}: {description:.20}"
        );
    }
    let _ = world
        .kphotos(&["set", "--query", "name:1.jpg", "--title", "room again"])
        .ok();
    assert!(world.stop().unwrap().success());
    detach(&state);
}

/// Appends a line that a later version might write, with the sum that belongs to it.
fn append_line(segment: &Path, members: &str) {
    let text = fs::read_to_string(segment).unwrap();
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let body = format!("{{\"rev\":{},{members}", last["rev"].as_u64().unwrap() + 1);
    let mut hasher = blake3::Hasher::new();
    hasher.update(last["sum"].as_str().unwrap().as_bytes());
    hasher.update(body.as_bytes());
    let sum = &hasher.finalize().to_hex()[..16];
    fs::write(segment, format!("{text}{body},\"sum\":\"{sum}\"}}\n")).unwrap();
}

#[test]
fn a_journal_of_a_later_version_is_refused_and_left_as_it_is() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    photo(1, world.library(), "a.jpg");
    world.start().unwrap();
    world.wait_idle(JOBS);
    let _ = world.kphotos(&["tag", "add", "kept", "--query", ""]).ok();
    assert!(world.stop().unwrap().success());
    let segment = world.state().join("journal/0001.jsonl");
    let good = fs::read(&segment).unwrap();
    append_line(
        &segment,
        r#""at":1,"actor":"user:1","kind":"edit","summary":"x","events":[{"type":"photo.dreamt","of":1}]"#,
    );
    let later = fs::read(&segment).unwrap();
    let refused = world.start().unwrap_err().to_string();
    assert!(
        refused.contains("journal") && refused.contains("version"),
        "{refused}"
    );
    assert!(!refused.contains("panicked"), "{refused}");
    assert_eq!(fs::read(&segment).unwrap(), later, "the journal is as it was");
    fs::write(&segment, good).unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    assert!(world.mount().join("tags/kept/a.jpg").exists());
    assert!(world.stop().unwrap().success());
}
