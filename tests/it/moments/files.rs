//! Who moves originals: they go, come back, and lie elsewhere.
//!
//! What becomes of a file takes the daemon several steps: seen, read, hashed, known again. So from before the disk is
//! changed until the daemon has settled, anything may be seen of these photos; before and after it nothing but what is
//! so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kphotos_tests::bus::Bus;
use kphotos_tests::random::Random;

use super::facts::{Key, Said, State, Thing, Value};
use super::setting::{MEETING, MOVER, Setting, date_dirs, enter, time_of};

/// Folders below `moved`; the first is always there, by a photo that stays in it.
const FOLDERS: [&str; 4] = ["moved", "moved/new", "moved/new/deep", "moved/other"];

/// Who moves originals.
pub(super) struct Mover {
    /// Where each photo lies, by its folder; `None`: it is gone.
    places: BTreeMap<usize, Option<usize>>,
    state: State,
    bus: Bus,
}

impl Mover {
    pub(super) fn new(setting: &Setting) -> Self {
        let photos = setting.photos_of(MOVER).into_iter();
        let places = photos.map(|photo| (photo, Some(0))).collect();
        let state = state(&places, setting);
        setting.facts.start(MOVER, &state);
        fs::create_dir(setting.world.path("aside")).unwrap();
        let bus = setting.world.bus();
        Self { places, state, bus }
    }

    /// Moves some, and waits until the daemon knows.
    pub(super) fn step(&mut self, setting: &Setting, random: &mut Random) -> Result<(), String> {
        let all: Vec<usize> = self.places.keys().copied().skip(1).collect();
        let count = [1, 1, 3, all.len()][random.below(4)];
        let photos = random.some(&all, count);
        let to = [Some(0), Some(1), Some(2), Some(3), None][random.below(5)];
        let moves: Vec<(usize, Option<usize>)> = photos
            .into_iter()
            .map(|photo| (photo, self.places[&photo]))
            .filter(|(_, from)| *from != to)
            .collect();
        if moves.is_empty() {
            return Ok(());
        }
        let before = self.places.clone();
        for (photo, _) in &moves {
            self.places.insert(*photo, to);
        }
        let moved: Vec<usize> = moves.iter().map(|(photo, _)| *photo).collect();
        let (after, between) = (
            state(&self.places, setting),
            between(&before, &self.places, &moved, setting),
        );
        let text = format!("{moved:?} to {}", to.map_or("nowhere", |to| FOLDERS[to]));
        setting.facts.begin(MOVER, &self.state, &between, text.clone());
        for (photo, from) in moves {
            let path = |place: Option<usize>| {
                let folder = match place {
                    Some(folder) => setting.world.library().join(FOLDERS[folder]),
                    None => setting.world.path("aside"),
                };
                fs::create_dir_all(&folder).map(|()| folder.join(&setting.shots[photo].name))
            };
            let moved = path(from).and_then(|from| fs::rename(from, path(to)?));
            moved.map_err(|error| format!("{text}: {error}"))?;
        }
        self.bus.rescan();
        setting
            .facts
            .begin(MOVER, &between, &after, format!("{text}: settled"));
        self.state = after;
        setting.facts.end(MOVER);
        Ok(())
    }
}

/// What is so when all has settled.
fn state(places: &BTreeMap<usize, Option<usize>>, setting: &Setting) -> State {
    let mut state = State::new();
    for (photo, place) in places {
        if let Some(place) = place {
            let (dirs, said) = shown(*photo, *place, setting);
            folders(*place, Value::There(0), &mut state);
            enter(&mut state, *photo, dirs, said);
        }
    }
    state
}

/// Before it has: anything of those that are moved.
fn between(
    before: &BTreeMap<usize, Option<usize>>,
    after: &BTreeMap<usize, Option<usize>>,
    moved: &[usize],
    setting: &Setting,
) -> State {
    let places: BTreeSet<usize> = before
        .values()
        .chain(after.values())
        .filter_map(|place| *place)
        .collect();
    let (old, new) = (state(before, setting), state(after, setting));
    let mut between = new.clone();
    for photo in moved {
        for place in &places {
            let (dirs, said) = shown(*photo, *place, setting);
            let undated = ["dates/undated".to_owned(), "duplicates".to_owned()];
            for dir in dirs.into_iter().chain(undated) {
                between.insert(Key::In(dir, Thing::Photo(*photo)), Value::Any);
            }
            for (what, _) in said {
                between.insert(Key::Of(*photo, what), Value::Any);
            }
        }
    }
    let is_folder = |key: &Key| matches!(key, Key::In(_, Thing::Dir(_)));
    for key in old.keys().chain(new.keys()).filter(|key| is_folder(key)) {
        if old.get(key) != new.get(key) {
            between.insert(key.clone(), Value::Any);
        }
    }
    between
}

/// The folders that are there because of a photo.
fn folders(place: usize, value: Value, state: &mut State) {
    let mut path = format!("library/library/{}", FOLDERS[place]);
    while let Some((parent, name)) = path
        .rsplit_once('/')
        .filter(|(parent, _)| parent.ends_with("moved") || parent.contains("moved/"))
    {
        state.insert(
            Key::In(parent.to_owned(), Thing::Dir(name.to_owned())),
            value.clone(),
        );
        path = parent.to_owned();
    }
}

/// Where a photo is shown that lies there, and what is said of it.
fn shown(photo: usize, place: usize, setting: &Setting) -> (Vec<String>, Vec<(Said, String)>) {
    let shot = &setting.shots[photo];
    let mut dirs = vec![format!("library/library/{}", FOLDERS[place]), "recent".to_owned()];
    dirs.extend(MEETING.map(str::to_owned));
    dirs.extend(date_dirs(&format!("2021-07-{:02}", shot.day + 1)));
    let said = vec![
        (Said::Tags, "shared,shared/deep".to_owned()),
        (Said::Time, time_of(shot.day).to_string()),
    ];
    (dirs, said)
}
