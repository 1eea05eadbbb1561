//! The mirrors of what is set of albums, and of collections.
//!
//! An order by hand is a list of numbers in that order, not a set.

use super::wire;
use super::wire::{mirrored, textual};
use kphotos_domain::kernel::{AssetId, CollectionId, FolderId, Owner};
use kphotos_domain::organization::{AlbumOrder, AlbumRule, AlbumSetting, Collection, OrderBy};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(remote = "AlbumRule", rename_all = "snake_case")]
enum AlbumRuleRecord {
    Folder(#[serde(with = "wire")] FolderId),
    Query(Box<str>),
    Collection(#[serde(with = "wire")] CollectionId),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "AlbumOrder", deny_unknown_fields)]
struct AlbumOrderRecord {
    #[serde(with = "wire")]
    by: OrderBy,
    #[serde(default, skip_serializing_if = "is_false")]
    reverse: bool,
    #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
    placed: Vec<AssetId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "AlbumSetting", rename_all = "snake_case", deny_unknown_fields)]
enum AlbumSettingRecord {
    Rule {
        #[serde(with = "wire")]
        before: Option<AlbumRule>,
        #[serde(with = "wire")]
        after: Option<AlbumRule>,
    },
    Cover {
        #[serde(with = "wire")]
        before: Option<AssetId>,
        #[serde(with = "wire")]
        after: Option<AssetId>,
    },
    Order {
        #[serde(with = "wire")]
        before: AlbumOrder,
        #[serde(with = "wire")]
        after: AlbumOrder,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Collection", deny_unknown_fields)]
struct CollectionRecord {
    #[serde(with = "wire")]
    id: CollectionId,
    #[serde(with = "wire")]
    owner: Owner,
    name: Box<str>,
    query: Box<str>,
}

textual! {
    OrderBy: |by| by.as_str(), OrderBy::parse, "taken, added, name, rating or manual";
}

mirrored! {
    AlbumRule: AlbumRuleRecord,
    AlbumOrder: AlbumOrderRecord,
    AlbumSetting: AlbumSettingRecord,
    Collection: CollectionRecord,
}
