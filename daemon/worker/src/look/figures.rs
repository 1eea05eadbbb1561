//! How far photos are from what becomes of them: a table of distances, and a test that fails where what the domain's front page
//! promises does not hold. `KPHOTOS_FIGURES=all cargo test --release -p kphotos-worker --lib look::figures -- --nocapture`
//! prints it of all photos; unless told so it is of every sixth file, and of fewer cuts.
//!
//! Wants the corpus at `KPHOTOS_CORPUS`, or beside the workspace in `../shared/corpus/dev`; without it the table is of made
//! scenes alone. Of photos that are alike the first counts.

use super::tests::{jpeg, scene};
use ::image::imageops::FilterType;
use ::image::{DynamicImage, GenericImageView as _};
use kphotos_domain::catalog::near::{
    DEFAULT_DISTANCE, MAX_DISTANCE, MAX_TRIMMED_SIGNS, PictureHash, TRIMMED, TrimmedPicture,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The longest side that is tried: larger ones are shrunk first, for the time that encoding takes.
const LARGEST: u32 = 480;
/// Photos that are no further apart are taken for one.
const ONE: u32 = 2 * MAX_DISTANCE;

struct Photo {
    name: String,
    picture: DynamicImage,
    look: TrimmedPicture,
}

fn look(bytes: &[u8]) -> Option<TrimmedPicture> {
    let rows = super::signs(bytes, "jpg").ok()??;
    let hash = |rows: &[u16; 16]| PictureHash::of_signs(|u, v| rows[v] >> u & 1 == 1);
    let hashes: Vec<PictureHash> = rows.iter().map(hash).collect();
    Some(TrimmedPicture {
        whole: hashes[0],
        trims: hashes[1..].try_into().unwrap(),
        place: 0,
    })
}

/// How far two are apart: of what is trimmed, so far as the domain looks.
fn apart(one: &TrimmedPicture, two: &TrimmedPicture) -> u32 {
    let whole = one.whole.distance(two.whole);
    let trimmed = [(one, two), (two, one)].map(|(one, two)| one.pair((two.whole, 1), MAX_DISTANCE));
    let trimmed = trimmed.into_iter().flatten().map(|pair| pair.distance);
    trimmed.chain([whole]).min().unwrap()
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

/// The photos, read once for all tests.
fn photos() -> &'static [Photo] {
    static PHOTOS: OnceLock<Vec<Photo>> = OnceLock::new();
    PHOTOS.get_or_init(read_photos)
}

fn read_photos() -> Vec<Photo> {
    let mut photos: Vec<Photo> = Vec::new();
    let mut add = |name: String, picture: DynamicImage| {
        let largest = picture.width().max(picture.height());
        let picture = match largest > LARGEST {
            true => picture.resize(LARGEST, LARGEST, FilterType::Triangle),
            false => picture,
        };
        let Some(look) = look(&jpeg(&picture, 95)) else {
            return;
        };
        let is_other = |known: &Photo| known.look.whole.distance(look.whole) > ONE;
        if picture.width().min(picture.height()) >= 200 && photos.iter().all(is_other) {
            photos.push(Photo { name, picture, look });
        }
    };
    for seed in 1..=4 {
        add(format!("scene {seed}"), scene(seed, 600, 400, 0.0));
    }
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/dev");
    let corpus = std::env::var_os("KPHOTOS_CORPUS").map_or(beside, Into::into);
    let mut found = Vec::new();
    if corpus.is_dir() {
        files(&corpus, &mut found);
    } else {
        eprintln!(
            "skipped: the photos of the corpus, which is not at {}",
            corpus.display()
        );
    }
    let each = if is_all() { 1 } else { 6 };
    for path in found.into_iter().step_by(each) {
        let name = path.file_name().unwrap_or_default();
        let is_sound = !path.components().any(|part| part.as_os_str() == "corrupt");
        let bytes = std::fs::read(&path).unwrap();
        let format = ::image::guess_format(&bytes)
            .ok()
            .filter(|format| format.reading_enabled());
        if let Some(format) = format.filter(|_| is_sound)
            && let Ok(picture) = ::image::load_from_memory_with_format(&bytes, format)
        {
            add(name.to_string_lossy().into_owned(), picture);
        }
    }
    photos
}

/// Whether the whole table is wanted.
fn is_all() -> bool {
    std::env::var_os("KPHOTOS_FIGURES").is_some_and(|which| which == "all")
}

/// Cuts off these percents at the left, right, top and bottom.
fn cut(picture: &DynamicImage, [left, right, top, bottom]: [f64; 4]) -> DynamicImage {
    let (width, height) = picture.dimensions();
    let part = |percent: f64, of: u32| (percent / 100.0 * f64::from(of)).round() as u32;
    let (x, y) = (part(left, width), part(top, height));
    let width = width - x - part(right, width);
    picture.crop_imm(x, y, width, height - y - part(bottom, height))
}

/// All ways of cutting off so many percents of both sides, or of one.
fn cuts(percent: f64) -> [(&'static str, Vec<[f64; 4]>); 3] {
    let (c, half) = (percent, percent / 2.0);
    let corners = [
        [c, 0.0, c, 0.0],
        [0.0, c, c, 0.0],
        [c, 0.0, 0.0, c],
        [0.0, c, 0.0, c],
    ];
    let sides = [
        [c, 0.0, 0.0, 0.0],
        [0.0, c, 0.0, 0.0],
        [0.0, 0.0, c, 0.0],
        [0.0, 0.0, 0.0, c],
    ];
    [
        ("all round", vec![[half; 4]]),
        ("at a corner", corners.to_vec()),
        ("at a side", sides.to_vec()),
    ]
}

/// One line of the table: of all the middle, the ninetieth of a hundred, the most, and the share that is near.
fn line(what: &str, mut distances: Vec<u32>) -> f64 {
    distances.sort_unstable();
    let count = distances.len();
    let near = distances.iter().filter(|far| **far <= DEFAULT_DISTANCE).count();
    let at = |hundredth: usize| distances[(count - 1) * hundredth / 100];
    let share = near as f64 / count as f64;
    eprintln!(
        "{what:28} {count:5} {:6} {:6} {:6} {:8.1} %",
        at(50),
        at(90),
        at(100),
        share * 100.0
    );
    share
}

/// The head of the table.
fn head() {
    eprintln!(
        "{:28} count middle    90%   most within {DEFAULT_DISTANCE}",
        "what became of a photo"
    );
}

#[test]
fn a_photo_encoded_anew_resized_or_turned_is_found() {
    let photos = photos();
    head();
    let whole_only = |what: &str, most: u32, made: &dyn Fn(&DynamicImage) -> Vec<u8>| {
        let far = |photo: &Photo| look(&made(&photo.picture)).map_or(255, |made| apart(&made, &photo.look));
        let distances: Vec<u32> = photos.iter().map(far).collect();
        assert!(distances.iter().all(|far| *far <= most), "{what}: {distances:?}");
        line(what, distances)
    };
    let smaller = |picture: &DynamicImage, by: u32| {
        let (width, height) = picture.dimensions();
        jpeg(
            &picture.resize_exact(width / by, height / by, FilterType::CatmullRom),
            85,
        )
    };
    whole_only("quality 75", 10, &|picture| jpeg(picture, 75));
    whole_only("quality 50", 10, &|picture| jpeg(picture, 50));
    whole_only("half the size", 10, &|picture| smaller(picture, 2));
    whole_only("a quarter of the size", DEFAULT_DISTANCE, &|picture| {
        smaller(picture, 4)
    });
    whole_only("a quarter turned", 10, &|picture| jpeg(&picture.rotate90(), 85));
    whole_only("upside down in a mirror", 10, &|picture| {
        jpeg(&picture.flipv(), 85)
    });
}

#[test]
fn a_photo_of_which_a_twentieth_is_cut_off_anywhere_is_found() {
    let photos = photos();
    head();
    let mut missed: BTreeMap<String, usize> = BTreeMap::new();
    let percents: &[f64] = match is_all() {
        true => &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0],
        false => &[2.0, 3.0, 5.0],
    };
    for percent in percents.iter().copied() {
        for (name, ways) in cuts(percent) {
            let what = format!("{percent} % cut off {name}");
            let (mut distances, mut whole) = (Vec::new(), Vec::new());
            for (photo, way) in photos
                .iter()
                .flat_map(|photo| ways.iter().map(move |way| (photo, *way)))
            {
                let made = look(&jpeg(&cut(&photo.picture, way), 85));
                distances.push(made.map_or(255, |made| apart(&made, &photo.look)));
                whole.push(made.map_or(255, |made| made.whole.distance(photo.look.whole)));
                if percent <= 5.0 && distances.last() > Some(&DEFAULT_DISTANCE) {
                    *missed.entry(photo.name.clone()).or_default() += 1;
                }
            }
            let share = line(&what, distances);
            line("  by the whole alone", whole);
            if percent <= 5.0 {
                assert!(share > 0.85, "{what}: {share}");
            }
            if percent == 5.0 || percent <= 3.0 && name == "all round" {
                assert!(share >= if is_all() { 0.98 } else { 0.9 }, "{what}: {share}");
            }
        }
    }
    eprintln!("missed of those up to 5 %, by photo: {missed:?}");
}

#[test]
fn strangers_are_far_apart_trimmed_too() {
    let photos = photos();
    head();
    let (mut strangers, mut nearest) = (Vec::new(), Vec::new());
    for (at, one) in photos.iter().enumerate() {
        for two in &photos[..at] {
            strangers.push(one.look.whole.distance(two.look.whole));
            let trims = [(one, two), (two, one)].map(|(one, two)| {
                one.look
                    .trims
                    .map(|trim| trim.distance(two.look.whole))
                    .into_iter()
                    .min()
                    .unwrap()
            });
            nearest.extend(trims.into_iter().min());
        }
    }
    eprintln!("strangers are at least {:?} apart", strangers.iter().min());
    line("strangers", strangers);
    eprintln!(
        "strangers of which one is trimmed, signs: at least {:?}",
        nearest.iter().min()
    );
    assert!(nearest.iter().all(|far| *far > 2 * MAX_TRIMMED_SIGNS));
    line(
        "strangers, one trimmed",
        nearest.iter().map(|far| far + TRIMMED).collect(),
    );
}

#[test]
fn what_is_left_of_a_square_has_the_signs_of_the_picture_that_was_cut_there() {
    for seed in 1..=3 {
        let picture = scene(seed, 400, 400, 0.0);
        let signs = look(&jpeg(&picture, 95)).unwrap();
        // In the order of the ways.
        let ways = [2.5, 5.0]
            .iter()
            .flat_map(|percent| cuts(*percent)[1].1.clone())
            .chain(cuts(4.0)[2].1.clone())
            .chain([[2.0; 4]]);
        let mut count = 0;
        for (trim, way) in signs.trims.iter().zip(ways) {
            let cut = look(&jpeg(&cut(&picture, way), 95)).unwrap();
            let differs = trim.differs(cut.whole);
            assert!(differs <= 10, "scene {seed} cut by {way:?}: {differs}");
            count += 1;
        }
        assert_eq!(count, signs.trims.len());
    }
}
