//! Dates that move, each from what it is; undo and redo one after another.

use super::AppError;
use crate::catalog::{CatalogError, DateChange, Field, Shift, Zone};
use crate::command::{ChangeDates, Command};
use crate::kernel::ErrorCode;
use crate::testing::{FakeZones, World};

fn zone(text: &str) -> Zone {
    Zone::parse(text, &FakeZones).unwrap()
}

fn change(world: &World, change: DateChange, paths: &[&str]) -> super::Receipt {
    let assets = world.assets(paths);
    world
        .run(&Command::ChangeDates(ChangeDates { assets, change }))
        .unwrap()
}

fn shift(world: &World, text: &str, paths: &[&str]) -> super::Receipt {
    change(world, DateChange::Shift(Shift::parse(text).unwrap()), paths)
}

fn date(world: &World, path: &str) -> String {
    let taken = world.app.view().taken(world.asset(path));
    taken.map_or_else(|| "none".to_owned(), |taken| taken.to_string())
}

/// A world with one photo of this date, moved.
#[track_caller]
fn check(before: &str, how: DateChange, after: &str) {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.read("a.jpg", Some(before), &[]);
    change(&world, how, &["a.jpg"]);
    assert_eq!(date(&world, "a.jpg"), after, "{before}");
}

#[test]
fn every_photo_moves_from_its_own_time_and_all_come_back_with_one_undo() {
    let world = World::new();
    let paths = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"];
    world.files(&paths);
    world.read("a.jpg", Some("2024-06-15T23:30:05.25+02:00"), &[]);
    world.read("b.jpg", Some("2024-06-15T10:30"), &[]);
    world.read("c.jpg", Some("2024-06"), &[]);
    world.read("d.jpg", None, &[]);
    world.date("2020-01-01T00:00:00", &["e.jpg"]);
    let all = |world: &World| paths.map(|path| date(world, path));
    let before = all(&world);
    let done = shift(&world, "+1h30m", &paths);
    assert_eq!(
        done.summary,
        "dates shifted by +1h30m: 3 photos (2 without a time left alone)"
    );
    assert_eq!(done.touched, 3);
    let after = all(&world);
    assert_eq!(
        after,
        [
            "2024-06-16T01:00:05.25+02:00",
            "2024-06-15T12:00",
            "2024-06",
            "none",
            "2020-01-01T01:30:00",
        ]
    );
    let world = world.restart();
    assert_eq!(all(&world), after);
    shift(&world, "-2d", &["b.jpg"]);
    let undone = world.undo(done.revision).unwrap();
    assert!(
        undone.summary.ends_with("(1 changed since, left as they are)"),
        "{}",
        undone.summary
    );
    assert_eq!(date(&world, "b.jpg"), "2024-06-13T12:00");
    world.clear(Field::Taken, &["b.jpg"]);
    assert_eq!(all(&world), before);
    let world = world.restart_without_store();
    assert_eq!(date(&world, "e.jpg"), "2020-01-01T00:00:00");
}

#[test]
fn a_zone_keeps_the_wall_time_and_a_conversion_the_instant() {
    let berlin = || DateChange::Zone(zone("Europe/Berlin"));
    check("2024-06-15T10:30:00", berlin(), "2024-06-15T10:30:00+02:00");
    check("2024-01-15T10:30", berlin(), "2024-01-15T10:30+01:00");
    check("2024-06-15T10:30:00+09:00", berlin(), "2024-06-15T10:30:00+02:00");
    check(
        "2024-06-15T10:30:00",
        DateChange::Zone(zone("-03:30")),
        "2024-06-15T10:30:00-03:30",
    );
    let to_tokyo = || DateChange::Convert {
        from: zone("Europe/Berlin"),
        to: zone("Asia/Tokyo"),
    };
    check("2024-06-15T20:30:00", to_tokyo(), "2024-06-16T03:30:00+09:00");
    check("2024-06-15T20:30:00Z", to_tokyo(), "2024-06-16T05:30:00+09:00");
    check("2024-06-15", to_tokyo(), "2024-06-15");
}

#[test]
fn where_clocks_are_set_the_offset_from_before_holds() {
    let berlin = || DateChange::Zone(zone("Europe/Berlin"));
    // 02:30 was skipped in March, and came twice in October.
    check("2024-03-31T02:30:00", berlin(), "2024-03-31T02:30:00+01:00");
    check("2024-03-31T03:00:00", berlin(), "2024-03-31T03:00:00+02:00");
    check("2024-10-27T02:30:00", berlin(), "2024-10-27T02:30:00+02:00");
    check("2024-10-27T03:00:00", berlin(), "2024-10-27T03:00:00+01:00");
    let to_utc = || DateChange::Convert {
        from: zone("Europe/Berlin"),
        to: zone("UTC"),
    };
    check("2024-03-31T02:30:00", to_utc(), "2024-03-31T01:30:00Z");
    check("2024-10-27T02:30:00", to_utc(), "2024-10-27T00:30:00Z");
    let world = World::new();
    world.files(&["a.jpg"]);
    world.read("a.jpg", Some("2024-10-27T02:30:00"), &[]);
    let said = change(&world, berlin(), &["a.jpg"]).summary;
    assert_eq!(
        said,
        "dates put into Europe/Berlin: 1 photo (1 in an hour when clocks were set, read as before it)"
    );
    let again = change(&world, berlin(), &["a.jpg"]);
    assert_eq!(again.revision, None);
    assert_eq!(again.summary, "dates put into Europe/Berlin: 0 photos (1 had it)");
}

#[test]
fn a_shift_says_what_it_reads_and_refuses_what_is_none() {
    for (text, shown) in [
        ("+1h30m", "+1h30m"),
        ("-90m", "-1h30m"),
        ("+36h", "+1d12h"),
        ("+5s", "+5s"),
    ] {
        assert_eq!(Shift::parse(text).unwrap().to_string(), shown);
    }
    for text in [
        "",
        "+",
        "1h",
        "+1",
        "+h",
        "+1x",
        "+1m1h",
        "+0s",
        "+1h1h",
        "++1h",
        "+99999999999999999d",
    ] {
        assert!(Shift::parse(text).is_err(), "{text}");
    }
    for text in ["", "Nowhere/Nothing", "+16:00", "02:00"] {
        assert!(Zone::parse(text, &FakeZones).is_err(), "{text}");
    }
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.date("9999-12-31T23:00:00", &["a.jpg"]);
    world.date("2024-06-15T10:30", &["b.jpg"]);
    let assets = world.assets(&["a.jpg", "b.jpg"]);
    let far = Command::ChangeDates(ChangeDates {
        assets,
        change: DateChange::Shift(Shift::parse("+1h").unwrap()),
    });
    let refused = world.run(&far).unwrap_err();
    assert!(matches!(
        refused,
        AppError::Catalog(CatalogError::OffTheCalendar { .. })
    ));
    assert_eq!(date(&world, "b.jpg"), "2024-06-15T10:30", "all or nothing");
    shift(&world, "-45s", &["b.jpg"]);
    assert_eq!(
        date(&world, "b.jpg"),
        "2024-06-15T10:29",
        "known to the minute as before"
    );
}

#[test]
fn redo_goes_the_way_back_that_undo_came_until_a_new_edit() {
    let world = World::new();
    world.files(&["a.jpg"]);
    let rating = |world: &World| world.app.view().rating(world.asset("a.jpg"));
    assert_eq!(world.redo().unwrap_err(), AppError::NothingToRedo);
    for stars in 1..=3 {
        world.rate(stars, &["a.jpg"]);
    }
    assert_eq!(world.redo().unwrap_err(), AppError::NothingToRedo);
    for expect in [Some(2), Some(1), None] {
        world.undo(None).unwrap();
        assert_eq!(rating(&world), expect);
    }
    assert_eq!(world.undo(None).unwrap_err(), AppError::NothingToUndo);
    for expect in [Some(1), Some(2)] {
        let again = world.redo().unwrap();
        assert!(
            again.summary.starts_with("done again: rating set"),
            "{}",
            again.summary
        );
        assert_eq!(rating(&world), expect);
    }
    world.undo(None).unwrap();
    assert_eq!(rating(&world), Some(1));
    let world = world.restart();
    for expect in [Some(2), Some(3)] {
        world.redo().unwrap();
        assert_eq!(rating(&world), expect);
    }
    assert_eq!(world.redo().unwrap_err(), AppError::NothingToRedo);
    world.undo(None).unwrap();
    world.rate(5, &["a.jpg"]);
    let refused = world.redo().unwrap_err();
    assert_eq!(refused, AppError::NothingToRedo);
    assert_eq!(refused.code(), ErrorCode::Conflict);
    world.undo(None).unwrap();
    world.redo().unwrap();
    assert_eq!(rating(&world), Some(5));
}

#[test]
fn a_name_gives_a_date_where_the_file_has_none_and_a_new_name_has_it_read_again() {
    let world = World::new();
    world.files(&["IMG_20240615_103005.jpg", "IMG-20240616-WA0001.jpg", "scan.jpg"]);
    world.read("IMG_20240615_103005.jpg", None, &[]);
    world.read("IMG-20240616-WA0001.jpg", Some("2023-01-02T03:04:05"), &[]);
    world.read("scan.jpg", None, &[]);
    assert_eq!(date(&world, "IMG_20240615_103005.jpg"), "2024-06-15T10:30:05");
    assert_eq!(date(&world, "IMG-20240616-WA0001.jpg"), "2023-01-02T03:04:05");
    assert_eq!(date(&world, "scan.jpg"), "none");
    let source = |path: &str| world.app.view().taken(world.asset(path)).unwrap().source;
    assert_eq!(source("IMG_20240615_103005.jpg").as_str(), "name");
    world.moved(&[
        ("IMG_20240615_103005.jpg", "beach.jpg"),
        ("IMG-20240616-WA0001.jpg", "b/20200101.jpg"),
        ("scan.jpg", "b/scan.jpg"),
    ]);
    let unread = world.app.view().without_facts(crate::kernel::LibraryId::new(1));
    assert_eq!(
        unread,
        vec![world.stamp("beach.jpg").id],
        "the others say the same"
    );
    world.read("beach.jpg", None, &[]);
    assert_eq!(date(&world, "beach.jpg"), "none");
    world.moved(&[("b/scan.jpg", "b/1974-06-01 scan.jpg")]);
    world.read("b/1974-06-01 scan.jpg", None, &[]);
    assert_eq!(date(&world, "b/1974-06-01 scan.jpg"), "1974-06-01");
}
