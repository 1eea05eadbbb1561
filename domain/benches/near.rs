//! How long it takes to find all near pairs of many pictures, beside comparing each with each: `cargo bench -p
//! kphotos-domain --bench near`, with `-- 100000` for another number of pictures.
//!
//! Half of the pictures are strangers of even chance; of a fourth the signs lean to one side or the other, as those of
//! skies above grounds do, so that more stand under few values: more than photos do, of which two strangers differ in half of
//! their signs (the corpus: 127 of 255 at the median). A fourth has a near neighbour, and there are two series of
//! frames that hardly differ. Trimmed, each is thirteen more of its own, and one in eight is what is left of the one before it.
//! They are handed to the search some at a time, made when they are asked for: as the daemon does, which reads them. One thread; processor time, since others may be at work; comparing each with each is
//! measured on some, and reckoned for all.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a measuring program: a condition that does not hold ends it, with its text, and time is what it is about"
)]

use kphotos_domain::catalog::near::{
    DEFAULT_DISTANCE, MAX_DISTANCE, NearForest, NearSearch, Onward, PictureHash, TRIMS, TrimmedPicture, Turn,
};

/// Pictures that are compared each with each.
const SOME: usize = 20_000;
/// Frames of a series.
const SERIES: usize = 2_000;
/// Trimmed pictures that are handed over at a time.
const AT_ONCE: usize = 4_096;

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A word of which each bit is set with a chance of one in three.
    fn few(&mut self) -> u64 {
        self.next() & self.next() | self.next() & self.next() & self.next()
    }

    fn flip(&mut self, words: &mut [u64; 4], count: u64) {
        for _ in 0..count {
            let sign = self.next() % 255;
            let sign = if sign < 63 { sign } else { sign + 1 };
            words[(sign / 64) as usize] ^= 1 << (sign % 64);
        }
    }
}

/// Which signs change when a picture is trimmed in each way: as many as do in photos of which a 40th is cut off at a corner, a 20th at a
/// corner, a 25th at a side, a 50th all round (`cargo test -p kphotos-worker --lib look::figures -- --nocapture`).
fn masks() -> [[u64; 4]; TRIMS] {
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    let signs = [42, 42, 42, 42, 80, 80, 80, 80, 45, 45, 45, 45, 34];
    signs.map(|signs| {
        let mut mask = [0; 4];
        chance.flip(&mut mask, signs);
        mask
    })
}

fn masked(hash: PictureHash, mask: [u64; 4]) -> [u64; 4] {
    let words = hash.words();
    std::array::from_fn(|at| words[at] ^ mask[at])
}

fn pictures(count: usize) -> Vec<PictureHash> {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let leaning: [u64; 4] = std::array::from_fn(|_| chance.next());
    let mut pictures = Vec::with_capacity(count);
    let mut words = [0; 4];
    let masks = masks();
    for number in 0..count {
        let in_series = number < 2 * SERIES && number % SERIES != 0;
        if in_series {
            chance.flip(&mut words, 1);
        } else if number % 8 == 7 {
            words = masked(
                pictures[number - 1],
                masks[(chance.next() % TRIMS as u64) as usize],
            );
            let signs = chance.next() % 23;
            chance.flip(&mut words, signs);
        } else if number % 4 == 3 {
            let signs = chance.next() % 30;
            chance.flip(&mut words, signs);
        } else if number % 4 == 2 {
            words = leaning.map(|word| word ^ chance.few());
        } else {
            words = std::array::from_fn(|_| chance.next());
        }
        words[0] &= u64::MAX >> 1;
        let turn = Turn::ALL[if in_series {
            0
        } else {
            (chance.next() % 8) as usize
        }];
        pictures.push(PictureHash::from_words(words).turned(turn));
    }
    pictures
}

/// Seconds that this process was on a processor: the first field of its schedstat, in nanoseconds.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<u64>().unwrap() as f64 / 1e9
}

/// What a search took, and what it found.
struct Took {
    /// Seconds for pairs of whole pictures.
    whole: f64,
    /// Seconds for those of which one is trimmed.
    trimmed: f64,
    found: u64,
    found_trimmed: u64,
    kept: usize,
}

fn search(pictures: &[PictureHash], distance: u32) -> Took {
    let begun = processor_seconds();
    let masks = masks();
    let mut forest = NearForest::new(Vec::new());
    let (mut found, mut found_trimmed, mut trimmed) = (0, 0, 0.0);
    let all = pictures.iter().copied().zip(0..);
    let mut each = |pair| {
        found += 1;
        forest.add(pair);
    };
    let mut search = NearSearch::new(all, 0, distance, &mut each);
    for step in 0..NearSearch::STEPS {
        let mut each = |pair| {
            found += 1;
            forest.add(pair);
        };
        search.step(step, &mut || Onward::Go, &mut each);
        let whole = processor_seconds();
        let mut each = |pair| {
            found_trimmed += 1;
            forest.add(pair);
        };
        for first in (0..pictures.len()).step_by(AT_ONCE) {
            let some = pictures.iter().zip(0..).skip(first).take(AT_ONCE);
            let some = some.map(|(whole, place)| TrimmedPicture {
                whole: *whole,
                trims: masks.map(|mask| PictureHash::from_words(masked(*whole, mask))),
                place,
            });
            search.trimmed(step, &some.collect::<Vec<_>>(), &mut each);
        }
        trimmed += processor_seconds() - whole;
    }
    let kept = forest.into_pairs().len();
    Took {
        whole: processor_seconds() - begun - trimmed,
        trimmed,
        found,
        found_trimmed,
        kept,
    }
}

/// The most memory that this process ever had, in megabytes (proc_pid_status(5)).
fn most_memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: f64 = line.split_whitespace().next().unwrap().parse().unwrap();
    kilobytes / 1024.0
}

fn main() {
    let count = std::env::args()
        .find_map(|word| word.parse().ok())
        .unwrap_or(1_000_000);
    let pictures = pictures(count);
    let some = &pictures[pictures.len().saturating_sub(SOME)..];
    for distance in [DEFAULT_DISTANCE.min(23), DEFAULT_DISTANCE, MAX_DISTANCE] {
        let begun = processor_seconds();
        let mut near = 0u64;
        for (at, one) in some.iter().enumerate() {
            near += some[..at]
                .iter()
                .filter(|two| one.distance(**two) <= distance)
                .count() as u64;
        }
        let share = count as f64 / some.len() as f64;
        let plain = (processor_seconds() - begun) * share * share;
        let of_some = search(some, distance);
        // Equal hashes are told once.
        assert!(of_some.found <= near, "{} of {near}", of_some.found);
        let took = search(&pictures, distance);
        println!(
            "{count} pictures up to distance {distance}: {} pairs in {:.1} s, {} with one trimmed in {:.1} s, {} kept; each with each {plain:.0} s, whole only; ratio {:.0}; most memory {:.0} MB",
            took.found,
            took.whole,
            took.found_trimmed,
            took.trimmed,
            took.kept,
            plain / took.whole,
            most_memory(),
        );
    }
}
