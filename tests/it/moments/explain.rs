//! Whether what was seen is explained by what was so meanwhile.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::facts::{Thing, Value, Way, Window};
use super::listing::Listing;
use super::setting::{MOVER, Setting};

/// Errors that say that something is gone.
const GONE: [i32; 2] = [libc::ENOENT, libc::ESTALE];
/// What the kernel says of a directory that was kept open, went and came back: its number is another's now.
const REPLACED: i32 = libc::EIO;
/// What a look says that nothing explains.
pub(super) type Outcome = Result<(), String>;

pub(super) fn gone(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|errno| GONE.contains(&errno))
}

/// Whether it may be that something kept is no more what it was.
pub(super) fn is_lost(error: &io::Error) -> bool {
    gone(error) || error.raw_os_error() == Some(REPLACED)
}

pub(super) fn with_context(setting: &Setting, window: &Window, said: String) -> String {
    format!("{said}\n{window:?}\n{}", setting.facts.meanwhile(window))
}

/// Whether the kernel only asks to look again: a folder on the way is being carried elsewhere for those who watch, and a
/// look that finds it at its new place has to wait for the renaming (`__d_unalias` in fs/dcache.c), which it does not.
fn is_for_now(setting: &Setting, path: &str, error: &io::Error) -> bool {
    let path = setting.mount().join(path);
    let is_stale = |error: &io::Error| error.raw_os_error() == Some(libc::ESTALE);
    let is_over = || !std::fs::symlink_metadata(&path).is_err_and(|error| is_stale(&error));
    is_stale(error) && (0..100).any(|_| is_over())
}

/// A directory that could not be opened.
pub(super) fn must_be_gone(setting: &Setting, dir: &str, window: &Window, error: &io::Error) -> Outcome {
    let way = setting.facts.dir(dir, window);
    let is_gone = !matches!(way, Way::There(_)) && gone(error);
    match is_gone || is_for_now(setting, dir, error) {
        true => Ok(()),
        false => {
            let again = std::fs::read_dir(setting.mount().join(dir)).map(Iterator::count);
            let said = format!("{dir} is {way:?}: {error}; and when looked at again: {again:?}");
            Err(with_context(setting, window, said))
        }
    }
}

/// That a directory was found, or not, as may be.
pub(super) fn check_dir(setting: &Setting, dir: &str, window: &Window, error: Option<&io::Error>) -> Outcome {
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
pub(super) fn check_found(
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
        Some(error) => {
            let is_gone = may_be.contains(&Value::Absent) || may_be.contains(&Value::Any);
            let path = format!("{dir}/{}", setting.shots[photo].name);
            gone(error) && is_gone || is_for_now(setting, &path, error)
        }
    };
    if is_explained {
        return Ok(());
    }
    let outcome = error.map_or("found".to_owned(), ToString::to_string);
    let name = &setting.shots[photo].name;
    let said = format!(
        "{dir}/{name}: {outcome}, but it may be {may_be:?}; {}",
        looked_again(&setting.mount().join(dir), name)
    );
    Err(with_context(setting, window, said))
}

/// What a name is by now, at once and later, and whether it is listed: what was remembered wrongly stays so.
fn looked_again(dir: &Path, name: &str) -> String {
    let path = dir.join(name);
    let look = || match std::fs::symlink_metadata(&path) {
        Ok(_) => "found".to_owned(),
        Err(error) => error.to_string(),
    };
    let at_once = look();
    std::thread::sleep(Duration::from_secs(1));
    let later = look();
    let listed =
        std::fs::read_dir(dir).map(|entries| entries.flatten().any(|entry| entry.file_name() == name));
    format!("looked at again: {at_once}, a second later: {later}, listed: {listed:?}")
}

/// That what was read of a directory so far is explained, and at its end that nothing is missing.
pub(super) fn check_listing(setting: &Setting, dir: &str, listing: &Listing, window: &Window) -> Outcome {
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
