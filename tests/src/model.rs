//! What photos must be after a row of edits, and the requests that make them so.
//!
//! A [`Share`] is a set of photos that one client alone edits, so that what it must hold follows from that client's
//! own requests, whatever others do meanwhile. [`Share::plan`] says what a request changes, [`Share::apply`] makes it
//! so, and [`Share::differences`] compares with what the daemon shows. Undo takes back what still is as the edit left
//! it, and an undo can be undone.
//!
//! Left out: stacks (every photo is alone), and hidden photos, which searches do not show.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use zbus::wire::Variant;

use crate::bus::{Bus, BusError, Receipt};
use crate::random::Random;

/// The fields that are edited here.
pub const FIELDS: [&str; 6] = ["title", "description", "label", "rating", "favorite", "taken"];

/// One photo: what its file says, what was edited, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    base: BTreeMap<&'static str, Value>,
    edits: BTreeMap<&'static str, Value>,
    tags: BTreeSet<String>,
    albums: BTreeSet<String>,
}

/// One thing that a request changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// An edit of a field, from and to (`None`: no edit).
    Field(u32, &'static str, Option<Value>, Option<Value>),
    /// A photo carries a tag from now on, or no more.
    Tag(u32, String, bool),
    /// A photo is in an album from now on, or no more.
    Album(u32, String, bool),
    /// An album is there from now on, or no more.
    Made(String, bool),
}

/// What is asked of the daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// `tag add`
    AddTag(String, Vec<u32>),
    /// `tag remove`
    RemoveTag(String, Vec<u32>),
    /// `album add`
    AddToAlbum(String, Vec<u32>),
    /// `album remove`
    RemoveFromAlbum(String, Vec<u32>),
    /// `album create`
    CreateAlbum(String),
    /// `set`, `date set`
    Set(&'static str, Value, Vec<u32>),
    /// `clear`
    Clear(Vec<&'static str>, Vec<u32>),
    /// `undo`
    Undo(u64),
}

/// The photos of one client, and what it did to them.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// The client's name, part of the names that it alone uses.
    pub name: String,
    photos: BTreeMap<u32, Photo>,
    albums: BTreeSet<String>,
    done: BTreeMap<u64, Vec<Change>>,
    made: usize,
    /// The last revision that was acknowledged.
    pub last_revision: u64,
}

/// What the daemon shows: photos by number, and the paths of all albums.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Photos, as JSON.
    pub photos: BTreeMap<u32, Value>,
    /// Paths of albums.
    pub albums: BTreeSet<String>,
}

impl Shown {
    /// Asks the daemon.
    pub fn by(bus: &Bus) -> Result<Self, BusError> {
        let photos = bus.search("")?.into_iter();
        let albums = bus.albums()?;
        Ok(Self {
            photos: photos.map(|photo| (number(&photo), photo)).collect(),
            albums: albums.iter().filter_map(|album| text(&album["path"])).collect(),
        })
    }
}

impl Request {
    /// Sends it, and waits for the answer.
    pub fn send(&self, bus: &Bus) -> Result<Receipt, BusError> {
        match self {
            Self::AddTag(tag, photos) => bus.add_tag(tag, photos),
            Self::RemoveTag(tag, photos) => bus.remove_tag(tag, photos),
            Self::AddToAlbum(album, photos) => bus.add_to_album(album, photos),
            Self::RemoveFromAlbum(album, photos) => bus.remove_from_album(album, photos),
            Self::CreateAlbum(album) => bus.create_album(album),
            Self::Set("taken", value, photos) => bus.set_date(value.as_str().unwrap_or_default(), photos),
            Self::Set(field, value, photos) => {
                let number = value.as_i64().unwrap_or_default() as i32;
                let value = match (value.as_str(), value.as_bool()) {
                    (Some(text), _) => Variant::from(text),
                    (None, Some(flag)) => Variant::from(flag),
                    (None, None) => Variant::from(number),
                };
                bus.set_field(field, value, photos)
            }
            Self::Clear(fields, photos) => bus.clear_fields(fields, photos),
            Self::Undo(revision) => bus.undo(*revision),
        }
    }
}

impl Photo {
    fn shown(json: &Value) -> Self {
        let set = |field: &str| -> BTreeSet<String> {
            json[field]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(text)
                .collect()
        };
        Self {
            base: FIELDS
                .into_iter()
                .map(|field| (field, json[field].clone()))
                .collect(),
            edits: BTreeMap::new(),
            tags: set("tags"),
            albums: set("albums"),
        }
    }

    fn effective(&self, field: &str) -> Value {
        let value = self.edits.get(field).or_else(|| self.base.get(field));
        value.cloned().unwrap_or_default()
    }
}

impl Share {
    /// A client's photos, as the daemon shows them before the first edit.
    pub fn new(name: &str, photos: &[u32], shown: &Shown) -> Self {
        let photos = photos.iter().map(|id| (*id, Photo::shown(&shown.photos[id])));
        Self {
            name: name.to_owned(),
            photos: photos.collect(),
            ..Self::default()
        }
    }

    /// Its photos.
    pub fn photos(&self) -> Vec<u32> {
        self.photos.keys().copied().collect()
    }

    /// The revisions that were acknowledged, and not taken back since.
    pub fn acknowledged_revisions(&self) -> impl Iterator<Item = u64> {
        self.done
            .keys()
            .copied()
            .chain(Some(self.last_revision).filter(|last| *last > 0))
    }

    /// Which of its photos carry which tag.
    pub fn tags(&self) -> impl Iterator<Item = (&str, u32)> {
        self.photos
            .iter()
            .flat_map(|(id, photo)| photo.tags.iter().map(|tag| (tag.as_str(), *id)))
    }

    /// Which of its photos are in which album.
    pub fn members(&self) -> impl Iterator<Item = (&str, u32)> {
        self.photos
            .iter()
            .flat_map(|(id, photo)| photo.albums.iter().map(|album| (album.as_str(), *id)))
    }

    /// A request about some of its photos, with these tags and albums, which are there and stay.
    pub fn request(&mut self, random: &mut Random, tags: &[&str], albums: &[&str]) -> Request {
        let all = self.photos();
        let count = [1, 1, 2, 5, all.len()][random.below(5)];
        let photos = random.some(&all, count);
        match random.below(12) {
            0 | 1 => Request::AddTag((*random.pick(tags)).to_owned(), photos),
            2 => Request::RemoveTag((*random.pick(tags)).to_owned(), photos),
            3 => Request::AddTag(self.fresh("new"), photos),
            4 => Request::AddToAlbum((*random.pick(albums)).to_owned(), photos),
            5 => Request::RemoveFromAlbum((*random.pick(albums)).to_owned(), photos),
            6 => Request::CreateAlbum(self.fresh("own")),
            7 | 8 => {
                let (field, value) = value(random);
                Request::Set(field, value, photos)
            }
            9 => {
                let fields = random.some(&FIELDS, 2);
                Request::Clear(fields, photos)
            }
            _ => {
                let revisions: Vec<u64> = self.done.keys().copied().collect();
                // The newest are the likely ones, as with people.
                let newest = revisions.len().saturating_sub(6);
                match revisions.get(newest..) {
                    Some(newest) if !newest.is_empty() => Request::Undo(*random.pick(newest)),
                    _ => Request::Set("title", json!("first"), photos),
                }
            }
        }
    }

    fn fresh(&mut self, folder: &str) -> String {
        self.made += 1;
        format!("{folder}/{}-{}", self.name, self.made)
    }

    /// What a request changes; nothing if all of it is so already.
    pub fn plan(&self, request: &Request) -> Vec<Change> {
        let wanted: Vec<Change> = match request {
            Request::AddTag(tag, photos) => tagged(tag, photos, true),
            Request::RemoveTag(tag, photos) => tagged(tag, photos, false),
            Request::AddToAlbum(album, photos) => filled(album, photos, true),
            Request::RemoveFromAlbum(album, photos) => filled(album, photos, false),
            Request::CreateAlbum(album) => vec![Change::Made(album.clone(), true)],
            Request::Set(field, value, photos) => {
                let set = |id: &u32| Change::Field(*id, field, self.edit(*id, field), Some(value.clone()));
                photos.iter().map(set).collect()
            }
            Request::Clear(fields, photos) => {
                let clear =
                    |(id, field): (u32, &'static str)| Change::Field(id, field, self.edit(id, field), None);
                let pairs = photos
                    .iter()
                    .flat_map(|id| fields.iter().map(|field| (*id, *field)));
                pairs.map(clear).collect()
            }
            Request::Undo(revision) => {
                let done = self.done.get(revision).into_iter().flatten();
                done.filter(|change| self.holds(change))
                    .map(Change::inverse)
                    .collect()
            }
        };
        wanted.into_iter().filter(|change| !self.holds(change)).collect()
    }

    /// Makes changes so.
    pub fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            match change.clone() {
                Change::Field(id, field, _, after) => {
                    let edits = &mut self.photo(id).edits;
                    match after {
                        Some(value) => edits.insert(field, value),
                        None => edits.remove(field),
                    };
                }
                Change::Tag(id, tag, there) => put(&mut self.photo(id).tags, tag, there),
                Change::Album(id, album, there) => put(&mut self.photo(id).albums, album, there),
                Change::Made(album, there) => put(&mut self.albums, album, there),
            }
        }
    }

    /// Notes that a request was done as planned; 0 says that nothing had to be done.
    pub fn acknowledged(&mut self, request: &Request, changes: Vec<Change>, revision: u64) {
        self.apply(&changes);
        self.settled(request);
        if revision > 0 {
            assert!(revision > self.last_revision, "revisions of one client go up");
            self.last_revision = revision;
            self.done.insert(revision, changes);
        }
    }

    /// Notes that a request may have been done: what it took back is not taken back again.
    pub fn settled(&mut self, request: &Request) {
        if let Request::Undo(revision) = request {
            self.done.remove(revision);
        }
    }

    /// Gives the fields that these changes are of values that nobody had: for where it does not show whether the
    /// changes were made. An edit that says what the file says, and "no favourite" beside "never said", look alike.
    pub fn make_known(&mut self, changes: &[Change], bus: &Bus) -> Result<(), BusError> {
        for change in changes {
            let Change::Field(id, field, ..) = *change else {
                continue;
            };
            let base = self.photos[&id].base.get(field).cloned().unwrap_or_default();
            let value = match field {
                "favorite" => json!(true),
                "rating" => json!(if base == json!(2) { 3 } else { 2 }),
                "taken" => json!("1949-01-01T00:00:01"),
                _ => json!(format!("known since {}", self.last_revision)),
            };
            let _ = Request::Set(field, value.clone(), vec![id]).send(bus)?;
            self.photo(id).edits.insert(field, value);
        }
        Ok(())
    }

    /// What the daemon shows otherwise than it must be; empty if nothing.
    pub fn differences(&self, shown: &Shown) -> Vec<String> {
        let mut lines = Vec::new();
        for (id, photo) in &self.photos {
            let Some(json) = shown.photos.get(id) else {
                lines.push(format!("photo {id} is not there"));
                continue;
            };
            let other = Photo::shown(json);
            for field in FIELDS {
                let (wanted, found) = (photo.effective(field), other.effective(field));
                if wanted != found {
                    lines.push(format!("photo {id}: {field} must be {wanted}, is {found}"));
                }
            }
            for (what, wanted, found) in [
                ("tags", &photo.tags, &other.tags),
                ("albums", &photo.albums, &other.albums),
            ] {
                if wanted != found {
                    lines.push(format!("photo {id}: {what} must be {wanted:?}, are {found:?}"));
                }
            }
        }
        let mine = |path: &&String| path.starts_with(&format!("own/{}-", self.name));
        let found: BTreeSet<String> = shown.albums.iter().filter(mine).cloned().collect();
        if found != self.albums {
            lines.push(format!("albums must be {:?}, are {found:?}", self.albums));
        }
        lines
    }

    fn holds(&self, change: &Change) -> bool {
        match change {
            Change::Field(id, field, _, after) => self.edit(*id, field) == *after,
            Change::Tag(id, tag, there) => self.photos[id].tags.contains(tag) == *there,
            Change::Album(id, album, there) => self.photos[id].albums.contains(album) == *there,
            Change::Made(album, there) => self.albums.contains(album) == *there,
        }
    }

    fn edit(&self, id: u32, field: &str) -> Option<Value> {
        self.photos[&id].edits.get(field).cloned()
    }

    fn photo(&mut self, id: u32) -> &mut Photo {
        self.photos.get_mut(&id).expect("a photo of this share")
    }
}

impl Change {
    fn inverse(&self) -> Self {
        match self.clone() {
            Self::Field(id, field, before, after) => Self::Field(id, field, after, before),
            Self::Tag(id, tag, there) => Self::Tag(id, tag, !there),
            Self::Album(id, album, there) => Self::Album(id, album, !there),
            Self::Made(album, there) => Self::Made(album, !there),
        }
    }

    /// The photo that it changes.
    pub fn photo(&self) -> Option<u32> {
        match self {
            Self::Field(id, ..) | Self::Tag(id, ..) | Self::Album(id, ..) => Some(*id),
            Self::Made(..) => None,
        }
    }
}

fn value(random: &mut Random) -> (&'static str, Value) {
    let number = random.below(1000);
    match random.below(6) {
        0 => ("title", json!(format!("Title, \"{number}\" ✿"))),
        1 => ("description", json!(format!("line one\nline {number}"))),
        2 => ("label", json!(["Red", "Green", "Blue"][number % 3])),
        3 => ("rating", json!(number as i64 % 7 - 1)),
        4 => ("favorite", json!(number.is_multiple_of(2))),
        _ => {
            let year = 1950 + number % 70;
            let when = [
                format!("{year}"),
                format!("{year}-06"),
                format!("{year}-06-15"),
                format!("{year}-06-15T10:30:05"),
                format!("{year}-06-15T10:30:05-03:30"),
            ];
            ("taken", json!(random.pick(&when)))
        }
    }
}

fn tagged(tag: &str, photos: &[u32], there: bool) -> Vec<Change> {
    photos
        .iter()
        .map(|id| Change::Tag(*id, tag.to_owned(), there))
        .collect()
}

fn filled(album: &str, photos: &[u32], there: bool) -> Vec<Change> {
    photos
        .iter()
        .map(|id| Change::Album(*id, album.to_owned(), there))
        .collect()
}

fn put(set: &mut BTreeSet<String>, item: String, there: bool) {
    if there {
        set.insert(item);
    } else {
        set.remove(&item);
    }
}

fn number(photo: &Value) -> u32 {
    photo["id"].as_u64().expect("a photo has a number") as u32
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
