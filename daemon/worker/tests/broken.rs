//! The readers over the seeds of the fuzzer and thousands of files broken on purpose, the same ones in every run.
//!
//! What `tests/fuzz` runs for hours, in short: the same functions, the same seeds. So a target that no longer builds a
//! reader's input, and a finding that comes back, are seen by the ordinary suite.

use std::time::{Duration, Instant};

use kphotos_tests::broken::{break_it, seeds};
use kphotos_tests::random::Random;
use kphotos_worker::readers;

/// Broken files a reader.
const ROUNDS: usize = 10_000;
/// Of packets, which are read by parsers that are not optimised in a build for tests.
const PACKETS: usize = 2_000;
/// Of pictures, which are decoded, and none that are large.
const LOOKS: usize = 40;
const LARGEST_LOOK: usize = 16 << 10;
/// A file must take no longer than the daemon waits.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn broken_files_are_answered_in_time_and_never_with_nonsense() {
    readers::prepare().unwrap();
    let all = seeds().unwrap();
    for (name, read) in readers::ALL {
        let start = Instant::now();
        let largest = if name == "looks" { LARGEST_LOOK } else { usize::MAX };
        let small = all.iter().filter(|(_, bytes)| bytes.len() <= largest);
        let own: Vec<_> = small.filter(|(_, bytes)| read(bytes)).collect();
        assert!(!own.is_empty(), "no seed is of the kind of {name}");
        let mut random = Random::seeded(7);
        let rounds = match name {
            "looks" => LOOKS,
            "sidecars" | "packets" => PACKETS,
            _ => ROUNDS,
        };
        for _ in 0..rounds {
            let (path, bytes) = *random.pick(&own);
            let mut bytes = bytes.clone();
            break_it(&mut bytes, &random.pick(&all).1, &mut random);
            let one = Instant::now();
            read(&bytes);
            let took = one.elapsed();
            assert!(
                took < PATIENCE,
                "{name}: {took:?} for one made of {}",
                path.display()
            );
        }
        println!(
            "{name}: {rounds} broken files of {} in {:?}",
            own.len(),
            start.elapsed()
        );
    }
}
