//! One who looks: every way of reading, each look compared with what may have been so meanwhile.
#![expect(unsafe_code, reason = "statx, pread at a mapping: not in std")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CString;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use kphotos_tests::handles::Handle;
use kphotos_tests::inotify::Watcher;
use kphotos_tests::random::Random;
use kphotos_tests::{process, tree};

use super::facts::{Said, Thing, Value, Way, Window};
use super::listing::Listing;
use super::setting::{MOVER, Setting, below};

/// Errors that say that something is gone.
const GONE: [i32; 2] = [libc::ENOENT, libc::ESTALE];
/// What the kernel says of a directory that was kept open, went and came back: its number is another's now.
const REPLACED: i32 = libc::EIO;
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

/// What a look says that nothing explains.
type Outcome = Result<(), String>;

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
        let mut window = setting.facts.look();
        let opened = File::open(below(&setting.mount(), &dir, &shot.name));
        setting.facts.looked(&mut window);
        check_found(setting, &dir, photo, &window, opened.as_ref().err())?;
        let Ok(file) = opened else { return Ok(()) };
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

/// Any directory that ever was.
fn a_dir(setting: &Setting, random: &mut Random) -> String {
    let dirs = setting.facts.dirs();
    let dir = random.pick(&dirs).clone();
    // Searches are entered, not listed; copies come and go while originals are known again.
    match &*dir {
        "duplicates" | "search" => "recent".to_owned(),
        _ => dir,
    }
}

/// A photo and a directory that showed it at some time, mostly.
fn a_photo(setting: &Setting, random: &mut Random) -> Option<(String, usize)> {
    let dir = a_dir(setting, random);
    let things = setting.facts.shown(&dir, &setting.facts.look());
    let mut photos: Vec<usize> = things
        .keys()
        .filter_map(|thing| match thing {
            Thing::Photo(photo) => Some(*photo),
            Thing::Dir(_) => None,
        })
        .collect();
    if photos.is_empty() || random.below(20) == 0 {
        photos = (0..setting.shots.len()).collect();
    }
    Some((dir, *random.pick(&photos)))
}

fn gone(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|errno| GONE.contains(&errno))
}

/// Whether it may be that something kept is no more what it was.
fn is_lost(error: &io::Error) -> bool {
    gone(error) || error.raw_os_error() == Some(REPLACED)
}

fn with_context(setting: &Setting, window: &Window, said: String) -> String {
    format!("{said}\n{window:?}\n{}", setting.facts.meanwhile(window))
}

/// A directory that could not be opened.
fn must_be_gone(setting: &Setting, dir: &str, window: &Window, error: &io::Error) -> Outcome {
    let way = setting.facts.dir(dir, window);
    match !matches!(way, Way::There(_)) && gone(error) {
        true => Ok(()),
        false => {
            let again = fs::read_dir(setting.mount().join(dir)).map(Iterator::count);
            let said = format!("{dir} is {way:?}: {error}; and when looked at again: {again:?}");
            Err(with_context(setting, window, said))
        }
    }
}

/// That a directory was found, or not, as may be.
fn check_dir(setting: &Setting, dir: &str, window: &Window, error: Option<&io::Error>) -> Outcome {
    match error {
        Some(error) => must_be_gone(setting, dir, window, error),
        None if setting.facts.dir(dir, window) == Way::Absent => Err(with_context(
            setting,
            window,
            format!("{dir} is found, and must not be there"),
        )),
        None => Ok(()),
    }
}

/// That a photo was found in a directory, or not, as may be.
fn check_found(
    setting: &Setting,
    dir: &str,
    photo: usize,
    window: &Window,
    error: Option<&io::Error>,
) -> Outcome {
    let may_be = match setting.facts.dir(dir, window) {
        Way::There(_) => setting.facts.thing(dir, &Thing::Photo(photo), window),
        Way::Absent => [Value::Absent].into(),
        Way::Unknown => [Value::Any].into(),
    };
    let is_explained = match error {
        None => may_be != [Value::Absent].into(),
        Some(error) => gone(error) && (may_be.contains(&Value::Absent) || may_be.contains(&Value::Any)),
    };
    if is_explained {
        return Ok(());
    }
    let outcome = error.map_or("found".to_owned(), ToString::to_string);
    let said = format!(
        "{dir}/{}: {outcome}, but it may be {may_be:?}",
        setting.shots[photo].name
    );
    Err(with_context(setting, window, said))
}

/// A listing from the start to its end in one go.
fn list(setting: &Setting, random: &mut Random) -> Outcome {
    let (dir, mut window) = (a_dir(setting, random), setting.facts.look());
    let path = setting.mount().join(&dir);
    let listed = File::open(&path).and_then(|opened| {
        let mut listing = Listing::of(opened);
        while !listing.is_whole {
            listing.go_on(random, &path)?;
        }
        Ok(listing)
    });
    setting.facts.looked(&mut window);
    match listed {
        Ok(listing) => check_listing(setting, &dir, &listing, &window),
        Err(error) => must_be_gone(setting, &dir, &window, &error),
    }
}

/// That what was read of a directory so far is explained, and at its end that nothing is missing.
fn check_listing(setting: &Setting, dir: &str, listing: &Listing, window: &Window) -> Outcome {
    let wrong = |said: String| {
        let names: Vec<&str> = listing.entries.iter().map(|entry| &*entry.name).collect();
        Err(with_context(
            setting,
            window,
            format!("{dir}: {said}; listed: {names:?}"),
        ))
    };
    let mut seen = BTreeSet::new();
    for entry in &listing.entries {
        // A name may have gone to another thing meanwhile; a thing is told once.
        if !seen.insert((&*entry.name, entry.inode)) {
            return wrong(format!("{} is listed twice", entry.name));
        }
    }
    let way = setting.facts.dir(dir, window);
    if way == Way::Absent {
        return wrong("it must not be there".to_owned());
    }
    let things = setting.facts.shown(dir, window);
    let mut named = BTreeSet::new();
    for entry in &listing.entries {
        if entry.name.starts_with('.') {
            continue;
        }
        let photo = setting.photo_named(&entry.name);
        if photo.is_none() != entry.is_dir {
            return wrong(format!("{} is of the other kind", entry.name));
        }
        if let Some(shot) = photo.map(|photo| &setting.shots[photo])
            && shot.owner != MOVER
            && shot.inode != entry.inode
        {
            return wrong(format!("{} has the number {:#x}", entry.name, entry.inode));
        }
        let thing = photo.map_or(Thing::Dir(entry.name.clone()), Thing::Photo);
        let values = things.get(&thing).cloned().unwrap_or_default();
        let is_again = !named.insert(thing);
        if is_again && values.len() < 2 && matches!(way, Way::There(_)) && !values.contains(&Value::Any) {
            return wrong(format!("{} is two things", entry.name));
        }
        let may_be = values.iter().any(|value| *value != Value::Absent);
        if matches!(way, Way::There(_)) && !may_be {
            let thing = photo.map_or(Thing::Dir(entry.name.clone()), Thing::Photo);
            let history = setting.facts.history(dir, &thing);
            return wrong(format!(
                "{} is listed, and must not be there: {history}",
                entry.name
            ));
        }
    }
    if !listing.is_whole || !matches!(way, Way::There(_)) {
        return Ok(());
    }
    let must_be =
        |values: &BTreeSet<Value>| !values.contains(&Value::Absent) && !values.contains(&Value::Any);
    let missing = |(thing, values): &(&Thing, &BTreeSet<Value>)| must_be(values) && !named.contains(*thing);
    match things.iter().find(missing) {
        Some((Thing::Photo(photo), _)) => wrong(format!("{} is missing", setting.shots[*photo].name)),
        Some((Thing::Dir(name), _)) => wrong(format!("{name} is missing")),
        None => Ok(()),
    }
}

/// What `stat` says; of a photo, its number, size and time too.
fn stat(setting: &Setting, random: &mut Random, is_forced: bool) -> Outcome {
    if random.below(3) == 0 {
        let (dir, mut window) = (a_dir(setting, random), setting.facts.look());
        let found = look_at(&setting.mount().join(&dir), is_forced);
        setting.facts.looked(&mut window);
        return check_dir(setting, &dir, &window, found.as_ref().err());
    }
    let Some((dir, photo)) = a_photo(setting, random) else {
        return Ok(());
    };
    let shot = &setting.shots[photo];
    let path = below(&setting.mount(), &dir, &shot.name);
    let mut window = setting.facts.look();
    let found = look_at(&path, is_forced);
    setting.facts.looked(&mut window);
    check_found(setting, &dir, photo, &window, found.as_ref().err())?;
    let Ok((inode, size, time)) = found else {
        return Ok(());
    };
    let times = setting.facts.said(photo, Said::Time, &window);
    let is_time = times.contains(&Value::Text(time.to_string())) || times.contains(&Value::Any);
    let is_number = inode == shot.inode || shot.owner == MOVER;
    if is_number && size == shot.bytes.len() as u64 && is_time {
        return Ok(());
    }
    let said = format!(
        "{dir}/{}: number {inode:#x}, size {size}, time {time} of {times:?}",
        shot.name
    );
    Err(with_context(setting, &window, said))
}

/// Number, size and `st_mtime`; `is_forced`: the kernel asks the daemon, whatever it remembers.
fn look_at(path: &Path, is_forced: bool) -> io::Result<(u64, u64, i64)> {
    if !is_forced {
        let state = fs::symlink_metadata(path)?;
        return Ok((state.ino(), state.len(), state.mtime()));
    }
    let path = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: all-zero is a valid `statx`.
    let mut state: libc::statx = unsafe { std::mem::zeroed() };
    let flags = libc::AT_STATX_FORCE_SYNC | libc::AT_SYMLINK_NOFOLLOW;
    // SAFETY: the path is NUL-terminated, and the answer is written to a `statx`.
    let asked = unsafe {
        libc::statx(
            libc::AT_FDCWD,
            path.as_ptr(),
            flags,
            libc::STATX_BASIC_STATS,
            &raw mut state,
        )
    };
    match asked {
        0 => Ok((state.stx_ino, state.stx_size, state.stx_mtime.tv_sec)),
        _ => Err(io::Error::last_os_error()),
    }
}

/// That a file is these bytes: whole, or some pieces of it.
fn bytes_are(file: &File, bytes: &[u8], random: &mut Random) -> Outcome {
    let pieces = match random.below(2) {
        0 => vec![(0, bytes.len() + 1)],
        _ => (0..4)
            .map(|_| (random.below(bytes.len() + 10), 1 + random.below(70_000)))
            .collect(),
    };
    for (from, length) in pieces {
        let mut buffer = vec![0; length];
        let mut read = 0;
        while read < length {
            match file.read_at(&mut buffer[read..], (from + read) as u64) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) => return Err(format!("reading at {from}: {error}")),
            }
        }
        let wanted = bytes.get(from..).unwrap_or_default();
        let wanted = &wanted[..wanted.len().min(length)];
        if buffer[..read] != *wanted {
            return Err(format!(
                "{read} bytes at {from} are not the photo's {}",
                wanted.len()
            ));
        }
    }
    Ok(())
}

/// The same through a memory map.
fn map(setting: &Setting, random: &mut Random) -> Outcome {
    let Some((dir, photo)) = a_photo(setting, random) else {
        return Ok(());
    };
    let shot = &setting.shots[photo];
    let mut window = setting.facts.look();
    let opened = File::open(below(&setting.mount(), &dir, &shot.name));
    setting.facts.looked(&mut window);
    check_found(setting, &dir, photo, &window, opened.as_ref().err())?;
    let Ok(file) = opened else { return Ok(()) };
    let length = shot.bytes.len();
    // SAFETY: asks for a new mapping of an open file; the result is checked before it is used.
    let start = unsafe {
        let shared = libc::MAP_SHARED;
        libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ,
            shared,
            file.as_raw_fd(),
            0,
        )
    };
    if start == libc::MAP_FAILED {
        return Err(format!(
            "{dir}/{}: mmap: {}",
            shot.name,
            io::Error::last_os_error()
        ));
    }
    drop(file);
    // SAFETY: `length` bytes are mapped until munmap below, and nobody writes to an original here.
    let is_same = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) } == shot.bytes;
    // SAFETY: the mapping was made above.
    unsafe { libc::munmap(start, length) };
    match is_same {
        true => Ok(()),
        false => Err(format!("{dir}/{}: other bytes in a memory map", shot.name)),
    }
}

fn xattr(setting: &Setting, random: &mut Random) -> Outcome {
    let Some((dir, photo)) = a_photo(setting, random) else {
        return Ok(());
    };
    let shot = &setting.shots[photo];
    let path = below(&setting.mount(), &dir, &shot.name);
    let (name, what) = *random.pick(&[
        ("user.xdg.tags", Some(Said::Tags)),
        ("user.baloo.rating", Some(Said::Rating)),
        ("user.xdg.comment", Some(Said::Comment)),
        ("user.kphotos.id", None),
        ("user.nothing", None),
    ]);
    let mut window = setting.facts.look();
    let value = tree::xattr(&path, name);
    setting.facts.looked(&mut window);
    check_found(setting, &dir, photo, &window, value.as_ref().err())?;
    let Ok(value) = value else { return Ok(()) };
    let may_be = match (what, name) {
        (Some(what), _) => setting.facts.said(photo, what, &window),
        (None, "user.kphotos.id") if shot.owner != MOVER => [Value::Text(shot.asset.to_string())].into(),
        (None, "user.kphotos.id") => [Value::Any].into(),
        (None, _) => [Value::Absent].into(),
    };
    let said = match &value {
        None => Value::Absent,
        Some(text) => {
            let mut words: Vec<&str> = text.split(',').collect();
            words.sort_unstable();
            Value::Text(words.join(","))
        }
    };
    if may_be.contains(&said) || may_be.contains(&Value::Any) {
        return Ok(());
    }
    let said = format!(
        "{dir}/{}: {name} is {value:?}, but it may be {may_be:?}",
        shot.name
    );
    Err(with_context(setting, &window, said))
}

/// Whoever tries to write is told that he cannot, or that it is not there.
fn write(setting: &Setting, random: &mut Random) -> Outcome {
    let Some((dir, photo)) = a_photo(setting, random) else {
        return Ok(());
    };
    let shot = &setting.shots[photo];
    let path = below(&setting.mount(), &dir, &shot.name);
    let calls: [(&str, fn(&Path) -> io::Result<()>); 7] = [
        ("open for writing", |path| {
            fs::OpenOptions::new().write(true).open(path).map(drop)
        }),
        ("remove", |path| fs::remove_file(path)),
        ("chmod", |path| {
            fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o777))
        }),
        ("rename", |path| fs::rename(path, path.with_extension("new"))),
        ("mkdir beside", |path| fs::create_dir(path.with_extension("new"))),
        ("create beside", |path| {
            File::create_new(path.with_extension("new")).map(drop)
        }),
        ("link", |path| fs::hard_link(path, path.with_extension("new"))),
    ];
    let (name, call) = *random.pick(&calls);
    let mut window = setting.facts.look();
    let done = call(&path);
    setting.facts.looked(&mut window);
    let error = match &done {
        Err(error) if error.raw_os_error() == Some(libc::EROFS) => return Ok(()),
        Err(error) => error.to_string(),
        Ok(()) => "succeeded".to_owned(),
    };
    let (is_gone, is_beside) = (done.as_ref().err().is_some_and(gone), name.ends_with("beside"));
    // Who is not there can be gone; a folder that is there refuses what is new in it.
    let outcome = match (is_gone, is_beside) {
        (false, _) => Err(String::new()),
        (true, true) => check_dir(setting, &dir, &window, done.as_ref().err()),
        (true, false) => check_found(setting, &dir, photo, &window, done.as_ref().err()),
    };
    outcome.map_err(|_| with_context(setting, &window, format!("{name}: {dir}/{}: {error}", shot.name)))
}

/// A name that nobody has.
fn absent(setting: &Setting, random: &mut Random) -> Outcome {
    let dir = a_dir(setting, random);
    let name = *random.pick(&["S00.jpg", "A00~0001.JPG", "nothing.JPG", ".hidden", "Thumbs.db"]);
    match fs::symlink_metadata(below(&setting.mount(), &dir, name)) {
        Err(error) if gone(&error) => Ok(()),
        Err(error) => Err(format!("{dir}/{name}: {error}")),
        Ok(_) => Err(format!("{dir}/{name} is there")),
    }
}
