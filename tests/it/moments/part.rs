//! What one who edits knows of his part of the world, and what of it is to be seen.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Key, Said, State, Thing, Value};
use super::setting::{BEST, DAYS, Setting, date_dirs, enter, time_of};

/// Tags or albums: what lies in what, by number. Number 0 is the one that stays.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Folders {
    pub(super) root: String,
    pub(super) nodes: BTreeMap<u32, (u32, &'static str)>,
}

impl Folders {
    pub(super) fn path(&self, node: u32) -> String {
        match self.nodes.get(&node) {
            Some((parent, name)) => format!("{}/{name}", self.path(*parent)),
            None => self.root.clone(),
        }
    }

    pub(super) fn child(&self, parent: u32, name: &str) -> Option<u32> {
        let same = |(_, node): &(&u32, &(u32, &str))| **node == (parent, name);
        self.nodes.iter().find(same).map(|(number, _)| *number)
    }

    /// With those in it.
    pub(super) fn below(&self, node: u32) -> BTreeSet<u32> {
        let mut found = BTreeSet::from([node]);
        loop {
            let more: Vec<u32> = self
                .nodes
                .iter()
                .filter(|(number, (parent, _))| found.contains(parent) && !found.contains(number))
                .map(|(number, _)| *number)
                .collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    pub(super) fn depth(&self, node: u32) -> usize {
        self.path(node).matches('/').count()
    }

    fn has_children(&self, node: u32) -> bool {
        self.nodes.values().any(|(parent, _)| *parent == node)
    }

    pub(super) fn all(&self) -> Vec<u32> {
        self.nodes.keys().copied().collect()
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Mine {
    pub(super) hidden: bool,
    pub(super) favorite: bool,
    pub(super) rating: Option<i32>,
    pub(super) comment: Option<String>,
    /// As it was set, the day of its file otherwise.
    pub(super) date: Option<&'static str>,
    pub(super) tags: BTreeSet<u32>,
    pub(super) albums: BTreeSet<u32>,
    /// `tags/shared`, `tags/shared/deep`, `albums/Common`, `albums/Common/Inner`.
    pub(super) meets: [bool; 4],
}

pub(super) const MEETS: [&str; 4] = ["shared", "shared/deep", "Common", "Common/Inner"];

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) photos: BTreeMap<usize, Mine>,
    pub(super) tags: Folders,
    pub(super) albums: Folders,
}

impl Part {
    /// All that is to be seen of it.
    pub(super) fn state(&self, setting: &Setting, owner: usize) -> State {
        let mut state = State::new();
        for (top, folders, first) in [("tags", &self.tags, 10_000), ("albums", &self.albums, 20_000)] {
            let number = |node: u32| Value::There(first * owner as u32 + node);
            for (node, (parent, name)) in &folders.nodes {
                let dir = format!("{top}/{}", folders.path(*parent));
                state.insert(Key::In(dir, Thing::Dir((*name).to_owned())), number(*node));
            }
            let parents = folders.all().into_iter().chain([0]);
            for parent in parents.filter(|node| top == "tags" && folders.has_children(*node)) {
                let dir = format!("{top}/{}", folders.path(parent));
                let all = Value::There(100_000 * owner as u32 + parent);
                state.insert(Key::In(dir, Thing::Dir("_all".to_owned())), all);
            }
        }
        for (photo, mine) in &self.photos {
            let shot = &setting.shots[*photo];
            let mut dirs = vec![format!("library/library/{}", shot.folder)];
            if mine.hidden {
                dirs.push("search/is=hidden".to_owned());
            } else {
                dirs.extend(self.shown(mine));
                let own_day = format!("2021-07-{:02}", shot.day + 1);
                let dated = date_dirs(mine.date.unwrap_or(&own_day));
                for dir in dated.iter().filter(|dir| !dir.contains("2021")) {
                    let mut above = dir.as_str();
                    while let Some((parent, name)) =
                        above.rsplit_once('/').filter(|(parent, _)| parent.contains('/'))
                    {
                        let thing = Thing::Dir(name.to_owned());
                        state.insert(Key::In(parent.to_owned(), thing), Value::There(0));
                        above = parent;
                    }
                }
                dirs.extend(dated);
            }
            let mut tags: Vec<String> = mine.tags.iter().map(|tag| self.tags.path(*tag)).collect();
            tags.extend((0..2).filter(|at| mine.meets[*at]).map(|at| MEETS[at].to_owned()));
            tags.sort();
            let mut said = Vec::new();
            if !tags.is_empty() {
                said.push((Said::Tags, tags.join(",")));
            }
            said.extend(mine.rating.map(|stars| (Said::Rating, (2 * stars).to_string())));
            said.extend(mine.comment.clone().map(|comment| (Said::Comment, comment)));
            said.push((Said::Time, seconds(mine.date, shot.day)));
            enter(&mut state, *photo, dirs, said);
        }
        state
    }

    /// Where a photo that is not hidden is, but for its dates.
    fn shown(&self, mine: &Mine) -> BTreeSet<String> {
        let mut dirs = BTreeSet::from(["recent".to_owned()]);
        if mine.favorite {
            dirs.insert("favorites".to_owned());
        }
        if mine.rating == Some(5) {
            dirs.extend(BEST.map(str::to_owned));
        } else if mine.rating == Some(4) {
            dirs.insert(BEST[0].to_owned());
        }
        for tag in &mine.tags {
            dirs.insert(format!("tags/{}", self.tags.path(*tag)));
            let mut at = *tag;
            loop {
                if self.tags.has_children(at) {
                    dirs.insert(format!("tags/{}/_all", self.tags.path(at)));
                }
                let Some((parent, _)) = self.tags.nodes.get(&at) else {
                    break;
                };
                at = *parent;
            }
        }
        for album in &mine.albums {
            dirs.insert(format!("albums/{}", self.albums.path(*album)));
        }
        let [shared, deep, common, inner] = mine.meets;
        let meets: [(bool, &[&str]); 5] = [
            (shared, &["tags/shared"]),
            (deep, &["tags/shared/deep"]),
            (shared || deep, &["tags/shared/_all"]),
            (common, &["albums/Common", "shares/given"]),
            (inner, &["albums/Common/Inner", "shares/given/Inner"]),
        ];
        let met = meets.iter().filter(|(is_in, _)| *is_in);
        dirs.extend(met.flat_map(|(_, dirs)| dirs.iter().map(|dir| (*dir).to_owned())));
        dirs
    }
}

/// `st_mtime`; a date without a time of day stands for its first second.
fn seconds(date: Option<&str>, day: usize) -> String {
    let Some(date) = date else {
        return time_of(day % DAYS).to_string();
    };
    let first = "0000-01-01T00:00:00Z";
    let whole = format!("{date}{}", &first[date.len()..]);
    let whole = if whole.ends_with('Z') {
        whole
    } else {
        format!("{whole}Z")
    };
    let time: jiff::Timestamp = whole.parse().expect("a date of this file");
    time.as_second().to_string()
}
