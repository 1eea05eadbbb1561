//! The real worker over real photos: nothing is lost, and what it reads agrees with independent tools.
//!
//! Wants the corpus at `KPHOTOS_CORPUS`, or beside the workspace in `../shared/corpus/dev`; without it the tests say that
//! they are skipped. The worker is built by the same cargo that runs the tests, or named by `KPHOTOS_WORKER`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

use serde_json::Value;

use super::agreement::Agreement;
use super::{Hashed, Job, Looked, Outcome, Pool, PoolOptions};
use kphotos_domain::catalog::near::{MAX_DISTANCE, PictureHash, TRIMS};

/// The worker program of this build.
pub(crate) fn worker() -> &'static Path {
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
                &|| false,
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

/// What is read of the good files of the corpus.
pub(crate) fn outcomes() -> Option<Vec<(String, Outcome)>> {
    let corpus = corpus()?;
    let names = expected(&corpus).into_keys();
    let names: Vec<String> = names.filter(|name| !name.starts_with("corrupt/")).collect();
    let outcomes = read_all(&pool(PoolOptions::default()), &corpus, &names);
    Some(names.into_iter().zip(outcomes).collect())
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

/// Pictures, movies and sidecars alike; a file that is not read counts as one that states nothing. Not compared are
/// values that are no fields here: software, creator, copyright, places by name, the 35 mm focal length, the lens's number.
#[test]
fn what_is_read_agrees_with_independent_tools() {
    let Some(corpus) = corpus() else { return };
    let known: Vec<(String, Value)> = expected(&corpus)
        .into_iter()
        .filter(|(_, record)| record["corrupt"] == false && record["kind"] != "other")
        .collect();
    let names: Vec<String> = known.iter().map(|(name, _)| name.clone()).collect();
    let pool = pool(PoolOptions {
        workers: 2,
        ..PoolOptions::default()
    });
    let mut agreement = Agreement::default();
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for ((name, record), outcome) in known.iter().zip(read_all(&pool, &corpus, &names)) {
        let count = kinds.entry(record["kind"].as_str().unwrap()).or_default();
        count.1 += 1;
        let facts = match outcome {
            Outcome::Read(facts) => {
                count.0 += 1;
                facts
            }
            refused @ (Outcome::Failed { .. } | Outcome::Unreadable { .. } | Outcome::Unserved { .. }) => {
                eprintln!("not read: {name}: {refused:?}");
                Box::default()
            }
        };
        // A movie is turned by its track, and a picture that no tag turns by its boxes.
        let boxes = record["orientation"].is_null() && record["rotation_cw"] != 0;
        let turned = record["kind"] == "video" && !PICTURES.contains(&name.as_str()) || boxes;
        let record = if turned { &upright(record) } else { record };
        agreement.compare(name, record, &facts);
    }
    for (kind, (read, all)) in kinds {
        eprintln!("{kind:8} {read:3} of {all:3} read");
    }
    let share = agreement.print("all fields");
    agreement.hold_against(include_str!("disagreements.tsv"));
    assert!(share >= 98.0, "{share} % agree, 98 are demanded");
}

#[test]
fn pictures_are_hashed_without_their_metadata() {
    let Some(corpus) = corpus() else { return };
    let names: Vec<String> = expected(&corpus).into_keys().collect();
    let pool = pool(PoolOptions::default());
    let jobs = (0..).zip(&names).map(|(ticket, name)| job(&corpus, ticket, name));
    let answers = pool.image_hash(jobs.collect(), &|| false);
    assert_eq!(answers.len(), names.len());
    let known = |(_, hashed): &(u64, Hashed)| match hashed {
        Hashed::Known(hash) => Some(*hash),
        Hashed::Impossible | Hashed::Unreadable { .. } => None,
        Hashed::Unserved { reason } => panic!("{reason}"),
    };
    let hashes: Vec<[u8; 32]> = answers.iter().filter_map(known).collect();
    let different: std::collections::BTreeSet<_> = hashes.iter().collect();
    eprintln!(
        "{} of {} files hashed, {} hashes",
        hashes.len(),
        names.len(),
        different.len()
    );
    assert!(different.len() > 300);
}

/// Pictures of the corpus that are one picture, or shots of one scene, and how far apart they are at most.
const FAMILIES: [(&[&str], u32); 9] = [
    // The eight orientations of EXIF, pixels and tag.
    (
        &[
            "jpeg/goexif/f2-exif.jpg",
            "jpeg/goexif/f5-exif.jpg",
            "jpeg/goexif/f8-exif.jpg",
        ],
        0,
    ),
    (
        &[
            "jxl/exiv2/Reagan.jxl",
            "png/exiv2/ReaganSmallPng.png",
            "tiff/exiv2/Reagan.tiff",
        ],
        3,
    ),
    (
        &[
            "jpeg/libavif/paris_exif_xmp_icc.jpg",
            "png/libavif/paris_icc_exif_xmp.png",
        ],
        3,
    ),
    (
        &[
            "jpeg/metadata-extractor/withTypicalHuffman.jpg",
            "jpeg/metadata-extractor/withXmp.jpg",
        ],
        5,
    ),
    (&["gif/perkeep/smile.gif", "tiff/perkeep/smile.tiff"], 3),
    (&["jpeg/exiv2/smiley1.jpg", "jpeg/exiv2/smiley2.jpg"], 0),
    (
        &[
            "jpeg/tika/testJPEG_commented.jpg",
            "jpeg/tika/testJPEG_commented_pspcs2mac.jpg",
        ],
        15,
    ),
    (
        &[
            "bursts/digicam_corpus/IMG_3583.JPG",
            "bursts/digicam_corpus/IMG_3584.JPG",
        ],
        10,
    ),
    (
        &["raw/digicam_corpus/P003912.KDC", "raw/digicam_corpus/P003913.KDC"],
        10,
    ),
];

#[test]
fn what_pictures_look_like_is_seen_in_photos_of_many_formats() {
    let Some(corpus) = corpus() else { return };
    let names: Vec<String> = expected(&corpus).into_keys().collect();
    let pool = pool(PoolOptions::default());
    let jobs = (0..).zip(&names).map(|(ticket, name)| job(&corpus, ticket, name));
    let answers = pool.look(jobs.collect(), &|| false);
    assert_eq!(answers.len(), names.len());
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut looks: BTreeMap<&str, PictureHash> = BTreeMap::new();
    for (name, (_, looked)) in names.iter().zip(&answers) {
        let (_, ext) = name.rsplit_once('.').unwrap_or_default();
        let count = counts.entry(ext.to_lowercase()).or_default();
        match looked {
            Looked::Signs(rows) => {
                count[0] += 1;
                assert_eq!(rows.len(), 1 + TRIMS);
                looks.insert(name, PictureHash::of_signs(|u, v| rows[0][v] >> u & 1 == 1));
            }
            Looked::Plain => count[1] += 1,
            Looked::Undecoded { .. } => count[2] += 1,
            Looked::Unserved { reason } => panic!("{reason}"),
        }
    }
    eprintln!("{:18} seen plain undecoded", "extension");
    for (ext, [seen, plain, undecoded]) in &counts {
        eprintln!("{ext:18} {seen:4} {plain:5} {undecoded:9}");
    }
    for (family, most) in FAMILIES {
        for one in family {
            for two in family {
                let distance = looks[one].distance(looks[two]);
                assert!(distance <= most, "{one} and {two} are {distance} apart");
            }
        }
    }
    let firsts = FAMILIES.map(|(family, _)| looks[family[0]]);
    for (at, one) in firsts.iter().enumerate() {
        for two in &firsts[at + 1..] {
            let distance = one.distance(*two);
            assert!(distance > 2 * MAX_DISTANCE, "strangers are {distance} apart");
        }
    }
    assert!(
        ["arw", "cr3", "kdc", "nef", "raf"]
            .iter()
            .all(|raw| counts[*raw][0] > 0),
        "previews of RAW files"
    );
}

#[test]
fn a_movie_of_gigabytes_with_its_header_at_the_end_is_read_at_once() {
    let long: u64 = 6 << 30;
    let be = u32::to_be_bytes;
    let clock = [be(0), be(0xda37_ab60), be(0), be(1000), be(90_500)].concat();
    let header = [&be(116)[..], b"moov", &be(108), b"mvhd", &clock, &[0; 80]].concat();
    let mut file = tempfile::tempfile().unwrap();
    // A box of 64 bits of length round a hole that takes no room.
    file.write_all(
        &[
            &be(16)[..],
            b"ftypisom",
            &be(0),
            &be(1),
            b"mdat",
            &long.to_be_bytes(),
        ]
        .concat(),
    )
    .unwrap();
    file.seek(SeekFrom::Start(16 + long)).unwrap();
    file.write_all(&header).unwrap();
    let file = File::open(format!("/proc/self/fd/{}", file.as_raw_fd())).unwrap();
    let pool = pool(PoolOptions::default());
    let start = Instant::now();
    let job = Job {
        ticket: 1,
        file: file.into(),
        ext: "mp4".to_owned(),
    };
    let outcome = pool.read(vec![job], &|| false).pop().unwrap().1;
    let Outcome::Read(facts) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(facts.duration_ms, Some(90_500));
    eprintln!("6 GiB in {:?}", start.elapsed());
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
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
