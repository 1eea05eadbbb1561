//! The parsers over the seeds of the fuzzer and thousands of mutations of them, the same ones in every run: what
//! `tests/fuzz` runs for hours, in short.

use kphotos_domain::testing::parsers;
use kphotos_tests::broken::{break_it, seeds_of};
use kphotos_tests::random::Random;

/// Mutations a parser.
const ROUNDS: usize = 20_000;

#[test]
fn broken_texts_are_answered_and_never_with_nonsense() {
    for (name, parse) in parsers::ALL {
        let seeds = seeds_of(name).unwrap();
        assert!(!seeds.is_empty(), "no seeds for {name}");
        let mut random = Random::seeded(7);
        for seed in &seeds {
            parse(seed);
        }
        for _ in 0..ROUNDS {
            let mut bytes = random.pick(&seeds).clone();
            let other = random.pick(&seeds);
            break_it(&mut bytes, other, &mut random);
            parse(&bytes);
        }
    }
}
