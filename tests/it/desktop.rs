//! The right-click menus: put into a home, and run as the file managers run them, with a person who answers.
//!
//! The windows are a `zenity` of the test's own, which answers what the test says and keeps what it was asked.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use kphotos_tests::photos::Photo;
use kphotos_tests::process::{self, Output};
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless, workspace};

/// Writes down what it is asked, and answers what is in the file `answer`; a question is answered with yes.
const ZENITY: &str = r#"#!/bin/sh
printf '%s\n' "$*" >>"$HOME/asked"
case $1 in --entry) cat "$HOME/answer" ;; esac
"#;

struct Desk {
    world: World,
    home: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let mut world = World::new().unwrap();
        for (number, name) in (1..).zip(["a.jpg", "b 'c' \"d\" $e.jpg"]) {
            let photo = Photo::numbered(number)
                .tagged(&[])
                .taken_at("2024-06-15T12:00:00");
            photo.write_to(world.library(), name).unwrap();
        }
        world.start().unwrap();
        world.wait_idle(PATIENCE);
        let home = world.path("home of mine");
        let desk = Self { world, home };
        desk.program("zenity", ZENITY);
        assert_eq!(desk.install(&[]).status, 0);
        desk
    }

    fn program(&self, name: &str, text: &str) {
        let dir = self.home.join("bin");
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join(name), text).unwrap();
        fs::set_permissions(dir.join(name), PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// A program as a session starts it: with the test's windows, and `kphotos` of this world.
    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = process::clean_command(program.as_ref(), &self.home);
        let programs = process::programs_dir().unwrap();
        let path = format!(
            "{}:{}:/usr/bin:/bin",
            self.home.join("bin").display(),
            programs.display()
        );
        command
            .env("PATH", path)
            .env("KPHOTOS_SOCKET", self.world.socket());
        command
    }

    fn install(&self, arguments: &[&str]) -> Output {
        let script = workspace::root().join("packaging/desktop/install");
        process::run(self.command(script).args(arguments)).unwrap()
    }

    fn answer(&self, text: &str) {
        fs::write(self.home.join("answer"), text).unwrap();
    }

    fn asked(&self) -> String {
        fs::read_to_string(self.home.join("asked")).unwrap_or_default()
    }

    /// A path below the folder of data of this person.
    fn data(&self, path: &str) -> PathBuf {
        self.home.join(".local/share").join(path)
    }

    /// The photos of the day, as they are in the tree.
    fn photos(&self) -> Vec<PathBuf> {
        names(&self.world.mount().join("dates/by-day/2024/2024-06-15"))
    }

    fn names_in(&self, dir: &str) -> usize {
        names(&self.world.mount().join(dir)).len()
    }
}

fn names(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

/// All files below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let (dirs, mut found): (Vec<_>, Vec<_>) = names(dir).into_iter().partition(|path| path.is_dir());
    found.extend(dirs.iter().flat_map(|dir| files(dir)));
    found
}

#[test]
fn the_menu_of_nautilus_does_what_it_says() {
    skip_unless!(skip::fuse());
    let desk = Desk::new();
    let scripts = desk.data("nautilus/scripts/K-Photos");
    let choose = |name: &str, answer: &str| {
        desk.answer(answer);
        // It starts scripts in the folder that is shown, with the names that are selected.
        let mut command = desk.command(scripts.join(name));
        let photos = desk.photos();
        command.current_dir(photos[0].parent().unwrap());
        command.args(photos.iter().map(|path| path.file_name().unwrap()));
        process::run(&mut command).unwrap()
    };
    let _ = choose("Tag…", "travel/italy").ok();
    assert_eq!(desk.names_in("tags/travel/italy"), 2);
    let _ = choose("Undo the last change", "").ok();
    assert!(!desk.world.mount().join("tags/travel").exists());
    let _ = choose("Add to an album…", "Trips/New").ok();
    assert_eq!(desk.names_in("albums/Trips/New"), 2);
    assert!(
        desk.asked().contains("There is no album “Trips/New”"),
        "{}",
        desk.asked()
    );
    let _ = choose("Take out of an album…", "Trips/New").ok();
    assert_eq!(desk.names_in("albums/Trips/New"), 0);
    let _ = choose("Rate…", "4").ok();
    assert_eq!(desk.world.json(&["search", "rating:4"])["total"], 2);
    let _ = choose("Rate…", "-1").ok();
    assert_eq!(desk.world.json(&["search", "rating:-1"])["total"], 2);
    let _ = choose("Favorite", "").ok();
    assert_eq!(desk.names_in("favorites"), 2);
    let _ = choose("No favorite", "").ok();
    assert_eq!(desk.names_in("favorites"), 0);

    // Where it gives no arguments, it names the files in a variable.
    desk.answer("named");
    let mut command = desk.command(scripts.join("Tag…"));
    let lines: Vec<String> = desk
        .photos()
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let _ = process::run(command.env("NAUTILUS_SCRIPT_SELECTED_FILE_PATHS", lines.join("\n") + "\n"))
        .unwrap()
        .ok();
    assert_eq!(desk.names_in("tags/named"), 2);

    // A mistake is shown in a window, a window that is closed does nothing.
    let before = desk.world.json(&["status"])["revision"].clone();
    let failed = choose("Rate…", "many").exits(1);
    assert!(
        failed.stderr.contains("many") && desk.asked().contains("--error"),
        "{failed}"
    );
    let _ = choose("Tag…", "").ok();
    let _ = choose("Take a tag off…", "none/at/all").exits(1);
    assert_eq!(desk.world.json(&["status"])["revision"], before);
}

#[test]
fn the_menus_of_dolphin_and_thunar_are_entries_that_can_be_run() {
    skip_unless!(skip::fuse());
    let desk = Desk::new();
    let menu = fs::read_to_string(desk.data("kio/servicemenus/kphotos.desktop")).unwrap();
    let field = |text: &str, name: &str| {
        let mut lines = text.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        value.unwrap_or_else(|| panic!("{name}: {text}")).to_owned()
    };
    let actions = field(&menu, "Actions");
    let actions: Vec<&str> = actions.split_terminator(';').collect();
    assert_eq!(menu.matches("[Desktop Action ").count(), actions.len());
    let run = |entry: &str| {
        let line = field(entry, "Exec");
        let mut command = desk.command("/bin/sh");
        // The only quotes of an Exec line that are used here are those of a shell too.
        command.args(["-c", &line.replace("%F", "\"$@\""), "sh"]);
        process::run(command.args(desk.photos())).unwrap().ok()
    };
    for action in &actions {
        let (_, entry) = menu.split_once(&format!("[Desktop Action {action}]\n")).unwrap();
        assert!(!field(entry, "Name").is_empty());
        desk.answer(match *action {
            "rate" => "5",
            _ => "dolphin",
        });
        if *action != "untag" {
            let _ = run(entry);
        }
    }
    // The last one took the one before it back.
    assert_eq!(desk.names_in("tags/dolphin"), 2);
    assert_eq!(desk.names_in("favorites"), 2);
    for action in actions.iter().filter(|action| **action != "undo") {
        let entry =
            fs::read_to_string(desk.data(&format!("Thunar/sendto/kphotos-{action}.desktop"))).unwrap();
        assert_eq!(field(&entry, "Type"), "Application");
        if *action == "tag" {
            desk.answer("thunar");
            let _ = run(&entry);
        }
    }
    assert_eq!(desk.names_in("tags/thunar"), 2);
}

#[test]
fn what_was_put_into_a_home_is_taken_away_again() {
    skip_unless!(skip::fuse());
    let desk = Desk::new();
    let others = desk.data("nautilus/scripts/Mine");
    fs::write(&others, "mine").unwrap();
    // Again, as after an update.
    let _ = desk.install(&[]).ok();
    assert!(files(&desk.home.join(".local")).len() > 16);
    let _ = desk.install(&["--remove"]).ok();
    assert_eq!(files(&desk.home.join(".local")), [others]);
    let _ = desk.install(&["--nonsense"]).exits(2);
}

#[test]
fn without_windows_it_says_what_to_install() {
    skip_unless!(skip::fuse());
    let desk = Desk::new();
    fs::remove_file(desk.home.join("bin/zenity")).unwrap();
    if ["zenity", "kdialog"]
        .iter()
        .any(|program| skip::program(program).is_ok())
    {
        skip!("this machine has a zenity or kdialog of its own");
    }
    let ask = desk.home.join(".local/bin/kphotos-ask");
    let failed = process::run(desk.command(ask).args(["favorite", "1"]))
        .unwrap()
        .exits(1);
    assert!(failed.stderr.contains("install zenity or kdialog"), "{failed}");
}
