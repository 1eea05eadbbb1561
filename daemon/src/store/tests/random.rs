//! Random rows in random batches: what loads is the last row of each key, also after the store was closed and opened again.
//!
//! The rows and batches are used by the other tests too.

use super::{Dice, Rows, SledStore, all, put};
use kphotos_domain::catalog::{Facts, FieldKey, FieldValue, MediaKind};
use kphotos_domain::event::TagPlace;
use kphotos_domain::kernel::port::Store;
use kphotos_domain::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, FileId, FolderId, Owner, Revision, ShotId, TagId, UserId,
};
use kphotos_domain::organization::TagFate;
use kphotos_domain::storage::FileState;
use kphotos_domain::view::{Counters, Dir, FileRow, ROW_PACK, Row, SetKind, TagAtRest};

/// A row of a random kind, number and content; few numbers, so that rows replace each other.
pub(super) fn row(dice: &mut Dice) -> Row {
    let number = dice.roll(12) as u32;
    let asset = AssetId::new(dice.roll(1000) as u32);
    let text = |dice: &mut Dice| -> Box<str> { "é".repeat(dice.roll(60) as usize).into() };
    match dice.roll(9) {
        0 => Row::Counters(Counters::from_numbers([number * ROW_PACK; 13])),
        1 => {
            let files =
                (0..dice.roll(33)).map(|at| (FileId::new(number * ROW_PACK + at as u32), file(dice, asset)));
            Row::Files(number, files.collect())
        }
        2 => {
            let facts = |title| Facts {
                title: Some(title),
                ..Facts::default()
            };
            let assets =
                (0..dice.roll(33)).map(|at| (AssetId::new(number * ROW_PACK + at as u32), facts(text(dice))));
            Row::Facts(number, assets.collect())
        }
        3 => {
            let edits = [(
                FieldKey::Title,
                FieldValue::Text(text(dice)),
                Revision::new(number.into()),
            )];
            Row::Edits(number, vec![(asset, edits.into_iter().collect())])
        }
        4 => {
            let revisions = (0..dice.roll(256)).map(|_| (asset, Revision::new(dice.roll(u64::MAX))));
            Row::Revisions(number, revisions.collect())
        }
        5 => {
            let tag = (dice.roll(3) > 0).then(|| TagAtRest {
                owner: Owner::User(UserId::new(1)),
                place: TagPlace {
                    parent: None,
                    name: text(dice),
                    fate: TagFate::Live,
                },
                words: vec![(Some(TagId::new(number)), text(dice))],
            });
            Row::Tag(TagId::new(number), tag)
        }
        6 => {
            let assets: AssetSet = (0..dice.roll(500))
                .map(|_| AssetId::new(dice.roll(65_536) as u32))
                .collect();
            Row::Set(SetKind::Album(AlbumId::new(number)), 0, assets)
        }
        7 => {
            let claims = vec![(text(dice), ShotId::new(asset.number()))];
            Row::Claims(Dir::Tag(TagId::new(number)), dice.roll(3) as u16, claims)
        }
        _ => Row::Claims(Dir::Album(AlbumId::new(number)), 0, Vec::new()),
    }
}

pub(super) fn file(dice: &mut Dice, asset: AssetId) -> FileRow {
    let number = dice.roll(1 << 20);
    FileRow {
        folder: FolderId::new(1 + number as u32 % 100),
        name: format!("IMG_{number:07}.JPG").as_bytes().into(),
        size: 4_000_000 + number,
        mtime_ns: 1_600_000_000_000_000_000 + i64::try_from(number).unwrap() * 1_000_003,
        ino: 1_000_000 + number,
        asset,
        shot: ShotId::new(asset.number()),
        kind: MediaKind::Photo,
        state: FileState::Present,
        changes: 0,
        added: 1_700_000_000,
        checksum: Some(Checksum::new(*blake3::hash(&number.to_be_bytes()).as_bytes())),
    }
}

/// A batch of random rows.
pub(super) fn batch(dice: &mut Dice, most: u64) -> Vec<Row> {
    (0..dice.roll(most)).map(|_| row(dice)).collect()
}

#[test]
fn random_batches_leave_the_last_row_of_each_key() {
    for seed in 1..=12 {
        let mut dice = Dice::new(seed);
        let home = tempfile::tempdir().unwrap();
        let mut expect = Rows::new();
        let mut revision = Revision::default();
        for _ in 0..5 {
            let store = SledStore::open(home.path()).unwrap();
            assert_eq!(all(&store).unwrap(), (revision, expect.clone()), "seed {seed}");
            for _ in 0..dice.roll(20) {
                let rows = batch(&mut dice, 60);
                put(&mut expect, &rows);
                revision = revision.next();
                store.write(revision, rows).unwrap();
            }
            assert_eq!(all(&store).unwrap(), (revision, expect.clone()), "seed {seed}");
        }
    }
}
