//! Looks that begin and end at once: by path, nothing kept.
#![expect(unsafe_code, reason = "statx and mmap are not in std")]

use std::ffi::CString;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use kphotos_tests::random::Random;
use kphotos_tests::tree;

use super::explain::{Outcome, check_dir, check_found, check_listing, gone, must_be_gone, with_context};
use super::facts::{Said, Thing, Value};
use super::listing::Listing;
use super::setting::{MOVER, Setting, below};

/// Any directory that ever was.
pub(super) fn a_dir(setting: &Setting, random: &mut Random) -> String {
    let dirs = setting.facts.dirs();
    let dir = random.pick(&dirs).clone();
    // Searches are entered, not listed; copies come and go while originals are known again.
    match &*dir {
        "duplicates" | "search" => "recent".to_owned(),
        _ => dir,
    }
}

/// A photo and a directory that showed it at some time, mostly.
pub(super) fn a_photo(setting: &Setting, random: &mut Random) -> Option<(String, usize)> {
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

/// A listing from the start to its end in one go.
pub(super) fn list(setting: &Setting, random: &mut Random) -> Outcome {
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

/// What `stat` says; of a photo, its number, size and time too.
pub(super) fn stat(setting: &Setting, random: &mut Random, is_forced: bool) -> Outcome {
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
pub(super) fn look_at(path: &Path, is_forced: bool) -> io::Result<(u64, u64, i64)> {
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
pub(super) fn bytes_are(file: &File, bytes: &[u8], random: &mut Random) -> Outcome {
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

/// A photo's file, opened in a directory; `None` where it was not there, if it need not have been.
pub(super) fn opened(setting: &Setting, dir: &str, photo: usize) -> Result<Option<File>, String> {
    let mut window = setting.facts.look();
    let opened = File::open(below(&setting.mount(), dir, &setting.shots[photo].name));
    setting.facts.looked(&mut window);
    check_found(setting, dir, photo, &window, opened.as_ref().err())?;
    Ok(opened.ok())
}

/// The same through a memory map.
pub(super) fn map(setting: &Setting, random: &mut Random) -> Outcome {
    let Some((dir, photo)) = a_photo(setting, random) else {
        return Ok(());
    };
    let shot = &setting.shots[photo];
    let Some(file) = opened(setting, &dir, photo)? else {
        return Ok(());
    };
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

pub(super) fn xattr(setting: &Setting, random: &mut Random) -> Outcome {
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

/// A call that would change something.
type Call = fn(&Path) -> io::Result<()>;

/// Whoever tries to write is told that he cannot, or that it is not there.
pub(super) fn write(setting: &Setting, random: &mut Random) -> Outcome {
    let Some((dir, photo)) = a_photo(setting, random) else {
        return Ok(());
    };
    let shot = &setting.shots[photo];
    let path = below(&setting.mount(), &dir, &shot.name);
    let calls: [(&str, Call); 7] = [
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
pub(super) fn absent(setting: &Setting, random: &mut Random) -> Outcome {
    let dir = a_dir(setting, random);
    let name = *random.pick(&["S00.jpg", "A00~0001.JPG", "nothing.JPG", ".hidden", "Thumbs.db"]);
    match fs::symlink_metadata(below(&setting.mount(), &dir, name)) {
        Err(error) if gone(&error) => Ok(()),
        Err(error) => Err(format!("{dir}/{name}: {error}")),
        Ok(_) => Err(format!("{dir}/{name} is there")),
    }
}
