//! What a start costs, in processor time and memory: printed, not asserted.
//!
//! Registers, reads and hashes photos by commands on the real journal and store, then opens both again. With `KPHOTOS_BENCH_HOME`
//! the folder is kept, and a second run measures opening alone, in a process that did nothing before:
//!
//! `KPHOTOS_BENCH_HOME=… KPHOTOS_BENCH_FILES=100000 cargo test --release -p kphotos-daemon store::tests::load -- --nocapture`
#![expect(unsafe_code, reason = "mallinfo2 has no safe form")]

use super::SledStore;
use crate::journal::{FileJournal, Options};
use kphotos_domain::app::App;
use kphotos_domain::catalog::{Camera, Exposure, Facts};
use kphotos_domain::command::{Command, RecordChecksums, RecordFacts, RegisterFiles};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::{Actor, Tool, User};
use kphotos_domain::kernel::{Checksum, FileId, LibraryId, Taken, TakenSource, UserId};
use kphotos_domain::organization::TagPath;
use kphotos_domain::storage::NewLibrary;
use kphotos_domain::testing::{FakeClock, FakeZones, sighting};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const LIBRARY: LibraryId = LibraryId::new(1);
const BATCH: usize = 1000;

/// The app on the folder.
fn open(home: &Path) -> App {
    let (journal, _) = FileJournal::open(&home.join("journal"), Options::default()).unwrap();
    let store = SledStore::open(&home.join("layer")).unwrap();
    let (clock, zones) = (Arc::<FakeClock>::default(), Arc::new(FakeZones));
    App::open(Arc::new(journal), Arc::new(store), clock, zones)
        .unwrap_or_else(|error| panic!("{error}"))
        .app
}

/// What a parser would read of this file: a date, one of a few cameras, an exposure, a tag of some.
fn facts(number: u32) -> Facts {
    let minute = i64::from(number) * 577;
    let taken = Taken::parse("2014-01-01T10:30:05", TakenSource::ExifOriginal).ok();
    let tag = TagPath::parse(&format!("travel/place {}", number % 50)).unwrap();
    Facts {
        mime: Some("image/jpeg".into()),
        width: Some(6000),
        height: Some(4000),
        orientation: Some(1),
        taken: taken.map(|taken| Taken {
            local_seconds: taken.local_seconds + minute * 60,
            ..taken
        }),
        camera: Some(Arc::new(Camera {
            make: Some("Canon".into()),
            model: Some(format!("Canon EOS R{}", number % 5).into()),
            lens: Some("RF24-105mm F4 L IS USM".into()),
            serial: None,
        })),
        exposure: Some(Box::new(Exposure {
            iso: Some(100 << (number % 6)),
            f_number: Some(f64::from(18 + number % 90) / 10.0),
            time: Some(1.0 / f64::from(1 + number % 4000)),
            focal_length: Some(50.0),
        })),
        tag_paths: number.is_multiple_of(5).then_some(tag).into_iter().collect(),
        ..Facts::default()
    }
}

/// Two hundred photos a folder, half of whose names are met in other folders too.
fn path(number: u32) -> String {
    let name = if number.is_multiple_of(2) {
        number % 10_000
    } else {
        number
    };
    format!("{:04}/IMG_{name:06}.JPG", number / 200)
}

fn stamps(app: &App, files: &[FileId]) -> Vec<FileStamp> {
    let view = app.view();
    let stamp = |id: &FileId| {
        let row = view.file(*id).unwrap();
        let (size, mtime_ns, ino) = (row.size, row.mtime_ns, row.ino);
        FileStamp {
            id: *id,
            size,
            mtime_ns,
            ino,
        }
    };
    files.iter().map(stamp).collect()
}

fn fill(app: &App, files: u32) {
    let system = |command: &Command| app.execute(Actor::System, command).unwrap();
    let (id, name, root) = (UserId::new(1), "me".into(), b"/photos"[..].into());
    let timezone = "UTC".into();
    system(&Command::RegisterUser(User { id, name, uid: 1000 }));
    let library = NewLibrary {
        name: None,
        root,
        timezone,
    };
    app.execute(Actor::User(id), &Command::AddLibrary(library))
        .unwrap();
    let numbers: Vec<u32> = (0..files).collect();
    Step::of("registered", || {
        for numbers in numbers.chunks(BATCH) {
            let mut files: Vec<_> = numbers.iter().map(|number| sighting(&path(*number))).collect();
            for (number, file) in numbers.iter().zip(&mut files) {
                (file.size, file.ino) = (4_000_000 + u64::from(*number), 1_000_000 + u64::from(*number));
                file.mtime_ns += i64::from(*number) * 1_000_003;
            }
            system(&Command::RegisterFiles(RegisterFiles {
                library: LIBRARY,
                files,
            }));
        }
    });
    let all: Vec<FileId> = app.view().files().map(|(file, _)| file).collect();
    Step::of("read", || {
        for files in all.chunks(BATCH) {
            let read = |stamp: FileStamp| (stamp, Box::new(facts(stamp.id.number())));
            let facts = stamps(app, files).into_iter().map(read).collect();
            system(&Command::RecordFacts(RecordFacts {
                bytes: Vec::new(),
                facts,
                sidecars: Vec::new(),
                tool: Tool::Unknown,
            }));
        }
    });
    Step::of("hashed", || {
        for files in all.chunks(BATCH) {
            let sum = |id: FileId| Checksum::new(*blake3::hash(&id.number().to_be_bytes()).as_bytes());
            let hashed = |stamp: FileStamp| (stamp, sum(stamp.id));
            let checksums = stamps(app, files).into_iter().map(hashed).collect();
            system(&Command::RecordChecksums(RecordChecksums {
                checksums,
                pictures: Vec::new(),
            }));
        }
    });
}

/// Times and memory of a step, printed when it is done.
struct Step;

impl Step {
    fn of<T>(what: &str, does: impl FnOnce() -> T) -> T {
        let (begun, processor) = (Instant::now(), on_processor());
        let done = does();
        let (wall, processor) = (begun.elapsed(), on_processor() - processor);
        println!(
            "{what}: {wall:.3?} (processor {processor:.3?}), heap {} KB, resident {} KB, at most {} KB",
            heap() >> 10,
            status("VmRSS:"),
            status("VmHWM:")
        );
        done
    }
}

/// Processor time of all threads, those that ended too.
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(") ").next().unwrap_or_default();
    let ticks: Vec<i64> = after.split(' ').filter_map(|field| field.parse().ok()).collect();
    // Fields 14 and 15 of proc_pid_stat(5), in hundredths; the state before them is no number.
    Duration::from_millis(10 * (ticks[10] + ticks[11]).unsigned_abs())
}

/// Bytes that malloc has handed out.
fn heap() -> usize {
    // SAFETY: it takes nothing and returns numbers.
    let info = unsafe { libc::mallinfo2() };
    info.uordblks + info.hblkhd
}

fn status(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}

#[test]
fn what_a_start_costs_is_printed() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let files = number("KPHOTOS_BENCH_FILES").unwrap_or(2_000);
    let temporary = tempfile::tempdir().unwrap();
    let home = std::env::var_os("KPHOTOS_BENCH_HOME").map_or(temporary.path().to_owned(), Into::into);
    if !home.join("layer").exists() {
        let app = Step::of("opened empty", || open(&home));
        fill(&app, files);
        Step::of("closed", || drop(app));
        if number("KPHOTOS_BENCH_FILES").is_some() {
            return;
        }
    }
    let before = heap();
    let app = Step::of("opened", || open(&home));
    let known = u32::try_from(app.view().files().count()).unwrap();
    println!(
        "{} bytes of heap a file, with sled's",
        (heap() - before) / known as usize
    );
    assert_eq!(known, files);
    assert!(app.view().without_checksum(LIBRARY).is_empty());
    assert!(app.view().without_facts(LIBRARY).is_empty());
}
