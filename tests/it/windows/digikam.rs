//! digiKam takes a folder of the mount for a collection and has what virtual sidecars say: tags, stars, label, texts, place, date.
//!
//! It is started twice on a screen that nobody sees, in a home of its own: until it has made its database, and, told
//! there which folder is its collection (it would ask a person otherwise), until that has what it read.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kphotos_tests::photos::Photo;
use kphotos_tests::process;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless};

use super::{Started, screen};

/// So long each start may take.
const START: Duration = Duration::from_secs(80);

/// Reading sidecars is off in a new home, and the questions of a first start are answered.
const SETTINGS: &str = "[General Settings]\nFirst Run=false\nVersion=7.9.0\n\n\
    [Metadata Settings]\nUse XMP Sidecar For Reading=true\nWrite Metadata To Files=false\n\n\
    [Database Settings]\nDatabase Type=QSQLITE\nInternal Database Server=false\n";

/// What digiKam's database answers, a line a row, fields parted by `|`; nothing while it is not there.
fn asked(home: &Path, question: &str) -> String {
    let mut command = Command::new("sqlite3");
    command
        .args(["-cmd", ".timeout 5000"])
        .arg(home.join("data/digikam4.db"));
    process::run(command.arg(question)).unwrap().stdout
}

/// Runs it until its database answers so.
fn runs_until(home: &Path, question: &str, answer: &str) {
    let (_screen, display) = screen(home);
    let mut command = process::clean_command("dbus-run-session", home);
    let data = home.join("data");
    command.args(["--", "digikam", "--database-directory"]).arg(&data);
    command
        .env("DISPLAY", display)
        .env("XDG_RUNTIME_DIR", home)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let _digikam = Started::new(&mut command);
    let deadline = Instant::now() + START;
    while asked(home, question).trim() != answer {
        assert!(Instant::now() < deadline, "it says {:?}", asked(home, question));
        thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn digikam_has_what_virtual_sidecars_say() {
    skip_unless!(skip::fuse());
    for program in ["digikam", "Xvfb", "sqlite3", "dbus-run-session"] {
        skip_unless!(skip::program(program));
    }
    let mut world = World::new().unwrap();
    let library = world.library();
    let photo = |number| {
        Photo::numbered(number)
            .tagged(&[])
            .taken_at("2021-07-04T10:00:00")
    };
    photo(1).write_to(&library, "a.jpg").unwrap();
    photo(2).write_to(&library, "b.jpg").unwrap();
    let settings = format!(
        "[[mount]]\npath = '{}'\nsidecars = 'xmp'\n",
        world.mount().display()
    );
    world.declare(&settings).unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let does = |command: &[&str], name: &str| {
        let path = library.join(name);
        let _ = world.json(&[command, &[path.to_str().unwrap()]].concat());
    };
    does(&["tag", "add", "travel/italy"], "a.jpg");
    let texts = [
        "--title",
        "Low tide",
        "--description",
        "At noon",
        "--label",
        "red",
    ];
    does(
        &[&["set", "--rating", "4", "--location", "41.9,12.5"], &texts[..]].concat(),
        "a.jpg",
    );
    does(&["set", "--rating", "-1"], "b.jpg");
    does(&["date", "set", "1974-05-01T10:11:12"], "b.jpg");

    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    fs::create_dir_all(home.join(".config")).unwrap();
    fs::create_dir(home.join("data")).unwrap();
    fs::write(home.join(".config/digikamrc"), SETTINGS).unwrap();
    runs_until(
        home,
        "SELECT count(*) FROM sqlite_master WHERE name = 'ImagePositions';",
        "1",
    );
    let folder = world.mount().join("library/library");
    let collection = format!(
        "INSERT INTO AlbumRoots(label, status, type, identifier, specificPath) \
         VALUES('photos', 0, 1, 'volumeid:?path={}', '/');",
        folder.display()
    );
    let _ = asked(home, &collection);
    // The place is read last.
    runs_until(
        home,
        "SELECT (SELECT count(*) FROM ImagePositions) || (SELECT count(*) FROM ImageInformation);",
        "12",
    );

    let asked = |question: &str| asked(home, question);
    let facts = "SELECT i.name, rating, creationDate FROM Images i JOIN ImageInformation ON imageid = i.id WHERE i.name = 'b.jpg';";
    assert_eq!(asked(facts), "b.jpg|-1|1974-05-01T10:11:12.000\n");
    assert_eq!(
        asked("SELECT rating FROM ImageInformation ORDER BY rating;"),
        "-1\n4\n"
    );
    let tags = "SELECT p.name, t.name FROM ImageTags JOIN Tags t ON t.id = tagid LEFT JOIN Tags p ON p.id = t.pid ORDER BY t.name;";
    assert_eq!(
        asked(tags),
        "_Digikam_Internal_Tags_|Color Label Red\ntravel|italy\n"
    );
    let texts = "SELECT type, comment FROM ImageComments ORDER BY type;";
    assert_eq!(asked(texts), "1|At noon\n3|Low tide\n");
    assert_eq!(
        asked("SELECT latitudeNumber, longitudeNumber FROM ImagePositions;"),
        "41.9|12.5\n"
    );
    assert!(world.stop().unwrap().success());
}
