//! `search/`: what programs find there, what watchers hear, and what is forgotten.

use crate::refresh::{both, hear, names};
use crate::scene::Scene;
use crate::watch::Watch;
use kphotos_domain::view::MOST_SEARCHES;
use kphotos_fs::access::Checks;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;

#[test]
fn a_search_is_right_when_the_command_returns_and_its_watchers_hear_of_it() {
    let test = "a_search_is_right_when_the_command_returns_and_its_watchers_hear_of_it";
    for checks in [Checks::Here, Checks::Kernel] {
        let Some(scene) = Scene::new(test, checks, &["a.jpg", "b.jpg"]) else {
            return;
        };
        let mut outer = both(&scene, "search/tag=rome");
        let mut inner = both(&scene, "search/tag=rome/name=a");
        let at = |name: &str| scene.public("search/tag=rome").join(name);
        // Misses and empty listings are remembered.
        assert!(!at("a.jpg").exists() && !at("name=a/a.jpg").exists());
        assert!(names(&at("")).is_empty() && names(&at("name=a")).is_empty());
        scene.tag("rome", &["a.jpg", "b.jpg"]);
        assert_eq!(names(&at("")), ["a.jpg", "b.jpg"]);
        assert_eq!(names(&at("name=a")), ["a.jpg"]);
        assert_eq!(std::fs::read(at("name=a/a.jpg")).unwrap(), b"12345");
        hear(&mut outer, &["create a.jpg", "create b.jpg"]);
        hear(&mut inner, &["create a.jpg"]);
        scene.undo();
        assert!(!at("a.jpg").exists() && !at("name=a/a.jpg").exists());
        assert!(names(&at("")).is_empty() && names(&at("name=a")).is_empty());
        hear(&mut outer, &["delete a.jpg", "delete b.jpg"]);
        hear(&mut inner, &["delete a.jpg"]);
        scene.settle();
        let mut watches = outer.iter_mut().chain(&mut inner);
        assert!(watches.all(|watch| watch.all().is_empty()));
        assert!(names(&scene.public("search")).is_empty());
    }
}

#[test]
fn all_of_a_tag_comes_and_goes_with_its_child_tags() {
    let test = "all_of_a_tag_comes_and_goes_with_its_child_tags";
    let Some(scene) = Scene::new(test, Checks::Kernel, &["a.jpg", "b.jpg"]) else {
        return;
    };
    scene.tag("sea", &["a.jpg"]);
    scene.settle();
    let mut sea = both(&scene, "tags/sea");
    let at = |name: &str| scene.public("tags/sea").join(name);
    assert!(!at("_all").exists());
    assert_eq!(std::fs::metadata(at("")).unwrap().nlink(), 2);
    scene.tag("sea/beach", &["b.jpg"]);
    assert_eq!(names(&at("_all")), ["a.jpg", "b.jpg"]);
    assert_eq!(names(&at("")), ["_all", "a.jpg", "beach"]);
    assert_eq!(std::fs::metadata(at("")).unwrap().nlink(), 4);
    hear(&mut sea, &["create beach", "create _all"]);
    let _watched = both(&scene, "tags/sea/_all");
    assert!(at("_all/b.jpg").exists());
    scene.undo();
    assert!(!at("_all").exists() && !at("_all/b.jpg").exists());
    hear(&mut sea, &["delete beach", "delete _all"]);
    scene.tag("sea/beach", &["b.jpg"]);
    scene.tag("sea/beach/sand", &["a.jpg"]);
    scene.settle();
    let mut all = both(&scene, "tags/sea/_all");
    assert_eq!(names(&at("_all")), ["a.jpg", "b.jpg"]);
    scene.update(kphotos_domain::command::UpdateFiles {
        gone: [scene.file("a.jpg")].into_iter().collect(),
        ..kphotos_domain::command::UpdateFiles::default()
    });
    assert_eq!(names(&at("_all")), ["b.jpg"]);
    hear(&mut all, &["delete a.jpg"]);
}

#[test]
fn a_set_of_equal_files_comes_and_goes_before_who_looks() {
    let test = "a_set_of_equal_files_comes_and_goes_before_who_looks";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg", "b.jpg", "x/a.jpg"]) else {
        return;
    };
    let mut all = both(&scene, "duplicates");
    let content = [0xab; 32];
    let folder = "ab".repeat(16);
    let at = |name: &str| scene.public("duplicates").join(&folder).join(name);
    assert!(names(&scene.public("duplicates")).is_empty() && !at("").exists());
    scene.hash(&["a.jpg", "b.jpg"], content);
    assert_eq!(names(&scene.public("duplicates")), [folder.as_str()]);
    assert_eq!(std::fs::metadata(scene.public("duplicates")).unwrap().nlink(), 3);
    let seen = names(&at(""));
    assert_eq!(seen.len(), 2, "{seen:?}");
    hear(&mut all, &[&format!("create {folder}")]);
    let mut set = both(&scene, &format!("duplicates/{folder}"));
    for name in &seen {
        assert_eq!(std::fs::read(at(name)).unwrap(), b"12345");
    }
    scene.hash(&["x/a.jpg"], content);
    let three = names(&at(""));
    assert_eq!(three.len(), 3, "{three:?}");
    let new = three.iter().find(|name| !seen.contains(name)).unwrap();
    hear(&mut set, &[&format!("create {new}")]);
    scene.update(kphotos_domain::command::UpdateFiles {
        gone: [scene.file("b.jpg"), scene.file("x/a.jpg")].into_iter().collect(),
        ..kphotos_domain::command::UpdateFiles::default()
    });
    assert!(!at("").exists() && names(&scene.public("duplicates")).is_empty());
    hear(&mut all, &[&format!("delete {folder}")]);
}

#[test]
fn what_is_looked_for_by_programs_is_not_in_a_search() {
    let test = "what_is_looked_for_by_programs_is_not_in_a_search";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg"]) else {
        return;
    };
    for name in [
        "search/desktop.ini",
        "search/a/desktop.ini",
        "search/a/.hidden",
        "search/a/folder.jpg",
        "search/rating=",
    ] {
        let error = std::fs::metadata(scene.public(name)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{name}");
    }
    for name in [
        "search/new.jpg",
        "search/a/new.jpg",
        "search/new",
        "search/a/new one",
    ] {
        for path in [scene.private(name), scene.public(name)] {
            let written = std::fs::write(path, b"").unwrap_err();
            assert_eq!(written.raw_os_error(), Some(libc::EROFS), "{name}");
        }
    }
    // A word that found nothing is not remembered as such.
    assert!(!scene.public("search/rome").exists());
    scene.tag("rome", &["a.jpg"]);
    assert_eq!(names(&scene.public("search/rome")), ["a.jpg"]);
    scene.undo();
    assert!(
        names(&scene.public("search/rome")).is_empty(),
        "known while it is held"
    );
}

#[test]
fn a_search_that_was_given_up_shows_nothing_old() {
    let test = "a_search_that_was_given_up_shows_nothing_old";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg", "b.jpg"]) else {
        return;
    };
    let photo = scene.public("search/ext=jpg/a.jpg");
    let number = |path: &str| std::fs::metadata(scene.public(path)).unwrap().ino();
    assert!(photo.exists());
    let first = number("search/ext=jpg");
    let mut watch = Watch::new(&scene.public("search/ext=jpg"));
    let many = MOST_SEARCHES * 4;
    for iso in 0..many {
        assert!(scene.public(&format!("search/iso={iso}")).is_dir());
    }
    // It was remembered by the kernel, and is right all the same.
    scene.tag("rome", &["a.jpg"]);
    assert!(photo.exists());
    let again = number("search/ext=jpg");
    assert_ne!(again, first, "another one of that name");
    let file = scene.file("a.jpg");
    let gone = [file].into_iter().collect();
    scene.update(kphotos_domain::command::UpdateFiles {
        gone,
        ..kphotos_domain::command::UpdateFiles::default()
    });
    assert!(!photo.exists());
    assert_eq!(names(&scene.public("search/ext=jpg")), ["b.jpg"]);
    assert_eq!(number("search/ext=jpg"), again, "the kernel holds it");
    drop(watch.all());
    // All but those that were used last are let go, also by the kernel.
    let few = || scene.held() <= MOST_SEARCHES + 8;
    let is_forgotten = (0..10_000).any(|_| few() || number("search") == 0);
    assert!(is_forgotten, "{}", scene.held());
}

#[test]
fn who_stands_in_a_search_that_was_given_up_is_told_that_it_is_stale() {
    let test = "who_stands_in_a_search_that_was_given_up_is_told_that_it_is_stale";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg"]) else {
        return;
    };
    let dir = std::fs::File::open(scene.public("search/ext=jpg")).unwrap();
    let through = |name: &str| {
        let path = format!("/proc/self/fd/{}/{name}", std::os::fd::AsRawFd::as_raw_fd(&dir));
        std::fs::metadata(path)
    };
    assert!(through("a.jpg").is_ok());
    for iso in 0..MOST_SEARCHES {
        assert!(scene.public(&format!("search/iso={iso}")).is_dir());
    }
    scene.tag("rome", &["a.jpg"]);
    assert_eq!(through("a.jpg").unwrap_err().raw_os_error(), Some(libc::ESTALE));
    assert!(scene.public("search/ext=jpg/a.jpg").exists());
}
