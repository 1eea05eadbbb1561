//! digiKam's collection is a folder of the mount, and has what virtual sidecars say: tags, stars, texts, place, label, date and a face.
//!
//! It is started on a screen that nobody sees, with settings and a database of its own: once to make its tables, then
//! with the folder entered as a collection on a network's disk, which is what it takes for there when its path is, and ends when
//! it has read it. It is set to read sidecars, which it does not by itself.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kphotos_tests::process;
use kphotos_tests::{skip, skip_unless};

use super::{Started, edit, screen, with_sidecars};

/// So long it may take to start, and then to read three photos.
const START: Duration = Duration::from_secs(120);

/// So long its database was not written before it is ended.
const QUIET: Duration = Duration::from_millis(500);

/// digiKam's settings: none of its questions to a new user, sidecars are read.
fn settings(folder: &Path) -> String {
    format!(
        "[General Settings]\nVersion=7.9.0\n\
         [Album Settings]\nShow Splash=false\n\
         [Metadata Settings]\nUse XMP Sidecar For Reading=true\n\
         [Database Settings]\nDatabase Type=QSQLITE\nInternal Database Server=false\n\
         Database Name={0}\nDatabase Name Thumbnails={0}\nDatabase Name Face={0}\nDatabase Name Similarity={0}\n",
        folder.join("database/").display()
    )
}

/// What digiKam's database answers, a line a row, fields parted by `|`; nothing while it is not there.
fn asked(folder: &Path, question: &str) -> String {
    let database = folder.join("database/digikam4.db");
    let mut command = Command::new("sqlite3");
    command
        .arg(format!("file:{}?mode=ro&immutable=1", database.display()))
        .arg(question);
    process::run(&mut command).unwrap().stdout
}

/// Starts it, and ends it once its database answers so and is written no more.
fn run_until(folder: &Path, question: &str, answer: &str) {
    let (_screen, display) = screen(folder);
    let mut command = process::clean_command("digikam", folder);
    for (name, below) in [
        ("XDG_CONFIG_HOME", "settings"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_RUNTIME_DIR", "runtime"),
    ] {
        command.env(name, folder.join(below));
    }
    command
        .env("DISPLAY", display)
        // It needs none, and would wait for one.
        .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        // Its map is a browser, which root may not start with one.
        .env("QTWEBENGINE_DISABLE_SANDBOX", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let _digikam = Started::new(&mut command);
    let deadline = Instant::now() + START;
    let quiet_for = || {
        let written = fs::metadata(folder.join("database/digikam4.db")).and_then(|file| file.modified());
        written.map_or(Duration::ZERO, |written| written.elapsed().unwrap_or_default())
    };
    while asked(folder, question).trim() != answer || quiet_for() < QUIET {
        let found = asked(folder, "SELECT * FROM AlbumRoots; SELECT * FROM Images;");
        assert!(Instant::now() < deadline, "it does not come to {answer}: {found}");
        thread::sleep(Duration::from_millis(200));
    }
}

/// Has it read a folder of so many photos.
fn import(folder: &Path, photos: &Path, count: usize) {
    for below in ["settings", "data", "cache", "runtime", "database"] {
        let below = folder.join(below);
        fs::create_dir(&below).unwrap();
        fs::set_permissions(below, Permissions::from_mode(0o700)).unwrap();
    }
    fs::write(folder.join("settings/digikamrc"), settings(folder)).unwrap();
    // It asks where its database is unless the file is there, and fills one that is empty.
    fs::write(folder.join("database/digikam4.db"), b"").unwrap();
    run_until(
        folder,
        "SELECT count(*) FROM sqlite_master WHERE name = 'AlbumRoots';",
        "1",
    );
    // Type 3: a network's disk. Source: digiKam, core/libs/database/collection/collectionlocation.h.
    let enter = format!(
        "INSERT INTO AlbumRoots (label, status, type, identifier, specificPath) \
         VALUES ('K-Photos', 0, 3, 'networkshareid:?mountpath={}', '/');",
        photos.display()
    );
    let mut command = Command::new("sqlite3");
    command.arg(folder.join("database/digikam4.db")).arg(enter);
    let _ = process::run(&mut command).unwrap().ok();
    run_until(
        folder,
        "SELECT count(*) FROM ImageInformation;",
        &count.to_string(),
    );
}

#[test]
fn digikam_has_what_virtual_sidecars_say() {
    skip_unless!(skip::fuse());
    for program in ["digikam", "Xvfb", "sqlite3"] {
        skip_unless!(skip::program(program));
    }
    let (mut world, originals) = with_sidecars();
    let does = |command: &[&str], name: &str| edit(&world, command, name);
    does(&["tag", "add", "travel/italy"], "a.jpg");
    does(&["tag", "add", "sea"], "a.jpg");
    let texts = ["--title", "Low tide", "--description", "At noon"];
    let rest = ["--rating", "4", "--label", "red", "--location", "41.9,12.5"];
    does(&[&["set"], &texts[..], &rest[..]].concat(), "a.jpg");
    does(
        &["face", "add", "--box", "0.5,0.5,0.25,0.5", "--name", "Anna"],
        "a.jpg",
    );
    does(&["date", "set", "1974-05-01T10:11:12"], "b.jpg");
    does(&["set", "--rating", "5", "--title", "Of a RAW"], "c.NEF");
    does(&["tag", "add", "travel/italy"], "c.NEF");
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &world.mount().join("library/library"), 3);
    let asked = |question: &str| asked(folder.path(), question);
    let stars = "SELECT name, rating FROM Images i JOIN ImageInformation ON imageid = i.id ORDER BY name;";
    assert_eq!(asked(stars), "a.jpg|4\nb.jpg|-1\nc.NEF|5\n");
    // A label is one of its own tags.
    let tags = "SELECT i.name, coalesce(p.name, ''), t.name FROM Images i JOIN ImageTags ON imageid = i.id \
                JOIN Tags t ON t.id = tagid LEFT JOIN Tags p ON p.id = t.pid ORDER BY i.name, t.name;";
    assert_eq!(
        asked(tags),
        "a.jpg|People|Anna\na.jpg|_Digikam_Internal_Tags_|Color Label Red\na.jpg|travel|italy\na.jpg||sea\n\
         c.NEF|travel|italy\n"
    );
    // Types 1 and 3: description and title. Source: digiKam, core/libs/database/coredb/coredbalbuminfo.h.
    let texts = "SELECT name, type, comment FROM Images i JOIN ImageComments ON imageid = i.id \
                 WHERE type IN (1, 3) ORDER BY name, type;";
    assert_eq!(
        asked(texts),
        "a.jpg|1|At noon\na.jpg|3|Low tide\nc.NEF|3|Of a RAW\n"
    );
    let place = "SELECT name, round(latitudeNumber, 6), round(longitudeNumber, 6) FROM Images i \
                 JOIN ImagePositions ON imageid = i.id WHERE latitudeNumber IS NOT NULL;";
    assert_eq!(asked(place), "a.jpg|41.9|12.5\n");
    let date = "SELECT substr(creationDate, 1, 19) FROM Images i JOIN ImageInformation ON imageid = i.id \
                WHERE name = 'b.jpg';";
    assert_eq!(asked(date), "1974-05-01T10:11:12\n");
    let face = "SELECT name, property, value FROM Images i JOIN ImageTagProperties ON imageid = i.id;";
    assert!(
        asked(face).starts_with("a.jpg|tagRegion|<rect "),
        "{}",
        asked(face)
    );
    assert!(world.stop().unwrap().success());
    originals.assert_unchanged(world.library());
}
