//! The world in which everything happens: who has which photos, and what stays all the time.
//!
//! Each of the two who edit has photos, a tag and an album of his own, below which he alone makes, moves and deletes;
//! the third moves originals about on the disk. All of their photos meet in what stays: days of July 2021, the tag
//! `shared`, the album `Common`, what shows photos by query. A few photos that nobody touches are there always.

use std::fs;
use std::path::{Path, PathBuf};

use kphotos_tests::bus::{Bus, Options, ids};
use kphotos_tests::photos::Photo;
use kphotos_tests::tree;
use kphotos_tests::world::World;

use super::facts::{Facts, Key, NOBODY, Said, State, Thing, Value};

/// Who edits.
pub(super) const EDITORS: [usize; 2] = [1, 2];
/// Who moves originals.
pub(super) const MOVER: usize = 3;
/// Of each editor.
const PHOTOS: usize = 24;
const MOVED: usize = 10;
const STAYING: usize = 6;
/// The zone of the world is UTC.
const DAY_SECONDS: i64 = 86_400;
/// 2021-07-01T10:00:00Z
const FIRST_DAY: i64 = 1_625_133_600;
/// Days of July 2021 that photos are of.
pub(super) const DAYS: usize = 3;

/// A photo, as it lies on the disk.
#[derive(Debug)]
pub(super) struct Shot {
    pub(super) owner: usize,
    pub(super) name: String,
    /// Below the library, at the beginning.
    pub(super) folder: String,
    pub(super) bytes: Vec<u8>,
    /// Of July 2021, from 0.
    pub(super) day: usize,
    pub(super) asset: u32,
    pub(super) inode: u64,
}

/// The running world.
pub(super) struct Setting {
    pub(super) world: World,
    pub(super) shots: Vec<Shot>,
    pub(super) facts: Facts,
}

/// `st_mtime` of a photo as its file dates it.
pub(super) fn time_of(day: usize) -> i64 {
    FIRST_DAY + day as i64 * DAY_SECONDS
}

/// The directories of a day that has all its parts.
pub(super) fn date_dirs(date: &str) -> Vec<String> {
    let mut dirs = vec![format!("dates/by-year/{}", &date[..4])];
    if date.len() >= 7 {
        dirs.push(format!("dates/by-month/{}/{}", &date[..4], &date[..7]));
    }
    if date.len() >= 10 {
        dirs.push(format!("dates/by-day/{}/{}", &date[..4], &date[..10]));
    }
    dirs
}

impl Setting {
    /// Starts a daemon on new photos, and makes what stays.
    pub(super) fn new() -> Self {
        let mut world = World::new().unwrap();
        world.spare_pictures().unwrap();
        let mut shots = Vec::new();
        let owners = [
            (NOBODY, "still", "S", STAYING),
            (1, "one/deep", "A", PHOTOS),
            (2, "two", "B", PHOTOS),
            (MOVER, "moved", "M", MOVED),
        ];
        for (owner, folder, letter, count) in owners {
            for number in 0..count {
                let day = number % DAYS;
                let taken = format!("2021-07-{:02}T10:00:00", day + 1);
                let photo = Photo::numbered(1000 * owner as u64 + number as u64);
                let photo = Photo {
                    rating: None,
                    description: None,
                    ..photo
                };
                let mut bytes = photo.tagged(&[]).taken_at(&taken).bytes();
                // Some are longer than what is read at once.
                bytes.resize(bytes.len() + number % 3 * 150_000, number as u8);
                let name = format!("{letter}{number:02}.JPG");
                let path = world.library().join(folder);
                fs::create_dir_all(&path).unwrap();
                fs::write(path.join(&name), &bytes).unwrap();
                let folder = folder.to_owned();
                shots.push(Shot {
                    owner,
                    name,
                    folder,
                    bytes,
                    day,
                    asset: 0,
                    inode: 0,
                });
            }
        }
        world.start().unwrap();
        let bus = world.bus();
        bus.wait_idle();
        for shot in &mut shots {
            let path = world
                .mount()
                .join("library/library")
                .join(&shot.folder)
                .join(&shot.name);
            shot.asset = tree::asset(&path);
            shot.inode = tree::node(&path).unwrap().inode;
        }
        let setting = Self {
            world,
            shots,
            facts: Facts::default(),
        };
        setting.prepare(&bus);
        setting.facts.start(NOBODY, &setting.staying());
        setting
    }

    /// The photos of one, by number.
    pub(super) fn photos_of(&self, owner: usize) -> Vec<usize> {
        let numbers = 0..self.shots.len();
        numbers
            .filter(|number| self.shots[*number].owner == owner)
            .collect()
    }

    pub(super) fn assets(&self, photos: &[usize]) -> Vec<u32> {
        photos.iter().map(|photo| self.shots[*photo].asset).collect()
    }

    /// The photo of a name: names are those of photos, in every directory.
    pub(super) fn photo_named(&self, name: &str) -> Option<usize> {
        self.shots.iter().position(|shot| shot.name == name)
    }

    pub(super) fn mount(&self) -> PathBuf {
        self.world.mount()
    }

    fn prepare(&self, bus: &Bus) {
        let staying = self.assets(&self.photos_of(NOBODY));
        let meeting = [staying.clone(), self.assets(&self.photos_of(MOVER))].concat();
        for album in ["Common", "Common/Inner", "A1", "A2"] {
            let _ = bus.create_album(album).unwrap();
        }
        for tag in ["shared", "shared/deep"] {
            let _ = bus.add_tag(tag, &meeting).unwrap();
        }
        for album in ["Common", "Common/Inner"] {
            let _ = bus.add_to_album(album, &meeting).unwrap();
        }
        for tag in ["t1", "t2"] {
            let _ = bus.add_tag(tag, &staying[..1]).unwrap();
            let _ = bus.remove_tag(tag, &staying[..1]).unwrap();
        }
        let _ = bus.set_field("rating", 5i32.into(), &staying).unwrap();
        let _ = bus.set_field("favorite", true.into(), &staying).unwrap();
        let hidden = [staying[0]];
        let _ = bus.set_field("hidden", true.into(), &hidden).unwrap();
        let body = (
            "Good",
            "query",
            (0u32, "rating:4+"),
            Vec::<u8>::new(),
            Options::new(),
        );
        let _ = bus.change("Organization", "CreateSmartAlbum", &body).unwrap();
        let _ = bus
            .change(
                "Organization",
                "CreateCollection",
                &("best", "rating:5", Options::new()),
            )
            .unwrap();
        let body = ("given", "album", (0u32, "Common"), ids(&[]), Options::new());
        let _ = bus.change("Sharing", "CreateShare", &body).unwrap();
    }

    /// What is so all the time.
    fn staying(&self) -> State {
        let mut state = State::new();
        let dirs = [
            "albums/A1",
            "albums/A2",
            "albums/Common/Inner",
            "albums/Good",
            "collections/best",
            "dates/by-day/2021/2021-07-01",
            "dates/by-day/2021/2021-07-02",
            "dates/by-day/2021/2021-07-03",
            "dates/by-month/2021/2021-07",
            "dates/by-year/2021",
            "dates/undated",
            "duplicates",
            "favorites",
            "library/library/moved",
            "library/library/one/deep",
            "library/library/still",
            "library/library/two",
            "people",
            "recent",
            "search/is=hidden",
            "search/rating=5",
            "shares/given/Inner",
            "tags/shared/_all",
            "tags/shared/deep",
            "tags/t1",
            "tags/t2",
        ];
        for dir in dirs {
            let mut above = String::new();
            for name in dir.split('/') {
                let thing = Thing::Dir(name.to_owned());
                state.insert(Key::In(above.clone(), thing), Value::There(0));
                above = [&*above, name].join("/").trim_start_matches('/').to_owned();
            }
        }
        for photo in self.photos_of(NOBODY) {
            let shot = &self.shots[photo];
            let is_hidden = photo == 0;
            let mut dirs = vec![format!("library/library/{}", shot.folder)];
            if is_hidden {
                dirs.push("search/is=hidden".to_owned());
            } else {
                dirs.extend(MEETING.iter().chain(&BEST).map(|dir| (*dir).to_owned()));
                dirs.extend(["recent", "favorites"].map(str::to_owned));
                dirs.extend(date_dirs(&format!("2021-07-{:02}", shot.day + 1)));
            }
            let values = [
                (Said::Tags, "shared,shared/deep".to_owned()),
                (Said::Rating, "10".to_owned()),
                (Said::Time, time_of(shot.day).to_string()),
            ];
            enter(&mut state, photo, dirs, values.into());
        }
        state
    }
}

/// Where the photos of all who meet are shown.
pub(super) const MEETING: [&str; 7] = [
    "tags/shared",
    "tags/shared/_all",
    "tags/shared/deep",
    "albums/Common",
    "albums/Common/Inner",
    "shares/given",
    "shares/given/Inner",
];
/// Where photos of five stars are shown.
pub(super) const BEST: [&str; 3] = ["albums/Good", "collections/best", "search/rating=5"];

/// Says of a photo where it is, and what is said of it.
pub(super) fn enter(state: &mut State, photo: usize, dirs: Vec<String>, said: Vec<(Said, String)>) {
    for dir in dirs {
        state.insert(Key::In(dir, Thing::Photo(photo)), Value::There(0));
    }
    for (what, text) in said {
        state.insert(Key::Of(photo, what), Value::Text(text));
    }
}

/// A path below the mount.
pub(super) fn below(mount: &Path, dir: &str, name: &str) -> PathBuf {
    mount.join(dir).join(name)
}
