//! One who looks: every way of reading, each look compared with what may have been so meanwhile. Here is what he keeps
//! from one look to the next; `single` has the others.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsFd;

use kphotos_tests::handles::Handle;
use kphotos_tests::inotify::Watcher;
use kphotos_tests::process;
use kphotos_tests::random::Random;

use super::explain::{
    Outcome, check_dir, check_found, check_listing, gone, is_lost, must_be_gone, with_context,
};
use super::facts::{Way, Window};
use super::listing::Listing;
use super::setting::{MOVER, Setting, below};
use super::single::{a_dir, a_photo, absent, bytes_are, list, map, opened, stat, write, xattr};

/// Of each kind so many are kept.
const KEPT: usize = 12;

/// What is kept open over edits.
#[derive(Debug)]
struct Kept<T> {
    since: Window,
    what: T,
}

/// One who looks.
#[derive(Default)]
pub(super) struct Reader {
    listings: Vec<Kept<(String, Listing)>>,
    files: Vec<(usize, File)>,
    handles: Vec<Kept<(String, Option<usize>, Handle)>>,
    watcher: Option<Watcher>,
    /// How often each kind of look was taken.
    pub(super) looks: BTreeMap<&'static str, usize>,
}

impl Reader {
    /// Looks once.
    pub(super) fn step(&mut self, setting: &Setting, random: &mut Random) -> Outcome {
        let kind = *random.pick(&[
            "list",
            "list",
            "list",
            "list in parts",
            "list in parts",
            "stat",
            "stat",
            "stat",
            "statx",
            "read",
            "read",
            "read kept",
            "map",
            "xattr",
            "xattr",
            "handle",
            "handle",
            "write",
            "absent",
            "watch",
        ]);
        *self.looks.entry(kind).or_default() += 1;
        let outcome = match kind {
            "list" => list(setting, random),
            "list in parts" => self.list_in_parts(setting, random),
            "stat" => stat(setting, random, false),
            "statx" => stat(setting, random, true),
            "read" => self.read(setting, random),
            "read kept" => self.read_kept(setting, random),
            "map" => map(setting, random),
            "xattr" => xattr(setting, random),
            "handle" => self.handle(setting, random),
            "write" => write(setting, random),
            "absent" => absent(setting, random),
            _ => self.watch(setting, random),
        };
        outcome.map_err(|said| format!("{kind}: {said}"))
    }

    /// Goes on with one of the listings that are under way, or begins one.
    fn list_in_parts(&mut self, setting: &Setting, random: &mut Random) -> Outcome {
        if self.listings.len() < 4 || random.below(4) == 0 {
            let (dir, mut window) = (a_dir(setting, random), setting.facts.look());
            let opened = File::open(setting.mount().join(&dir));
            setting.facts.looked(&mut window);
            let opened = match opened {
                Ok(opened) => opened,
                Err(error) => return must_be_gone(setting, &dir, &window, &error),
            };
            self.listings.truncate(KEPT);
            let what = (dir, Listing::of(opened));
            self.listings.push(Kept { since: window, what });
        }
        let at = random.below(self.listings.len());
        let Kept { since, what } = &mut self.listings[at];
        let (dir, listing) = what;
        let went_on = listing.go_on(random, &setting.mount().join(&*dir));
        let mut window = *since;
        setting.facts.looked(&mut window);
        let is_over = went_on.is_err() || listing.is_whole;
        let outcome = match went_on {
            Err(error) if is_lost(&error) => match setting.facts.dir(dir, &window) {
                Way::There(_) => Err(with_context(setting, &window, format!("{dir}: {error}"))),
                Way::Absent | Way::Unknown => Ok(()),
            },
            Err(error) => must_be_gone(setting, dir, &window, &error),
            Ok(()) => check_listing(setting, dir, listing, &window),
        };
        if is_over {
            self.listings.swap_remove(at);
        }
        outcome
    }

    fn read(&mut self, setting: &Setting, random: &mut Random) -> Outcome {
        let Some((dir, photo)) = a_photo(setting, random) else {
            return Ok(());
        };
        let shot = &setting.shots[photo];
        let Some(file) = opened(setting, &dir, photo)? else {
            return Ok(());
        };
        bytes_are(&file, &shot.bytes, random).map_err(|said| format!("{dir}/{}: {said}", shot.name))?;
        if self.files.len() < KEPT {
            self.files.push((photo, file));
        } else {
            let at = random.below(KEPT);
            self.files[at] = (photo, file);
        }
        Ok(())
    }

    /// What is open reads as it did, whatever became of its name.
    fn read_kept(&mut self, setting: &Setting, random: &mut Random) -> Outcome {
        if self.files.is_empty() {
            return Ok(());
        }
        let (photo, file) = random.pick(&self.files);
        let shot = &setting.shots[*photo];
        let said = bytes_are(file, &shot.bytes, random);
        said.map_err(|said| format!("{}, open since long: {said}", shot.name))?;
        let state = file
            .metadata()
            .map_err(|error| format!("fstat {}: {error}", shot.name))?;
        match state.len() == shot.bytes.len() as u64 {
            true => Ok(()),
            false => Err(format!("fstat {}: {} bytes", shot.name, state.len())),
        }
    }

    /// Remembers something by handle, or opens what is remembered.
    fn handle(&mut self, setting: &Setting, random: &mut Random) -> Outcome {
        if self.handles.len() < 4 || random.below(3) == 0 {
            let (dir, photo) = match random.below(2) {
                0 => (a_dir(setting, random), None),
                _ => match a_photo(setting, random) {
                    Some((dir, photo)) => (dir, Some(photo)),
                    None => return Ok(()),
                },
            };
            let path = match photo {
                Some(photo) => below(&setting.mount(), &dir, &setting.shots[photo].name),
                None => setting.mount().join(&dir),
            };
            let mut window = setting.facts.look();
            let handle = Handle::of(path);
            setting.facts.looked(&mut window);
            match photo {
                Some(photo) => check_found(setting, &dir, photo, &window, handle.as_ref().err())?,
                None => check_dir(setting, &dir, &window, handle.as_ref().err())?,
            }
            let Ok(handle) = handle else { return Ok(()) };
            self.handles.truncate(KEPT);
            let what = (dir, photo, handle);
            self.handles.push(Kept { since: window, what });
            return Ok(());
        }
        if !process::is_root() {
            return Ok(());
        }
        let Kept { since, what } = random.pick(&self.handles);
        let (dir, photo, handle) = what;
        let mount = File::open(setting.mount()).map_err(|error| error.to_string())?;
        let opened = handle.open(mount.as_fd(), libc::O_RDONLY);
        let mut window = *since;
        setting.facts.looked(&mut window);
        match (opened, photo) {
            (Ok(file), Some(photo)) => bytes_are(&file, &setting.shots[*photo].bytes, random)
                .map_err(|said| format!("{}, by handle: {said}", setting.shots[*photo].name)),
            // Where it lies is somebody else's to say.
            (Ok(opened), None) => match opened.metadata() {
                Ok(_) => Ok(()),
                Err(error) if setting.facts.dir(dir, &window) == Way::Unknown && is_lost(&error) => Ok(()),
                Err(error) => Err(with_context(
                    setting,
                    &window,
                    format!("{dir}, by handle: {error}"),
                )),
            },
            (Err(error), Some(photo)) if setting.shots[*photo].owner != MOVER || !gone(&error) => {
                Err(format!("{}, by handle: {error}", setting.shots[*photo].name))
            }
            (Err(error), None)
                if !is_lost(&error) || matches!(setting.facts.dir(dir, &window), Way::There(_)) =>
            {
                Err(with_context(
                    setting,
                    &window,
                    format!("{dir}, by handle: {error}"),
                ))
            }
            (Err(_), _) => Ok(()),
        }
    }

    /// Somebody who watches makes the daemon play what changes.
    fn watch(&mut self, setting: &Setting, random: &mut Random) -> Outcome {
        let (dir, mut window) = (a_dir(setting, random), setting.facts.look());
        let watched = match &self.watcher {
            Some(watcher) => watcher
                .add(setting.mount().join(&dir), kphotos_tests::inotify::CHANGES)
                .map(drop),
            None => Watcher::on(setting.mount().join(&dir)).map(|watcher| self.watcher = Some(watcher)),
        };
        setting.facts.looked(&mut window);
        if random.below(20) == 0 {
            self.watcher = None;
        }
        check_dir(setting, &dir, &window, watched.as_ref().err())
    }
}
