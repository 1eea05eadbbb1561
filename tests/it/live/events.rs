//! What a program with a folder open is told: a photo's coming, going and renaming, new folders, new dates.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use kphotos_tests::inotify::{CHANGES, Event, Watcher};
use kphotos_tests::{as_user, skip, skip_unless, tree};

use super::Stage;

const PATIENCE: Duration = Duration::from_secs(15);

/// Watches a folder as a file manager does: it is open, and was listed.
pub(crate) struct Window {
    watcher: Watcher,
    _open: fs::File,
    seen: Vec<Event>,
}

impl Window {
    pub(crate) fn on(dir: &Path) -> Self {
        let open = fs::File::open(dir).unwrap();
        let watcher = Watcher::on(dir).unwrap();
        tree::listed(dir);
        Self {
            watcher,
            _open: open,
            seen: Vec::new(),
        }
    }

    #[track_caller]
    pub(crate) fn told(&mut self, mask: u32, name: &str) -> Event {
        match self.watcher.wait_for(PATIENCE, |event| event.is(mask, name)) {
            Ok(events) => {
                self.seen.extend(events.iter().cloned());
                events.last().cloned().unwrap()
            }
            Err(error) => panic!("{mask:#x} of {name}: {error}; before: {:?}", self.seen),
        }
    }

    /// Both halves of a rename, joined by a cookie.
    #[track_caller]
    pub(crate) fn renamed(&mut self, from: &str, to: &str) {
        let left = self.told(libc::IN_MOVED_FROM, from);
        let came = self.told(libc::IN_MOVED_TO, to);
        assert_eq!(left.cookie, came.cookie, "{from} -> {to}");
    }

    /// How often something was told so far.
    fn count(&self, mask: u32, name: &str) -> usize {
        self.seen.iter().filter(|event| event.is(mask, name)).count()
    }
}

/// All kinds of changes, each seen by who has the folder open.
fn check_windows(mut stage: Stage) {
    let photos = stage.photos();
    let bus = stage.world.bus();
    let (first, asset) = (photos[0].0.clone(), photos[0].1);
    bus.add_tag("t", &[photos[1].1]).unwrap();
    bus.create_album("x").unwrap();
    bus.add_to_album("x", &[photos[1].1]).unwrap();
    let [mut tags, mut tag, mut album, mut library, mut days, mut day] = [
        "tags",
        "tags/t",
        "albums/x",
        "library/library",
        "dates/by-day/2021",
        "dates/by-day/2021/2021-07-01",
    ]
    .map(|dir| Window::on(&stage.dir(dir)));

    let added = bus.add_tag("t", &[asset]).unwrap();
    tag.told(libc::IN_CREATE, &first);
    bus.undo(added.revision).unwrap();
    tag.told(libc::IN_DELETE, &first);
    bus.add_tag("t", &[asset]).unwrap();
    tag.told(libc::IN_CREATE, &first);
    bus.add_to_album("x", &[asset]).unwrap();
    album.told(libc::IN_CREATE, &first);
    bus.remove_from_album("x", &[asset]).unwrap();
    album.told(libc::IN_DELETE, &first);
    bus.add_to_album("x", &[asset]).unwrap();
    album.told(libc::IN_CREATE, &first);

    let made = bus.add_tag("new folder", &[asset]).unwrap();
    let event = tags.told(libc::IN_CREATE, "new folder");
    assert_ne!(event.mask & libc::IN_ISDIR, 0, "{event:?}");
    bus.undo(made.revision).unwrap();
    tags.told(libc::IN_DELETE, "new folder");

    // The modification time that the tree shows is the date.
    bus.set_date("2021-07-01T23:00:00", &[asset]).unwrap();
    tag.told(libc::IN_ATTRIB, &first);
    bus.set_date("2021-08-09", &[asset]).unwrap();
    days.told(libc::IN_CREATE, "2021-08-09");
    day.told(libc::IN_DELETE, &first);

    stage.somebody_changes(|library| fs::rename(library.join(&first), library.join("renamed.JPG")).unwrap());
    for window in [&mut tag, &mut album, &mut library] {
        window.renamed(&first, "renamed.JPG");
    }
    let (inside, aside) = (
        stage.world.library().join("renamed.JPG"),
        stage.world.path("aside"),
    );
    stage.somebody_changes(|_| fs::rename(&inside, &aside).unwrap());
    for window in [&mut tag, &mut album, &mut library] {
        window.told(libc::IN_DELETE, "renamed.JPG");
    }
    stage.somebody_changes(|_| fs::rename(&aside, &inside).unwrap());
    for window in [&mut tag, &mut album, &mut library] {
        window.told(libc::IN_CREATE, "renamed.JPG");
    }
    assert_eq!(
        tag.count(libc::IN_CREATE, &first),
        2,
        "told once each: {:?}",
        tag.seen
    );
    assert_eq!(
        tag.count(libc::IN_DELETE, &first),
        1,
        "told once each: {:?}",
        tag.seen
    );
    stage.finish();
}

#[test]
fn an_open_folder_of_the_public_mount_is_told_of_every_change() {
    skip_unless!(skip::root());
    skip_unless!(skip::fuse());
    let stage = Stage::new(12);
    let refused = fs::File::create(stage.library().join("new")).unwrap_err();
    assert_eq!(
        refused.raw_os_error(),
        Some(libc::EROFS),
        "the mount that is watched is read-only"
    );
    check_windows(stage);
}

#[test]
fn an_open_folder_of_a_users_mount_is_told_of_every_change() {
    skip_unless!(skip::fuse());
    as_user!();
    let stage = Stage::new(12);
    let refused = fs::File::create(stage.library().join("new")).unwrap_err();
    assert_eq!(refused.raw_os_error(), Some(libc::EROFS));
    check_windows(stage);
}

/// A `gio monitor`, ended with its owner, and the lines it says.
struct Gio {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Gio {
    fn monitor(dir: &Path, home: &Path) -> Self {
        let mut child = kphotos_tests::process::clean_command("gio", home)
            .arg("monitor")
            .arg(dir)
            // Otherwise it may ask a bus of the machine for more.
            .env("GIO_USE_VFS", "local")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let said = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            said.lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        Self { child, lines }
    }

    /// Waits until it watches: the kernel lists a process's watches with its descriptors.
    fn wait_until_it_watches(&self) {
        let deadline = Instant::now() + PATIENCE;
        let folder = format!("/proc/{}/fdinfo", self.child.id());
        let watches = || {
            let files = fs::read_dir(&folder).into_iter().flatten().flatten();
            files
                .filter_map(|file| fs::read_to_string(file.path()).ok())
                .any(|text| text.contains("inotify wd:"))
        };
        while !watches() {
            assert!(Instant::now() < deadline, "gio monitor does not watch");
            thread::yield_now();
        }
    }

    #[track_caller]
    fn says(&self, wanted: &[&str]) {
        let deadline = Instant::now() + PATIENCE;
        let mut said = Vec::new();
        while let Ok(line) = self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            if wanted.iter().all(|word| line.contains(word)) {
                return;
            }
            said.push(line);
        }
        panic!("gio monitor did not say {wanted:?}, but {said:?}");
    }
}

impl Drop for Gio {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_desktop_program_sees_photos_come_and_go_and_change_their_names() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("gio"));
    let mut stage = Stage::new(6);
    let photos = stage.photos();
    let bus = stage.world.bus();
    bus.add_tag("t", &[photos[1].1]).unwrap();
    let gio = Gio::monitor(&stage.dir("tags/t"), &stage.world.path("home"));
    gio.wait_until_it_watches();
    let (name, asset) = &photos[0];
    let added = bus.add_tag("t", &[*asset]).unwrap();
    gio.says(&[name, "created"]);
    bus.undo(added.revision).unwrap();
    gio.says(&[name, "deleted"]);
    bus.add_tag("t", &[*asset]).unwrap();
    gio.says(&[name, "created"]);
    stage.somebody_changes(|library| fs::rename(library.join(name), library.join("renamed.JPG")).unwrap());
    gio.says(&["renamed.JPG", "renamed"]);
    drop(gio);
    stage.finish();
}

#[test]
fn a_new_tag_folder_is_a_folder_whose_watchers_are_told_too() {
    skip_unless!(skip::fuse());
    let stage = Stage::new(6);
    let photos = stage.photos();
    let bus = stage.world.bus();
    let mut tags = Window::on(&stage.dir("tags"));
    for round in 0..20 {
        let name = format!("round {round}");
        bus.add_tag(&format!("{name}/deep"), &[photos[0].1]).unwrap();
        tags.told(libc::IN_CREATE, &name);
        let mut inner = Window::on(&stage.dir("tags").join(&name).join("deep"));
        bus.add_tag(&format!("{name}/deep"), &[photos[1].1]).unwrap();
        inner.told(libc::IN_CREATE, &photos[1].0);
        inner.watcher.add(stage.dir("tags").join(&name), CHANGES).unwrap();
        bus.add_tag(&format!("{name}/other"), &[photos[1].1]).unwrap();
        inner.told(libc::IN_CREATE, "other");
    }
    drop(tags);
    stage.finish();
}
