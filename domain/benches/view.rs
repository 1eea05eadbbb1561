//! What the view costs a photo as it grows, and what queries of many kinds take when it is large: `cargo bench -p
//! kphotos-domain --bench view`, with `-- 100000` for another number of photos than a million.
//!
//! The names are those of cameras that count to 9999 and begin again, so that a hundred photos of a million share each
//! stem. Registering and reading go through the app on fakes, which keep all in memory; what one photo costs at the end
//! is printed beside what one cost at the beginning. The indexes are made first, as the daemon makes them when it has
//! nothing else to do. Each query is asked ten times: the first time looks for its words, later ones know who has them.
//! One thread; others may be at work, so look at the ratios.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a measuring program: a condition that does not hold ends it, with its text, and time is what it is about"
)]

use kphotos_domain::catalog::{Camera, Exposure, Facts, Location};
use kphotos_domain::command::{Command, RecordFacts, RegisterFiles};
use kphotos_domain::identity::Tool;
use kphotos_domain::kernel::{AssetId, LibraryId, Taken, TakenSource, UserId};
use kphotos_domain::organization::TagPath;
use kphotos_domain::organization::query::{Query, Sort, evaluate, page};
use kphotos_domain::testing::{World, sighting};
use std::sync::Arc;
use std::time::{Duration, Instant};

const MILLION: u64 = 1_000_000;
const IN_FOLDER: u64 = 1_000;
/// Files of one command, as the daemon sends them.
const BATCH: u64 = 500;

const QUERIES: [(&str, Sort); 30] = [
    ("", Sort::Taken),
    ("", Sort::Name),
    ("", Sort::Added),
    ("", Sort::Rating),
    ("tag:travel", Sort::Taken),
    ("date:2015", Sort::Taken),
    ("rating:4+", Sort::Taken),
    ("rating:1+", Sort::Name),
    ("camera:canon -tag:travel", Sort::Taken),
    ("iso:800 f:2..6", Sort::Taken),
    ("near:40,0,800km", Sort::Taken),
    ("near:48,2,3km", Sort::Taken),
    ("has:title OR is:undated", Sort::Taken),
    ("img_0042", Sort::Taken),
    ("img", Sort::Taken),
    ("1", Sort::Taken),
    ("img 1", Sort::Taken),
    ("1 2 jpg", Sort::Taken),
    ("img 20 jpg", Sort::Taken),
    ("12 34 -56", Sort::Taken),
    ("number", Sort::Name),
    ("description", Sort::Taken),
    ("title:evening", Sort::Name),
    ("path:2015-0", Sort::Taken),
    ("path:2015-06/img_00", Sort::Taken),
    ("size:1MB+", Sort::Taken),
    ("ext:jpg", Sort::Taken),
    ("added:2020..", Sort::Added),
    ("type:video", Sort::Taken),
    ("is:stacked", Sort::Taken),
];

fn path(number: u64) -> String {
    let folder = number / IN_FOLDER;
    let (year, month) = (2000 + folder / 12 % 25, folder % 12 + 1);
    let counter = (folder / 3 * IN_FOLDER + number % IN_FOLDER) % 9_999 + 1;
    let round = folder / 300;
    format!("{year}/{year}-{month:02} {round}/IMG_{counter:04}.JPG")
}

fn facts(number: u64, cameras: &[Arc<Camera>]) -> Facts {
    let chance = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let some = |shift: u32, of: u64| chance.rotate_left(shift) % of;
    let folder = number / IN_FOLDER;
    let (year, month, day) = (2000 + folder / 12 % 25, folder % 12 + 1, some(7, 28) + 1);
    let taken = format!(
        "{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
        some(9, 24),
        some(11, 60),
        some(13, 60)
    );
    let every = |of: u64, text: &str| {
        (number.is_multiple_of(of)).then(|| format!("{text} {number}").into_boxed_str())
    };
    let at = |shift, of: u64| some(shift, of) as f64 / 10_000.0;
    // A third at home, the others anywhere.
    let location = match number % 6 {
        0 => Location::from_degrees(48.0 + at(17, 500), 2.0 + at(19, 500), None).ok(),
        1 | 2 => Location::from_degrees(at(17, 1_700_000) - 85.0, at(19, 3_500_000) - 175.0, None).ok(),
        _ => None,
    };
    Facts {
        width: Some(6_000),
        height: Some(4_000),
        taken: Taken::parse(&taken, TakenSource::ExifOriginal).ok(),
        camera: cameras.get(usize::try_from(some(3, 6)).unwrap()).cloned(),
        exposure: Some(Box::new(Exposure {
            iso: Some(100 << some(21, 7)),
            f_number: Some(1.4 + some(23, 40) as f64 / 2.0),
            time: Some(1.0 / (30 + some(25, 500)) as f64),
            focal_length: Some((10 + some(27, 200)) as f64),
        })),
        rating: (number.is_multiple_of(3)).then(|| i8::try_from(some(29, 5)).unwrap() + 1),
        location,
        title: every(10, "An evening at the lake"),
        description: every(5, "A description of some length, of the photo with the number"),
        tag_paths: (number.is_multiple_of(7))
            .then(|| TagPath::parse("travel/italy").unwrap())
            .into_iter()
            .collect(),
        ..Facts::default()
    }
}

fn register(world: &World, numbers: std::ops::Range<u64>) -> Duration {
    let files = numbers.map(|number| {
        let mut seen = sighting(&path(number));
        seen.size = 200_000 + number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 10_000_000;
        seen
    });
    let command = Command::RegisterFiles(RegisterFiles {
        library: LibraryId::new(1),
        files: files.collect(),
    });
    let begun = Instant::now();
    world.observe(&command);
    begun.elapsed()
}

fn read(world: &World, numbers: std::ops::Range<u64>, cameras: &[Arc<Camera>]) -> Duration {
    let read = |number: u64| {
        let view = world.app.view();
        let asset = AssetId::new(u32::try_from(number).unwrap() + 1);
        let file = view.lead_file(asset).unwrap();
        (
            view.file(file).unwrap().stamp(file),
            Box::new(facts(number, cameras)),
        )
    };
    let command = Command::RecordFacts(RecordFacts {
        bytes: Vec::new(),
        facts: numbers.map(read).collect(),
        sidecars: Vec::new(),
        tool: Tool::Exiftool,
    });
    let begun = Instant::now();
    world.observe(&command);
    begun.elapsed()
}

/// Does it for all in batches; prints what one costs among the first tenth of a hundred thousand and among the last.
fn grow(what: &str, count: u64, mut batch: impl FnMut(std::ops::Range<u64>) -> Duration) {
    let mut times = Vec::new();
    let mut from = 0;
    while from < count {
        let to = count.min(from + BATCH);
        times.push(batch(from..to));
        from = to;
    }
    let part = times.len().min(20);
    let each = |some: &[Duration]| {
        some.iter().sum::<Duration>().as_secs_f64() * 1e6 / (some.len() as f64 * BATCH as f64)
    };
    let (first, last) = (
        each(times.get(..part).unwrap()),
        each(times.get(times.len() - part..).unwrap()),
    );
    println!(
        "{what}: {first:.1} µs a photo at first, {last:.1} at the end ({:.2} times)",
        last / first
    );
}

fn main() {
    let count = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(MILLION);
    let camera = |(make, model): (&str, &str)| {
        Arc::new(Camera {
            make: Some(make.into()),
            model: Some(model.into()),
            ..Camera::default()
        })
    };
    let cameras = [
        ("Canon", "EOS R5"),
        ("Canon", "EOS 5D"),
        ("NIKON", "D850"),
        ("Apple", "iPhone 15"),
        ("SONY", "ILCE-7M4"),
        ("FUJIFILM", "X-T5"),
    ]
    .map(camera);
    let world = World::new();
    grow("registering", count, |numbers| register(&world, numbers));
    grow("reading", count, |numbers| read(&world, numbers, &cameras));
    let view = world.app.view();
    let me = UserId::new(1);
    let before = resident();
    let begun = Instant::now();
    let mut longest = Duration::ZERO;
    loop {
        let part = Instant::now();
        let more = view.prepare_searches();
        longest = longest.max(part.elapsed());
        if !more {
            break;
        }
    }
    println!(
        "all indexes: {:.1} s, in parts of {:.1} ms at most",
        begun.elapsed().as_secs_f64(),
        longest.as_secs_f64() * 1e3
    );
    println!("indexes take {:.1} MB", (resident() - before) / 1e6);
    for (text, sort) in QUERIES {
        let query = Query::parse(text).unwrap();
        let ask = |reverse| {
            let begun = Instant::now();
            let found = evaluate(&view, me, &query);
            let found_after = begun.elapsed();
            let first = page(&view, &found, sort, reverse, 100, None);
            (
                found.len(),
                first.items.len(),
                found_after,
                begun.elapsed() - found_after,
            )
        };
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        let (_, _, evaluated, sorted) = ask(false);
        let first = milliseconds(evaluated + sorted);
        let mut again: Vec<_> = (0..9).map(|round| ask(round % 2 == 1)).collect();
        again.sort_by_key(|(.., evaluated, sorted)| *evaluated + *sorted);
        let (found, shown, evaluated, sorted) = again.swap_remove(again.len() / 2);
        println!(
            "`{text}` by {}: {found} found, {shown} shown; {:.2} ms to find, {:.2} ms to sort; {first:.1} ms the first time",
            sort.as_str(),
            milliseconds(evaluated),
            milliseconds(sorted),
        );
    }
}

/// Bytes of memory that the process has.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = status.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096.0
}
