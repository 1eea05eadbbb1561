//! What was so, and when: the model's log.
//!
//! Everything that can be seen is a [`Key`] with a [`Value`]: that a directory shows a thing, or what is said of a photo.
//! Each key is one editor's alone, and an editor does one thing after the other; so his world has a row of states, and
//! a number says which. Before a request is sent, what it will make so is written down and `begun` goes up; when it was
//! answered, `done` goes up. A look that lasted from `done` at its beginning to `begun` at its end may have seen any of
//! those states of each editor, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, RwLock};

/// Who makes things so: nobody after the beginning, two who edit, and who keeps the originals.
pub(super) const OWNERS: usize = 4;
/// Nobody: what he made so stays.
pub(super) const NOBODY: usize = 0;

/// What a directory shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// A photo, by number.
    Photo(usize),
    /// A directory, by name.
    Dir(String),
}

/// Something that is said of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Said {
    /// `user.xdg.tags`, sorted.
    Tags,
    /// `user.baloo.rating`.
    Rating,
    /// `user.xdg.comment`.
    Comment,
    /// `st_mtime`.
    Time,
}

/// Something that can be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// In the directory of this path, below the mount.
    In(String, Thing),
    /// Of a photo.
    Of(usize, Said),
}

/// What is seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// Nothing.
    Absent,
    /// It is there, and is this one of several that may have the name in turn.
    There(u32),
    /// A text or a number.
    Text(String),
    /// Whatever: something is going on.
    Any,
}

/// A state: what is not in it is absent.
pub(super) type State = BTreeMap<Key, Value>;

/// Which states of each editor a look may have seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    from: [u32; OWNERS],
    to: [u32; OWNERS],
}

/// Values of one key: each from a state on.
#[derive(Debug)]
struct History {
    owner: usize,
    values: Vec<(u32, Value)>,
}

impl History {
    fn within(&self, window: &Window) -> Vec<&Value> {
        let (from, to) = (window.from[self.owner], window.to[self.owner]);
        let first = self.values.partition_point(|(since, _)| *since <= from);
        let before = match first {
            0 => &Value::Absent,
            _ => &self.values[first - 1].1,
        };
        let rest = self.values[first..].iter().take_while(|(since, _)| *since <= to);
        std::iter::once(before)
            .chain(rest.map(|(_, value)| value))
            .collect()
    }
}

/// The log.
#[derive(Debug, Default)]
pub(super) struct Facts {
    begun: [AtomicU32; OWNERS],
    done: [AtomicU32; OWNERS],
    dirs: RwLock<BTreeMap<String, BTreeMap<Thing, History>>>,
    said: RwLock<BTreeMap<(usize, Said), History>>,
    /// What was asked, by editor and state; for messages.
    texts: Mutex<BTreeMap<(usize, u32), String>>,
}

impl Facts {
    /// Writes down what is so at the beginning.
    pub(super) fn start(&self, owner: usize, state: &State) {
        self.write(owner, 0, &State::new(), state);
    }

    /// Something is about to be asked for that makes the state this one.
    pub(super) fn begin(&self, owner: usize, before: &State, after: &State, text: String) {
        let number = self.begun[owner].load(Ordering::SeqCst) + 1;
        self.texts.lock().unwrap().insert((owner, number), text);
        self.write(owner, number, before, after);
        self.begun[owner].store(number, Ordering::SeqCst);
    }

    /// All that was begun was done.
    pub(super) fn end(&self, owner: usize) {
        self.done[owner].store(self.begun[owner].load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// How many things this one was asked for.
    pub(super) fn count(&self, owner: usize) -> u32 {
        self.done[owner].load(Ordering::SeqCst)
    }

    fn write(&self, owner: usize, number: u32, before: &State, after: &State) {
        let gone = before.keys().filter(|key| !after.contains_key(key));
        let mut changes: Vec<(&Key, Value)> = gone.map(|key| (key, Value::Absent)).collect();
        changes.extend(
            after
                .iter()
                .filter(|(key, value)| before.get(key) != Some(value))
                .map(|(key, value)| (key, value.clone())),
        );
        let (mut dirs, mut said) = (self.dirs.write().unwrap(), self.said.write().unwrap());
        for (key, value) in changes {
            let new = || History {
                owner,
                values: Vec::new(),
            };
            let history = match key.clone() {
                Key::In(dir, thing) => dirs.entry(dir).or_default().entry(thing).or_insert_with(new),
                Key::Of(photo, what) => said.entry((photo, what)).or_insert_with(new),
            };
            assert_eq!(history.owner, owner, "{key:?} is another's");
            history.values.push((number, value));
        }
    }

    /// A look begins.
    pub(super) fn look(&self) -> Window {
        let from = std::array::from_fn(|owner| self.done[owner].load(Ordering::SeqCst));
        Window { from, to: from }
    }

    /// The look that began so is over.
    pub(super) fn looked(&self, window: &mut Window) {
        window.to = std::array::from_fn(|owner| self.begun[owner].load(Ordering::SeqCst));
    }

    /// What a directory may have shown, thing by thing: all that it ever did.
    pub(super) fn shown(&self, dir: &str, window: &Window) -> BTreeMap<Thing, BTreeSet<Value>> {
        let dirs = self.dirs.read().unwrap();
        let things = dirs.get(dir).into_iter().flatten();
        let values = |history: &History| history.within(window).into_iter().cloned().collect();
        things
            .map(|(thing, history)| (thing.clone(), values(history)))
            .collect()
    }

    /// What one thing in a directory may have been.
    pub(super) fn thing(&self, dir: &str, thing: &Thing, window: &Window) -> BTreeSet<Value> {
        let dirs = self.dirs.read().unwrap();
        let history = dirs.get(dir).and_then(|things| things.get(thing));
        let values = history.map(|history| history.within(window).into_iter().cloned().collect());
        values.unwrap_or_else(|| [Value::Absent].into())
    }

    /// All that a thing in a directory ever was, state by state; for messages.
    pub(super) fn history(&self, dir: &str, thing: &Thing) -> String {
        let dirs = self.dirs.read().unwrap();
        let history = dirs.get(dir).and_then(|things| things.get(thing));
        history.map_or("never".to_owned(), |history| format!("{:?}", history.values))
    }

    /// What may have been said of a photo.
    pub(super) fn said(&self, photo: usize, what: Said, window: &Window) -> BTreeSet<Value> {
        let said = self.said.read().unwrap();
        let history = said.get(&(photo, what));
        let values = history.map(|history| history.within(window).into_iter().cloned().collect());
        values.unwrap_or_else(|| [Value::Absent].into())
    }

    /// What may have been at a path: every directory on the way is one and the same all the time, or it is not known
    /// which one somebody went through.
    pub(super) fn dir(&self, path: &str, window: &Window) -> Way {
        let mut above = String::new();
        let mut way = Way::There(0);
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let values = self.thing(&above, &Thing::Dir(name.to_owned()), window);
            let values: Vec<&Value> = values.iter().collect();
            way = match (&*values, way) {
                ([Value::Absent], Way::There(_)) => Way::Absent,
                ([Value::There(which)], Way::There(_)) => Way::There(*which),
                (_, Way::Absent) => Way::Absent,
                _ => return Way::Unknown,
            };
            if !above.is_empty() {
                above.push('/');
            }
            above.push_str(name);
        }
        way
    }

    /// All directories that ever were, the root not among them.
    pub(super) fn dirs(&self) -> Vec<String> {
        let dirs = self.dirs.read().unwrap();
        let join = |dir: &str, name: &str| match dir {
            "" => name.to_owned(),
            _ => format!("{dir}/{name}"),
        };
        let named = dirs.iter().flat_map(|(dir, things)| {
            things.keys().filter_map(move |thing| match thing {
                Thing::Dir(name) => Some(join(dir, name)),
                Thing::Photo(_) => None,
            })
        });
        named.collect()
    }

    /// What was asked for meanwhile, and last before it; for messages.
    pub(super) fn meanwhile(&self, window: &Window) -> String {
        let texts = self.texts.lock().unwrap();
        let mut text = String::new();
        for owner in 0..OWNERS {
            let (from, to) = (window.from[owner], window.to[owner]);
            for ((_, number), line) in texts.range((owner, from.saturating_sub(6))..=(owner, to)) {
                let when = if *number > from { "meanwhile" } else { "before" };
                let _ = writeln!(text, "  {when}: {owner}.{number}: {line}");
            }
        }
        text
    }
}

/// What a path led to in some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To this directory.
    There(u32),
    /// Nowhere.
    Absent,
    /// To this or that.
    Unknown,
}
