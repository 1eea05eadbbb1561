//! Breaks files in a library until so many were: `cargo run -p kphotos-tests --example hostile -- [COUNT [SEED]]`
//! (100,000 without); the programs are to be built before (`cargo build`).

use kphotos_tests::broken::survives;
use kphotos_tests::random::Random;

fn main() -> Result<(), std::num::ParseIntError> {
    let mut given = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let count = given.next().transpose()?.unwrap_or(100_000);
    let mut random = match given.next().transpose()? {
        Some(seed) => Random::seeded(seed),
        None => Random::announced("hostile"),
    };
    survives(usize::try_from(count).unwrap_or(usize::MAX), &mut random);
    Ok(())
}
