//! What each layer says of a photo, where the asset's own document has only the
//! effective value: `embedded` is the file's own, `sidecar` what an XMP file beside
//! it says (with its `path`; `apart` if the photo was moved away from it), both with
//! why they are `unreadable` if they are, `user` what people made of it.
//!
//! A field that a layer says nothing of is absent; one that the user layer
//! hides is `null`. Of fields that are not read from files of this format the
//! embedded layer says why (`not_read`, by field), unless they are filled all the
//! same, as a date by the file's name; and both files of texts that are too long to
//! be read whole. Tags are sets: the user layer has those it
//! added and those of the file's that it took away. Faces are told one by one, each
//! of the user layer with what was made of it.

use super::asset_json::{AssetJson, mime};
use super::not_read::not_read;
use super::people;
use crate::parse::{MAX_TAGS, MAX_TEXT_BYTES};
use kphotos_domain::catalog::{FieldKey, FieldValue, Location, StackEdit};
use kphotos_domain::kernel::{AssetId, UserId};
use kphotos_domain::view::{FactsRef, View};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// An asset with its layers.
#[derive(Serialize)]
pub(crate) struct LayeredJson {
    #[serde(flatten)]
    asset: AssetJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<LayersJson>,
}

#[derive(Serialize)]
struct LayersJson {
    embedded: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sidecar: Option<Map<String, Value>>,
    user: Map<String, Value>,
}

impl LayeredJson {
    /// The asset as this person sees it, with what its layers say if that is wanted.
    pub(crate) fn new(view: &View, user: UserId, id: AssetId, layers: bool) -> Option<Self> {
        let asset = AssetJson::new(view, user, id)?;
        let layers = layers.then(|| LayersJson {
            embedded: view
                .embedded_facts(id)
                .map(|facts| embedded(view, id, facts))
                .unwrap_or_default(),
            sidecar: sidecar(view, id),
            user: edits(view, user, id),
        });
        Some(Self { asset, layers })
    }
}

/// What the file says, and why it says nothing of the fields that are not read from its format.
fn embedded(view: &View, id: AssetId, facts: FactsRef<'_>) -> Map<String, Value> {
    let mut layer = read(view, facts);
    let lead = view.lead_file(id).and_then(|file| view.file(file));
    let known = mime(Some(facts), lead);
    let Some((why, fields)) = known.as_deref().and_then(not_read) else {
        return layer;
    };
    // A file that cannot be read at all says so, and nothing else.
    if layer.contains_key("unreadable") {
        return layer;
    }
    let is_filled = |field: &str| match field {
        "camera" => facts.camera().is_some(),
        "exposure" => facts.exposure().is_some(),
        "width" => facts.width().is_some(),
        "height" => facts.height().is_some(),
        "duration" => facts.duration_ms().is_some(),
        _ => layer.contains_key(field),
    };
    let empty = fields.filter(|field| !is_filled(field));
    let mut reasons: Map<String, Value> = empty.map(|field| (field.to_owned(), why.into())).collect();
    if let Some(Value::Object(cut)) = layer.remove("not_read") {
        reasons.extend(cut);
    }
    layer.insert("not_read".to_owned(), reasons.into());
    layer
}

/// What a sidecar says, where it is, and what is wrong with it.
fn sidecar(view: &View, id: AssetId) -> Option<Map<String, Value>> {
    let (path, is_there) = view.sidecar_path(id)?;
    let facts = view.sidecar_facts(id)?;
    // Its own, where the photo is in another one by now.
    let folder = view.sidecar_folder(id);
    let library = folder.and_then(|folder| view.any_library(view.library_of(folder)));
    let root = library.map_or(&[][..], |library| &library.root);
    let path = [root, path.as_slice()].join(&b'/');
    let mut layer = read(view, facts);
    layer.insert("path".to_owned(), String::from_utf8_lossy(&path).into());
    if !is_there {
        layer.insert("apart".to_owned(), true.into());
    }
    Some(layer)
}

/// What a file says, what of it is cut, and why it is unreadable if it is.
fn read(view: &View, facts: FactsRef<'_>) -> Map<String, Value> {
    let mut layer = said(view, facts);
    let cut = cut(facts);
    if !cut.is_empty() {
        layer.insert("not_read".to_owned(), cut.into());
    }
    if let Some(why) = facts.unreadable() {
        layer.insert("unreadable".to_owned(), why.into());
    }
    layer
}

/// The fields of which the file has, or may have, more than is read, and why.
fn cut(facts: FactsRef<'_>) -> Map<String, Value> {
    let texts = [
        ("title", facts.title()),
        ("description", facts.description()),
        ("label", facts.label()),
    ];
    let mut cut: Map<String, Value> = texts
        .into_iter()
        .filter(|(_, text)| text.is_some_and(|text| text.len() > MAX_TEXT_BYTES))
        .map(|(field, _)| (field.to_owned(), "of a text the first 32 KiB are read".into()))
        .collect();
    if facts.tags().count() >= MAX_TAGS {
        let why = format!("of a file's tags the first {MAX_TAGS} are read");
        cut.insert("tags".to_owned(), why.into());
    }
    cut
}

/// What facts say of the fields that a person can edit.
fn said(view: &View, facts: FactsRef<'_>) -> Map<String, Value> {
    let mut said = Map::new();
    let values = [
        ("title", facts.title().map(Value::from)),
        ("description", facts.description().map(Value::from)),
        ("rating", facts.rating().map(Value::from)),
        ("label", facts.label().map(Value::from)),
        ("location", facts.location().as_ref().map(location)),
        ("orientation", facts.orientation().map(Value::from)),
        ("taken", facts.taken().map(|taken| taken.to_string().into())),
        (
            "taken_source",
            facts.taken().map(|taken| taken.source.as_str().into()),
        ),
    ];
    for (name, value) in values {
        said.extend(value.map(|value| (name.to_owned(), value)));
    }
    said.extend(people::read(view, facts).into_iter().flatten());
    let mut tags: Vec<String> = view
        .tags_meant(facts)
        .iter()
        .map(|tag| view.tag_path(*tag))
        .collect();
    tags.sort();
    if !tags.is_empty() {
        said.insert("tags".to_owned(), tags.into());
    }
    said
}

fn edits(view: &View, user: UserId, id: AssetId) -> Map<String, Value> {
    let mut said = Map::new();
    let edits = view.asset(id).and_then(|row| row.edits.as_deref());
    for (key, value) in edits.into_iter().flat_map(|edits| edits.iter()) {
        // Another person's favourites are nobody else's business.
        if !matches!(key, FieldKey::Favorite(other) if other != user) && !matches!(key, FieldKey::Face(_)) {
            said.insert(key.field().as_str().to_owned(), edited(value));
        }
    }
    said.extend(people::edited(view, id));
    let added = tags(view, |row| row.added.contains(id));
    let removed = tags(view, |row| row.suppressed.contains(id));
    if !added.is_empty() || !removed.is_empty() {
        said.insert("tags".to_owned(), json!({ "added": added, "removed": removed }));
    }
    said
}

fn edited(value: &FieldValue) -> Value {
    match value {
        FieldValue::Text(text) if text.is_empty() => Value::Null,
        FieldValue::Text(text) => text.as_ref().into(),
        FieldValue::Rating(rating) => (*rating).into(),
        FieldValue::Flag(flag) => (*flag).into(),
        FieldValue::Location(at) => at.as_ref().map_or(Value::Null, location),
        FieldValue::Orientation(turn) => (*turn).into(),
        FieldValue::Taken(taken) => taken.to_string().into(),
        // Told with the others of the photo.
        FieldValue::Face(_) => Value::Null,
        FieldValue::Stack(StackEdit::Alone) => "alone".into(),
        FieldValue::Stack(StackEdit::In(_) | StackEdit::Only(_)) => "joined".into(),
    }
}

fn location(at: &Location) -> Value {
    json!({ "lat": at.lat(), "lon": at.lon(), "alt": at.alt() })
}

/// The paths of the tags that are meant, sorted.
fn tags(view: &View, is_meant: impl Fn(&kphotos_domain::view::TagRow) -> bool) -> Vec<String> {
    let mut paths: Vec<String> = view
        .tags()
        .filter(|(_, row)| is_meant(row))
        .map(|(id, _)| view.tag_path(id))
        .collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::catalog::Facts;
    use kphotos_domain::testing::World;

    #[test]
    fn as_many_tags_as_are_read_may_not_be_all() {
        let world = World::new();
        world.files(&["a.jpg", "b.jpg"]);
        for (path, count) in [("a.jpg", MAX_TAGS), ("b.jpg", MAX_TAGS - 1)] {
            let tags: Vec<String> = (0..count).map(|number| number.to_string()).collect();
            world.read(path, None, &tags.iter().map(String::as_str).collect::<Vec<_>>());
            let (view, id) = (world.app.view(), world.asset(path));
            let layer = embedded(&view, id, view.embedded_facts(id).unwrap());
            let why = layer.get("not_read").map(|reasons| reasons["tags"].clone());
            let expected = (count == MAX_TAGS).then(|| json!("of a file's tags the first 4096 are read"));
            assert_eq!(why, expected, "{path}");
        }
    }

    #[test]
    fn a_text_that_was_cut_is_told_beside_what_the_format_lacks() {
        let world = World::new();
        world.files(&["a.jpg", "b.jpg", "c.avi"]);
        let known = |path: &str, mime: &str, bytes: usize| {
            let facts = Facts {
                mime: Some(mime.into()),
                description: Some("d".repeat(bytes).into()),
                ..Facts::default()
            };
            world.know(path, facts);
            let (view, id) = (world.app.view(), world.asset(path));
            embedded(&view, id, view.embedded_facts(id).unwrap())
        };
        let cut = json!({ "description": "of a text the first 32 KiB are read" });
        assert_eq!(known("a.jpg", "image/jpeg", MAX_TEXT_BYTES + 4)["not_read"], cut);
        assert_eq!(known("b.jpg", "image/jpeg", MAX_TEXT_BYTES).get("not_read"), None);
        let reasons = &known("c.avi", "video/x-msvideo", MAX_TEXT_BYTES + 1)["not_read"];
        assert_eq!(reasons["description"], cut["description"]);
        assert_eq!(reasons["rating"], "not read from AVI");
    }
}
