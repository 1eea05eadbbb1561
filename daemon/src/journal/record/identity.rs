//! What travels when assets become one, part, or are judged.
//!
//! Most merges are of photos of which one alone was edited, and most files say little of
//! their picture: what there is not is left out. Refuses, as all records, members that it
//! does not know.

use super::wire::{self, mirrored};
use kphotos_domain::catalog::{Evidence, FieldKey, FieldValue};
use kphotos_domain::event::{Clash, Merge, Parting, TagClash};
use kphotos_domain::kernel::{AssetId, Checksum, FileId, TagId, Taken};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Merge", deny_unknown_fields)]
struct MergeRecord {
    #[serde(with = "wire")]
    into: AssetId,
    #[serde(with = "wire")]
    from: AssetId,
    #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
    clashes: Vec<Clash>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Parting", deny_unknown_fields)]
struct PartingRecord {
    #[serde(with = "wire")]
    content: Checksum,
    #[serde(with = "wire")]
    into: AssetId,
    #[serde(with = "wire")]
    from: AssetId,
    #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileId>,
    #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
    clashes: Vec<Clash>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Clash", deny_unknown_fields)]
struct ClashRecord {
    #[serde(with = "wire")]
    key: FieldKey,
    #[serde(with = "wire")]
    kept: FieldValue,
    #[serde(with = "wire")]
    dropped: FieldValue,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "TagClash", deny_unknown_fields)]
struct TagClashRecord {
    #[serde(with = "wire")]
    asset: AssetId,
    #[serde(with = "wire")]
    tag: TagId,
    given: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Evidence", deny_unknown_fields)]
struct EvidenceRecord {
    #[serde(with = "wire", default, skip_serializing_if = "Option::is_none")]
    taken: Option<Taken>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    make: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document: Option<Box<str>>,
    #[serde(with = "wire", default, skip_serializing_if = "Option::is_none")]
    image: Option<Checksum>,
}

mirrored! {
    Merge: MergeRecord,
    Parting: PartingRecord,
    Clash: ClashRecord,
    TagClash: TagClashRecord,
    Evidence: EvidenceRecord,
}
