//! Files broken on purpose, for the tests of the readers: the same ones in every run.

use std::time::Instant;

/// A small generator (xorshift), so that a failure comes again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % end.max(1)
    }
}

/// Flips, lies about lengths, cuts, doubles.
fn break_it(bytes: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len());
        match chance.below(6) {
            0 => bytes[at] = u8::try_from(chance.below(256)).unwrap(),
            1 => bytes.truncate(at.max(8)),
            2 => {
                let value = [0, 1, 7, 8, u32::MAX, 0x7fff_ffff, 0x8000_0000][chance.below(7)];
                let end = bytes.len().min(at + 4);
                bytes[at..end].copy_from_slice(&value.to_be_bytes()[..end - at]);
            }
            3 => bytes.iter_mut().skip(at).take(8).for_each(|byte| *byte = 0xff),
            4 => {
                let part = bytes[at..bytes.len().min(at + 64)].to_vec();
                let into = chance.below(bytes.len());
                bytes.splice(into..into, part);
            }
            _ => bytes[at] ^= 1 << chance.below(8),
        }
    }
}

/// The files of the corpus up to 64 KiB that `wanted` wants; none, and a word about it, without the corpus.
pub(crate) fn corpus(wanted: impl Fn(&[u8]) -> bool) -> Vec<Vec<u8>> {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/dev");
    let place = std::env::var_os("KPHOTOS_CORPUS").map_or(beside, Into::into);
    let Ok(list) = std::fs::read_to_string(place.join("MANIFEST.csv")) else {
        eprintln!("skipped: corpus not found; only files made by code are broken");
        return Vec::new();
    };
    let names = list.lines().filter_map(|line| line.split(',').next());
    let files = names.filter_map(|name| std::fs::read(place.join(name)).ok());
    files
        .filter(|bytes| bytes.len() < 64 << 10 && wanted(bytes))
        .collect()
}

/// Reads `rounds` broken files made of these. A file must take no longer than a person waits.
pub(crate) fn each(seeds: &[Vec<u8>], rounds: usize, read: impl Fn(&[u8])) {
    let mut chance = Chance(0x5eed_0fc0);
    let start = Instant::now();
    for _ in 0..rounds {
        let mut bytes = seeds[chance.below(seeds.len())].clone();
        break_it(&mut bytes, &mut chance);
        let one = Instant::now();
        read(&bytes);
        assert!(
            one.elapsed().as_secs() < 5,
            "{:?} for {} bytes",
            one.elapsed(),
            bytes.len()
        );
    }
    eprintln!(
        "{rounds} broken files of {} in {:?}",
        seeds.len(),
        start.elapsed()
    );
}
