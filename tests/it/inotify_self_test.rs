//! The watcher reports what happens in a folder, in order, with both halves of a rename.

use std::fs;
use std::io::ErrorKind;
use std::time::Duration;

use kphotos_tests::inotify::Watcher;

const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn a_rename_comes_as_two_events_of_one_cookie() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = Watcher::on(dir.path()).unwrap();
    fs::write(dir.path().join("old"), "x").unwrap();
    fs::rename(dir.path().join("old"), dir.path().join("new")).unwrap();
    fs::remove_file(dir.path().join("new")).unwrap();

    let events = watcher
        .wait_for(PATIENCE, |event| event.is(libc::IN_DELETE, "new"))
        .unwrap();
    assert!(events[0].is(libc::IN_CREATE, "old"), "{events:?}");
    let from = events
        .iter()
        .find(|event| event.is(libc::IN_MOVED_FROM, "old"))
        .unwrap();
    let to = events
        .iter()
        .find(|event| event.is(libc::IN_MOVED_TO, "new"))
        .unwrap();
    assert_ne!(from.cookie, 0);
    assert_eq!(from.cookie, to.cookie);
}

#[test]
fn an_event_that_does_not_come_ends_the_wait() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = Watcher::on(dir.path()).unwrap();
    fs::write(dir.path().join("other"), "x").unwrap();
    let error = watcher
        .wait_for(Duration::from_millis(50), |event| {
            event.is(libc::IN_CREATE, "this")
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(
        error.to_string().contains("other"),
        "what did come is in the text: {error}"
    );
}

#[test]
fn an_event_from_another_thread_ends_the_wait_early() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = Watcher::on(dir.path()).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| fs::create_dir(dir.path().join("made")).unwrap());
        watcher
            .wait_for(PATIENCE, |event| event.is(libc::IN_CREATE, "made"))
            .unwrap();
    });
    assert_eq!(
        watcher.next(Duration::ZERO).unwrap(),
        None,
        "events are handed out once"
    );
}
