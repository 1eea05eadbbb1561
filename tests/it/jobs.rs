//! Jobs of a real daemon: held, ended, tried again, over restarts and crashes, and seen on a message bus.
//!
//! Hashing is made to last by a movie of a terabyte that is one hole: it costs no disk, and a minute of reading gets
//! nowhere with it.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use kphotos_tests::message_bus::MessageBus;
use kphotos_tests::photos::Photo;
use kphotos_tests::world::World;
use kphotos_tests::{process, skip, skip_unless, workspace};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);

/// The last by name, so that it is hashed last.
const HOLE: &str = "zzz.mp4";

fn with_a_hole(arguments: &[&str]) -> World {
    let world = World::with_arguments(arguments).unwrap();
    for number in 0..3 {
        Photo::numbered(number)
            .write_to(world.library(), format!("P{number}.JPG"))
            .unwrap();
    }
    let hole = File::create(world.library().join(HOLE)).unwrap();
    hole.set_len(1 << 40).unwrap();
    world
}

/// Waits until a job, as the daemon tells its steps, is as wanted.
#[track_caller]
fn until(world: &World, wanted: impl Fn(&Value) -> bool) -> Value {
    let bus = world.bus();
    let deadline = Instant::now() + PATIENCE;
    let mut after = 0u64;
    while Instant::now() < deadline {
        let reply = bus.call("Processing", "Watch", &(after, 5_000u64)).unwrap();
        let (next, text): (u64, String) = reply.body().deserialize().unwrap();
        after = next;
        let list: Value = serde_json::from_str(&text).unwrap();
        if let Some(job) = list["items"].as_array().unwrap().iter().find(|job| wanted(job)) {
            return job.clone();
        }
    }
    panic!("no job is so: {}", world.json(&["job", "list", "--all"]));
}

/// A command that succeeds.
#[track_caller]
fn done(world: &World, arguments: &[&str]) {
    let _ = world.kphotos(arguments).ok();
}

fn is_hashing(job: &Value) -> bool {
    job["kind"] == "hash" && job["state"] == "running" && job["done"].as_u64() > Some(1 << 20)
}

fn state(world: &World, job: &str) -> String {
    world.json(&["job", "show", job])["state"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The threads of the daemon that hash.
fn hashing_threads(world: &World) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{}/task", world.pid())).unwrap();
    tasks
        .map(|task| task.unwrap().path())
        .filter(|task| fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "hash"))
        .map(|task| task.file_name().unwrap().to_string_lossy().into_owned())
        .collect()
}

fn checksum(world: &World, name: &str) -> Value {
    let path = world.library().join(name);
    world.json(&["info", path.to_str().unwrap()])["items"][0]["checksum"].clone()
}

#[test]
fn hashing_is_held_over_a_crash_goes_on_and_is_ended_and_what_it_did_stays() {
    skip_unless!(skip::fuse());
    let mut world = with_a_hole(&[]);
    world.start().unwrap();
    let job = until(&world, is_hashing);
    let id = &job["id"].to_string();
    assert_eq!(
        (&job["priority"], &job["asked"]),
        (&"low".into(), &"daemon".into())
    );
    let running = until(&world, |job| is_hashing(job) && !job["rate"].is_null());
    assert!(running["rate"].as_f64().unwrap() > 0.0 && running["eta_seconds"].as_u64().unwrap() > 0);

    let said = world.kphotos(&["job", "pause", id]).ok().stdout;
    assert_eq!(said, format!("job {id} is paused · kphotos job resume {id}\n"));
    world.wait_idle(PATIENCE);
    assert_eq!(state(&world, id), "paused");
    assert_eq!(hashing_threads(&world), [""; 0]);
    assert!(checksum(&world, "P0.JPG").is_string(), "what was done is kept");
    assert!(checksum(&world, HOLE).is_null());

    world.kill9().unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    assert_eq!(
        state(&world, id),
        "paused",
        "over a crash, and the scan at the start"
    );
    // Nobody waits for a job that does not go on by itself.
    let watched = world.kphotos(&["job", "watch", id]).exits(1);
    assert!(watched.stderr.contains("paused"), "{watched}");

    let resumed = world.json(&["job", "resume", id]);
    assert_eq!(resumed["items"][0]["job"].to_string(), *id);
    until(&world, is_hashing);
    done(&world, &["job", "cancel", id]);
    world.wait_idle(PATIENCE);
    assert_eq!(state(&world, id), "cancelled");
    let _ = world.kphotos(&["job", "pause", id]).exits(5);

    // What is left is asked for again by the next scan, as another job.
    done(&world, &["library", "scan", "--wait"]);
    let again = until(&world, is_hashing)["id"].to_string();
    assert_ne!(again, *id);
    done(&world, &["job", "cancel", &again]);
    world.wait_idle(PATIENCE);
    let hole = File::options()
        .write(true)
        .open(world.library().join(HOLE))
        .unwrap();
    hole.set_len(1 << 20).unwrap();
    drop(hole);
    done(&world, &["library", "scan", "--wait"]);
    world.wait_idle(PATIENCE);
    assert!(checksum(&world, HOLE).is_string());
    assert!(world.stop().unwrap().success());
}

#[test]
fn hashing_takes_only_what_disk_and_processor_have_to_spare() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("ionice"));
    let mut world = with_a_hole(&[]);
    world.start().unwrap();
    until(&world, is_hashing);
    let threads = hashing_threads(&world);
    assert_eq!(threads.len(), 1, "{threads:?}");
    let class = process::run(Command::new("ionice").args(["-p", &threads[0]]))
        .unwrap()
        .ok();
    assert!(class.stdout.starts_with("idle"), "{class}");
    let stat = fs::read_to_string(format!("/proc/{}/task/{}/stat", world.pid(), threads[0])).unwrap();
    // Field 19 of proc_pid_stat(5), the third being the first after the name.
    let nice = stat.rsplit(") ").next().unwrap().split(' ').nth(16).unwrap();
    assert_eq!(nice, "19", "{stat}");
    let daemon = world.pid().to_string();
    let others = process::run(Command::new("ionice").args(["-p", &daemon]))
        .unwrap()
        .ok();
    assert!(
        !others.stdout.starts_with("idle"),
        "the rest of the daemon is not held back: {others}"
    );
    assert!(world.stop().unwrap().success());
}

#[test]
fn a_library_that_is_offline_is_tried_again_and_at_once_if_a_person_asks() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    Photo::numbered(1).write_to(world.library(), "P1.JPG").unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let elsewhere = world.path("elsewhere");
    fs::rename(world.library(), &elsewhere).unwrap();
    let failed = world.kphotos(&["library", "scan", "--wait"]).exits(1);
    assert!(
        failed.stderr.contains("offline") && failed.stderr.contains("next at"),
        "{failed}"
    );
    let list = world.json(&["job", "list"]);
    let job = &list["items"][0];
    assert_eq!((&job["state"], &job["attempts"]), (&"pending".into(), &1.into()));
    assert!(job["next_attempt"].is_string(), "{job}");
    let id = job["id"].to_string();

    fs::rename(&elsewhere, world.library()).unwrap();
    done(&world, &["job", "retry", &id]);
    done(&world, &["job", "watch", &id]);
    assert_eq!(state(&world, &id), "done");
    // A file that cannot be read is read again when a person asks for it.
    fs::write(world.library().join("broken.jpg"), b"no picture").unwrap();
    done(&world, &["library", "scan", "--wait"]);
    world.wait_idle(PATIENCE);
    let reading = |job: &Value| job["kind"] == "metadata";
    let list = world.json(&["job", "list", "--all"]);
    let last = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .rfind(|job| reading(job))
        .unwrap();
    assert_eq!(last["message"], "1 files read, 1 unreadable");
    let id = last["id"].to_string();
    done(&world, &["job", "retry", &id]);
    done(&world, &["job", "watch", &id]);
    let again = world.json(&["job", "show", &id]);
    assert_eq!(again["message"], "1 files read, 1 unreadable");
    assert_eq!(again["asked"], "person");
    let started = world.json(&["job", "start", "metadata", "library", "--priority", "high"]);
    let id = started["job"].to_string();
    done(&world, &["job", "watch", &id]);
    assert_eq!(
        world.json(&["job", "show", &id])["message"],
        "1 files read, 1 unreadable"
    );
    assert!(world.stop().unwrap().success());
}

#[test]
fn in_quiet_hours_hashing_waits_until_a_person_starts_it() {
    skip_unless!(skip::fuse());
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("kphotos.toml");
    // The world's clock is UTC.
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    let time = |hours: i64| {
        (&now + jiff::SignedDuration::from_hours(hours))
            .strftime("%H:%M")
            .to_string()
    };
    let quiet = format!("[scan]\ninterval = 'off'\nquiet = '{}-{}'\n", time(-1), time(2));
    fs::write(&config, quiet).unwrap();
    let mut world = World::with_arguments(&["--config", config.to_str().unwrap()]).unwrap();
    Photo::numbered(1).write_to(world.library(), "P1.JPG").unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let list = world.json(&["job", "list"]);
    let job = &list["items"][0];
    assert_eq!((&job["kind"], &job["state"]), (&"hash".into(), &"pending".into()));
    let why = format!("waits for the end of quiet hours at {}", time(2));
    assert_eq!(job["message"], why);
    done(&world, &["job", "start", "hash", "library"]);
    world.wait_idle(PATIENCE);
    assert!(checksum(&world, "P1.JPG").is_string());
    assert!(world.stop().unwrap().success());
}

#[test]
fn the_daemon_is_found_on_a_bus_and_commanded_there() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("dbus-daemon"));
    let bus = MessageBus::start().unwrap();
    let mut world = with_a_hole(&["--bus", bus.address()]);
    world.start().unwrap();
    let id = until(&world, is_hashing)["id"].to_string();
    // Nobody listens on the socket of this user, whose home is the world's.
    let mut command = process::clean_command(
        process::program_in(&process::programs_dir().unwrap(), "kphotos").unwrap(),
        &world.path("home"),
    );
    command
        .env("DBUS_SESSION_BUS_ADDRESS", bus.address())
        .env("XDG_RUNTIME_DIR", world.path("home"));
    if process::is_root() && Path::new("/run/kphotos/bus").exists() {
        skip!("a daemon of this machine would answer on /run/kphotos/bus");
    }
    let said = process::run(command.args(["--json", "whoami"])).unwrap().ok();
    assert!(said.json()["uid"].is_number(), "{said}");

    if let Ok(busctl) = skip::program("busctl") {
        let ask = |arguments: &[&str]| {
            let mut command = Command::new(&busctl);
            command
                .arg(format!("--address={}", bus.address()))
                .args(arguments);
            process::run(&mut command).unwrap().ok().stdout
        };
        let (name, job) = ("org.kphotos.KPhotos1", format!("/org/kphotos/KPhotos1/job/{id}"));
        // The feed paces itself: an object may come a moment after its job.
        let deadline = Instant::now() + PATIENCE;
        loop {
            let tree = ask(&["tree", "--list", name]);
            if tree.lines().any(|line| line == job) {
                break;
            }
            assert!(Instant::now() < deadline, "{tree}");
        }
        let property = |property| ask(&["get-property", name, &job, "org.kphotos.Job1", property]);
        assert_eq!(property("State"), "s \"running\"\n");
        ask(&["call", name, &job, "org.kphotos.Job1", "Pause"]);
        assert_eq!(property("State"), "s \"paused\"\n");
    }
    assert!(
        world.json(&["status"])["limits"]
            .as_array()
            .unwrap()
            .iter()
            .all(|limit| { !limit.as_str().unwrap().contains("on a bus") })
    );
    assert!(world.stop().unwrap().success());
}

#[test]
fn a_bus_that_comes_back_is_joined_again() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("dbus-daemon"));
    let busctl = skip_unless!(skip::program("busctl"));
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("bus");
    let bus = MessageBus::start_at(&socket).unwrap();
    let mut world = World::with_arguments(&["--bus", bus.address()]).unwrap();
    world.start().unwrap();
    let address = format!("--address={}", bus.address());
    let answers = |interface: &str, method: &str| {
        let mut command = Command::new(&busctl);
        let name = "org.kphotos.KPhotos1";
        command.args([&address, "call", name, "/org/kphotos/KPhotos1", interface, method]);
        process::run(&mut command).unwrap().status == 0
    };
    assert!(answers("org.kphotos.Identity1", "WhoAmI"));
    assert!(answers("org.kphotos.Sharing1", "ListShares"));
    drop(bus);
    let _ = fs::remove_file(&socket);
    let bus = MessageBus::start_at(&socket).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while !answers("org.kphotos.Identity1", "WhoAmI") {
        assert!(Instant::now() < deadline, "{}", world.log());
    }
    assert!(world.log().contains("joined again"), "{}", world.log());
    drop(bus);
    assert!(world.stop().unwrap().success());
}

#[test]
fn the_policy_lets_root_have_the_name_and_the_daemon_refuse_strangers() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    for program in ["dbus-daemon", "busctl", "setpriv"] {
        skip_unless!(skip::program(program));
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let policy = workspace::root().join("packaging/dbus/org.kphotos.KPhotos1.conf");
    let bus = MessageBus::with_policy(folder.path(), &policy).unwrap();
    let mut world = World::with_arguments(&["--bus", bus.address()]).unwrap();
    world.start().unwrap();
    let ask = |stranger: bool| {
        let mut command = Command::new(if stranger { "setpriv" } else { "busctl" });
        if stranger {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "busctl"]);
        }
        let name = "org.kphotos.KPhotos1";
        command.arg(format!("--address={}", bus.address())).args([
            "call",
            name,
            "/org/kphotos/KPhotos1",
            "org.kphotos.Identity1",
            "WhoAmI",
        ]);
        process::run(&mut command).unwrap()
    };
    let root = ask(false).ok();
    assert!(root.stdout.contains("root"), "{root}");
    let stranger = ask(true).exits(1);
    assert!(stranger.stderr.contains("uid 65534 is no user"), "{stranger}");
    assert!(world.stop().unwrap().success());
}

#[test]
fn a_bus_that_a_person_names_and_that_is_not_there_is_an_error() {
    skip_unless!(skip::fuse());
    let mut world = World::with_arguments(&["--bus", "unix:path=/nonexistent/bus"]).unwrap();
    let error = world.start().unwrap_err().to_string();
    assert!(
        error.contains("cannot be reached") && error.contains("--bus off"),
        "{error}"
    );
    let mut world = World::with_arguments(&["--bus", "sesion"]).unwrap();
    let error = world.start().unwrap_err().to_string();
    assert!(error.contains("`sesion` is no bus"), "{error}");
}

#[test]
fn photos_that_change_while_others_are_read_and_hashed_are_read_and_hashed_too() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let root = world.library();
    let name = |number: u64| format!("P{number:04}.JPG");
    for number in 0..1500 {
        Photo::numbered(number)
            .tagged(&[])
            .write_to(&root, name(number))
            .unwrap();
    }
    world.start().unwrap();
    until(&world, |job| {
        job["kind"] == "metadata" && job["state"] == "running"
    });
    // As programs save: beside it, and over it.
    for number in 0..40 {
        let saved = Photo::numbered(number).tagged(&["saved anew"]).bytes();
        fs::write(root.join("saving.tmp"), saved).unwrap();
        fs::rename(root.join("saving.tmp"), root.join(name(number))).unwrap();
        std::thread::sleep(Duration::from_millis(10));
    }
    world.wait_idle(PATIENCE);
    let found = world.json(&["search", "tag:\"saved anew\""]);
    assert_eq!(found["total"], 40);
    let library = &world.json(&["library", "list"])["items"][0];
    assert_eq!(library["read"], 1500, "{library}");
    assert_eq!(library["hashed"], library["size"], "{library}");
}
