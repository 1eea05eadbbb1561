//! When nobody edits: the whole tree is what the model says, and what a mount shows that has just been made.
//!
//! The mount that everybody looked at remembers much; the new one knows nothing yet. Where they differ, in a name, a
//! number, a size, a time, a count of links or an attribute, the old one remembers what is no longer so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use kphotos_tests::sacred::xattrs;

use super::facts::{Said, Thing, Value, Way};
use super::setting::Setting;

/// Everything that is said of something in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    inode: u64,
    mode: u32,
    links: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Of a photo.
    content: Option<Vec<u8>>,
}

/// What a directory shows, by its path; the searches, which nobody lists, too.
type Tree = BTreeMap<PathBuf, Seen>;

fn read(root: &Path) -> Result<Tree, String> {
    let mut found = Tree::new();
    let searches = ["search/is=hidden", "search/rating=5"].map(PathBuf::from);
    let mut pending = vec![PathBuf::new()];
    pending.extend(searches);
    while let Some(dir) = pending.pop() {
        let path = root.join(&dir);
        let wrong = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        let entries = fs::read_dir(&path).map_err(|error| wrong(&path, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| wrong(&path, error))?;
            if entry.file_name() == ".kphotos" {
                continue;
            }
            let (path, relative) = (entry.path(), dir.join(entry.file_name()));
            let state = fs::symlink_metadata(&path).map_err(|error| wrong(&path, error))?;
            let content = match state.is_dir() {
                true => None,
                false => Some(fs::read(&path).map_err(|error| wrong(&path, error))?),
            };
            let seen = Seen {
                inode: state.ino(),
                mode: state.mode(),
                links: state.nlink(),
                size: state.size(),
                modified: (state.mtime(), state.mtime_nsec()),
                changed: (state.ctime(), state.ctime_nsec()),
                xattrs: xattrs(&path).map_err(|error| wrong(&path, error))?,
                content,
            };
            if state.is_dir() {
                pending.push(relative.clone());
            }
            if found.insert(relative.clone(), seen).is_some() {
                return Err(format!("{} is listed twice", relative.display()));
            }
        }
    }
    Ok(found)
}

/// Compares; nobody may be editing.
pub(super) fn check(setting: &Setting) -> Result<(), String> {
    let window = setting.facts.look();
    let seen = read(&setting.mount())?;
    let mut wanted = BTreeSet::new();
    let dirs = setting.facts.dirs().into_iter().chain([String::new()]);
    for dir in dirs.collect::<BTreeSet<_>>() {
        if !dir.is_empty() && !matches!(setting.facts.dir(&dir, &window), Way::There(_)) {
            continue;
        }
        for (thing, values) in setting.facts.shown(&dir, &window) {
            if values != [Value::Absent].into() {
                let name = match &thing {
                    Thing::Photo(photo) => &setting.shots[*photo].name,
                    Thing::Dir(name) => name,
                };
                wanted.insert(Path::new(&dir).join(name));
            }
        }
    }
    // They are entered, not listed.
    wanted.retain(|path| path != Path::new("search/is=hidden") && path != Path::new("search/rating=5"));
    let shown: BTreeSet<PathBuf> = seen.keys().cloned().collect();
    if shown != wanted {
        return Err(format!(
            "the whole tree: too much: {:?}; missing: {:?}\n{}",
            shown.difference(&wanted).collect::<Vec<_>>(),
            wanted.difference(&shown).collect::<Vec<_>>(),
            setting.facts.meanwhile(&window)
        ));
    }
    for (path, seen) in &seen {
        let Some(content) = &seen.content else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let photo = setting
            .photo_named(&name)
            .ok_or_else(|| format!("{name} is no photo"))?;
        let times = setting.facts.said(photo, Said::Time, &window);
        if *content != setting.shots[photo].bytes
            || !times.contains(&Value::Text(seen.modified.0.to_string()))
        {
            return Err(format!(
                "{}: other bytes, or time {} of {times:?}",
                path.display(),
                seen.modified.0
            ));
        }
    }
    afresh(setting, &seen)
}

/// The same in a mount that has just been made.
fn afresh(setting: &Setting, seen: &Tree) -> Result<(), String> {
    let place = setting.world.path("afresh");
    fs::create_dir_all(&place).map_err(|error| error.to_string())?;
    let place_text = place.to_str().unwrap_or_default();
    let _ = setting.world.kphotos(&["mount", "add", place_text]).ok();
    let afresh = read(&place);
    let _ = setting.world.kphotos(&["mount", "remove", place_text]).ok();
    let afresh = afresh?;
    for (path, new) in &afresh {
        let old = seen.get(path);
        if old.is_none_or(|old| old != new) {
            let (old, new) = (old.map(Seen::without_content), new.without_content());
            return Err(format!(
                "{}: remembered as {old:?}, and it is {new:?}\n{}",
                path.display(),
                setting.facts.meanwhile(&setting.facts.look())
            ));
        }
    }
    match seen.keys().find(|path| !afresh.contains_key(*path)) {
        Some(path) => Err(format!("{} is in the mount, not in a new one", path.display())),
        None => Ok(()),
    }
}

impl Seen {
    fn without_content(&self) -> Self {
        Self {
            content: None,
            ..self.clone()
        }
    }
}
