//! How long it takes: printed, not asserted, for it depends on the machine and on what else runs there.
//!
//! `KPHOTOS_BENCH_FILES=1000000 cargo test --release -p kphotos-daemon store::tests::bench -- --nocapture`

use super::random::file;
use super::{Dice, SledStore};
use kphotos_domain::catalog::{Camera, Exposure, Facts, FieldKey, FieldValue};
use kphotos_domain::kernel::port::Store;
use kphotos_domain::kernel::{AssetId, FileId, Revision, Taken, TakenSource};
use kphotos_domain::view::{PACK, ROW_PACK, Row};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Packs that are written at once.
const BATCH: u32 = 32;

fn facts() -> Facts {
    Facts {
        width: Some(6000),
        height: Some(4000),
        orientation: Some(1),
        taken: Taken::parse("2024-06-15T10:30:05", TakenSource::ExifOriginal).ok(),
        camera: Some(Arc::new(Camera {
            make: Some("Canon".into()),
            model: Some("Canon EOS R6".into()),
            lens: Some("RF24-105mm F4 L IS USM".into()),
            serial: None,
        })),
        exposure: Some(Box::new(Exposure {
            iso: Some(100),
            f_number: Some(4.0),
            time: Some(0.004),
            focal_length: Some(50.0),
        })),
        ..Facts::default()
    }
}

/// Wall time and this thread's time on a processor since it was started.
struct Timer(Instant, Duration);

impl Timer {
    fn start() -> Self {
        Self(Instant::now(), on_processor())
    }

    fn text(&self) -> String {
        let wall = self.0.elapsed();
        format!("{wall:.3?} (processor {:.3?})", on_processor() - self.1)
    }
}

/// Source: Linux, Documentation/scheduler/sched-stats.rst: the first number is nanoseconds.
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}

#[test]
fn the_times_of_a_large_layer_are_printed() {
    let files: u32 = std::env::var("KPHOTOS_BENCH_FILES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_000);
    let packs = files.div_ceil(ROW_PACK);
    let home = tempfile::tempdir().unwrap();
    let mut dice = Dice::new(1);
    let store = SledStore::open(home.path()).unwrap();
    let begun = Timer::start();
    let mut revision = Revision::default();
    for first in (0..packs).step_by(BATCH as usize) {
        let mut rows = Vec::new();
        for pack in first..(first + BATCH).min(packs) {
            let numbers: Vec<u32> = (pack * ROW_PACK..(pack + 1) * ROW_PACK).collect();
            let asset = |number: &u32| AssetId::new(*number);
            let files = numbers
                .iter()
                .map(|number| (FileId::new(*number), file(&mut dice, asset(number))));
            rows.push(Row::Files(pack, files.collect()));
            rows.push(Row::Facts(
                pack,
                numbers.iter().map(|number| (asset(number), facts())).collect(),
            ));
        }
        revision = revision.next();
        store.write(revision, rows).unwrap();
    }
    println!("{files} files with facts written in {}", begun.text());
    let edits: Vec<Row> = (0..10_000 / PACK)
        .map(|pack| {
            let title = || {
                [(
                    FieldKey::Title,
                    FieldValue::Text("a title".into()),
                    Revision::new(1),
                )]
                .into_iter()
                .collect()
            };
            let pack_of = (pack * PACK..(pack + 1) * PACK).map(|asset| (AssetId::new(asset), title()));
            Row::Edits(pack, pack_of.collect())
        })
        .collect();
    let begun = Timer::start();
    store.write(revision.next(), edits).unwrap();
    println!("10,000 edits written in {}", begun.text());
    drop(store);
    let bytes = std::fs::metadata(home.path().join("db")).unwrap().len();
    let begun = Timer::start();
    let store = SledStore::open(home.path()).unwrap();
    println!("{} MB opened in {}", bytes >> 20, begun.text());
    let begun = Timer::start();
    let rows = AtomicU32::new(0);
    let count = |_| {
        rows.fetch_add(1, Ordering::Relaxed);
    };
    store.load(&count).unwrap();
    let rows = rows.into_inner();
    println!("{rows} rows loaded and checked in {}", begun.text());
    assert_eq!(rows, 2 * packs + 10_000 / PACK);
}
