//! What shares cost to look at, where the library is large: printed, not asserted. Here and
//! not in the domain, which has no clock.
//!
//! `KPHOTOS_BENCH_FILES=1000000 cargo test --release -p kphotos-fs --test cost -- --nocapture`

use kphotos_domain::command::{Command, RegisterFiles};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{LibraryId, Owner, UserId};
use kphotos_domain::organization::Query;
use kphotos_domain::organization::query::evaluate;
use kphotos_domain::sharing::Scope;
use kphotos_domain::testing::{World, sighting};
use std::time::{Duration, Instant};

const LIBRARY: LibraryId = LibraryId::new(1);
const ME: UserId = UserId::new(1);

/// The first time, and the median of nine more.
fn timed<T>(call: impl Fn() -> T) -> (Duration, Duration, T) {
    let begun = Instant::now();
    let mut found = call();
    let first = begun.elapsed();
    let mut times: Vec<Duration> = (0..9)
        .map(|_| {
            let begun = Instant::now();
            found = call();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times.get(4).copied().unwrap_or_default();
    (first, median, found)
}

#[test]
fn what_shares_cost_to_look_at() {
    let files = std::env::var("KPHOTOS_BENCH_FILES").map_or(3_000, |text| text.parse().unwrap());
    let world = World::new();
    let numbers: Vec<u32> = (0..files).collect();
    for numbers in numbers.chunks(1_000) {
        let path = |number: &u32| format!("{}/{:04}/P{number:07}.JPG", number % 2, number / 200);
        let files = numbers.iter().map(|number| sighting(&path(number))).collect();
        let command = Command::RegisterFiles(RegisterFiles {
            library: LIBRARY,
            files,
        });
        world.app.execute(Actor::System, &command).unwrap();
    }
    let half = world.app.view().folder_at(LIBRARY, b"1").unwrap();
    world.share("all", Scope::Library(LIBRARY)).unwrap();
    world.share("half", Scope::Folder(half)).unwrap();
    let view = world.app.view();
    let all = u64::from(files);
    let list = || -> u64 {
        let counts = view
            .shares()
            .map(|share| view.shown(&view.share_assets(share)).len());
        counts.sum()
    };
    let ask = |text: &str| evaluate(&view, ME, &Query::parse(text).unwrap()).len();
    let report = |what: &str, (first, again, found): (Duration, Duration, u64), expect: u64| {
        println!("{files} files: {what}: first {first:.1?}, then {again:.1?}");
        assert_eq!(found, expect, "{what}");
    };
    report("share list", timed(list), all + all / 2);
    report("is:shared", timed(|| ask("is:shared")), all);
    report("-is:shared", timed(|| ask("-is:shared")), 0);
    report("library:photos", timed(|| ask("library:photos")), all);
    report("-library:photos", timed(|| ask("-library:photos")), 0);
    let shared = timed(|| view.shared_assets(Owner::User(ME)).len());
    report("what is shared", shared, all);
    drop(view);
    // What keeping the sets costs a batch of a scan.
    let more: Vec<_> = (0..1_000)
        .map(|number| sighting(&format!("1/new/{number}.JPG")))
        .collect();
    let begun = Instant::now();
    let command = Command::RegisterFiles(RegisterFiles {
        library: LIBRARY,
        files: more,
    });
    world.app.execute(Actor::System, &command).unwrap();
    println!("{files} files: 1,000 more registered in {:.1?}", begun.elapsed());
    assert_eq!(world.app.view().shared_assets(Owner::User(ME)).len(), all + 1_000);
}
