//! The real worker over real photos: nothing is lost, and what it reads agrees with independent tools.
//!
//! Wants the corpus at `KPHOTOS_CORPUS`, or beside the workspace in `../shared/corpus/dev`; without it the tests say that
//! they are skipped. The worker is built by the same cargo that runs the tests, or named by `KPHOTOS_WORKER`.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{FactsRecord, Job, Outcome, Pool, PoolOptions};

/// The worker program of this build.
fn worker() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(named) = std::env::var_os("KPHOTOS_WORKER") {
            return named.into();
        }
        let test = std::env::current_exe().unwrap();
        let profile = test.ancestors().nth(2).unwrap();
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["build", "--quiet", "-p", "kphotos-worker", "--target-dir"])
            .arg(profile.parent().unwrap());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "kphotos-worker does not build");
        profile.join("kphotos-worker")
    })
}

fn pool(options: PoolOptions) -> Pool {
    Pool::start(worker(), options).unwrap()
}

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/dev");
    let place = std::env::var_os("KPHOTOS_CORPUS").map_or(beside, PathBuf::from);
    let found = place.join("expected.json").is_file();
    if !found {
        eprintln!("skipped: corpus not found");
    }
    found.then_some(place)
}

fn expected(corpus: &Path) -> BTreeMap<String, Value> {
    let text = std::fs::read(corpus.join("expected.json")).unwrap();
    let mut whole: Value = serde_json::from_slice(&text).unwrap();
    serde_json::from_value(whole["files"].take()).unwrap()
}

fn job(corpus: &Path, ticket: usize, name: &str) -> Job {
    let file = OwnedFd::from(File::open(corpus.join(name)).unwrap());
    let ext = Path::new(name)
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Job {
        ticket: ticket.try_into().unwrap(),
        file,
        ext,
    }
}

/// Reads all these files with two callers, each batch by batch; the answers in the order of the names.
fn read_all(pool: &Pool, corpus: &Path, names: &[String]) -> Vec<Outcome> {
    let half = names.len().div_ceil(2);
    let read = |names: &[String]| -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for names in names.chunks(64) {
            let answers = pool.read(
                names
                    .iter()
                    .enumerate()
                    .map(|(ticket, name)| job(corpus, ticket, name))
                    .collect(),
            );
            let tickets: Vec<_> = answers.iter().map(|(ticket, _)| *ticket).collect();
            assert_eq!(
                tickets,
                (0..u64::try_from(names.len()).unwrap()).collect::<Vec<_>>()
            );
            outcomes.extend(answers.into_iter().map(|(_, outcome)| outcome));
        }
        outcomes
    };
    let (first, second) = names.split_at(half);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| read(second));
        let mut outcomes = read(first);
        outcomes.extend(second.join().unwrap());
        outcomes
    })
}

#[test]
fn the_sandbox_holds_completely_here() {
    let pool = pool(PoolOptions::default());
    eprintln!("sandbox: {:?}", pool.sandbox());
    assert!(pool.sandbox().seccomp);
    assert_ne!(pool.sandbox().landlock, "none");
}

#[test]
fn every_file_of_the_corpus_is_answered_and_none_costs_a_worker() {
    let Some(corpus) = corpus() else { return };
    let names: Vec<String> = expected(&corpus).into_keys().collect();
    let pool = pool(PoolOptions {
        workers: 2,
        ..PoolOptions::default()
    });
    let outcomes = read_all(&pool, &corpus, &names);
    assert_eq!(outcomes.len(), names.len());
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for (name, outcome) in names.iter().zip(&outcomes) {
        let count = counts.entry(name.split('/').next().unwrap()).or_default();
        match outcome {
            Outcome::Read(_) => count[0] += 1,
            Outcome::Failed { .. } => count[1] += 1,
            Outcome::Unreadable { reason } => {
                eprintln!("unreadable: {name}: {reason}");
                count[2] += 1;
            }
            Outcome::Unserved { .. } => count[3] += 1,
        }
    }
    eprintln!("{:18} read failed unreadable unserved", "folder");
    for (folder, [read, failed, unreadable, unserved]) in &counts {
        eprintln!("{folder:18} {read:4} {failed:6} {unreadable:10} {unserved:8}");
    }
    assert!(counts.values().all(|count| count[3] == 0), "no file is left out");
    assert!(
        counts
            .iter()
            .all(|(folder, count)| *folder == "corrupt" || count[2] == 0),
        "no good file costs a worker"
    );
    let rounds = 3u32;
    let start = Instant::now();
    for _ in 0..rounds {
        read_all(&pool, &corpus, &names);
    }
    let files = f64::from(rounds) * f64::from(u32::try_from(names.len()).unwrap());
    eprintln!(
        "speed: {:.0} files/s with 2 workers",
        files / start.elapsed().as_secs_f64()
    );
}

#[test]
fn what_is_read_agrees_with_independent_tools() {
    let Some(corpus) = corpus() else { return };
    let stills: Vec<(String, Value)> = expected(&corpus)
        .into_iter()
        .filter(|(_, record)| record["kind"] == "image" && record["corrupt"] == false)
        .collect();
    let names: Vec<String> = stills.iter().map(|(name, _)| name.clone()).collect();
    let pool = pool(PoolOptions {
        workers: 2,
        ..PoolOptions::default()
    });
    let outcomes = read_all(&pool, &corpus, &names);
    let mut jpeg = Agreement::default();
    let mut others = Agreement::default();
    let mut types: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for ((name, record), outcome) in stills.iter().zip(&outcomes) {
        let kind = record["file_type"].as_str().unwrap_or("?");
        let count = types.entry(kind).or_default();
        count.1 += 1;
        let Outcome::Read(facts) = outcome else {
            eprintln!("not read: {name}: {outcome:?}");
            continue;
        };
        count.0 += 1;
        let agreement = if kind == "JPEG" { &mut jpeg } else { &mut others };
        // A picture that no tag turns may be turned by its boxes.
        let turned = record["orientation"].is_null() && record["rotation_cw"] != 0;
        let record = if turned { &upright(record) } else { record };
        agreement.compare(name, record, facts);
    }
    for (kind, (read, all)) in types {
        eprintln!("{kind:24} {read:3} of {all:3} read");
    }
    others.print("other formats");
    jpeg.print("JPEG");
    jpeg.demand(&FLOORS);
    others.demand(&FLOORS_OTHERS);
}

#[test]
fn what_is_read_of_movies_agrees_with_independent_tools() {
    let Some(corpus) = corpus() else { return };
    let movies: Vec<(String, Value)> = expected(&corpus)
        .into_iter()
        .filter(|(_, record)| record["kind"] == "video" && record["corrupt"] == false)
        .filter(|(name, _)| !name.starts_with("corrupt/") && !PICTURES.contains(&name.as_str()))
        .collect();
    let names: Vec<String> = movies.iter().map(|(name, _)| name.clone()).collect();
    let pool = pool(PoolOptions::default());
    let mut agreement = Agreement::default();
    let mut read = 0;
    for ((name, record), outcome) in movies.iter().zip(read_all(&pool, &corpus, &names)) {
        let Outcome::Read(facts) = outcome else {
            eprintln!("not read: {name}: {outcome:?}");
            continue;
        };
        read += 1;
        agreement.compare(name, &upright(record), &facts);
    }
    eprintln!("{read} of {} movies read", movies.len());
    agreement.print("movies");
    agreement.demand(&FLOORS_MOVIES);
    // The one that is left is the first 32 bytes of a movie.
    assert!(read + 1 >= movies.len());
}

/// Pictures in HEIF's minimal form, which exiftool takes for movies.
const PICTURES: [&str; 2] = [
    "video/libheif/lightning_mini.heif",
    "video/libheif/simple_osm_tile_meta.avif",
];

/// The record with its track's turn as an orientation.
fn upright(record: &Value) -> Value {
    let mut record = record.clone();
    let turns = [(0, 1), (90, 6), (180, 3), (270, 8)];
    let turn = turns
        .iter()
        .find(|(degrees, _)| record["rotation_cw"] == *degrees);
    if let Some((_, orientation)) = turn {
        record["orientation"] = (*orientation).into();
    }
    record
}

/// A little below what is reached. Of the rest, most are readings that `expected.json` does not list: a UserComment as
/// description, digiKam's colours as labels, positions off the earth.
const FLOORS: [(&str, f64); 17] = [
    ("width", 99.0),
    ("height", 99.0),
    ("orientation", 99.0),
    ("taken", 97.0),
    ("make", 99.0),
    ("model", 99.0),
    ("lens", 95.0),
    ("iso", 97.0),
    ("f_number", 99.0),
    ("exposure_s", 99.0),
    ("focal_mm", 99.0),
    ("gps", 88.0),
    ("title", 99.0),
    ("description", 92.0),
    ("rating", 99.0),
    ("keywords", 94.0),
    ("paths", 99.0),
];
const FLOORS_OTHERS: [(&str, f64); 14] = [
    ("width", 97.0),
    ("height", 97.0),
    ("content_id", 99.0),
    ("orientation", 96.0),
    ("taken", 98.0),
    ("make", 95.0),
    ("model", 95.0),
    ("gps", 95.0),
    ("rating", 99.0),
    ("title", 99.0),
    ("description", 96.0),
    ("label", 99.0),
    ("keywords", 99.0),
    ("paths", 99.0),
];
/// Of the rest: a transport stream, of which the type alone is read; seconds that exiftool cuts off a camera's date; a
/// Matroska description that it does not list.
const FLOORS_MOVIES: [(&str, f64); 11] = [
    ("width", 94.0),
    ("height", 94.0),
    ("orientation", 99.0),
    ("duration_s", 95.0),
    ("taken", 92.0),
    ("gps", 99.0),
    ("model", 99.0),
    ("title", 99.0),
    ("description", 75.0),
    ("keywords", 99.0),
    ("content_id", 99.0),
];

/// Per field: how often both sides agree, of the files where either has something.
#[derive(Default)]
struct Agreement(BTreeMap<&'static str, (usize, usize)>);

impl Agreement {
    fn note(
        &mut self,
        name: &str,
        field: &'static str,
        given: bool,
        agrees: bool,
        found: &dyn std::fmt::Debug,
        expect: &Value,
    ) {
        if !given {
            return;
        }
        let count = self.0.entry(field).or_default();
        count.1 += 1;
        if agrees {
            count.0 += 1;
        } else {
            eprintln!("differs: {field:11} {name}: {found:?} instead of {expect}");
        }
    }

    fn compare(&mut self, name: &str, record: &Value, facts: &FactsRecord) {
        let text = |found: &Option<String>, expect: &Value| {
            let same = |expect: &Value| {
                expect.as_str().map(|text| text.trim().replace('\0', ""))
                    == found.clone().map(|text| text.trim().to_owned())
            };
            same(expect) || expect.as_str() == Some("") && found.is_none()
        };
        let alternate = |found: &Option<String>| {
            let others = record["alternates"]
                .as_object()
                .into_iter()
                .flat_map(|others| others.values());
            found.is_some()
                && others
                    .filter_map(Value::as_str)
                    .any(|text| Some(text.trim()) == found.as_deref())
        };
        let fields = [
            ("make", &facts.make),
            ("model", &facts.model),
            ("lens", &facts.lens),
            ("title", &facts.title),
            ("description", &facts.description),
            ("label", &facts.label),
            ("content_id", &facts.content_id),
        ];
        for (field, found) in fields {
            let expect = &record[field];
            self.note(
                name,
                field,
                found.is_some() || !expect.is_null(),
                text(found, expect) || alternate(found),
                found,
                expect,
            );
        }
        let duration = facts
            .duration_ms
            .map(|ms| Duration::from_millis(ms).as_secs_f64());
        let numbers = [
            ("duration_s", duration, 1e-4),
            ("width", facts.width.map(f64::from), 0.0),
            ("height", facts.height.map(f64::from), 0.0),
            ("orientation", facts.orientation.map(f64::from), 0.0),
            ("rating", facts.rating.map(f64::from), 0.0),
            ("iso", facts.iso.map(f64::from), 0.0),
            ("f_number", facts.f_number, 0.006),
            ("exposure_s", facts.exposure_seconds, 1e-3),
            ("focal_mm", facts.focal_mm, 0.006),
        ];
        for (field, found, relative) in numbers {
            let expect = &record[field];
            let agrees = match (found, expect.as_f64()) {
                (Some(found), Some(expect)) => (found - expect).abs() <= relative * expect.abs(),
                (found, expect) => found == expect,
            };
            self.note(
                name,
                field,
                found.is_some() || !expect.is_null(),
                agrees,
                &found,
                expect,
            );
        }
        let expect = &record["gps"];
        let near = |found: Option<f64>, expect: &Value| match (found, expect.as_f64()) {
            (Some(found), Some(expect)) => (found - expect).abs() < 1e-5,
            (found, expect) => found == expect,
        };
        let agrees = near(facts.latitude, &expect["lat"]) && near(facts.longitude, &expect["lon"]);
        let nowhere = expect["lat"] == 0.0 && expect["lon"] == 0.0;
        self.note(
            name,
            "gps",
            facts.latitude.is_some() || !expect.is_null(),
            agrees || nowhere,
            &facts.latitude,
            expect,
        );
        self.compare_taken(name, record, facts);
        self.compare_tags(name, record, facts);
    }

    fn compare_taken(&mut self, name: &str, record: &Value, facts: &FactsRecord) {
        let expect = &record["taken"];
        let offset = facts
            .taken
            .as_ref()
            .and_then(|taken| taken.offset_minutes)
            .map(|minutes| {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            });
        let agrees = match (&facts.taken, expect["local"].as_str()) {
            (Some(taken), Some(local)) => {
                // To the second, or as far as the file goes.
                let known = local.len().min(19);
                let same_offset = offset.as_deref()
                    == expect["offset"]
                        .as_str()
                        .map(|text| text.replace("-00:00", "+00:00"))
                        .as_deref();
                taken.local.get(..known) == local.get(..known)
                    && same_offset
                    && taken.date_only == (local.len() == 10)
            }
            (found, expect) => found.is_none() && expect.is_none(),
        };
        self.note(
            name,
            "taken",
            facts.taken.is_some() || !expect.is_null(),
            agrees,
            &facts.taken,
            expect,
        );
    }

    fn compare_tags(&mut self, name: &str, record: &Value, facts: &FactsRecord) {
        let words = |list: &Value| -> Vec<String> {
            list.as_array()
                .into_iter()
                .flatten()
                .filter_map(|word| word.as_str().map(|word| word.trim().to_owned()))
                .collect()
        };
        let expect = words(&record["keywords"]);
        let all_there = expect
            .iter()
            .all(|word| facts.tags.iter().any(|path| path.last() == Some(word)));
        self.note(
            name,
            "keywords",
            !expect.is_empty(),
            all_there,
            &facts.tags,
            &record["keywords"],
        );
        let paths: Vec<Vec<String>> = record["hierarchical_keywords"]
            .as_array()
            .into_iter()
            .flatten()
            .map(words)
            .collect();
        let all_there = paths.iter().all(|path| facts.tags.contains(path));
        self.note(
            name,
            "paths",
            !paths.is_empty(),
            all_there,
            &facts.tags,
            &record["hierarchical_keywords"],
        );
        let unknown = |path: &&Vec<String>| !paths.contains(path) && !expect.contains(path.last().unwrap());
        let surplus: Vec<_> = facts.tags.iter().filter(unknown).collect();
        self.note(
            name,
            "no surplus",
            !facts.tags.is_empty(),
            surplus.is_empty(),
            &surplus,
            &Value::Null,
        );
    }

    fn print(&self, title: &str) {
        eprintln!("agreement, {title}:");
        for (field, (agree, all)) in &self.0 {
            eprintln!(
                "  {field:12} {agree:3} of {all:3}  {:5.1} %",
                percent(*agree, *all)
            );
        }
    }

    fn demand(&self, floors: &[(&str, f64)]) {
        for (field, floor) in floors {
            let (agree, all) = self.0.get(field).copied().unwrap_or_default();
            assert!(
                percent(agree, all) >= *floor,
                "{field}: {agree} of {all} agree, {floor} % are demanded"
            );
        }
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap());
    100.0 * count(part) / count(whole.max(1))
}
