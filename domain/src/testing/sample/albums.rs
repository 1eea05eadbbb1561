//! Events and rows of albums and collections, with awkward values.

use crate::event::{AlbumPlace, Event};
use crate::kernel::{AlbumId, AssetId, AssetSet, CollectionId, FolderId, Owner, UserId};
use crate::organization::query::Sort;
use crate::organization::{AlbumOrder, AlbumRule, AlbumSetting, AlbumSettings, Collection, OrderBy};
use crate::view::{AlbumAtRest, Row, SetKind};

const OWNER: Owner = Owner::User(UserId::new(1));
const ALBUM: AlbumId = AlbumId::new(5);

fn set(numbers: &[u32]) -> AssetSet {
    numbers.iter().copied().map(AssetId::new).collect()
}

fn rules() -> [AlbumRule; 3] {
    [
        AlbumRule::Folder(FolderId::new(2)),
        AlbumRule::Query("beach \"two words\"".into()),
        AlbumRule::Collection(CollectionId::new(2)),
    ]
}

fn by_hand() -> AlbumOrder {
    AlbumOrder {
        by: OrderBy::Manual,
        reverse: true,
        placed: [70_000, 1, u32::MAX].into_iter().map(AssetId::new).collect(),
    }
}

fn collection() -> Collection {
    Collection {
        id: CollectionId::new(2),
        owner: OWNER,
        name: "Itály".into(),
        query: "rating:4+ OR \"x\"".into(),
    }
}

/// The events.
pub(super) fn events() -> Vec<Event> {
    let mut settings: Vec<AlbumSetting> = Vec::new();
    for rule in rules() {
        settings.push(AlbumSetting::Rule {
            before: None,
            after: Some(rule),
        });
    }
    settings.push(AlbumSetting::Cover {
        before: Some(AssetId::new(1)),
        after: None,
    });
    settings.push(AlbumSetting::Order {
        before: AlbumOrder {
            by: OrderBy::Sort(Sort::Rating),
            ..AlbumOrder::default()
        },
        after: by_hand(),
    });
    let setting = |setting| Event::AlbumSet {
        album: ALBUM,
        setting,
    };
    let mut events: Vec<Event> = settings.into_iter().map(setting).collect();
    events.push(Event::AlbumExcluded {
        album: ALBUM,
        excluded: set(&[1, 2]),
        readmitted: set(&[u32::MAX]),
    });
    let renamed = Collection {
        name: "x".into(),
        ..collection()
    };
    for (before, after) in [
        (None, Some(collection())),
        (Some(collection()), Some(renamed.clone())),
        (Some(renamed), None),
    ] {
        events.push(Event::CollectionSet { before, after });
    }
    events
}

/// The rows.
pub(super) fn rows() -> Vec<Row> {
    let at_rest = |settings| AlbumAtRest {
        owner: OWNER,
        place: AlbumPlace {
            parent: None,
            name: "Rome".into(),
        },
        settings,
    };
    let mut rows = vec![
        Row::Album(ALBUM, Some(at_rest(AlbumSettings::default()))),
        Row::Set(SetKind::AlbumExcluded(ALBUM), 0, set(&[3])),
        Row::Collection(CollectionId::new(2), Some(collection())),
        Row::Collection(CollectionId::new(3), None),
    ];
    for (number, rule) in (7..).zip(rules()) {
        let settings = AlbumSettings {
            rule: Some(rule),
            cover: Some(AssetId::new(9)),
            order: by_hand(),
        };
        rows.push(Row::Album(AlbumId::new(number), Some(at_rest(settings))));
    }
    rows
}
