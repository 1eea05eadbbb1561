//! A daemon that cannot start says why, in words that name the cure, and leaves everything as it was.

use std::fs;
use std::path::Path;

use kphotos_tests::photos::Photo;
use kphotos_tests::process::{self, Output};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

/// Runs `kphotosd` to its end.
fn kphotosd(world: &World, arguments: &[&str]) -> Output {
    let program = process::program_in(&process::programs_dir().unwrap(), "kphotosd").unwrap();
    let mut command = process::clean_command(program, &world.path("home"));
    process::run(command.args(arguments)).unwrap()
}

/// That it failed with these words, each once, on lines that no terminal's colours disturb.
#[track_caller]
fn fails(output: &Output, words: &[&str]) {
    assert_ne!(output.status, 0, "{output}");
    for word in words {
        assert_eq!(output.stderr.matches(word).count(), 1, "`{word}`: {output}");
    }
    assert!(!output.stderr.contains('\u{1b}'), "{:?}", output.stderr);
    assert!(!output.stderr.contains("panicked"), "{output}");
}

#[test]
fn a_mistake_in_the_settings_is_shown_with_its_line_and_column() {
    let world = World::new().unwrap();
    let file = world.path("kphotos.toml");
    let file = file.to_str().unwrap();
    let check = |text: &str, words: &[&str]| {
        fs::write(file, text).unwrap();
        fails(&kphotosd(&world, &["--check", "--config", file]), words);
    };
    check(
        "state_dir = \"/x\"\nbogus = 1\n",
        &["line 2, column 1", "`bogus`"],
    );
    check("[mount]\npath = \"/x\"\n", &["line 1", "[[mount]]"]);
    check("[[mount]]\npath = 7\n", &["line 2, column 8"]);
    check(
        "[[mount]]\naccess = \"some\"\n",
        &["line 2, column 10", "`some`", "`private`"],
    );
    check("[[library]]\nname = \"x\"\n", &["`path`"]);
    check("state_dir = \n", &["line 1, column"]);
    let missing = world.path("no such file.toml");
    let missing = missing.to_str().unwrap();
    fails(
        &kphotosd(&world, &["--check", "--config", missing]),
        &[missing, "No such file"],
    );
    fails(&kphotosd(&world, &["--no-such-option"]), &["--no-such-option"]);
    let home = fs::read_dir(world.path("home")).unwrap().count();
    assert_eq!(home, 0, "a check makes nothing");
}

#[test]
fn a_second_daemon_on_the_same_state_is_refused_and_the_first_stays() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    Photo::numbered(1)
        .taken_at("2024-06-15T12:00:00")
        .write_to(world.library(), "a.jpg")
        .unwrap();
    world.start().unwrap();
    let second = |state: &Path, mount: &Path| {
        let path = |name: &str| world.path(name).to_str().unwrap().to_owned();
        let (cache, runtime, export) = (path("cache2"), path("runtime2"), path("export2"));
        let options = [
            ["--state-dir", state.to_str().unwrap()],
            ["--mount", mount.to_str().unwrap()],
            ["--cache-dir", &cache],
            ["--runtime-dir", &runtime],
            ["--export-dir", &export],
            ["--bus", "off"],
            ["--http", "off"],
        ];
        kphotosd(&world, options.as_flattened())
    };
    let pid = format!("process {}", world.pid());
    let refused = second(&world.state(), &world.path("mount2"));
    fails(
        &refused,
        &[
            world.state().to_str().unwrap(),
            &pid,
            "use another state directory",
        ],
    );
    // Nor may another one take its mount: that one runs, says so, and leaves it alone.
    let mut other = World::new().unwrap();
    let mount = world.mount();
    other
        .declare(&format!("[[mount]]\npath = '{}'\n", mount.display()))
        .unwrap();
    let refused = other.start().unwrap_err().to_string();
    for words in [mount.to_str().unwrap(), "alive", "stop the daemon that serves it"] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    assert!(other.stop().unwrap().success());

    world.wait_idle(crate::sacred::JOBS);
    assert!(world.mount().join("dates/by-day/2024/2024-06-15/a.jpg").exists());
    assert_eq!(
        world.mounts().iter().filter(|at| at.ends_with("mount")).count(),
        1
    );
    assert!(world.stop().unwrap().success());
}

#[test]
fn what_a_crash_of_every_process_leaves_is_cleaned_up() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    Photo::numbered(1)
        .taken_at("2024-06-15T12:00:00")
        .write_to(world.library(), "a.jpg")
        .unwrap();
    world.start().unwrap();
    world.wait_idle(crate::sacred::JOBS);
    // The helper that would unmount goes first.
    let mounter = world.processes("kphotos-mounter");
    assert_eq!(mounter.len(), 1, "{mounter:?}");
    for process in mounter {
        process::signal(process, libc::SIGKILL).unwrap();
    }
    world.kill9().unwrap();
    let dead = fs::read_dir(world.mount()).unwrap_err();
    assert!(
        matches!(dead.raw_os_error(), Some(libc::ENOTCONN | libc::ECONNABORTED)),
        "{dead}"
    );
    world.start().unwrap();
    world.wait_idle(crate::sacred::JOBS);
    assert!(world.mount().join("dates/by-day/2024/2024-06-15/a.jpg").exists());
    assert!(world.stop().unwrap().success());
    assert!(world.mounts().is_empty(), "{:?}", world.mounts());
    assert_eq!(
        fs::read_dir(world.mount()).unwrap().count(),
        0,
        "the folder below is as it was"
    );
}
