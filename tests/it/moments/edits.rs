//! One who edits: over D-Bus, one request after the other, each with what it must make so.
//!
//! He plans on a copy of his part of the world, writes down what will be, and asks. Every request is one that can be
//! done: a refusal ends the test. What he takes back is the last thing that stands, so that the state before it is
//! there again.

use std::collections::{BTreeMap, BTreeSet};

use kphotos_tests::bus::{Bus, BusError, Options, Receipt, ids};
use kphotos_tests::random::Random;
use serde_json::json;
use zbus::wire::Variant;

use super::facts::State;
use super::part::{Folders, MEETS, Mine, Part};
use super::setting::Setting;

/// Albums come and go under the same few names; of tags, there have to be more.
const NAMES: [&str; 4] = ["a", "b", "c d", "é"];
const TAG_NAMES: [&str; 12] = ["a", "b", "c d", "é", "e", "f", "g", "h", "i", "j", "k", "l"];

/// One who edits.
pub(super) struct Editor {
    owner: usize,
    part: Part,
    state: State,
    /// What stands and can be taken back: revision and the state before.
    past: Vec<(u64, Part)>,
    /// A number for the next tag or album.
    next: u32,
    /// Where tags were that were renamed or moved: the old path stays a word for them, and so is nobody else's.
    words: BTreeSet<(String, &'static str)>,
    /// Tags that were deleted: one that is made in the same place is the same again, with its words.
    graves: BTreeMap<(u32, &'static str), u32>,
    /// What was answered; for messages.
    answers: Vec<String>,
    bus: Bus,
}

/// What is asked.
enum Ask {
    Tag(String, bool, Vec<usize>),
    Album(String, bool, Vec<usize>),
    Create(String),
    Arrange(&'static str, String, String),
    Delete(&'static str, String),
    Set(&'static str, serde_json::Value, Vec<usize>),
    Date(&'static str, Vec<usize>),
    Clear(&'static str, Vec<usize>),
    Undo(u64),
}

impl Editor {
    pub(super) fn new(owner: usize, setting: &Setting) -> Self {
        let root = |letter: &str| Folders {
            root: format!("{letter}{owner}"),
            nodes: BTreeMap::new(),
        };
        let photos = setting.photos_of(owner).into_iter();
        let part = Part {
            photos: photos.map(|photo| (photo, Mine::default())).collect(),
            tags: root("t"),
            albums: root("A"),
        };
        let state = part.state(setting, owner);
        setting.facts.start(owner, &state);
        let bus = setting.world.bus();
        Self {
            owner,
            part,
            state,
            past: Vec::new(),
            next: 0,
            words: BTreeSet::new(),
            graves: BTreeMap::new(),
            answers: Vec::new(),
            bus,
        }
    }

    /// Does one thing.
    pub(super) fn step(&mut self, setting: &Setting, random: &mut Random) -> Result<(), String> {
        let mut part = self.part.clone();
        let Some(ask) = self.plan(&mut part, random) else {
            return Ok(());
        };
        let is_undo = matches!(ask, Ask::Undo(_));
        let receipt = self.ask(setting, &part, &ask)?;
        if receipt == 0 && part != self.part {
            return Err(format!("{} said that nothing had to be done", ask.text()));
        }
        let before = std::mem::replace(&mut self.part, part);
        match is_undo {
            // An undo is an edit too: it may be taken back, and then what stood before it stands again.
            true if random.below(3) == 0 => {
                let undone = self.past.pop();
                let again = Ask::Undo(receipt);
                let _ = self.ask(setting, &before, &again)?;
                self.part = before;
                self.past.extend(undone);
                // Which of the two revisions stands for it is not asked: nothing before it is taken back.
                self.past.clear();
            }
            true => {
                self.past.pop();
            }
            false if receipt > 0 => self.past.push((receipt, before)),
            false => {}
        }
        Ok(())
    }

    /// Says what will be, asks, and waits for the answer: the revision.
    fn ask(&mut self, setting: &Setting, after: &Part, ask: &Ask) -> Result<u64, String> {
        let state = after.state(setting, self.owner);
        setting.facts.begin(self.owner, &self.state, &state, ask.text());
        let answer = ask.send(&self.bus, setting);
        self.state = state;
        setting.facts.end(self.owner);
        match answer {
            Ok(receipt) => {
                let (revision, summary) = (receipt.revision, receipt.summary);
                self.answers
                    .push(format!("  {revision}: {}: {summary}", ask.text()));
                Ok(revision)
            }
            Err(error) => {
                let answers = self.answers.join("\n");
                Err(format!("{}: {error}\nbefore:\n{answers}", ask.text()))
            }
        }
    }

    /// One of the things that can be done, done to this part.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm a request: a table that is read as one"
    )]
    fn plan(&mut self, part: &mut Part, random: &mut Random) -> Option<Ask> {
        let all: Vec<usize> = part.photos.keys().copied().collect();
        let count = [1, 1, 1, 2, 5, all.len()][random.below(6)];
        let photos = random.some(&all, count);
        let each = |part: &mut Part, change: &dyn Fn(&mut Mine)| {
            for photo in &photos {
                part.photos.get_mut(photo).into_iter().for_each(change);
            }
        };
        Some(match random.below(30) {
            0..=4 => {
                let node = self.folder(&mut part.tags, random)?;
                each(part, &|photo| {
                    photo.tags.insert(node);
                });
                Ask::Tag(part.tags.path(node), true, photos)
            }
            5 => {
                let node = some(&part.tags.all(), random)?;
                each(part, &|photo| {
                    photo.tags.remove(&node);
                });
                Ask::Tag(part.tags.path(node), false, photos)
            }
            6 | 7 => {
                let at = random.below(2);
                let is_on = random.below(2) == 0;
                each(part, &|photo| photo.meets[at] = is_on);
                Ask::Tag(MEETS[at].to_owned(), is_on, photos)
            }
            8 | 9 => {
                let at = 2 + random.below(2);
                let is_on = random.below(2) == 0;
                each(part, &|photo| photo.meets[at] = is_on);
                Ask::Album(MEETS[at].to_owned(), is_on, photos)
            }
            10 => {
                let before = part.albums.nodes.len();
                let node = self.folder(&mut part.albums, random)?;
                if part.albums.nodes.len() == before {
                    return None;
                }
                Ask::Create(part.albums.path(node))
            }
            11..=13 => {
                let node = some(&part.albums.all(), random)?;
                each(part, &|photo| {
                    photo.albums.insert(node);
                });
                Ask::Album(part.albums.path(node), true, photos)
            }
            14 => {
                let node = some(&part.albums.all(), random)?;
                each(part, &|photo| {
                    photo.albums.remove(&node);
                });
                Ask::Album(part.albums.path(node), false, photos)
            }
            kind @ 15..=16 => {
                let (folders, method) = match kind {
                    15 => (&mut part.tags, "RenameTag"),
                    _ => (&mut part.albums, "RenameAlbum"),
                };
                let node = some(&folders.all(), random)?;
                let name = *random.pick(if kind == 15 { &TAG_NAMES[..] } else { &NAMES });
                let (parent, _) = folders.nodes[&node];
                if folders.child(parent, name).is_some() {
                    return None;
                }
                let path = folders.path(node);
                if !self.may_leave(folders, node, (parent, name), kind == 15) {
                    return None;
                }
                folders.nodes.insert(node, (parent, name));
                Ask::Arrange(method, path, name.to_owned())
            }
            kind @ 17..=18 => {
                let (folders, method) = match kind {
                    17 => (&mut part.tags, "MoveTag"),
                    _ => (&mut part.albums, "MoveAlbum"),
                };
                let node = some(&folders.all(), random)?;
                let inside = folders.below(node);
                let mut parents: Vec<u32> = folders
                    .all()
                    .into_iter()
                    .filter(|to| !inside.contains(to))
                    .collect();
                parents.push(0);
                let parent = *random.pick(&parents);
                let (old, name) = folders.nodes[&node];
                if parent == old || folders.child(parent, name).is_some() || folders.depth(parent) > 2 {
                    return None;
                }
                let (path, to) = (folders.path(node), folders.path(parent));
                if !self.may_leave(folders, node, (parent, name), kind == 17) {
                    return None;
                }
                folders.nodes.insert(node, (parent, name));
                Ask::Arrange(method, path, to)
            }
            kind @ 19..=20 => {
                let is_tag = kind == 19;
                let folders = if is_tag { &mut part.tags } else { &mut part.albums };
                let node = some(&folders.all(), random)?;
                let path = folders.path(node);
                let gone = folders.below(node);
                if is_tag {
                    let buried = folders.nodes.iter().filter(|(number, _)| gone.contains(number));
                    self.graves
                        .extend(buried.map(|(number, place)| (*place, *number)));
                }
                folders.nodes.retain(|number, _| !gone.contains(number));
                for photo in part.photos.values_mut() {
                    let places = if is_tag {
                        &mut photo.tags
                    } else {
                        &mut photo.albums
                    };
                    places.retain(|number| !gone.contains(number));
                }
                Ask::Delete(if is_tag { "DeleteTag" } else { "DeleteAlbum" }, path)
            }
            21 => {
                let is_on = random.below(2) == 0;
                each(part, &|photo| photo.hidden = is_on);
                Ask::Set("hidden", json!(is_on), photos)
            }
            22 => {
                let is_on = random.below(2) == 0;
                each(part, &|photo| photo.favorite = is_on);
                Ask::Set("favorite", json!(is_on), photos)
            }
            23 => {
                let stars = [1, 4, 5][random.below(3)];
                each(part, &|photo| photo.rating = Some(stars));
                Ask::Set("rating", json!(stars), photos)
            }
            24 => {
                let comment = format!("said {}", random.below(100));
                each(part, &|photo| photo.comment = Some(comment.clone()));
                Ask::Set("description", json!(comment), photos)
            }
            25 => {
                let dates = match self.owner {
                    1 => [
                        "1951-03-04T05:06:07",
                        "1951-03",
                        "1951-04-01",
                        "2021-07-02T01:02:03",
                    ],
                    _ => ["1952-03-04T05:06:07", "1952", "1952-03-05", "2021-07-01T01:02:03"],
                };
                let date = *random.pick(&dates);
                each(part, &|photo| photo.date = Some(date));
                Ask::Date(date, photos)
            }
            26 => {
                each(part, &|photo| photo.date = None);
                Ask::Clear("taken", photos)
            }
            27 => {
                each(part, &|photo| photo.rating = None);
                Ask::Clear("rating", photos)
            }
            _ => {
                let (revision, before) = self.past.last()?.clone();
                *part = before;
                Ask::Undo(revision)
            }
        })
    }

    /// Whether a tag or album may go to another place; of a tag, its old one is noted. To the place of one that was
    /// deleted it does not go: it would get that one's words, for itself and for what is below it.
    fn may_leave(&mut self, folders: &Folders, node: u32, to: (u32, &'static str), is_tag: bool) -> bool {
        if !is_tag {
            return true;
        }
        let is_grave = self.graves.get(&to).is_some_and(|buried| *buried != node);
        let is_free = !is_grave && !self.is_word(folders, to);
        if is_free {
            let (parent, name) = folders.nodes[&node];
            self.words.insert((folders.path(parent), name));
            self.words.insert((parent.to_string(), name));
        }
        is_free
    }

    /// Whether a tag was there: below this one, whatever it is called by now, or below another that was called so.
    fn is_word(&self, folders: &Folders, (parent, name): (u32, &'static str)) -> bool {
        self.words.contains(&(folders.path(parent), name)) || self.words.contains(&(parent.to_string(), name))
    }

    /// A tag or an album of his, an old one or a new one.
    fn folder(&mut self, folders: &mut Folders, random: &mut Random) -> Option<u32> {
        let mut parents = folders.all();
        parents.push(0);
        parents.retain(|parent| folders.depth(*parent) < 3);
        let names = if folders.root.starts_with('t') {
            &TAG_NAMES[..]
        } else {
            &NAMES
        };
        let (parent, name) = (*random.pick(&parents), *random.pick(names));
        let old = folders.child(parent, name);
        if old.is_none() && folders.root.starts_with('t') && self.is_word(folders, (parent, name)) {
            return None;
        }
        let is_tag = folders.root.starts_with('t');
        old.or_else(|| {
            let again = self.graves.get(&(parent, name)).filter(|_| is_tag);
            let again = again
                .copied()
                .filter(|number| !folders.nodes.contains_key(number));
            let number = again.unwrap_or_else(|| {
                self.next += 1;
                self.next
            });
            folders.nodes.insert(number, (parent, name));
            Some(number)
        })
    }
}

fn some(from: &[u32], random: &mut Random) -> Option<u32> {
    (!from.is_empty()).then(|| *random.pick(from))
}

impl Ask {
    fn text(&self) -> String {
        let add = |is_on: &bool| if *is_on { "add" } else { "remove" };
        match self {
            Self::Tag(tag, is_on, photos) => format!("tag {} {tag} {photos:?}", add(is_on)),
            Self::Album(album, is_on, photos) => format!("album {} {album} {photos:?}", add(is_on)),
            Self::Create(album) => format!("album create {album}"),
            Self::Arrange(method, path, to) => format!("{method} {path} {to}"),
            Self::Delete(method, path) => format!("{method} {path}"),
            Self::Set(field, value, photos) => format!("set {field} {value} {photos:?}"),
            Self::Date(date, photos) => format!("date set {date} {photos:?}"),
            Self::Clear(field, photos) => format!("clear {field} {photos:?}"),
            Self::Undo(revision) => format!("undo {revision}"),
        }
    }

    fn send(&self, bus: &Bus, setting: &Setting) -> Result<Receipt, BusError> {
        let target = |path: &String| (0u32, path.clone());
        match self {
            Self::Tag(tag, true, photos) => bus.add_tag(tag, &setting.assets(photos)),
            Self::Tag(tag, false, photos) => bus.remove_tag(tag, &setting.assets(photos)),
            Self::Album(album, true, photos) => bus.add_to_album(album, &setting.assets(photos)),
            Self::Album(album, false, photos) => bus.remove_from_album(album, &setting.assets(photos)),
            Self::Create(album) => bus.create_album(album),
            Self::Arrange(method, path, to) if method.starts_with("Move") => bus.change(
                "Organization",
                method,
                &(target(path), target(to), Options::new()),
            ),
            Self::Arrange(method, path, to) => bus.change(
                "Organization",
                method,
                &(target(path), to.clone(), Options::new()),
            ),
            Self::Delete(method, path) => {
                let options = Options::from([("recursive", Variant::from(true))]);
                bus.change("Organization", method, &(target(path), options))
            }
            Self::Set(field, value, photos) => {
                let number = value.as_i64().unwrap_or_default() as i32;
                let value = match (value.as_str(), value.as_bool()) {
                    (Some(text), _) => Variant::from(text),
                    (None, Some(flag)) => Variant::from(flag),
                    (None, None) => Variant::from(number),
                };
                let values = Options::from([(*field, value)]);
                let body = (ids(&setting.assets(photos)), values, Options::new());
                bus.change("Catalog", "SetFields", &body)
            }
            Self::Date(date, photos) => bus.set_date(date, &setting.assets(photos)),
            Self::Clear(field, photos) => bus.clear_fields(&[*field], &setting.assets(photos)),
            Self::Undo(revision) => bus.undo(*revision),
        }
    }
}
