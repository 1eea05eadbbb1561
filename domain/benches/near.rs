//! How long it takes to find all near pairs of many pictures, beside comparing each with each: `cargo bench -p
//! kphotos-domain --bench near`, with `-- 100000` for another number of pictures.
//!
//! Half of the pictures are strangers of even chance; of a fourth the signs lean to one side or the other, as those of
//! skies above grounds do, so that more stand under few values: more than photos do, of which two strangers differ in half of
//! their signs (the corpus: 127 of 255 at the median). A fourth has a near neighbour, and there are two series of
//! frames that hardly differ. One thread; processor time, since others may be at work; comparing each with each is
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
    DEFAULT_DISTANCE, MAX_DISTANCE, NearForest, NearSearch, Onward, PictureHash, Turn,
};

/// Pictures that are compared each with each.
const SOME: usize = 20_000;
/// Frames of a series.
const SERIES: usize = 2_000;

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

fn pictures(count: usize) -> Vec<PictureHash> {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let leaning: [u64; 4] = std::array::from_fn(|_| chance.next());
    let mut pictures = Vec::with_capacity(count);
    let mut words = [0; 4];
    for number in 0..count {
        let in_series = number < 2 * SERIES && number % SERIES != 0;
        if in_series {
            chance.flip(&mut words, 1);
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

fn search(pictures: &[PictureHash], distance: u32) -> (f64, u64, usize) {
    let begun = processor_seconds();
    let mut forest = NearForest::new(Vec::new());
    let mut found = 0u64;
    let mut each = |pair| {
        found += 1;
        forest.add(pair);
    };
    let all = pictures.iter().copied().zip(0..);
    let mut search = NearSearch::new(all, 0, distance, &mut each);
    for step in 0..NearSearch::STEPS {
        search.step(step, &mut || Onward::Go, &mut each);
    }
    let kept = forest.into_pairs().len();
    (processor_seconds() - begun, found, kept)
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
        let (_, found_of_some, _) = search(some, distance);
        // Equal hashes are told once.
        assert!(found_of_some <= near, "{found_of_some} of {near}");
        let (took, found, kept) = search(&pictures, distance);
        println!(
            "{count} pictures up to distance {distance}: {found} pairs, {kept} kept, {:.1} s; each with each {plain:.0} s; ratio {:.0}",
            took,
            plain / took,
        );
    }
}
