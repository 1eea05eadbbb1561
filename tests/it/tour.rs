//! The README's tour, typed: each `console` block of it is run in a shell on photos made for it, and must say what it says there.
//!
//! Spaces are not compared (a terminal gets columns where a pipe gets lines), nor are the words that differ from one
//! machine to the next: the number of the first edit, the port, where the person's home is.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use kphotos_tests::photos::Photo;
use kphotos_tests::workspace;
use kphotos_tests::world::World;
use kphotos_tests::{process, skip, skip_unless};

/// What a command of the tour is, and what it answers.
struct Typed {
    command: String,
    answer: String,
}

/// The commands of all `console` blocks, in their order: after `$ `, until a line that does not end in `\`.
fn typed(readme: &str) -> Vec<Typed> {
    let mut found: Vec<Typed> = Vec::new();
    let (mut is_shown, mut goes_on) = (false, false);
    for line in readme.lines() {
        match line {
            "```console" => is_shown = true,
            "```" => is_shown = false,
            _ if !is_shown => {}
            _ => {
                let command = line.strip_prefix("$ ").or(goes_on.then_some(line));
                if let Some(command) = command {
                    if !goes_on {
                        let (command, answer) = (String::new(), String::new());
                        found.push(Typed { command, answer });
                    }
                    goes_on = command.ends_with('\\');
                    let last = found.last_mut().expect("it was begun");
                    last.command.push_str(command);
                    last.command.push('\n');
                } else {
                    let last = found.last_mut().expect("a block begins with a command");
                    last.answer.push_str(line);
                    last.answer.push('\n');
                }
            }
        }
    }
    found
}

/// The number behind the first of these words.
fn number_behind(text: &str, word: &str) -> Option<u64> {
    let (_, behind) = text.split_once(word)?;
    behind.split_whitespace().next()?.parse().ok()
}

/// The words of an answer, with the numbers of edits counted from `first`.
fn words(answer: &str, first: u64) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for word in answer.split_whitespace() {
        let is_edit = said
            .last()
            .is_some_and(|last| last == "revision" || last == "undo");
        let number = word.parse::<u64>().ok().filter(|_| is_edit);
        said.push(match number {
            Some(number) => format!("first+{}", number as i64 - first as i64),
            None => word.to_owned(),
        });
    }
    said
}

/// Two days in Rome, one of them with a copy, and a portrait.
fn fill(world: &World) {
    let photo = |number, taken: &str| Photo {
        rating: None,
        ..Photo::numbered(number).taken_at(taken).tagged(&[])
    };
    let rome = world.library().join("2019 Rome");
    for (number, name, taken) in [
        (10, "IMG_0101.JPG", "2019-05-04T09:12:00"),
        (20, "IMG_0102.JPG", "2019-05-04T18:40:30"),
        (30, "IMG_0103.JPG", "2019-05-05T11:05:10"),
    ] {
        photo(number, taken).write_to(&rome, name).unwrap();
    }
    let best = Photo {
        rating: Some(5),
        ..photo(40, "2019-05-05T20:31:00")
    };
    best.write_to(&rome, "IMG_0104.JPG").unwrap();
    best.write_to(world.library().join("prints"), "Colosseum.jpg")
        .unwrap();
    photo(12, "2021-12-24T19:00:00")
        .write_to(world.library().join("2021"), "DSC_2001.JPG")
        .unwrap();
    let lab = world.library().join("scans");
    photo(50, "2022-03-01T10:00:00")
        .showing("Marie Curie", [0.42, 0.41, 0.12, 0.2])
        .showing("Pierre Curie", [0.73, 0.41, 0.1, 0.24])
        .write_to(&lab, "portrait.jpg")
        .unwrap();
}

#[test]
fn the_tour_of_the_readme_goes_as_it_is_told() {
    skip_unless!(skip::fuse());
    for tool in ["curl", "exiftool", "jq"] {
        skip_unless!(skip::program(tool));
    }
    let mut world = World::at_home().unwrap();
    fill(&world);
    world.add_arguments(&["--http", "127.0.0.1:0"]);
    world.start().unwrap();
    world.wait_idle(Duration::from_secs(120));

    let home = world.path("home");
    fs::create_dir_all(home.join(".local/state")).unwrap();
    symlink(world.state(), home.join(".local/state/kphotos")).unwrap();
    let address = world.http().address.to_string();
    let here = home.to_str().unwrap();
    let program = process::program_in(&process::programs_dir().unwrap(), "kphotos").unwrap();
    // Errors are said where a terminal shows them.
    let prelude = format!(
        "exec 2>&1\nkphotos() {{ '{}' --socket '{}' \"$@\"; }}\n",
        program.display(),
        world.socket().display()
    );

    let readme = fs::read_to_string(workspace::root().join("README.md")).unwrap();
    let tour = typed(&readme);
    assert!(tour.len() > 20, "{} commands", tour.len());
    let told = tour
        .iter()
        .find_map(|typed| number_behind(&typed.answer, "revision "));
    let (mut first, mut others) = (None, String::new());
    for Typed { command, answer } in &tour {
        let line = command.replace("127.0.0.1:15746", &address);
        let mut shell: Command = process::clean_command("bash", &home);
        shell
            .current_dir(&home)
            .env("LC_ALL", "C.UTF-8")
            .arg("-c")
            .arg(format!("{prelude}{line}"));
        let said = process::run(&mut shell).unwrap().stdout;
        let said = said
            .replace(&address, "127.0.0.1:15746")
            .replace(here, "/home/anna");
        first = first.or_else(|| number_behind(&said, "revision "));
        if words(&said, first.unwrap_or(0)) != words(answer, told.unwrap_or(0)) {
            others.push_str(&format!("$ {command}{said}\n"));
        }
    }
    assert!(
        others.is_empty(),
        "these commands answer otherwise than README.md says:\n\n{others}"
    );
}
