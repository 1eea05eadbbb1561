//! Stacks of real files: what cameras and phones write that belongs together, what only looks so, what a person says,
//! and that nothing is renamed for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use kphotos_tests::inotify::Watcher;
use kphotos_tests::photos::{Photo, RawKind};
use kphotos_tests::sacred::Inventory;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless, tree};
use serde_json::{Value, json};

use crate::sacred::copy;

struct Stage(World);

impl Stage {
    fn info(&self, name: &str) -> Value {
        let path = self.0.library().join(name);
        self.0.json(&["info", path.to_str().unwrap()])["items"][0].clone()
    }

    /// The stack of a photo: the files of its members, and what ties the photo.
    fn stack(&self, name: &str) -> (BTreeSet<String>, Value) {
        let stack = self.info(name)["stack"].clone();
        (self.files(&stack["members"]), stack["reason"].clone())
    }

    /// Whom an edit of it reaches.
    fn edits(&self, name: &str) -> BTreeSet<String> {
        self.files(&self.info(name)["stack"]["edits"])
    }

    /// The paths below the library of these numbers.
    fn files(&self, numbers: &Value) -> BTreeSet<String> {
        let root = self.0.library().canonicalize().unwrap();
        let numbers: Vec<String> = numbers
            .as_array()
            .into_iter()
            .flatten()
            .map(Value::to_string)
            .collect();
        let path = |number: &String| {
            let item = self.0.json(&["info", number])["items"][0].clone();
            let path = Path::new(item["path"].as_str().unwrap());
            path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned()
        };
        numbers.iter().map(path).collect()
    }

    fn does(&self, line: &str, name: &str) -> String {
        let path = self.0.library().join(name);
        let words = line.split(' ').chain([path.to_str().unwrap()]);
        self.0.kphotos(&words.collect::<Vec<_>>()).ok().stdout
    }

    fn found(&self, query: &str) -> BTreeSet<String> {
        let list = self.0.json(&["search", query]);
        let ids = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].clone());
        self.files(&ids.collect())
    }

    /// Every file of the tree's lasting folders with its inode number.
    fn tree(&self) -> BTreeMap<PathBuf, u64> {
        fn walk(dir: &Path, all: &mut BTreeMap<PathBuf, u64>) {
            for entry in fs::read_dir(dir).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() {
                    walk(&entry.path(), all);
                } else {
                    all.insert(entry.path(), entry.metadata().unwrap().ino());
                }
            }
        }
        let mut all = BTreeMap::new();
        for top in ["library", "dates", "recent"] {
            walk(&self.0.mount().join(top), &mut all);
        }
        all
    }
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const LIVE: [&str; 2] = [
    "live-photos/digicam_corpus/IMG_3589.HEIC",
    "live-photos/digicam_corpus/IMG_3589.mov",
];
const BURST: [&str; 2] = [
    "bursts/digicam_corpus/IMG_3583.JPG",
    "bursts/digicam_corpus/IMG_3584.JPG",
];
const RAW: [&str; 2] = [
    "raw-jpeg-pairs/digicam_corpus/GOPR8508.GPR",
    "raw-jpeg-pairs/digicam_corpus/GOPR8508.JPG",
];

#[test]
fn the_groups_of_the_corpus_are_its_stacks_and_there_are_no_others() {
    skip_unless!(skip::fuse());
    let corpus = skip_unless!(skip::corpus());
    let groups: Value = serde_json::from_slice(&fs::read(corpus.join("groups.json")).unwrap()).unwrap();
    let mut world = World::with_arguments(&["--http", "127.0.0.1:0"]).unwrap();
    let library = world.library();
    let folders = [
        "live-photos",
        "bursts",
        "raw-jpeg-pairs",
        "photo-video-pairs",
        "sidecar-pairs",
    ];
    for folder in folders {
        copy(&corpus.join(folder), &library.join(folder)).unwrap();
    }
    // Two pictures with one ContentIdentifier and no movie: somebody's edits of one, or two; nobody knows.
    copy(&corpus.join("heif/photoview"), &library.join("photoview")).unwrap();
    let before = world.start_on_originals(PATIENCE);
    let stage = Stage(world);

    let mut expected = BTreeSet::new();
    for group in groups.as_array().unwrap() {
        let files: BTreeSet<String> = serde_json::from_value(group["files"].clone()).unwrap();
        let reason = match group["type"].as_str().unwrap() {
            // A sidecar is no photo.
            "xmp-sidecar" => continue,
            "live-photo" => "content-id",
            "burst" => "burst",
            "raw+jpeg" | "photo+video (same name, not a live photo)" => "stem",
            other => panic!("the corpus has a new kind of group: {other}"),
        };
        for file in &files {
            assert_eq!(stage.stack(file), (files.clone(), reason.into()), "{file}");
        }
        expected.insert(files);
    }
    assert_eq!(expected.len(), 4, "{groups}");
    let listed = stage.0.json(&["stack", "list"]);
    let numbers = |stack: &Value| {
        let members = stack["members"].as_array().unwrap().iter();
        members.map(|member| member["id"].clone()).collect::<Value>()
    };
    let stacks = listed["items"].as_array().unwrap().iter();
    let stacks: BTreeSet<BTreeSet<String>> = stacks.map(|stack| stage.files(&numbers(stack))).collect();
    assert_eq!(stacks, expected);
    assert_eq!(stage.0.http().document("/api/v1/stacks"), listed);
    assert_eq!(stage.found("type:live"), set(&LIVE));
    assert_eq!(stage.found("type:live type:photo"), set(&LIVE[..1]));
    let _ = stage
        .0
        .kphotos(&["collection", "create", "live", "type:live"])
        .ok();
    let live = fs::read_dir(stage.0.mount().join("collections/live")).unwrap();
    assert_eq!(live.count(), 2);

    // An edit reaches the movie and the RAW, and no other picture of a burst.
    assert_eq!(stage.edits(BURST[0]), set(&BURST[..1]));
    for (edited, reached) in [(LIVE[0], LIVE[1]), (RAW[1], RAW[0])] {
        assert!(stage.does("set --rating 4", edited).contains("2 photos"));
        assert_eq!(stage.info(reached)["rating"], 4);
    }
    assert!(stage.does("set --rating 4", BURST[0]).contains("1 photo"));
    assert_eq!(stage.info(BURST[1])["rating"], Value::Null);
    before.assert_unchanged(&library);
}

#[test]
fn a_split_is_remembered_over_scans_restarts_and_a_lost_layer_and_names_stay() {
    skip_unless!(skip::fuse());
    let mut world = World::with_arguments(&["--http", "127.0.0.1:0"]).unwrap();
    let library = world.library();
    for (number, name) in [(1, "IMG_1"), (2, "IMG_2")] {
        let photo = Photo::numbered(number)
            .tagged(&[])
            .taken_at("2021-07-04T10:00:00");
        photo.write_to(&library, format!("{name}.JPG")).unwrap();
        photo
            .write_raw_to(&library, format!("{name}.CR2"), RawKind::Cr2)
            .unwrap();
    }
    // An export that is called alike is no copy of either.
    Photo::numbered(3)
        .tagged(&[])
        .write_to(&library, "IMG_1 (2).JPG")
        .unwrap();
    let before = Inventory::take(&library).unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let mut stage = Stage(world);
    let tree = stage.tree();
    assert_eq!(stage.stack("IMG_1.JPG").0, set(&["IMG_1.CR2", "IMG_1.JPG"]));
    assert_eq!(stage.info("IMG_1 (2).JPG")["stack"], Value::Null);
    assert_eq!(
        stage.info("IMG_1.CR2")["stack"]["cover"],
        stage.info("IMG_1.JPG")["id"]
    );
    assert!(stage.does("stack cover", "IMG_1.CR2").contains("undo"));
    assert_eq!(
        stage.info("IMG_1.JPG")["stack"]["cover"],
        stage.info("IMG_1.CR2")["id"]
    );

    let done = stage.does("--json stack split", "IMG_1.JPG");
    let done: Value = serde_json::from_str(&done).unwrap();
    assert_eq!(done["touched"], 1, "{done}");
    let check = |stage: &Stage| {
        for name in ["IMG_1.JPG", "IMG_1.CR2"] {
            assert_eq!(stage.info(name)["stack"], Value::Null, "{name}");
        }
        assert_eq!(stage.found("is:stacked"), set(&["IMG_2.CR2", "IMG_2.JPG"]));
        assert_eq!(stage.tree(), tree);
    };
    check(&stage);
    let _ = stage.0.kphotos(&["library", "scan", "1", "--wait"]).ok();
    stage.0.wait_idle(PATIENCE);
    check(&stage);
    assert!(stage.0.stop().unwrap().success());
    fs::remove_dir_all(stage.0.state().join("layer")).unwrap();
    stage.0.start().unwrap();
    stage.0.wait_idle(PATIENCE);
    check(&stage);

    // What a person joins is one, with what belongs to each.
    let ids = ["IMG_1.JPG", "IMG_2.JPG"].map(|name| stage.info(name)["id"].clone());
    let answer = stage
        .0
        .http()
        .send("POST", "/api/v1/stacks", &json!({ "ids": ids }))
        .ok();
    assert_eq!(answer["touched"], 3, "{answer}");
    let three = set(&["IMG_1.JPG", "IMG_2.CR2", "IMG_2.JPG"]);
    assert_eq!(stage.stack("IMG_2.CR2"), (three, "manual".into()));
    assert_eq!(stage.tree(), tree);
    let _ = stage.0.kphotos(&["undo"]).ok();
    check(&stage);
    let _ = stage.0.kphotos(&["undo", &done["revision"].to_string()]).ok();
    assert_eq!(stage.stack("IMG_1.JPG").0, set(&["IMG_1.CR2", "IMG_1.JPG"]));
    a_split_is_dropped_by_command_and_over_http(&stage);
    assert_eq!(stage.tree(), tree);
    let alone = stage.info("IMG_1 (2).JPG")["id"].to_string();
    for (line, code) in [(["stack", "create", &alone], 2), (["stack", "cover", &alone], 5)] {
        let _ = stage.0.kphotos(&line).exits(code);
    }
    before.assert_unchanged(&library);
}

fn a_split_is_dropped_by_command_and_over_http(stage: &Stage) {
    let _ = stage.does("stack split", "IMG_1.JPG");
    let _ = stage.does("clear stack", "IMG_1.JPG");
    assert_eq!(stage.stack("IMG_1.JPG").0, set(&["IMG_1.CR2", "IMG_1.JPG"]));
    let split = json!({ "ids": [stage.info("IMG_1.JPG")["id"]] });
    let http = stage.0.http();
    assert_eq!(
        http.send("POST", "/api/v1/stacks/split", &split).ok()["touched"],
        1
    );
    assert_eq!(stage.info("IMG_1.JPG")["stack"], Value::Null);
    assert_eq!(http.send("DELETE", "/api/v1/stacks", &split).ok()["touched"], 1);
    assert_eq!(stage.stack("IMG_1.JPG").0, set(&["IMG_1.CR2", "IMG_1.JPG"]));
}

#[test]
fn a_live_photo_is_one_wherever_its_movie_lies() {
    skip_unless!(skip::fuse());
    let corpus = skip_unless!(skip::corpus());
    let mut world = World::new().unwrap();
    let library = world.library();
    fs::create_dir_all(library.join("photos")).unwrap();
    fs::create_dir_all(library.join("movies")).unwrap();
    fs::copy(corpus.join(LIVE[0]), library.join("photos/a.HEIC")).unwrap();
    // Called like the picture, and another's.
    fs::copy(
        corpus.join("photo-video-pairs/digicam_corpus/P1000244.MOV"),
        library.join("photos/a.MOV"),
    )
    .unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let stage = Stage(world);
    assert_eq!(stage.stack("photos/a.HEIC").1, "stem");
    assert!(stage.found("type:live").is_empty());
    let tree = stage.tree();
    fs::copy(corpus.join(LIVE[1]), library.join("movies/b.mov")).unwrap();
    let _ = stage.0.kphotos(&["library", "scan", "1", "--wait"]).ok();
    stage.0.wait_idle(PATIENCE);
    let pair = set(&["photos/a.HEIC", "movies/b.mov"]);
    assert_eq!(stage.stack("photos/a.HEIC"), (pair.clone(), "content-id".into()));
    assert_eq!(stage.info("photos/a.MOV")["stack"], Value::Null);
    assert_eq!(stage.found("type:live"), pair);
    let now = stage.tree();
    assert!(
        tree.iter().all(|(path, ino)| now.get(path) == Some(ino)),
        "{tree:?}\n{now:?}"
    );
}

#[test]
fn a_mount_of_covers_shows_each_stack_once_outside_of_the_library() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let library = world.library();
    let photo = |number| {
        Photo::numbered(number)
            .tagged(&["trip"])
            .taken_at("2021-07-04T10:00:00")
    };
    photo(1).write_to(&library, "A.JPG").unwrap();
    photo(2).write_raw_to(&library, "A.NEF", RawKind::Nef).unwrap();
    photo(3).write_to(&library, "B.JPG").unwrap();
    let settings = format!(
        "[[mount]]\npath = '{}'\nstacks = 'cover'\n[[mount]]\npath = '{}'\n",
        world.mount().display(),
        world.path("all").display()
    );
    world.declare(&settings).unwrap();
    let originals = world.start_on_originals(PATIENCE);
    let stage = Stage(world);
    let world = &stage.0;
    let day = world.mount().join("dates/by-day/2021/2021-07-04");
    let _ = world.json(&["album", "create", "best"]);
    let _ = world.json(&["album", "add", "best", "--query", "date:2021"]);
    let shown = |dir: &str| tree::listed(world.mount().join(dir));
    let both = ["A.JPG", "A.NEF", "B.JPG"];
    for dir in [
        "dates/by-day/2021/2021-07-04",
        "dates/by-year/2021",
        "recent",
        "albums/best",
        "tags/trip",
    ] {
        assert_eq!(shown(dir), ["A.JPG", "B.JPG"], "{dir}");
        assert_eq!(tree::listed(world.path("all").join(dir)), both, "{dir}");
    }
    assert_eq!(shown("library/library"), both);
    assert!(!day.join("A.NEF").exists() && day.join("A.JPG").exists());
    // Live, whatever is done with the stack.
    let mut watcher = Watcher::on(&day).unwrap();
    let mut told = |mask: u32, name: &str| {
        let told = watcher.wait_for(PATIENCE, |event| event.is(mask, name));
        told.unwrap_or_else(|error| panic!("{name}: {error}"));
    };
    let _ = stage.does("stack cover", "A.NEF");
    assert_eq!(tree::listed(&day), ["A.NEF", "B.JPG"]);
    told(libc::IN_DELETE, "A.JPG");
    told(libc::IN_CREATE, "A.NEF");
    let _ = stage.does("stack split", "A.JPG");
    assert_eq!(tree::listed(&day), both);
    told(libc::IN_CREATE, "A.JPG");
    let _ = world.json(&["undo"]);
    assert_eq!(tree::listed(&day), ["A.NEF", "B.JPG"]);
    told(libc::IN_DELETE, "A.JPG");
    // Hidden, the cover gives way to the next.
    let _ = stage.does("set --hidden --only", "A.NEF");
    assert_eq!(tree::listed(&day), ["A.JPG", "B.JPG"]);
    assert_eq!(shown("library/library"), both);
    let Stage(mut world) = stage;
    world.restart().unwrap();
    assert_eq!(tree::listed(&day), ["A.JPG", "B.JPG"]);
    assert!(world.stop().unwrap().success());
    originals.assert_unchanged(&library);
}

#[test]
fn folders_say_how_they_are_to_be_shown_and_say_it_anew() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let library = world.library();
    let photo = |number| {
        Photo::numbered(number)
            .tagged(&[])
            .taken_at("2021-07-04T10:00:00")
    };
    photo(1).write_to(&library, "A.JPG").unwrap();
    photo(2).write_raw_to(&library, "A.NEF", RawKind::Nef).unwrap();
    photo(3).write_to(&library, "B.JPG").unwrap();
    let settings = format!("[[mount]]\npath = '{}'\n", world.mount().display());
    world.declare(&settings).unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    // Added by a command, and again after a restart.
    let place = world.path("shown");
    let add = [
        "mount",
        "add",
        place.to_str().unwrap(),
        "--folder-files",
        "hidden,directory",
    ];
    let _ = world.json(&add);
    let stage = Stage(world);
    let world = &stage.0;
    let _ = world.json(&["album", "create", "best"]);
    let _ = stage.does("album add best", "A.JPG");
    let album = place.join("albums/best");
    let says = |name: &str| fs::read_to_string(album.join(name)).unwrap();
    let all = [".directory", ".hidden", "A.JPG", "A.NEF"];
    assert_eq!(tree::listed(&album), all);
    assert_eq!(
        tree::listed(world.mount().join("albums/best")),
        ["A.JPG", "A.NEF"],
        "unless asked"
    );
    assert_eq!(says(".hidden"), "A.NEF\n");
    assert_eq!(says(".directory"), "[Desktop Entry]\nIcon=./A.JPG\n");
    let stat = |name: &str| fs::metadata(album.join(name)).unwrap();
    let (before, number) = (stat(".hidden"), stat(".hidden").ino());
    assert_eq!((before.len(), before.mode() & 0o777), (6, 0o400));
    assert!(stat("").len() > 0, "KIO reads nothing in a directory of no size");
    // Live: what they say, their size and time, that they come and go, and who is shown otherwise by it.
    let mut watcher = Watcher::on(&album).unwrap();
    let mut above = Watcher::on(place.join("albums")).unwrap();
    let mut told = |mask: u32, name: &str| {
        let told = watcher.wait_for(PATIENCE, |event| event.is(mask, name));
        told.unwrap_or_else(|error| panic!("{name}: {error}"));
    };
    let _ = stage.does("stack cover", "A.NEF");
    assert_eq!(says(".hidden"), "A.JPG\n");
    let now = stat(".hidden");
    assert!(now.modified().unwrap() > before.modified().unwrap() && now.ino() == number);
    told(libc::IN_MODIFY, ".hidden");
    told(libc::IN_ATTRIB, "A.NEF");
    let _ = stage.does("album add best", "B.JPG");
    let _ = stage.does("album cover best", "B.JPG");
    assert_eq!(says(".directory"), "[Desktop Entry]\nIcon=./B.JPG\n");
    above
        .wait_for(PATIENCE, |event| event.is(libc::IN_ATTRIB, "best"))
        .unwrap();
    let _ = stage.does("stack split", "A.JPG");
    assert_eq!(tree::listed(&album), [".directory", "A.JPG", "A.NEF", "B.JPG"]);
    told(libc::IN_DELETE, ".hidden");
    assert!(!album.join(".hidden").exists());
    let _ = world.json(&["undo"]);
    assert_eq!(says(".hidden"), "A.JPG\n");
    told(libc::IN_CREATE, ".hidden");
    assert_eq!(stat(".hidden").ino(), number);
    let Stage(mut world) = stage;
    world.restart().unwrap();
    assert_eq!(says(".hidden"), "A.JPG\n");
    assert_eq!(stat(".hidden").ino(), number);
    let files = world.json(&["mount", "list"])["items"][1]["folder_files"].clone();
    assert_eq!(files, json!(["directory", "hidden"]));
    assert!(world.stop().unwrap().success());
}
