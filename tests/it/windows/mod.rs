//! Real programs of a desktop on the tree, on a screen that nobody sees.
//!
//! | module | what is seen |
//! |---|---|
//! | `files` | open windows of Thunar, PCManFM and Dolphin show what comes and goes; folders have icons, and who stands behind a cover is out of sight |
//! | `network` | a window of Dolphin on a Samba share shows it too |
//! | `darktable`, `digikam` | what darktable and digiKam read of virtual sidecars |
//!
//! `packaging/desktop/window` opens the window, and says what is in it as a screen reader would find it. A
//! test whose program is not installed says so by name. `KPHOTOS_PICTURES` names a folder for the pictures
//! before and after, a folder in it for each window.

mod darktable;
mod digikam;
mod files;
mod network;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use kphotos_tests::process;
use kphotos_tests::sacred::Inventory;
use kphotos_tests::workspace;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{photos::Photo, photos::RawKind, skip};

/// So long a window may take: the first one of a session starts half a desktop.
const SECONDS: &str = "90";

/// A world whose mount everybody may read, with a pair of one shot, two photos of one colour each, and an album.
fn world() -> World {
    let mut world = World::new().unwrap();
    let library = world.library();
    photo(1).write_to(&library, "A.JPG").unwrap();
    photo(2).write_raw_to(&library, "A.NEF", RawKind::Nef).unwrap();
    for colour in COLOURS {
        let mut paint = Command::new("convert");
        let path = library.join(format!("{colour}.jpg"));
        let painted = paint
            .args(["-size", "256x256", &format!("xc:{colour}")])
            .arg(path)
            .status();
        assert!(painted.unwrap().success(), "convert paints {colour}");
    }
    let settings = format!(
        "[[mount]]\npath = '{}'\naccess = 'all'\nfolder_files = ['directory', 'hidden']\n",
        world.mount().display()
    );
    world.declare(&settings).unwrap();
    fs::set_permissions(world.path(""), Permissions::from_mode(0o755)).unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let _ = world.json(&["album", "create", "Trip"]);
    for name in ["red.jpg", "A.JPG"] {
        let path = world.library().join(name);
        let _ = world.json(&["album", "add", "Trip", path.to_str().unwrap()]);
    }
    let cover = world.library().join("red.jpg");
    let _ = world.json(&["album", "cover", "Trip", cover.to_str().unwrap()]);
    world
}

/// Three photos with virtual sidecars beside them, none edited yet; and what they were before the daemon saw them.
fn with_sidecars() -> (World, Inventory) {
    let mut world = World::new().unwrap();
    let library = world.library();
    photo(1).write_to(&library, "a.jpg").unwrap();
    photo(2).write_to(&library, "b.jpg").unwrap();
    photo(3).write_raw_to(&library, "c.NEF", RawKind::Nef).unwrap();
    let settings = format!(
        "[[mount]]\npath = '{}'\nsidecars = 'xmp'\n",
        world.mount().display()
    );
    world.declare(&settings).unwrap();
    let originals = world.start_on_originals(PATIENCE);
    (world, originals)
}

/// Runs a command of `kphotos` on a photo of the library.
fn edit(world: &World, command: &[&str], name: &str) {
    let path = world.library().join(name);
    let _ = world.json(&[command, &[path.to_str().unwrap()]].concat());
}

fn photo(number: u64) -> Photo {
    Photo::numbered(number)
        .tagged(&[])
        .taken_at("2021-07-04T10:00:00")
}

/// Colours whose names `convert` and the names of files share.
const COLOURS: [&str; 2] = ["red", "blue"];

/// A window that is to be opened.
struct Window<'a> {
    manager: &'a str,
    place: &'a str,
    before: &'a [&'a str],
    appears: &'a [&'a str],
    vanishes: &'a [&'a str],
    /// Out of sight both before and after.
    never: &'a [&'a str],
}

/// The pictures of a window.
struct Pictures {
    folder: PathBuf,
    /// Deletes them, where nobody wants them kept.
    _kept: Option<tempfile::TempDir>,
}

impl Pictures {
    fn new(name: &str) -> Self {
        let wanted = std::env::var_os("KPHOTOS_PICTURES");
        let kept = wanted.is_none().then(|| tempfile::tempdir().unwrap());
        let root = wanted.map(PathBuf::from);
        let folder = root
            .unwrap_or_else(|| kept.as_ref().unwrap().path().to_owned())
            .join(name);
        Self { folder, _kept: kept }
    }

    /// How many points of `before.png` or `after.png` are red, and how many blue, more or less.
    fn red_and_blue(&self, picture: &str) -> [u64; 2] {
        let mut count = Command::new("convert");
        count
            .arg(self.folder.join(picture))
            .args(["-depth", "8", "-format", "%c", "histogram:info:-"]);
        let output = process::run(&mut count).unwrap().ok();
        // `1024: (255,0,0) #FF0000 red`
        let colours = output.stdout.lines().filter_map(|line| {
            let (points, rest) = line.split_once(": (")?;
            let parts = rest.split_once(')')?.0.split(',');
            let [red, green, blue, ..] = parts
                .map(|part| part.parse::<f64>().ok())
                .collect::<Option<Vec<_>>>()?[..]
            else {
                return None;
            };
            Some((points.trim().parse::<u64>().ok()?, red, green, blue))
        });
        let mut found = [0, 0];
        for (points, red, green, blue) in colours {
            found[0] += if red > 200.0 && green.max(blue) < 50.0 {
                points
            } else {
                0
            };
            found[1] += if blue > 200.0 && green.max(red) < 50.0 {
                points
            } else {
                0
            };
        }
        found
    }
}

/// Opens a window, runs `kphotos` with each of these, and says that the window shows what comes of it.
///
/// # Errors
/// What is not installed.
fn shows(world: &World, window: &Window<'_>, name: &str, commands: &[&[&str]]) -> Result<Pictures, String> {
    for program in ["convert", "import"] {
        skip::program(program)?;
    }
    skip::program(window.manager)?;
    let pictures = Pictures::new(name);
    let mut command =
        process::clean_command(workspace::root().join("packaging/desktop/window"), Path::new("/"));
    command.args([window.manager, window.place]).arg(&pictures.folder);
    for (flag, names) in [
        ("--before", window.before),
        ("--appears", window.appears),
        ("--vanishes", window.vanishes),
        ("--never", window.never),
    ] {
        command.args(names.iter().map(|name| format!("{flag}={name}")));
    }
    command.args(["--timeout", SECONDS, "--", "sh", "-ec"]);
    let kphotos = world.kphotos_command().unwrap();
    let words = std::iter::once(kphotos.get_program()).chain(kphotos.get_args());
    let program = words
        .map(|word| format!("'{}'", word.to_str().unwrap()))
        .collect::<Vec<_>>()
        .join(" ");
    let line = |arguments: &&[&str]| format!("{program} --quiet {}", arguments.join(" "));
    command.arg(commands.iter().map(line).collect::<Vec<_>>().join("\n"));
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs(kphotos.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let output = process::run(&mut command).unwrap();
    match output.status {
        0 => Ok(pictures),
        // Something that it needs is not installed.
        3 => Err(output.stderr.trim().to_owned()),
        _ => panic!("{name}: {output}"),
    }
}

/// A program that ends with the test, and what it started with it.
struct Started(Child);

impl Started {
    fn new(command: &mut Command) -> Self {
        Self(command.process_group(0).spawn().unwrap())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-s", "KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}

/// A screen that nobody sees, and its name.
fn screen(home: &Path) -> (Started, String) {
    let mut command = process::clean_command("Xvfb", home);
    command.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1100x700x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]);
    let mut screen = Started::new(command.stdout(Stdio::piped()).stderr(Stdio::null()));
    let mut said = std::io::BufReader::new(screen.0.stdout.take().unwrap());
    let mut number = String::new();
    std::io::BufRead::read_line(&mut said, &mut number).unwrap();
    assert!(!number.trim().is_empty(), "Xvfb did not start");
    (screen, format!(":{}", number.trim()))
}
