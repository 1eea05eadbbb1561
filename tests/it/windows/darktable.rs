//! darktable imports a folder of the mount and has what virtual sidecars say: tags, stars, title, place, date.
//!
//! It is started on a screen that nobody sees, with a library and settings of its own, and ends when its library has
//! what it imported. It would write sidecars of its own, and is told not to; it could not anyway.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kphotos_tests::process;
use kphotos_tests::{skip, skip_unless};

use super::{Started, edit, screen, with_sidecars};

/// So long it may take to start and to import three photos.
const IMPORT: Duration = Duration::from_secs(120);

/// So long its library was not written before it is ended: it is killed, and must not be killed within a write.
const QUIET: Duration = Duration::from_millis(500);

/// What darktable's library answers, a line a row, fields parted by `|`; nothing while it is not there.
///
/// No lock is taken: darktable waits for none, and a tag that it could not write while somebody read is never written.
/// What is read while it writes may be torn, so what counts is asked once it has ended.
fn asked(folder: &Path, question: &str) -> String {
    let unlocked = |name: &str| format!("file:{}?mode=ro&immutable=1", folder.join(name).display());
    let attach = format!("ATTACH '{}' AS data;", unlocked("settings/data.db"));
    let mut command = Command::new("sqlite3");
    command.arg(unlocked("library.db")).arg(attach + question);
    process::run(&mut command).unwrap().stdout
}

/// How long ago its library was written.
fn quiet_for(folder: &Path) -> Duration {
    let written = |name| folder.join(name).metadata().and_then(|file| file.modified());
    let last = ["library.db", "settings/data.db"].map(|name| written(name).unwrap());
    last.into_iter().max().unwrap().elapsed().unwrap_or_default()
}

/// Has it import a folder; it is ended once its library has that many photos with their tags, and is written no more.
fn import(folder: &Path, photos: &Path, count: usize) {
    let (_screen, display) = screen(folder);
    let mut command = process::clean_command("darktable", folder);
    command
        .arg("--library")
        .arg(folder.join("library.db"))
        .arg("--configdir")
        .arg(folder.join("settings"))
        .arg("--cachedir")
        .arg(folder.join("cache"))
        .args(["--conf", "write_sidecar_files=never", "--disable-opencl"])
        .arg(photos)
        .env("DISPLAY", display)
        .env("XDG_RUNTIME_DIR", folder)
        // It needs none, and would wait for one.
        .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let _darktable = Started::new(&mut command);
    let deadline = Instant::now() + IMPORT;
    // Tags come last, those of the format too.
    let all = "SELECT count(DISTINCT imgid) FROM tagged_images t JOIN data.tags ON tagid = data.tags.id WHERE name LIKE 'darktable|format%';";
    while asked(folder, all).trim() != count.to_string() || quiet_for(folder) < QUIET {
        assert!(
            Instant::now() < deadline,
            "it does not import them: {}, {}",
            asked(folder, "SELECT * FROM images;"),
            asked(
                folder,
                "SELECT imgid, name FROM tagged_images t JOIN data.tags ON tagid = data.tags.id;"
            )
        );
        thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn darktable_has_what_virtual_sidecars_say() {
    skip_unless!(skip::fuse());
    for program in ["darktable", "Xvfb", "sqlite3"] {
        skip_unless!(skip::program(program));
    }
    let (mut world, originals) = with_sidecars();
    let does = |command: &[&str], name: &str| edit(&world, command, name);
    does(&["tag", "add", "travel/italy"], "a.jpg");
    does(&["tag", "add", "sea"], "a.jpg");
    does(
        &[
            "set",
            "--rating",
            "4",
            "--title",
            "Low tide",
            "--description",
            "At noon",
            "--label",
            "red",
            "--location",
            "41.9,12.5",
        ],
        "a.jpg",
    );
    does(&["set", "--rating", "-1"], "b.jpg");
    does(&["date", "set", "1974-05-01T10:11:12"], "b.jpg");
    does(&["set", "--rating", "5", "--title", "Of a RAW"], "c.NEF");
    does(&["tag", "add", "travel/italy"], "c.NEF");
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &world.mount().join("library/library"), 3);
    let asked = |question: &str| asked(folder.path(), question);
    // The lowest three bits are the stars; the fourth says that it is rejected. Source: darktable, src/common/image.h.
    let stars = "SELECT filename, flags & 7, (flags & 8) != 0 FROM images ORDER BY filename;";
    assert_eq!(asked(stars), "a.jpg|4|0\nb.jpg|0|1\nc.NEF|5|0\n");
    let tags = "SELECT filename, name FROM images i JOIN tagged_images ON imgid = i.id JOIN data.tags t ON t.id = tagid \
                WHERE name NOT LIKE 'darktable|%' ORDER BY filename, name;";
    assert_eq!(asked(tags), "a.jpg|sea\na.jpg|travel|italy\nc.NEF|travel|italy\n");
    // Keys 2 and 3: title and description. Source: darktable, src/common/metadata.h.
    let texts = "SELECT filename, key, value FROM images i JOIN meta_data m ON m.id = i.id WHERE key IN (2, 3) ORDER BY filename, key;";
    assert_eq!(
        asked(texts),
        "a.jpg|2|Low tide\na.jpg|3|At noon\nc.NEF|2|Of a RAW\n"
    );
    let place =
        "SELECT filename, latitude, longitude FROM images WHERE latitude IS NOT NULL ORDER BY filename;";
    assert!(asked(place).starts_with("a.jpg|41.9|12.5\n"), "{}", asked(place));
    let labels = "SELECT filename, color FROM images i JOIN color_labels ON imgid = i.id;";
    assert_eq!(asked(labels), "a.jpg|0\n");
    // Microseconds since the year 1.
    let date = "SELECT datetime(datetime_taken / 1000000 - 62135596800, 'unixepoch') FROM images WHERE filename = 'b.jpg';";
    assert_eq!(asked(date), "1974-05-01 10:11:12\n");
    assert!(world.stop().unwrap().success());
    originals.assert_unchanged(world.library());
}
